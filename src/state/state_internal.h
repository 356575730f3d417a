/* A store's insides, for the files of this room. */
#ifndef TAXFLOW_STATE_STATE_INTERNAL_H
#define TAXFLOW_STATE_STATE_INTERNAL_H

#include <stdatomic.h>

#include "forget.h"
#include "population.h"
#include "question_adds.h"
#include "withdrawn.h"

/* What the rules are shown of one event, and what it adds. Too large for a stack. */
struct tf_state_asked {
    struct tf_fraud_window windows[TF_QUESTION_KEYS_MAX];
    uint32_t ids[TF_QUESTION_KEYS_MAX];
    struct tf_fraud_tally_view counts[TF_QUESTION_TALLIES_MAX];
    struct tf_question_adds adds;
    struct tf_stage_removed removed[TF_STATE_ROW_KEYS_MAX];
    struct tf_fraud_hit hits[TF_FRAUD_RULES_MAX];
};

struct tf_state {
    struct tf_stage stage;
    struct tf_state_asked *asked;
    struct tf_forget forget;
    struct tf_populations populations;
    struct tf_withdrawn withdrawn;
    bool notes_withdrawn;
    atomic_size_t bytes, entries; /* as last published */
};

/** Let others see how large it is now. state.c */
void tf_state_publish(struct tf_state *state);
/** Stage a record with all it adds; what was taken out of old is in asked->removed. As tf_stage_add. state.c */
enum tf_err tf_state_stage(struct tf_state *state, struct tf_record *record, const struct tf_question_adds *adds, struct tf_record *old,
                           size_t removed) TF_MUST_CHECK;

#endif
