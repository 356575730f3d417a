/*
 * SEQ3, sole customer: the numbers of a supplier's invoices to us follow one another for a month and more, as if it had no other
 * customer. A supplier that numbers each customer's invoices by themselves looks the same; hence the weight.
 */
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
    struct tf_key text TF_NOT_CLEARED;
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
static bool comes_before(const struct issued *a, const struct issued *b)
{
    if (a->counter != b->counter)
        return a->counter > b->counter;
    return a->time_ms > b->time_ms;
}

/*
 * The invoices up to the event, in that order; those of its own day may come in any. Numbers mostly grow with time, so that from the latest back
 * each one goes to the end.
 */
static size_t collect(const struct tf_fraud_window *window, size_t end, struct issued *out)
{
    size_t count = 0;
    for (size_t i = end; i > 0 && count < LOOK_MAX; i--, count++) {
        const struct issued one = {tf_fraud_value_at(window, i - 1), window->entries[i - 1].time_ms, &window->entries[i - 1]};
        size_t at = count;
        for (; at > 0 && !comes_before(&out[at - 1], &one); at--)
            out[at] = out[at - 1];
        out[at] = one;
    }
    return count;
}

/* Too few invoices, or of too few days, are no streak whatever their numbers are. */
static bool may_be_streak(const struct tf_fraud_case *c, size_t end)
{
    if ((int64_t)end + 1 < c->setting->params[MINIMUM_INVOICES])
        return false;
    size_t first = end > LOOK_MAX ? end - LOOK_MAX : 0;
    int64_t first_ms = end > 0 ? c->windows[0].entries[first].time_ms : c->facts->time_ms;
    return (c->facts->time_ms - first_ms) / TF_MS_PER_DAY >= c->setting->params[MINIMUM_DAYS];
}

enum tf_fraud_answer tf_seq3_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    struct issued issued[LOOK_MAX] TF_NOT_CLEARED;
    if (!c->facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (c->count == 0)
        return TF_FRAUD_UNKNOWN;
    size_t end = c->facts->time_ms < INT64_MAX ? tf_window_from(&c->windows[0], c->facts->time_ms + 1) : c->windows[0].count;
    if (!may_be_streak(c, end))
        return TF_FRAUD_CLEAR;
    size_t count = collect(&c->windows[0], end, issued);
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
