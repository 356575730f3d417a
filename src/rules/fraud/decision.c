#include "ruleset.h"

/* The family's place among those that have a cap; families_count when it has none. */
static size_t family_of(const struct tf_policy *policy, const struct tf_fraud_rule *rule)
{
    size_t letters = strspn(rule->id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    size_t f = 0;
    while (f < policy->families_count
           && (strncmp(policy->families[f].family, rule->id, letters) != 0 || policy->families[f].family[letters] != '\0'))
        f++;
    return f;
}

static uint64_t points_of(const struct tf_policy *policy, const struct tf_fraud_verdict *verdict)
{
    uint64_t families[TF_POLICY_FAMILIES_MAX + 1] = {0}, points = 0;
    for (uint32_t i = 0; i < verdict->hits_count; i++)
        if (verdict->hits[i].mode == TF_FRAUD_LIVE)
            families[family_of(policy, verdict->hits[i].rule)] += verdict->hits[i].weight;
    for (size_t f = 0; f < policy->families_count; f++)
        points += families[f] < policy->families[f].cap ? families[f] : policy->families[f].cap;
    points += families[policy->families_count];
    return points < policy->cap ? points : policy->cap;
}

static int64_t amount_of(const struct tf_fraud_verdict *verdict)
{
    int64_t amount_minor = 0;
    for (uint32_t i = 0; i < verdict->hits_count; i++)
        if (verdict->hits[i].mode == TF_FRAUD_LIVE && verdict->hits[i].amount_at_risk_minor > amount_minor)
            amount_minor = verdict->hits[i].amount_at_risk_minor;
    return amount_minor;
}

void tf_fraud_verdict_close(const struct tf_fraud_ruleset *ruleset, const struct tf_fraud_facts *facts, struct tf_fraud_verdict *verdict)
{
    const struct tf_policy *policy = tf_ruleset_policy(ruleset);
    const struct tf_policy_limits limits = tf_policy_limits_of(policy, facts->company);
    verdict->score = (uint32_t)points_of(policy, verdict);
    verdict->amount_at_risk_minor = amount_of(verdict);
    verdict->decision = verdict->score >= limits.block    ? TF_FRAUD_BLOCK
                        : verdict->score >= limits.review ? TF_FRAUD_REVIEW
                                                          : TF_FRAUD_APPROVE;
}
