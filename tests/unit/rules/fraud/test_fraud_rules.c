#include "unit/rules/fraud/sample.h"

static void every_row_is_complete(void **state)
{
    (void)state;
    size_t count;
    const struct tf_fraud_rule *rules = tf_fraud_rules(&count);
    assert_true(count > 0 && count <= TF_FRAUD_RULES_MAX);
    for (size_t r = 0; r < count; r++) {
        const struct tf_fraud_setting *defaults = &rules[r].defaults;
        assert_int_equal(sample_rule(rules[r].id), r);
        assert_true(rules[r].version[0] && rules[r].title[0] && rules[r].needs[0] && rules[r].source[0]);
        const uint32_t kinds = rules[r].kinds & ~TF_FRAUD_OF_VOIDED;
        assert_true(kinds > 0 && kinds < 1u << TF_KIND_COUNT);
        assert_non_null(rules[r].judge);
        assert_int_equal(rules[r].keys || rules[r].tallies, defaults->window_ms > 0);
        assert_int_equal(defaults->mode, TF_FRAUD_LIVE);
        assert_true(defaults->weight > 0 && defaults->weight <= 100);
    }
}

static void weights_and_windows_are_the_catalogue_s(void **state)
{
    (void)state;
    static const struct { const char *id; uint32_t weight; int64_t days; } expected[] = {
        {"VAT1", 40, 0}, {"VAT2", 45, 730}, {"MTIC1", 55, 365}, {"REC1", 40, 690},
        {"SEQ1", 30, 400}, {"SEQ2", 25, 400}, {"SEQ3", 30, 400}, {"PO1", 10, 365}, {"CRN1", 20, 30}, {"KEY1", 10, 0},
        {"DUP2", 45, 90}, {"DUP3", 50, 90},
        {"RND2", 20, 365}, {"SPL2", 15, 365}, {"SUP1", 35, 365}, {"JE2", 25, 365}, {"JE3", 15, 365},
        {"BEN1", 15, 365}, {"BEN2", 15, 365}, {"BEN3", 10, 365},
        {"DUP1", 60, 730}, {"DUP4", 10, 30}, {"RND1", 5, 0},   {"SPL1", 40, 3},
        {"VEL1", 20, 90},  {"SOD1", 50, 0},  {"OUT1", 25, 365},
        {"OUT2", 25, 365}, {"SUP2", 25, 730}, {"BNK1", 45, 365}, {"BNK2", 55, 730}, {"TIM1", 5, 0}, {"JE1", 25, 0}, {"JE4", 25, 0},
        {"MTIC2", 70, 90}};
    size_t count;
    const struct tf_fraud_rule *rules = tf_fraud_rules(&count);
    assert_int_equal(count, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < count; i++) {
        const struct tf_fraud_setting *defaults = &rules[sample_rule(expected[i].id)].defaults;
        assert_int_equal(defaults->weight, expected[i].weight);
        assert_int_equal(defaults->window_ms, expected[i].days * TF_MS_PER_DAY);
    }
}

static void params_and_thresholds_are_in_range(void **state)
{
    (void)state;
    size_t count;
    const struct tf_fraud_rule *rules = tf_fraud_rules(&count);
    for (size_t r = 0; r < count; r++) {
        const struct tf_fraud_setting *defaults = &rules[r].defaults;
        for (size_t i = 0; i < TF_FRAUD_PARAMS_MAX && rules[r].params[i].name; i++)
            assert_true(defaults->params[i] >= rules[r].params[i].min && defaults->params[i] <= rules[r].params[i].max);
        assert_int_equal(defaults->thresholds_count, defaults->threshold_minor > 0 ? 11 : 0);
        for (size_t i = 0; i < TF_FRAUD_CURRENCIES_MAX; i++) {
            assert_int_equal(strlen(defaults->thresholds[i].currency), i < defaults->thresholds_count ? 3 : 0);
            assert_int_equal(defaults->thresholds[i].threshold_minor > 0, i < defaults->thresholds_count);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_row_is_complete), cmocka_unit_test(weights_and_windows_are_the_catalogue_s),
                                       cmocka_unit_test(params_and_thresholds_are_in_range)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
