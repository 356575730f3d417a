#include "numbering.h"

#include "taxflow/clock.h"

enum { DIGITS_MAX = 18 };

/* Digits first … end of a number. */
struct run { size_t first, end; };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The run before position end; false when there is none. */
static bool run_before(struct tf_str number, size_t end, struct run *ret_run)
{
    while (end > 0 && !is_digit(number.ptr[end - 1]))
        end--;
    ret_run->end = end;
    while (end > 0 && is_digit(number.ptr[end - 1]))
        end--;
    ret_run->first = end;
    return ret_run->first < ret_run->end;
}

static int64_t value_of(struct tf_str number, struct run run)
{
    int64_t value = 0;
    for (size_t i = run.first; i < run.end; i++)
        value = value * 10 + (number.ptr[i] - '0');
    return value;
}

static int64_t floor_days(int64_t time_ms)
{
    return time_ms / TF_MS_PER_DAY - (time_ms % TF_MS_PER_DAY < 0);
}

/* Year and month of a time; 0 outside the years that dates may have. */
static void read_time(int64_t time_ms, int64_t *ret_year, int64_t *ret_month)
{
    char text[11] = "";
    int64_t days = floor_days(time_ms);
    *ret_year = *ret_month = 0;
    if (days < tf_clock_days_from_civil(1, 1, 1) || days > tf_clock_days_from_civil(9999, 12, 31))
        return;
    tf_clock_format_date((int32_t)days, text);
    *ret_year = value_of(tf_str_of(text), (struct run){0, 4});
    *ret_month = value_of(tf_str_of(text), (struct run){5, 7});
}

/*
 * A year behind a counter. Two digits may as well be a counter behind a customer's number (712-25), so they are a year only behind a slash
 * or a counter with zeros in front.
 */
static bool is_year(struct tf_str number, struct run run, struct run earlier, int64_t year)
{
    size_t digits = run.end - run.first;
    if (year == 0 || (digits != 2 && digits != 4))
        return false;
    if (digits == 2 && number.ptr[run.first - 1] != '/' && number.ptr[earlier.first] != '0')
        return false;
    int64_t value = value_of(number, run), century = digits == 2 ? 100 : 10000;
    return value == year % century || value == (year - 1) % century;
}

static bool is_month(struct tf_str number, struct run run, int64_t month)
{
    return run.end - run.first == 2 && month > 0 && value_of(number, run) == month;
}

bool tf_numbering_read(struct tf_str number, int64_t time_ms, struct tf_numbering *ret_numbering)
{
    struct run run, earlier;
    int64_t year, month;
    if (!run_before(number, number.len, &run))
        return false;
    read_time(time_ms, &year, &month);
    if (run_before(number, run.first, &earlier) && is_year(number, run, earlier, year)) {
        run = earlier;
        if (is_month(number, run, month) && run_before(number, run.first, &earlier))
            run = earlier;
    }
    if (run.end - run.first > DIGITS_MAX)
        return false;
    ret_numbering->before = (struct tf_str){number.ptr, run.first};
    ret_numbering->after = (struct tf_str){number.ptr + run.end, number.len - run.end};
    ret_numbering->counter = value_of(number, run);
    return true;
}

bool tf_numbering_of(const struct tf_fraud_facts *facts, struct tf_numbering *ret_numbering)
{
    const struct tf_event *event = facts->event;
    if ((event->kind != TF_KIND_INVOICE && event->kind != TF_KIND_CREDIT_NOTE) || !event->as.invoice || !facts->has_time)
        return false;
    return tf_numbering_read(tf_str_trim(event->as.invoice->number), facts->time_ms, ret_numbering);
}
