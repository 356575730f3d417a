/* What the steps of one batch share. Everything is owned by the pipeline and touched by its thread, but for what a step hands to workers. */
#ifndef TF_PIPELINE_INTERNAL_H
#define TF_PIPELINE_INTERNAL_H

#include "taxflow/ledger_shares.h"
#include "taxflow/metrics.h"
#include "taxflow/pipeline.h"
#include "taxflow/thread.h"

enum tf_step {
    TF_STEP_POLL,
    TF_STEP_ATTEMPT,
    TF_STEP_DECODE,
    TF_STEP_CLAIM,
    TF_STEP_EVALUATE,
    TF_STEP_ENCODE,
    TF_STEP_PUBLISH,
    TF_STEP_FLUSH,
    TF_STEP_CONFIRM,
    TF_STEP_COMMIT,
    TF_STEP_CHECKPOINT,
    TF_STEP_COUNT
};

/* Where a slice of the batch is on the line; each moves on by one a tick (line.c). */
enum tf_station {
    TF_STATION_DECODE,
    TF_STATION_CLAIM,
    TF_STATION_EVALUATE,
    TF_STATION_ENCODE,
    TF_STATION_PUBLISH,
    TF_STATION_COUNT
};

/* What one worker works with, and no other thread meanwhile. */
struct tf_worker {
    struct tf_reader *reader;
    struct tf_buf scratch; /* rows are written here, then copied to the arena */
    enum tf_err err;       /* what its share of the tick ended with */
    int64_t spent_ns[TF_STEP_COUNT];
};

struct tf_pipeline {
    struct tf_pipeline_options options;
    struct tf_batch *batch;
    struct tf_batch *ahead;     /* its items are the first of the next batch */
    enum tf_err ahead_err;      /* what taking them ended with: the next poll says it */
    struct tf_fault ahead_fault;
    struct tf_ledger *ledger;
    struct tf_team *team;
    struct tf_worker *workers;
    bool held;                  /* the batch failed with a RETRY code and runs again */
    bool opened;                /* rows were published and neither committed nor aborted */
    bool failed;                /* ended by a FATAL code */
    const struct tf_judge *sharer; /* whose records share keys with other partitions; NULL: nobody's */
    size_t sharer_number;
    bool sharing_told;          /* as health was last told */
    bool restoring;             /* as health and log were last told */
    bool state_due, state_told; /* state of partitions just assigned is not all there; as health and log were last told */
    uint64_t skipped_before;    /* records skipped because they were judged before */
    bool *oversized;            /* a batch's items whose rows the sink refused for their size: they are buried when it runs again */
    struct tf_series *seconds[TF_STEP_COUNT];
    struct tf_series *processed, *duplicate, *dead, *skipped, *skipped_done, *unaccounted, *end_to_end;
    struct tf_slice line[TF_STATION_COUNT];
    int64_t step_started_ns[TF_STEP_COUNT]; /* wall clock, of the current batch; of its first slice */
    int64_t step_spent_ns[TF_STEP_COUNT];   /* of all its slices */
};

/** Take the whole batch through the stations, decode to publish; returns the first failure. line.c */
enum tf_err tf_line_run(struct tf_pipeline *pipeline, struct tf_fault *fault) TF_MUST_CHECK;

/* A worker's items of a slice; each returns the first failure. decode.c, evaluate.c, encode.c */
enum tf_err tf_decode_share(struct tf_pipeline *pipeline, struct tf_slice slice, unsigned worker) TF_MUST_CHECK;
enum tf_err tf_evaluate_share(struct tf_pipeline *pipeline, struct tf_slice slice, unsigned worker) TF_MUST_CHECK;
enum tf_err tf_encode_share(struct tf_pipeline *pipeline, struct tf_slice slice, unsigned worker) TF_MUST_CHECK;
/** What the role's own thread does for them: judges that want the batch's order; records whose rows were too big, before they are encoded. */
enum tf_err tf_evaluate_ordered(struct tf_pipeline *pipeline, struct tf_slice slice) TF_MUST_CHECK;
void tf_encode_bury(struct tf_pipeline *pipeline, struct tf_slice slice);

/** Rows of a judge's own about an item it was shown, behind the result. row_writer.c */
enum tf_err tf_keep_item(struct tf_pipeline *pipeline, const struct tf_item *item, size_t judge) TF_MUST_CHECK;
/** Rows of the judges about the whole batch, once the line has ended, handed to the sink. row_writer.c */
enum tf_err tf_close_batch(struct tf_pipeline *pipeline, struct tf_fault *fault) TF_MUST_CHECK;
/** The rows that are ready go to the sink, which is begun before the first. pipeline.c */
enum tf_err tf_pipeline_publish(struct tf_pipeline *pipeline, struct tf_fault *fault) TF_MUST_CHECK;
/** Time a step, and hand its result on. pipeline.c */
int64_t tf_step_begin(struct tf_pipeline *pipeline, enum tf_step step);
enum tf_err tf_step_end(struct tf_pipeline *pipeline, enum tf_step step, int64_t began_ns, enum tf_err err) TF_MUST_CHECK;
#define TF_STEP(p, step, call) \
    __extension__({ \
        int64_t step_began_ns = tf_step_begin((p), (step)); \
        tf_step_end((p), (step), step_began_ns, (call)); \
    })

/** Restore what has to be before records can be claimed, serving the group meanwhile. TF_OK; TF_E_AGAIN when told to stop; as tf_ledger_restore. */
enum tf_err tf_await_claims(struct tf_pipeline *pipeline, const atomic_bool *stop, struct tf_fault *fault) TF_MUST_CHECK;
/** The same for the state of partitions just assigned; also TF_E_FULL: it does not fit. await_state.c */
enum tf_err tf_await_state(struct tf_pipeline *pipeline, const atomic_bool *stop, struct tf_fault *fault) TF_MUST_CHECK;
/** Partitions are ours now: judges that keep state have to know theirs. await_state.c */
void tf_state_assigned(struct tf_pipeline *pipeline, const uint32_t *partitions, size_t count);
/** Let the judge's records share their keys with those of other instances; TF_E_MEMORY. sharing.c */
enum tf_err tf_sharing_create(struct tf_pipeline *pipeline) TF_MUST_CHECK;
/** Until what is shared can be read, serving the group meanwhile. TF_OK; TF_E_AGAIN when told to stop; as tf_ledger_shares_await. */
enum tf_err tf_await_shares(struct tf_pipeline *pipeline, const atomic_bool *stop, struct tf_fault *fault) TF_MUST_CHECK;
/** After a commit: what does not count any more is taken out for others as well. As tf_ledger_unshare. */
enum tf_err tf_sharing_withdraw(struct tf_pipeline *pipeline, struct tf_fault *fault) TF_MUST_CHECK;
/** Drop the batch that waits to run again. */
void tf_pipeline_drop(struct tf_pipeline *pipeline);
/* Contexts of the results of sampled records, before they are encoded; spans once the batch is committed. batch_trace.c */
void tf_batch_trace_prepare(struct tf_pipeline *pipeline, struct tf_slice slice);
void tf_batch_trace_finish(struct tf_pipeline *pipeline);

/** Whether this item's results belong to a kept trace. */
static inline bool tf_item_sampled(const struct tf_item *item) { return item->trace.valid && item->trace.sampled; }

/** "topic:partition:offset" in the arena. */
struct tf_str tf_position_text(const struct tf_position *position, struct tf_arena *arena);
#endif
