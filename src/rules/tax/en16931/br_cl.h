/* What the code lists say in a case: in the version of the invoice's date, and where CII documents have their own, in that. */
#ifndef TAXFLOW_RULES_TAX_BR_CL_H
#define TAXFLOW_RULES_TAX_BR_CL_H

#include "case.h"

/** Whether a code, without white space around it, stands in a list. O(1). */
bool tf_br_cl_has(const struct tf_case *c, enum tf_code_list list, struct tf_str code);
/** All codes of a list with one blank around each, for rules that look for a part of that text. */
struct tf_str tf_br_cl_joined(const struct tf_case *c, enum tf_code_list list);

#endif
