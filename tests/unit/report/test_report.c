#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "taxflow/report.h"
#include "taxflow/metrics.h"

static struct tf_report sound(void)
{
    return (struct tf_report){
        .received = 10, .accepted = 6, .duplicates = 3, .dead_lettered = 1,
        .tax = {.valid = 2, .invalid = 1, .not_applicable = 2, .dead = 1},
        .fraud = {.approve = 3, .review = 1, .block = 1, .dead = 1},
        .seconds = 1.2345,
    };
}

static void test_it_must_add_up(void **state)
{
    (void)state;
    struct tf_fault fault;
    struct tf_report report = sound(), none = {0};
    assert_int_equal(tf_report_check(&report, &fault), TF_OK);
    assert_int_equal(tf_report_check(&none, &fault), TF_OK);
    uint64_t *const numbers[] = {
        &report.received, &report.accepted, &report.duplicates, &report.dead_lettered, &report.tax.valid, &report.tax.invalid,
        &report.tax.not_applicable, &report.tax.dead, &report.fraud.approve, &report.fraud.review, &report.fraud.block, &report.fraud.dead,
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        report = sound();
        ++*numbers[i];
        fault.text[0] = '\0';
        assert_int_equal(tf_report_check(&report, &fault), TF_E_BREACH);
        assert_true(strlen(fault.text) > 10);
        *numbers[i] -= 2;
        assert_int_equal(tf_report_check(&report, &fault), TF_E_BREACH);
    }
}

static void test_json(void **state)
{
    (void)state;
    size_t tax, fraud;
    struct tf_report report = sound();
    const char *first = tf_tax_rules(&tax)[0].id, *last = tf_fraud_rules(&fraud)[0].id;
    report.tax.findings[0] = 1;
    report.tax.findings[tax - 1] = 7;
    report.fraud.hits[0] = 2;
    report.tax_rules[0] = (struct tf_report_rule){6, 1, 0, 0};
    report.fraud_rules[0] = (struct tf_report_rule){3, 2, 1, 0};
    struct tf_buf out;
    char expected[600];
    tf_buf_init(&out, 1 << 20);
    tf_report_json(&report, &out);
    snprintf(expected, sizeof expected,
             "{\"received\":10,\"accepted\":6,\"duplicates\":3,\"dead_lettered\":1,\"tax\":{\"valid\":2,\"invalid\":1,\"not_applicable\":2,\"dead\":1,"
             "\"findings\":{\"%s\":1,\"%s\":7}},\"fraud\":{\"approve\":3,\"review\":1,\"block\":1,\"dead\":1,\"hits\":{\"%s\":2}},"
             "\"rules\":{\"%s\":{\"evaluated\":6,\"hit\":1,\"unknown\":0},",
             first, tf_tax_rules(&tax)[tax - 1].id, last, first);
    tf_buf_putc(&out, '\0');
    assert_memory_equal(out.ptr, expected, strlen(expected));
    snprintf(expected, sizeof expected, "\"%s\":{\"evaluated\":3,\"hit\":2,\"unknown\":1}", last);
    assert_non_null(strstr(out.ptr, expected));
    assert_string_equal(out.ptr + out.len - 1 - strlen("},\"seconds\":1.235}"), "},\"seconds\":1.235}");
    tf_buf_finish(&out);
}

static void test_verdicts_are_counted(void **state)
{
    (void)state;
    size_t last;
    struct tf_report report = {0};
    struct tf_tax_verdict tax = {.applicable = true, .valid = true, .decided = true};
    tf_tax_rules(&last);
    last--;
    tf_report_tax(&report, &tax);
    tax.hit[0] = 1; /* a warning leaves it valid */
    tax.hit[last / 64] |= 1ULL << last % 64;
    tf_report_tax(&report, &tax);
    tax.valid = false;
    tf_report_tax(&report, &tax);
    tax = (struct tf_tax_verdict){0};
    tf_report_tax(&report, &tax);
    tf_report_tax(&report, NULL);
    assert_int_equal(report.tax.valid, 2);
    assert_int_equal(report.tax.invalid, 1);
    assert_int_equal(report.tax.not_applicable, 1);
    assert_int_equal(report.tax.dead, 1);
    assert_int_equal(report.tax.findings[0], 2);
    assert_int_equal(report.tax.findings[last], 2);
    static const enum tf_fraud_decision decisions[] = {TF_FRAUD_APPROVE, TF_FRAUD_REVIEW, TF_FRAUD_REVIEW, TF_FRAUD_BLOCK};
    for (size_t d = 0; d < 4; d++) {
        struct tf_fraud_verdict verdict = {.decision = decisions[d], .hit = {{d == 3 ? 5 : 0}}};
        tf_report_fraud(&report, &verdict);
    }
    tf_report_fraud(&report, NULL);
    assert_int_equal(report.fraud.approve, 1);
    assert_int_equal(report.fraud.review, 2);
    assert_int_equal(report.fraud.block, 1);
    assert_int_equal(report.fraud.dead, 1);
    assert_int_equal(report.fraud.hits[0], 1);
    assert_int_equal(report.fraud.hits[1], 0);
    assert_int_equal(report.fraud.hits[2], 1);
}

static void test_rules_come_from_metrics(void **state)
{
    (void)state;
    size_t tax, fraud;
    struct tf_report report = {0};
    const char *tax_id = tf_tax_rules(&tax)[1].id, *fraud_id = tf_fraud_rules(&fraud)[1].id;
    tf_metrics_add(tf_metrics_series(TF_METRIC_rule_results_total, "tax", tax_id, "evaluated"), 5);
    tf_metrics_add(tf_metrics_series(TF_METRIC_rule_results_total, "tax", tax_id, "hit"), 2);
    tf_metrics_add(tf_metrics_series(TF_METRIC_rule_results_total, "fraud", fraud_id, "unknown"), 9);
    tf_metrics_add(tf_metrics_series(TF_METRIC_rule_results_total, "fraud", "NO-SUCH", "hit"), 9);
    tf_report_rules(&report);
    assert_int_equal(report.tax_rules[1].evaluated, 5);
    assert_int_equal(report.tax_rules[1].hit, 2);
    assert_int_equal(report.fraud_rules[1].unknown, 9);
    tf_report_rules(&report); /* taken, not added */
    assert_int_equal(report.tax_rules[1].evaluated, 5);
}

static void test_for_people(void **state)
{
    (void)state;
    size_t fraud;
    char *text = NULL;
    size_t len = 0;
    struct tf_report report = sound();
    const struct tf_fraud_rule *rules = tf_fraud_rules(&fraud);
    size_t needy = 0;
    while (needy + 1 < fraud && !rules[needy].needs)
        needy++;
    report.fraud_rules[needy] = (struct tf_report_rule){3, 2, 1, 0};
    FILE *out = open_memstream(&text, &len);
    tf_report_print(&report, out);
    fclose(out);
    assert_non_null(strstr(text, "received 10 = accepted 6 + duplicates 3 + dead-lettered 1"));
    assert_non_null(strstr(text, rules[needy].id));
    assert_non_null(strstr(text, rules[needy].needs));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_must_add_up),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_verdicts_are_counted),
        cmocka_unit_test(test_rules_come_from_metrics),
        cmocka_unit_test(test_for_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
