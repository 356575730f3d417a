#include "timing/calendar.h"
#include "unit/rules/fraud/records.h"

enum { HOUR_MS = 3600000, MINUTE_MS = 60000 };
/* Days of 2026, from 0: the first is a Thursday. */
enum { MONDAY = 4, SATURDAY = 9, SUNDAY = 10, FIRST_OF_MAY = 120, MONDAY_IN_JULY = 193 };

static struct sample sample;

/* Entered at a time of UTC. */
static enum tf_fraud_answer entered(struct history *history, int day, int hour, int minute)
{
    records_journal(&sample, day, "Booked");
    sample.event.recorded_at_ms = sample_time(day) + hour * (int64_t)HOUR_MS + minute * (int64_t)MINUTE_MS;
    return history_judge(history, &sample);
}

static void nights_hit(void **state)
{
    (void)state;
    struct history *history = history_create("TIM1");
    assert_int_equal(entered(history, MONDAY, 5, 59), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "entered by hand outside office hours: Monday, 2026-01-05 06:59");
    assert_text(history->hit.threshold, "Monday to Friday, 07:00 to 20:00, no holiday");
    assert_int_equal(history->hit.amount_at_risk_minor, 11900);
    assert_int_equal(entered(history, MONDAY, 6, 0), TF_FRAUD_CLEAR);
    assert_int_equal(entered(history, MONDAY, 18, 59), TF_FRAUD_CLEAR);
    assert_int_equal(entered(history, MONDAY, 19, 0), TF_FRAUD_HIT);
    assert_int_equal(entered(history, MONDAY_IN_JULY, 5, 0), TF_FRAUD_CLEAR); /* summer time */
    assert_int_equal(entered(history, MONDAY_IN_JULY, 18, 0), TF_FRAUD_HIT);
    history_destroy(history);
}

static void weekends_hit_by_local_time(void **state)
{
    (void)state;
    struct history *history = history_create("TIM1");
    assert_int_equal(entered(history, SATURDAY, 10, 0), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "entered by hand on a weekend: Saturday, 2026-01-10 11:00");
    assert_int_equal(entered(history, SUNDAY, 10, 0), TF_FRAUD_HIT);
    history->setting.params[0] = 840;
    assert_int_equal(entered(history, SUNDAY, 18, 0), TF_FRAUD_CLEAR); /* Monday morning there */
    history->setting.params[0] = -720;
    history->setting.params[1] = 0;
    assert_int_equal(entered(history, SATURDAY, 2, 0), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void holidays_hit(void **state)
{
    (void)state;
    struct history *history = history_create("TIM1");
    static const char *const own[] = {"2026-01-06"};
    assert_int_equal(entered(history, FIRST_OF_MAY, 10, 0), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "entered by hand on a holiday: Friday, 2026-05-01 12:00");
    assert_int_equal(entered(history, MONDAY + 1, 10, 0), TF_FRAUD_CLEAR);
    history->setting.words = (struct tf_string_list){own, 1};
    assert_int_equal(entered(history, MONDAY + 1, 10, 0), TF_FRAUD_HIT);
    assert_int_equal(entered(history, FIRST_OF_MAY, 10, 0), TF_FRAUD_CLEAR);
    history_destroy(history);
}

/* 14.6 % of real payments are dated on weekends. */
static void a_weekend_without_entry_by_hand_never_hits(void **state)
{
    (void)state;
    struct history *history = history_create("TIM1");
    sample_payment(&sample, "DE1", NULL, "10.00", "EUR", SUNDAY);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample.event.manual_present = true;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample.event.manual = true;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "entered by hand on a weekend: Sunday, 2026-01-11");
    history_destroy(history);
}

static void a_payment_s_own_time_serves(void **state)
{
    (void)state;
    struct history *history = history_create("TIM1");
    sample_payment(&sample, "DE1", NULL, "10.00", "EUR", MONDAY);
    sample.event.manual = sample.event.manual_present = true;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN); /* a day without hours */
    sample.event.event_time_of_day = true;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT); /* midnight */
    sample.event.event_time_ms += 10 * (int64_t)HOUR_MS;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    records_journal(&sample, MONDAY, "Booked");
    sample.event.manual_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

static void weekdays_and_summers(void **state)
{
    (void)state;
    assert_int_equal(tf_calendar_weekday(0), 3);
    assert_int_equal(tf_calendar_weekday(-4), 6);
    assert_int_equal(tf_calendar_weekday(-3), 0);
    assert_int_equal(tf_calendar_day(-1), -1);
    int64_t begins = (int64_t)tf_clock_days_from_civil(2026, 3, 29) * TF_MS_PER_DAY + HOUR_MS;
    int64_t ends = (int64_t)tf_clock_days_from_civil(2026, 10, 25) * TF_MS_PER_DAY + HOUR_MS;
    assert_false(tf_calendar_summer(begins - 1));
    assert_true(tf_calendar_summer(begins));
    assert_true(tf_calendar_summer(ends - 1));
    assert_false(tf_calendar_summer(ends));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nights_hit), cmocka_unit_test(weekends_hit_by_local_time), cmocka_unit_test(holidays_hit),
        cmocka_unit_test(a_weekend_without_entry_by_hand_never_hits), cmocka_unit_test(a_payment_s_own_time_serves),
        cmocka_unit_test(weekdays_and_summers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
