/*
 * Counters of groups by partition, beside the sums of tally.h: those of our own partitions, to be told to other processes, and what these tell of
 * theirs, which is in the sums as well. Kept only while there are other processes.
 */
#ifndef TAXFLOW_STATE_PARTIALS_INTERNAL_H
#define TAXFLOW_STATE_PARTIALS_INTERNAL_H

#include "tally.h"

struct tf_partial {
    struct tf_hash16 group;
    uint32_t partition, next; /* next: in the list of those that are to be written */
    bool ours, listed;
    bool changed;             /* the topic does not say what we know; one that is listed may have turned out to be written already */
};

struct tf_partials {
    struct tf_tally_table table; /* by group and partition */
    struct tf_partial *items;    /* by id of the table */
    size_t cap;
    uint32_t first, last;        /* the list, the oldest change first */
    size_t listed, shown;        /* shown: so many of the first were written in this batch */
    uint32_t sweep;
    bool on;
    bool compares;               /* rows of our own partitions are compared with what we know: until the topic was read once */
};

void tf_partials_init(struct tf_partials *partials);
/** Forget all of it, and be off. */
void tf_partials_finish(struct tf_partials *partials, struct tf_budget *budget);
/** Id in the table, or TF_TALLY_NONE. O(1). */
uint32_t tf_partials_find(const struct tf_partials *partials, struct tf_hash16 group, uint32_t partition);
/** Id, made when it is new; TF_TALLY_NONE when the budget is spent. */
uint32_t tf_partials_obtain(struct tf_partials *partials, struct tf_budget *budget, struct tf_hash16 group, uint32_t partition, uint32_t window_days,
                            bool ours);
/** Whether some counter holds something. */
bool tf_partials_holds(const struct tf_partials *partials, uint32_t id);
/** It is to be written. */
void tf_partials_mark(struct tf_partials *partials, uint32_t id);
/** One of our records counts; false when the budget is spent. */
bool tf_partials_add(struct tf_partials *partials, struct tf_budget *budget, struct tf_hash16 group, uint32_t partition, uint32_t window_days,
                     struct tf_fraud_count more) TF_MUST_CHECK;
/** It counts no more, or does again. Never fails. */
void tf_partials_change(struct tf_partials *partials, struct tf_hash16 group, uint32_t partition, unsigned month, unsigned cell, int64_t more);
/** What was shown is written. */
void tf_partials_told(struct tf_partials *partials);

#endif
