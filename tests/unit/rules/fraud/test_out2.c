#include "unit/rules/fraud/sample.h"

static struct sample sample;

static enum tf_fraud_answer pass(struct history *history, const char *amount, int day)
{
    sample_invoice(&sample, "DE1", "12", amount, "EUR", day);
    return history_pass(history, &sample);
}

/* Five amounts, the largest of them 120.00. */
static struct history *usual(void)
{
    static const char *const amounts[] = {"100.00", "120.00", "80.00", "99.99", "110.00"};
    struct history *history = history_create("OUT2");
    for (int i = 0; i < 5; i++)
        assert_int_equal(pass(history, amounts[i], i), TF_FRAUD_CLEAR);
    return history;
}

static void ten_times_the_largest_hits(void **state)
{
    (void)state;
    struct history *history = usual();
    assert_int_equal(pass(history, "1200.00", 10), TF_FRAUD_HIT);
    assert_int_equal(history->hit.amount_at_risk_minor, 120000);
    assert_int_equal(history->hit.related_count, 1);
    assert_text(history->hit.related[0], "e1");
    assert_text(history->hit.observed, "1200.00 EUR, 10.0 times the largest of 5 earlier amounts, 120.00 EUR");
    assert_text(history->hit.threshold, "10 times it, from 5 earlier ones on");
    assert_int_equal(pass(history, "12000.00", 11), TF_FRAUD_HIT); /* and again over what is the largest now */
    history_destroy(history);
}

static void a_cent_less_is_clear(void **state)
{
    (void)state;
    struct history *history = usual();
    assert_int_equal(pass(history, "1199.99", 10), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "11999.89", 11), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void payments_are_judged_among_themselves(void **state)
{
    (void)state;
    struct history *history = usual();
    sample_payment(&sample, "DE1", NULL, "5000.00", "EUR", 10);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    for (int i = 0; i < 5; i++) {
        sample_payment(&sample, "DE1", NULL, "10.00", "EUR", i);
        assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    }
    sample_payment(&sample, "DE1", NULL, "100.00", "EUR", 10);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    sample.payment.returned = true;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_payment(&sample, "DE1", NULL, "100.00", "EUR", 10);
    sample.event.direction = TF_DIRECTION_SALE;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

static void only_earlier_ones_of_the_supplier_and_currency_count(void **state)
{
    (void)state;
    struct history *history = usual();
    assert_int_equal(pass(history, "5000.00", 4), TF_FRAUD_CLEAR);   /* the fifth is of the same day */
    assert_int_equal(pass(history, "5000.00", -1), TF_FRAUD_CLEAR);  /* all are later */
    assert_int_equal(pass(history, "90000.00", 372), TF_FRAUD_CLEAR); /* too few are left in the window */
    history_destroy(history);
    history = usual();
    sample_invoice(&sample, "DE2", "12", "5000.00", "EUR", 10);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE1", "12", "5000.00", "USD", 10);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE1", "12", "-5000.00", "EUR", 10);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_busy_supplier_is_looked_into_to_the_depth(void **state)
{
    (void)state;
    struct history *history = usual();
    history->setting.params[2] = 20;
    assert_int_equal(pass(history, "1000.00", 5), TF_FRAUD_CLEAR);
    for (int i = 6; i < 25; i++)
        assert_int_equal(pass(history, "100.00", i), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "1000.00", 25), TF_FRAUD_CLEAR); /* the large one is the twentieth before */
    history->count--;
    assert_int_equal(pass(history, "100.00", 25), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "1000.00", 26), TF_FRAUD_HIT);
    history_destroy(history);
}

static void amounts_near_the_end_of_the_range_do_not_wrap(void **state)
{
    (void)state;
    struct history *history = history_create("OUT2");
    for (int i = 0; i < 5; i++)
        assert_int_equal(pass(history, "90000000000000000.00", i), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "100.00", 6), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = usual();
    assert_int_equal(pass(history, NULL, 9), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, NULL, "12", "5000.00", "EUR", 9);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "5000.00", NULL, 9);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "5000.00", "EUR", 9);
    sample.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_times_the_largest_hits), cmocka_unit_test(a_cent_less_is_clear), cmocka_unit_test(payments_are_judged_among_themselves),
        cmocka_unit_test(only_earlier_ones_of_the_supplier_and_currency_count), cmocka_unit_test(a_busy_supplier_is_looked_into_to_the_depth),
        cmocka_unit_test(amounts_near_the_end_of_the_range_do_not_wrap), cmocka_unit_test(a_missing_field_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
