/* How many records with findings fall into each month, by decision. */
#ifndef TAXFLOW_REPORT_MONTHS_H
#define TAXFLOW_REPORT_MONTHS_H

#include "amounts.h"

enum { TF_MONTHS_FIRST_YEAR = 1970, TF_MONTHS_YEARS = 130, TF_MONTHS = TF_MONTHS_YEARS * 12 };

struct tf_months {
    uint64_t records[TF_MONTHS][TF_DECISIONS];
    uint64_t outside[TF_DECISIONS]; /* without a date, or of another time */
};

/** Count a record; time_ms is its event time in Unix ms, where it has one. */
void tf_months_add(struct tf_months *months, bool has_time, int64_t time_ms, enum tf_fraud_decision decision);
/** First and last month with records; false when there is none. */
bool tf_months_span(const struct tf_months *months, size_t *ret_first, size_t *ret_last);

#endif
