#include "months.h"

#include <time.h>

void tf_months_add(struct tf_months *months, bool has_time, int64_t time_ms, enum tf_fraud_decision decision)
{
    struct tm at;
    const time_t seconds = (time_t)(time_ms / 1000 - (time_ms % 1000 < 0));
    uint64_t *counts = months->outside;
    if (has_time && gmtime_r(&seconds, &at)) {
        const int64_t year = (int64_t)at.tm_year + 1900 - TF_MONTHS_FIRST_YEAR;
        if (year >= 0 && year < TF_MONTHS_YEARS)
            counts = months->records[year * 12 + at.tm_mon];
    }
    counts[decision]++;
}

static bool any(const struct tf_months *months, size_t month)
{
    return months->records[month][TF_FRAUD_APPROVE] || months->records[month][TF_FRAUD_REVIEW] || months->records[month][TF_FRAUD_BLOCK];
}

bool tf_months_span(const struct tf_months *months, size_t *ret_first, size_t *ret_last)
{
    size_t first = 0, last = TF_MONTHS;
    while (first < TF_MONTHS && !any(months, first))
        first++;
    while (last > first && !any(months, last - 1))
        last--;
    if (first == last)
        return false;
    *ret_first = first;
    *ret_last = last - 1;
    return true;
}
