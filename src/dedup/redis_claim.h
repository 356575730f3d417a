/* The claim pipeline: DESIGN's SET key owner NX GET PX window for each id, with a bounded number of commands on their way. */
#ifndef TF_DEDUP_REDIS_CLAIM_H
#define TF_DEDUP_REDIS_CLAIM_H

#include "redis_connection.h"
#include "redis_keyspace.h"

/*
 * Commands on their way at most. Redis reads on while it writes, so nothing can lock up; the limit keeps its output buffer
 * (4,096 answers of at most 36 bytes) under any client-output-buffer-limit worth setting, and ours at half a megabyte.
 */
enum { TF_REDIS_CLAIM_CHUNK = 4096 };

/**
 * Claim in the order of the array, so that a repeated id finds its first claim.
 * guard  may be NULL; else its key is read first, in the same pipeline.
 * Returns TF_OK; TF_E_RESTORE: the guard does not hold (the connection is still good); as tf_redis_connection_reply; TF_E_CONFIG
 * when a key holds something else than an owner value.
 * After a failure some claims may be set; but for TF_E_RESTORE the connection has answers outstanding: close it.
 */
enum tf_err tf_redis_claim_run(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace,
                               const struct tf_dedup_guard *guard, struct tf_claim *claims, size_t count, struct tf_fault *fault) TF_MUST_CHECK;
/** Ask whether the guard holds. Returns as tf_redis_claim_run. */
enum tf_err tf_redis_claim_check(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace,
                                 const struct tf_dedup_guard *guard, struct tf_fault *fault) TF_MUST_CHECK;

/** Ask for the guard's key, as the first command of a pipeline; and whether it held its value when its turn came. */
enum tf_err tf_redis_claim_ask_guard(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace,
                                     const struct tf_dedup_guard *guard, struct tf_fault *fault) TF_MUST_CHECK;
enum tf_err tf_redis_claim_hear_guard(struct tf_redis_connection *connection, const struct tf_dedup_guard *guard, bool *ret_holds,
                                      struct tf_fault *fault) TF_MUST_CHECK;
/** TF_OK when the connection's server is of the run that the guard's value names; else TF_E_RESTORE. No round trip. */
enum tf_err tf_redis_claim_same_run(const struct tf_redis_connection *connection, const struct tf_dedup_guard *guard, struct tf_fault *fault)
    TF_MUST_CHECK;

#endif
