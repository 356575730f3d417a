/*
 * What readers of the embedded broker have not read yet, in bytes, so that its writers can wait: the mock drops a
 * partition's oldest rows past 5 MiB without a word. Also the roles' committed positions, which the mock does not keep
 * for transactions. One partition a stream. All functions: any thread.
 */
#ifndef TAXFLOW_KAFKA_FLOW_H
#define TAXFLOW_KAFKA_FLOW_H

#include "taxflow/batch.h"

enum {
    TF_FLOW_ROOM_BYTES = 3 * 1024 * 1024, /* unread bytes at which writers wait; the rest to 5 MiB is for several at a time */
    TF_FLOW_STALL_MS = 5000,              /* a reader that may give up no longer holds writers back after this */
};

struct tf_flow;
struct tf_flow_reader;

/** NULL when memory ran out. */
struct tf_flow *tf_flow_create(void);
/** Every reader has left. NULL is fine. Returns NULL. */
struct tf_flow *tf_flow_destroy(struct tf_flow *flow);

/**
 * Register a reader of a stream.
 * from     first offset it will read; -1 = the stream's present end.
 * patient  writers wait for it however long it takes (roles); else TF_FLOW_STALL_MS at most without a call of read (tails).
 * Returns  NULL when memory ran out or 16 readers of the stream exist.
 */
struct tf_flow_reader *tf_flow_join(struct tf_flow *flow, enum tf_stream stream, int64_t from, bool patient);
/** NULL is fine. Returns NULL. */
struct tf_flow_reader *tf_flow_leave(struct tf_flow_reader *reader);
/** The reader has taken everything before next (or -1: nothing new, but it is alive). Wakes writers. */
void tf_flow_read(struct tf_flow_reader *reader, int64_t next);

/** Bytes a row takes in the broker's log, its share of headers and framing included. */
size_t tf_flow_row_bytes(const struct tf_row *row);
/** A row was handed to a producer. */
void tf_flow_sending(struct tf_flow *flow, enum tf_stream stream, size_t bytes);
/** Its delivery report came; offset -1 = it was not written. */
void tf_flow_sent(struct tf_flow *flow, enum tf_stream stream, int64_t offset, size_t bytes);
/** Bytes on their way or unread by the slowest reader that counts; 0 when nobody reads the stream. */
size_t tf_flow_behind(struct tf_flow *flow, enum tf_stream stream);
/** Wait until a reader moves or wait_ms passed. */
void tf_flow_wait(struct tf_flow *flow, int64_t wait_ms);
/** Offset after the last row written. */
int64_t tf_flow_end(struct tf_flow *flow, enum tf_stream stream);

/** Remember that a role has committed everything of taxflow.audit before next. At most 8 roles. */
void tf_flow_commit(struct tf_flow *flow, const char *role, int64_t next);
/** What it committed; -1 = nothing yet. */
int64_t tf_flow_committed(struct tf_flow *flow, const char *role);

#endif
