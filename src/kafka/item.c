#include "item.h"

static struct tf_str *named_place(struct tf_item *item, const char *name)
{
#define PLACE(name, member) {{name, sizeof name - 1}, offsetof(struct tf_item, member)}
    static const struct { struct tf_str name; size_t offset; } places[] = {
        PLACE("ce_id", ce_id),     PLACE("ce_source", ce_source),     PLACE("ce_type", ce_type),     PLACE("ce_time", ce_time),
        PLACE("tf_role", tf_role), PLACE("traceparent", traceparent), PLACE("tf_origin", tf_origin), PLACE("tf_root", tf_root),
    };
    const struct tf_str wanted = tf_str_of(name);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (tf_str_eq(places[i].name, wanted))
            return (struct tf_str *)((char *)item + places[i].offset);
    return NULL;
}

/* The first header of a name holds. */
static void take_headers(struct tf_item *item, rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers;
    const char *name;
    const void *value;
    size_t size;
    if (rd_kafka_message_headers(message, &headers))
        return;
    for (size_t i = 0; !rd_kafka_header_get_all(headers, i, &name, &value, &size); i++) {
        struct tf_str *place = named_place(item, name);
        if (place && !tf_str_present(*place))
            *place = (struct tf_str){value ? value : "", size};
    }
}

void tf_item_fill(struct tf_batch *batch, struct tf_item *item, struct tf_str topic, rd_kafka_message_t *message)
{
    rd_kafka_timestamp_type_t type;
    item->borrowed = message;
    item->position.topic = topic;
    item->position.partition = (uint32_t)message->partition;
    item->position.offset = message->offset;
    item->position.timestamp_ms = rd_kafka_message_timestamp(message, &type);
    item->key = (struct tf_str){message->key, message->key_len};
    item->value = (struct tf_str){message->payload ? message->payload : "", message->len};
    item->worker = item->position.partition % batch->workers;
    take_headers(item, message);
    batch->bytes += message->len;
}
