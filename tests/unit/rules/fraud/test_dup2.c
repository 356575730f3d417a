#include "unit/rules/fraud/sample.h"

static struct sample sample;

/* One pair: what is there, what comes 10 days later, and the answer. */
static void check(const char *number, const char *amount, const char *later, const char *later_amount, enum tf_fraud_answer answer)
{
    struct history *history = history_create("DUP2");
    for (int payment = 0; payment < 2; payment++) {
        void (*make)(struct sample *, const char *, const char *, const char *, const char *, int) = payment ? sample_payment : sample_invoice;
        make(&sample, "DE1", number, amount, "EUR", payment * 1000);
        assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
        make(&sample, "DE1", later, later_amount, "EUR", payment * 1000 + 10);
        if (history_pass(history, &sample) != answer)
            fail_msg("%s %s, then %s %s", number, amount, later, later_amount);
    }
    history_destroy(history);
}

static void altered_numbers_hit(void **state)
{
    (void)state;
    check("INV-10234", "119.00", "INV-10324", "119.00", TF_FRAUD_HIT);
    check("INV-1234", "119.00", "INV-1234A", "119.00", TF_FRAUD_HIT);
    check("10234", "119.00", "100234", "119.00", TF_FRAUD_HIT);
    check("1O234", "119.00", "10234", "119.00", TF_FRAUD_HIT);
    check("10234", "-119.00", "10324", "-119.00", TF_FRAUD_HIT);
}

static void altered_amounts_hit(void **state)
{
    (void)state;
    check("7", "1000.00", "7", "995.00", TF_FRAUD_HIT);
    check("7", "995.00", "7", "1000.00", TF_FRAUD_HIT);
    check("10234", "327.00", "10324", "328.22", TF_FRAUD_HIT); /* over a power of two: the next bucket */
    check("10234", "1.00", "10324", "1.00", TF_FRAUD_HIT);
    check("7", "92233720368547758.07", "7", "92233720368547758.00", TF_FRAUD_HIT);
}

static void other_numbers_and_amounts_are_clear(void **state)
{
    (void)state;
    check("INV-1001", "119.00", "INV-1002", "119.00", TF_FRAUD_CLEAR);
    check("030110", "119.00", "040110", "119.00", TF_FRAUD_CLEAR);
    check("1234", "119.00", "1243", "119.00", TF_FRAUD_CLEAR);
    check("7", "1000.00", "7", "994.99", TF_FRAUD_CLEAR);
    check("10234", "119.00", "10324", "-119.00", TF_FRAUD_CLEAR);
    check("10234", "119.00", "10234", "119.00", TF_FRAUD_CLEAR); /* DUP1 says that */
    check("10234", "0.00", "10324", "0.00", TF_FRAUD_CLEAR);
}

static void other_suppliers_currencies_kinds_and_times_are_clear(void **state)
{
    (void)state;
    struct history *history = history_create("DUP2");
    sample_invoice(&sample, "DE1", "10234", "119.00", "EUR", 100);
    history_add(history, &sample);
    sample_invoice(&sample, "DE2", "10324", "119.00", "EUR", 101);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE1", "10324", "119.00", "USD", 101);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_payment(&sample, "DE1", "10324", "119.00", "EUR", 101);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE1", "10324", "119.00", "EUR", 191);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE1", "10324", "119.00", "EUR", 10); /* late: the other lies after it */
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    history_destroy(history);
}

static void a_hit_says_what_differs(void **state)
{
    (void)state;
    struct history *history = history_create("DUP2");
    sample_payment(&sample, "DE1", "10234", "119.00", "EUR", 0);
    history_add(history, &sample);
    sample_payment(&sample, "DE1", "10324", "119.10", "EUR", 5);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "1 other payments of this supplier with two neighbouring characters swapped, this one of 119.10 EUR, "
                                       "the other of 119.00 EUR");
    assert_text(history->hit.threshold, "1 within 90 days and 5 per mille of the amount");
    assert_text(history->hit.related[0], "e0");
    assert_int_equal(history->hit.amount_at_risk_minor, 11910);
    history_destroy(history);
}

/* 1 to 21 with the amount of a subscription, and then one that is alike to the first by chance. */
static void among_usual_amounts_only_what_chance_hardly_makes_hits(void **state)
{
    (void)state;
    static const struct { int others; const char *number, *amount; enum tf_fraud_answer answer; } cases[] = {
        {20, "81432", "50.00", TF_FRAUD_HIT},  {21, "81432", "50.00", TF_FRAUD_CLEAR},  {21, "814230", "50.00", TF_FRAUD_CLEAR},
        {21, "81423A", "50.00", TF_FRAUD_HIT}, {21, "81423", "50.10", TF_FRAUD_HIT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct history *history = history_create("DUP2");
        char number[8];
        sample_invoice(&sample, "DE1", "81423", "50.00", "EUR", 0);
        history_add(history, &sample);
        for (int k = 0; k < cases[i].others; k++) {
            snprintf(number, sizeof number, "%d", 90001 + k);
            sample_invoice(&sample, "DE1", number, "50.00", "EUR", 1);
            history_add(history, &sample);
        }
        sample_invoice(&sample, "DE1", cases[i].number, cases[i].amount, "EUR", 2);
        assert_int_equal(history_judge(history, &sample), cases[i].answer);
        history_destroy(history);
    }
}

static void what_was_reversed_is_not_copied(void **state)
{
    (void)state;
    struct history *history = history_create("DUP2");
    sample_invoice(&sample, "DE1", "10234", "119.00", "EUR", 0);
    history_add(history, &sample);
    sample_credit_note(&sample, "DE1", "G-1", "119.00", "EUR", 1);
    struct tf_preceding preceding = {.number = TF_STR("10234")};
    sample.invoice.preceding.items = &preceding;
    sample.invoice.preceding.count = 1;
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    sample_invoice(&sample, "DE1", "10234A", "119.00", "EUR", 2);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_payment(&sample, "DE1", "10234", "119.00", "EUR", 0);
    history_add(history, &sample);
    sample_payment(&sample, "DE1", "10234", "-119.00", "EUR", 1);
    history_add(history, &sample);
    sample_payment(&sample, "DE1", "10324", "119.00", "EUR", 2);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    sample_payment(&sample, "DE1", "103240", "119.00", "EUR", 3);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    history_destroy(history);
}

static void payments_of_several_invoices(void **state)
{
    (void)state;
    struct history *history = history_create("DUP2");
    sample_payment(&sample, "DE1", NULL, "300.00", "EUR", 0); /* each with its amount; two of them in one bucket */
    sample_pays(&sample, "10234", "100.00");
    sample_pays(&sample, "20345", "100.00");
    sample_pays(&sample, "30456", "100.00");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN); /* the third has no room beside them */
    sample.payment.invoices.count = 2;
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    sample_payment(&sample, "DE1", "20354", "100.00", "EUR", 1);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    sample_payment(&sample, "DE1", "10324", "100.00", "EUR", 1);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    sample_payment(&sample, "DE1", NULL, "700.00", "EUR", 2); /* without: as one */
    sample_pays(&sample, "51", NULL);
    sample_pays(&sample, "INV-5200", NULL);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    sample.numbers[1].number = TF_STR("INV-5200A");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    sample.payment.returned = true;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("DUP2");
    sample_invoice(&sample, NULL, "12", "1.00", "EUR", 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", NULL, "1.00", "EUR", 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", NULL, "EUR", 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "1.00", "?", 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    sample_payment(&sample, "DE1", "12", "1.00", "EUR", 0);
    sample_pays(&sample, " ", NULL);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    sample_payment(&sample, "DE1", "12", "1.00", "EUR", 0);
    sample.event.event_time_present = false;
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "1.00", "EUR", 0);
    sample.event.direction = TF_DIRECTION_SALE;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(altered_numbers_hit), cmocka_unit_test(altered_amounts_hit), cmocka_unit_test(other_numbers_and_amounts_are_clear),
        cmocka_unit_test(other_suppliers_currencies_kinds_and_times_are_clear), cmocka_unit_test(a_hit_says_what_differs),
        cmocka_unit_test(among_usual_amounts_only_what_chance_hardly_makes_hits), cmocka_unit_test(what_was_reversed_is_not_copied),
        cmocka_unit_test(payments_of_several_invoices), cmocka_unit_test(a_missing_field_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
