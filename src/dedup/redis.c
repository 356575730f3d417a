#include <stdatomic.h>
#include <stdlib.h>

#include "redis_claim.h"
#include "redis_handshake.h"
#include "taxflow/secret.h"
#include "redis_pool.h"
#include "redis_restore.h"
#include "redis_shares.h"
#include "redis_values.h"
#include "taxflow/clock.h"

struct tf_redis {
    struct tf_dedup dedup;
    struct tf_redis_keyspace keyspace;
    struct tf_redis_servers servers;
    struct tf_secret password;
    struct tf_redis_pool *pool;
    _Atomic int64_t clock_ms; /* of the connection used last */
};

/* One call on a lent connection: what it does, and with what. */
struct call {
    enum tf_err (*run)(struct tf_redis_connection *connection, void *argument, struct tf_fault *fault);
    void *argument;
};

static enum tf_err with_connection(struct tf_dedup *dedup, struct call call, struct tf_fault *fault)
{
    struct tf_redis *redis = (struct tf_redis *)dedup;
    struct tf_fault local = {0};
    struct tf_redis_lease lease;
    TF_TRY(tf_redis_pool_lease(redis->pool, &lease, fault));
    atomic_store_explicit(&redis->clock_ms, lease.connection->clock_ms, memory_order_relaxed);
    enum tf_err err = call.run(lease.connection, call.argument, &local);
    tf_redis_pool_return(redis->pool, &lease, err == TF_E_RESTORE ? TF_OK : err, &local); /* a guard that does not hold is an answer */
    return err == TF_OK ? TF_OK : tf_fault_set(fault, err, "%s", local.text);
}

struct claim_call {
    const struct tf_redis_keyspace *keyspace;
    const struct tf_dedup_guard *guard;
    struct tf_claim *claims;
    size_t count;
};

static enum tf_err run_claim(struct tf_redis_connection *connection, void *argument, struct tf_fault *fault)
{
    const struct claim_call *call = argument;
    return tf_redis_claim_run(connection, call->keyspace, call->guard, call->claims, call->count, fault);
}

static enum tf_err redis_claim(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, struct tf_claim *claims, size_t count,
                               struct tf_fault *fault)
{
    struct claim_call call = {&((struct tf_redis *)dedup)->keyspace, guard, claims, count};
    return with_connection(dedup, (struct call){run_claim, &call}, fault);
}

static enum tf_err run_check(struct tf_redis_connection *connection, void *argument, struct tf_fault *fault)
{
    const struct claim_call *call = argument;
    return tf_redis_claim_check(connection, call->keyspace, call->guard, fault);
}

static enum tf_err redis_check(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, struct tf_fault *fault)
{
    struct claim_call call = {.keyspace = &((struct tf_redis *)dedup)->keyspace, .guard = guard};
    return with_connection(dedup, (struct call){run_check, &call}, fault);
}

struct put_call {
    const struct tf_redis_keyspace *keyspace;
    const struct tf_dedup_guard *guard; /* may be NULL */
    const struct tf_dedup_pair *pairs;
    size_t count;
    bool expires;
};

static enum tf_err run_put(struct tf_redis_connection *connection, void *argument, struct tf_fault *fault)
{
    const struct put_call *call = argument;
    if (call->guard)
        TF_TRY(tf_redis_claim_same_run(connection, call->guard, fault));
    return tf_redis_values_put(connection, call->keyspace, call->pairs, call->count, call->expires, fault);
}

static enum tf_err redis_put_all(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, const struct tf_dedup_pair *pairs, size_t count,
                                 bool expires, struct tf_fault *fault)
{
    for (size_t i = 0; i < count; i++)
        TF_TRY(tf_redis_suffix_check(pairs[i].suffix, fault));
    struct put_call call = {&((struct tf_redis *)dedup)->keyspace, guard, pairs, count, expires};
    return with_connection(dedup, (struct call){run_put, &call}, fault);
}

struct get_call {
    const struct tf_redis_keyspace *keyspace;
    const struct tf_str *suffixes;
    size_t count;
    void (*visit)(void *self, size_t number, struct tf_str value);
    void *self;
};

static enum tf_err run_get(struct tf_redis_connection *connection, void *argument, struct tf_fault *fault)
{
    const struct get_call *call = argument;
    return tf_redis_values_get(connection, call->keyspace, call->suffixes, call->count, call->visit, call->self, fault);
}

static enum tf_err redis_get_all(struct tf_dedup *dedup, const struct tf_str *suffixes, size_t count,
                                 void (*visit)(void *self, size_t number, struct tf_str value), void *self, struct tf_fault *fault)
{
    const struct tf_redis_keyspace *keyspace = &((struct tf_redis *)dedup)->keyspace;
    for (size_t i = 0; i < count; i++)
        TF_TRY(tf_redis_suffix_check(suffixes[i], fault)); /* before a connection is asked for: a mistake of the caller's */
    struct get_call call = {keyspace, suffixes, count, visit, self};
    return with_connection(dedup, (struct call){run_get, &call}, fault);
}

static void redis_run_id(struct tf_dedup *dedup, char out[TF_RUN_ID_BYTES])
{
    tf_redis_pool_run_id(((struct tf_redis *)dedup)->pool, out);
}

static int64_t redis_unix_ms(struct tf_dedup *dedup, int64_t mono_ms)
{
    int64_t clock_ms = atomic_load_explicit(&((struct tf_redis *)dedup)->clock_ms, memory_order_relaxed);
    return clock_ms > 0 ? clock_ms + mono_ms : tf_clock_wall_ms() - tf_clock_mono_ms() + mono_ms;
}

static enum tf_err run_ping(struct tf_redis_connection *connection, void *argument, struct tf_fault *fault)
{
    (void)argument;
    const struct tf_str ping = TF_STR("PING");
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *reply = NULL;
    TF_TRY(tf_redis_connection_append(connection, &ping, 1, fault));
    TF_TRY(tf_redis_connection_reply(connection, &reply, fault));
    /* Settings change under a running server: a policy that was right at connect may be wrong now. */
    return tf_redis_handshake_verify(connection, fault);
}

static enum tf_err redis_ping(struct tf_dedup *dedup, struct tf_fault *fault)
{
    return with_connection(dedup, (struct call){run_ping, NULL}, fault);
}

static void redis_destroy(struct tf_dedup *dedup)
{
    struct tf_redis *redis = (struct tf_redis *)dedup;
    tf_redis_pool_destroy(redis->pool);
    tf_secret_wipe(&redis->password);
    tf_redis_servers_finish(&redis->servers);
    free(redis);
}

struct store_call {
    const struct tf_redis_keyspace *keyspace;
    const struct tf_dedup_entry *entries;
    size_t count, *ret_kept;
};

static enum tf_err run_store(struct tf_redis_connection *connection, void *argument, struct tf_fault *fault)
{
    const struct store_call *call = argument;
    return tf_redis_restore_store(connection, call->keyspace, call->entries, call->count, call->ret_kept, fault);
}

static enum tf_err redis_store(struct tf_dedup *dedup, const struct tf_dedup_entry *entries, size_t count, size_t *ret_kept, struct tf_fault *fault)
{
    struct store_call call = {&((struct tf_redis *)dedup)->keyspace, entries, count, ret_kept};
    return with_connection(dedup, (struct call){run_store, &call}, fault);
}

struct replace_call {
    const struct tf_redis_keyspace *keyspace;
    struct tf_dedup_swap *swap;
};

static enum tf_err run_replace(struct tf_redis_connection *connection, void *argument, struct tf_fault *fault)
{
    const struct replace_call *call = argument;
    return tf_redis_restore_replace(connection, call->keyspace, call->swap, fault);
}

static enum tf_err redis_replace(struct tf_dedup *dedup, struct tf_dedup_swap *swap, struct tf_fault *fault)
{
    struct replace_call call = {&((struct tf_redis *)dedup)->keyspace, swap};
    return with_connection(dedup, (struct call){run_replace, &call}, fault);
}

static enum tf_err run_lock(struct tf_redis_connection *connection, void *argument, struct tf_fault *fault)
{
    return tf_redis_restore_lock(connection, argument, fault);
}

static enum tf_err run_relock(struct tf_redis_connection *connection, void *argument, struct tf_fault *fault)
{
    return tf_redis_restore_relock(connection, argument, fault);
}

static enum tf_err ask_for_lock(struct tf_dedup *dedup, const struct tf_dedup_lock *wanted, struct call call, struct tf_fault *fault)
{
    struct tf_redis_lock *lock = call.argument;
    lock->token = wanted->token;
    lock->ttl_ms = wanted->ttl_ms;
    TF_TRY(tf_redis_key_make(&((struct tf_redis *)dedup)->keyspace, wanted->suffix, &lock->key, fault));
    return with_connection(dedup, call, fault);
}

static enum tf_err redis_lock(struct tf_dedup *dedup, const struct tf_dedup_lock *wanted, bool *ret_taken, char *run_id, struct tf_fault *fault)
{
    struct tf_redis_lock lock = {.held = false};
    TF_TRY(ask_for_lock(dedup, wanted, (struct call){run_lock, &lock}, fault));
    *ret_taken = lock.held;
    memcpy(run_id, lock.run_id, sizeof lock.run_id);
    return TF_OK;
}

static enum tf_err redis_relock(struct tf_dedup *dedup, const struct tf_dedup_lock *wanted, bool *ret_held, struct tf_fault *fault)
{
    struct tf_redis_lock lock = {.held = false};
    TF_TRY(ask_for_lock(dedup, wanted, (struct call){run_relock, &lock}, fault));
    *ret_held = lock.held;
    return TF_OK;
}

static enum tf_err run_seal(struct tf_redis_connection *connection, void *argument, struct tf_fault *fault)
{
    return tf_redis_restore_seal(connection, argument, fault);
}

static enum tf_err redis_seal(struct tf_dedup *dedup, struct tf_str lock, struct tf_str token, const struct tf_dedup_guard *guard, bool *ret_sealed,
                              struct tf_fault *fault)
{
    const struct tf_redis_keyspace *keyspace = &((struct tf_redis *)dedup)->keyspace;
    struct tf_redis_seal seal = {.token = token, .value = guard->value};
    TF_TRY(tf_redis_key_make(keyspace, lock, &seal.lock, fault));
    TF_TRY(tf_redis_key_make(keyspace, guard->suffix, &seal.key, fault));
    TF_TRY(with_connection(dedup, (struct call){run_seal, &seal}, fault));
    *ret_sealed = seal.sealed;
    return TF_OK;
}

static const struct tf_dedup_restore_ops restore_ops = {
    .store = redis_store, .replace = redis_replace, .lock = redis_lock, .relock = redis_relock, .seal = redis_seal};

struct share_call {
    const struct tf_redis_keyspace *keyspace;
    struct tf_share_call *call;
};

static enum tf_err run_share(struct tf_redis_connection *connection, void *argument, struct tf_fault *fault)
{
    const struct share_call *share = argument;
    return tf_redis_shares_run(connection, share->keyspace, share->call, fault);
}

static enum tf_err redis_share(struct tf_dedup *dedup, struct tf_share_call *call, struct tf_fault *fault)
{
    struct share_call share = {&((struct tf_redis *)dedup)->keyspace, call};
    return with_connection(dedup, (struct call){run_share, &share}, fault);
}

struct rows_call {
    const struct tf_redis_keyspace *keyspace;
    struct tf_redis_shares_rows rows;
};

static enum tf_err run_rows(struct tf_redis_connection *connection, void *argument, struct tf_fault *fault)
{
    const struct rows_call *call = argument;
    return tf_redis_shares_rows_run(connection, call->keyspace, &call->rows, fault);
}

static enum tf_err redis_share_rows(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, const struct tf_share_row *rows, size_t count,
                                    int64_t slack_ms, bool removes, struct tf_fault *fault)
{
    struct rows_call call = {&((struct tf_redis *)dedup)->keyspace, {guard, rows, count, slack_ms, removes}};
    return with_connection(dedup, (struct call){run_rows, &call}, fault);
}

static const struct tf_dedup_share_ops share_ops = {.share = redis_share, .rows = redis_share_rows};

static const struct tf_dedup_ops redis_ops = {
    .claim = redis_claim,
    .check = redis_check,
    .put_all = redis_put_all,
    .get_all = redis_get_all,
    .run_id = redis_run_id,
    .unix_ms = redis_unix_ms,
    .ping = redis_ping,
    .destroy = redis_destroy,
    .restore = &restore_ops,
    .shares = &share_ops,
};

static enum tf_err fill(struct tf_redis *redis, const struct tf_config *config, const char *generation, struct tf_fault *fault)
{
    TF_TRY(tf_redis_keyspace_init(&redis->keyspace, config->kafka.topic_prefix, generation, config->redis.window_s, fault));
    TF_TRY(tf_redis_servers_parse(&config->redis.servers, &redis->servers, fault));
    TF_TRY(tf_secret_read("redis.password_file", config->redis.password_file, &redis->password, fault));
    redis->pool = tf_redis_pool_create(&redis->servers, redis->password.text, config->redis.timeout_ms);
    return redis->pool ? TF_OK : tf_fault_set(fault, TF_E_MEMORY, "memory ran out for connections to Redis");
}

enum tf_err tf_redis_create(const struct tf_config *config, const char *generation, struct tf_dedup **ret_dedup, struct tf_fault *fault)
{
    struct tf_redis *redis = calloc(1, sizeof *redis);
    if (!redis)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for connections to Redis");
    redis->dedup.ops = &redis_ops;
    enum tf_err err = fill(redis, config, generation, fault);
    if (err != TF_OK) {
        redis_destroy(&redis->dedup);
        return err;
    }
    *ret_dedup = &redis->dedup;
    return TF_OK;
}
