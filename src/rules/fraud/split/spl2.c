/*
 * SPL2, just below the limit: of an approver's amounts around the approval limit far more lie right below it than from it on. Without a reason
 * to stay below, both sides would hold about as many.
 */
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"

enum { PERCENT, TIMES, MINIMUM };
enum { BELOW, ABOVE };

static struct tf_str approver_of(const struct tf_fraud_facts *facts)
{
    struct tf_str approver = tf_str_trim(facts->event->approver);
    return approver.len > 0 ? approver : TF_STR_NONE;
}

/* BELOW: [limit less the percents, limit); ABOVE: [limit, limit and the percents); -1: elsewhere. */
static int side_of(const struct tf_fraud_facts *facts, int64_t limit_minor, int64_t percent)
{
    tf_int128 amount = (tf_int128)facts->amount_minor * 100, limit = limit_minor;
    if (facts->returned || amount < limit * (100 - percent) || amount >= limit * (100 + percent))
        return -1;
    return amount < limit * 100 ? BELOW : ABOVE;
}

static struct tf_hash16 hash_of(const struct tf_fraud_facts *facts, struct tf_str approver, int64_t limit_minor)
{
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin(&text, TF_STR("SPL2"), 'a', facts);
    tf_key_str(&text, approver);
    tf_key_str(&text, (struct tf_str){facts->currency, 3});
    tf_key_i64(&text, limit_minor); /* another limit is another question */
    return tf_key_end(&text);
}

/* The side that counts under the hash; -1: none. */
static int counts(const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts, struct tf_hash16 *ret_hash)
{
    struct tf_str approver = approver_of(facts);
    if (!facts->spends || !facts->has_amount || !facts->currency[0] || !facts->has_time || !approver.ptr)
        return -1;
    int64_t limit_minor = tf_fraud_facts_threshold(facts, setting);
    int side = side_of(facts, limit_minor, setting->params[PERCENT]);
    if (side >= 0)
        *ret_hash = hash_of(facts, approver, limit_minor);
    return side;
}

/* Those below, to be named; they are few. */
size_t tf_spl2_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    struct tf_hash16 hash;
    if (counts(setting, facts, &hash) != BELOW)
        return 0;
    keys[0] = (struct tf_fraud_key){.hash = hash, .value = facts->amount_minor, .shared = true};
    return 1;
}

size_t tf_spl2_tallies(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                       struct tf_fraud_tally *tallies)
{
    (void)rule;
    struct tf_hash16 hash;
    int side = counts(setting, facts, &hash);
    if (side < 0)
        return 0;
    tallies[0] = (struct tf_fraud_tally){.group = hash, .cell = (uint16_t)side, .use = side == BELOW ? TF_FRAUD_LOOKS_AND_ADDS : TF_FRAUD_ADDS,
                                         .shared = true};
    return 1;
}

static void explain(const struct tf_fraud_case *c, int64_t below, int64_t above, struct tf_fraud_hit *hit)
{
    char amount[TF_HIT_AMOUNT_BYTES], limit[TF_HIT_AMOUNT_BYTES];
    hit->amount_at_risk_minor = c->facts->amount_minor;
    tf_hit_relate_last(hit, c->windows[0].entries, 0, c->windows[0].count);
    hit->observed = tf_arena_printf(c->arena, "%s is one of %lld amounts of this approver right below %s; %lld lie right above",
                                    tf_hit_amount(c->facts->amount_minor, c->facts->currency, amount), (long long)below,
                                    tf_hit_amount(tf_fraud_facts_threshold(c->facts, c->setting), c->facts->currency, limit), (long long)above);
    hit->threshold = tf_arena_printf(c->arena, "%lld times as many within %lld %% below as within %lld %% above, from %lld of them on",
                                     (long long)c->setting->params[TIMES], (long long)c->setting->params[PERCENT],
                                     (long long)c->setting->params[PERCENT], (long long)c->setting->params[MINIMUM]);
}

enum tf_fraud_answer tf_spl2_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    if (!c->facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (!c->facts->has_amount || !c->facts->currency[0] || !c->facts->has_time)
        return TF_FRAUD_UNKNOWN;
    if (side_of(c->facts, tf_fraud_facts_threshold(c->facts, c->setting), c->setting->params[PERCENT]) != BELOW)
        return TF_FRAUD_CLEAR;
    if (!approver_of(c->facts).ptr)
        return TF_FRAUD_UNKNOWN;
    if (c->tallies_count == 0)
        return TF_FRAUD_CLEAR;
    int64_t below = tf_fraud_tally_sum(&c->counts[0], BELOW, BELOW + 1) + 1, above = tf_fraud_tally_sum(&c->counts[0], ABOVE, ABOVE + 1);
    if (below + above < c->setting->params[MINIMUM] || below < c->setting->params[TIMES] * above)
        return TF_FRAUD_CLEAR;
    explain(c, below, above, hit);
    return TF_FRAUD_HIT;
}
