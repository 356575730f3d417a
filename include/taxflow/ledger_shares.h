/*
 * Keys that records of several partitions add to (share.h): a slice's contributions are written to Redis and the others' read back, behind its
 * claims and on the same thread. A process that has all partitions of a topic needs none of it: its own store answers.
 *
 * Where it has not, all that stood under shared keys before must be in Redis when a record is judged. So each partition has a mark, key
 * shares:<role>:<partition>: its value is the epoch under which the partition's contributions are all there, and more are only added. Who gets a
 * partition without one writes what its store holds, then sets the mark; who gets all partitions takes the marks away, as it writes nothing.
 */
#ifndef TAXFLOW_LEDGER_SHARES_H
#define TAXFLOW_LEDGER_SHARES_H

#include "taxflow/ledger.h"
#include "taxflow/share.h"

/* How a role's records share. */
struct tf_sharing {
    void *self;
    int64_t slack_ms; /* how much longer than its window a contribution is kept: what comes late, and a day */
    /* The keys of a record, in the arena; NULL: it shares none. This and follow: on the ledger's thread. */
    struct tf_share_set *(*ask)(void *self, struct tf_item *item, struct tf_arena *arena);
    /* They were read: add the keys that they lead to. */
    void (*follow)(void *self, struct tf_item *item, struct tf_arena *arena);
    /* All contributions of our own store, between batches: up to most from *cursor on (0 at first); how many, 0 = end. */
    size_t (*all)(void *self, uint64_t *cursor, struct tf_share_row *rows, size_t most);
};

enum {
    TF_SHARES_ROUNDS_MAX = 3,       /* pipelines of a slice: its keys, and twice what they lead to */
    TF_SHARES_WAIT_MS = 30000,      /* for other instances' marks; after that records are judged without, and marked degraded */
    TF_SHARES_LOOK_MS = 200,        /* between two looks at marks, … */
    TF_SHARES_LOOK_IDLE_MS = 1000,  /* … once they are all there, … */
    TF_SHARES_LOOK_LATE_MS = 5000   /* … and once nobody waits for them any more */
};

/** Records of this ledger share keys; before the first partition is assigned. sharing is borrowed. TF_E_MEMORY. */
enum tf_err tf_ledger_share(struct tf_ledger *ledger, const struct tf_sharing *sharing) TF_MUST_CHECK;
/** Whether records can be claimed: all that stands under shared keys is where it can be read, or was waited for long enough. */
bool tf_ledger_shares_ready(const struct tf_ledger *ledger);
/**
 * Do a slice of what has to come before; after a restore of claims and of state.
 * Returns TF_OK: ready; TF_E_AGAIN: call again soon, serving the group meanwhile, fault says what is waited for; as tf_dedup_share_write.
 */
enum tf_err tf_ledger_shares_await(struct tf_ledger *ledger, struct tf_fault *fault) TF_MUST_CHECK;
/** Take contributions out that do not count any more: after the commit. As tf_dedup_share_remove; nothing to do where nothing is shared. */
enum tf_err tf_ledger_unshare(struct tf_ledger *ledger, const struct tf_share_row *rows, size_t count, struct tf_fault *fault) TF_MUST_CHECK;

#endif
