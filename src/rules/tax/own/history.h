/* What the rules that remember have in common: who sold, to whom, under which number, and keys of that. */
#ifndef TAXFLOW_RULES_TAX_HISTORY_H
#define TAXFLOW_RULES_TAX_HISTORY_H

#include "taxflow/tax_history.h"

enum { TF_HISTORY_NUMBER_BYTES_MAX = 128 };

/* A key that grows part by part; parts are kept apart by their lengths. */
struct tf_history_key {
    char bytes[512];
    size_t len;
};

/**
 * Begin a key: rule, company, direction and seller, for the same invoice may come to two companies of ours, bought and sold.
 * Returns false when the seller is not named: then nothing is remembered.
 */
bool tf_history_key_begin(struct tf_history_key *key, const char *rule, const struct tf_fraud_facts *facts) TF_MUST_CHECK;
/** Letters as capitals, white space around it gone; what is longer than the key has room for goes in as its hash. */
void tf_history_key_str(struct tf_history_key *key, struct tf_str part);
struct tf_hash16 tf_history_key_end(const struct tf_history_key *key);
/** Some bits of a text for tags, never 0 but for a blank one. */
uint32_t tf_history_bits(struct tf_str text, unsigned bits);
/** Whether a document gives money back: a credit note by its kind or by BT-3. */
bool tf_history_is_credit(const struct tf_event *event);

/* Rows of history.c. */
size_t tf_06_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys);
enum tf_fraud_answer tf_06_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit);
size_t tf_07_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys);
enum tf_fraud_answer tf_07_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit);
size_t tf_08_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys);
enum tf_fraud_answer tf_08_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit);

#endif
