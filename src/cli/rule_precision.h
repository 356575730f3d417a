/* How often rules were right, as a running monitor knows it. */
#ifndef TF_RULE_PRECISION_H
#define TF_RULE_PRECISION_H

#include "taxflow/rulings.h"

struct tf_rule_precision {
    struct tf_precision rules[TF_FRAUD_RULES_MAX];
    size_t count;
};

/** Ask the monitor's metrics. TF_OK; TF_E_UNAVAILABLE, told to standard error. */
enum tf_err tf_rule_precision_ask(const struct tf_config *config, struct tf_rule_precision *ret_precision) TF_MUST_CHECK;
/** As a table behind the others; nothing when nobody said anything. */
void tf_rule_precision_print(const struct tf_rule_precision *precision, FILE *out);
/** Members of a rule's object: "confirmed", "dismissed", "precision", "low", "high"; none when nobody said anything of it. */
void tf_rule_precision_json(const struct tf_rule_precision *precision, const char *rule, struct tf_json *json);

#endif
