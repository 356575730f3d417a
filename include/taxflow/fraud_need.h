/* Which fields a rule needs, and which of them a record lacks: why an answer is unknown. */
#ifndef TAXFLOW_FRAUD_NEED_H
#define TAXFLOW_FRAUD_NEED_H

#include "taxflow/fraud.h"

enum { TF_FRAUD_NEEDS_MAX = 32 };

/** How many fields can be told apart; a set of them has bit i for field i. */
size_t tf_fraud_needs_count(void);
/** Name of a field, as rules say what they need: "approver". Static. */
const char *tf_fraud_need_word(size_t need);
/** What is wrong with it and how it is given, where there is more to say than that it is missing; else NULL. Static. */
const char *tf_fraud_need_how(size_t need);
/**
 * The fields without any one of which a rule cannot judge: those that `needs` names before its first semicolon. What stands behind that is
 * needed in some cases only, and is in no set.   Cost  O(length of needs).
 */
uint32_t tf_fraud_needs_of(const struct tf_fraud_rule *rule);
/** What `needs` says behind its first semicolon, trimmed; absent when nothing does. A view into it. */
struct tf_str tf_fraud_needs_sometimes(const struct tf_fraud_rule *rule);
/** The fields that a record of this kind could have and does not; a blank text is none. Pure.   Cost  O(1); O(lines) of a journal. */
uint32_t tf_fraud_needs_missing(const struct tf_fraud_facts *facts);

#endif
