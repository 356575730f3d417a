#include "redis_connection.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "redis_handshake.h"
#include "redis_refusal.h"

enum { TF_ARGUMENTS_MAX = 8 };

static struct timeval timeval_of(int64_t ms)
{
    return (struct timeval){.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};
}

/* hiredis 0.14 tells a time-out by errno alone, 1.x has a code of its own. */
static bool timed_out(const redisContext *context, int error)
{
#ifdef REDIS_ERR_TIMEOUT
    if (context->err == REDIS_ERR_TIMEOUT)
        return true;
#endif
    return context->err == REDIS_ERR_IO && (error == EAGAIN || error == EWOULDBLOCK || error == ETIMEDOUT);
}

static enum tf_err io_failed(const struct tf_redis_connection *connection, int error, struct tf_fault *fault)
{
    const redisContext *context = connection->context;
    if (timed_out(context, error))
        return tf_fault_set(fault, TF_E_TIMEOUT, "Redis at %s did not answer within %lld ms; it is overloaded, paused or cut off",
                            connection->server->name, (long long)connection->timeout_ms);
    return tf_fault_set(fault, TF_E_UNAVAILABLE, "Redis at %s: %s; see whether it still runs", connection->server->name,
                        context->errstr[0] ? context->errstr : "the connection broke");
}

static enum tf_err connect_failed(const struct tf_redis_server *server, const redisContext *context, struct tf_fault *fault)
{
    if (!context)
        return tf_fault_set(fault, TF_E_MEMORY, "Redis at %s: memory ran out", server->name);
    return tf_fault_set(fault, TF_E_UNAVAILABLE, "Redis at %s cannot be reached: %s; start it or correct redis.servers", server->name,
                        context->errstr);
}

static enum tf_err connect_to(struct tf_redis_connection *connection, int64_t budget_ms, struct tf_fault *fault)
{
    const struct tf_redis_server *server = connection->server;
    const struct timeval budget = timeval_of(budget_ms);
    connection->context =
        server->path ? redisConnectUnixWithTimeout(server->path, budget) : redisConnectWithTimeout(server->host, server->port, budget);
    if (!connection->context || connection->context->err)
        return connect_failed(server, connection->context, fault);
    if (server->host && redisEnableKeepAlive(connection->context) != REDIS_OK)
        return connect_failed(server, connection->context, fault);
    return TF_OK;
}

static enum tf_err set_timeout(struct tf_redis_connection *connection, int64_t timeout_ms, struct tf_fault *fault)
{
    connection->timeout_ms = timeout_ms;
    if (redisSetTimeout(connection->context, timeval_of(timeout_ms)) != REDIS_OK)
        return connect_failed(connection->server, connection->context, fault);
    return TF_OK;
}

static enum tf_err open_within(struct tf_redis_connection *connection, struct tf_str password, int64_t budget_ms, int64_t timeout_ms,
                               struct tf_fault *fault)
{
    TF_TRY(connect_to(connection, budget_ms, fault));
    TF_TRY(set_timeout(connection, budget_ms, fault));
    TF_TRY(tf_redis_handshake_run(connection, password, fault));
    return set_timeout(connection, timeout_ms, fault);
}

enum tf_err tf_redis_connection_open(const struct tf_redis_server *server, struct tf_str password, int64_t budget_ms, int64_t timeout_ms,
                               struct tf_redis_connection **ret_connection, struct tf_fault *fault)
{
    struct tf_redis_connection *connection = calloc(1, sizeof *connection);
    if (!connection)
        return connect_failed(server, NULL, fault);
    connection->server = server;
    enum tf_err err = open_within(connection, password, budget_ms, timeout_ms, fault);
    if (err != TF_OK) {
        tf_redis_connection_close(connection);
        return err;
    }
    *ret_connection = connection;
    return TF_OK;
}

struct tf_redis_connection *tf_redis_connection_close(struct tf_redis_connection *connection)
{
    if (connection && connection->context)
        redisFree(connection->context);
    free(connection);
    return NULL;
}

bool tf_redis_connection_alive(const struct tf_redis_connection *connection)
{
    struct pollfd look = {.fd = connection->context->fd, .events = POLLIN};
    return poll(&look, 1, 0) == 0;
}

enum tf_err tf_redis_connection_append(struct tf_redis_connection *connection, const struct tf_str *arguments, size_t count, struct tf_fault *fault)
{
    const char *argv[TF_ARGUMENTS_MAX];
    size_t lengths[TF_ARGUMENTS_MAX];
    for (size_t i = 0; i < count && i < TF_ARGUMENTS_MAX; i++) {
        argv[i] = arguments[i].len ? arguments[i].ptr : "";
        lengths[i] = arguments[i].len;
    }
    if (count > TF_ARGUMENTS_MAX || redisAppendCommandArgv(connection->context, (int)count, argv, lengths) != REDIS_OK)
        return tf_fault_set(fault, TF_E_MEMORY, "Redis at %s: memory ran out for a command", connection->server->name);
    return TF_OK;
}

enum tf_err tf_redis_connection_append_raw(struct tf_redis_connection *connection, struct tf_str commands, struct tf_fault *fault)
{
    if (redisAppendFormattedCommand(connection->context, commands.ptr, commands.len) != REDIS_OK)
        return tf_fault_set(fault, TF_E_MEMORY, "Redis at %s: memory ran out for commands", connection->server->name);
    return TF_OK;
}

enum tf_err tf_redis_connection_flush(struct tf_redis_connection *connection, struct tf_fault *fault)
{
    int sent_all = 0;
    while (!sent_all) {
        errno = 0;
        if (redisBufferWrite(connection->context, &sent_all) != REDIS_OK)
            return io_failed(connection, errno, fault);
    }
    return TF_OK;
}

enum tf_err tf_redis_connection_reply_any(struct tf_redis_connection *connection, redisReply **ret_reply, struct tf_fault *fault)
{
    void *reply = NULL;
    errno = 0;
    if (redisGetReply(connection->context, &reply) != REDIS_OK || !reply)
        return io_failed(connection, errno, fault);
    *ret_reply = reply;
    return TF_OK;
}

enum tf_err tf_redis_connection_reply(struct tf_redis_connection *connection, redisReply **ret_reply, struct tf_fault *fault)
{
    redisReply *reply = NULL;
    TF_TRY(tf_redis_connection_reply_any(connection, &reply, fault));
    if (reply->type == REDIS_REPLY_ERROR) {
        enum tf_err err = tf_redis_refusal_read(connection->server->name, (struct tf_str){reply->str, (size_t)reply->len}, fault);
        freeReplyObject(reply);
        return err;
    }
    *ret_reply = reply;
    return TF_OK;
}

enum tf_err tf_redis_connection_unexpected(const struct tf_redis_connection *connection, const char *command, struct tf_fault *fault)
{
    return tf_fault_set(fault, TF_E_CONFIG, "Redis at %s gave an answer to %s that Redis 7 never gives; see what listens there",
                        connection->server->name, command);
}

void tf_redis_connection_free_reply(redisReply **reply)
{
    if (*reply)
        freeReplyObject(*reply);
}
