/* One connection to one Redis: opened within a budget of time, checked, and broken for good by its first failure. */
#ifndef TF_DEDUP_REDIS_CONNECTION_H
#define TF_DEDUP_REDIS_CONNECTION_H

#include <hiredis/hiredis.h>

#include "dedup_internal.h"
#include "redis_server.h"

struct tf_redis_connection {
    redisContext *context;
    const struct tf_redis_server *server; /* borrowed from the pool */
    int64_t timeout_ms;             /* of one read or write, as set now */
    uint64_t epoch;                 /* the pool's count of failures when it was opened */
    char run_id[TF_RUN_ID_BYTES];
    int64_t clock_ms;               /* the server's Unix ms at our monotonic 0; 0 = it does not tell */
};

/**
 * Connect and shake hands (redis_handshake.h).
 *
 * server      borrowed, must outlive the connection.
 * password    absent = none.
 * budget_ms   for connecting, and again for each answer of the handshake.
 * timeout_ms  for each answer afterwards.
 * Returns TF_OK; TF_E_UNAVAILABLE; TF_E_TIMEOUT when an answer of the handshake did; TF_E_CONFIG; TF_E_MEMORY. The fault names the
 * server.
 * Name resolution is the system's and not within the budget (getaddrinfo(3) has no time limit).
 */
enum tf_err tf_redis_connection_open(const struct tf_redis_server *server, struct tf_str password, int64_t budget_ms, int64_t timeout_ms,
                               struct tf_redis_connection **ret_connection, struct tf_fault *fault) TF_MUST_CHECK;
struct tf_redis_connection *tf_redis_connection_close(struct tf_redis_connection *connection);
/** Whether an idle connection looks alive: nothing to read, not hung up. One poll(2). */
bool tf_redis_connection_alive(const struct tf_redis_connection *connection);

/** Append a command to the pipeline; sent by tf_redis_connection_flush or the next tf_redis_connection_reply. Arguments are binary-safe. */
enum tf_err tf_redis_connection_append(struct tf_redis_connection *connection, const struct tf_str *arguments, size_t count, struct tf_fault *fault)
    TF_MUST_CHECK;
/** Append bytes that are whole commands of the protocol already. */
enum tf_err tf_redis_connection_append_raw(struct tf_redis_connection *connection, struct tf_str commands, struct tf_fault *fault) TF_MUST_CHECK;
/** Send what was appended, waiting for the server to take it. */
enum tf_err tf_redis_connection_flush(struct tf_redis_connection *connection, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Next answer of the pipeline, as it comes: error replies too. Free it with freeReplyObject.
 * Returns TF_OK; TF_E_TIMEOUT; TF_E_UNAVAILABLE.  After a failure the connection can only be closed.
 */
enum tf_err tf_redis_connection_reply_any(struct tf_redis_connection *connection, redisReply **ret_reply, struct tf_fault *fault) TF_MUST_CHECK;
/** As tf_redis_connection_reply_any, with error replies turned into failures (redis_refusal.h). */
enum tf_err tf_redis_connection_reply(struct tf_redis_connection *connection, redisReply **ret_reply, struct tf_fault *fault) TF_MUST_CHECK;
/** Fault for an answer of a type that the command never gives. */
enum tf_err tf_redis_connection_unexpected(const struct tf_redis_connection *connection, const char *command, struct tf_fault *fault) TF_MUST_CHECK;

/* For TF_CLEANUP. */
void tf_redis_connection_free_reply(redisReply **reply);

#endif
