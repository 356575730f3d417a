#include "unit/rules/fraud/sample.h"

static struct sample sample;

static enum tf_fraud_answer pass(struct history *history, const char *amount, int day)
{
    sample_invoice(&sample, "DE1", "12", amount, "EUR", day);
    return history_pass(history, &sample);
}

/* n amounts around 100 with a sigma of about 0.1 in ln. */
static void usual(struct history *history, int n)
{
    static const char *const amounts[] = {"90.00", "100.00", "110.00", "95.00", "105.00"};
    for (int i = 0; i < n; i++)
        assert_int_equal(pass(history, amounts[i % 5], i), TF_FRAUD_CLEAR);
}

static void far_above_and_far_below_hit(void **state)
{
    (void)state;
    struct history *history = history_create("OUT1");
    usual(history, 20);
    assert_int_equal(pass(history, "1000.00", 20), TF_FRAUD_HIT);
    assert_int_equal(history->hit.amount_at_risk_minor, 100000);
    assert_int_equal(history->hit.related_count, TF_FRAUD_RELATED_MAX);
    assert_text(history->hit.threshold, "3 sigma from 20 earlier ones on");
    assert_true(tf_str_starts(history->hit.observed, TF_STR("1000.00 EUR, 10.03 times the usual amount of 20 earlier ones")));
    history_destroy(history);
    history = history_create("OUT1");
    usual(history, 25);
    assert_int_equal(pass(history, "5.00", 25), TF_FRAUD_HIT);
    history_destroy(history);
}

/* The same answer as the definition in doubles, on both sides of three sigma. */
static void three_sigma_is_the_edge(void **state)
{
    (void)state;
    static const double amounts[] = {90, 100, 110, 95, 105};
    double sum = 0, squares = 0, n = 40;
    for (int i = 0; i < 40; i++)
        sum += tf_money_ln(tf_money_of((int64_t)amounts[i % 5], 0));
    for (int i = 0; i < 40; i++) {
        double off = tf_money_ln(tf_money_of((int64_t)amounts[i % 5], 0)) - sum / n;
        squares += off * off;
    }
    double edge = __builtin_exp(sum / n + 3 * __builtin_sqrt(squares / (n - 1)));
    for (int side = -1; side <= 1; side += 2) {
        char text[32];
        struct history *history = history_create("OUT1");
        usual(history, 40);
        snprintf(text, sizeof text, "%.4f", edge * (1 + side * 1e-4));
        assert_int_equal(pass(history, text, 40), side > 0 ? TF_FRAUD_HIT : TF_FRAUD_CLEAR);
        history_destroy(history);
    }
}

static void equal_amounts_forgive_a_cent_but_no_multiple(void **state)
{
    (void)state;
    struct history *history = history_create("OUT1");
    for (int i = 0; i < 30; i++)
        assert_int_equal(pass(history, "1000.00", i), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "1000.01", 30), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "2000.00", 30), TF_FRAUD_HIT);
    history_destroy(history);
}

static void payments_need_the_account_and_are_judged_by_it(void **state)
{
    (void)state;
    struct history *history = history_create("OUT1");
    for (int i = 0; i < 20; i++) {
        sample_payment(&sample, "DE1", NULL, i % 2 ? "100.00" : "110.00", "EUR", i);
        assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    }
    sample_payment(&sample, "DE1", NULL, "9000.00", "EUR", 21);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    sample.payment.returned = true;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_payment(&sample, "DE1", NULL, "9000.00", "EUR", 21);
    sample.payment.account = TF_STR("FR7630006000011234567890189");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample.payment.account = TF_STR_NONE;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

static void too_little_history_is_clear(void **state)
{
    (void)state;
    struct history *history = history_create("OUT1");
    usual(history, 19);
    assert_int_equal(pass(history, "100000.00", 19), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "-5.00", 20), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "0.00", 20), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void later_other_and_old_amounts_do_not_count(void **state)
{
    (void)state;
    struct history *history = history_create("OUT1");
    usual(history, 20);
    assert_int_equal(pass(history, "1000.00", 19), TF_FRAUD_CLEAR);  /* one of the twenty is of the same day */
    assert_int_equal(pass(history, "1000.00", -5), TF_FRAUD_CLEAR);  /* all of them are later */
    assert_int_equal(pass(history, "1000.00", 380), TF_FRAUD_CLEAR); /* most are out of the window */
    sample_invoice(&sample, "DE1", "12", "1000.00", "USD", 20);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE2", "12", "1000.00", "EUR", 20);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void only_the_newest_count_beyond_the_depth(void **state)
{
    (void)state;
    struct history *history = history_create("OUT1");
    history->setting.params[2] = 30;
    for (int i = 0; i < 30; i++)
        pass(history, i % 2 ? "9000.00" : "10000.00", i);
    for (int i = 30; i < 60; i++)
        pass(history, i % 2 ? "90.00" : "100.00", i);
    assert_int_equal(pass(history, "9500.00", 60), TF_FRAUD_HIT);
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("OUT1");
    assert_int_equal(pass(history, NULL, 0), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, NULL, "12", "1.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "1.00", NULL, 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "1.00", "EUR", 0);
    sample.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(far_above_and_far_below_hit), cmocka_unit_test(three_sigma_is_the_edge),
        cmocka_unit_test(equal_amounts_forgive_a_cent_but_no_multiple),
        cmocka_unit_test(payments_need_the_account_and_are_judged_by_it), cmocka_unit_test(too_little_history_is_clear),
        cmocka_unit_test(later_other_and_old_amounts_do_not_count), cmocka_unit_test(only_the_newest_count_beyond_the_depth),
        cmocka_unit_test(a_missing_field_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
