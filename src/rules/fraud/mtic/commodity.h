/* What an invoice sells, against a list of commodities. */
#ifndef TAXFLOW_RULES_FRAUD_COMMODITY_H
#define TAXFLOW_RULES_FRAUD_COMMODITY_H

#include "taxflow/fraud.h"

/**
 * The first entry of a list that a line of the invoice falls under; NULL: none. An entry is words of an item's name (BT-153), whole words in any
 * case: "MOBILE PHONE"; or the beginning of a classification (BT-158) behind its list of UNTDID 7143 and a colon: "TST:431915".
 *
 * entries        upper case
 * ret_described  whether any line has a name or a classification
 * Cost  O(lines x entries), 1,000 lines at most: so many sell all that there is.
 */
const char *tf_commodity_at_risk(const struct tf_invoice *invoice, const struct tf_string_list *entries, bool *ret_described);

#endif
