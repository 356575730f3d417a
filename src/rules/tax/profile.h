/* Which rules a document asks to be judged by: from its BT-24, or from what the options say instead. */
#ifndef TAXFLOW_RULES_TAX_PROFILE_H
#define TAXFLOW_RULES_TAX_PROFILE_H

#include "taxflow/tax.h"

enum tf_coverage { TF_COVERAGE_WHOLE, TF_COVERAGE_CORE, TF_COVERAGE_OTHER, TF_COVERAGE_NONE, TF_COVERAGE_LESS };

struct tf_profiles {
    unsigned asked;             /* bits 1 << enum tf_tax_profile */
    enum tf_tax_profile named;  /* the most particular of them, whose name the verdict carries */
    enum tf_coverage coverage;
};

/**
 * What to ask.
 * specification  BT-24; blank is EN 16931 itself, for BR-01 is to say that it is missing.
 * forced         bits of profiles that are asked whatever BT-24 says, as the whole of it; 0: none.
 * Thread any.  Cost  O(rows of specifications.def).
 */
struct tf_profiles tf_profiles_of(struct tf_str specification, unsigned forced);
static inline unsigned tf_profile_bit(enum tf_tax_profile profile) { return 1u << profile; }

#endif
