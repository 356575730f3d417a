/* The functions behind the rows of fraud_rules.def: `keys` and `judge` of taxflow/fraud.h. */
#ifndef TAXFLOW_RULES_FRAUD_FRAUD_RULES_H
#define TAXFLOW_RULES_FRAUD_FRAUD_RULES_H

#include "taxflow/fraud_group.h"

#define TF_FRAUD_RULE(id, stem, ...)                                                                                            \
    size_t tf_##stem##_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting,                           \
                            const struct tf_fraud_facts *facts, struct tf_fraud_key *keys);                                     \
    enum tf_fraud_answer tf_##stem##_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit);
#define TF_FRAUD_TALLY_RULE(id, stem, ...)                                                                                      \
    TF_FRAUD_RULE(id, stem, )                                                                                                   \
    size_t tf_##stem##_tallies(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting,                        \
                               const struct tf_fraud_facts *facts, struct tf_fraud_tally *tallies);
#define TF_FRAUD_GROUP_RULE(id, stem, ...)                                                                                      \
    TF_FRAUD_TALLY_RULE(id, stem, )                                                                                             \
    extern const struct tf_fraud_group_rule tf_##stem##_group;
#include "fraud_rules.def"
#undef TF_FRAUD_RULE

/* check_word of the rules whose words have a form. */
const char *tf_je4_check_word(struct tf_str word);
const char *tf_mtic1_check_word(struct tf_str word);
const char *tf_rec1_check_word(struct tf_str word);
const char *tf_tim1_check_word(struct tf_str word);

#endif
