#include "redis_handshake.h"

#include "taxflow/clock.h"

enum { TF_REDIS_MAJOR_MIN = 7 }; /* 7.0 took NX and GET in one SET: https://redis.io/docs/latest/commands/set/#history */

struct tf_str tf_redis_handshake_info(struct tf_str info, struct tf_str name)
{
    while (info.len > 0) {
        const char *end = memchr(info.ptr, '\n', info.len);
        size_t line = end ? (size_t)(end - info.ptr) : info.len;
        struct tf_str value = {info.ptr + name.len + 1, line > name.len ? line - name.len - 1 : 0};
        if (line > name.len && info.ptr[name.len] == ':' && memcmp(info.ptr, name.ptr, name.len) == 0)
            return tf_str_trim(value);
        size_t step = end ? line + 1 : line;
        info = (struct tf_str){info.ptr + step, info.len - step};
    }
    return TF_STR_NONE;
}

bool tf_redis_handshake_version_ok(struct tf_str version)
{
    uint64_t major = 0;
    const char *dot = version.len ? memchr(version.ptr, '.', version.len) : NULL;
    return dot && tf_str_to_u64((struct tf_str){version.ptr, (size_t)(dot - version.ptr)}, 1000000, &major) && major >= TF_REDIS_MAJOR_MIN;
}

static enum tf_err authenticate(struct tf_redis_connection *connection, struct tf_str password, struct tf_fault *fault)
{
    const struct tf_str arguments[] = {TF_STR("AUTH"), password};
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *reply = NULL;
    TF_TRY(tf_redis_connection_append(connection, arguments, 2, fault));
    return tf_redis_connection_reply(connection, &reply, fault);
}

static enum tf_err ask(struct tf_redis_connection *connection, struct tf_fault *fault)
{
    static const struct tf_str server[] = {{"INFO", 4}, {"server", 6}};
    static const struct tf_str replication[] = {{"INFO", 4}, {"replication", 11}};
    static const struct tf_str policy[] = {{"CONFIG", 6}, {"GET", 3}, {"maxmemory-policy", 16}};
    static const struct tf_str time = {"TIME", 4};
    TF_TRY(tf_redis_connection_append(connection, server, 2, fault));
    TF_TRY(tf_redis_connection_append(connection, replication, 2, fault));
    TF_TRY(tf_redis_connection_append(connection, policy, 3, fault));
    return tf_redis_connection_append(connection, &time, 1, fault);
}

static enum tf_err check_server(struct tf_redis_connection *connection, struct tf_fault *fault)
{
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *reply = NULL;
    TF_TRY(tf_redis_connection_reply(connection, &reply, fault));
    if (reply->type != REDIS_REPLY_STRING)
        return tf_redis_connection_unexpected(connection, "INFO", fault);
    const struct tf_str info = {reply->str, (size_t)reply->len};
    const struct tf_str version = tf_redis_handshake_info(info, TF_STR("redis_version"));
    const struct tf_str run_id = tf_redis_handshake_info(info, TF_STR("run_id"));
    if (!tf_redis_handshake_version_ok(version))
        return tf_fault_set(fault, TF_E_CONFIG, "Redis at %s is version %.*s; claims need 7.0 or newer (SET with NX and GET together)",
                            connection->server->name, version.len > 32 ? 32 : (int)version.len, version.len ? version.ptr : "");
    if (run_id.len != TF_RUN_ID_BYTES - 1)
        return tf_redis_connection_unexpected(connection, "INFO", fault);
    memcpy(connection->run_id, run_id.ptr, run_id.len);
    connection->run_id[run_id.len] = '\0';
    return TF_OK;
}

static enum tf_err check_role(struct tf_redis_connection *connection, struct tf_fault *fault)
{
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *reply = NULL;
    TF_TRY(tf_redis_connection_reply(connection, &reply, fault));
    if (reply->type != REDIS_REPLY_STRING)
        return tf_redis_connection_unexpected(connection, "INFO", fault);
    const struct tf_str role = tf_redis_handshake_info((struct tf_str){reply->str, (size_t)reply->len}, TF_STR("role"));
    /* A writable replica would lose every claim at its next synchronisation. */
    if (tf_str_is(role, "slave"))
        return tf_fault_set(fault, TF_E_UNAVAILABLE, "Redis at %s is a replica; name the primary in redis.servers", connection->server->name);
    return TF_OK;
}

static enum tf_err check_policy(struct tf_redis_connection *connection, struct tf_fault *fault)
{
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *reply = NULL;
    TF_TRY(tf_redis_connection_reply_any(connection, &reply, fault));
    bool told = reply->type == REDIS_REPLY_ARRAY && reply->elements == 2 && reply->element[1]->type == REDIS_REPLY_STRING;
    if (!told)
        return TF_OK;
    const struct tf_str policy = {reply->element[1]->str, (size_t)reply->element[1]->len};
    if (!tf_str_is(policy, "noeviction"))
        return tf_fault_set(fault, TF_E_CONFIG,
                            "Redis at %s has maxmemory-policy %.*s and may forget claims silently; set it to noeviction, on a Redis "
                            "of taxflow's own",
                            connection->server->name, policy.len > 32 ? 32 : (int)policy.len, policy.ptr);
    return TF_OK;
}

/* Seconds and microseconds. Where a user may not ask, our own clock has to do. */
static enum tf_err take_clock(struct tf_redis_connection *connection, struct tf_fault *fault)
{
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *reply = NULL;
    uint64_t seconds = 0;
    TF_TRY(tf_redis_connection_reply_any(connection, &reply, fault));
    bool told = reply->type == REDIS_REPLY_ARRAY && reply->elements == 2 && reply->element[0]->type == REDIS_REPLY_STRING &&
                tf_str_to_u64((struct tf_str){reply->element[0]->str, (size_t)reply->element[0]->len}, INT32_MAX * 2ull, &seconds);
    connection->clock_ms = told ? (int64_t)seconds * 1000 - tf_clock_mono_ms() : 0;
    return TF_OK;
}

enum tf_err tf_redis_handshake_verify(struct tf_redis_connection *connection, struct tf_fault *fault)
{
    TF_TRY(ask(connection, fault));
    TF_TRY(check_server(connection, fault));
    TF_TRY(check_role(connection, fault));
    TF_TRY(check_policy(connection, fault));
    return take_clock(connection, fault);
}

enum tf_err tf_redis_handshake_run(struct tf_redis_connection *connection, struct tf_str password, struct tf_fault *fault)
{
    if (tf_str_present(password))
        TF_TRY(authenticate(connection, password, fault));
    return tf_redis_handshake_verify(connection, fault);
}
