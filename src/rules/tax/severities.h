/* What companies make of rules: option tax.severities, rows "RULE=WORD" or "COMPANY/RULE=WORD". */
#ifndef TAXFLOW_RULES_TAX_SEVERITIES_H
#define TAXFLOW_RULES_TAX_SEVERITIES_H

#include "taxflow/tax.h"

/**
 * The severity that a finding of a rule has for a company.
 *
 * severities  may be NULL: nothing was configured.
 * rule        its id; of a format finding the id of the syntax rule.
 * severity    the rule's own.
 * Returns     the severity of the last row that fits, TF_TAX_OFF where it says that the finding does not count; else the rule's own.
 * Cost        O(rows), for findings only.
 */
enum tf_tax_severity tf_tax_severities_of(const struct tf_tax_severities *severities, struct tf_str company, struct tf_str rule,
                                          enum tf_tax_severity severity);

#endif
