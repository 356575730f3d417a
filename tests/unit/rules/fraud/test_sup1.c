#include "unit/rules/fraud/sample.h"

static struct sample sample;

static enum tf_fraud_answer pass(struct history *history, const char *supplier, const char *amount, int day)
{
    sample_payment(&sample, supplier, NULL, amount, "EUR", day);
    return history_pass(history, &sample);
}

/* The rule as it is for a company of three months. */
static struct history *quarter(void)
{
    struct history *history = history_create("SUP1");
    history->setting.params[1] = 3;
    return history;
}

/* Records of other suppliers in every month from `first` to `last`, amounts of 1 to 100. */
static void book(struct history *history, int first, int last, int a_day)
{
    for (int day = first; day <= last; day++)
        for (int i = 0; i < a_day; i++) {
            char amount[16];
            snprintf(amount, sizeof amount, "%d.00", 1 + (day * a_day + i) % 100);
            assert_int_equal(pass(history, "OLD", amount, day), TF_FRAUD_CLEAR);
        }
}

static void a_large_first_payment_hits(void **state)
{
    (void)state;
    struct history *history = quarter();
    book(history, 0, 100, 1);
    assert_int_equal(pass(history, "NEW", "10000.00", 100), TF_FRAUD_HIT);
    assert_int_equal(history->hit.amount_at_risk_minor, 1000000);
    assert_text(history->hit.observed, "10000.00 EUR; the supplier was first seen 0 days before");
    assert_text(history->hit.threshold, "first seen at most 30 days before, and from 10000.00 EUR or the company's 95 % on");
    assert_int_equal(pass(history, "NEW", "25000.00", 130), TF_FRAUD_HIT); /* 30 days later, over the end of a month */
    assert_text(history->hit.observed, "25000.00 EUR; the supplier was first seen 30 days before");
    assert_int_equal(pass(history, "NEW", "25000.00", 131), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "OLD", "25000.00", 131), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void among_the_highest_of_the_company_hits(void **state)
{
    (void)state;
    struct history *history = quarter();
    book(history, 0, 100, 2);
    assert_int_equal(pass(history, "NEW", "90.00", 101), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "NEW", "150.00", 101), TF_FRAUD_HIT);
    assert_true(tf_str_starts(history->hit.observed, TF_STR("150.00 EUR, above 100.0 % of 203 amounts of the company; the supplier")));
    history_destroy(history);
}

static void a_supplier_unseen_for_a_year_is_new_again(void **state)
{
    (void)state;
    struct history *history = quarter();
    assert_int_equal(pass(history, "BACK", "10000.00", 0), TF_FRAUD_CLEAR);
    book(history, 300, 500, 1);
    assert_int_equal(pass(history, "BACK", "10000.00", 500), TF_FRAUD_HIT);
    history_destroy(history);
}

static void a_young_company_is_clear(void **state)
{
    (void)state;
    struct history *history = quarter();
    assert_int_equal(pass(history, "NEW", "10000.00", 0), TF_FRAUD_CLEAR);
    book(history, 0, 89, 1);
    assert_int_equal(pass(history, "NEW2", "10000.00", 89), TF_FRAUD_CLEAR); /* the last of March */
    assert_int_equal(pass(history, "NEW3", "10000.00", 90), TF_FRAUD_HIT);   /* the first of April */
    history_destroy(history);
}

/* As it comes, a year: who sends one bill a year is not new by it. */
static void a_year_is_what_new_is_measured_by(void **state)
{
    (void)state;
    struct history *history = history_create("SUP1");
    book(history, 0, 364, 1);
    assert_int_equal(pass(history, "NEW", "10000.00", 364), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "NEW2", "10000.00", 365), TF_FRAUD_HIT);
    history_destroy(history);
}

/* Who has sent an invoice is no stranger when it is paid. */
static void the_kinds_of_records_of_a_supplier_are_one(void **state)
{
    (void)state;
    struct history *history = quarter();
    book(history, 0, 120, 1);
    sample_invoice(&sample, "NEW", "1", "10000.00", "EUR", 60);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR); /* the company's invoices begin with it */
    assert_int_equal(pass(history, "NEW", "10000.00", 91), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "NEW2", "10000.00", 91), TF_FRAUD_HIT);
    history_destroy(history);
}

static void small_amounts_and_small_books_are_clear(void **state)
{
    (void)state;
    struct history *history = quarter();
    book(history, 0, 90, 1);
    assert_int_equal(pass(history, "NEW", "9999.99", 91), TF_FRAUD_CLEAR); /* 91 amounts are too few for a rank */
    assert_int_equal(pass(history, "NEW", "-10000.00", 91), TF_FRAUD_CLEAR);
    sample_payment(&sample, "NEW", NULL, "20000.00", "EUR", 91);
    sample.payment.returned = true;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample.payment.returned = false;
    sample.event.direction = TF_DIRECTION_SALE;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("SUP1");
    assert_int_equal(pass(history, NULL, "10000.00", 0), TF_FRAUD_UNKNOWN);
    assert_int_equal(pass(history, "NEW", NULL, 0), TF_FRAUD_UNKNOWN);
    sample_payment(&sample, "NEW", NULL, "10000.00", NULL, 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_payment(&sample, "NEW", NULL, "10000.00", "EUR", 0);
    sample.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

/* The rank is one of steps: amounts of one sixteenth of a power of two are one. Never a higher one above a lower. */
static void steps_rise_with_amounts(void **state)
{
    (void)state;
    struct history *history = history_create("SUP1");
    const struct tf_fraud_setting *setting = &history->setting;
    uint16_t last = 0;
    for (int64_t minor = 1; minor < INT64_MAX / 3; minor += 1 + minor / 40) {
        struct tf_fraud_tally tallies[TF_FRAUD_TALLIES_MAX];
        sample_payment(&sample, "NEW", NULL, "1.00", "EUR", 0);
        struct tf_fraud_facts facts = tf_fraud_facts_of(&sample.event);
        facts.amount_minor = minor;
        assert_int_equal(history->rule->tallies(history->rule, setting, &facts, tallies), 2);
        assert_true(tallies[1].cell >= last && tallies[1].cell < TF_FRAUD_CELLS_MAX);
        last = tallies[1].cell;
    }
    assert_true(last > 900);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_first_payment_hits), cmocka_unit_test(among_the_highest_of_the_company_hits),
        cmocka_unit_test(a_supplier_unseen_for_a_year_is_new_again), cmocka_unit_test(a_young_company_is_clear), cmocka_unit_test(a_year_is_what_new_is_measured_by),
        cmocka_unit_test(the_kinds_of_records_of_a_supplier_are_one),
        cmocka_unit_test(small_amounts_and_small_books_are_clear), cmocka_unit_test(a_missing_field_is_unknown),
        cmocka_unit_test(steps_rise_with_amounts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
