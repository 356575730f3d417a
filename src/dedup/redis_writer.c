#include "redis_writer.h"

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
    char digits[TF_STR_NUMBER_BYTES];
    tf_redis_writer_put(writer, (struct tf_str){&mark, 1});
    tf_redis_writer_put(writer, tf_str_of_u64(number, digits));
    tf_redis_writer_put(writer, TF_STR("\r\n"));
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

void tf_redis_writer_joined(struct tf_redis_writer *writer, struct tf_str a, struct tf_str b)
{
    put_number(writer, '$', a.len + b.len);
    tf_redis_writer_put(writer, a);
    tf_redis_writer_put(writer, b);
    tf_redis_writer_put(writer, TF_STR("\r\n"));
}

enum tf_err tf_redis_writer_end(struct tf_redis_writer *writer)
{
    hand_over(writer, (struct tf_str){writer->bytes, writer->len});
    writer->len = 0;
    return writer->err;
}
