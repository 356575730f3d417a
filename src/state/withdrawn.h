/* Contributions to shared keys that do not count any more: they are taken out where other processes read them, once the commit stands. */
#ifndef TAXFLOW_STATE_WITHDRAWN_H
#define TAXFLOW_STATE_WITHDRAWN_H

#include "question.h"
#include "stage.h"

struct tf_withdrawn {
    struct tf_share_row *rows; /* ids are copies */
    size_t count, cap;
    size_t committed;          /* rows before this one */
};

void tf_withdrawn_finish(struct tf_withdrawn *withdrawn, struct tf_budget *budget);
/** What an amendment took out of shared keys. False when the budget is spent: nothing was noted. */
bool tf_withdrawn_note_old(struct tf_withdrawn *withdrawn, struct tf_stage *stage, const struct tf_record *old, const struct tf_stage_removed *removed,
                           size_t count) TF_MUST_CHECK;
/** What a stale revision, which adds nothing here, was written with before that was known. As above. */
bool tf_withdrawn_note_stale(struct tf_withdrawn *withdrawn, struct tf_budget *budget, const struct tf_state_question *question) TF_MUST_CHECK;
/** Drop the rows from count on. */
void tf_withdrawn_cut(struct tf_withdrawn *withdrawn, struct tf_budget *budget, size_t count);
/** Drop the committed ones. */
void tf_withdrawn_done(struct tf_withdrawn *withdrawn, struct tf_budget *budget);

#endif
