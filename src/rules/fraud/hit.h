/* What a rule says when it hits. */
#ifndef TAXFLOW_RULES_FRAUD_HIT_H
#define TAXFLOW_RULES_FRAUD_HIT_H

#include "fraud_facts.h"

/** Add an earlier event to those the hit rests on; one that is there already, or past TF_FRAUD_RELATED_MAX, is left out. */
void tf_hit_relate(struct tf_fraud_hit *hit, const struct tf_fraud_entry *entry);
bool tf_hit_full(const struct tf_fraud_hit *hit);
/** Add the last entries of [first, end), in their order, as far as there is room. */
void tf_hit_relate_last(struct tf_fraud_hit *hit, const struct tf_fraud_entry *entries, size_t first, size_t end);

enum { TF_HIT_AMOUNT_BYTES = 56 };
/** "1234.50 EUR" and a NUL; the number alone when the currency is empty. Returns out. */
const char *tf_hit_amount(int64_t minor, const char *currency, char out[TF_HIT_AMOUNT_BYTES]);

#endif
