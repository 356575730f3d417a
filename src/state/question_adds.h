/* What a judged event leaves in a store: worked out when it is staged, and once more when its row is written, by another thread. */
#ifndef TAXFLOW_STATE_QUESTION_ADDS_H
#define TAXFLOW_STATE_QUESTION_ADDS_H

#include "question.h"
#include "stage_tally.h"

struct tf_question_adds {
    struct tf_stage_addition keys[TF_STATE_ROW_KEYS_MAX];
    size_t keys_count;
    struct tf_stage_tally tallies[TF_STATE_ROW_TALLIES_MAX];
    size_t tallies_count;
};

/** By question->staged; nothing for TF_QUESTION_NOTHING. Pure.   Cost  O(keys + counters). */
void tf_question_adds(const struct tf_state_question *question, struct tf_question_adds *adds);
/** What a record's row says. */
void tf_question_adds_of_row(const struct tf_state_row *row, struct tf_question_adds *adds);

#endif
