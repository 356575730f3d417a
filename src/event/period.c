#include "taxflow/clock.h"
#include "taxflow/event.h"

enum { YEAR_MIN = 1, YEAR_MAX = 9999, MONTHS = 12, MONTHS_OF_QUARTER = 3, DATE_BYTES = 10 };

static bool read_digits(struct tf_str s, size_t at, size_t len, uint64_t min, uint64_t max, uint32_t *ret_value)
{
    uint64_t value;
    if (s.len < at + len || !tf_str_to_u64((struct tf_str){s.ptr + at, len}, max, &value) || value < min)
        return false;
    *ret_value = (uint32_t)value;
    return true;
}

/* All days of the months first .. last of a year; the last is the day before the first of the next month. */
static void set_months(uint32_t year, uint32_t first, uint32_t last, int32_t *ret_first, int32_t *ret_last)
{
    bool december = last == MONTHS;
    *ret_first = tf_clock_days_from_civil((int32_t)year, first, 1);
    *ret_last = tf_clock_days_from_civil((int32_t)year + december, december ? 1 : last + 1, 1) - 1;
}

static bool read_span(struct tf_str s, int32_t *ret_first, int32_t *ret_last)
{
    int32_t first, last;
    if (s.len != 2 * DATE_BYTES + 1 || s.ptr[DATE_BYTES] != '/')
        return false;
    if (!tf_clock_parse_date((struct tf_str){s.ptr, DATE_BYTES}, &first) ||
        !tf_clock_parse_date((struct tf_str){s.ptr + DATE_BYTES + 1, DATE_BYTES}, &last) || last < first)
        return false;
    *ret_first = first;
    *ret_last = last;
    return true;
}

bool tf_period_parse(struct tf_str text, int32_t *ret_first, int32_t *ret_last)
{
    struct tf_str s = tf_str_trim(text);
    uint32_t year, month, quarter;
    if (!read_digits(s, 0, 4, YEAR_MIN, YEAR_MAX, &year))
        return false;
    if (s.len == 4) {
        set_months(year, 1, MONTHS, ret_first, ret_last);
        return true;
    }
    if (s.ptr[4] != '-')
        return false;
    if (s.len == 7 && s.ptr[5] == 'Q' && read_digits(s, 6, 1, 1, 4, &quarter)) {
        set_months(year, (quarter - 1) * MONTHS_OF_QUARTER + 1, quarter * MONTHS_OF_QUARTER, ret_first, ret_last);
        return true;
    }
    if (s.len == 7 && read_digits(s, 5, 2, 1, MONTHS, &month)) {
        set_months(year, month, month, ret_first, ret_last);
        return true;
    }
    return read_span(s, ret_first, ret_last);
}
