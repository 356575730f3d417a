#include "unit/rules/fraud/sample.h"

static struct sample sample;

static enum tf_fraud_answer pass(struct history *history, const char *debit, const char *credit, int day)
{
    sample_journal(&sample, "100.00");
    sample.event.event_time_ms = sample_time(day);
    sample.lines[0].account = tf_str_of(debit);
    sample.lines[1].account = tf_str_of(credit);
    return history_pass(history, &sample);
}

/* Journals on two accounts over half a year: a book that is old enough. */
static void book(struct history *history, int n)
{
    for (int i = 0; i < n; i++)
        assert_int_equal(pass(history, "4400", "1200", i * 185 / n), TF_FRAUD_CLEAR);
}

static void a_new_account_hits_until_its_fifth_use(void **state)
{
    (void)state;
    struct history *history = history_create("JE2");
    book(history, 500);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pass(history, "4400", "0099", 190 + i), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "use 4 of account 0099 in a year");
    assert_text(history->hit.threshold, "fewer than 5");
    assert_int_equal(history->hit.amount_at_risk_minor, 10000);
    assert_int_equal(pass(history, "4400", "0099", 195), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "0098", "1200", 195), TF_FRAUD_HIT);
    history_destroy(history);
}

static void an_account_that_was_not_used_for_a_year_hits(void **state)
{
    (void)state;
    struct history *history = history_create("JE2");
    for (int i = 0; i < 20; i++)
        pass(history, "0099", "1200", 0);
    for (int i = 0; i < 600; i++)
        assert_int_equal(pass(history, "4400", "1200", 200 + i / 3), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "0099", "1200", 399), TF_FRAUD_HIT);
    history_destroy(history);
}

/* 12 bits: once among 4,096 pairs. The accounts themselves are in use. */
static void a_rare_pair_hits(void **state)
{
    (void)state;
    struct history *history = history_create("JE2");
    book(history, 4060);
    for (int i = 0; i < 34; i++)
        pass(history, "6000", "1600", 186);
    assert_int_equal(pass(history, "6000", "1200", 187), TF_FRAUD_CLEAR); /* 4,095 pairs with it */
    for (int i = 0; i < 5; i++)
        pass(history, "6000", "1600", 188);
    assert_int_equal(pass(history, "1600", "6000", 189), TF_FRAUD_HIT); /* the other way round is another pair */
    assert_text(history->hit.observed, "a pair of debit and credit account that was booked 1 times among 4101 pairs in a year");
    assert_text(history->hit.threshold, "rarer than 1 in 4096, from 1000 pairs on");
    assert_int_equal(pass(history, "1600", "6000", 189), TF_FRAUD_CLEAR); /* twice among 4,102 is not so rare */
    history_destroy(history);
}

static void young_and_small_books_are_clear(void **state)
{
    (void)state;
    struct history *history = history_create("JE2");
    assert_int_equal(pass(history, "1", "2", 0), TF_FRAUD_CLEAR);
    for (int i = 0; i < 498; i++)
        assert_int_equal(pass(history, "4400", "1200", i * 180 / 498), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "3", "4", 190), TF_FRAUD_CLEAR); /* 499 journals before it */
    assert_int_equal(pass(history, "5", "6", 190), TF_FRAUD_HIT);
    history_destroy(history);
    history = history_create("JE2");
    for (int i = 0; i < 600; i++)
        assert_int_equal(pass(history, "4400", "1200", i / 4), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "5", "6", 180), TF_FRAUD_CLEAR); /* the last of June */
    assert_int_equal(pass(history, "7", "8", 181), TF_FRAUD_HIT);   /* the first of July */
    history_destroy(history);
}

/* An account counts once a journal, however many lines name it, and many accounts stay within bounds. */
static void long_journals_are_bounded(void **state)
{
    (void)state;
    enum { LINES = 2000 };
    static struct tf_journal_line lines[LINES];
    static char accounts[LINES][8];
    struct tf_fraud_tally tallies[TF_FRAUD_TALLIES_MAX];
    struct history *history = history_create("JE2");
    sample_journal(&sample, "1.00");
    for (int i = 0; i < LINES; i++) {
        snprintf(accounts[i], sizeof accounts[i], "%d", i / 3);
        lines[i] = sample.lines[i % 2];
        lines[i].account = tf_str_of(accounts[i]);
    }
    sample.journal.lines.items = lines;
    sample.journal.lines.count = LINES;
    const struct tf_fraud_facts facts = tf_fraud_facts_of(&sample.event);
    size_t count = history->rule->tallies(history->rule, &history->setting, &facts, tallies);
    assert_in_range(count, 18, TF_FRAUD_TALLIES_MAX);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            assert_false(tf_hash16_eq(tallies[i].group, tallies[k].group));
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("JE2");
    assert_int_equal(pass(history, NULL, NULL, 0), TF_FRAUD_UNKNOWN);
    assert_int_equal(pass(history, " ", NULL, 0), TF_FRAUD_UNKNOWN);
    sample_journal(&sample, "100.00");
    sample.lines[0].account = TF_STR("4400");
    sample.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "1", "1.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_account_hits_until_its_fifth_use), cmocka_unit_test(an_account_that_was_not_used_for_a_year_hits),
        cmocka_unit_test(a_rare_pair_hits), cmocka_unit_test(young_and_small_books_are_clear), cmocka_unit_test(long_journals_are_bounded),
        cmocka_unit_test(a_missing_field_is_unknown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
