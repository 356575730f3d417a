/*
 * SEQ3, sole customer: the numbers of a supplier's invoices to us follow one another for a month and more, as if it had no other
 * customer. A supplier that numbers each customer's invoices by themselves looks the same; hence the weight.
 */
#include <stdlib.h>

#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "numbering.h"
#include "taxflow/clock.h"
#include "window.h"

enum { MINIMUM_INVOICES, MINIMUM_DAYS, NUMBERS_APART };
enum { LOOK_MAX = 64 };

size_t tf_seq3_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    (void)setting;
    struct tf_numbering numbering;
    if (!facts->spends || !facts->supplier.ptr || !tf_numbering_of(facts, &numbering))
        return 0;
    struct tf_key text;
    tf_key_begin(&text, TF_STR("SEQ3"), 's', facts);
    tf_key_str(&text, facts->supplier);
    tf_key_str(&text, numbering.before);
    tf_key_str(&text, numbering.after);
    keys[0] = (struct tf_fraud_key){.hash = tf_key_end(&text), .value = numbering.counter};
    return 1;
}

/* One of the latest invoices, by its number. */
struct issued {
    int64_t counter, time_ms;
    const struct tf_fraud_entry *entry;
};

/* From the highest number down, and of one number the latest first. */
static int by_counter(const void *a, const void *b)
{
    const struct issued *left = a, *right = b;
    if (left->counter != right->counter)
        return left->counter < right->counter ? 1 : -1;
    return left->time_ms < right->time_ms ? 1 : left->time_ms > right->time_ms ? -1 : 0;
}

/* The invoices up to the event; those of its own day may come in any order. */
static size_t collect(const struct tf_fraud_window *window, int64_t time_ms, struct issued *out)
{
    size_t end = time_ms < INT64_MAX ? tf_window_from(window, time_ms + 1) : window->count, count = 0;
    for (size_t i = end > LOOK_MAX ? end - LOOK_MAX : 0; i < end; i++)
        out[count++] = (struct issued){tf_fraud_value_at(window, i), window->entries[i].time_ms, &window->entries[i]};
    qsort(out, count, sizeof *out, by_counter);
    return count;
}

enum tf_fraud_answer tf_seq3_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    struct issued issued[LOOK_MAX];
    if (!c->facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (c->count == 0)
        return TF_FRAUD_UNKNOWN;
    size_t count = collect(&c->windows[0], c->facts->time_ms, issued);
    int64_t counter = c->keys[0].value, streak = 1, first_ms = c->facts->time_ms;
    for (size_t i = 0; i < count; i++) {
        int64_t apart = counter - issued[i].counter;
        if (apart <= 0)
            continue;
        if (apart > c->setting->params[NUMBERS_APART])
            break;
        counter = issued[i].counter;
        streak++;
        first_ms = issued[i].time_ms < first_ms ? issued[i].time_ms : first_ms;
        tf_hit_relate(hit, issued[i].entry);
    }
    int64_t days = (c->facts->time_ms - first_ms) / TF_MS_PER_DAY;
    if (streak < c->setting->params[MINIMUM_INVOICES] || days < c->setting->params[MINIMUM_DAYS])
        return TF_FRAUD_CLEAR;
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(c->facts);
    hit->observed = tf_arena_printf(c->arena, "%lld invoices of this supplier in a row, %lld days, with no number between them that went elsewhere",
                                    (long long)streak, (long long)days);
    hit->threshold = tf_arena_printf(c->arena, "%lld invoices, %lld days, numbers at most %lld apart", (long long)c->setting->params[MINIMUM_INVOICES],
                                     (long long)c->setting->params[MINIMUM_DAYS], (long long)c->setting->params[NUMBERS_APART]);
    return TF_FRAUD_HIT;
}
