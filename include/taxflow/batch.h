/* A batch: records on their way from a source to a sink, with what is found out about each. */
#ifndef TAXFLOW_BATCH_H
#define TAXFLOW_BATCH_H

#include "taxflow/arena.h"
#include "taxflow/event.h"
#include "taxflow/trace_context.h"

/* Streams a role writes to; the sink maps them to topics or files. X(name, topic suffix) */
#define TF_STREAM_TABLE(X)                 \
    X(AUDIT, "audit")                      \
    X(TAX, "tax")                          \
    X(FRAUD, "fraud")                      \
    X(DLQ, "dlq")                          \
    X(DUPLICATES, "duplicates")            \
    X(STATUS, "status")                    \
    X(GROUPS, "fraud.groups")              \
    X(VERDICTS, "verdicts")                \
    X(CONTROL, "control")                  \
    X(FRAUD_STATE, "fraud.state")          \
    X(TAX_STATE, "tax.state")              \
    X(TALLIES, "fraud.tallies")

enum tf_stream {
#define X(name, suffix) TF_STREAM_##name,
    TF_STREAM_TABLE(X)
#undef X
    TF_STREAM_COUNT
};
/** Topic suffix of a stream ("fraud.groups"). Static. */
const char *tf_stream_name(enum tf_stream stream);
/** The stream with that name; that of a judging role's results has the role's. TF_STREAM_COUNT when there is none. */
enum tf_stream tf_stream_named(const char *name);

/* Where a record lies. For files: topic = file name, partition = number of the file in the run, offset = line. */
struct tf_position {
    struct tf_str topic;
    uint32_t partition;
    int64_t offset;
    int64_t timestamp_ms; /* Kafka's record timestamp; 0 for files */
};

struct tf_header { struct tf_str name, value; };
enum { TF_HEADERS_MAX = 20 };

/* What becomes of a record. */
enum tf_outcome {
    TF_OUTCOME_PENDING,    /* not decided yet */
    TF_OUTCOME_PROCESS,    /* ours to judge */
    TF_OUTCOME_DUPLICATE,  /* another record with this id and body owns it */
    TF_OUTCOME_DEAD,       /* cannot be judged: item->problem says why */
    TF_OUTCOME_SKIPPED,    /* judged before (judged_before), or meant for another role */
};

/* What was found out about a bare record (tf_envelope) when it was read before. */
struct tf_known_record { struct tf_hash16 identity, body_hash; /* identity: without the revision */ };

enum { TF_ROLES_MAX = 2 }; /* judging roles of one pipeline: tax, fraud, or both (audit) */

struct tf_item {
    /* from the source */
    struct tf_position position;
    struct tf_str key, value;                 /* borrowed from the source until commit */
    struct tf_str ce_id, ce_source, ce_type, ce_time, traceparent, tf_role, tf_origin, tf_root;
    void *borrowed;                           /* the source's own handle */
    const struct tf_known_record *known;      /* of a value that the source has read well before, and that is the same still; NULL */
    uint32_t worker;                          /* which worker decodes and judges it: a partition always has the same */
    /* from decode */
    bool id_enveloped, trace_enveloped;       /* ce_id and ce_source, traceparent were read out of the value: a restart forgets them */
    struct tf_event event;
    struct tf_hash16 id, body_hash; /* claimed id; hash of value */
    struct tf_problem problem;
    uint32_t attempts;                         /* times it was tried by now, this one included; 0 = 1 */
    /* from claim */
    uint8_t owner[TF_EVENT_OWNER_BYTES];       /* this record as an owner value, big-endian (ledger) */
    uint8_t other[TF_EVENT_OWNER_BYTES];       /* the owner found instead, when it is another */
    enum tf_outcome outcome;
    bool judged_before;                        /* SKIPPED because this role's rows for it are there already (a rewind) */
    bool claimed_locally;                      /* without Redis: the result is marked */
    bool degraded;                             /* what other partitions hold under its keys was not to be had, or not all of it */
    struct tf_str supersedes;                  /* id of the result row whose place the next one takes; absent: it is the first */
    bool late;                                 /* event time behind the watermark by more than the allowed lateness */
    /* from tracing: what the record's traceparent says; and the contexts its results will carry, one a role */
    struct tf_trace_context trace, result_trace[TF_ROLES_MAX];
    /* one a role of the pipeline, the role's own types, in the batch's arenas: from its prepare, after decode; from evaluate */
    void *prepared[TF_ROLES_MAX];
    void *verdict[TF_ROLES_MAX];
    struct tf_problem verdict_problem[TF_ROLES_MAX]; /* this role alone could not judge it */
};

#define TF_ROW_OF_BATCH UINT32_MAX
/* A row to be written. Bytes live in the batch's arenas. */
struct tf_row {
    enum tf_stream stream;
    uint32_t partition;
    struct tf_str key, value;
    uint32_t headers_count;
    uint32_t item; /* index of the item it stems from, or TF_ROW_OF_BATCH */
    struct tf_header headers[TF_HEADERS_MAX]; /* the first headers_count hold */
};

/* Rows of one worker, and the arena their bytes lie in. */
struct tf_rows { struct tf_row *items; size_t count, capacity; struct tf_arena *arena; };

/* Items first .. end - 1 of a batch: what is claimed, judged and handed over at a time. */
struct tf_slice { size_t first, end; };

struct tf_batch {
    struct tf_item *items;
    size_t count, capacity;
    size_t limit;                 /* records the next poll may take at most; 0 = capacity */
    size_t bytes;                 /* of values */
    struct tf_arena **arenas;     /* one a worker and one more for the role's thread: events and verdicts, until the batch is over */
    unsigned workers;
    struct tf_rows *rows;         /* being written; one list a worker, in item order within a worker */
    struct tf_rows *ready;        /* written before, to be handed over while workers write the next */
    int64_t polled_ns;            /* wall clock when the batch was taken, for spans */
    int64_t polled_mono_ms;       /* the same, monotonic */
};

/**
 * Create a batch for up to capacity items (1..1,000,000) and workers 1..64, each with three arenas of at most arena_bytes.
 * NULL when memory ran out. Thread: the role's; a worker touches its own items, arena and rows only.
 */
struct tf_batch *tf_batch_create(size_t capacity, unsigned workers, size_t arena_bytes);
struct tf_batch *tf_batch_destroy(struct tf_batch *batch);
/** Forget items and rows, rewind the arenas. */
void tf_batch_reset(struct tf_batch *batch);
/**
 * Forget verdicts, rows and outcomes but keep the items with their borrowed records: the batch runs again. Events lie in the
 * arenas, which are rewound, so it runs from decode on: of an item only the members "from the source" stay.
 */
void tf_batch_restart(struct tf_batch *batch);
/** The rows written so far are ready; those that were ready before are forgotten with their bytes. Events and verdicts stay. */
void tf_batch_rows_ready(struct tf_batch *batch);
/** The arena of the role's own thread, for what is judged in order while workers are at other items. */
struct tf_arena *tf_batch_own_arena(const struct tf_batch *batch);
/** Trade items, with all that was taken from the source, for those of another batch of the same capacity; arenas and rows stay. */
void tf_batch_swap_items(struct tf_batch *a, struct tf_batch *b);
/** All items. */
struct tf_slice tf_batch_whole(const struct tf_batch *batch);
/** A cleared item at the end; NULL when the batch is full. */
struct tf_item *tf_batch_add(struct tf_batch *batch);
/** A cleared row at the end of the worker's list, valid until the worker's next; NULL past 16 rows an item or when memory ran out. */
struct tf_row *tf_batch_row(struct tf_batch *batch, unsigned worker);

#endif
