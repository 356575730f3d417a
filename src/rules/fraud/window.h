/* Searching a window, whose entries are in time order. */
#ifndef TAXFLOW_RULES_FRAUD_WINDOW_H
#define TAXFLOW_RULES_FRAUD_WINDOW_H

#include "taxflow/fraud.h"

/** Index of the first entry at or after time_ms; count when there is none. O(log of the entries after it). */
size_t tf_window_from(const struct tf_fraud_window *window, int64_t time_ms);
/** The same, looked for from a guess on, 0 .. count. O(log of how far the guess is off). */
size_t tf_window_near(const struct tf_fraud_window *window, size_t guess, int64_t time_ms);
/** Sum of the values of entries first … end - 1, first <= end <= count; it has to fit. O(1). */
int64_t tf_window_sum(const struct tf_fraud_window *window, size_t first, size_t end);

#endif
