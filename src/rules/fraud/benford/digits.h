/* Digits of amounts, by their own decimals: no binary fraction comes between, which would put some amounts into the wrong cell. */
#ifndef TAXFLOW_RULES_FRAUD_DIGITS_H
#define TAXFLOW_RULES_FRAUD_DIGITS_H

#include "taxflow/money.h"

struct tf_digits {
    unsigned first_two; /* 10..99: the first two significant digits; 5 is 50 */
    int decade;         /* power of ten of the first one: 2 for 123.45, -1 for 0.5 */
};

/** The first digits of |amount|; false for 0 and for what is no decimal. */
bool tf_digits_first(struct tf_decimal amount, struct tf_digits *ret_digits);
/** The last two digits of |amount| written with so many decimals (0..4); false where it has more that are not 0. */
bool tf_digits_last_two(struct tf_decimal amount, unsigned decimals, unsigned *ret_digits);

#endif
