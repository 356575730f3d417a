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
struct tf_dedup *tf_dedup_destroy(struct tf_dedup *dedup);

struct tf_claim {
    struct tf_hash16 id;
    uint8_t owner[TF_EVENT_OWNER_BYTES]; /* in: the claimant */
    uint8_t found[TF_EVENT_OWNER_BYTES]; /* out: the owner that was there before, when was_owned */
    bool was_owned;
};

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
/** Set PREFIX:GEN:<suffix> to value, with the window as expiry when expires. suffix: 1..512 bytes (else TF_E_LIMIT). Returns as tf_dedup_claim. */
enum tf_err tf_dedup_put(struct tf_dedup *dedup, struct tf_str suffix, struct tf_str value, bool expires, struct tf_fault *fault) TF_MUST_CHECK;
/** Several puts in one pipeline. On failure some may be set. */
struct tf_dedup_pair { struct tf_str suffix, value; };
enum tf_err tf_dedup_put_all(struct tf_dedup *dedup, const struct tf_dedup_pair *pairs, size_t count, bool expires, struct tf_fault *fault)
    TF_MUST_CHECK;
/** Read a value: appended to out; *ret_found false when the key is absent. */
enum tf_err tf_dedup_get(struct tf_dedup *dedup, struct tf_str suffix, struct tf_buf *out, bool *ret_found, struct tf_fault *fault) TF_MUST_CHECK;
/** run_id of the server as last seen on a (re)connect, "" before; "table" for a table. A change means Redis may have lost claims. */
void tf_dedup_run_id(struct tf_dedup *dedup, char out[41]);
/** PING within redis.timeout_ms, and the server's version and maxmemory-policy (noeviction is required; words in fault). */
enum tf_err tf_dedup_ping(struct tf_dedup *dedup, struct tf_fault *fault) TF_MUST_CHECK;

#endif
