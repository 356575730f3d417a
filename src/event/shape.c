#include "shape.h"

/* The layout that every TF_LIST has. */
struct any_list {
    void *items;
    size_t count;
    bool present;
};

static bool is_present(const struct tf_decode_shape *shape, const void *source)
{
    if (shape->present_offset != TF_DECODE_NO_PRESENT)
        return *(const bool *)(const void *)((const char *)source + shape->present_offset);
    for (size_t i = 0; i < shape->count; i++)
        if (tf_shape_has(&shape->rows[i], source))
            return true;
    return false;
}

bool tf_shape_has(const struct tf_decode_row *row, const void *source)
{
    const void *member = (const char *)source + row->offset;
    switch (row->type) {
    case TF_DECODE_TEXT: return tf_str_present(*(const struct tf_str *)member);
    case TF_DECODE_DECIMAL: return tf_amount_present(*(const struct tf_amount *)member);
    case TF_DECODE_DATE:
    case TF_DECODE_MOMENT: return tf_str_present(((const struct tf_date *)member)->text);
    case TF_DECODE_FLAG: return *(const bool *)member;
    case TF_DECODE_WHOLE: return *(const uint64_t *)member > 0;
    case TF_DECODE_TIME: return *(const int64_t *)member != 0;
    case TF_DECODE_GROUP: return is_present(row->shape, member);
    case TF_DECODE_LIST: return ((const struct any_list *)member)->present;
    }
    return false;
}

static size_t size_of(enum tf_decode_type type)
{
    switch (type) {
    case TF_DECODE_TEXT: return sizeof(struct tf_str);
    case TF_DECODE_DECIMAL: return sizeof(struct tf_amount);
    case TF_DECODE_DATE:
    case TF_DECODE_MOMENT: return sizeof(struct tf_date);
    case TF_DECODE_FLAG: return sizeof(bool);
    case TF_DECODE_WHOLE:
    case TF_DECODE_TIME: return sizeof(uint64_t);
    case TF_DECODE_LIST: return sizeof(struct any_list);
    case TF_DECODE_GROUP: break;
    }
    return 0;
}

void tf_shape_fill(const struct tf_decode_shape *shape, void *target, const void *source)
{
    if (shape->present_offset != TF_DECODE_NO_PRESENT && is_present(shape, source))
        *(bool *)((char *)target + shape->present_offset) = true;
    for (size_t i = 0; i < shape->count; i++) {
        const struct tf_decode_row *row = &shape->rows[i];
        if (row->type == TF_DECODE_GROUP)
            tf_shape_fill(row->shape, (char *)target + row->offset, (const char *)source + row->offset);
        else if (!tf_shape_has(row, target) && tf_shape_has(row, source))
            memcpy((char *)target + row->offset, (const char *)source + row->offset, size_of(row->type));
    }
}
