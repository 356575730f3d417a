/* RND1, round amount: a whole multiple of what people round to in the currency. */
#include "fraud_rules.h"
#include "hit.h"

enum tf_fraud_answer tf_rnd1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    (void)c->keys, (void)c->windows, (void)c->count;
    char text[TF_HIT_AMOUNT_BYTES] TF_NOT_CLEARED;
    if (!c->facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (c->facts->returned)
        return TF_FRAUD_CLEAR;
    if (!c->facts->has_amount || !c->facts->currency[0])
        return TF_FRAUD_UNKNOWN;
    int64_t round = tf_fraud_facts_threshold(c->facts, c->setting);
    /* The exact amount is compared too: 1000.001 is not round, though its minor units are. */
    bool hits = c->facts->amount_minor >= round && c->facts->amount_minor % round == 0
                && tf_money_cmp(c->facts->amount, tf_money_of(c->facts->amount_minor, 2)) == 0;
    if (!hits)
        return TF_FRAUD_CLEAR;
    hit->amount_at_risk_minor = c->facts->amount_minor;
    hit->observed = tf_arena_printf(c->arena, "%s", tf_hit_amount(c->facts->amount_minor, c->facts->currency, text));
    hit->threshold = tf_arena_printf(c->arena, "a multiple of %s", tf_hit_amount(round, c->facts->currency, text));
    return TF_FRAUD_HIT;
}
