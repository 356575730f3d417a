/*
 * One batch, top to bottom: poll, attempt, decode, claim, evaluate, encode, publish, confirm, commit, checkpoint.
 * Source and sink are the two function tables it needs; Kafka and files both ship. Roles hand in their judges.
 */
#ifndef TAXFLOW_PIPELINE_H
#define TAXFLOW_PIPELINE_H

#include <stdatomic.h>

#include "taxflow/batch.h"
#include "taxflow/health.h"
#include "taxflow/judge.h"
#include "taxflow/kafka.h"
#include "taxflow/ledger.h"
#include "taxflow/trace.h"

/* Where records come from. self is the source's own; all calls on the pipeline's thread. */
struct tf_source {
    void *self;
    /* Fill the batch, waiting at most wait_ms for the first record. */
    enum tf_err (*poll)(void *self, struct tf_batch *batch, int64_t wait_ms, struct tf_fault *fault);
    /* Take up to most records that are there already for the batch after this one, without waiting and without serving the group; the next
       poll goes on filling it. TF_OK also for none. May be NULL. */
    enum tf_err (*look_ahead)(void *self, struct tf_batch *ahead, size_t most, struct tf_fault *fault);
    /* A record's text into item->value, on any worker and before anything looks at it: where poll only says where it lies. May be NULL. */
    enum tf_err (*fetch)(void *self, struct tf_item *item, struct tf_arena *arena);
    /* Stay a member without taking records. */
    enum tf_err (*keep_alive)(void *self, int64_t wait_ms, struct tf_fault *fault);
    /* Give the batch's borrowed records back. */
    void (*release)(void *self, struct tf_batch *batch);
    /* True once no record will ever come again: files. */
    bool (*finished)(void *self);
    /* Committed offset at which an assigned partition began, -1 = none. NULL: nothing is restored. */
    int64_t (*next_offset)(void *self, uint32_t partition);
    /* Whether an assigned partition is known to hold nothing that poll has not handed out. NULL: not told. */
    bool (*drained)(void *self, uint32_t partition);
    /* Topic of a partition number, for sources with several: files. NULL: all records come from one topic. */
    const char *(*topic_of)(void *self, uint32_t partition);
};

/* Where rows go. */
struct tf_sink {
    void *self;
    /* Once a batch, before its first rows; may be NULL. TF_E_RESULT_SIZE from any of the three: a row of *ret_item is too big. */
    enum tf_err (*begin)(void *self, struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault);
    /* The rows that are ready in the batch; their bytes are forgotten afterwards. Workers write the next ones meanwhile. */
    enum tf_err (*publish)(void *self, struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault);
    /* Until every row is where it should be; may be NULL. */
    enum tf_err (*flush)(void *self, uint32_t *ret_item, struct tf_fault *fault);
    enum tf_err (*commit)(void *self, struct tf_batch *batch, struct tf_fault *fault);
    enum tf_err (*abort)(void *self, struct tf_fault *fault);
    int64_t (*result_offset)(void *self, uint32_t partition);
    int64_t (*state_offset)(void *self, uint32_t partition); /* end of what was committed to a partition of the state stream, -1 = nothing; may be NULL */
    bool (*keeps)(void *self, enum tf_stream stream); /* whether rows of a stream go anywhere: state is of no use to a run on files; NULL: all do */
    bool discards; /* nobody reads the rows: they are not even written down */
    bool bare;     /* nobody reads the headers of results */
};

/** Hand out the rows that are ready in a batch in the order of its items, those about the batch last. TF_OK, or what visit returned. */
enum tf_err tf_rows_in_order(const struct tf_batch *batch, enum tf_err (*visit)(void *self, const struct tf_row *row), void *self) TF_MUST_CHECK;

struct tf_pipeline_options {
    const struct tf_config *config;
    const char *role;                /* label of metrics and spans: "tax", "fraud", "audit" */
    struct tf_source source;
    struct tf_sink sink;
    struct tf_judge judges[TF_ROLES_MAX];
    size_t judges_count;
    struct tf_dedup *dedup;          /* NULL: the source hands out only what was accepted before */
    struct tf_cluster *cluster;      /* whose results a restore of claims reads; NULL: nothing is restored */
    uint32_t partitions;             /* of its taxflow.audit */
    int64_t since_ms;                /* results before do not count: tf_control */
    struct tf_tracer *tracer;        /* may be NULL */
    struct tf_health *health;        /* may be NULL */
    const char *topic;               /* what spans call the source: "taxflow.audit" */
    const char *result_topics[TF_ROLES_MAX];
    size_t batch_capacity;           /* records */
    size_t slice_items;              /* records that move on at a time; 0 = 1,000 */
    unsigned workers;                /* 1..64 */
    /* Told after every commit, before records are released. May be NULL: audit's report. */
    void (*observe)(void *self, const struct tf_batch *batch);
    void *observer;
};

struct tf_pipeline;

struct tf_pipeline *tf_pipeline_create(const struct tf_pipeline_options *options);
struct tf_pipeline *tf_pipeline_destroy(struct tf_pipeline *pipeline);
/**
 * Take one batch through all steps. On a RETRY code the batch is kept and the next call runs it again from memory.
 * Thread  the role's.  Returns any code; fault says more.
 */
enum tf_err tf_pipeline_run_once(struct tf_pipeline *pipeline, int64_t wait_ms, struct tf_fault *fault) TF_MUST_CHECK;
/** These partitions are ours now; before their records are judged the restore looks at them. From the source's poll or keep_alive. */
void tf_pipeline_assigned(struct tf_pipeline *pipeline, const uint32_t *partitions, size_t count);
/** Every partition was taken away: the batch that waits to run again is dropped. From the source's poll or keep_alive. */
void tf_pipeline_revoked(struct tf_pipeline *pipeline);
/**
 * Run batches until *stop is set, the source is finished or a FATAL code comes. The one place that acts on error classes:
 * RETRY aborts, waits (50 ms growing to 2 s, staying a member) and runs the batch again; readiness says why.
 * Returns TF_OK after a stop or at the end of the source; else the fatal code, logged once.
 */
enum tf_err tf_worker_run(struct tf_pipeline *pipeline, const atomic_bool *stop, struct tf_fault *fault) TF_MUST_CHECK;

/** Bind a role's Kafka client as source and sink. */
struct tf_source tf_source_kafka(struct tf_kafka *kafka);
struct tf_sink tf_sink_kafka(struct tf_kafka *kafka);

/* ---- Files ---- */

struct tf_files; /* an index of all records of some files, in event-time order */

/**
 * Index files: every line is read once, and put in the order (event time, identity, revision, body), so that the order of files and
 * lines does not matter. "-" is standard input (spooled to a temporary file).
 *
 * progress  called now and then with bytes read and bytes in all (0 = unknown); may be NULL.
 * Returns TF_OK; TF_E_NO_INPUT naming the file; TF_E_IO; TF_E_MEMORY.   Cost  one decode a record; 96 bytes each.
 */
enum tf_err tf_files_create(const struct tf_config *config, const char *const *paths, size_t count, unsigned workers,
                            void (*progress)(void *self, uint64_t done, uint64_t total), void *self, struct tf_files **ret_files,
                            struct tf_fault *fault) TF_MUST_CHECK;
struct tf_import_format;
/* One file that is open already; format, company and stop are borrowed during the call. */
struct tf_files_input {
    int fd;                                /* a regular file, at its beginning; the index's own from then on, whatever comes of the call */
    const char *name;                      /* for people and positions; copied */
    const struct tf_import_format *format; /* as was found already; NULL: looked for */
    const char *company;                   /* of records in another program's file that name none; NULL: as configured */
    const atomic_bool *stop;               /* give up when it is set: TF_E_UNAVAILABLE; NULL: never */
};
/** Index it on the calling thread. Returns as tf_files_create, and what tf_import_read says of a file that cannot be read as it is (class DROP). */
enum tf_err tf_files_create_open(const struct tf_config *config, const struct tf_files_input *input, struct tf_files **ret_files, struct tf_fault *fault)
    TF_MUST_CHECK;
struct tf_files *tf_files_destroy(struct tf_files *files);
/** Hand records out as they lie in the files instead: for validate, which has no windows. Before the first tf_files_next. */
void tf_files_in_line_order(struct tf_files *files);
/** Records found, blank lines not counted. */
uint64_t tf_files_count(const struct tf_files *files);
/** What a file was read as, in words: "delimited text". Static. */
const char *tf_files_title(const struct tf_files *files, uint32_t file);
/** Name of a file by its number, as given. */
const char *tf_files_name(const struct tf_files *files, uint32_t file);
/** Name of the format of another program's file ("csv"); NULL: records of ours. */
const char *tf_files_format(const struct tf_files *files, uint32_t file);
/** Whether a file is one record over many lines: an XML document, or JSON that begins with a line of "{" alone. */
bool tf_files_is_one_document(const struct tf_files *files, uint32_t file);
/** Next record in order: its text (valid until the next call), file and line. False at the end, or when a file cannot be read any more. */
bool tf_files_next(struct tf_files *files, struct tf_str *ret_text, uint32_t *ret_file, uint64_t *ret_line);
/** Why the record last handed out is none: what an import could not read; NULL when it is one. Until the files are destroyed. */
const struct tf_problem *tf_files_problem(const struct tf_files *files);
/** After tf_files_next said no, or a fetch TF_E_IO: TF_OK at the end; TF_E_IO naming the file that changed or failed while it was read. */
enum tf_err tf_files_check(const struct tf_files *files, struct tf_fault *fault) TF_MUST_CHECK;
/** Text of the first record whose ce_id is this one, for "related numbers" of a report: copied to the arena; absent when unknown. */
struct tf_str tf_files_find(struct tf_files *files, struct tf_str event_id, struct tf_arena *arena);
/** File and line of that record; false when the id is unknown. */
bool tf_files_place(struct tf_files *files, struct tf_str event_id, uint32_t *ret_file, uint64_t *ret_line);
struct tf_source tf_source_files(struct tf_files *files);

/* Result files of `audit --out`: tax.ndjson, fraud.ndjson, dlq.ndjson, duplicates.ndjson, groups.ndjson. */
struct tf_result_files;
/** folder NULL: rows are counted, not written. Made when missing; existing result files are replaced. TF_E_IO, TF_E_PERMISSION. */
enum tf_err tf_result_files_create(const char *folder, struct tf_result_files **ret_files, struct tf_fault *fault) TF_MUST_CHECK;
/** Flush and close; TF_E_IO when bytes could not be written. NULL is fine. */
enum tf_err tf_result_files_close(struct tf_result_files *files, struct tf_fault *fault) TF_MUST_CHECK;
struct tf_sink tf_sink_files(struct tf_result_files *files);
/** One more line of a stream, after the last batch. Nothing where results are not written. TF_OK; TF_E_IO. */
enum tf_err tf_result_files_put(struct tf_result_files *files, enum tf_stream stream, struct tf_str text, struct tf_fault *fault) TF_MUST_CHECK;

#endif
