#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "report_gaps.h"
#include "taxflow/report.h"

static struct tf_report report;

static size_t rule(const char *id)
{
    size_t count, r = 0;
    const struct tf_fraud_rule *rules = tf_fraud_rules(&count);
    while (r < count && strcmp(rules[r].id, id) != 0)
        r++;
    assert_true(r < count);
    return r;
}

static int set_up(void **state)
{
    (void)state;
    memset(&report, 0, sizeof report);
    tf_report_gaps_begin(&report);
    return 0;
}

/* An invoice that has a user and an approver, or has them not; the rule answers unknown. */
static void add(const char *id, const char *user, const char *approver, size_t times)
{
    struct tf_invoice invoice = {.number = TF_STR("1")};
    struct tf_event event = {.kind = TF_KIND_INVOICE, .user = tf_str_of(user), .approver = tf_str_of(approver), .as.invoice = &invoice};
    struct tf_fraud_verdict verdict = {0};
    tf_fraud_bit_set(&verdict.unknown, rule(id));
    report.fraud_rules[rule(id)].unknown += times;
    while (times-- > 0)
        tf_report_gaps_add(&report, &event, &verdict);
}

static void assert_words(const char *id, const char *expected)
{
    struct tf_buf out;
    tf_buf_init(&out, 4096);
    tf_report_gap_words(&report, rule(id), &out);
    tf_buf_putc(&out, '\0');
    assert_string_equal(out.ptr, expected);
    tf_buf_finish(&out);
}

static void test_one_field_is_missing_in_all(void **state)
{
    (void)state;
    add("SOD1", "u1", NULL, 2000);
    assert_words("SOD1", "0 of 2,000 evaluated, field approver missing");
    report.fraud_rules[rule("SOD1")].evaluated = 1234567;
    assert_words("SOD1", "1,234,567 of 1,236,567 evaluated, field approver missing");
    assert_words("DUP1", ""); /* nothing was unknown */
}

static void test_several_are_missing(void **state)
{
    (void)state;
    add("SOD1", "u1", " ", 3);
    add("SOD1", NULL, NULL, 2);
    add("SOD1", "u1", "u2", 1);
    assert_words("SOD1", "0 of 6 evaluated, field user missing in 2, field approver missing in 5, in 1 the fields are there and do not suffice");
    tf_report_gaps_add(&report, NULL, NULL); /* a dead letter of the role */
}

static void test_what_is_needed_at_times(void **state)
{
    (void)state;
    add("TIM1", "u1", "u2", 1);
    report.gaps.rules[rule("TIM1")] = (struct tf_report_gap){.other = 1}; /* as if it said who entered it */
    assert_words("TIM1", "0 of 1 evaluated, in 1 for want of: recorded_at, or a date with hours");
    add("BEN1", "u1", "u2", 5);
    assert_words("BEN1", "5 records left out of the groups it judges, field amount missing, field date missing");
}

static void test_json_and_text(void **state)
{
    (void)state;
    struct tf_buf out;
    char *text = NULL;
    size_t len = 0;
    add("SOD1", "u1", NULL, 2);
    tf_buf_init(&out, 1 << 20);
    tf_report_json(&report, &out);
    tf_buf_putc(&out, '\0');
    assert_non_null(strstr(out.ptr, "\"not_evaluated\":{\"SOD1\":{\"missing\":{\"approver\":2},\"other\":0,\"words\":\"0 of 2 evaluated, field approver missing\"}},\"seconds\""));
    FILE *print = open_memstream(&text, &len);
    tf_report_print(&report, print);
    fclose(print);
    assert_non_null(strstr(text, "  SOD1: 0 of 2 evaluated, field approver missing\n"));
    free(text);
    report.gaps.told = false; /* rows read back out of Kafka do not say what records lack */
    tf_buf_reset(&out);
    tf_report_json(&report, &out);
    tf_buf_putc(&out, '\0');
    assert_null(strstr(out.ptr, "not_evaluated"));
    tf_buf_finish(&out);
}

static void test_counts_for_people(void **state)
{
    (void)state;
    static const struct { uint64_t count; const char *text; } cases[] = {
        {0, "0"}, {999, "999"}, {1000, "1,000"}, {12345, "12,345"}, {123456, "123,456"}, {1000000, "1,000,000"}, {UINT64_MAX, "18,446,744,073,709,551,615"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tf_buf out;
        tf_buf_init(&out, 64);
        tf_report_count(&out, cases[i].count);
        assert_true(tf_str_is(tf_buf_view(&out), cases[i].text));
        tf_buf_finish(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_one_field_is_missing_in_all, set_up),
        cmocka_unit_test_setup(test_several_are_missing, set_up),
        cmocka_unit_test_setup(test_what_is_needed_at_times, set_up),
        cmocka_unit_test_setup(test_json_and_text, set_up),
        cmocka_unit_test(test_counts_for_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
