/* DUP4: same supplier, date and amount under another number. Common among fees and rents, so it weighs little. */
#include "fraud_normalise.h"
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "numbers.h"
#include "taxflow/clock.h"

/* So many entries of one day and amount are looked at; more of them are the business, not a slip. */
enum { LOOK_MAX = 1000 };

static bool complete(const struct tf_fraud_facts *facts)
{
    return facts->supplier.ptr && facts->has_amount && facts->currency[0] && facts->has_time;
}

static bool large(const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts)
{
    return facts->amount_minor >= tf_fraud_facts_threshold(facts, setting);
}

/* Stands for the set of numbers, in whatever order they are written. False when one is missing. */
static bool tag_of(const struct tf_event *event, uint32_t *ret_tag)
{
    size_t numbers = tf_numbers_count(event);
    uint32_t tag = 0;
    for (size_t i = 0; i < numbers; i++) {
        char room[TF_FRAUD_NORMALISE_BYTES] TF_NOT_CLEARED;
        struct tf_str number = tf_fraud_normalise_into(tf_numbers_at(event, i), room);
        if (!number.ptr)
            return false;
        tag += tf_key_tag(number);
    }
    *ret_tag = tag;
    return numbers > 0;
}

static int64_t day_of(int64_t time_ms)
{
    return time_ms / TF_MS_PER_DAY - (time_ms % TF_MS_PER_DAY < 0);
}

size_t tf_dup4_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    uint32_t tag;
    if (!facts->spends || facts->returned || !complete(facts) || !large(setting, facts) || !tag_of(facts->event, &tag))
        return 0;
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin(&text, TF_STR("DUP4"), 'd', facts);
    tf_key_str(&text, facts->supplier);
    tf_key_i64(&text, day_of(facts->time_ms));
    tf_key_i64(&text, facts->amount_minor);
    tf_key_str(&text, (struct tf_str){facts->currency, 3});
    keys[0] = (struct tf_fraud_key){.hash = tf_key_end(&text), .value = facts->amount_minor, .tag = tag};
    return 1;
}

static void explain(const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts, struct tf_arena *arena,
                    struct tf_fraud_hit *hit)
{
    char amount[TF_HIT_AMOUNT_BYTES], least[TF_HIT_AMOUNT_BYTES];
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(facts);
    hit->observed = tf_arena_printf(arena, "%u%s other %s of this supplier and day with the amount %s under another number",
                                    hit->related_count, tf_hit_full(hit) ? " or more" : "", tf_fraud_facts_plural(facts->event->kind),
                                    tf_hit_amount(facts->amount_minor, facts->currency, amount));
    hit->threshold = tf_arena_printf(arena, "1 from %s on",
                                     tf_hit_amount(tf_fraud_facts_threshold(facts, setting), facts->currency, least));
}

enum tf_fraud_answer tf_dup4_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    if (!c->facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (c->facts->returned)
        return TF_FRAUD_CLEAR;
    if (!c->facts->has_amount || !c->facts->currency[0])
        return TF_FRAUD_UNKNOWN;
    if (!large(c->setting, c->facts))
        return TF_FRAUD_CLEAR;
    if (c->count == 0)
        return TF_FRAUD_UNKNOWN;
    for (size_t i = 0; i < c->windows[0].count && i < LOOK_MAX && !tf_hit_full(hit); i++)
        if (c->windows[0].entries[i].tag != c->keys[0].tag)
            tf_hit_relate(hit, &c->windows[0].entries[i]);
    if (hit->related_count == 0)
        return TF_FRAUD_CLEAR;
    explain(c->setting, c->facts, c->arena, hit);
    return TF_FRAUD_HIT;
}
