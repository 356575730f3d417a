#include "encode.h"

#include "decode_invoice.h"
#include "decode_records.h"
#include "shape.h"

/* The layout that every TF_LIST has. */
struct any_list {
    const void *items;
    size_t count;
    bool present;
};

static struct tf_str text_at(const void *source, size_t offset)
{
    return *(const struct tf_str *)(const void *)((const char *)source + offset);
}

/* A list of things that are written one after the other. */
static void put_list(struct tf_json *json, const struct tf_decode_row *row, const struct any_list *list)
{
    if (row->single && list->count == 1) {
        tf_encode_group(json, row->shape, list->items);
        return;
    }
    tf_json_array(json);
    for (size_t i = 0; i < list->count; i++)
        tf_encode_group(json, row->shape, (const char *)list->items + i * row->shape->size);
    tf_json_array_end(json);
}

static void put_value(struct tf_json *json, const struct tf_decode_row *row, const void *source)
{
    const void *target = (const char *)source + row->offset;
    switch (row->type) {
    case TF_DECODE_TEXT:
    case TF_DECODE_DECIMAL:
    case TF_DECODE_DATE:
    case TF_DECODE_MOMENT: tf_json_str(json, text_at(source, row->offset)); break; /* text stands first in each */
    case TF_DECODE_FLAG: tf_json_bool(json, *(const bool *)target); break;
    case TF_DECODE_WHOLE: tf_json_u64(json, *(const uint64_t *)target); break;
    case TF_DECODE_GROUP: tf_encode_group(json, row->shape, target); break;
    case TF_DECODE_LIST: put_list(json, row, target); break;
    case TF_DECODE_TIME: break;
    }
}
_Static_assert(offsetof(struct tf_amount, text) == 0 && offsetof(struct tf_date, text) == 0, "their text is written");

void tf_encode_group(struct tf_json *json, const struct tf_decode_shape *shape, const void *source)
{
    tf_json_object(json);
    for (size_t i = 0; i < shape->count; i++) {
        const struct tf_decode_row *row = &shape->rows[i];
        if (!tf_shape_has(row, source))
            continue;
        tf_json_key(json, row->name.ptr);
        put_value(json, row, source);
    }
    tf_json_object_end(json);
}

void tf_encode_record(struct tf_json *json, const struct tf_event *event)
{
    tf_json_object(json);
    tf_json_kstr(json, "company", event->company);
    tf_json_key(json, "invoice");
    tf_encode_group(json, &tf_decode_invoice_shape, event->as.invoice);
    tf_json_ktext(json, "kind", tf_event_kind_name(event->kind));
    tf_json_key(json, "original");
    tf_encode_group(json, &tf_decode_records_original_shape, &event->original);
    tf_json_object_end(json);
}
