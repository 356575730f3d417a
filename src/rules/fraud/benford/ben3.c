/* BEN3, last two digits of a population, which should all be alike: chi-square of 99 degrees of freedom above its 1 % point, 134.642. */
#include "benford.h"
#include "fraud_rules.h"
#include "population.h"

enum { MINIMUM };
static const double LIMIT_5_PERCENT = 123.225, LIMIT_1_PERCENT = 134.642, Z_LIMIT = 2.576;

size_t tf_ben3_tallies(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                       struct tf_fraud_tally *tallies)
{
    (void)rule;
    (void)setting;
    return tf_population_tallies(facts, TF_STR("BENL"), tf_population_last_digits, tallies);
}

enum tf_fraud_answer tf_ben3_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    (void)hit;
    return tf_population_answer(c);
}

static void name(const struct tf_fraud_facts *facts, size_t tally, char out[TF_FRAUD_GROUP_NAME_BYTES])
{
    tf_population_name(facts, tally, tf_population_last_digits, out);
}

static void judge_group(const struct tf_fraud_setting *setting, const struct tf_fraud_tally_view *counts, struct tf_fraud_group_finding *finding)
{
    int64_t cells[TF_FRAUD_CELLS_MAX] = {0};
    struct tf_benford benford;
    tf_fraud_tally_spread(counts, cells);
    tf_benford_last_two(&benford);
    for (unsigned digits = 0; digits < TF_BENFORD_CELLS_MAX; digits++)
        tf_benford_add(&benford, digits, cells[digits]);
    *finding = (struct tf_fraud_group_finding){.statistic = "chi-square", .n = benford.n, .value = tf_benford_chi_square(&benford),
                                               .limit = LIMIT_1_PERCENT};
    tf_benford_name_cells(&benford, Z_LIMIT, finding);
    if (benford.n < setting->params[MINIMUM])
        return;
    finding->grade = finding->value > LIMIT_1_PERCENT   ? TF_FRAUD_GRADE_NONCONFORMITY
                     : finding->value > LIMIT_5_PERCENT ? TF_FRAUD_GRADE_MARGINAL
                                                        : TF_FRAUD_GRADE_ACCEPTABLE;
}

const struct tf_fraud_group_rule tf_ben3_group = {.judge = judge_group, .name = name};
