/*
 * Who owns an event id: Redis, or a table of this process. Same verbs, decided when it is created, never above.
 * Values are opaque here; the room `ledger` knows what they mean.
 *
 * Where Redis fails, the connection it failed on and all idle ones are closed, and nobody connects again before a pause has
 * passed (50 ms, doubling to 2 s): calls in a pause fail at once with the last reason, so a caller that retries waits by
 * itself. The first call that succeeds ends it. Every verb may be called from any thread (8 connections; more callers wait up
 * to redis.timeout_ms), and fault may be NULL.
 */
#ifndef TAXFLOW_DEDUP_H
#define TAXFLOW_DEDUP_H

#include "taxflow/buf.h"
#include "taxflow/config.h"
#include "taxflow/err.h"
#include "taxflow/event.h"
#include "taxflow/str.h"

struct tf_dedup;

/**
 * Claims in Redis (>= 7.0): a pool of connections for the whole process. Connects on first use, again after every failure.
 * generation  of taxflow.control: part of every key (PREFIX:GEN:<id>).
 * servers are tried in order at every connect; a replica is passed over, so a failed-over primary is found.
 * TF_E_CONFIG: a server entry cannot be read, password file missing, no generation.
 */
enum tf_err tf_dedup_create_redis(const struct tf_config *config, const char *generation, struct tf_dedup **ret_dedup, struct tf_fault *fault)
    TF_MUST_CHECK;
/**
 * Claims in a table of this process, up to ids_max, and as many other keys (then TF_E_FULL). For embedded mode and audit.
 * They live as long as the process: the window is not applied.  Memory  61 to 123 bytes an id, and half as much again while it grows.
 */
enum tf_err tf_dedup_create_table(size_t ids_max, struct tf_dedup **ret_dedup) TF_MUST_CHECK;
/**
 * redis.on_outage = local, for one role: claims go to redis, and while it is away to a table of 500,000 ids in this process
 * (then TF_E_FULL, which is a pause). What was claimed before the outage is not in it: such claims are marked local.
 * redis  borrowed, made by tf_dedup_create_redis; outlives this. Thread: the role's. TF_E_MEMORY.
 */
enum tf_err tf_dedup_create_local(struct tf_dedup *redis, struct tf_dedup **ret_dedup) TF_MUST_CHECK;
/* Claims of earlier runs on files; find: who had an id, on the thread of the claim. */
struct tf_dedup_past {
    void *self;
    enum tf_err (*find)(void *self, struct tf_hash16 id, uint8_t owner[TF_EVENT_OWNER_BYTES], bool *ret_found, struct tf_fault *fault);
};
/** As tf_dedup_create_table, over claims that others remember: one that they know is not made here. past is copied. */
enum tf_err tf_dedup_create_over(size_t ids_max, const struct tf_dedup_past *past, struct tf_dedup **ret_dedup) TF_MUST_CHECK;
/** Hand out every claim that was made here, in the order of ids; nothing can be claimed any more. Of tf_dedup_create_over's only. O(n log n). */
enum tf_err tf_dedup_hand_out(struct tf_dedup *dedup, enum tf_err (*visit)(void *self, struct tf_hash16 id, const uint8_t *owner), void *self) TF_MUST_CHECK;
struct tf_dedup *tf_dedup_destroy(struct tf_dedup *dedup);

struct tf_claim {
    struct tf_hash16 id;
    const char *scope;                   /* NULL: the claim all roles share; else "r:tax:" and the like stands before the id */
    uint8_t owner[TF_EVENT_OWNER_BYTES]; /* in: the claimant */
    uint8_t found[TF_EVENT_OWNER_BYTES]; /* out: the owner that was there before, when was_owned */
    bool was_owned;
    bool local;                          /* out: claimed in this process because Redis was away (redis.on_outage = local) */
};

/*
 * A key that says under which loss-free run of Redis claims are made: its value begins with the run_id of the server it was
 * set on. Nothing is claimed where it does not hold any more.
 */
struct tf_dedup_guard { struct tf_str suffix, value; };
enum { TF_DEDUP_RUN_ID_LEN = 40, TF_DEDUP_SCOPE_MAX = 32 };

/**
 * Claim every id: SET PREFIX:GEN:<id> <owner> NX GET PX window, one pipeline for all. A repetition within the array is
 * answered as Redis would: the first one owns it.
 *
 * Returns TF_OK; TF_E_UNAVAILABLE (no connection, LOADING, READONLY, OOM, MISCONF: fault says which), TF_E_TIMEOUT: the claims
 * may or may not be set; claiming again is harmless. TF_E_CONFIG: a person must act: password, Redis older than 7.0, a
 * maxmemory-policy that evicts, another program's value under our prefix. TF_E_FULL, TF_E_MEMORY: a table.
 * Cost  one round trip for each 4,096 claims, O(count).
 */
enum tf_err tf_dedup_claim(struct tf_dedup *dedup, struct tf_claim *claims, size_t count, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * As tf_dedup_claim, but only under the guard: nothing is sent to a server of another run, and where the guard's key does not hold
 * its value the answers are thrown away. TF_E_RESTORE then; some claims may be set. A table needs no guard.
 * An owner value that is longer than ours was written by a later version; the bytes we know are taken.
 */
enum tf_err tf_dedup_claim_guarded(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, struct tf_claim *claims, size_t count,
                                   struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Whether a batch must be claimed in one call: with redis.on_outage = local, where a batch is claimed in Redis or in this process, but not
 * some of it here and some there, because only what was claimed in Redis is confirmed before the commit.
 */
bool tf_dedup_wants_whole(const struct tf_dedup *dedup);
/** Whether the guard holds right now: TF_OK or TF_E_RESTORE, else as tf_dedup_claim. One round trip. */
enum tf_err tf_dedup_check(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, struct tf_fault *fault) TF_MUST_CHECK;
/** Set PREFIX:GEN:<suffix> to value, with the window as expiry when expires. suffix: 1..512 bytes (else TF_E_LIMIT). Returns as tf_dedup_claim. */
enum tf_err tf_dedup_put(struct tf_dedup *dedup, struct tf_str suffix, struct tf_str value, bool expires, struct tf_fault *fault) TF_MUST_CHECK;
/** Several puts in one pipeline. On failure some may be set. */
struct tf_dedup_pair { struct tf_str suffix, value; };
enum tf_err tf_dedup_put_all(struct tf_dedup *dedup, const struct tf_dedup_pair *pairs, size_t count, bool expires, struct tf_fault *fault)
    TF_MUST_CHECK;
/** As tf_dedup_put_all, without expiry, but only on the run of the server that guard's value names; else TF_E_RESTORE and nothing is sent. */
enum tf_err tf_dedup_put_under(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, const struct tf_dedup_pair *pairs, size_t count,
                               struct tf_fault *fault) TF_MUST_CHECK;
/** Read a value: appended to out; *ret_found false when the key is absent. */
enum tf_err tf_dedup_get(struct tf_dedup *dedup, struct tf_str suffix, struct tf_buf *out, bool *ret_found, struct tf_fault *fault) TF_MUST_CHECK;
/** Several reads in one pipeline; visit gets the number of the suffix, and an absent view where there is no such key. */
enum tf_err tf_dedup_get_all(struct tf_dedup *dedup, const struct tf_str *suffixes, size_t count,
                             void (*visit)(void *self, size_t number, struct tf_str value), void *self, struct tf_fault *fault) TF_MUST_CHECK;

/* ---- For the restore of claims. A table loses nothing while its process lives: there is nothing to restore. ---- */

/** Whether claims can be lost while this process lives: true for Redis. */
bool tf_dedup_forgets(const struct tf_dedup *dedup);

struct tf_dedup_entry {
    struct tf_str suffix, value;
    int64_t ttl_ms;   /* > 0: expires; 0: never */
    bool absent_only; /* leave a value that is there */
};
/** Write entries, thousands at a time in one pipeline; *ret_kept counts those absent_only left alone (may be NULL). As tf_dedup_put_all. */
enum tf_err tf_dedup_store(struct tf_dedup *dedup, const struct tf_dedup_entry *entries, size_t count, size_t *ret_kept, struct tf_fault *fault)
    TF_MUST_CHECK;
/* What a value is to be replaced by, and by what it must be found. */
struct tf_dedup_swap {
    const struct tf_dedup_guard *guard;  /* must hold; NULL: none is asked for */
    struct tf_dedup_entry entry;
    struct tf_str expected;
    bool swapped;                        /* out */
    uint8_t found[TF_EVENT_OWNER_BYTES]; /* out, where not swapped: what stands there now; zeros where nothing does */
};
/** Replace a value that still is the expected one, in one step that nothing comes between (WATCH, MULTI, EXEC). TF_E_RESTORE by the guard. */
enum tf_err tf_dedup_replace(struct tf_dedup *dedup, struct tf_dedup_swap *swap, struct tf_fault *fault) TF_MUST_CHECK;
/* A lock that ends by itself ttl_ms after it was taken or prolonged. */
struct tf_dedup_lock { struct tf_str suffix, token; int64_t ttl_ms; };
/**
 * Take the lock where nobody holds it; *ret_taken false: somebody does.
 * run_id  TF_DEDUP_RUN_ID_LEN + 1 places, of the server that answered.
 */
enum tf_err tf_dedup_lock(struct tf_dedup *dedup, const struct tf_dedup_lock *lock, bool *ret_taken, char *run_id, struct tf_fault *fault) TF_MUST_CHECK;
/** Prolong the lock where token still holds it; else *ret_held is false: what was done under it may be lost. Never takes it anew. */
enum tf_err tf_dedup_relock(struct tf_dedup *dedup, const struct tf_dedup_lock *lock, bool *ret_held, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * In one step that nothing comes between (WATCH, MULTI, EXEC): where token still holds the lock, on the run of the server that guard's
 * value names, set guard's key and give the lock back. *ret_sealed false: nothing was set.
 */
enum tf_err tf_dedup_seal(struct tf_dedup *dedup, struct tf_str lock, struct tf_str token, const struct tf_dedup_guard *guard, bool *ret_sealed,
                          struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Ids claimed in this process during an outage that Redis does not know of. While there are any and Redis answers, claims are
 * refused with TF_E_RESTORE, until the owner of the results has written them down and says so with tf_dedup_reconciled.
 */
size_t tf_dedup_local_count(const struct tf_dedup *dedup);
void tf_dedup_reconciled(struct tf_dedup *dedup);

/** run_id of the server as last seen on a (re)connect, "" before; "table" for a table. A change means Redis may have lost claims. */
void tf_dedup_run_id(struct tf_dedup *dedup, char out[41]);
/**
 * Unix ms at mono_ms (tf_clock_mono_ms) by the clock that lets claims expire: Redis's, as it was told when the connection was opened, carried
 * on by the monotonic clock; a jump of this machine's wall clock does not show. For a table, and before Redis answered, the wall clock.
 * Within a second. Thread any.
 */
int64_t tf_dedup_unix_ms(struct tf_dedup *dedup, int64_t mono_ms);
/** tf_dedup_unix_ms, now. */
int64_t tf_dedup_now_ms(struct tf_dedup *dedup);
/** PING within redis.timeout_ms, and the server's version and maxmemory-policy (noeviction is required; words in fault). */
enum tf_err tf_dedup_ping(struct tf_dedup *dedup, struct tf_fault *fault) TF_MUST_CHECK;

/* What `check` looks at; the handshake has found version, role and eviction right already. */
struct tf_dedup_facts {
    char version[32];
    int64_t memory_max;    /* bytes; 0 = no limit set */
    int64_t memory_used, memory_system;
    bool appends, saves;   /* persistence: append-only file, snapshots */
};
/** Ask the Redis of the configuration, on a connection of its own. TF_OK; TF_E_UNAVAILABLE; TF_E_TIMEOUT; TF_E_CONFIG, as tf_dedup_claim. */
enum tf_err tf_dedup_inspect(const struct tf_config *config, struct tf_dedup_facts *ret_facts, struct tf_fault *fault) TF_MUST_CHECK;

#endif
