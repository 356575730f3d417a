/* What one event asks of a store, worked out before it is asked. */
#ifndef TAXFLOW_STATE_QUESTION_H
#define TAXFLOW_STATE_QUESTION_H

#include "taxflow/state.h"

enum { TF_QUESTION_KEYS_MAX = 1024 }; /* of all rules together */

struct tf_state_question {
    const struct tf_fraud_ruleset *ruleset;
    struct tf_fraud_facts facts;
    struct tf_hash16 record;
    struct tf_str event_id;
    uint16_t *first; /* rule r asks under keys first[r] .. first[r + 1]; behind the keys */
    uint16_t keys_count;
    struct tf_fraud_key keys[];
};

/** Whether a rule that is not switched off judges events of this kind. */
bool tf_question_asks(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_event *event);

#endif
