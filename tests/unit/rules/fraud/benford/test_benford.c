#include "unit/rules/fraud/sample.h"

#include <math.h>

#include "benford/benford.h"
#include "benford/digits.h"
#include "taxflow/fraud_group.h"

/* A sample's digits as the textbook computes them. */
static void statistics_are_the_textbook_s(void **state)
{
    (void)state;
    struct tf_benford benford;
    static const int64_t counts[9] = {301, 176, 125, 97, 79, 67, 58, 51, 46};
    static const double shares[9] = {.30103, .17609, .12494, .09691, .07918, .06695, .05799, .05115, .04576};
    tf_benford_first(&benford);
    for (unsigned d = 1; d <= 9; d++) {
        assert_true(fabs(benford.expected[d - 1] - shares[d - 1]) < 5e-6);
        tf_benford_add(&benford, d, counts[d - 1]);
    }
    assert_int_equal(benford.n, 1000);
    assert_true(tf_benford_mad(&benford) < 2e-4 && tf_benford_chi_square(&benford) < 0.01);
    tf_benford_first(&benford);
    tf_benford_add(&benford, 1, 1000);
    double mad = (1 - log10(2)) * 2 / 9;
    assert_true(fabs(tf_benford_mad(&benford) - mad) < 1e-12);
    assert_true(fabs(tf_benford_chi_square(&benford) - 1000 * (1 / log10(2) - 1)) < 1e-6);
    double z = (1 - log10(2) - 0.0005) / sqrt(log10(2) * (1 - log10(2)) / 1000);
    assert_true(fabs(tf_benford_z(&benford, 0) - z) < 1e-9);
    assert_true(tf_benford_z(&benford, 8) < -6);
}

static void without_counts_all_is_zero(void **state)
{
    (void)state;
    struct tf_benford benford;
    tf_benford_last_two(&benford);
    assert_true(tf_benford_mad(&benford) == 0 && tf_benford_chi_square(&benford) == 0 && tf_benford_z(&benford, 99) == 0);
    double sum = 0;
    tf_benford_first_two(&benford);
    for (size_t i = 0; i < benford.cells; i++)
        sum += benford.expected[i];
    assert_true(fabs(sum - 1) < 1e-12);
}

static void cells_come_in_the_order_of_their_z(void **state)
{
    (void)state;
    struct tf_benford benford;
    struct tf_fraud_group_finding finding;
    tf_benford_last_two(&benford);
    for (unsigned d = 0; d < 100; d++)
        tf_benford_add(&benford, d, 100 + (d >= 40 && d < 80 ? (int64_t)d : 0));
    tf_benford_name_cells(&benford, 2.576, &finding);
    assert_int_equal(finding.cells_count, TF_FRAUD_GROUP_CELLS_MAX);
    assert_int_equal(finding.cells[0].digits, 79);
    assert_int_equal(finding.cells[0].observed, 179);
    for (uint32_t i = 1; i < finding.cells_count; i++)
        assert_true(fabs(finding.cells[i].z) <= fabs(finding.cells[i - 1].z));
}

/* Honest sets, drawn by Benford's law with a fixed seed: how often would a rule speak? */

static uint64_t random_state = 20260101;

static double uniform(void)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (double)(random_state >> 11) / 9007199254740992.0;
}

/* 10^u over whole powers of ten follows the law exactly; cents are what is kept of it. */
static struct tf_decimal benford_amount(void)
{
    return tf_money_of(llround(pow(10, 3 + 5 * uniform())), 2); /* 10.00 to 1,000,000.00 */
}

static const struct tf_fraud_rule *rule_of(const char *id)
{
    size_t count;
    return &tf_fraud_rules(&count)[sample_rule(id)];
}

/* Counters of n amounts, as the rule's own tallies give them. */
static enum tf_fraud_grade judge_set(const char *id, int n, struct tf_decimal (*draw)(void), struct tf_fraud_group_finding *finding)
{
    static struct tf_fraud_count counts[TF_FRAUD_CELLS_MAX];
    static struct sample sample;
    const struct tf_fraud_rule *rule = rule_of(id);
    for (unsigned cell = 0; cell < TF_FRAUD_CELLS_MAX; cell++)
        counts[cell] = tf_fraud_count_of(600, cell);
    sample_payment(&sample, "DE1", NULL, "1.00", "EUR", 0);
    struct tf_fraud_facts facts = tf_fraud_facts_of(&sample.event);
    for (int i = 0; i < n; i++) {
        struct tf_fraud_tally tallies[TF_FRAUD_TALLIES_MAX];
        facts.amount = draw();
        for (size_t t = rule->tallies(rule, &rule->defaults, &facts, tallies); t > 0; t--)
            counts[tallies[t - 1].cell].bits += tallies[t - 1].adds;
    }
    rule->group->judge(&rule->defaults, &(struct tf_fraud_tally_view){counts, TF_FRAUD_CELLS_MAX}, finding);
    return finding->grade;
}

static int false_alarms(const char *id, int n, int sets)
{
    int alarms = 0;
    for (int i = 0; i < sets; i++) {
        struct tf_fraud_group_finding finding;
        enum tf_fraud_grade grade = judge_set(id, n, benford_amount, &finding);
        assert_int_not_equal(grade, TF_FRAUD_GRADE_NONE);
        assert_int_equal(finding.n, n);
        alarms += grade == TF_FRAUD_GRADE_NONCONFORMITY;
    }
    return alarms;
}

static void honest_sets_are_seldom_accused(void **state)
{
    (void)state;
    int first = false_alarms("BEN1", 1000, 400), two = false_alarms("BEN2", 5000, 200), last = false_alarms("BEN3", 1000, 400);
    print_message("false alarms: BEN1 %d of 400, BEN2 %d of 200, BEN3 %d of 400\n", first, two, last);
    assert_true(first <= 400 / 20);
    assert_true(two <= 200 / 20);
    assert_true(last <= 400 / 20);
}

static void small_sets_are_not_judged(void **state)
{
    (void)state;
    struct tf_fraud_group_finding finding;
    assert_int_equal(judge_set("BEN1", 999, benford_amount, &finding), TF_FRAUD_GRADE_NONE);
    assert_int_equal(judge_set("BEN2", 4999, benford_amount, &finding), TF_FRAUD_GRADE_NONE);
    assert_int_equal(judge_set("BEN3", 999, benford_amount, &finding), TF_FRAUD_GRADE_NONE);
    assert_int_equal(judge_set("BEN1", 0, benford_amount, &finding), TF_FRAUD_GRADE_NONE);
}

static struct tf_decimal invented_amount(void)
{
    return tf_money_of(1000 + (int64_t)(uniform() * 9999000), 2); /* all alike: what people invent */
}

static struct tf_decimal below_a_limit(void)
{
    return uniform() < 0.1 ? tf_money_of(490000 + (int64_t)(uniform() * 9999), 2) : benford_amount();
}

static struct tf_decimal round_cents(void)
{
    struct tf_decimal amount = benford_amount();
    return uniform() < 0.1 ? tf_money_of((int64_t)(amount.units / 100 * 100), 2) : amount;
}

static struct tf_decimal narrow(void)
{
    return tf_money_of(llround(pow(10, 4 + uniform())) * 10, 2); /* one power of ten: prices of a list */
}

static void what_is_made_up_is_found(void **state)
{
    (void)state;
    struct tf_fraud_group_finding finding;
    assert_int_equal(judge_set("BEN1", 2000, invented_amount, &finding), TF_FRAUD_GRADE_NONCONFORMITY);
    assert_string_equal(finding.statistic, "MAD");
    assert_true(finding.value > finding.limit && finding.limit >= 0.015);
    assert_int_equal(judge_set("BEN2", 6000, below_a_limit, &finding), TF_FRAUD_GRADE_NONCONFORMITY);
    assert_int_equal(finding.cells[0].digits, 49);
    assert_true(finding.cells[0].z > 20 && (double)finding.cells[0].observed > 4 * finding.cells[0].expected);
    assert_int_equal(judge_set("BEN3", 2000, round_cents, &finding), TF_FRAUD_GRADE_NONCONFORMITY);
    assert_int_equal(finding.cells[0].digits, 0);
    assert_true(finding.limit == 134.642);
}

/* A MAD above the book's limit that chance explains: 1,000 records would be above 0.0022 by it. */
static void noise_is_no_finding(void **state)
{
    (void)state;
    struct tf_fraud_rule rule = *rule_of("BEN2");
    struct tf_fraud_group_finding finding;
    static struct tf_fraud_count counts[90];
    rule.defaults.params[0] = 1000;
    for (unsigned i = 0; i < 90; i++)
        counts[i] = (struct tf_fraud_count){tf_fraud_count_of(600, (i < 45 ? 3u : 6u) * 90 + i).bits + (uint64_t)llround(1000 * log10(1 + 1.0 / (10 + i)) * (i % 2 ? 1.25 : 0.8))};
    rule.group->judge(&rule.defaults, &(struct tf_fraud_tally_view){counts, 90}, &finding);
    assert_true(finding.value > 0.0022 && finding.value < finding.limit);
    assert_int_equal(finding.grade, TF_FRAUD_GRADE_MARGINAL);
}

static void few_powers_of_ten_are_not_judged(void **state)
{
    (void)state;
    struct tf_fraud_group_finding finding;
    assert_int_equal(judge_set("BEN1", 3000, narrow, &finding), TF_FRAUD_GRADE_NONE);
    assert_int_equal(judge_set("BEN2", 6000, narrow, &finding), TF_FRAUD_GRADE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statistics_are_the_textbook_s), cmocka_unit_test(without_counts_all_is_zero),
        cmocka_unit_test(cells_come_in_the_order_of_their_z), cmocka_unit_test(honest_sets_are_seldom_accused),
        cmocka_unit_test(small_sets_are_not_judged), cmocka_unit_test(what_is_made_up_is_found), cmocka_unit_test(noise_is_no_finding),
        cmocka_unit_test(few_powers_of_ten_are_not_judged)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
