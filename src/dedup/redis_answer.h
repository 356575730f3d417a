/*
 * Answers of a long pipeline, one after the other, without a heap object for each: hiredis's reader calls functions of ours, which keep
 * the one answer that is looked at.
 */
#ifndef TF_DEDUP_REDIS_ANSWER_H
#define TF_DEDUP_REDIS_ANSWER_H

#include "redis_connection.h"

enum { TF_REDIS_ANSWER_BYTES = 512 };

struct tf_redis_answer {
    int type;   /* REDIS_REPLY_…; of an array only that it was one */
    size_t len; /* of a string; bytes has the first TF_REDIS_ANSWER_BYTES of them */
    char bytes[TF_REDIS_ANSWER_BYTES];
};

/**
 * The next answer; its content is the caller's.
 * Returns as tf_redis_connection_reply: error replies are failures. After a failure the connection can only be closed.
 */
enum tf_err tf_redis_answer_next(struct tf_redis_connection *connection, struct tf_redis_answer *answer, struct tf_fault *fault) TF_MUST_CHECK;

#endif
