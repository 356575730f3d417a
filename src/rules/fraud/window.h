/* Searching a window, whose entries are in time order. */
#ifndef TAXFLOW_RULES_FRAUD_WINDOW_H
#define TAXFLOW_RULES_FRAUD_WINDOW_H

#include "taxflow/fraud.h"

/** Index of the first entry at or after time_ms; count when there is none. O(log of the entries after it). */
size_t tf_window_from(const struct tf_fraud_window *window, int64_t time_ms);

#endif
