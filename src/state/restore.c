/* A store from the rows of its topic: records are put in and taken out between batches, each for good at once. */
#include "state_internal.h"

enum tf_err tf_state_put(struct tf_state *state, uint32_t partition, const struct tf_state_row *row)
{
    struct tf_stage *stage = &state->stage;
    struct tf_state_asked *asked = state->asked;
    struct tf_record *old = tf_record_index_find(&stage->records, row->record);
    if (row->keys_count == 0)
        return TF_OK;
    /* The later row is right, also with no higher revision: the store had forgotten what stood in the row before when it wrote this. */
    struct tf_record *record = tf_record_create(&stage->budget, row->record, row->revision, row->time_ms, row->event_id, row->keys_count);
    if (!record)
        return TF_E_FULL;
    record->partition = partition;
    size_t removed = old ? tf_stage_take_out(stage, old, asked->removed) : 0;
    tf_question_adds_of_row(row, &asked->adds);
    enum tf_err err = tf_state_stage(state, record, &asked->adds, old, removed);
    if (err != TF_OK && old)
        tf_stage_put_back(stage, old, asked->removed, removed);
    if (err == TF_OK)
        tf_stage_commit(stage);
    tf_state_publish(state);
    return err;
}

void tf_state_take(struct tf_state *state, struct tf_hash16 identity)
{
    struct tf_stage *stage = &state->stage;
    struct tf_record *record = tf_record_index_find(&stage->records, identity);
    if (!record)
        return;
    size_t removed = tf_stage_take_out(stage, record, state->asked->removed);
    tf_record_index_unlink(&stage->records, record);
    tf_stage_forget_removed(stage, state->asked->removed, removed);
    tf_record_free(&stage->budget, record);
    tf_state_publish(state);
}

void tf_state_drop(struct tf_state *state, const struct tf_state_going *going)
{
    tf_stage_drop(&state->stage, going);
    tf_gone_drop(&state->stage.gone, going);
    tf_state_publish(state);
}
