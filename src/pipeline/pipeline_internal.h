/* What the steps of one batch share. Everything is owned by the pipeline and touched by its thread, but for what a step hands to workers. */
#ifndef TF_PIPELINE_INTERNAL_H
#define TF_PIPELINE_INTERNAL_H

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

struct tf_pipeline {
    struct tf_pipeline_options options;
    struct tf_batch *batch;
    struct tf_ledger *ledger;
    struct tf_team *team;
    struct tf_reader **readers; /* one a worker */
    struct tf_buf *scratch;     /* one a worker: rows are written here, then copied to the arena */
    enum tf_err *worker_err;    /* what each worker ended with */
    bool held;                  /* the batch failed with a RETRY code and runs again */
    bool opened;                /* rows were published and neither committed nor aborted */
    bool failed;                /* ended by a FATAL code */
    bool restoring;             /* as health and log were last told */
    uint64_t skipped_before;    /* records skipped because they were judged before */
    bool *oversized;            /* a batch's items whose rows the sink refused for their size: they are buried when it runs again */
    struct tf_series *seconds[TF_STEP_COUNT];
    struct tf_series *processed, *duplicate, *dead, *skipped, *skipped_done, *unaccounted, *end_to_end;
    struct tf_slice slice;      /* what workers are at */
    int64_t step_started_ns[TF_STEP_COUNT]; /* wall clock, of the current batch; of its first slice */
    int64_t step_spent_ns[TF_STEP_COUNT];   /* of all its slices */
};

/* The steps; each returns the first failure. decode.c, evaluate.c, encode.c, batch_trace.c */
enum tf_err tf_decode_slice(struct tf_pipeline *pipeline, struct tf_slice slice) TF_MUST_CHECK;
enum tf_err tf_evaluate_slice(struct tf_pipeline *pipeline, struct tf_slice slice) TF_MUST_CHECK;
enum tf_err tf_encode_slice(struct tf_pipeline *pipeline, struct tf_slice slice) TF_MUST_CHECK;
/** Restore what has to be before records can be claimed, serving the group meanwhile. TF_OK; TF_E_AGAIN when told to stop; as tf_ledger_restore. */
enum tf_err tf_await_claims(struct tf_pipeline *pipeline, const atomic_bool *stop, struct tf_fault *fault) TF_MUST_CHECK;
/** Drop the batch that waits to run again. */
void tf_pipeline_drop(struct tf_pipeline *pipeline);
/* Contexts of the results of sampled records, before they are encoded; spans once the batch is committed. */
void tf_batch_trace_prepare(struct tf_pipeline *pipeline, struct tf_slice slice);
void tf_batch_trace_finish(struct tf_pipeline *pipeline);

/** Whether this item's results belong to a kept trace. */
static inline bool tf_item_sampled(const struct tf_item *item) { return item->trace.valid && item->trace.sampled; }

/** "topic:partition:offset" in the arena. */
struct tf_str tf_position_text(const struct tf_position *position, struct tf_arena *arena);
/** Let every worker do its items of the slice (pipeline->slice meanwhile); returns the first failure among them. */
enum tf_err tf_pipeline_run_team(struct tf_pipeline *pipeline, struct tf_slice slice, void (*job)(void *pipeline, unsigned worker)) TF_MUST_CHECK;

#endif
