/*
 * SEQ2, order break in the numbers we issued: a number is used again, or the documents on its two sides are dated the other way round.
 * Only the neighbours are compared, so one wrong date is told once or twice and not by every document after it.
 */
#include <stdlib.h>

#include "blocks.h"
#include "fraud_rules.h"
#include "hit.h"
#include "taxflow/clock.h"

enum { TOLERANCE_DAYS };
enum { LOOK_MAX = 4 * TF_BLOCK_NUMBERS };

size_t tf_seq2_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    struct tf_numbering numbering;
    if (!tf_block_issued(facts) || !tf_numbering_of(facts, &numbering))
        return 0;
    int64_t block = tf_block_of(numbering.counter), inside = numbering.counter % TF_BLOCK_NUMBERS;
    size_t count = 0;
    keys[count++] = tf_block_key(setting, facts, &numbering, block, TF_FRAUD_LOOKS_AND_ADDS);
    if (inside == TF_BLOCK_NUMBERS - 1)
        keys[count++] = tf_block_key(setting, facts, &numbering, block + 1, TF_FRAUD_LOOKS);
    if (inside == 0 && block > 0)
        keys[count++] = tf_block_key(setting, facts, &numbering, block - 1, TF_FRAUD_LOOKS);
    return count;
}

/* The next numbers that were issued below and above, and the same one. */
struct neighbours {
    const struct tf_fraud_entry *below, *above, *same;
    int64_t low, high;
};

static void meet(struct neighbours *found, const struct tf_fraud_key *key, int64_t counter, const struct tf_fraud_entry *entry)
{
    if (counter == key->value && tf_block_kind(entry->tag) == tf_block_kind(key->tag))
        found->same = entry;
    if (counter < key->value && (!found->below || counter > found->low)) {
        found->below = entry;
        found->low = counter;
    }
    if (counter > key->value && (!found->above || counter < found->high)) {
        found->above = entry;
        found->high = counter;
    }
}

static int64_t days_apart(int64_t later_ms, int64_t earlier_ms)
{
    return (later_ms - earlier_ms) / TF_MS_PER_DAY;
}

/* Of several faults the first is told in words: the number used again, the one before, the one behind. */
static void explain(const struct tf_fraud_case *c, const struct neighbours *found, bool before, bool after, struct tf_fraud_hit *hit)
{
    int64_t own_ms = c->facts->time_ms;
    if (found->same)
        tf_hit_relate(hit, found->same);
    if (before)
        tf_hit_relate(hit, found->below);
    if (after)
        tf_hit_relate(hit, found->above);
    if (found->same)
        hit->observed = tf_arena_printf(c->arena, "the number was issued before, %lld days %s", (long long)llabs(days_apart(own_ms, found->same->time_ms)),
                                        own_ms >= found->same->time_ms ? "earlier" : "later");
    else if (before)
        hit->observed = tf_arena_printf(c->arena, "the document with the number before this one is dated %lld days later",
                                        (long long)days_apart(found->below->time_ms, own_ms));
    else
        hit->observed = tf_arena_printf(c->arena, "the document with the number behind this one is dated %lld days earlier",
                                        (long long)days_apart(own_ms, found->above->time_ms));
    hit->threshold = tf_arena_printf(c->arena, "more than %lld days against the order, or one number twice", (long long)c->setting->params[TOLERANCE_DAYS]);
}

enum tf_fraud_answer tf_seq2_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    struct neighbours found = {.below = NULL};
    if (!tf_block_issued(c->facts))
        return TF_FRAUD_NOT_APPLICABLE;
    if (c->count == 0)
        return TF_FRAUD_UNKNOWN;
    for (size_t w = 0; w < c->count; w++)
        for (size_t i = 0; i < c->windows[w].count && i < LOOK_MAX; i++)
            meet(&found, &c->keys[0], tf_fraud_value_at(&c->windows[w], i), &c->windows[w].entries[i]);
    int64_t tolerance_ms = c->setting->params[TOLERANCE_DAYS] * TF_MS_PER_DAY;
    bool before = found.below && found.below->time_ms - c->facts->time_ms > tolerance_ms;
    bool after = found.above && c->facts->time_ms - found.above->time_ms > tolerance_ms;
    if (!before && !after && !found.same)
        return TF_FRAUD_CLEAR;
    explain(c, &found, before, after, hit);
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(c->facts);
    return TF_FRAUD_HIT;
}
