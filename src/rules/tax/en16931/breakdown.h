/* The VAT breakdowns (BG-23) of an invoice, wherever they were written, and what their tax must be. */
#ifndef TAXFLOW_RULES_TAX_BREAKDOWN_H
#define TAXFLOW_RULES_TAX_BREAKDOWN_H

#include "case.h"

struct tf_breakdown_walk {
    const struct tf_invoice *invoice;
    size_t total, item;
    bool listed; /* in vat_breakdown; else below vat_totals[] */
};

/** Start before the first breakdown: of vat_breakdown where that was written, else of those below vat_totals. */
void tf_breakdown_start(struct tf_breakdown_walk *walk, const struct tf_invoice *invoice);
/** The next breakdown and its place (without a term), or NULL after the last. */
const struct tf_vat_breakdown *tf_breakdown_next(struct tf_breakdown_walk *walk, struct tf_spot *ret_spot);

/** Where the amount of VAT total i is written. */
struct tf_spot tf_vat_total_spot(const struct tf_invoice *invoice, size_t i);

/**
 * Whether BT-117 is BT-116 × BT-119 / 100.
 * strict        with signs, to half a cent either way, for the standard names no rounding of halves; else as the artefact:
 *               absolute values, the product rounded to cents, off by less than 1.00.
 * ret_expected  the tax that would be right, in cents, signed as the taxable amount; missing where it cannot be told.
 */
bool tf_breakdown_tax_fits(const struct tf_vat_breakdown *breakdown, bool strict, struct tf_figure *ret_expected);

#endif
