#include "taxflow/fraud_tally.h"

#include <stdio.h>

#include "taxflow/clock.h"

enum { MONTHS_PER_YEAR = 12, FIRST_YEAR = 1970 };

/*
 * Days to a month without a table: the year is taken to begin in March, so that its leap day comes last, and eras of 400 years are alike.
 * Days since 0000-03-01 of a time after 1970 are above 0, so plain divisions do.
 */
int32_t tf_fraud_month_of(int64_t time_ms)
{
    enum { DAYS_TO_1970 = 719468, DAYS_PER_ERA = 146097, YEARS_PER_ERA = 400 };
    static const int64_t last_ms = (int64_t)400 * 366 * TF_MS_PER_DAY; /* past the last month; the days below fit an int */
    if (time_ms < 0 || time_ms > last_ms)
        return TF_FRAUD_MONTH_NONE;
    uint32_t days = (uint32_t)(time_ms / TF_MS_PER_DAY) + DAYS_TO_1970;
    uint32_t day = days % DAYS_PER_ERA;                                               /* of the era */
    uint32_t year = (day - day / 1460 + day / 36524 - day / (DAYS_PER_ERA - 1)) / 365; /* of the era */
    uint32_t of_year = day - (365 * year + year / 4 - year / 100);
    uint32_t march = (5 * of_year + 2) / 153; /* months since March */
    uint32_t months = (days / DAYS_PER_ERA * YEARS_PER_ERA + year - FIRST_YEAR) * MONTHS_PER_YEAR + march + 2;
    return months <= TF_FRAUD_MONTH_MAX ? (int32_t)months : TF_FRAUD_MONTH_NONE;
}

void tf_fraud_month_format(unsigned month, char out[TF_FRAUD_MONTH_BYTES])
{
    snprintf(out, TF_FRAUD_MONTH_BYTES, "%04u-%02u", FIRST_YEAR + month / MONTHS_PER_YEAR % 8000, month % MONTHS_PER_YEAR + 1);
}

int64_t tf_fraud_tally_sum(const struct tf_fraud_tally_view *view, unsigned first, unsigned end)
{
    int64_t sum = 0;
    for (size_t i = 0; i < view->count; i++) {
        unsigned cell = tf_fraud_count_cell(view->counts[i]);
        sum += cell >= first && cell < end ? tf_fraud_count_value(view->counts[i]) : 0;
    }
    return sum;
}

int32_t tf_fraud_tally_begin(const struct tf_fraud_tally_view *view)
{
    for (size_t i = 0; i < view->count; i++)
        if (tf_fraud_count_value(view->counts[i]) > 0)
            return (int32_t)tf_fraud_count_month(view->counts[i]);
    return TF_FRAUD_MONTH_NONE;
}

bool tf_fraud_tally_reaches(const struct tf_fraud_tally_view *view, int64_t time_ms, int64_t window_ms, int64_t months)
{
    int32_t begin = tf_fraud_tally_begin(view), now = tf_fraud_month_of(time_ms);
    int64_t shown = now - (time_ms > window_ms ? tf_fraud_month_of(time_ms - window_ms) : 0);
    return begin != TF_FRAUD_MONTH_NONE && now - begin >= (months < shown ? months : shown);
}

void tf_fraud_tally_spread(const struct tf_fraud_tally_view *view, int64_t cells[TF_FRAUD_CELLS_MAX])
{
    for (size_t i = 0; i < view->count; i++)
        cells[tf_fraud_count_cell(view->counts[i])] += tf_fraud_count_value(view->counts[i]);
}
