#include "unit/rules/fraud/sample.h"

static struct sample sample;

static void sell(int number, int day)
{
    static char text[24];
    snprintf(text, sizeof text, "AR-%05d", number);
    sample_invoice(&sample, "CUSTOMER", text, "119.00", "EUR", day);
    sample.event.direction = TF_DIRECTION_SALE;
}

static enum tf_fraud_answer pass(struct history *history, int number, int day)
{
    sell(number, day);
    return history_pass(history, &sample);
}

static void a_gap_is_told_once_after_the_grace(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ1");
    assert_int_equal(pass(history, 7, 0), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, 10, 1), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, 11, 3), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, 12, 4), TF_FRAUD_HIT); /* 72 hours after 10 */
    assert_text(history->hit.observed, "2 numbers of the series are missing, the first behind 7, 72 hours after the next one");
    assert_text(history->hit.threshold, "1 number, 72 hours after the next one");
    assert_int_equal(history->hit.related_count, 2);
    assert_text(history->hit.related[0], "e0");
    assert_text(history->hit.related[1], "e1");
    assert_int_equal(pass(history, 13, 4), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, 15, 9), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, 16, 20), TF_FRAUD_HIT); /* the next gap */
    history_destroy(history);
}

static void a_gap_between_blocks_is_told(void **state)
{
    (void)state;
    for (int last = 30; last <= 33; last++) { /* the missing one stands on every side of 32 */
        struct history *history = history_create("SEQ1");
        assert_int_equal(pass(history, last, 0), TF_FRAUD_CLEAR);
        assert_int_equal(pass(history, last + 2, 0), TF_FRAUD_CLEAR);
        assert_int_equal(pass(history, last + 3, 5), TF_FRAUD_HIT);
        history_destroy(history);
    }
}

/* 100 documents a day, one of them missing: the grace is over after hundreds, and still one tells it. */
static void a_gap_is_told_once_in_a_busy_series(void **state)
{
    (void)state;
    static const int missing[] = {5, 31, 32, 63, 100, 517};
    for (size_t m = 0; m < sizeof missing / sizeof missing[0]; m++) {
        struct history *history = history_create("SEQ1");
        int told = 0, told_on = 0;
        for (int number = 0; number < 1500; number++) {
            if (number == missing[m] || pass(history, number, number / 100) != TF_FRAUD_HIT)
                continue;
            told++;
            told_on = number;
        }
        if (told != 1 || told_on / 100 < missing[m] / 100 + 3)
            fail_msg("%d was told %d times, on %d", missing[m], told, told_on);
        history_destroy(history);
    }
}

static void a_hole_that_was_filled_is_none(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ1");
    pass(history, 7, 0);
    pass(history, 9, 0);
    assert_int_equal(pass(history, 8, 2), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, 10, 9), TF_FRAUD_CLEAR);
    sell(11, 9);
    sample.event.kind = TF_KIND_CREDIT_NOTE; /* counts in the same series */
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, 12, 10), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, 13, 30), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void other_series_companies_and_ranges_are_no_gap(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ1");
    pass(history, 7, 0);
    sample_invoice(&sample, "CUSTOMER", "BR-00009", "119.00", "EUR", 0);
    sample.event.direction = TF_DIRECTION_SALE;
    history_add(history, &sample);
    sell(9, 0);
    sample.event.company = TF_STR("ACME-FR");
    history_add(history, &sample);
    assert_int_equal(pass(history, 8, 10), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, 108, 11), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, 109, 20), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void the_grace_is_a_setting(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ1");
    history->setting.params[0] = 24;
    pass(history, 7, 0);
    assert_int_equal(pass(history, 9, 0), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, 10, 1), TF_FRAUD_HIT);
    history_destroy(history);
}

static void only_what_we_issued_applies_and_without_a_number_it_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ1");
    sell(7, 0);
    sample.event.direction = TF_DIRECTION_PURCHASE;
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    static const char *const numbers[] = {NULL, " ", "ABC", "1234567890123456789"};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        sell(7, 0);
        sample.invoice.number = tf_str_of(numbers[i]);
        assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    }
    sell(7, 0);
    sample.event.event_time_present = false;
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

/* Judged at a minute of the clock, while other records wait or not. */
static enum tf_fraud_answer pass_at(struct history *history, int number, int day, uint32_t minute, bool behind)
{
    sell(number, day);
    sample.judged = (struct tf_fraud_moment){minute, behind};
    return history_pass(history, &sample);
}

enum { BACKLOG = 600, NUMBERS_A_DAY = 10, PARTITIONS = 4, MISSING = 333, NOW = 29000000, QUIET = 10 };

/* Two months read one partition ahead of the other, a number of them missing: nothing is told that the next partition fills. */
static int read_backlog(struct history *history, uint32_t minute, bool behind)
{
    int told = 0;
    for (int partition = 0; partition < PARTITIONS; partition++)
        for (int number = partition; number < BACKLOG; number += PARTITIONS)
            if (number != MISSING)
                told += pass_at(history, number, number / NUMBERS_A_DAY, minute, behind) == TF_FRAUD_HIT;
    return told;
}

/* Documents that come as they are issued, from a number on; how often the gap was told, by the first of them. */
static int issue(struct history *history, int first, int count, uint32_t minute)
{
    int told = 0;
    for (int number = first; number < first + count; number++) {
        if (pass_at(history, number, number / NUMBERS_A_DAY, minute + (uint32_t)(number - first), false) != TF_FRAUD_HIT)
            continue;
        told++;
        assert_true(tf_str_starts(history->hit.observed, TF_STR("1 numbers of the series are missing, the first behind 332,")));
    }
    return told;
}

static void a_backlog_shows_no_gap_that_is_filled_by_what_is_still_to_be_read(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ1"), *ordered = history_create("SEQ1");
    assert_true(read_backlog(ordered, 0, false) > 10); /* where the order of judging is taken for that of the dates */
    history_destroy(ordered);
    assert_int_equal(read_backlog(history, NOW, true), 0);
    assert_int_equal(issue(history, BACKLOG, 400, NOW + QUIET), 1);
    history_destroy(history);
}

/* All that waits is read at once, as a file comes in while the role keeps up. */
static void a_file_of_months_that_comes_within_a_minute_shows_none_either(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ1");
    assert_int_equal(read_backlog(history, NOW, false), 0);
    assert_int_equal(pass_at(history, BACKLOG, BACKLOG / NUMBERS_A_DAY, NOW + QUIET - 1, false), TF_FRAUD_CLEAR);
    assert_int_equal(issue(history, BACKLOG + 1, 400, NOW + QUIET), 1);
    history_destroy(history);
}

/* What an older program kept has no minute: it was told then, or is told now. */
static void what_was_judged_without_a_clock_is_as_it_was(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ1");
    pass(history, 7, 0);
    pass(history, 9, 0);
    assert_int_equal(pass_at(history, 10, 4, NOW, true), TF_FRAUD_CLEAR);
    assert_int_equal(pass_at(history, 11, 4, NOW, false), TF_FRAUD_HIT);
    assert_int_equal(pass_at(history, 12, 5, NOW, false), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void how_long_it_waits_by_the_clock_is_a_setting(void **state)
{
    (void)state;
    struct history *history = history_create("SEQ1");
    history->setting.params[1] = 0;
    pass_at(history, 7, 0, NOW, false);
    pass_at(history, 9, 0, NOW, false);
    assert_int_equal(pass_at(history, 10, 4, NOW, false), TF_FRAUD_HIT);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gap_is_told_once_after_the_grace), cmocka_unit_test(a_gap_between_blocks_is_told),
        cmocka_unit_test(a_gap_is_told_once_in_a_busy_series), cmocka_unit_test(a_hole_that_was_filled_is_none),
        cmocka_unit_test(other_series_companies_and_ranges_are_no_gap), cmocka_unit_test(the_grace_is_a_setting),
        cmocka_unit_test(a_backlog_shows_no_gap_that_is_filled_by_what_is_still_to_be_read),
        cmocka_unit_test(a_file_of_months_that_comes_within_a_minute_shows_none_either),
        cmocka_unit_test(what_was_judged_without_a_clock_is_as_it_was), cmocka_unit_test(how_long_it_waits_by_the_clock_is_a_setting),
        cmocka_unit_test(only_what_we_issued_applies_and_without_a_number_it_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
