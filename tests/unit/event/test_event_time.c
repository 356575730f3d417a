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

static void test_parties_happen_at_their_latest_change_or_check(void **state)
{
    struct reading *r = *state;
    expect(r, "{'kind':'party','company':'A','party':{'party':'P','registered_on':'1970-01-02','changes':["
              "{'at':'1970-01-03T00:00:01Z'},{'at':'1970-01-05T00:00:00Z'},{'at':'1970-01-04T00:00:00Z'},{}]}}",
           4 * DAY_MS, true);
    expect(r, "{'kind':'party','company':'A','party':{'party':'P','registered_on':'1970-01-02','changes':[{}]}}", DAY_MS, false);
    expect(r, "{'kind':'party','company':'A','party':{'party':'P','registered_on':'1970-01-02','vat_check':{'at':'1970-01-06T00:00:01Z'},"
              "'changes':[{'at':'1970-01-05T00:00:00Z'}]}}",
           5 * DAY_MS + 1000, true);
    expect_none(r, "{'kind':'party','company':'A','party':{'party':'P'}}");
}

static void test_returns_happen_when_their_period_ends(void **state)
{
    struct reading *r = *state;
    expect(r, "{'kind':'return','company':'A','return':{'period':'1970-01','code':'1','declared':'0'}}", 31 * DAY_MS - 1, false);
    expect_none(r, "{'kind':'return','company':'A','return':{'period':'January','code':'1','declared':'0'}}");
}

static void test_accounts_have_no_time(void **state)
{
    struct reading *r = *state;
    expect_none(r, "{'kind':'account','company':'A','account':{'number':'1'}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        READING_TEST(test_invoices_happen_on_their_issue_date),
        READING_TEST(test_payments_have_a_day_or_a_moment),
        READING_TEST(test_journals_happen_when_posted),
        READING_TEST(test_parties_happen_at_their_latest_change_or_check),
        READING_TEST(test_returns_happen_when_their_period_ends),
        READING_TEST(test_accounts_have_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
