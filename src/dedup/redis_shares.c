#include "redis_shares.h"

#include <inttypes.h>
#include <stdio.h>

#include "redis_answer.h"
#include "redis_claim.h"
#include "redis_members.h"
#include "redis_writer.h"

enum { NUMBER_BYTES = 24, CUT_ONE_IN = 16 };

/* Scores are doubles, and every whole number up to this is one. */
static const int64_t TIME_MS_MAX = INT64_C(1) << 53;

static int64_t within(int64_t time_ms)
{
    return time_ms > TIME_MS_MAX ? TIME_MS_MAX : time_ms < -TIME_MS_MAX ? -TIME_MS_MAX : time_ms;
}

static int64_t add_within(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? (a < 0 ? -TIME_MS_MAX : TIME_MS_MAX) : within(sum);
}

struct writing {
    struct tf_redis_writer writer;
    const struct tf_redis_keyspace *keyspace;
    int64_t slack_ms;
};

static void put_number(struct tf_redis_writer *writer, int64_t number)
{
    char digits[NUMBER_BYTES];
    int len = snprintf(digits, sizeof digits, "%" PRId64, number);
    tf_redis_writer_argument(writer, (struct tf_str){digits, (size_t)len});
}

/* PREFIX:GEN:s:<key> */
static void put_key(struct writing *w, const struct tf_hash16 *key)
{
    char tail[2 + TF_HASH16_BYTES] = {'s', ':'};
    memcpy(tail + 2, key->bytes, TF_HASH16_BYTES);
    tf_redis_writer_joined(&w->writer, (struct tf_str){w->keyspace->prefix, w->keyspace->prefix_len}, (struct tf_str){tail, sizeof tail});
}

/* Cutting once in a while is enough, and the record decides when, so that a pipeline that runs again is the same. */
static bool cuts(const struct tf_share_entry *entry)
{
    return entry->record.bytes[TF_HASH16_BYTES - 1] % CUT_ONE_IN == 0;
}

/* How many answers an addition gets. */
static size_t put_add(struct writing *w, const struct tf_hash16 *key, const struct tf_share_entry *entry, int64_t window_ms)
{
    uint8_t member[TF_REDIS_SHARE_BYTES_MAX];
    size_t len = tf_redis_share_encode(entry, member);
    tf_redis_writer_command(&w->writer, 4);
    tf_redis_writer_argument(&w->writer, TF_STR("ZADD"));
    put_key(w, key);
    put_number(&w->writer, within(entry->time_ms));
    tf_redis_writer_argument(&w->writer, (struct tf_str){(const char *)member, len});
    tf_redis_writer_command(&w->writer, 3);
    tf_redis_writer_argument(&w->writer, TF_STR("PEXPIRE"));
    put_key(w, key);
    put_number(&w->writer, add_within(window_ms, w->slack_ms));
    if (!cuts(entry))
        return 2;
    tf_redis_writer_command(&w->writer, 4);
    tf_redis_writer_argument(&w->writer, TF_STR("ZREMRANGEBYRANK"));
    put_key(w, key);
    tf_redis_writer_argument(&w->writer, TF_STR("0"));
    put_number(&w->writer, -(int64_t)TF_REDIS_SHARES_KEPT - 1);
    return 3;
}

static void put_look(struct writing *w, const struct tf_share *share, int64_t time_ms)
{
    tf_redis_writer_command(&w->writer, 9);
    tf_redis_writer_argument(&w->writer, TF_STR("ZRANGE"));
    put_key(w, &share->key);
    put_number(&w->writer, add_within(time_ms, share->window_ms));
    put_number(&w->writer, add_within(time_ms, -share->window_ms));
    tf_redis_writer_argument(&w->writer, TF_STR("BYSCORE"));
    tf_redis_writer_argument(&w->writer, TF_STR("REV"));
    tf_redis_writer_argument(&w->writer, TF_STR("LIMIT"));
    tf_redis_writer_argument(&w->writer, TF_STR("0"));
    put_number(&w->writer, TF_SHARE_READ_MAX + 1);
}

/* A set's own contribution under one of its keys. */
static struct tf_share_entry entry_of(const struct tf_share_set *set, const struct tf_share *share)
{
    struct tf_share_entry entry = set->own;
    entry.value = share->value;
    entry.tag = share->tag;
    return entry;
}

static void put_set(struct writing *w, const struct tf_share_set *set)
{
    for (size_t i = set->read; i < set->count; i++) {
        const struct tf_share *share = &set->items[i];
        if (share->adds) {
            const struct tf_share_entry entry = entry_of(set, share);
            put_add(w, &share->key, &entry, share->window_ms);
        }
        if (share->looks)
            put_look(w, share, set->own.time_ms);
    }
}

static enum tf_err hear_numbers(struct tf_redis_connection *connection, size_t count, struct tf_fault *fault)
{
    struct tf_redis_answer answer;
    for (size_t i = 0; i < count; i++) {
        TF_TRY(tf_redis_answer_next(connection, &answer, fault));
        if (answer.type != REDIS_REPLY_INTEGER)
            return tf_redis_connection_unexpected(connection, "ZADD", fault);
    }
    return TF_OK;
}

static enum tf_err hear_look(struct tf_redis_connection *connection, struct tf_share *share, struct tf_arena *arena, struct tf_fault *fault)
{
    struct tf_redis_members members = {.arena = arena};
    TF_TRY(tf_redis_members_next(connection, &members, fault));
    share->cut = members.told > TF_SHARE_READ_MAX || members.full;
    share->entries = members.entries;
    share->count = members.count < TF_SHARE_READ_MAX ? members.count : TF_SHARE_READ_MAX;
    return TF_OK;
}

static enum tf_err hear_set(struct tf_redis_connection *connection, struct tf_share_set *set, struct tf_arena *arena, struct tf_fault *fault)
{
    for (size_t i = set->read; i < set->count; i++) {
        struct tf_share *share = &set->items[i];
        if (share->adds)
            TF_TRY(hear_numbers(connection, cuts(&set->own) ? 3 : 2, fault));
        if (share->looks)
            TF_TRY(hear_look(connection, share, arena, fault));
    }
    set->read = set->count;
    return TF_OK;
}

/* From set first on, as many as a pipeline takes; where the next begins. */
static size_t chunk_end(const struct tf_share_call *call, size_t first)
{
    size_t keys = 0, end = first;
    while (end < call->count && keys < TF_REDIS_SHARES_CHUNK) {
        keys += call->sets[end]->count - call->sets[end]->read;
        end++;
    }
    return end;
}

static enum tf_err run_chunk(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, struct tf_share_call *call, size_t first,
                             size_t end, struct tf_fault *fault)
{
    struct writing w = {.keyspace = keyspace, .slack_ms = call->slack_ms};
    if (call->guard)
        TF_TRY(tf_redis_claim_ask_guard(connection, keyspace, call->guard, fault));
    tf_redis_writer_begin(&w.writer, connection, fault);
    for (size_t i = first; i < end; i++)
        put_set(&w, call->sets[i]);
    TF_TRY(tf_redis_writer_end(&w.writer));
    TF_TRY(tf_redis_connection_flush(connection, fault));
    bool holds = true;
    if (call->guard)
        TF_TRY(tf_redis_claim_hear_guard(connection, call->guard, &holds, fault));
    for (size_t i = first; i < end; i++)
        TF_TRY(hear_set(connection, call->sets[i], call->arena, fault));
    return holds ? TF_OK : tf_fault_set(fault, TF_E_RESTORE, "Redis at %s may have lost what it held; it is restored first", connection->server->name);
}

enum tf_err tf_redis_shares_run(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, struct tf_share_call *call,
                                struct tf_fault *fault)
{
    if (call->guard)
        TF_TRY(tf_redis_claim_same_run(connection, call->guard, fault));
    for (size_t first = 0, end; first < call->count; first = end) {
        end = chunk_end(call, first);
        TF_TRY(run_chunk(connection, keyspace, call, first, end, fault));
    }
    return TF_OK;
}

static size_t put_remove(struct writing *w, const struct tf_share_row *row)
{
    uint8_t member[TF_REDIS_SHARE_BYTES_MAX];
    size_t len = tf_redis_share_encode(&row->entry, member);
    tf_redis_writer_command(&w->writer, 3);
    tf_redis_writer_argument(&w->writer, TF_STR("ZREM"));
    put_key(w, &row->key);
    tf_redis_writer_argument(&w->writer, (struct tf_str){(const char *)member, len});
    return 1;
}

static enum tf_err rows_chunk(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, const struct tf_redis_shares_rows *call,
                              size_t first, size_t end, struct tf_fault *fault)
{
    struct writing w = {.keyspace = keyspace, .slack_ms = call->slack_ms};
    size_t answers = 0;
    tf_redis_writer_begin(&w.writer, connection, fault);
    for (size_t i = first; i < end; i++)
        answers += call->removes ? put_remove(&w, &call->rows[i]) : put_add(&w, &call->rows[i].key, &call->rows[i].entry, call->rows[i].window_ms);
    TF_TRY(tf_redis_writer_end(&w.writer));
    TF_TRY(tf_redis_connection_flush(connection, fault));
    return hear_numbers(connection, answers, fault);
}

enum tf_err tf_redis_shares_rows_run(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace,
                                     const struct tf_redis_shares_rows *call, struct tf_fault *fault)
{
    if (call->guard)
        TF_TRY(tf_redis_claim_same_run(connection, call->guard, fault));
    for (size_t first = 0, end; first < call->count; first = end) {
        end = call->count - first > TF_REDIS_SHARES_CHUNK ? first + TF_REDIS_SHARES_CHUNK : call->count;
        TF_TRY(rows_chunk(connection, keyspace, call, first, end, fault));
    }
    return TF_OK;
}
