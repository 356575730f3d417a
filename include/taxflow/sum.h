/* Sums of decimals that are exact whatever is added: what control totals are made of. */
#ifndef TAXFLOW_SUM_H
#define TAXFLOW_SUM_H

#include "taxflow/money.h"

/*
 * value = cents / 10^2 + rest / 10^20, 0 <= rest < 10^18. Amounts with two decimals, as nearly all are, touch cents alone; the finest that a record
 * may carry (TF_DECIMAL_SCALE_MAX) still fits. 10^8 amounts of TF_DECIMAL_DIGITS_MAX digits can be added before 128 bits are full.
 */
struct tf_sum {
    tf_int128 cents;
    int64_t rest;
};

/** Add a decimal of at most TF_DECIMAL_SCALE_MAX decimals; false when 128 bits are full, the sum untouched.   Thread  any.   Cost  O(1). */
bool tf_sum_add(struct tf_sum *sum, struct tf_decimal value) TF_MUST_CHECK;
/** Add the other sum; false as above. */
bool tf_sum_join(struct tf_sum *sum, const struct tf_sum *other) TF_MUST_CHECK;
struct tf_sum tf_sum_negated(const struct tf_sum *sum);
static inline bool tf_sum_eq(const struct tf_sum *a, const struct tf_sum *b) { return a->cents == b->cents && a->rest == b->rest; }
static inline bool tf_sum_is_zero(const struct tf_sum *sum) { return sum->cents == 0 && sum->rest == 0; }
/** The sum in minor units of 2 decimals; false when it has more, or more than 64 bits: nothing is rounded. */
bool tf_sum_to_minor(const struct tf_sum *sum, int64_t *ret_minor) TF_MUST_CHECK;
/** Plain decimal text: two decimals, more where there are more; NUL-terminated. */
enum { TF_SUM_TEXT_BYTES = 72 };
struct tf_str tf_sum_format(const struct tf_sum *sum, char out[TF_SUM_TEXT_BYTES]);

#endif
