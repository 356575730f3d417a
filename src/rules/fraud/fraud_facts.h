/* Small questions about the facts of an event. */
#ifndef TAXFLOW_RULES_FRAUD_FRAUD_FACTS_H
#define TAXFLOW_RULES_FRAUD_FRAUD_FACTS_H

#include "taxflow/fraud.h"

#define TF_FRAUD_FACTS_KIND(kind) (1u << TF_KIND_##kind)

/** |amount| in minor units; 0 when unknown. */
int64_t tf_fraud_facts_at_risk(const struct tf_fraud_facts *facts);
/** The threshold of the event's currency, or the one for other currencies. Minor units. */
int64_t tf_fraud_facts_threshold(const struct tf_fraud_facts *facts, const struct tf_fraud_setting *setting);
/** What people call several records of the kind: "invoices". Static. */
const char *tf_fraud_facts_plural(enum tf_kind kind);

#endif
