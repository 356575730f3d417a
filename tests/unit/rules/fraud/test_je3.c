#include "unit/rules/fraud/sample.h"

static struct sample sample;

static enum tf_fraud_answer pass(struct history *history, const char *user, int day)
{
    sample_journal(&sample, "100.00");
    sample.event.event_time_ms = sample_time(day);
    sample.event.user = tf_str_of(user);
    return history_pass(history, &sample);
}

static void book(struct history *history, int n)
{
    for (int i = 0; i < n; i++)
        assert_int_equal(pass(history, "clerk", i * 185 / n), TF_FRAUD_CLEAR);
}

static void a_rare_poster_hits_until_the_fifth_journal(void **state)
{
    (void)state;
    struct history *history = history_create("JE3");
    book(history, 500);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pass(history, "cfo", 190), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "journal 4 of this user in a year");
    assert_text(history->hit.threshold, "fewer than 5, where the company's journals reach back 6 months");
    assert_int_equal(history->hit.amount_at_risk_minor, 10000);
    assert_int_equal(pass(history, "cfo", 190), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "clerk", 190), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void one_who_was_away_for_a_year_hits(void **state)
{
    (void)state;
    struct history *history = history_create("JE3");
    for (int i = 0; i < 50; i++)
        pass(history, "cfo", 0);
    for (int i = 0; i < 600; i++)
        assert_int_equal(pass(history, "clerk", 200 + i / 3), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "cfo", 399), TF_FRAUD_HIT);
    history_destroy(history);
}

static void parameters_are_heeded(void **state)
{
    (void)state;
    struct history *history = history_create("JE3");
    history->setting.params[0] = 2;
    history->setting.params[1] = 0;
    history->setting.params[2] = 3;
    assert_int_equal(pass(history, "a", 0), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "a", 0), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "b", 0), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "c", 0), TF_FRAUD_HIT);
    assert_int_equal(pass(history, "c", 0), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void young_and_small_books_are_clear(void **state)
{
    (void)state;
    struct history *history = history_create("JE3");
    for (int i = 0; i < 600; i++)
        assert_int_equal(pass(history, "clerk", i * 150 / 600), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "cfo", 180), TF_FRAUD_CLEAR); /* the last of June */
    assert_int_equal(pass(history, "cfo", 181), TF_FRAUD_HIT);   /* the first of July */
    history_destroy(history);
    history = history_create("JE3");
    book(history, 499);
    assert_int_equal(pass(history, "cfo", 190), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "cfo", 190), TF_FRAUD_HIT);
    history_destroy(history);
}

/* A window that is shorter than the history asked for is as much history as there can be. */
static void a_short_window_is_all_the_history_there_is(void **state)
{
    (void)state;
    struct history *history = history_create("JE3");
    history->setting.window_ms = (int64_t)60 * TF_MS_PER_DAY;
    book(history, 3000);
    assert_int_equal(pass(history, "cfo", 190), TF_FRAUD_HIT);
    history_destroy(history);
}

static void other_companies_are_other_books(void **state)
{
    (void)state;
    struct history *history = history_create("JE3");
    book(history, 500);
    sample_journal(&sample, "100.00");
    sample.event.event_time_ms = sample_time(190);
    sample.event.user = TF_STR("cfo");
    sample.event.company = TF_STR("OTHER");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("JE3");
    assert_int_equal(pass(history, NULL, 0), TF_FRAUD_UNKNOWN);
    assert_int_equal(pass(history, " ", 0), TF_FRAUD_UNKNOWN);
    sample_journal(&sample, "100.00");
    sample.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_payment(&sample, "DE1", NULL, "1.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rare_poster_hits_until_the_fifth_journal), cmocka_unit_test(one_who_was_away_for_a_year_hits),
        cmocka_unit_test(parameters_are_heeded), cmocka_unit_test(a_short_window_is_all_the_history_there_is),
        cmocka_unit_test(young_and_small_books_are_clear),
        cmocka_unit_test(other_companies_are_other_books), cmocka_unit_test(a_missing_field_is_unknown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
