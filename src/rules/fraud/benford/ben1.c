/*
 * BEN1, first digits of a population against Benford's law: mean absolute deviation above 0.015, and above what chance makes of as many
 * records: E[MAD] = 0.2348 / sqrt(n), 95 % of honest sets below that + 0.104 / sqrt(n).
 */
#include "benford.h"
#include "fraud_rules.h"
#include "population.h"

enum { MINIMUM, DECADES };
static const struct tf_benford_limits LIMITS = {0.006, 0.012, 0.015, 0.2348 + 0.104};

/* BEN2 counts the same: one counter serves both. */
size_t tf_ben1_tallies(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                       struct tf_fraud_tally *tallies)
{
    (void)rule;
    (void)setting;
    return tf_population_tallies(facts, TF_STR("BENF"), tf_population_first_digits, tallies);
}

enum tf_fraud_answer tf_ben1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    (void)hit;
    return tf_population_answer(c);
}

static void name(const struct tf_fraud_facts *facts, size_t tally, char out[TF_FRAUD_GROUP_NAME_BYTES])
{
    tf_population_name(facts, tally, tf_population_first_digits, out);
}

static void judge_group(const struct tf_fraud_setting *setting, const struct tf_fraud_tally_view *counts, struct tf_fraud_group_finding *finding)
{
    int64_t cells[TF_FRAUD_CELLS_MAX] = {0};
    struct tf_benford benford;
    unsigned decades = tf_population_spread(counts, cells);
    tf_benford_first(&benford);
    for (unsigned cell = 0; cell < TF_POPULATION_DECADES * TF_POPULATION_DIGITS; cell++)
        tf_benford_add(&benford, (cell % TF_POPULATION_DIGITS + 10) / 10, cells[cell]);
    bool enough = benford.n >= setting->params[MINIMUM] && decades > setting->params[DECADES];
    tf_benford_judge_mad(&benford, &LIMITS, enough, finding);
}

const struct tf_fraud_group_rule tf_ben1_group = {.judge = judge_group, .name = name};
