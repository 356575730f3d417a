#include "redis_claim.h"

static enum tf_err send_chunk(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, const struct tf_claim *claims,
                              size_t count, struct tf_fault *fault)
{
    char key[TF_REDIS_KEYSPACE_PREFIX_MAX + TF_HASH16_BYTES];
    struct tf_str arguments[] = {TF_STR("SET"), {key, keyspace->prefix_len + TF_HASH16_BYTES},
                                 TF_STR_NONE,   TF_STR("NX"),
                                 TF_STR("GET"), TF_STR("PX"),
                                 tf_str_of(keyspace->window_ms)};
    memcpy(key, keyspace->prefix, keyspace->prefix_len);
    for (size_t i = 0; i < count; i++) {
        memcpy(key + keyspace->prefix_len, claims[i].id.bytes, TF_HASH16_BYTES);
        arguments[2] = (struct tf_str){(const char *)claims[i].owner, TF_EVENT_OWNER_BYTES};
        TF_TRY(tf_redis_connection_append(connection, arguments, 7, fault));
    }
    return tf_redis_connection_flush(connection, fault);
}

static enum tf_err receive_one(struct tf_redis_connection *connection, struct tf_claim *claim, struct tf_fault *fault)
{
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *reply = NULL;
    TF_TRY(tf_redis_connection_reply(connection, &reply, fault));
    claim->was_owned = reply->type == REDIS_REPLY_STRING;
    if (!claim->was_owned)
        return reply->type == REDIS_REPLY_NIL ? TF_OK : tf_redis_connection_unexpected(connection, "SET", fault);
    if (reply->len != TF_EVENT_OWNER_BYTES)
        return tf_fault_set(fault, TF_E_CONFIG, "Redis at %s holds another program's value under our prefix; give taxflow a Redis or a topic "
                                                "prefix of its own",
                            connection->server->name);
    memcpy(claim->found, reply->str, TF_EVENT_OWNER_BYTES);
    return TF_OK;
}

enum tf_err tf_redis_claim_run(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, struct tf_claim *claims,
                               size_t count, struct tf_fault *fault)
{
    for (size_t done = 0; done < count;) {
        size_t chunk = count - done < TF_REDIS_CLAIM_CHUNK ? count - done : TF_REDIS_CLAIM_CHUNK;
        TF_TRY(send_chunk(connection, keyspace, claims + done, chunk, fault));
        for (size_t i = 0; i < chunk; i++)
            TF_TRY(receive_one(connection, &claims[done + i], fault));
        done += chunk;
    }
    return TF_OK;
}
