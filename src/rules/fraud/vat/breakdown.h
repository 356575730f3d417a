/* The VAT breakdowns (BG-23) of an invoice, wherever they were written. */
#ifndef TAXFLOW_RULES_FRAUD_BREAKDOWN_H
#define TAXFLOW_RULES_FRAUD_BREAKDOWN_H

#include "taxflow/fraud.h"

/** Breakdown i of an invoice: of vat_breakdown where that was written, else of those below its VAT totals. NULL after the last. */
const struct tf_vat_breakdown *tf_breakdown_at(const struct tf_invoice *invoice, size_t i);
/** Whether a breakdown has a category of UNTDID 5305 ("AE"). */
bool tf_breakdown_is(const struct tf_vat_breakdown *breakdown, const char *category);

#endif
