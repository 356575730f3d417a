/* What a ruleset holds beside its rules, for this room. */
#ifndef TAXFLOW_RULES_FRAUD_RULESET_H
#define TAXFLOW_RULES_FRAUD_RULESET_H

#include "lists.h"
#include "policy.h"
#include "snoozes.h"

const struct tf_policy *tf_ruleset_policy(const struct tf_fraud_ruleset *ruleset);
/** NULL: no list was ever read. */
const struct tf_lists *tf_ruleset_lists(const struct tf_fraud_ruleset *ruleset);
const struct tf_snoozes *tf_ruleset_snoozes(const struct tf_fraud_ruleset *ruleset);

#endif
