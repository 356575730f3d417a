#include "unit/rules/fraud/sample.h"

static struct sample sample;

/* `count` records of a day; the answer of the last. */
static enum tf_fraud_answer day(struct history *history, const char *supplier, const char *user, int day, int count)
{
    enum tf_fraud_answer answer = TF_FRAUD_NOT_APPLICABLE;
    for (int i = 0; i < count; i++) {
        sample_invoice(&sample, supplier, "12", "5.00", "EUR", day);
        sample.event.user = tf_str_of(user);
        answer = history_pass(history, &sample);
    }
    return answer;
}

static enum tf_fraud_answer at(struct history *history, int64_t time_ms)
{
    sample_payment(&sample, "DE1", "12", "5.00", "EUR", 0);
    sample.event.event_time_of_day = true;
    sample.event.event_time_ms = sample_time(0) + time_ms;
    return history_pass(history, &sample);
}

static void a_burst_of_a_supplier_hits(void **state)
{
    (void)state;
    struct history *history = history_create("VEL1");
    assert_int_equal(day(history, "DE1", "a", 0, 10), TF_FRAUD_CLEAR);
    assert_int_equal(day(history, "DE1", "b", 0, 1), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "11 invoices of one supplier in a day");
    assert_text(history->hit.threshold, "more than 10, and than mean 0.00 + 3 sigma of 0.00 over the 90 days before");
    assert_int_equal(history->hit.related_count, 10);
    assert_int_equal(history->hit.amount_at_risk_minor, 500);
    history_destroy(history);
}

static void a_burst_of_a_user_hits(void **state)
{
    (void)state;
    static const char *const suppliers[] = {"S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10"};
    struct history *history = history_create("VEL1");
    for (size_t i = 0; i < 11; i++)
        assert_int_equal(day(history, suppliers[i], "a", 3, 1), i < 10 ? TF_FRAUD_CLEAR : TF_FRAUD_HIT);
    assert_text(history->hit.observed, "11 invoices of one user in a day");
    history_destroy(history);
}

static void a_rate_that_is_usual_raises_the_limit(void **state)
{
    (void)state;
    struct history *history = history_create("VEL1");
    history->setting.params[0] = 4;
    for (int d = 0; d < 60; d++)
        day(history, "DE1", "a", d, 5 + d % 2); /* mean about 5.5, sigma about 0.5 */
    assert_int_equal(day(history, "DE1", "a", 60, 6), TF_FRAUD_CLEAR);
    assert_int_equal(day(history, "DE1", "a", 60, 2), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "8 invoices of one supplier in a day");
    history_destroy(history);
}

static void the_average_is_the_textbook_one(void **state)
{
    (void)state;
    struct history *history = history_create("VEL1");
    history->setting.params[0] = 1;
    static const int counts[] = {4, 0, 7, 3, 9, 2};
    double mean = counts[0], variance = 0;
    for (int d = 0; d < 6; d++) {
        day(history, "DE1", "a", d, counts[d]);
        double off = counts[d] - mean;
        mean = d == 0 ? mean : mean + 0.1 * off;
        variance = d == 0 ? 0 : 0.9 * (variance + 0.1 * off * off);
    }
    int least = (int)(mean + 3 * __builtin_sqrt(variance)) + 1; /* the first count above */
    assert_int_equal(day(history, "DE1", "a", 6, least - 1), TF_FRAUD_CLEAR);
    assert_int_equal(day(history, "DE1", "a", 6, 1), TF_FRAUD_HIT);
    char expected[96];
    snprintf(expected, sizeof expected, "more than 1, and than mean %.2f + 3 sigma of %.2f over the 90 days before", mean,
             __builtin_sqrt(variance));
    assert_text(history->hit.threshold, expected);
    history_destroy(history);
}

static void midnight_hides_nothing(void **state)
{
    (void)state;
    enum { HOUR = 3600000 };
    struct history *history = history_create("VEL1");
    for (int i = 0; i < 10; i++) /* every two hours from 06:00 to midnight */
        assert_int_equal(at(history, (6 + 2 * i) * HOUR), TF_FRAUD_CLEAR);
    assert_int_equal(at(history, 30 * HOUR), TF_FRAUD_CLEAR); /* 24 hours after the first, which is out by now */
    history_destroy(history);
    history = history_create("VEL1");
    for (int i = 0; i < 10; i++)
        assert_int_equal(at(history, (6 + 2 * i) * HOUR), TF_FRAUD_CLEAR);
    assert_int_equal(at(history, 30 * HOUR - 1), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "11 payments of one supplier in a day");
    history_destroy(history);
}

static void an_hour_counts_where_the_time_is_known(void **state)
{
    (void)state;
    struct history *history = history_create("VEL1");
    history->setting.params[0] = 3;
    /* Twelve a day for a month: a day of twelve is usual, four in an hour are not. */
    for (int d = -30; d < 0; d++)
        for (int i = 0; i < 12; i++)
            at(history, (int64_t)d * TF_MS_PER_DAY + i * 7200000);
    for (int i = 0; i < 3; i++)
        assert_int_equal(at(history, 10000 + i), TF_FRAUD_CLEAR);
    assert_int_equal(at(history, 10000 + 3599999), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "4 payments of one supplier in an hour");
    assert_int_equal(history->hit.related_count, 3);
    history_destroy(history);
}

static void spread_out_records_are_clear(void **state)
{
    (void)state;
    struct history *history = history_create("VEL1");
    for (int d = 0; d < 100; d++)
        assert_int_equal(day(history, "DE1", "a", d, 10), TF_FRAUD_CLEAR);
    sample_payment(&sample, "DE1", "1", "5.00", "EUR", 99); /* other kinds are counted apart */
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE1", "12", "5.00", "EUR", 99);
    sample.event.company = TF_STR("ACME-FR");
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_late_record_counts_in_its_own_day(void **state)
{
    (void)state;
    struct history *history = history_create("VEL1");
    day(history, "DE1", "a", 0, 10);
    day(history, "DE1", "a", 1, 10);
    assert_int_equal(day(history, "DE1", "a", 0, 1), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "11 invoices of one supplier in a day");
    assert_int_equal(day(history, "DE1", "a", -1, 1), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_missing_field_is_unknown_unless_the_rest_hits(void **state)
{
    (void)state;
    struct history *history = history_create("VEL1");
    assert_int_equal(day(history, "DE1", NULL, 0, 10), TF_FRAUD_UNKNOWN);
    assert_int_equal(day(history, "DE1", NULL, 0, 1), TF_FRAUD_HIT);
    assert_int_equal(day(history, NULL, "a", 0, 10), TF_FRAUD_UNKNOWN);
    assert_int_equal(day(history, NULL, "a", 0, 1), TF_FRAUD_HIT);
    assert_int_equal(day(history, NULL, NULL, 0, 1), TF_FRAUD_UNKNOWN);
    sample.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample.event.direction = TF_DIRECTION_SALE;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_of_a_supplier_hits), cmocka_unit_test(a_burst_of_a_user_hits),
        cmocka_unit_test(a_rate_that_is_usual_raises_the_limit), cmocka_unit_test(the_average_is_the_textbook_one),
        cmocka_unit_test(midnight_hides_nothing), cmocka_unit_test(an_hour_counts_where_the_time_is_known),
        cmocka_unit_test(spread_out_records_are_clear), cmocka_unit_test(a_late_record_counts_in_its_own_day),
        cmocka_unit_test(a_missing_field_is_unknown_unless_the_rest_hits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
