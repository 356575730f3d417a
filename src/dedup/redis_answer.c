#include "redis_answer.h"

#include "redis_refusal.h"

/* hiredis 1.0 counts elements as size_t and knows the types of RESP3. */
#ifdef HIREDIS_MAJOR
#if HIREDIS_MAJOR >= 1
#define TF_REDIS_COUNT size_t
#define TF_REDIS_RESP3 1
#endif
#endif
#ifndef TF_REDIS_COUNT
#define TF_REDIS_COUNT int
#endif

/* Elements of an array come after it, and would hide it. */
static void *take(const redisReadTask *task, int type, const char *bytes, size_t len)
{
    struct tf_redis_answer *answer = task->privdata;
    if (task->parent)
        return answer;
    answer->type = type;
    answer->len = len;
    size_t kept = len < sizeof answer->bytes ? len : sizeof answer->bytes;
    if (kept > 0)
        memcpy(answer->bytes, bytes, kept);
    return answer;
}

static void *take_string(const redisReadTask *task, char *bytes, size_t len)
{
    return take(task, task->type, bytes, len);
}
static void *take_array(const redisReadTask *task, TF_REDIS_COUNT elements)
{
    (void)elements;
    return take(task, REDIS_REPLY_ARRAY, NULL, 0);
}
static void *take_integer(const redisReadTask *task, long long value)
{
    (void)value;
    return take(task, REDIS_REPLY_INTEGER, NULL, 0);
}
/* The task's own type is that of what might have stood here: "$-1", "*-1". */
static void *take_nil(const redisReadTask *task)
{
    return take(task, REDIS_REPLY_NIL, NULL, 0);
}
static void free_nothing(void *object)
{
    (void)object;
}
#ifdef TF_REDIS_RESP3
static void *take_double(const redisReadTask *task, double value, char *bytes, size_t len)
{
    (void)value;
    return take(task, task->type, bytes, len);
}
static void *take_bool(const redisReadTask *task, int value)
{
    (void)value;
    return take(task, task->type, NULL, 0);
}
#endif

static redisReplyObjectFunctions functions = {
    .createString = take_string,
    .createArray = take_array,
    .createInteger = take_integer,
    .createNil = take_nil,
#ifdef TF_REDIS_RESP3
    .createDouble = take_double,
    .createBool = take_bool,
#endif
    .freeObject = free_nothing,
};

/* After a failure the reader may hold a half-read object of ours: its functions stay, for they know that there is nothing to free. */
enum tf_err tf_redis_answer_next(struct tf_redis_connection *connection, struct tf_redis_answer *answer, struct tf_fault *fault)
{
    redisReader *reader = connection->context->reader;
    redisReplyObjectFunctions *usual = reader->fn;
    redisReply *ignored = NULL;
    reader->fn = &functions;
    reader->privdata = answer;
    TF_TRY(tf_redis_connection_reply_any(connection, &ignored, fault));
    reader->fn = usual;
    reader->privdata = NULL;
    if (answer->type != REDIS_REPLY_ERROR)
        return TF_OK;
    size_t kept = answer->len < sizeof answer->bytes ? answer->len : sizeof answer->bytes;
    return tf_redis_refusal_read(connection->server->name, (struct tf_str){answer->bytes, kept}, fault);
}
