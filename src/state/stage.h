/*
 * The open batch: every change to windows with what undoes it. Adding and taking out may fail for want of memory, and then
 * nothing has changed; undoing needs no memory.
 */
#ifndef TAXFLOW_STATE_STAGE_H
#define TAXFLOW_STATE_STAGE_H

#include "gone.h"
#include "partials.h"
#include "record.h"
#include "table.h"
#include "tally.h"

/* An entry taken out of a window, and where it goes back. */
struct tf_stage_removed {
    uint32_t id, position;
    struct tf_fraud_entry entry;
};

/* One event: what came in, and what an amendment took out for it. */
struct tf_stage_op {
    struct tf_record *added;
    struct tf_record *removed; /* NULL but for amendments */
    struct tf_stage_removed *entries;
    size_t entries_count;
};

/* What an event adds under one key. */
struct tf_stage_addition {
    struct tf_hash16 hash;
    int64_t window_ms, value;
    uint32_t tag;
    bool shared;
    uint32_t guess_plus_1; /* likely id of the key; 0: none is known */
};

static inline struct tf_stage_addition tf_stage_addition_of(const struct tf_fraud_key *key, uint32_t guess_plus_1)
{
    return (struct tf_stage_addition){key->hash, key->window_ms, key->value, key->tag, key->shared, guess_plus_1};
}

struct tf_stage {
    struct tf_budget budget;
    struct tf_table table;
    struct tf_record_index records;
    struct tf_tally_table tallies;
    int64_t horizon_ms; /* what counts of months reach back from: INT64_MIN before the first commit, and never less than it was */
    struct tf_stage_op *ops;
    size_t ops_count, ops_cap;
    struct tf_gone gone;
    struct tf_partials partials;
};

void tf_stage_init(struct tf_stage *stage, size_t bytes_max);
void tf_stage_finish(struct tf_stage *stage);

/** Take a record's entries out of all windows; out has room for keys_count of them. Returns how many there were. */
size_t tf_stage_take_out(struct tf_stage *stage, struct tf_record *record, struct tf_stage_removed *out);
/** Put them back where they were. */
void tf_stage_put_back(struct tf_stage *stage, struct tf_record *record, const struct tf_stage_removed *removed, size_t count);

/**
 * Stage a record with its additions; `old`, whose entries were taken out, makes room for it (NULL: none). A key named twice
 * counts once. record becomes the stage's, also on failure.
 * Returns TF_OK or TF_E_FULL: nothing has changed then, and old's entries are still out.
 */
enum tf_err tf_stage_add(struct tf_stage *stage, struct tf_record *record, const struct tf_stage_addition *additions, size_t count,
                         struct tf_record *old, const struct tf_stage_removed *removed, size_t removed_count) TF_MUST_CHECK;
/** Undo every change of the batch, the last one first. */
void tf_stage_abort(struct tf_stage *stage);
/** Close the batch: what amendments took out is gone for good. Never fails. */
void tf_stage_commit(struct tf_stage *stage);
/** What was taken out is gone for good; between batches. */
void tf_stage_forget_removed(struct tf_stage *stage, const struct tf_stage_removed *removed, size_t count);
/** Take out every record of some partitions; between batches. O(entries), wherever they stand. */
void tf_stage_drop(struct tf_stage *stage, const struct tf_state_going *going);
/** An entry of the record left its window for good; the last one takes the record along. */
void tf_stage_release(struct tf_stage *stage, struct tf_record *record);

#endif
