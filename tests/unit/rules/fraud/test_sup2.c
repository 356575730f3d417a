#include "unit/rules/fraud/sample.h"

static struct sample sample;

static enum tf_fraud_answer invoiced(struct history *history, const char *amount, int day)
{
    sample_invoice(&sample, "DE1", "12", amount, "EUR", day);
    return history_pass(history, &sample);
}

static enum tf_fraud_answer paid(struct history *history, const char *amount, int day)
{
    sample_payment(&sample, "DE1", NULL, amount, "EUR", day);
    return history_pass(history, &sample);
}

static void a_large_amount_after_half_a_year_hits(void **state)
{
    (void)state;
    struct history *history = history_create("SUP2");
    assert_int_equal(invoiced(history, "20.00", 0), TF_FRAUD_CLEAR);
    assert_int_equal(invoiced(history, "5000.00", 180), TF_FRAUD_HIT);
    assert_int_equal(history->hit.amount_at_risk_minor, 500000);
    assert_int_equal(history->hit.related_count, 1);
    assert_text(history->hit.related[0], "e0");
    assert_text(history->hit.observed, "5000.00 EUR after 180 days without any record of the supplier");
    assert_text(history->hit.threshold, "5000.00 EUR after 180 days");
    assert_int_equal(paid(history, "5000.00", 361), TF_FRAUD_HIT); /* a payment after an invoice */
    assert_int_equal(invoiced(history, "7000.00", 361 + 730), TF_FRAUD_HIT);
    history_destroy(history);
}

static void thresholds_go_by_currency(void **state)
{
    (void)state;
    struct history *history = history_create("SUP2");
    invoiced(history, "20.00", 0);
    sample_invoice(&sample, "DE1", "12", "750000.00", "JPY", 200);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    sample_invoice(&sample, "DE1", "12", "749999.00", "JPY", 200);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_first_event_or_one_long_forgotten_is_not_dormant(void **state)
{
    (void)state;
    struct history *history = history_create("SUP2");
    assert_int_equal(invoiced(history, "50000.00", 0), TF_FRAUD_CLEAR);
    assert_int_equal(invoiced(history, "50000.00", 731), TF_FRAUD_CLEAR);
    assert_int_equal(invoiced(history, "50000.00", -300), TF_FRAUD_CLEAR); /* the others are later */
    sample_invoice(&sample, "DE2", "12", "50000.00", "EUR", 731 + 200);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void life_in_between_is_clear(void **state)
{
    (void)state;
    struct history *history = history_create("SUP2");
    invoiced(history, "20.00", 0);
    assert_int_equal(paid(history, "20.00", 100), TF_FRAUD_CLEAR);
    sample_credit_note(&sample, "DE1", "G1", "20.00", "EUR", 200);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    assert_int_equal(invoiced(history, "9000.00", 379), TF_FRAUD_CLEAR);
    assert_int_equal(invoiced(history, "4999.99", 900), TF_FRAUD_CLEAR); /* long after, but small */
    sample_payment(&sample, "DE1", NULL, "9000.00", "EUR", 1200);
    sample.payment.returned = true;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void sales_are_no_life_of_a_supplier(void **state)
{
    (void)state;
    struct history *history = history_create("SUP2");
    invoiced(history, "20.00", 0);
    sample_invoice(&sample, "DE1", "12", "9000.00", "EUR", 100);
    sample.event.direction = TF_DIRECTION_SALE;
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    assert_int_equal(invoiced(history, "9000.00", 190), TF_FRAUD_HIT);
    history_destroy(history);
}

static void a_missing_field_is_unknown_where_it_matters(void **state)
{
    (void)state;
    struct history *history = history_create("SUP2");
    invoiced(history, "20.00", 0);
    assert_int_equal(invoiced(history, NULL, 200), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "9000.00", NULL, 200);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, NULL, "12", "9000.00", "EUR", 200);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, NULL, "12", "90.00", "EUR", 200);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE1", "12", "9000.00", "EUR", 200);
    sample.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_amount_after_half_a_year_hits), cmocka_unit_test(thresholds_go_by_currency),
        cmocka_unit_test(a_first_event_or_one_long_forgotten_is_not_dormant), cmocka_unit_test(life_in_between_is_clear),
        cmocka_unit_test(sales_are_no_life_of_a_supplier), cmocka_unit_test(a_missing_field_is_unknown_where_it_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
