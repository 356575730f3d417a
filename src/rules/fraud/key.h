/* Keys of windows, built part by part: no two lists of parts give the same text, and long parts stand for themselves by hash. */
#ifndef TAXFLOW_RULES_FRAUD_KEY_H
#define TAXFLOW_RULES_FRAUD_KEY_H

#include "fraud_facts.h"

enum { TF_KEY_BYTES_MAX = 512 };

struct tf_key {
    char bytes[TF_KEY_BYTES_MAX];
    size_t len;
};

/**
 * Begin a key of a rule: its id, a letter for what the key is about, the kind and the company. The kind is part of the key,
 * so that an invoice and the payment of it never meet.
 */
void tf_key_begin(struct tf_key *key, struct tf_str rule, char about, const struct tf_fraud_facts *facts);
/** The same without the kind, for what records of several kinds have in common: a party's master data and what it is paid. */
void tf_key_begin_any(struct tf_key *key, struct tf_str rule, char about, const struct tf_fraud_facts *facts);
/** The same under a kind that is not the event's: where records of several kinds are to meet. */
void tf_key_begin_as(struct tf_key *key, struct tf_str rule, char about, const struct tf_fraud_facts *facts, enum tf_kind kind);
/** The same where records of all kinds and companies meet: trade between parties that several of them see. */
void tf_key_begin_all(struct tf_key *key, struct tf_str rule, char about);
/** Add a part; absent counts as empty. At most 4 parts after the beginning. */
void tf_key_str(struct tf_key *key, struct tf_str part);
void tf_key_i64(struct tf_key *key, int64_t part);
/** The key's hash: the same in every process, so that kept windows can be read again. */
struct tf_hash16 tf_key_end(const struct tf_key *key);
/** 32 bits of a text, for tags. */
uint32_t tf_key_tag(struct tf_str text);

#endif
