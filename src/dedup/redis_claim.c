#include "redis_claim.h"

#include "redis_writer.h"

/* The fault's words, whoever finds it out. */
static enum tf_err lost(const struct tf_redis_connection *connection, struct tf_fault *fault)
{
    return tf_fault_set(fault, TF_E_RESTORE, "Redis at %s may have lost claims; they are restored from the results first",
                        connection->server->name);
}

static bool same_run(const struct tf_redis_connection *connection, const struct tf_dedup_guard *guard)
{
    return guard->value.len >= TF_DEDUP_RUN_ID_LEN && memcmp(guard->value.ptr, connection->run_id, TF_DEDUP_RUN_ID_LEN) == 0;
}

enum tf_err tf_redis_claim_same_run(const struct tf_redis_connection *connection, const struct tf_dedup_guard *guard, struct tf_fault *fault)
{
    return same_run(connection, guard) ? TF_OK : lost(connection, fault);
}

static enum tf_err ask_guard(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, const struct tf_dedup_guard *guard,
                             struct tf_fault *fault)
{
    struct tf_redis_key key;
    TF_TRY(tf_redis_key_make(keyspace, guard->suffix, &key, fault));
    const struct tf_str arguments[] = {TF_STR("GET"), {key.bytes, key.len}};
    return tf_redis_connection_append(connection, arguments, 2, fault);
}

/* Whether the guard's key held its value when its turn came. */
static enum tf_err hear_guard(struct tf_redis_connection *connection, const struct tf_dedup_guard *guard, bool *ret_holds, struct tf_fault *fault)
{
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *reply = NULL;
    TF_TRY(tf_redis_connection_reply(connection, &reply, fault));
    *ret_holds = reply->type == REDIS_REPLY_STRING && tf_str_eq((struct tf_str){reply->str, (size_t)reply->len}, guard->value);
    return TF_OK;
}

static enum tf_err send_chunk(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, const struct tf_claim *claims,
                              size_t count, struct tf_fault *fault)
{
    const struct tf_str prefix = {keyspace->prefix, keyspace->prefix_len}, window_ms = tf_str_of(keyspace->window_ms);
    struct tf_redis_writer writer;
    tf_redis_writer_begin(&writer, connection, fault);
    for (size_t i = 0; i < count; i++) {
        const struct tf_str scope = claims[i].scope ? tf_str_of(claims[i].scope) : TF_STR_NONE;
        if (scope.len > TF_DEDUP_SCOPE_MAX)
            return tf_fault_set(fault, TF_E_LIMIT, "a claim's scope has more than %d bytes", TF_DEDUP_SCOPE_MAX);
        tf_redis_writer_command(&writer, 7);
        tf_redis_writer_argument(&writer, TF_STR("SET"));
        tf_redis_writer_joined(&writer, prefix, scope, (struct tf_str){(const char *)claims[i].id.bytes, TF_HASH16_BYTES});
        tf_redis_writer_argument(&writer, (struct tf_str){(const char *)claims[i].owner, TF_EVENT_OWNER_BYTES});
        tf_redis_writer_argument(&writer, TF_STR("NX"));
        tf_redis_writer_argument(&writer, TF_STR("GET"));
        tf_redis_writer_argument(&writer, TF_STR("PX"));
        tf_redis_writer_argument(&writer, window_ms);
    }
    TF_TRY(tf_redis_writer_end(&writer));
    return tf_redis_connection_flush(connection, fault);
}

/* A later version may append to owner values, so a longer one is read as far as we know it. */
static enum tf_err receive_one(struct tf_redis_connection *connection, struct tf_claim *claim, struct tf_fault *fault)
{
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *reply = NULL;
    TF_TRY(tf_redis_connection_reply(connection, &reply, fault));
    claim->local = false;
    claim->was_owned = reply->type == REDIS_REPLY_STRING;
    if (!claim->was_owned)
        return reply->type == REDIS_REPLY_NIL ? TF_OK : tf_redis_connection_unexpected(connection, "SET", fault);
    if (reply->len < TF_EVENT_OWNER_BYTES)
        return tf_fault_set(fault, TF_E_CONFIG, "Redis at %s holds another program's value under our prefix; give taxflow a Redis or a topic "
                                                "prefix of its own",
                            connection->server->name);
    memcpy(claim->found, reply->str, TF_EVENT_OWNER_BYTES);
    return TF_OK;
}

static enum tf_err run_chunk(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, const struct tf_dedup_guard *guard,
                             struct tf_claim *claims, size_t count, bool *ret_holds, struct tf_fault *fault)
{
    if (guard)
        TF_TRY(ask_guard(connection, keyspace, guard, fault));
    TF_TRY(send_chunk(connection, keyspace, claims, count, fault));
    *ret_holds = true;
    if (guard)
        TF_TRY(hear_guard(connection, guard, ret_holds, fault));
    for (size_t i = 0; i < count; i++)
        TF_TRY(receive_one(connection, &claims[i], fault));
    return TF_OK;
}

enum tf_err tf_redis_claim_run(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace,
                               const struct tf_dedup_guard *guard, struct tf_claim *claims, size_t count, struct tf_fault *fault)
{
    if (guard && !same_run(connection, guard))
        return lost(connection, fault);
    for (size_t done = 0; done < count;) {
        bool holds = false;
        size_t chunk = count - done < TF_REDIS_CLAIM_CHUNK ? count - done : TF_REDIS_CLAIM_CHUNK;
        TF_TRY(run_chunk(connection, keyspace, guard, claims + done, chunk, &holds, fault));
        if (!holds)
            return lost(connection, fault);
        done += chunk;
    }
    return TF_OK;
}

enum tf_err tf_redis_claim_check(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace,
                                 const struct tf_dedup_guard *guard, struct tf_fault *fault)
{
    bool holds = false;
    if (!same_run(connection, guard))
        return lost(connection, fault);
    TF_TRY(ask_guard(connection, keyspace, guard, fault));
    TF_TRY(hear_guard(connection, guard, &holds, fault));
    return holds ? TF_OK : lost(connection, fault);
}
