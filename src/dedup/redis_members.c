#include "redis_members.h"

#include "redis_refusal.h"
#include "redis_shares.h"

/* hiredis 1.0 counts elements as size_t. */
#ifdef HIREDIS_MAJOR
#if HIREDIS_MAJOR >= 1
#define TF_REDIS_COUNT size_t
#endif
#endif
#ifndef TF_REDIS_COUNT
#define TF_REDIS_COUNT int
#endif

static void keep_member(struct tf_redis_members *members, struct tf_str bytes)
{
    struct tf_share_entry entry;
    members->told++;
    if (members->full || members->count == members->capacity || !tf_redis_share_decode(bytes, &entry))
        return;
    entry.event_id = tf_arena_dup(members->arena, entry.event_id);
    members->full = !entry.event_id.ptr;
    if (!members->full)
        members->entries[members->count++] = entry;
}

static void keep_error(struct tf_redis_members *members, const char *bytes, size_t len)
{
    members->error_len = len < sizeof members->error ? len : sizeof members->error;
    memcpy(members->error, bytes, members->error_len);
}

static void *take_string(const redisReadTask *task, char *bytes, size_t len)
{
    struct tf_redis_members *members = task->privdata;
    if (task->parent) {
        keep_member(members, (struct tf_str){bytes, len});
        return members;
    }
    members->type = task->type;
    if (task->type == REDIS_REPLY_ERROR)
        keep_error(members, bytes, len);
    return members;
}

static void *take_array(const redisReadTask *task, TF_REDIS_COUNT elements)
{
    struct tf_redis_members *members = task->privdata;
    if (task->parent)
        return members;
    members->type = REDIS_REPLY_ARRAY;
    members->capacity = (size_t)elements;
    if (elements > 0) {
        members->entries = tf_arena_alloc(members->arena, (size_t)elements * sizeof *members->entries);
        members->full = !members->entries;
    }
    return members;
}

static void *take_integer(const redisReadTask *task, long long value)
{
    struct tf_redis_members *members = task->privdata;
    (void)value;
    if (!task->parent)
        members->type = REDIS_REPLY_INTEGER;
    return members;
}

static void *take_nil(const redisReadTask *task)
{
    struct tf_redis_members *members = task->privdata;
    if (!task->parent)
        members->type = REDIS_REPLY_NIL;
    return members;
}

static void free_nothing(void *object)
{
    (void)object;
}

static redisReplyObjectFunctions functions = {
    .createString = take_string, .createArray = take_array, .createInteger = take_integer, .createNil = take_nil, .freeObject = free_nothing};

/* After a failure the reader may hold a half-read object of ours: its functions stay, for they know that there is nothing to free. */
enum tf_err tf_redis_members_next(struct tf_redis_connection *connection, struct tf_redis_members *members, struct tf_fault *fault)
{
    redisReader *reader = connection->context->reader;
    redisReplyObjectFunctions *usual = reader->fn;
    redisReply *ignored = NULL;
    *members = (struct tf_redis_members){.arena = members->arena};
    reader->fn = &functions;
    reader->privdata = members;
    TF_TRY(tf_redis_connection_reply_any(connection, &ignored, fault));
    reader->fn = usual;
    reader->privdata = NULL;
    if (members->type == REDIS_REPLY_ERROR)
        return tf_redis_refusal_read(connection->server->name, (struct tf_str){members->error, members->error_len}, fault);
    if (members->type != REDIS_REPLY_ARRAY)
        return tf_redis_connection_unexpected(connection, "ZRANGE", fault);
    return TF_OK;
}
