/*
 * Many commands of a pipeline, written straight as bytes of the protocol (RESP2 arrays of bulk strings), without a string of its own for
 * each. What was written goes to the connection piece by piece; it is sent by its flush or next reply. One thread owns a writer.
 */
#ifndef TF_DEDUP_REDIS_WRITER_H
#define TF_DEDUP_REDIS_WRITER_H

#include "redis_connection.h"

enum { TF_REDIS_WRITER_BYTES = 8192 };

struct tf_redis_writer {
    struct tf_redis_connection *connection;
    enum tf_err err; /* the first failure: what follows it is not written */
    struct tf_fault *fault;
    size_t len;
    char bytes[TF_REDIS_WRITER_BYTES];
};

/** connection and fault (may be NULL) are borrowed until the end. What is given up half-way leaves a connection that can only be closed. */
void tf_redis_writer_begin(struct tf_redis_writer *writer, struct tf_redis_connection *connection, struct tf_fault *fault);
/** A command of count arguments, its name the first of them; exactly as many calls of the next two follow. */
void tf_redis_writer_command(struct tf_redis_writer *writer, size_t count);
/** One argument, of any bytes and any length. */
void tf_redis_writer_argument(struct tf_redis_writer *writer, struct tf_str argument);
/** An argument that stands in the caller's memory in two parts; either may be empty. */
void tf_redis_writer_joined(struct tf_redis_writer *writer, struct tf_str a, struct tf_str b);
/** Bytes that are protocol already: many commands that differ in a few bytes are put together from pieces made once. */
void tf_redis_writer_put(struct tf_redis_writer *writer, struct tf_str bytes);
/** Hand over what is left. Returns TF_OK; TF_E_MEMORY. */
enum tf_err tf_redis_writer_end(struct tf_redis_writer *writer) TF_MUST_CHECK;

#endif
