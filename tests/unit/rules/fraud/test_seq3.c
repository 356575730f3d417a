#include "unit/rules/fraud/sample.h"

static struct sample sample;

static enum tf_fraud_answer pass(struct history *history, const char *number, int day)
{
    sample_invoice(&sample, "DE1", number, "119.00", "EUR", day);
    return history_pass(history, &sample);
}

static void three_in_a_row_over_a_month_hit(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ3");
    assert_int_equal(pass(history, "R-011", 0), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "R-012", 20), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "R-014", 30), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "3 invoices of this supplier in a row, 30 days, with no number between them that went elsewhere");
    assert_text(history->hit.threshold, "3 invoices, 30 days, numbers at most 2 apart");
    assert_int_equal(history->hit.related_count, 2);
    assert_int_equal(history->hit.amount_at_risk_minor, 11900);
    assert_int_equal(pass(history, "R-015", 31), TF_FRAUD_HIT);
    history_destroy(history);
}

static void invoices_of_one_day_come_in_any_order(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ3");
    pass(history, "R-012", 0);
    pass(history, "R-011", 0);
    assert_int_equal(pass(history, "R-014", 40), TF_FRAUD_HIT);
    assert_int_equal(pass(history, "R-013", 40), TF_FRAUD_HIT);
    history_destroy(history);
}

static void copies_do_not_break_the_row(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ3");
    pass(history, "R-011", 0);
    pass(history, "R-012", 10);
    assert_int_equal(pass(history, "R-012", 40), TF_FRAUD_CLEAR); /* two numbers only */
    assert_int_equal(pass(history, "R-013", 41), TF_FRAUD_HIT);
    history_destroy(history);
}

static void other_customers_in_between_are_clear(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ3");
    pass(history, "R-011", 0);
    pass(history, "R-012", 20);
    assert_int_equal(pass(history, "R-015", 40), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "R-016", 80), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void less_than_a_month_is_clear(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ3");
    pass(history, "R-011", 0);
    pass(history, "R-012", 10);
    assert_int_equal(pass(history, "R-013", 29), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void other_series_suppliers_and_directions(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ3");
    pass(history, "R-011", 0);
    pass(history, "R-012", 10);
    assert_int_equal(pass(history, "S-013", 40), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE2", "R-013", "119.00", "EUR", 40);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE1", "R-013", "119.00", "EUR", 40);
    sample.event.direction = TF_DIRECTION_SALE;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ3");
    assert_int_equal(pass(history, NULL, 0), TF_FRAUD_UNKNOWN);
    assert_int_equal(pass(history, "ABC", 0), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, NULL, "R-011", "119.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "R-011", "119.00", "EUR", 0);
    sample.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_in_a_row_over_a_month_hit), cmocka_unit_test(invoices_of_one_day_come_in_any_order),
        cmocka_unit_test(copies_do_not_break_the_row), cmocka_unit_test(other_customers_in_between_are_clear),
        cmocka_unit_test(less_than_a_month_is_clear), cmocka_unit_test(other_series_suppliers_and_directions),
        cmocka_unit_test(a_missing_field_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
