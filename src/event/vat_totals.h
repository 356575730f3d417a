/* VAT totals are written in two ways: as UBL's list, or as members of "totals". Rules see both, whichever was written. */
#ifndef TAXFLOW_EVENT_VAT_TOTALS_H
#define TAXFLOW_EVENT_VAT_TOTALS_H

#include "taxflow/arena.h"
#include "taxflow/err.h"
#include "taxflow/invoice.h"

/**
 * Fill what was not written: "vat_totals" from totals.vat (in BT-5, with the breakdown) and totals.vat_accounting (BT-6),
 * or the other way round totals.vat, totals.vat_accounting and vat_breakdown from "vat_totals". What was written stays.
 * Returns TF_OK; TF_E_LIMIT when the arena is full.
 */
enum tf_err tf_vat_totals_fill(struct tf_invoice *invoice, struct tf_arena *arena) TF_MUST_CHECK;

#endif
