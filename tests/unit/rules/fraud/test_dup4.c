#include "unit/rules/fraud/sample.h"

static struct sample sample;

static void same_day_and_amount_under_another_number_hits(void **state)
{
    (void)state;
    struct history *history = history_create("DUP4");
    sample_invoice(&sample, "DE1", "12", "1000.00", "EUR", 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE1", "13", "1000.00", "EUR", 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    assert_text(history->hit.related[0], "e0");
    assert_text(history->hit.observed, "1 other invoices of this supplier and day with the amount 1000.00 EUR under another number");
    assert_text(history->hit.threshold, "1 from 1000.00 EUR on");
    assert_int_equal(history->hit.amount_at_risk_minor, 100000);
    history_destroy(history);
}

static void payments_and_times_of_one_day_hit(void **state)
{
    (void)state;
    struct history *history = history_create("DUP4");
    sample_payment(&sample, "DE1", "12", "2500.00", "EUR", 0);
    sample.event.event_time_ms += 1000;
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    sample_payment(&sample, "DE1", "13", "2500.00", "EUR", 0);
    sample.event.event_time_ms += TF_MS_PER_DAY - 1;
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    sample_payment(&sample, "DE1", "14", "2500.00", "EUR", 0); /* late: the others lie after it */
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    assert_int_equal(history->hit.related_count, 2);
    history_destroy(history);
}

static void thresholds_follow_the_currency(void **state)
{
    (void)state;
    static const struct { const char *currency, *amount; enum tf_fraud_answer answer; } cases[] = {
        {"SEK", "10000.00", TF_FRAUD_HIT}, {"SEK", "9999.99", TF_FRAUD_CLEAR}, {"JPY", "150000", TF_FRAUD_HIT},
        {"JPY", "149999", TF_FRAUD_CLEAR}, {"AUD", "1000.00", TF_FRAUD_HIT},   {"AUD", "999.99", TF_FRAUD_CLEAR},
    };
    struct history *history = history_create("DUP4");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sample_invoice(&sample, "DE1", "12", cases[i].amount, cases[i].currency, 0);
        assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
        sample_invoice(&sample, "DE1", "13", cases[i].amount, cases[i].currency, 0);
        assert_int_equal(history_pass(history, &sample), cases[i].answer);
    }
    history_destroy(history);
}

static void any_other_part_is_clear(void **state)
{
    (void)state;
    static const struct { const char *supplier, *number, *amount, *currency; int day; } other[] = {
        {"DE1", "12", "1000.00", "EUR", 0}, {"DE1", "INV012", "1000.00", "EUR", 0}, {"DE2", "13", "1000.00", "EUR", 0},
        {"DE1", "13", "1000.01", "EUR", 0}, {"DE1", "13", "1000.00", "USD", 0},     {"DE1", "13", "1000.00", "EUR", 1},
        {"DE1", "13", "1000.00", "EUR", -1}, {"DE1", "13", "-1000.00", "EUR", 0},
    };
    struct history *history = history_create("DUP4");
    sample_invoice(&sample, "DE1", "12", "1000.00", "EUR", 0);
    history_add(history, &sample);
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        sample_invoice(&sample, other[i].supplier, other[i].number, other[i].amount, other[i].currency, other[i].day);
        assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    }
    sample_payment(&sample, "DE1", "13", "1000.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_credit_note(&sample, "DE1", "13", "1000.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

static void the_numbers_of_a_payment_are_a_set(void **state)
{
    (void)state;
    struct history *history = history_create("DUP4");
    sample_payment(&sample, "DE1", "12", "3000.00", "EUR", 0);
    sample_pays(&sample, "13", NULL);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    sample_payment(&sample, "DE1", "13", "3000.00", "EUR", 0);
    sample_pays(&sample, "12", NULL);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample.payment.returned = true;
    sample.numbers[0].number = TF_STR("14");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample.payment.returned = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("DUP4");
    sample_invoice(&sample, NULL, "12", "1000.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "", "1000.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", NULL, "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "1000.00", "E", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "1000.00", "EUR", 0);
    sample.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, NULL, NULL, "999.99", "EUR", 0); /* whatever is missing, it is too small */
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_day_and_amount_under_another_number_hits), cmocka_unit_test(payments_and_times_of_one_day_hit),
        cmocka_unit_test(thresholds_follow_the_currency), cmocka_unit_test(any_other_part_is_clear),
        cmocka_unit_test(the_numbers_of_a_payment_are_a_set), cmocka_unit_test(a_missing_field_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
