/* Ask and judge in one, as for one event alone; the record's identity stems from its id. */
#ifndef TAXFLOW_TESTS_STATE_JUDGE_EVENT_H
#define TAXFLOW_TESTS_STATE_JUDGE_EVENT_H

#include "taxflow/state.h"

/* once: as where every record is delivered once. */
static inline enum tf_err judge_event_of(struct tf_state *store, const struct tf_fraud_ruleset *ruleset, const struct tf_event *event, struct tf_str id,
                                         bool once, bool late, struct tf_arena *arena, struct tf_fraud_verdict **ret_verdict)
{
    struct tf_state_question *question;
    *ret_verdict = NULL;
    const struct tf_state_origin origin = {.record = tf_hash_sha256(&id, 1), .event_id = id, .once = once};
    TF_TRY(tf_state_ask(ruleset, event, &origin, arena, &question));
    for (int near = TF_STATE_COMING; near <= TF_STATE_NEXT; near++)
        tf_state_fetch(store, question, (enum tf_state_near)near);
    return tf_state_judge(store, question, late, arena, ret_verdict);
}

static inline enum tf_err judge_event(struct tf_state *store, const struct tf_fraud_ruleset *ruleset, const struct tf_event *event, struct tf_str id,
                                      bool late, struct tf_arena *arena, struct tf_fraud_verdict **ret_verdict)
{
    return judge_event_of(store, ruleset, event, id, false, late, arena, ret_verdict);
}

#endif
