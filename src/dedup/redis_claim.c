#include "redis_claim.h"

#include <stdio.h>

#include "redis_answer.h"
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

enum tf_err tf_redis_claim_ask_guard(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace,
                                     const struct tf_dedup_guard *guard, struct tf_fault *fault)
{
    struct tf_redis_key key;
    TF_TRY(tf_redis_key_make(keyspace, guard->suffix, &key, fault));
    const struct tf_str arguments[] = {TF_STR("GET"), {key.bytes, key.len}};
    return tf_redis_connection_append(connection, arguments, 2, fault);
}

enum tf_err tf_redis_claim_hear_guard(struct tf_redis_connection *connection, const struct tf_dedup_guard *guard, bool *ret_holds, struct tf_fault *fault)
{
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *reply = NULL;
    TF_TRY(tf_redis_connection_reply(connection, &reply, fault));
    *ret_holds = reply->type == REDIS_REPLY_STRING && tf_str_eq((struct tf_str){reply->str, (size_t)reply->len}, guard->value);
    return TF_OK;
}

/* What is the same in all claims of a scope: SET, the key's prefix; NX GET PX window. Between them stand id and owner. */
struct frame {
    const char *scope;
    struct tf_str head, tail;
    char bytes[2 * TF_REDIS_KEYSPACE_PREFIX_MAX];
};

static enum tf_err make_frame(struct frame *frame, const struct tf_redis_keyspace *keyspace, const char *scope, struct tf_fault *fault)
{
    const struct tf_str scope_text = scope ? tf_str_of(scope) : TF_STR_NONE;
    if (scope_text.len > TF_DEDUP_SCOPE_MAX)
        return tf_fault_set(fault, TF_E_LIMIT, "a claim's scope has more than %d bytes", TF_DEDUP_SCOPE_MAX);
    size_t key = keyspace->prefix_len + scope_text.len + TF_HASH16_BYTES;
    int head = snprintf(frame->bytes, sizeof frame->bytes, "*7\r\n$3\r\nSET\r\n$%zu\r\n%.*s%.*s", key, (int)keyspace->prefix_len, keyspace->prefix,
                        TF_STR_ARGS(scope_text));
    int tail = snprintf(frame->bytes + head, sizeof frame->bytes - (size_t)head, "\r\n$2\r\nNX\r\n$3\r\nGET\r\n$2\r\nPX\r\n$%zu\r\n%s\r\n",
                        strlen(keyspace->window_ms), keyspace->window_ms);
    frame->scope = scope;
    frame->head = (struct tf_str){frame->bytes, (size_t)head};
    frame->tail = (struct tf_str){frame->bytes + head, (size_t)tail};
    return TF_OK;
}

#define OWNER_LENGTH "\r\n$29\r\n"
_Static_assert(TF_EVENT_OWNER_BYTES == 29, "OWNER_LENGTH says how long an owner value is");

static enum tf_err send_chunk(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, const struct tf_claim *claims,
                              size_t count, struct tf_fault *fault)
{
    struct tf_redis_writer writer;
    struct frame frame;
    TF_TRY(make_frame(&frame, keyspace, claims[0].scope, fault));
    tf_redis_writer_begin(&writer, connection, fault);
    for (size_t i = 0; i < count; i++) {
        if (claims[i].scope != frame.scope)
            TF_TRY(make_frame(&frame, keyspace, claims[i].scope, fault));
        tf_redis_writer_put(&writer, frame.head);
        tf_redis_writer_put(&writer, (struct tf_str){(const char *)claims[i].id.bytes, TF_HASH16_BYTES});
        tf_redis_writer_put(&writer, TF_STR(OWNER_LENGTH));
        tf_redis_writer_put(&writer, (struct tf_str){(const char *)claims[i].owner, TF_EVENT_OWNER_BYTES});
        tf_redis_writer_put(&writer, frame.tail);
    }
    TF_TRY(tf_redis_writer_end(&writer));
    return tf_redis_connection_flush(connection, fault);
}

/* A later version may append to owner values, so a longer one is read as far as we know it. */
static enum tf_err receive_one(struct tf_redis_connection *connection, struct tf_redis_answer *answer, struct tf_claim *claim, struct tf_fault *fault)
{
    TF_TRY(tf_redis_answer_next(connection, answer, fault));
    claim->local = false;
    claim->was_owned = answer->type == REDIS_REPLY_STRING;
    if (!claim->was_owned)
        return answer->type == REDIS_REPLY_NIL ? TF_OK : tf_redis_connection_unexpected(connection, "SET", fault);
    if (answer->len < TF_EVENT_OWNER_BYTES)
        return tf_fault_set(fault, TF_E_CONFIG, "Redis at %s holds another program's value under our prefix; give taxflow a Redis or a topic "
                                                "prefix of its own",
                            connection->server->name);
    memcpy(claim->found, answer->bytes, TF_EVENT_OWNER_BYTES);
    return TF_OK;
}

static enum tf_err run_chunk(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, const struct tf_dedup_guard *guard,
                             struct tf_claim *claims, size_t count, bool *ret_holds, struct tf_fault *fault)
{
    struct tf_redis_answer answer;
    if (guard)
        TF_TRY(tf_redis_claim_ask_guard(connection, keyspace, guard, fault));
    TF_TRY(send_chunk(connection, keyspace, claims, count, fault));
    *ret_holds = true;
    if (guard)
        TF_TRY(tf_redis_claim_hear_guard(connection, guard, ret_holds, fault));
    for (size_t i = 0; i < count; i++)
        TF_TRY(receive_one(connection, &answer, &claims[i], fault));
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
    TF_TRY(tf_redis_claim_ask_guard(connection, keyspace, guard, fault));
    TF_TRY(tf_redis_claim_hear_guard(connection, guard, &holds, fault));
    return holds ? TF_OK : lost(connection, fault);
}
