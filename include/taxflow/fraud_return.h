/* What REC1 knows of the returns of a company, for others that compare them. */
#ifndef TAXFLOW_FRAUD_RETURN_H
#define TAXFLOW_FRAUD_RETURN_H

#include "taxflow/fraud.h"

/** The currency that a company's returns are in, by REC1's list `currencies`; "" where it names none. */
void tf_fraud_return_currency(const struct tf_fraud_ruleset *ruleset, struct tf_str company, char out[4]);

#endif
