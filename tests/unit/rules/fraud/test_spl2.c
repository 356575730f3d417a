#include "unit/rules/fraud/sample.h"

static struct sample sample;

static enum tf_fraud_answer pass(struct history *history, const char *approver, const char *amount, int day)
{
    sample_invoice(&sample, "DE1", "12", amount, "EUR", day);
    sample.event.approver = tf_str_of(approver);
    return history_pass(history, &sample);
}

static void below(struct history *history, const char *approver, int n)
{
    for (int i = 0; i < n; i++)
        assert_int_equal(pass(history, approver, i % 2 ? "9500.00" : "9999.99", i), TF_FRAUD_CLEAR);
}

static void ten_below_and_none_above_hit(void **state)
{
    (void)state;
    struct history *history = history_create("SPL2");
    below(history, "u3", 9);
    assert_int_equal(pass(history, "u3", "9800.00", 10), TF_FRAUD_HIT);
    assert_int_equal(history->hit.amount_at_risk_minor, 980000);
    assert_int_equal(history->hit.related_count, 9);
    assert_text(history->hit.observed, "9800.00 EUR is one of 10 amounts of this approver right below 10000.00 EUR; 0 lie right above");
    assert_text(history->hit.threshold, "3 times as many within 5 % below as within 5 % above, from 10 of them on");
    history_destroy(history);
}

static void three_times_as_many_hit_and_less_do_not(void **state)
{
    (void)state;
    struct history *history = history_create("SPL2");
    for (int i = 0; i < 4; i++)
        assert_int_equal(pass(history, "u3", i % 2 ? "10000.00" : "10499.99", i), TF_FRAUD_CLEAR);
    below(history, "u3", 11);
    assert_int_equal(pass(history, "u3", "9800.00", 20), TF_FRAUD_HIT); /* 12 to 4 */
    assert_int_equal(pass(history, "u3", "10001.00", 21), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "u3", "9800.00", 22), TF_FRAUD_CLEAR); /* 13 to 5 */
    history_destroy(history);
}

static void limits_are_each_currency_s_own(void **state)
{
    (void)state;
    struct history *history = history_create("SPL2");
    for (int i = 0; i < 10; i++) {
        sample_payment(&sample, "SE1", NULL, "97000.00", "SEK", i);
        sample.event.approver = TF_STR(" u3 ");
        assert_int_equal(history_pass(history, &sample), i < 9 ? TF_FRAUD_CLEAR : TF_FRAUD_HIT);
    }
    assert_int_equal(pass(history, "u3", "9700.00", 10), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void far_from_the_limit_nothing_counts(void **state)
{
    (void)state;
    struct history *history = history_create("SPL2");
    for (int i = 0; i < 30; i++) {
        assert_int_equal(pass(history, "u3", "9499.99", i), TF_FRAUD_CLEAR);
        assert_int_equal(pass(history, "u3", "10500.00", i), TF_FRAUD_CLEAR);
    }
    assert_int_equal(history->counted_count, 0);
    history_destroy(history);
}

static void other_approvers_and_old_ones_do_not_count(void **state)
{
    (void)state;
    struct history *history = history_create("SPL2");
    below(history, "u3", 9);
    assert_int_equal(pass(history, "u4", "9800.00", 10), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "u3", "9800.00", 400), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE1", "12", "9800.00", "EUR", 10);
    sample.event.approver = TF_STR("u3");
    sample.event.direction = TF_DIRECTION_SALE;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    sample_payment(&sample, "DE1", NULL, "9800.00", "EUR", 10);
    sample.event.approver = TF_STR("u3");
    sample.payment.returned = true;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_missing_field_is_unknown_where_it_matters(void **state)
{
    (void)state;
    struct history *history = history_create("SPL2");
    assert_int_equal(pass(history, NULL, "9800.00", 0), TF_FRAUD_UNKNOWN);
    assert_int_equal(pass(history, "  ", "9800.00", 0), TF_FRAUD_UNKNOWN);
    assert_int_equal(pass(history, NULL, "100.00", 0), TF_FRAUD_CLEAR); /* whoever approved it */
    assert_int_equal(pass(history, "u3", NULL, 0), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "9800.00", NULL, 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "9800.00", "EUR", 0);
    sample.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_below_and_none_above_hit), cmocka_unit_test(three_times_as_many_hit_and_less_do_not),
        cmocka_unit_test(limits_are_each_currency_s_own), cmocka_unit_test(far_from_the_limit_nothing_counts),
        cmocka_unit_test(other_approvers_and_old_ones_do_not_count), cmocka_unit_test(a_missing_field_is_unknown_where_it_matters)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
