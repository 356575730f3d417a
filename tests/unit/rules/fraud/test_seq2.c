#include "unit/rules/fraud/sample.h"

static struct sample sample;

static enum tf_fraud_answer pass_kind(struct history *history, enum tf_kind kind, int number, int day)
{
    static char text[24];
    snprintf(text, sizeof text, "%d/2026", number);
    sample_invoice(&sample, "CUSTOMER", text, "119.00", "EUR", day);
    sample.event.kind = kind;
    sample.event.direction = TF_DIRECTION_SALE;
    return history_pass(history, &sample);
}

static enum tf_fraud_answer pass(struct history *history, int number, int day)
{
    return pass_kind(history, TF_KIND_INVOICE, number, day);
}

static void a_date_that_falls_while_numbers_rise_hits(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ2");
    pass(history, 1, 10);
    assert_int_equal(pass(history, 2, 8), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "the document with the number before this one is dated 2 days later");
    assert_text(history->hit.threshold, "more than 1 days against the order, or one number twice");
    assert_text(history->hit.related[0], "e0");
    assert_int_equal(pass(history, 3, 8), TF_FRAUD_CLEAR);
    history_destroy(history);
}

/* Files are judged in the order of dates: there the lower number comes last. */
static void a_lower_number_with_a_later_date_hits(void **state)
{
    (void)state;
    for (int first = 1; first <= 64; first++) {
        struct history *history = history_create("SEQ2");
        assert_int_equal(pass(history, first + 1, 20), TF_FRAUD_CLEAR);
        assert_int_equal(pass(history, first, 30), TF_FRAUD_HIT);
        assert_text(history->hit.observed, "the document with the number behind this one is dated 10 days earlier");
        history_destroy(history);
    }
}

static void a_number_used_again_hits(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ2");
    pass(history, 1, 10);
    assert_int_equal(pass(history, 1, 40), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "the number was issued before, 30 days earlier");
    assert_int_equal(history->hit.amount_at_risk_minor, 11900);
    assert_int_equal(pass(history, 1, 10), TF_FRAUD_HIT);
    assert_int_equal(pass(history, 2, 11), TF_FRAUD_CLEAR); /* of the neighbour that was used twice the first date counts */
    assert_int_equal(pass(history, 1, 50), TF_FRAUD_HIT); /* again, and behind 2: told is the first, related are both */
    assert_text(history->hit.observed, "the number was issued before, 10 days earlier");
    assert_int_equal(history->hit.related_count, 2);
    history_destroy(history);
}

static void numbers_in_order_are_clear(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ2");
    for (int number = 1; number < 100; number++)
        assert_int_equal(pass(history, number, number / 2), TF_FRAUD_CLEAR);
    assert_int_equal(pass_kind(history, TF_KIND_CREDIT_NOTE, 99, 50), TF_FRAUD_CLEAR); /* another kind with its own numbers */
    history_destroy(history);
}

static void a_day_is_tolerated(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ2");
    pass(history, 2, 10);
    assert_int_equal(pass(history, 1, 11), TF_FRAUD_CLEAR);
    history->setting.params[0] = 0;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    history_destroy(history);
}

static void other_series_and_only_neighbours(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ2");
    pass(history, 1, 300); /* a wrong date, and the series goes on */
    assert_int_equal(pass(history, 2, 11), TF_FRAUD_HIT);
    assert_int_equal(pass(history, 3, 12), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "CUSTOMER", "3/2025", "119.00", "EUR", 20);
    sample.event.direction = TF_DIRECTION_SALE;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void only_what_we_issued_applies_and_without_a_number_it_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ2");
    sample_invoice(&sample, "SUPPLIER", "12", "119.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    sample.event.direction = TF_DIRECTION_SALE;
    sample.invoice.number = TF_STR("ABC");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample.invoice.number = TF_STR_NONE;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_date_that_falls_while_numbers_rise_hits), cmocka_unit_test(a_lower_number_with_a_later_date_hits),
        cmocka_unit_test(a_number_used_again_hits), cmocka_unit_test(numbers_in_order_are_clear), cmocka_unit_test(a_day_is_tolerated),
        cmocka_unit_test(other_series_and_only_neighbours), cmocka_unit_test(only_what_we_issued_applies_and_without_a_number_it_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
