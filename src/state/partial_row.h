/* Rows of partial counters, as bytes. */
#ifndef TAXFLOW_STATE_PARTIAL_ROW_H
#define TAXFLOW_STATE_PARTIAL_ROW_H

#include "population.h"
#include "taxflow/buf.h"

enum { TF_PARTIAL_ROW_VERSION = 1 };

/* Counters of a row; each is read by tf_partial_row_count. */
struct tf_partial_row {
    uint32_t window_days, counts_count;
    const unsigned char *counts;
    struct tf_population_told told; /* rules_count 0: rules about groups do not judge it */
};

/** Append a value: the counters that hold something, and the population (NULL: none). False: none of them does, and nothing was appended. */
bool tf_partial_row_write(struct tf_buf *value, const struct tf_tally_group *group, const struct tf_population *population,
                          const struct tf_fraud_ruleset *ruleset);
/**
 * Views into key and value. Rules that the ruleset does not have, or that judge no groups, are left out.
 * False: no row of version 1, cut off, counters out of order or beyond what sums of all partitions may be.
 */
bool tf_partial_row_read(struct tf_str key, struct tf_str value, const struct tf_fraud_ruleset *ruleset, struct tf_partial_row *ret_row) TF_MUST_CHECK;
struct tf_fraud_count tf_partial_row_count(const struct tf_partial_row *row, uint32_t i);

#endif
