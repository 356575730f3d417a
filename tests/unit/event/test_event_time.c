#include "reading.h"

#include "event_time.h"

#define DAY_MS ((int64_t)86400000)

static void expect(struct reading *r, const char *record, int64_t ms, bool of_day)
{
    const struct tf_event *e = reading_decode(r, record);
    assert_true(e->event_time_present);
    assert_true(e->event_time_ms == ms);
    assert_int_equal(e->event_time_of_day, of_day);
}

static void expect_none(struct reading *r, const char *record) { assert_false(reading_decode(r, record)->event_time_present); }

static void test_invoices_happen_on_their_issue_date(void **state)
{
    struct reading *r = *state;
    expect(r, "{'kind':'invoice','company':'A','invoice':{'issue_date':'1970-01-11','due_date':'2020-01-01'}}", 10 * DAY_MS, false);
    expect(r, "{'kind':'credit_note','company':'A','invoice':{'issue_date':'1969-12-31'}}", -DAY_MS, false);
    expect_none(r, "{'kind':'invoice','company':'A','invoice':{}}");
    expect_none(r, "{'kind':'invoice','company':'A','recorded_at':'2026-11-23T00:00:00Z','invoice':{'issue_date':''}}");
}

#define PAYMENT(date) "{'kind':'payment','company':'A','payment':{'supplier':'S','amount':'1','currency':'EUR','date':'" date "'}}"

static void test_payments_have_a_day_or_a_moment(void **state)
{
    struct reading *r = *state;
    expect(r, PAYMENT("1970-01-11"), 10 * DAY_MS, false);
    expect(r, PAYMENT("1970-01-11T10:30:00Z"), 10 * DAY_MS + 37800000, true);
    expect(r, PAYMENT("1970-01-11T23:30:00-01:00"), 11 * DAY_MS + 1800000, true);
}

static void test_journals_happen_when_posted(void **state)
{
    struct reading *r = *state;
    expect(r, "{'kind':'journal','company':'A','journal':{'id':'1','posting_date':'1970-01-11','document_date':'1970-01-01','lines':[{}]}}",
           10 * DAY_MS, false);
}

static void test_parties_happen_at_their_latest_change(void **state)
{
    struct reading *r = *state;
    expect(r, "{'kind':'party','company':'A','party':{'party':'P','registered_on':'1970-01-02','changes':["
              "{'at':'1970-01-03T00:00:01Z'},{'at':'1970-01-05T00:00:00Z'},{'at':'1970-01-04T00:00:00Z'},{}]}}",
           4 * DAY_MS, true);
    expect(r, "{'kind':'party','company':'A','party':{'party':'P','registered_on':'1970-01-02','changes':[{}]}}", DAY_MS, false);
    expect_none(r, "{'kind':'party','company':'A','party':{'party':'P'}}");
}

static void test_returns_happen_when_their_period_ends(void **state)
{
    struct reading *r = *state;
    expect(r, "{'kind':'return','company':'A','return':{'period':'1970-01','code':'1','declared':'0'}}", 30 * DAY_MS, false);
    expect_none(r, "{'kind':'return','company':'A','return':{'period':'January','code':'1','declared':'0'}}");
}

static void test_accounts_have_no_time(void **state)
{
    struct reading *r = *state;
    expect_none(r, "{'kind':'account','company':'A','account':{'number':'1'}}");
}

static void test_period_forms(void **state)
{
    (void)state;
    static const struct { const char *period; int32_t days; } good[] = {
        {"1970", 364}, {"1970-01", 30}, {"1972-02", 789}, {"1970-12", 364}, {"1970-Q1", 89}, {"1970-Q4", 364},
        {"1970-01-01/1970-01-15", 14}, {"1970-01-15/1970-01-15", 14}, {" 1970 ", 364}, {"9999", 2932896},
    };
    static const char *const bad[] = {"", "70", "0000", "1970-", "1970-00", "1970-13", "1970-1", "1970-Q0", "1970-Q5", "1970-q1", "1970Q1", "1970/01",
                                      "1970-01-01", "1970-01-01/", "1970-01-01/1969-12-31", "1970-01-01/1970-02-30", "1970-01-01-1970-01-02",
                                      "1970-01-01/1970-01-02x", "year", "19700", "197"};
    int32_t days = 7;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(tf_event_time_period_end(tf_str_of(good[i].period), &days));
        assert_int_equal(days, good[i].days);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (tf_event_time_period_end(tf_str_of(bad[i]), &days))
            fail_msg("taken: %s", bad[i]);
    assert_false(tf_event_time_period_end(TF_STR_NONE, &days));
    assert_int_equal(days, 2932896);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        READING_TEST(test_invoices_happen_on_their_issue_date),
        READING_TEST(test_payments_have_a_day_or_a_moment),
        READING_TEST(test_journals_happen_when_posted),
        READING_TEST(test_parties_happen_at_their_latest_change),
        READING_TEST(test_returns_happen_when_their_period_ends),
        READING_TEST(test_accounts_have_no_time),
        cmocka_unit_test(test_period_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
