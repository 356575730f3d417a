/*
 * What a store counts in groups that records of other partitions count in as well, by partition: written for the processes that have the other
 * partitions, and read from them. One row a group and partition, in that partition of a compacted topic; key: the group's hash; value: all
 * its counters, so that the last row is all there is to know. Between batches, but for tf_state_partials_write; thread: the store's.
 */
#ifndef TAXFLOW_STATE_PARTIALS_H
#define TAXFLOW_STATE_PARTIALS_H

#include "taxflow/buf.h"
#include "taxflow/state.h"

/**
 * Keep counters by partition from now on, those of the records that are here included; all of them are to be written.
 * Returns TF_OK; TF_E_FULL: it is off.   Cost  O(records).
 */
enum tf_err tf_state_partials_begin(struct tf_state *state) TF_MUST_CHECK;
/** What others told counts no more, and nothing is kept by partition. O(groups). */
void tf_state_partials_end(struct tf_state *state);

/* A row as it was read. */
struct tf_state_partial_row {
    uint32_t partition;
    bool ours;                /* we have that partition: our records know better */
    struct tf_str key, value; /* value absent: a tombstone */
};
/**
 * Another partition's row: what it says counts, in place of what the row before said. One of ours: where it says what we know it need not be
 * written again; until tf_state_partials_compared, then it is our own echo and left out.
 * Returns TF_OK; TF_E_VALUE: no such row; TF_E_FULL: that partition counts nothing in the group now.   Cost  O(counters).
 */
enum tf_err tf_state_partials_read(struct tf_state *state, const struct tf_fraud_ruleset *ruleset, const struct tf_state_partial_row *row) TF_MUST_CHECK;
/** The topic was read to its end. */
void tf_state_partials_compared(struct tf_state *state);

/* Where rows go. */
struct tf_state_partial_writer {
    struct tf_buf *value; /* room for one: what is longer is left out, and counted */
    uint64_t *left_out;
    enum tf_err (*put)(void *self, uint32_t partition, struct tf_str key, struct tf_str value); /* value absent: a tombstone */
    void *self;
};
/**
 * Write up to most rows of what changed, staged counters included, the oldest change first. With the next tf_state_commit they are written;
 * an abort has them written again. Once a batch.   Returns TF_OK, or what put returned.
 */
enum tf_err tf_state_partials_write(struct tf_state *state, const struct tf_fraud_ruleset *ruleset, size_t most,
                                    const struct tf_state_partial_writer *writer) TF_MUST_CHECK;

#endif
