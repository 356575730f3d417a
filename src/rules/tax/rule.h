/* The rules by name: an enumerator a row of tax_rules.def; its value is the place in tf_tax_rules() and in verdict bits. */
#ifndef TAXFLOW_RULES_TAX_RULE_H
#define TAXFLOW_RULES_TAX_RULE_H

#include "taxflow/tax.h"

enum tf_rule {
#define TAX_RULE(symbol, id, terms, class, severity, text, formula, hint, source) TF_RULE_##symbol,
#include "tax_rules.def"
#undef TAX_RULE
    TF_RULE_COUNT
};

_Static_assert((int)TF_RULE_COUNT <= (int)TF_TAX_RULES_MAX, "a verdict has one bit for each rule");

#endif
