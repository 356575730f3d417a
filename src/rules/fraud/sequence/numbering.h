/* A document number as a place in a series of numbers: what is counted, and what stays the same around it. */
#ifndef TAXFLOW_RULES_FRAUD_NUMBERING_H
#define TAXFLOW_RULES_FRAUD_NUMBERING_H

#include "fraud_facts.h"

struct tf_numbering {
    struct tf_str before, after; /* the series: "RE-2026-" and "" of RE-2026-0117; views into the number */
    int64_t counter;             /* 117 */
};

/**
 * Read a number of a document of this time (Unix ms). What counts is the last run of digits; behind it may stand the year of the document
 * or the one before (0117/2026, 0117-26, 117/26), and before that the month (0117/03/2026).
 * Returns false when there is no digit, or the run has more than 18.   Pure.   Cost  O(length).
 */
bool tf_numbering_read(struct tf_str number, int64_t time_ms, struct tf_numbering *ret_numbering);
/** Read the number of an invoice or credit note; false without one. */
bool tf_numbering_of(const struct tf_fraud_facts *facts, struct tf_numbering *ret_numbering);

#endif
