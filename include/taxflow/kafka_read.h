/* Kafka, read without being a member of a role's group: along with the flow, back to what was committed, and how far groups are. */
#ifndef TAXFLOW_KAFKA_READ_H
#define TAXFLOW_KAFKA_READ_H

#include "taxflow/kafka.h"

/* ---- Reading along: monitor, demo's report, explain ---- */

struct tf_tail; /* reads a stream from the start or from its end, no group, read_committed */

/** Contacts no broker yet. config and cluster are borrowed. One thread owns a tail. Returns TF_OK; TF_E_CONFIG; TF_E_MEMORY. */
enum tf_err tf_tail_create(struct tf_cluster *cluster, const struct tf_config *config, enum tf_stream stream, bool from_start,
                           struct tf_tail **ret_tail, struct tf_fault *fault) TF_MUST_CHECK;
/** As tf_tail_create, but partition p begins at from[p], and at its end where that is -1 or p is none of the count. */
enum tf_err tf_tail_create_at(struct tf_cluster *cluster, const struct tf_config *config, enum tf_stream stream, const int64_t *from, uint32_t count,
                              struct tf_tail **ret_tail, struct tf_fault *fault) TF_MUST_CHECK;
/** The offset that comes next in a partition: behind the last row, or at the end that was found; -1 while neither is known. */
int64_t tf_tail_next(const struct tf_tail *tail, uint32_t partition);
struct tf_tail *tf_tail_destroy(struct tf_tail *tail);
/**
 * Up to max rows; visit gets position, key, value, headers, valid during the call. Returns how many, 0 after wait_ms.
 * "From the end" is the end at the first read that reaches a broker; embedded: at creation. Embedded: writers of the stream
 * wait for a tail, so it is read at least every 5 s, or they stop waiting and it may miss rows.
 */
size_t tf_tail_read(struct tf_tail *tail, size_t max, int64_t wait_ms,
                    void (*visit)(void *self, const struct tf_position *position, const struct tf_row *row), void *self);

/** True once every partition was read to the end it had; false again when rows come. */
bool tf_tail_ended(const struct tf_tail *tail);
/** Why nothing comes, as of the last read: TF_OK; TF_E_CONFIG when the topic is missing; TF_E_UNAVAILABLE when no broker answers; with words. */
enum tf_err tf_tail_trouble(const struct tf_tail *tail, struct tf_fault *fault) TF_MUST_CHECK;

/* ---- Reading back what was committed: the restore of claims ---- */

/* A stretch of one partition: from an offset, or from a time, to the high watermark it has when the history is opened. */
struct tf_history_span {
    enum tf_stream stream;
    uint32_t partition;
    int64_t from;    /* offset; -1: by time */
    int64_t from_ms; /* Unix ms of the first record wanted; 0 with from -1: from the beginning */
    int64_t end;     /* out, at the opening: high watermark */
};

struct tf_history; /* read_committed, no group; one thread owns it */

/**
 * Find where the spans begin and end, and begin to read. A record that belongs to a transaction still open is waited for: a span
 * has ended only when everything below its end is decided, which transaction.timeout.ms bounds.
 * prefix  of the topics; NULL = the cluster's own. Topics that do not exist are empty.
 * spans   copied, and their end filled in; each (stream, partition) once. Where there is much to read they are read a few at a time,
 *         in their order: spans that belong together stand together.
 * Returns TF_OK; TF_E_UNAVAILABLE, TF_E_TIMEOUT (5 s a request); TF_E_CONFIG; TF_E_MEMORY.
 */
enum tf_err tf_history_open(struct tf_cluster *cluster, const struct tf_config *config, const char *prefix, struct tf_history_span *spans,
                            size_t count, struct tf_history **ret_history, struct tf_fault *fault) TF_MUST_CHECK;
struct tf_history *tf_history_close(struct tf_history *history);
/**
 * Up to max rows, waiting wait_ms for the first. visit gets the number of the span; bytes live during the call; a span's rows come in
 * order. Rows at or past a span's end are left out. Returns TF_OK (no rows is fine); TF_E_UNAVAILABLE while no broker answers.
 */
enum tf_err tf_history_read(struct tf_history *history, size_t max, int64_t wait_ms,
                            void (*visit)(void *self, size_t span, const struct tf_position *position, const struct tf_row *row), void *self,
                            struct tf_fault *fault) TF_MUST_CHECK;
/** True once every span has been read to its end. */
bool tf_history_ended(const struct tf_history *history);
/** Partitions of a topic of any prefix; 0 when there is no such topic. TF_OK; TF_E_UNAVAILABLE; TF_E_TIMEOUT; TF_E_CONFIG. */
enum tf_err tf_history_partitions(struct tf_cluster *cluster, const struct tf_config *config, const char *prefix, enum tf_stream stream,
                                  uint32_t *ret_partitions, struct tf_fault *fault) TF_MUST_CHECK;
/** Offsets read and offsets in all, for a percentage. */
void tf_history_progress(const struct tf_history *history, uint64_t *ret_done, uint64_t *ret_total);

/* ---- Several partitions of one stream as one line of records: judging again, explain ---- */

/* A stretch of a partition. */
struct tf_merge_span {
    uint32_t partition;
    int64_t from, from_ms; /* first offset; where that is -1 the first record at or after a time (Unix ms), 0: the oldest there is */
    int64_t to, to_ms;     /* offset behind the last one; where that is -1 the first record at or after a time, INT64_MAX: the end it has now */
};

struct tf_merge; /* read_committed, no group; one thread owns it */

/**
 * Begin to read. What a transaction that is still open hides is not waited for: use it for streams that have none, or all is decided.
 * Not for the embedded broker. spans: from and to become the offsets that were found; each partition once. cluster, config borrowed.
 * Returns TF_OK; TF_E_UNAVAILABLE, TF_E_TIMEOUT (5 s a request); TF_E_CONFIG; TF_E_MEMORY.   Memory  4 MiB a partition at most.
 */
enum tf_err tf_merge_open(struct tf_cluster *cluster, const struct tf_config *config, enum tf_stream stream, struct tf_merge_span *spans, size_t count,
                          struct tf_merge **ret_merge, struct tf_fault *fault) TF_MUST_CHECK;
struct tf_merge *tf_merge_close(struct tf_merge *merge);
/**
 * Records into the batch, as a role's poll fills it, in the order of (record timestamp, place of the span): of each partition in its own
 * order. Waits wait_ms for the first.  Returns TF_OK (none is fine); TF_E_UNAVAILABLE while no broker answers; TF_E_FATAL.
 */
enum tf_err tf_merge_poll(struct tf_merge *merge, struct tf_batch *batch, int64_t wait_ms, struct tf_fault *fault) TF_MUST_CHECK;
/** Up to max rows in the same order; their bytes live during the call. Else as tf_merge_poll. */
enum tf_err tf_merge_read(struct tf_merge *merge, size_t max, int64_t wait_ms,
                          void (*visit)(void *self, const struct tf_position *position, const struct tf_row *row), void *self, struct tf_fault *fault)
    TF_MUST_CHECK;
/** Give a batch's records back. */
void tf_merge_release(struct tf_batch *batch);
/** True once every span has been read to its end; once the span of this number has. */
bool tf_merge_ended(const struct tf_merge *merge);
bool tf_merge_span_ended(const struct tf_merge *merge, size_t span);
/** Offsets read and offsets in all, for a percentage. */
void tf_merge_progress(const struct tf_merge *merge, uint64_t *ret_done, uint64_t *ret_total);

/* ---- How far a reader without members has come: kept in Kafka as offsets of a group ---- */

struct tf_marks; /* one thread owns it */

/**
 * Contacts no broker yet. config and cluster are borrowed.
 * group  the consumer group is GROUP_PREFIX.group; nobody may be a member of it.
 * Returns TF_OK; TF_E_CONFIG; TF_E_MEMORY.
 */
enum tf_err tf_marks_open(struct tf_cluster *cluster, const struct tf_config *config, const char *group, enum tf_stream stream,
                          struct tf_marks **ret_marks, struct tf_fault *fault) TF_MUST_CHECK;
struct tf_marks *tf_marks_close(struct tf_marks *marks);
/** next[p] = offset committed for partition p, -1 where there is none; count partitions. TF_OK; TF_E_UNAVAILABLE, TF_E_TIMEOUT (5 s). */
enum tf_err tf_marks_read(struct tf_marks *marks, int64_t *next, uint32_t count, struct tf_fault *fault) TF_MUST_CHECK;
/** Commit next[p] for every partition but those at -1; returns when the broker has them. TF_OK; TF_E_UNAVAILABLE, TF_E_TIMEOUT. */
enum tf_err tf_marks_write(struct tf_marks *marks, const int64_t *next, uint32_t count, struct tf_fault *fault) TF_MUST_CHECK;

/* Offsets of a group against a topic's ends, for lag. */
struct tf_lag {
    uint32_t partition;
    int64_t end;        /* high watermark */
    int64_t committed;  /* next offset to read; -1 = nothing committed */
};
struct tf_watch; /* one thread owns it */
/** Contacts no broker yet. config and cluster are borrowed. Returns TF_OK; TF_E_MEMORY. */
enum tf_err tf_watch_create(struct tf_cluster *cluster, const struct tf_config *config, struct tf_watch **ret_watch, struct tf_fault *fault)
    TF_MUST_CHECK;
struct tf_watch *tf_watch_destroy(struct tf_watch *watch);
/**
 * Lag of role's group on taxflow.audit; lags has room for max, *ret_count are filled. At most 8 different roles a watch.
 * TF_OK; TF_E_CONFIG (topic missing, too many roles); TF_E_UNAVAILABLE, TF_E_TIMEOUT (5 s a request).
 */
enum tf_err tf_watch_lag(struct tf_watch *watch, const char *role, struct tf_lag *lags, size_t max, size_t *ret_count) TF_MUST_CHECK;

#endif
