/*
 * Connections of the whole process, lent for one call each. They are made when first needed; any failure closes the one it
 * happened on and all idle ones, and nobody connects again before a pause has passed: 50 ms after the first failure, doubled up
 * to 2 s, back to none after the first call that succeeds. During a pause a lease fails at once with the last reason, so no caller
 * is ever held up longer than redis.timeout_ms by a Redis that is away.
 */
#ifndef TF_DEDUP_REDIS_POOL_H
#define TF_DEDUP_REDIS_POOL_H

#include "redis_connection.h"
#include "sigpipe.h"

enum {
    TF_REDIS_POOL_CAPACITY = 8,
    TF_REDIS_POOL_PAUSE_MIN_MS = 50,
    TF_REDIS_POOL_PAUSE_MAX_MS = 2000,
};

struct tf_redis_pool;

/**
 * servers     tried in order at every connect, each with its share of timeout_ms; borrowed.
 * password    absent = none; borrowed.
 * timeout_ms  redis.timeout_ms, 10..60000.
 * NULL when memory ran out.
 */
struct tf_redis_pool *tf_redis_pool_create(const struct tf_redis_servers *servers, struct tf_str password, int64_t timeout_ms);
/** All connections must have been returned. NULL is fine. */
struct tf_redis_pool *tf_redis_pool_destroy(struct tf_redis_pool *pool);

struct tf_redis_lease {
    struct tf_redis_connection *connection;
    struct tf_sigpipe sigpipe;
};

/**
 * Borrow a connection; SIGPIPE is held back in this thread until tf_redis_pool_return.
 * Returns TF_OK; TF_E_UNAVAILABLE: no server took us, a pause, or all connections stayed in use for timeout_ms; TF_E_CONFIG: a server
 * is not fit for claims (the servers after it are not tried: a mistake must not hide behind a healthy neighbour).
 * Thread any.
 */
enum tf_err tf_redis_pool_lease(struct tf_redis_pool *pool, struct tf_redis_lease *ret_lease, struct tf_fault *fault) TF_MUST_CHECK;
/** Give it back with how the call on it ended: anything but TF_OK closes it. The fault is remembered for leases during the pause. */
void tf_redis_pool_return(struct tf_redis_pool *pool, struct tf_redis_lease *lease, enum tf_err err, const struct tf_fault *fault);
/** run_id of the server connected to last; "" before. */
void tf_redis_pool_run_id(struct tf_redis_pool *pool, char out[TF_RUN_ID_BYTES]);
/** Pause that the failure count stands for: 0, then 50 ms doubling up to 2,000. Pure. */
int64_t tf_redis_pool_next_pause(int64_t pause_ms);

#endif
