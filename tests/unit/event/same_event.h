/* Whether two events say the same, member by member as their shapes have them; where they lie in memory does not matter. */
#ifndef TAXFLOW_TESTS_EVENT_SAME_EVENT_H
#define TAXFLOW_TESTS_EVENT_SAME_EVENT_H

#include "decode_event.h"
#include "decode_records.h"

static inline bool same_group(const struct tf_decode_shape *shape, const void *a, const void *b);

static inline bool same_date(const struct tf_date *a, const struct tf_date *b) { return tf_str_eq(a->text, b->text) && a->days == b->days; }

static inline bool same_amount(const struct tf_amount *a, const struct tf_amount *b)
{
    return tf_str_eq(a->text, b->text) && a->value.units == b->value.units && a->value.scale == b->value.scale && a->value.unknown == b->value.unknown;
}

static inline bool same_list(const struct tf_decode_shape *shape, const struct tf_decode_list *a, const struct tf_decode_list *b)
{
    if (a->count != b->count || a->present != b->present)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same_group(shape, (const char *)a->items + i * shape->size, (const char *)b->items + i * shape->size))
            return false;
    return true;
}

static inline bool same_member(const struct tf_decode_row *row, const void *a, const void *b)
{
    switch (row->type) {
    case TF_DECODE_TEXT: return tf_str_eq(*(const struct tf_str *)a, *(const struct tf_str *)b);
    case TF_DECODE_DECIMAL: return same_amount(a, b);
    case TF_DECODE_DATE:
    case TF_DECODE_MOMENT: return same_date(a, b);
    case TF_DECODE_TIME: return *(const int64_t *)a == *(const int64_t *)b;
    case TF_DECODE_FLAG: return *(const bool *)a == *(const bool *)b;
    case TF_DECODE_WHOLE: return *(const uint64_t *)a == *(const uint64_t *)b;
    case TF_DECODE_GROUP: return same_group(row->shape, a, b);
    case TF_DECODE_LIST: return same_list(row->shape, a, b);
    }
    return false;
}

static inline bool same_group(const struct tf_decode_shape *shape, const void *a, const void *b)
{
    if (shape->present_offset != TF_DECODE_NO_PRESENT
        && *(const bool *)((const char *)a + shape->present_offset) != *(const bool *)((const char *)b + shape->present_offset))
        return false;
    for (size_t i = 0; i < shape->count; i++)
        if (!same_member(&shape->rows[i], (const char *)a + shape->rows[i].offset, (const char *)b + shape->rows[i].offset))
            return false;
    return true;
}

static inline bool same_event(const struct tf_event *a, const struct tf_event *b)
{
    return a->kind == b->kind && a->direction == b->direction && a->direction_foreign == b->direction_foreign && a->manual_present == b->manual_present && a->voided == b->voided
           && a->event_time_ms == b->event_time_ms && a->event_time_present == b->event_time_present && a->event_time_of_day == b->event_time_of_day
           && tf_str_eq(a->party, b->party) && same_group(&tf_decode_records_head_shape, a, b)
           && same_group(tf_decode_event_shape(a->kind), a->as.invoice, b->as.invoice);
}

#endif
