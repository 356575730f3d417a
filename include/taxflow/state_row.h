/*
 * The rows of a role's state topic (fraud.state, tax.state): what a later run starts from. They are written in the transaction of the
 * results they belong to, into the partition of the records, and the topic is compacted: the last row of a key counts, one without a value
 * forgets it. A decoder believes no byte.
 */
#ifndef TAXFLOW_STATE_ROW_H
#define TAXFLOW_STATE_ROW_H

#include "taxflow/buf.h"
#include "taxflow/fraud.h"

/*
 * Kinds of rows, told apart by the length of their keys and the first byte; a program reads past kinds that it does not know.
 * X(name, bytes of the key, first byte or ANY, what it is)
 */
#define TF_STATE_ROW_ANY (-1)
#define TF_STATE_ROW_TABLE(X)                                                                                     \
    X(RECORD,    TF_HASH16_BYTES, TF_STATE_ROW_ANY, "a record, by its identity without revision: what it added")   \
    X(WATERMARK, 1,               'w',              "newest event time of the partition")                          \
    X(BREAKER,   1,               'b',              "how often rules hit in the partition, and which are muted")

enum tf_state_row_kind {
#define X(name, bytes, first, what) TF_STATE_ROW_##name,
    TF_STATE_ROW_TABLE(X)
#undef X
    TF_STATE_ROW_KINDS /* none of them */
};
/** The key of a kind that has but one row in a partition. */
struct tf_str tf_state_row_key(enum tf_state_row_kind kind);
/** Kind of a row by its key. */
enum tf_state_row_kind tf_state_row_kind(struct tf_str key);

enum { TF_STATE_ROW_KEYS_MAX = 1026 /* 1,024 of rules, a payment's, and a memory */, TF_STATE_ROW_TALLIES_MAX = 512, TF_STATE_ROW_VERSION = 1 };

/* What a record counts in a group, in the month of its time: fraud_tally.h. */
struct tf_state_row_tally {
    struct tf_hash16 group;
    uint16_t cell, adds, window_days;
    bool shared;
};

/* A record's row: what it added under which keys, and in which groups. */
struct tf_state_row {
    struct tf_hash16 record;  /* identity without revision */
    uint64_t revision;
    int64_t time_ms;          /* event time */
    struct tf_str event_id;   /* a view into the row */
    size_t keys_count, tallies_count;
    bool shared;              /* one of the keys at least is */
    struct tf_fraud_key keys[TF_STATE_ROW_KEYS_MAX]; /* window_ms is given; use is TF_FRAUD_ADDS */
    struct tf_state_row_tally tallies[TF_STATE_ROW_TALLIES_MAX]; /* each counter once */
};

struct tf_state_question;
struct tf_state_forgotten;
/**
 * Append what a judged question staged: key 16 bytes, and value (version 1: revision, time, id, keys, counters). False: it staged nothing, and there is
 * no row.   Thread  any, once the question was judged.   Cost  O(keys); 20 to 30 bytes a key or counter.
 */
bool tf_state_row_of(const struct tf_state_question *question, struct tf_hash16 *ret_key, struct tf_buf *value);
/** The record whose place it took when it was judged (a payment that was ordered and is booked now): its row is to go. False: none. */
bool tf_state_row_replaced(const struct tf_state_question *question, struct tf_state_forgotten *ret_record);
/** Append the value of a record's row. */
void tf_state_row_write(const struct tf_state_row *row, struct tf_buf *value);
/**
 * Read a record's row back; the value is there (not a tombstone). Sections behind them that later programs may append are left out.
 * False: no row of version 1, cut off, or with a number outside its range; row is undefined then.
 */
bool tf_state_row_read(struct tf_str key, struct tf_str value, struct tf_state_row *row) TF_MUST_CHECK;
/** Value of a watermark: version, and the time. */
void tf_state_watermark_write(int64_t time_ms, struct tf_buf *value);
bool tf_state_watermark_read(struct tf_str value, int64_t *ret_time_ms) TF_MUST_CHECK;


#endif
