/* norm(number) without an arena, for keys. */
#ifndef TAXFLOW_RULES_FRAUD_FRAUD_NORMALISE_H
#define TAXFLOW_RULES_FRAUD_FRAUD_NORMALISE_H

#include "taxflow/str.h"

enum { TF_FRAUD_NORMALISE_BYTES = 256 };

/**
 * As tf_fraud_normalise_number, into out. A number longer than out ends in a hash of all its characters, so that long numbers
 * are compared as written.
 * Returns a view of out; absent when nothing is left.
 */
struct tf_str tf_fraud_normalise_into(struct tf_str number, char out[TF_FRAUD_NORMALISE_BYTES]);

#endif
