#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "taxflow/clock.h"

static void dates_of_the_calendar(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t days;
    } rows[] = {
        {"1970-01-01", 0},     {"1969-12-31", -1},    {"0001-01-01", -719162}, {"9999-12-31", 2932896}, {"2000-02-29", 11016},
        {"2024-02-29", 19782}, {"1900-03-01", -25508}, {"2038-01-19", 24855},   {"2024-12-31Z", 20088},  {"2024-12-31+14:00", 20088},
        {"2024-12-31-05:00", 20088},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int32_t days = 99;
        assert_true(tf_clock_parse_date(tf_str_of(rows[i].text), &days));
        assert_int_equal(days, rows[i].days);
    }
}

static void no_dates_of_the_calendar(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "2024", "2024-1-01", "2024-01-1", "20240101", "2024/01/01", "0000-01-01", "10000-01-01", "-001-01-01", "2024-00-01",
        "2024-13-01", "2024-01-00", "2024-01-32", "2024-04-31", "2023-02-29", "1900-02-29", "2100-02-29", "2024-02-30",
        " 2024-01-01", "2024-01-01 ", "2024-01-01z", "2024-01-01ZZ", "2024-01-01+1:00", "2024-01-01+24:00", "2024-01-01+01:60",
        "2024-01-01+0100", "2024-01-01T00:00:00Z", "2024-0a-01", "2024-+1-01",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int32_t days = 99;
        assert_false(tf_clock_parse_date(tf_str_of(bad[i]), &days));
        assert_int_equal(days, 99);
    }
    int32_t days;
    assert_false(tf_clock_parse_date(TF_STR_NONE, &days));
}

/* Walks every day from year 1 to year 9999 by the calendar's own rule and compares both directions. */
static void every_day_both_ways(void **state)
{
    (void)state;
    static const unsigned len[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t expected = -719162;
    for (int32_t year = 1; year <= 9999; year++)
        for (unsigned month = 1; month <= 12; month++) {
            bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            unsigned last = month == 2 && leap ? 29 : len[month - 1];
            assert_int_equal(tf_clock_days_from_civil(year, month, 1), expected);
            assert_int_equal(tf_clock_days_from_civil(year, month, last), expected + (int32_t)last - 1);
            char text[11];
            int32_t days;
            tf_clock_format_date(expected + (int32_t)last - 1, text);
            assert_true(tf_clock_parse_date(tf_str_of(text), &days));
            assert_int_equal(days, expected + (int32_t)last - 1);
            expected += (int32_t)last;
        }
    assert_int_equal(expected, 2932897);
    assert_int_equal(tf_clock_days_from_civil(0, 3, 1), -719468);
    assert_int_equal(tf_clock_days_from_civil(-1, 12, 31), -719529);
}

static void dates_are_written_within_four_digits(void **state)
{
    (void)state;
    static const struct {
        int32_t days;
        const char *text;
    } rows[] = {
        {0, "1970-01-01"}, {-719162, "0001-01-01"}, {-719163, "0001-01-01"}, {INT32_MIN, "0001-01-01"},
        {11016, "2000-02-29"}, {2932896, "9999-12-31"}, {2932897, "9999-12-31"}, {INT32_MAX, "9999-12-31"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[11];
        tf_clock_format_date(rows[i].days, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void times_with_zone(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1985-04-12T23:20:50.52Z", 482196050520},       /* RFC 3339 section 5.8 */
        {"1996-12-19T16:39:57-08:00", 851042397000},
        {"1996-12-20T00:39:57Z", 851042397000},
        {"1937-01-01T12:00:27.87+00:20", -1041337172130},
        {"1990-12-31T23:59:60Z", 662688000000},          /* leap seconds */
        {"1990-12-31T15:59:60-08:00", 662688000000},
        {"2016-12-31T23:59:60.999Z", 1483228800999},
        {"2024-02-29t12:00:00z", 1709208000000},
        {"2024-01-01T00:00:00-00:00", 1704067200000},
        {"2024-01-01T00:00:00+23:59", 1703980860000},
        {"1969-12-31T23:59:59.999Z", -1},
        {"2024-01-01T00:00:00.1239999999999999999999Z", 1704067200123},
        {"0001-01-01T00:00:00Z", -62135596800000},
        {"9999-12-31T23:59:59.999Z", 253402300799999},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t ms = 99;
        assert_true(tf_clock_parse_time(tf_str_of(rows[i].text), &ms));
        assert_true(ms == rows[i].ms);
    }
}

static void no_times(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "2024-01-01", "2024-01-01T00:00:00", "2024-01-01T00:00Z", "2024-01-01 00:00:00Z", "2024-01-01T24:00:00Z",
        "2024-01-01T00:60:00Z", "2024-01-01T00:00:61Z", "2024-01-01T00:00:60Z", "2024-01-15T23:59:60Z", "2024-01-31T22:59:60Z",
        "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00,5Z", "2024-01-01T00:00:00.5", "2024-01-01T00:00:00+0100",
        "2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00+01:60", "2024-01-01T00:00:00+01", "2024-01-01T00:00:00ZZ",
        "2024-01-01T0:00:00Z", "2024-01-01T-1:00:00Z", "2023-02-29T00:00:00Z", "2024-01-01T00-00-00Z", "2024-01-01T00:00:00.",
        "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:60Z",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t ms = 99;
        assert_false(tf_clock_parse_time(tf_str_of(bad[i]), &ms));
        assert_int_equal(ms, 99);
    }
}

static void a_cut_time_is_no_time(void **state)
{
    (void)state;
    struct tf_str whole = TF_STR("2024-02-29T12:34:56.789+01:00");
    int64_t ms;
    for (size_t len = 0; len < whole.len; len++)
        assert_false(tf_clock_parse_time((struct tf_str){whole.ptr, len}, &ms));
    assert_true(tf_clock_parse_time(whole, &ms));
}

static void times_are_written_in_utc(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {851042397008, "1996-12-20T00:39:57.008Z"},
        {-62135596800000, "0001-01-01T00:00:00.000Z"},
        {INT64_MIN, "0001-01-01T00:00:00.000Z"},
        {253402300799999, "9999-12-31T23:59:59.999Z"},
        {INT64_MAX, "9999-12-31T23:59:59.999Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[25];
        tf_clock_format_time(rows[i].ms, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void clocks_go_forward(void **state)
{
    (void)state;
    int64_t before = tf_clock_mono_ns();
    assert_true(tf_clock_mono_ns() >= before);
    assert_true(tf_clock_mono_ms() >= before / 1000000);
    int64_t wall = tf_clock_wall_ms();
    assert_true(wall > 1700000000000);
    assert_true(tf_clock_wall_ns() / 1000000 - wall < 60000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_of_the_calendar),
        cmocka_unit_test(no_dates_of_the_calendar),
        cmocka_unit_test(every_day_both_ways),
        cmocka_unit_test(dates_are_written_within_four_digits),
        cmocka_unit_test(times_with_zone),
        cmocka_unit_test(no_times),
        cmocka_unit_test(a_cut_time_is_no_time),
        cmocka_unit_test(times_are_written_in_utc),
        cmocka_unit_test(clocks_go_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
