/* What a ruleset holds beside its rules, for this room. */
#ifndef TAXFLOW_RULES_FRAUD_RULESET_H
#define TAXFLOW_RULES_FRAUD_RULESET_H

#include "policy.h"

const struct tf_policy *tf_ruleset_policy(const struct tf_fraud_ruleset *ruleset);

#endif
