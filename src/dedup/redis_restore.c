#include "redis_restore.h"
#include "redis_answer.h"
#include "redis_claim.h"
#include "redis_writer.h"

#include <inttypes.h>
#include <stdio.h>

enum { CHUNK = 4096, NUMBER_BYTES = 24 };

static struct tf_str key_view(const struct tf_redis_key *key)
{
    return (struct tf_str){key->bytes, key->len};
}

static void write_entry(struct tf_redis_writer *writer, const struct tf_redis_keyspace *keyspace, const struct tf_dedup_entry *entry)
{
    char ttl[NUMBER_BYTES];
    size_t expiry = entry->ttl_ms > 0 ? 2 : 0, condition = entry->absent_only ? 1 : 0;
    tf_redis_writer_command(writer, 3 + expiry + condition);
    tf_redis_writer_argument(writer, TF_STR("SET"));
    tf_redis_writer_joined(writer, (struct tf_str){keyspace->prefix, keyspace->prefix_len}, entry->suffix);
    tf_redis_writer_argument(writer, entry->value);
    if (entry->ttl_ms > 0) {
        snprintf(ttl, sizeof ttl, "%" PRId64, entry->ttl_ms);
        tf_redis_writer_argument(writer, TF_STR("PX"));
        tf_redis_writer_argument(writer, tf_str_of(ttl));
    }
    if (entry->absent_only)
        tf_redis_writer_argument(writer, TF_STR("NX"));
}

static enum tf_err store_chunk(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, const struct tf_dedup_entry *entries,
                               size_t count, size_t *ret_kept, struct tf_fault *fault)
{
    struct tf_redis_writer writer;
    struct tf_redis_answer answer;
    tf_redis_writer_begin(&writer, connection, fault);
    for (size_t i = 0; i < count; i++) {
        TF_TRY(tf_redis_suffix_check(entries[i].suffix, fault));
        write_entry(&writer, keyspace, &entries[i]);
    }
    TF_TRY(tf_redis_writer_end(&writer));
    TF_TRY(tf_redis_connection_flush(connection, fault));
    for (size_t i = 0; i < count; i++) {
        TF_TRY(tf_redis_answer_next(connection, &answer, fault));
        if (answer.type != REDIS_REPLY_STATUS && answer.type != REDIS_REPLY_NIL)
            return tf_redis_connection_unexpected(connection, "SET", fault);
        *ret_kept += answer.type == REDIS_REPLY_NIL;
    }
    return TF_OK;
}

enum tf_err tf_redis_restore_store(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace,
                                   const struct tf_dedup_entry *entries, size_t count, size_t *ret_kept, struct tf_fault *fault)
{
    for (size_t done = 0; done < count; done += CHUNK)
        TF_TRY(store_chunk(connection, keyspace, entries + done, count - done < CHUNK ? count - done : CHUNK, ret_kept, fault));
    return TF_OK;
}

/* One command and its answer. */
static enum tf_err ask(struct tf_redis_connection *connection, const struct tf_str *arguments, size_t count, redisReply **ret_reply,
                       struct tf_fault *fault)
{
    TF_TRY(tf_redis_connection_append(connection, arguments, count, fault));
    return tf_redis_connection_reply(connection, ret_reply, fault);
}

static bool is_text(const redisReply *reply, struct tf_str text)
{
    return reply->type == REDIS_REPLY_STRING && tf_str_eq((struct tf_str){reply->str, (size_t)reply->len}, text);
}

enum tf_err tf_redis_restore_lock(struct tf_redis_connection *connection, struct tf_redis_lock *lock, struct tf_fault *fault)
{
    char ttl[NUMBER_BYTES];
    snprintf(ttl, sizeof ttl, "%" PRId64, lock->ttl_ms);
    const struct tf_str set[] = {TF_STR("SET"), key_view(&lock->key), lock->token, TF_STR("NX"), TF_STR("PX"), tf_str_of(ttl)};
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *reply = NULL;
    TF_TRY(ask(connection, set, 6, &reply, fault));
    memcpy(lock->run_id, connection->run_id, sizeof lock->run_id);
    lock->held = reply->type == REDIS_REPLY_STATUS;
    return TF_OK;
}

enum tf_err tf_redis_restore_relock(struct tf_redis_connection *connection, struct tf_redis_lock *lock, struct tf_fault *fault)
{
    char ttl[NUMBER_BYTES];
    snprintf(ttl, sizeof ttl, "%" PRId64, lock->ttl_ms);
    const struct tf_str get[] = {TF_STR("GET"), key_view(&lock->key)}, prolong[] = {TF_STR("PEXPIRE"), key_view(&lock->key), tf_str_of(ttl)};
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *found = NULL, *prolonged = NULL;
    TF_TRY(ask(connection, get, 2, &found, fault));
    if (!is_text(found, lock->token))
        return TF_OK;
    TF_TRY(ask(connection, prolong, 3, &prolonged, fault));
    lock->held = prolonged->type == REDIS_REPLY_INTEGER && prolonged->integer == 1;
    return TF_OK;
}

static enum tf_err tell(struct tf_redis_connection *connection, const struct tf_str *arguments, size_t count, struct tf_fault *fault)
{
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *reply = NULL;
    return ask(connection, arguments, count, &reply, fault);
}

/* What was watched, set in one step: SET key value [PX ttl], and DEL of another key where there is one. */
static enum tf_err exchange(struct tf_redis_connection *connection, const struct tf_str *set, size_t set_count, const struct tf_redis_key *drop,
                            bool *ret_done, struct tf_fault *fault)
{
    const struct tf_str multi = TF_STR("MULTI"), exec = TF_STR("EXEC");
    TF_TRY(tell(connection, &multi, 1, fault));
    TF_TRY(tell(connection, set, set_count, fault));
    if (drop) {
        const struct tf_str unlock[] = {TF_STR("DEL"), key_view(drop)};
        TF_TRY(tell(connection, unlock, 2, fault));
    }
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *done = NULL;
    TF_TRY(ask(connection, &exec, 1, &done, fault));
    *ret_done = done->type == REDIS_REPLY_ARRAY;
    return TF_OK;
}

/* Watch a key and compare it; where it differs nothing is watched any more. */
static enum tf_err watch(struct tf_redis_connection *connection, const struct tf_redis_key *key, struct tf_str expected, redisReply **ret_found,
                         bool *ret_same, struct tf_fault *fault)
{
    const struct tf_str watch[] = {TF_STR("WATCH"), key_view(key)}, get[] = {TF_STR("GET"), key_view(key)}, unwatch = TF_STR("UNWATCH");
    TF_TRY(tell(connection, watch, 2, fault));
    TF_TRY(ask(connection, get, 2, ret_found, fault));
    *ret_same = is_text(*ret_found, expected);
    return *ret_same ? TF_OK : tell(connection, &unwatch, 1, fault);
}

static enum tf_err look_up(struct tf_redis_connection *connection, const struct tf_redis_key *key, struct tf_dedup_swap *swap, struct tf_fault *fault)
{
    const struct tf_str get[] = {TF_STR("GET"), key_view(key)};
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *now = NULL;
    TF_TRY(ask(connection, get, 2, &now, fault));
    memset(swap->found, 0, sizeof swap->found);
    if (now->type == REDIS_REPLY_STRING && now->len >= TF_EVENT_OWNER_BYTES)
        memcpy(swap->found, now->str, sizeof swap->found);
    return TF_OK;
}

/* The guard's key is watched too: what is set under it goes into no Redis that lost its claims. */
static enum tf_err watch_guard(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, const struct tf_dedup_guard *guard,
                               struct tf_fault *fault)
{
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *found = NULL;
    struct tf_redis_key key;
    bool holds = false;
    TF_TRY(tf_redis_claim_same_run(connection, guard, fault));
    TF_TRY(tf_redis_key_make(keyspace, guard->suffix, &key, fault));
    TF_TRY(watch(connection, &key, guard->value, &found, &holds, fault));
    return holds ? TF_OK : tf_fault_set(fault, TF_E_RESTORE, "Redis may have lost claims; they are restored from the results first");
}

enum tf_err tf_redis_restore_replace(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, struct tf_dedup_swap *swap,
                                     struct tf_fault *fault)
{
    char ttl[NUMBER_BYTES];
    struct tf_redis_key key;
    TF_TRY(tf_redis_key_make(keyspace, swap->entry.suffix, &key, fault));
    snprintf(ttl, sizeof ttl, "%" PRId64, swap->entry.ttl_ms);
    const struct tf_str set[] = {TF_STR("SET"), key_view(&key), swap->entry.value, TF_STR("PX"), tf_str_of(ttl)};
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *found = NULL;
    bool same = false;
    swap->swapped = false;
    if (swap->guard)
        TF_TRY(watch_guard(connection, keyspace, swap->guard, fault));
    TF_TRY(watch(connection, &key, swap->expected, &found, &same, fault));
    if (same)
        TF_TRY(exchange(connection, set, swap->entry.ttl_ms > 0 ? 5 : 3, NULL, &swap->swapped, fault));
    return swap->swapped ? TF_OK : look_up(connection, &key, swap, fault);
}

enum tf_err tf_redis_restore_seal(struct tf_redis_connection *connection, struct tf_redis_seal *seal, struct tf_fault *fault)
{
    const struct tf_str set[] = {TF_STR("SET"), key_view(&seal->key), seal->value};
    TF_CLEANUP(tf_redis_connection_free_reply) redisReply *found = NULL;
    bool holds = false;
    if (seal->value.len < TF_DEDUP_RUN_ID_LEN || memcmp(seal->value.ptr, connection->run_id, TF_DEDUP_RUN_ID_LEN) != 0)
        return TF_OK; /* what was restored went to another run of the server */
    TF_TRY(watch(connection, &seal->lock, seal->token, &found, &holds, fault));
    return holds ? exchange(connection, set, 3, &seal->lock, &seal->sealed, fault) : TF_OK;
}
