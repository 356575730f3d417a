/* What currencies allow: how small an amount can be, and how much of one another is about worth. */
#ifndef TAXFLOW_RULES_TAX_CURRENCY_H
#define TAXFLOW_RULES_TAX_CURRENCY_H

#include "figure.h"
#include "taxflow/event.h"

struct tf_currency {
    const char *code;
    uint8_t decimals;           /* of its minor unit */
    int64_t low_milli, high_milli; /* of one euro in it, thousandths; 0: not known */
};

/** A currency with something particular; NULL for the others, which have two decimals. Case and white space around it as in BT-5. */
const struct tf_currency *tf_currency_find(struct tf_str code);
/** Whether less than a whole unit of it is paid: not of those without a minor unit, nor in forints, whose minor unit is gone. */
bool tf_currency_has_cents(struct tf_str code);
/**
 * VAT in the invoice currency (BT-110) and in the accounting currency (BT-111), wherever they are written.
 * Returns whether there are two currencies and both amounts.
 */
bool tf_currency_vat_totals(const struct tf_invoice *invoice, struct tf_amount *ret_vat, struct tf_amount *ret_accounting);
/** a / b in cents, halves toward plus infinity, for findings alone; missing where it does not fit or b is not above 0. */
struct tf_figure tf_currency_quotient(struct tf_figure a, struct tf_figure b);

#endif
