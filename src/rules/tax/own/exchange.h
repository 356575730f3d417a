/* One amount of VAT in two currencies. */
#ifndef TAXFLOW_RULES_TAX_EXCHANGE_H
#define TAXFLOW_RULES_TAX_EXCHANGE_H

#include "figure.h"
#include "taxflow/event.h"

/**
 * VAT in the invoice currency (BT-110) and in the accounting currency (BT-111), wherever they are written.
 * Returns whether there are two currencies and both amounts.
 */
bool tf_exchange_vat_totals(const struct tf_invoice *invoice, struct tf_amount *ret_vat, struct tf_amount *ret_accounting);
/** a / b in cents, halves toward plus infinity, for findings alone; missing where it does not fit or b is not above 0. */
struct tf_figure tf_exchange_quotient(struct tf_figure a, struct tf_figure b);

#endif
