/* RND1, round amount: a whole multiple of what people round to in the currency. */
#include "fraud_rules.h"
#include "hit.h"

enum tf_fraud_answer tf_rnd1_judge(const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                                   const struct tf_fraud_key *keys, const struct tf_fraud_window *windows, size_t count,
                                   struct tf_arena *arena, struct tf_fraud_hit *hit)
{
    (void)keys, (void)windows, (void)count;
    char text[TF_HIT_AMOUNT_BYTES];
    if (!facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (facts->returned)
        return TF_FRAUD_CLEAR;
    if (!facts->has_amount || !facts->currency[0])
        return TF_FRAUD_UNKNOWN;
    int64_t round = tf_fraud_facts_threshold(facts, setting);
    /* The exact amount is compared too: 1000.001 is not round, though its minor units are. */
    bool hits = facts->amount_minor >= round && facts->amount_minor % round == 0
                && tf_money_cmp(facts->amount, tf_money_of(facts->amount_minor, 2)) == 0;
    if (!hits)
        return TF_FRAUD_CLEAR;
    hit->amount_at_risk_minor = facts->amount_minor;
    hit->observed = tf_arena_printf(arena, "%s", tf_hit_amount(facts->amount_minor, facts->currency, text));
    hit->threshold = tf_arena_printf(arena, "a multiple of %s", tf_hit_amount(round, facts->currency, text));
    return TF_FRAUD_HIT;
}
