#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "redis_claim.h"
#include "redis_handshake.h"
#include "redis_password.h"
#include "redis_pool.h"

struct tf_redis {
    struct tf_dedup dedup;
    struct tf_redis_keyspace keyspace;
    struct tf_redis_servers servers;
    struct tf_redis_password password;
    struct tf_redis_pool *pool;
};

enum { PUT_CHUNK = 1024, SUFFIX_MAX = 512 };

/* A key in the caller's storage; absent when the suffix is too long, which no caller of ours makes it. */
struct key {
    char bytes[TF_REDIS_KEYSPACE_PREFIX_MAX + SUFFIX_MAX];
    size_t len;
};

static enum tf_err make_key(const struct tf_redis_keyspace *keyspace, struct tf_str suffix, struct key *key, struct tf_fault *fault)
{
    if (suffix.len == 0 || suffix.len > SUFFIX_MAX)
        return tf_fault_set(fault, TF_E_LIMIT, "a key for Redis has %zu bytes after the generation; 1 to %d are allowed", suffix.len, SUFFIX_MAX);
    memcpy(key->bytes, keyspace->prefix, keyspace->prefix_len);
    memcpy(key->bytes + keyspace->prefix_len, suffix.ptr, suffix.len);
    key->len = keyspace->prefix_len + suffix.len;
    return TF_OK;
}

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
    enum tf_err err = call.run(lease.connection, call.argument, &local);
    tf_redis_pool_return(redis->pool, &lease, err, &local);
    return err == TF_OK ? TF_OK : tf_fault_set(fault, err, "%s", local.text);
}

struct claim_call {
    const struct tf_redis_keyspace *keyspace;
    struct tf_claim *claims;
    size_t count;
};

static enum tf_err run_claim(struct tf_redis_connection *connection, void *argument, struct tf_fault *fault)
{
    const struct claim_call *call = argument;
    return tf_redis_claim_run(connection, call->keyspace, call->claims, call->count, fault);
}

static enum tf_err redis_claim(struct tf_dedup *dedup, struct tf_claim *claims, size_t count, struct tf_fault *fault)
{
    struct claim_call call = {&((struct tf_redis *)dedup)->keyspace, claims, count};
    return with_connection(dedup, (struct call){run_claim, &call}, fault);
}

struct put_call {
    const struct tf_redis_keyspace *keyspace;
    const struct tf_dedup_pair *pairs;
    size_t count;
    bool expires;
};

static enum tf_err put_chunk(struct tf_redis_connection *connection, const struct put_call *call, size_t first, size_t count,
                             struct tf_fault *fault)
{
    for (size_t i = first; i < first + count; i++) {
        struct key key;
        TF_TRY(make_key(call->keyspace, call->pairs[i].suffix, &key, fault));
        const struct tf_str arguments[] = {TF_STR("SET"), {key.bytes, key.len}, call->pairs[i].value, TF_STR("PX"),
                                           tf_str_of(call->keyspace->window_ms)};
        TF_TRY(tf_redis_connection_append(connection, arguments, call->expires ? 5 : 3, fault));
    }
    for (size_t i = 0; i < count; i++) {
        TF_CLEANUP(tf_redis_connection_free_reply) redisReply *reply = NULL;
        TF_TRY(tf_redis_connection_reply(connection, &reply, fault));
        if (reply->type != REDIS_REPLY_STATUS)
            return tf_redis_connection_unexpected(connection, "SET", fault);
    }
    return TF_OK;
}

static enum tf_err run_put(struct tf_redis_connection *connection, void *argument, struct tf_fault *fault)
{
    const struct put_call *call = argument;
    for (size_t done = 0; done < call->count; done += PUT_CHUNK)
        TF_TRY(put_chunk(connection, call, done, call->count - done < PUT_CHUNK ? call->count - done : PUT_CHUNK, fault));
    return TF_OK;
}

static enum tf_err redis_put_all(struct tf_dedup *dedup, const struct tf_dedup_pair *pairs, size_t count, bool expires, struct tf_fault *fault)
{
    struct put_call call = {&((struct tf_redis *)dedup)->keyspace, pairs, count, expires};
    return with_connection(dedup, (struct call){run_put, &call}, fault);
}

struct get_call {
    struct key key;
    struct tf_buf *out;
    bool found;
};

static enum tf_err run_get(struct tf_redis_connection *connection, void *argument, struct tf_fault *fault)
{
    struct get_call *call = argument;
    const struct tf_str arguments[] = {TF_STR("GET"), {call->key.bytes, call->key.len}};
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *reply = NULL;
    TF_TRY(tf_redis_connection_append(connection, arguments, 2, fault));
    TF_TRY(tf_redis_connection_reply(connection, &reply, fault));
    call->found = reply->type == REDIS_REPLY_STRING;
    if (call->found)
        tf_buf_put(call->out, reply->str, (size_t)reply->len);
    else if (reply->type != REDIS_REPLY_NIL)
        return tf_redis_connection_unexpected(connection, "GET", fault);
    return TF_OK;
}

static enum tf_err redis_get(struct tf_dedup *dedup, struct tf_str suffix, struct tf_buf *out, bool *ret_found, struct tf_fault *fault)
{
    struct get_call call = {.out = out};
    TF_TRY(make_key(&((struct tf_redis *)dedup)->keyspace, suffix, &call.key, fault));
    TF_TRY(with_connection(dedup, (struct call){run_get, &call}, fault));
    *ret_found = call.found;
    return TF_OK;
}

static void redis_run_id(struct tf_dedup *dedup, char out[TF_RUN_ID_BYTES])
{
    tf_redis_pool_run_id(((struct tf_redis *)dedup)->pool, out);
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
    tf_redis_password_wipe(&redis->password);
    tf_redis_servers_finish(&redis->servers);
    free(redis);
}

static const struct tf_dedup_ops redis_ops = {redis_claim, redis_put_all, redis_get, redis_run_id, redis_ping, redis_destroy};

static enum tf_err init_keyspace(struct tf_redis_keyspace *keyspace, const char *prefix, const char *generation, int64_t window_s,
                                 struct tf_fault *fault)
{
    int length = snprintf(keyspace->prefix, sizeof keyspace->prefix, "%s:%s:", prefix, generation);
    if (!*generation || length < 0 || (size_t)length >= sizeof keyspace->prefix)
        return tf_fault_set(fault, TF_E_CONFIG, "topic prefix and generation must fill 1 to %d bytes; shorten kafka.topic_prefix",
                            TF_REDIS_KEYSPACE_PREFIX_MAX);
    keyspace->prefix_len = (size_t)length;
    snprintf(keyspace->window_ms, sizeof keyspace->window_ms, "%" PRId64, window_s * 1000);
    return TF_OK;
}

static enum tf_err fill(struct tf_redis *redis, const struct tf_config *config, const char *generation, struct tf_fault *fault)
{
    TF_TRY(init_keyspace(&redis->keyspace, config->kafka.topic_prefix, generation, config->redis.window_s, fault));
    TF_TRY(tf_redis_servers_parse(&config->redis.servers, &redis->servers, fault));
    TF_TRY(tf_redis_password_read(config->redis.password_file, &redis->password, fault));
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
