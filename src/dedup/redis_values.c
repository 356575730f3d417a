#include "redis_values.h"

#include "redis_answer.h"
#include "redis_writer.h"

static struct tf_str prefix_of(const struct tf_redis_keyspace *keyspace)
{
    return (struct tf_str){keyspace->prefix, keyspace->prefix_len};
}

static enum tf_err send_puts(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, const struct tf_dedup_pair *pairs,
                             size_t count, bool expires, struct tf_fault *fault)
{
    struct tf_redis_writer writer;
    const struct tf_str prefix = prefix_of(keyspace), window = tf_str_of(keyspace->window_ms);
    tf_redis_writer_begin(&writer, connection, fault);
    for (size_t i = 0; i < count; i++) {
        tf_redis_writer_command(&writer, expires ? 5 : 3);
        tf_redis_writer_argument(&writer, TF_STR("SET"));
        tf_redis_writer_joined(&writer, prefix, pairs[i].suffix);
        tf_redis_writer_argument(&writer, pairs[i].value);
        if (!expires)
            continue;
        tf_redis_writer_argument(&writer, TF_STR("PX"));
        tf_redis_writer_argument(&writer, window);
    }
    return tf_redis_writer_end(&writer);
}

static enum tf_err put_chunk(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, const struct tf_dedup_pair *pairs,
                             size_t count, bool expires, struct tf_fault *fault)
{
    struct tf_redis_answer answer;
    TF_TRY(send_puts(connection, keyspace, pairs, count, expires, fault));
    for (size_t i = 0; i < count; i++) {
        TF_TRY(tf_redis_answer_next(connection, &answer, fault));
        if (answer.type != REDIS_REPLY_STATUS)
            return tf_redis_connection_unexpected(connection, "SET", fault);
    }
    return TF_OK;
}

static size_t chunk_of(size_t left)
{
    return left < TF_REDIS_VALUES_CHUNK ? left : TF_REDIS_VALUES_CHUNK;
}

enum tf_err tf_redis_values_put(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, const struct tf_dedup_pair *pairs,
                                size_t count, bool expires, struct tf_fault *fault)
{
    for (size_t done = 0; done < count; done += chunk_of(count - done))
        TF_TRY(put_chunk(connection, keyspace, pairs + done, chunk_of(count - done), expires, fault));
    return TF_OK;
}

static enum tf_err send_gets(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, const struct tf_str *suffixes,
                             size_t count, struct tf_fault *fault)
{
    struct tf_redis_writer writer;
    const struct tf_str prefix = prefix_of(keyspace);
    tf_redis_writer_begin(&writer, connection, fault);
    for (size_t i = 0; i < count; i++) {
        tf_redis_writer_command(&writer, 2);
        tf_redis_writer_argument(&writer, TF_STR("GET"));
        tf_redis_writer_joined(&writer, prefix, suffixes[i]);
    }
    return tf_redis_writer_end(&writer);
}

/* A value may be of any length: each is an object of the library's until it was looked at. */
static enum tf_err receive_one(struct tf_redis_connection *connection, size_t number, void (*visit)(void *self, size_t number, struct tf_str value),
                               void *self, struct tf_fault *fault)
{
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *reply = NULL;
    TF_TRY(tf_redis_connection_reply(connection, &reply, fault));
    if (reply->type != REDIS_REPLY_STRING && reply->type != REDIS_REPLY_NIL)
        return tf_redis_connection_unexpected(connection, "GET", fault);
    visit(self, number, reply->type == REDIS_REPLY_STRING ? (struct tf_str){reply->str, (size_t)reply->len} : TF_STR_NONE);
    return TF_OK;
}

enum tf_err tf_redis_values_get(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, const struct tf_str *suffixes,
                                size_t count, void (*visit)(void *self, size_t number, struct tf_str value), void *self, struct tf_fault *fault)
{
    for (size_t done = 0; done < count;) {
        size_t until = done + chunk_of(count - done);
        TF_TRY(send_gets(connection, keyspace, suffixes + done, until - done, fault));
        for (; done < until; done++)
            TF_TRY(receive_one(connection, done, visit, self, fault));
    }
    return TF_OK;
}
