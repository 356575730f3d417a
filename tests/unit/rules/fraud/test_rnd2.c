#include "unit/rules/fraud/sample.h"

static struct sample sample;

static enum tf_fraud_answer pass(struct history *history, const char *supplier, const char *amount, int day)
{
    sample_invoice(&sample, supplier, "12", amount, "EUR", day);
    return history_pass(history, &sample);
}

static void odd(struct history *history, const char *supplier, int n)
{
    for (int i = 0; i < n; i++)
        assert_int_equal(pass(history, supplier, i % 2 ? "1234.56" : "345.10", i), TF_FRAUD_CLEAR);
}

static void multiples_of_a_hundred_hit(void **state)
{
    (void)state;
    struct history *history = history_create("RND2");
    odd(history, "DE1", 25);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pass(history, "DE1", "300.00", 30 + i), TF_FRAUD_CLEAR); /* 29 amounts, 4 round ones */
    assert_int_equal(pass(history, "DE1", "2300.00", 40), TF_FRAUD_HIT);
    assert_int_equal(history->hit.amount_at_risk_minor, 230000);
    assert_int_equal(history->hit.related_count, 4);
    assert_text(history->hit.observed, "5 of 30 amounts of this supplier are multiples of 100.00 EUR, 16.7 %; Z = 7.71");
    assert_text(history->hit.threshold, "Z above 2.576 against 1.00 %, from 30 amounts and 5 round ones on");
    assert_int_equal(pass(history, "DE1", "1234.56", 41), TF_FRAUD_CLEAR); /* an odd amount is never the round one */
    history_destroy(history);
}

static void multiples_of_a_thousand_hit_where_hundreds_are_usual(void **state)
{
    (void)state;
    struct history *history = history_create("RND2");
    history->setting.params[3] = 5000; /* half of all amounts are multiples of 100 here */
    for (int i = 0; i < 28; i++)
        assert_int_equal(pass(history, "DE1", i % 2 ? "1234.56" : "1300.00", i), TF_FRAUD_CLEAR);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pass(history, "DE1", "7000.00", 30), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "DE1", "7000.00", 31), TF_FRAUD_HIT);
    assert_text(history->hit.threshold, "Z above 2.576 against 0.10 %, from 30 amounts and 5 round ones on");
    history_destroy(history);
}

static void other_currencies_have_round_amounts_of_their_own(void **state)
{
    (void)state;
    struct history *history = history_create("RND2");
    for (int i = 0; i < 30; i++) {
        sample_payment(&sample, "SE1", NULL, i < 26 ? "12345.00" : "7000.00", "SEK", i); /* 345 is odd, 1,000 is round in kronor */
        assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    }
    sample_payment(&sample, "SE1", NULL, "7000.00", "SEK", 31);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    history_destroy(history);
}

/* The company rounds in general: what is usual there is no ratio. */
static void the_company_s_own_share_counts(void **state)
{
    (void)state;
    struct history *history = history_create("RND2");
    for (int i = 0; i < 1000; i++) {
        char supplier[8];
        snprintf(supplier, sizeof supplier, "B%d", i % 50);
        assert_int_not_equal(pass(history, supplier, i % 6 == 0 ? "500.00" : "512.30", i / 10), TF_FRAUD_UNKNOWN);
    }
    for (int i = 0; i < 60; i++)
        assert_int_equal(pass(history, "DE1", i % 6 == 0 ? "500.00" : "512.30", 100), TF_FRAUD_CLEAR);
    for (int i = 0; i < 40; i++)
        pass(history, "DE1", "500.00", 100);
    assert_int_equal(pass(history, "DE1", "500.00", 101), TF_FRAUD_HIT); /* but half of all are more than that */
    history_destroy(history);
}

static void few_or_small_or_old_ones_are_clear(void **state)
{
    (void)state;
    struct history *history = history_create("RND2");
    for (int i = 0; i < 28; i++)
        assert_int_equal(pass(history, "DE1", "300.00", i), TF_FRAUD_CLEAR); /* below 30 amounts */
    assert_int_equal(pass(history, "DE1", "50.00", 29), TF_FRAUD_CLEAR);      /* below a hundred: no test looks at it */
    assert_int_equal(pass(history, "DE1", "-300.00", 29), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "DE1", "300.00", 30), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "DE1", "300.00", 500), TF_FRAUD_CLEAR); /* all others are out of the window */
    assert_int_equal(pass(history, "DE2", "300.00", 31), TF_FRAUD_CLEAR);  /* another supplier */
    assert_int_equal(pass(history, "DE1", "300.001", 31), TF_FRAUD_CLEAR); /* round in cents, not round */
    history_destroy(history);
}

static void what_is_no_expense_does_not_count(void **state)
{
    (void)state;
    struct history *history = history_create("RND2");
    sample_payment(&sample, "DE1", NULL, "300.00", "EUR", 0);
    sample.payment.returned = true;
    for (int i = 0; i < 40; i++)
        assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    assert_int_equal(history->counted_count, 0);
    sample.event.direction = TF_DIRECTION_SALE;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("RND2");
    assert_int_equal(pass(history, "DE1", NULL, 0), TF_FRAUD_UNKNOWN);
    assert_int_equal(pass(history, NULL, "300.00", 0), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "300.00", NULL, 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "300.00", "EUR", 0);
    sample.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

/* Times that are no month of ours count nowhere, and are no reason for a hit. */
static void absurd_times_are_clear(void **state)
{
    (void)state;
    struct history *history = history_create("RND2");
    sample_invoice(&sample, "DE1", "12", "300.00", "EUR", 0);
    sample.event.event_time_ms = INT64_MIN / 2;
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    sample.event.event_time_ms = INT64_MAX / 2;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(multiples_of_a_hundred_hit), cmocka_unit_test(multiples_of_a_thousand_hit_where_hundreds_are_usual),
        cmocka_unit_test(other_currencies_have_round_amounts_of_their_own), cmocka_unit_test(the_company_s_own_share_counts),
        cmocka_unit_test(few_or_small_or_old_ones_are_clear), cmocka_unit_test(what_is_no_expense_does_not_count),
        cmocka_unit_test(a_missing_field_is_unknown), cmocka_unit_test(absurd_times_are_clear)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
