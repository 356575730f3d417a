#include "row.h"

static rd_kafka_headers_t *make_headers(const struct tf_row *row)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(row->headers_count);
    for (uint32_t i = 0; i < row->headers_count; i++) {
        const struct tf_header *header = &row->headers[i];
        rd_kafka_header_add(headers, header->name.ptr, (ssize_t)header->name.len, header->value.ptr, (ssize_t)header->value.len);
    }
    return headers;
}

/* librdkafka takes what it copies as void *. */
static void *bytes_of(struct tf_str s)
{
    union { const char *in; void *out; } pointer = {.in = s.ptr};
    return pointer.out;
}

rd_kafka_resp_err_t tf_row_produce(rd_kafka_t *rk, rd_kafka_topic_t *topic, const struct tf_row *row, void *opaque)
{
    rd_kafka_headers_t *headers = row->headers_count > 0 ? make_headers(row) : NULL;
    rd_kafka_vu_t units[7] = {
        {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = (int32_t)row->partition},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {bytes_of(row->value), row->value.len}},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {bytes_of(row->key), row->key.len}},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = opaque},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
    };
    rd_kafka_error_t *error = rd_kafka_produceva(rk, units, headers ? 7 : 6);
    if (!error)
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    if (headers)
        rd_kafka_headers_destroy(headers); /* only a success takes them over */
    return code;
}

void tf_row_view(const rd_kafka_message_t *message, enum tf_stream stream, struct tf_row *row)
{
    *row = (struct tf_row){.stream = stream, .partition = (uint32_t)message->partition};
    row->key = (struct tf_str){message->key, message->key_len};
    row->value = (struct tf_str){message->payload, message->len};
    rd_kafka_headers_t *headers;
    const char *name;
    const void *value;
    size_t size;
    if (rd_kafka_message_headers(message, &headers))
        return;
    while (row->headers_count < TF_HEADERS_MAX && !rd_kafka_header_get_all(headers, row->headers_count, &name, &value, &size))
        row->headers[row->headers_count++] = (struct tf_header){tf_str_of(name), {value, size}};
}
