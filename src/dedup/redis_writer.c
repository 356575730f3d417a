#include "redis_writer.h"

enum { NUMBER_BYTES = 24 }; /* a mark, 20 digits, an end of line */

void tf_redis_writer_begin(struct tf_redis_writer *writer, struct tf_redis_connection *connection, struct tf_fault *fault)
{
    writer->connection = connection;
    writer->err = TF_OK;
    writer->fault = fault;
    writer->len = 0;
}

static void hand_over(struct tf_redis_writer *writer, struct tf_str bytes)
{
    if (writer->err == TF_OK && bytes.len > 0)
        writer->err = tf_redis_connection_append_raw(writer->connection, bytes, writer->fault);
}

static void make_room(struct tf_redis_writer *writer, size_t bytes)
{
    if (sizeof writer->bytes - writer->len >= bytes)
        return;
    hand_over(writer, (struct tf_str){writer->bytes, writer->len});
    writer->len = 0;
}

void tf_redis_writer_put(struct tf_redis_writer *writer, struct tf_str bytes)
{
    make_room(writer, bytes.len);
    if (bytes.len > sizeof writer->bytes) {
        hand_over(writer, bytes);
        return;
    }
    if (bytes.len > 0)
        memcpy(writer->bytes + writer->len, bytes.ptr, bytes.len);
    writer->len += bytes.len;
}

/* "*7\r\n", "$29\r\n" */
static void put_number(struct tf_redis_writer *writer, char mark, size_t number)
{
    char digits[NUMBER_BYTES];
    size_t at = sizeof digits;
    make_room(writer, NUMBER_BYTES);
    do
        digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    char *out = writer->bytes + writer->len;
    *out++ = mark;
    memcpy(out, digits + at, sizeof digits - at);
    out += sizeof digits - at;
    *out++ = '\r';
    *out++ = '\n';
    writer->len = (size_t)(out - writer->bytes);
}

void tf_redis_writer_command(struct tf_redis_writer *writer, size_t count)
{
    put_number(writer, '*', count);
}

void tf_redis_writer_argument(struct tf_redis_writer *writer, struct tf_str argument)
{
    put_number(writer, '$', argument.len);
    tf_redis_writer_put(writer, argument);
    tf_redis_writer_put(writer, TF_STR("\r\n"));
}

void tf_redis_writer_joined(struct tf_redis_writer *writer, struct tf_str a, struct tf_str b, struct tf_str c)
{
    put_number(writer, '$', a.len + b.len + c.len);
    tf_redis_writer_put(writer, a);
    tf_redis_writer_put(writer, b);
    tf_redis_writer_put(writer, c);
    tf_redis_writer_put(writer, TF_STR("\r\n"));
}

enum tf_err tf_redis_writer_end(struct tf_redis_writer *writer)
{
    hand_over(writer, (struct tf_str){writer->bytes, writer->len});
    writer->len = 0;
    return writer->err;
}
