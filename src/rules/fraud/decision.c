#include "ruleset.h"
#include "taxflow/clock.h"

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
    for (uint32_t i = 0; i < verdict->lists_count; i++)
        points += verdict->lists[i].kind == TF_FRAUD_LIST_WATCH ? verdict->lists[i].points : 0;
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

static bool stands_on(const struct tf_fraud_verdict *verdict, enum tf_fraud_list_kind kind)
{
    for (uint32_t i = 0; i < verdict->lists_count; i++)
        if (verdict->lists[i].kind == kind)
            return true;
    return false;
}

void tf_fraud_verdict_close(const struct tf_fraud_ruleset *ruleset, const struct tf_fraud_facts *facts, struct tf_fraud_verdict *verdict)
{
    const struct tf_policy *policy = tf_ruleset_policy(ruleset);
    const struct tf_policy_limits limits = tf_policy_limits_of(policy, facts->company);
    verdict->score = (uint32_t)points_of(policy, verdict);
    verdict->amount_at_risk_minor = amount_of(verdict);
    if (stands_on(verdict, TF_FRAUD_LIST_HARD_BLOCK))
        verdict->decision = TF_FRAUD_BLOCK;
    else if (stands_on(verdict, TF_FRAUD_LIST_ALLOW))
        verdict->decision = TF_FRAUD_APPROVE;
    else if (stands_on(verdict, TF_FRAUD_LIST_BLOCK) || verdict->score >= limits.block)
        verdict->decision = TF_FRAUD_BLOCK;
    else
        verdict->decision = verdict->score >= limits.review ? TF_FRAUD_REVIEW : TF_FRAUD_APPROVE;
}

static enum tf_err find_lists(const struct tf_lists *lists, const struct tf_fraud_facts *facts, struct tf_arena *arena,
                              struct tf_fraud_verdict *verdict)
{
    struct tf_fraud_listing found[TF_LISTS_MAX] TF_NOT_CLEARED;
    uint32_t count = lists ? tf_lists_match(lists, facts, found) : 0;
    if (count == 0)
        return TF_OK;
    struct tf_fraud_listing *kept = tf_arena_alloc(arena, count * sizeof *kept);
    if (!kept)
        return TF_E_LIMIT;
    memcpy(kept, found, count * sizeof *kept);
    verdict->lists = kept;
    verdict->lists_count = count;
    return TF_OK;
}

/* A shadow hit counts nothing as it is. */
static enum tf_err snooze(const struct tf_snoozes *snoozes, const struct tf_fraud_facts *facts, struct tf_arena *arena, struct tf_fraud_hit *hit)
{
    const struct tf_snooze *found = hit->mode == TF_FRAUD_LIVE ? tf_snoozes_find(snoozes, facts, hit->rule) : NULL;
    char until[25];
    if (!found)
        return TF_OK;
    tf_clock_format_time(found->until_ms, until);
    hit->mode = TF_FRAUD_SNOOZED;
    hit->note = tf_arena_printf(arena, "snoozed before %s: %.*s", until, TF_STR_ARGS(found->reason));
    return tf_str_present(hit->note) ? TF_OK : TF_E_LIMIT;
}

enum tf_err tf_fraud_verdict_look_up(const struct tf_fraud_ruleset *ruleset, const struct tf_fraud_facts *facts, struct tf_arena *arena,
                                     struct tf_fraud_verdict *verdict)
{
    TF_TRY(find_lists(tf_ruleset_lists(ruleset), facts, arena, verdict));
    for (uint32_t i = 0; i < verdict->hits_count; i++)
        TF_TRY(snooze(tf_ruleset_snoozes(ruleset), facts, arena, &verdict->hits[i]));
    return TF_OK;
}
