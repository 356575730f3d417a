/* A judging role, as the pipeline sees it, and how it writes rows of its own. */
#ifndef TAXFLOW_JUDGE_H
#define TAXFLOW_JUDGE_H

#include "taxflow/batch.h"
#include "taxflow/changelog.h"
#include "taxflow/json.h"
#include "taxflow/share.h"

/*
 * Where rows of a judge's own go: what has to be known again after a restart, findings about more than one record. The sink decides
 * which streams go anywhere: state rows do not where a run is on files, or its broker ends with the process (tf_kafka_keeps).
 */
struct tf_row_writer;
/** Whether rows of a stream go anywhere: else there is no need to make them. Thread: the writer's. */
bool tf_row_writer_keeps(const struct tf_row_writer *writer, enum tf_stream stream);
/** Room for a key or value that is being put together, emptied; it is the writer's, and each call gives the same. */
struct tf_buf *tf_row_writer_scratch(struct tf_row_writer *writer);
/**
 * Write a row; its key and value are copied. Rows of streams that are not kept are left out.
 *
 * partition  of the stream; a row about a record belongs to the record's
 * value      absent: a tombstone, which makes a compacted topic forget the key
 * Returns TF_OK; TF_E_LIMIT past 16 rows a record of the batch, or when memory ran out.   Cost  O(bytes).
 */
enum tf_err tf_row_writer_put(struct tf_row_writer *writer, enum tf_stream stream, uint32_t partition, struct tf_str key, struct tf_str value)
    TF_MUST_CHECK;

/* How soon: each record is told of in this order. */
enum tf_soon { TF_SOON_COMING, TF_SOON_FAR, TF_SOON_NEAR, TF_SOON_NEXT };

/* Partitions that are ours now, and no other. */
struct tf_assignment {
    const uint32_t *partitions;
    const int64_t *ends; /* of each, where our own rows of state ended with the last commit; -1 = none of this run */
    size_t count;
    bool (*drained)(void *source, uint32_t partition); /* tf_source.drained; may be NULL */
    void *source;
};

/* Keys that records of other partitions add to as well (ledger_shares.h); self is the judge's, prepared what its prepare made. */
struct tf_judge_shares {
    /* A record's, in the arena, and those they lead to; on the ledger's thread, once the record is known to be ours and before it is evaluated. */
    struct tf_share_set *(*ask)(void *self, void *prepared, struct tf_arena *arena);
    void (*follow)(void *self, void *prepared, struct tf_arena *arena);
    /* Between batches: all there are, up to most from *cursor (0 at first) on; how many, 0 = end. */
    size_t (*all)(void *self, uint64_t *cursor, struct tf_share_row *rows, size_t most);
    /* After commits: what does not count any more; the same again until it is done. */
    size_t (*withdrawn)(void *self, const struct tf_share_row **ret_rows);
    void (*withdrawn_done)(void *self);
    int64_t (*slack_ms)(void *self); /* how much longer than its window a contribution may be asked for */
};

/* A judging role, as the pipeline sees it. */
struct tf_judge {
    const char *role;          /* "tax" */
    enum tf_stream stream;     /* where its results go */
    const char *result_type;   /* CloudEvents type of its results: "taxflow.tax.assessed.v1" */
    bool ordered;              /* evaluate in the order of the batch on the pipeline's thread: it keeps windows; else on any worker */
    void *self;
    const char *(*ruleset)(void *self);
    /* Once it is decoded, on any worker: what does not depend on other records, into item->prepared. May be NULL. TF_E_LIMIT: no room. */
    enum tf_err (*prepare)(void *self, const struct tf_item *item, struct tf_arena *arena, void **ret_prepared);
    /* A record that will be judged soon: fetch what that will touch. The first ones of a slice come without. Ordered judges only; may be NULL. */
    void (*expect)(void *self, const void *prepared, enum tf_soon soon);
    /* Judge one event; the verdict is the role's own struct in the arena. A DROP code: this role cannot judge it. */
    enum tf_err (*evaluate)(void *self, struct tf_item *item, void *prepared, struct tf_arena *arena, void **ret_verdict);
    void (*encode)(void *self, const void *verdict, struct tf_str event_id, struct tf_str position, struct tf_json *json);
    /*
     * Rows of its own beside the results, in the same transaction; both may be NULL, and neither is called where nobody reads rows.
     * About a record that was evaluated, well or not, as `prepared` tells it: on any worker, while records behind it are evaluated.
     */
    enum tf_err (*keep)(void *self, const struct tf_item *item, const void *prepared, struct tf_row_writer *writer);
    /* About the whole batch: on the pipeline's thread, when every record was evaluated and before anything is committed. */
    enum tf_err (*close)(void *self, const struct tf_batch *batch, struct tf_row_writer *writer);
    /*
     * What an earlier run kept in the state stream, read back where the sink keeps that stream. restore: a slice of it, before a record is
     * evaluated; TF_OK once all is there, TF_E_AGAIN: call again soon. Both NULL: there is nothing to be known.
     */
    enum tf_stream state;
    void (*assigned)(void *self, const struct tf_assignment *assignment);
    enum tf_err (*restore)(void *self, int64_t budget_ms, struct tf_changelog_progress *ret_progress, struct tf_fault *fault);
    const struct tf_judge_shares *shares; /* NULL: none of its keys are shared */
    /* After the commit, or instead of it: fold state in or take it out; count decisions. May be NULL. */
    void (*committed)(void *self, const struct tf_batch *batch, size_t judge);
    void (*aborted)(void *self);
    /* Between batches, and before one that found no room is tried again: take over a changed configuration. May be NULL. */
    void (*refresh)(void *self);
};

#endif
