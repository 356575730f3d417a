/* What staged records count in groups: a part of a record's additions, done and undone with its entries (stage.h). */
#ifndef TAXFLOW_STATE_STAGE_TALLY_H
#define TAXFLOW_STATE_STAGE_TALLY_H

#include "stage.h"

/* What a record adds to one counter. */
struct tf_stage_tally {
    struct tf_hash16 group;
    uint16_t cell, adds, window_days;
    bool shared;
    uint32_t guess_plus_1; /* likely id of the group; 0: none is known */
};

/** First month that a window of so many days still shows; below every month before the first commit. */
int32_t tf_stage_tally_first(const struct tf_stage *stage, uint32_t window_days);
/**
 * Count a new record, before it is staged by tf_stage_add; its time has a month that is counted. tallies  each counter once.
 * False when the budget is spent: nothing has changed.
 */
bool tf_stage_tally_add(struct tf_stage *stage, struct tf_record *record, const struct tf_stage_tally *tallies, size_t count) TF_MUST_CHECK;
/** Take what a record counts out, as far as it is not forgotten; put it back. Neither can fail. */
void tf_stage_tally_take_out(struct tf_stage *stage, const struct tf_record *record);
void tf_stage_tally_put_back(struct tf_stage *stage, const struct tf_record *record);
/** Between batches: of so many partials, what no window shows any more is dropped. */
void tf_stage_partials_sweep(struct tf_stage *stage, size_t partials);

#endif
