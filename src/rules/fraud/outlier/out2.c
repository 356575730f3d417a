/*
 * OUT2, relative size factor: the amount is many times the largest of the supplier's earlier amounts (Nigrini's RSF, with the maximum
 * known before the event in the place of the second largest of a whole file).
 */
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "window.h"

enum { MINIMUM, FACTOR, DEPTH };

static bool complete(const struct tf_fraud_facts *facts)
{
    return facts->supplier.ptr && facts->has_amount && facts->currency[0] && facts->has_time;
}

static bool eligible(const struct tf_fraud_facts *facts)
{
    return !facts->returned && facts->amount_minor > 0;
}

size_t tf_out2_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    (void)setting;
    if (!facts->spends || !complete(facts) || !eligible(facts))
        return 0;
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin(&text, TF_STR("OUT2"), 's', facts);
    tf_key_str(&text, facts->supplier);
    tf_key_str(&text, (struct tf_str){facts->currency, 3});
    keys[0] = (struct tf_fraud_key){.hash = tf_key_end(&text), .value = facts->amount_minor};
    return 1;
}

/*
 * Which of entries [first, end) has the largest value; false as soon as one is too large for the amount to be factor times it, which is soon
 * as a rule.
 */
static bool find_largest(const struct tf_fraud_window *window, size_t first, size_t end, int64_t amount, int64_t factor, size_t *ret_largest)
{
    int64_t most = INT64_MIN;
    for (size_t i = end; i > first; i--) {
        int64_t value = tf_fraud_value_at(window, i - 1);
        if ((tf_int128)value * factor > amount)
            return false;
        if (value <= most)
            continue;
        most = value;
        *ret_largest = i - 1;
    }
    return true;
}

static void explain(const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts, int64_t before, size_t n,
                    struct tf_arena *arena, struct tf_fraud_hit *hit)
{
    char amount[TF_HIT_AMOUNT_BYTES], text[TF_HIT_AMOUNT_BYTES];
    hit->amount_at_risk_minor = facts->amount_minor;
    hit->observed = tf_arena_printf(arena, "%s, %.1f times the largest of %zu earlier amounts, %s",
                                    tf_hit_amount(facts->amount_minor, facts->currency, amount),
                                    (double)facts->amount_minor / (double)before, n, tf_hit_amount(before, facts->currency, text));
    hit->threshold = tf_arena_printf(arena, "%lld times it, from %lld earlier ones on", (long long)setting->params[FACTOR],
                                     (long long)setting->params[MINIMUM]);
}

enum tf_fraud_answer tf_out2_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    if (!c->facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (!complete(c->facts))
        return TF_FRAUD_UNKNOWN;
    if (!eligible(c->facts) || c->count == 0)
        return TF_FRAUD_CLEAR;
    /* Strictly earlier ones: what comes later, or on the same day, must not change the answer of a redelivered event. */
    size_t end = tf_window_from(&c->windows[0], c->facts->time_ms), depth = (size_t)c->setting->params[DEPTH];
    size_t n = end < depth ? end : depth;
    if (n < (size_t)c->setting->params[MINIMUM])
        return TF_FRAUD_CLEAR;
    size_t before = 0;
    if (!find_largest(&c->windows[0], end - n, end, c->facts->amount_minor, c->setting->params[FACTOR], &before))
        return TF_FRAUD_CLEAR;
    tf_hit_relate(hit, &c->windows[0].entries[before]);
    explain(c->setting, c->facts, tf_fraud_value_at(&c->windows[0], before), n, c->arena, hit);
    return TF_FRAUD_HIT;
}
