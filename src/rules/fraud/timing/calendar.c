#include "calendar.h"

#include <stdlib.h>
#include <string.h>

#include "taxflow/clock.h"

enum { DAYS_OF_WEEK = 7, MARCH = 3, OCTOBER = 10, YEAR_DIGITS = 4, DATE_BYTES = 11, MS_PER_HOUR = 3600000 };

int32_t tf_calendar_day(int64_t time_ms)
{
    return (int32_t)(time_ms / TF_MS_PER_DAY - (time_ms % TF_MS_PER_DAY < 0));
}

unsigned tf_calendar_weekday(int32_t day)
{
    enum { THURSDAY = 3 }; /* 1970-01-01 */
    int32_t rest = (day + THURSDAY) % DAYS_OF_WEEK;
    return (unsigned)(rest < 0 ? rest + DAYS_OF_WEEK : rest);
}

static int32_t last_sunday(int32_t year, unsigned month)
{
    int32_t last = tf_clock_days_from_civil(year, month + 1, 1) - 1; /* of no December */
    return last - (int32_t)((tf_calendar_weekday(last) + 1) % DAYS_OF_WEEK);
}

bool tf_calendar_summer(int64_t utc_ms)
{
    char date[DATE_BYTES];
    uint64_t year = 0;
    tf_clock_format_date(tf_calendar_day(utc_ms), date);
    if (!tf_str_to_u64((struct tf_str){date, YEAR_DIGITS}, INT32_MAX, &year))
        return false;
    int64_t begins = last_sunday((int32_t)year, MARCH) * (int64_t)TF_MS_PER_DAY + MS_PER_HOUR;
    int64_t ends = last_sunday((int32_t)year, OCTOBER) * (int64_t)TF_MS_PER_DAY + MS_PER_HOUR;
    return utc_ms >= begins && utc_ms < ends;
}

static int by_text(const void *key, const void *item)
{
    return strcmp(key, *(const char *const *)item);
}

bool tf_calendar_listed(const struct tf_string_list *days, int32_t day)
{
    char date[DATE_BYTES];
    if (days->count == 0)
        return false;
    tf_clock_format_date(day, date);
    return bsearch(date, days->items, days->count, sizeof *days->items, by_text)
           || bsearch(date + YEAR_DIGITS + 1, days->items, days->count, sizeof *days->items, by_text);
}
