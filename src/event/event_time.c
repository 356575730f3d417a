#include "event_time.h"

#include "taxflow/clock.h"

enum { YEAR_MIN = 1, YEAR_MAX = 9999, MONTHS = 12, MONTHS_OF_QUARTER = 3, DATE_BYTES = 10 };

static void set_moment(struct tf_event *event, int64_t ms)
{
    event->event_time_ms = ms;
    event->event_time_present = true;
    event->event_time_of_day = true;
}

static void set_day(struct tf_event *event, int32_t days)
{
    set_moment(event, (int64_t)days * TF_MS_PER_DAY);
    event->event_time_of_day = false;
}

static void set_date(struct tf_event *event, struct tf_date date)
{
    if (tf_date_known(date))
        set_day(event, date.days);
}

static void set_payment(struct tf_event *event)
{
    int64_t ms;
    if (tf_clock_parse_time(tf_str_trim(event->as.payment->date.text), &ms))
        set_moment(event, ms);
    else
        set_date(event, event->as.payment->date);
}

static void set_party(struct tf_event *event)
{
    const struct tf_party *party = event->as.party_record;
    int64_t latest = 0;
    for (size_t i = 0; i < party->changes.count; i++)
        if (party->changes.items[i].at_ms > latest)
            latest = party->changes.items[i].at_ms;
    if (latest > 0)
        set_moment(event, latest);
    else
        set_date(event, party->registered_on);
}

static bool read_digits(struct tf_str s, size_t at, size_t len, uint64_t min, uint64_t max, uint32_t *ret_value)
{
    uint64_t value;
    if (s.len < at + len || !tf_str_to_u64((struct tf_str){s.ptr + at, len}, max, &value) || value < min)
        return false;
    *ret_value = (uint32_t)value;
    return true;
}

/* The day before the first of the next month. */
static int32_t month_end(uint32_t year, uint32_t month)
{
    bool december = month == MONTHS;
    return tf_clock_days_from_civil((int32_t)year + december, december ? 1 : month + 1, 1) - 1;
}

bool tf_event_time_period_end(struct tf_str period, int32_t *ret_days)
{
    struct tf_str s = tf_str_trim(period);
    uint32_t year, month, quarter;
    int32_t start, end;
    if (!read_digits(s, 0, 4, YEAR_MIN, YEAR_MAX, &year))
        return false;
    if (s.len == 4) {
        *ret_days = month_end(year, MONTHS);
        return true;
    }
    if (s.ptr[4] != '-')
        return false;
    if (s.len == 7 && s.ptr[5] == 'Q' && read_digits(s, 6, 1, 1, 4, &quarter)) {
        *ret_days = month_end(year, quarter * MONTHS_OF_QUARTER);
        return true;
    }
    if (s.len == 7 && read_digits(s, 5, 2, 1, MONTHS, &month)) {
        *ret_days = month_end(year, month);
        return true;
    }
    if (s.len != 2 * DATE_BYTES + 1 || s.ptr[DATE_BYTES] != '/')
        return false;
    if (!tf_clock_parse_date((struct tf_str){s.ptr, DATE_BYTES}, &start) ||
        !tf_clock_parse_date((struct tf_str){s.ptr + DATE_BYTES + 1, DATE_BYTES}, &end) || end < start)
        return false;
    *ret_days = end;
    return true;
}

void tf_event_time_set(struct tf_event *event)
{
    int32_t days;
    switch (event->kind) {
    case TF_KIND_INVOICE:
    case TF_KIND_CREDIT_NOTE: set_date(event, event->as.invoice->issue_date); break;
    case TF_KIND_PAYMENT: set_payment(event); break;
    case TF_KIND_JOURNAL: set_date(event, event->as.journal->posting_date); break;
    case TF_KIND_PARTY: set_party(event); break;
    case TF_KIND_RETURN:
        if (tf_event_time_period_end(event->as.tax_return->period, &days))
            set_day(event, days);
        break;
    case TF_KIND_ACCOUNT:
    case TF_KIND_COUNT: break;
    }
}
