/*
 * What is done and who owns it: owner values, claims of a batch, checkpoints after commits, and the restore of what Redis lost.
 * A claim tells a redelivery (must be processed) from a re-submission (must not): see README "Guarantees".
 *
 * The steps of a batch that are the ledger's, in their order: attempt, claim, confirm, checkpoint; restore comes before them.
 * One thread owns a ledger.
 */
#ifndef TAXFLOW_LEDGER_H
#define TAXFLOW_LEDGER_H

#include "taxflow/batch.h"
#include "taxflow/dedup.h"
#include "taxflow/kafka.h"

/*
 * An owner value, 29 bytes, big-endian: version u8 = 1, partition u32, offset u64, record timestamp ms i64, body hash 8 bytes.
 * Later versions may append and raise the version; the first 29 bytes keep their meaning, so that an older program can read them.
 */
struct tf_owner {
    uint32_t partition;
    int64_t offset;
    int64_t timestamp_ms;
    uint8_t body_hash[8];
};
void tf_owner_encode(const struct tf_owner *owner, uint8_t out[TF_EVENT_OWNER_BYTES]);
/** False for version 0, which nothing of ours ever writes. */
bool tf_owner_decode(const uint8_t bytes[TF_EVENT_OWNER_BYTES], struct tf_owner *ret_owner);
/** Whether both name one record: everything but the version; a timestamp of 0 fits any. */
bool tf_owner_same(const uint8_t a[TF_EVENT_OWNER_BYTES], const uint8_t b[TF_EVENT_OWNER_BYTES]);

/*
 * The header tf_owner of a result, and of a dead letter whose id was claimed: owner value, claimed id, and which claim it was; of a
 * replay also the owner value of the record it goes back to. A dead letter for a conflict names the owner it lost against. Claims
 * are restored from it; positions that were judged from tf_role and tf_position of the other rows.
 */
enum tf_claim_kind { TF_CLAIM_SHARED = 0, TF_CLAIM_REPLAY = 1 };
enum {
    TF_LEDGER_HEADER_BYTES = TF_EVENT_OWNER_BYTES + TF_HASH16_BYTES + 1,
    TF_LEDGER_HEADER_BYTES_MAX = TF_LEDGER_HEADER_BYTES + TF_EVENT_OWNER_BYTES,
};
/** Write it; how many bytes, 0 for a record whose id was not claimed. */
size_t tf_ledger_header(const struct tf_item *item, uint8_t out[TF_LEDGER_HEADER_BYTES_MAX]);

enum { TF_ATTEMPTS_MAX = 3 }; /* crashes after which a record is not tried again */

struct tf_ledger_options {
    struct tf_dedup *dedup;         /* borrowed; NULL: nothing is claimed, every record that comes is to be judged */
    const char *role;               /* "tax", "fraud", "audit" */
    /* What a restore reads; cluster NULL: results that cannot be lost or not be read back (files, embedded), so nothing is restored. */
    struct tf_cluster *cluster;
    const struct tf_config *config; /* may be NULL without cluster */
    uint32_t partitions;            /* of taxflow.audit */
    int64_t since_ms;               /* results written before do not count: the generation began then; 0 = all count */
    int64_t (*next_offset)(void *self, uint32_t partition); /* committed offset at assignment; NULL without cluster */
    void *self;
};

struct tf_ledger;

/** NULL when memory ran out. */
struct tf_ledger *tf_ledger_create(const struct tf_ledger_options *options);
struct tf_ledger *tf_ledger_destroy(struct tf_ledger *ledger);

/* ---- Restore ---- */

/** These partitions are ours now: before their records are claimed, the restore has to look at them. */
void tf_ledger_assigned(struct tf_ledger *ledger, const uint32_t *partitions, size_t count);
/** None is ours any more. */
void tf_ledger_revoked(struct tf_ledger *ledger);
/** Whether claims may be made: nothing is to be restored. */
bool tf_ledger_ready(const struct tf_ledger *ledger);

struct tf_ledger_progress {
    const char *phase;      /* "waiting for another instance to restore claims", "restoring claims", "looking for judged records" */
    unsigned percent;       /* 0..100, of the phase */
    int64_t seconds_left;   /* -1 = not known yet */
    uint64_t claims;        /* written so far */
};
/* What a restore found, once it is over: for the log. */
struct tf_ledger_restored {
    bool all;               /* claims of every partition and role were restored, not only our partitions looked at */
    uint64_t claims;        /* written to Redis */
    uint64_t rewound;       /* records that come again although they were judged */
    uint32_t rewound_partition;
    uint64_t kept;          /* claims made during an outage that Redis knew from another record */
    uint64_t unreadable;    /* rows whose tf_owner this version cannot read */
    double seconds;
};
/**
 * Do a slice of what is to be restored, budget_ms at most where services answer.
 * Returns TF_OK: claims may be made; ret_restored->seconds > 0 when a restore ended right now. TF_E_AGAIN: call again soon, serving
 * the group meanwhile; ret_progress says how far it is. RETRY codes of Kafka and Redis: what was done is kept where that is right.
 */
enum tf_err tf_ledger_restore(struct tf_ledger *ledger, int64_t budget_ms, struct tf_ledger_progress *ret_progress,
                              struct tf_ledger_restored *ret_restored, struct tf_fault *fault) TF_MUST_CHECK;

/* ---- The steps of a batch ---- */

/** Records the next batch may have at most; SIZE_MAX: no limit. After two crashes in a row half of what crashed, down to one. */
size_t tf_ledger_limit(const struct tf_ledger *ledger);
/**
 * Before a record is looked into: positions judged before become SKIPPED (judged_before); of each partition it is written down
 * which records are tried (once a batch: a batch that runs again from memory is the same attempt); a record that ended the process
 * TF_ATTEMPTS_MAX times becomes DEAD, TF_E_CRASHED.
 * Returns as tf_dedup_put_all.   Cost  one round trip a batch.
 */
enum tf_err tf_ledger_attempt(struct tf_ledger *ledger, struct tf_batch *batch, struct tf_fault *fault) TF_MUST_CHECK;
/** The batch was given back without a crash (stop, rebalance): the attempt does not count. Tried once, failures are of no consequence. */
void tf_ledger_give_back(struct tf_ledger *ledger, const struct tf_batch *batch);
/**
 * Ask who owns the ids of the slice's decoded items whose outcome is PENDING. Redis is talked to on a thread of the ledger's, so that the
 * caller may do other things with other items meanwhile; item->owner is filled. After TF_OK, tf_ledger_claim_end comes before anything else
 * is asked of the ledger, also where the batch is given up.
 * Returns TF_OK; TF_E_MEMORY: nothing was begun.
 */
enum tf_err tf_ledger_claim_begin(struct tf_ledger *ledger, struct tf_batch *batch, struct tf_slice slice, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Wait for the answers and decide every item of the slice:
 *   nobody or I own it            PROCESS
 *   another owns it, same hash    DUPLICATE (item->other says who)
 *   another owns it, other hash   DEAD, TF_E_CONFLICT
 * A replayed dead letter (tf_role) is claimed under its role's own key; it inherits the claim of the replay it came from (tf_origin).
 * The record it goes back to (tf_root) must own the claim that all roles share, or get it: else a copy of it was judged meanwhile.
 * Counts claims_total{role,result}.
 * An item with a problem keeps its outcome.
 * Returns as tf_dedup_claim_guarded: TF_E_RESTORE when claims may have been lost; TF_E_CONFIG also when an owner value is none of
 * ours. Cost  one round trip for each 4,096 items, one more where there are replays, and five for each replay that inherits.
 */
enum tf_err tf_ledger_claim_end(struct tf_ledger *ledger, struct tf_batch *batch, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Between publish and commit: whether the batch's claims can still be relied on. Whoever restores after a loss waits for every
 * transaction whose rows are in the log by then; ours are, so a loss after this is seen by the restore, and one before it by us.
 * Returns TF_OK; TF_E_RESTORE: abort and run the batch again; as tf_dedup_check.   Cost  one round trip.
 */
enum tf_err tf_ledger_confirm(struct tf_ledger *ledger, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * After a commit: for each partition of the batch one checkpoint, key ck:<role>:<partition>; one pipeline, and only on the run of Redis
 * that the epoch names.
 * The keys do not expire: a partition may lie idle for longer than the window.
 * result_offset  asked for each partition: offset up to which the role's results are known to be claimed; -1 = unknown.
 * Returns as tf_dedup_put_all; TF_E_MEMORY.
 */
enum tf_err tf_ledger_checkpoint(struct tf_ledger *ledger, const struct tf_batch *batch, int64_t (*result_offset)(void *self, uint32_t partition),
                                 void *self, struct tf_fault *fault) TF_MUST_CHECK;

#endif
