#include "decode.h"

#include "json_members.h"
#include "taxflow/clock.h"

enum { DATE_BYTES = 10 };

static enum tf_err read_text(const struct tf_json_node *node, const struct tf_decode_row *row, void *target)
{
    (void)row;
    if (node->type != TF_JSON_STRING)
        return TF_E_TYPE;
    *(struct tf_str *)target = node->as.text;
    return TF_OK;
}

static enum tf_err read_decimal(const struct tf_json_node *node, const struct tf_decode_row *row, void *target)
{
    (void)row;
    struct tf_amount *amount = target;
    if (node->type != TF_JSON_STRING && node->type != TF_JSON_NUMBER)
        return TF_E_TYPE;
    amount->text = node->as.text;
    if (node->type == TF_JSON_NUMBER)
        return tf_money_parse_json(node->as.text, &amount->value);
    return tf_money_parse(node->as.text, &amount->value);
}

static enum tf_err read_date(const struct tf_json_node *node, const struct tf_decode_row *row, void *target)
{
    struct tf_date *date = target;
    if (node->type != TF_JSON_STRING)
        return TF_E_TYPE;
    struct tf_str text = tf_str_trim(node->as.text);
    date->text = text.len == 0 ? text : node->as.text;
    if (text.len == 0 || tf_clock_parse_date(text, &date->days))
        return TF_OK;
    int64_t ms;
    struct tf_str day = {text.ptr, text.len < DATE_BYTES ? text.len : DATE_BYTES};
    if (row->type == TF_DECODE_MOMENT && tf_clock_parse_time(text, &ms) && tf_clock_parse_date(day, &date->days))
        return TF_OK;
    return TF_E_DATE;
}

static enum tf_err read_time(const struct tf_json_node *node, const struct tf_decode_row *row, void *target)
{
    (void)row;
    if (node->type != TF_JSON_STRING)
        return TF_E_TYPE;
    struct tf_str text = tf_str_trim(node->as.text);
    return text.len == 0 || tf_clock_parse_time(text, target) ? TF_OK : TF_E_DATE;
}

static enum tf_err read_flag(const struct tf_json_node *node, const struct tf_decode_row *row, void *target)
{
    (void)row;
    if (node->type != TF_JSON_TRUE && node->type != TF_JSON_FALSE)
        return TF_E_TYPE;
    *(bool *)target = node->type == TF_JSON_TRUE;
    return TF_OK;
}

static enum tf_err read_whole(const struct tf_json_node *node, const struct tf_decode_row *row, void *target)
{
    if (node->type != TF_JSON_NUMBER)
        return TF_E_TYPE;
    return tf_str_to_u64(node->as.text, row->limit, target) ? TF_OK : TF_E_VALUE;
}

static const struct {
    enum tf_err (*read)(const struct tf_json_node *node, const struct tf_decode_row *row, void *target);
    const char *detail;
} readers[] = {
    [TF_DECODE_TEXT] = {read_text, "the member must be a string"},
    [TF_DECODE_DECIMAL] = {read_decimal, "the member must be a decimal such as \"12.50\": at most 28 digits, 20 of them decimals"},
    [TF_DECODE_DATE] = {read_date, "the member must be a date as \"2026-11-23\", of the calendar"},
    [TF_DECODE_MOMENT] = {read_date, "the member must be a date as \"2026-11-23\", or a time as \"2026-11-23T08:30:00Z\""},
    [TF_DECODE_TIME] = {read_time, "the member must be a time as \"2026-11-23T08:30:00Z\" (RFC 3339)"},
    [TF_DECODE_FLAG] = {read_flag, "the member must be true or false"},
    [TF_DECODE_WHOLE] = {read_whole, "the member must be a whole number without sign, within its range"},
};

enum tf_err tf_decode_scalar(const struct tf_json_node *node, const struct tf_decode_row *row, void *target)
{
    return readers[row->type].read(node, row, target);
}

static enum tf_err refuse(const struct tf_decode *decode, enum tf_err err, const struct tf_json_node *node,
                          const struct tf_json_path *path, const char *detail)
{
    return tf_json_path_problem(decode->problem, decode->arena, err, path, TF_STR_NONE, node->offset, detail);
}

_Static_assert(sizeof(struct tf_decode_list) == sizeof(((struct tf_invoice *)0)->lines), "TF_LIST changed");

static enum tf_err read_group(const struct tf_decode *decode, const struct tf_decode_shape *shape, const struct tf_json_node *node,
                              const struct tf_json_path *path, void *target)
{
    if (shape->plain && node->type == TF_JSON_STRING)
        return read_text(node, NULL, (char *)target + shape->rows[0].offset);
    if (node->type != TF_JSON_OBJECT)
        return refuse(decode, TF_E_TYPE, node, path,
                      shape->plain ? "the member must be a string or an object" : "the member must be an object");
    return tf_decode_group(decode, shape, node, path, target);
}

static enum tf_err read_list_of_one(const struct tf_decode *decode, const struct tf_decode_row *row, const struct tf_json_node *node,
                                    const struct tf_json_path *path, struct tf_decode_list *list)
{
    list->present = true;
    list->items = tf_arena_calloc(decode->arena, 1, row->shape->size);
    if (list->items == NULL)
        return refuse(decode, TF_E_LIMIT, node, path, "the batch's memory is used up");
    list->count = 1;
    return read_group(decode, row->shape, node, path, list->items);
}

static enum tf_err read_list(const struct tf_decode *decode, const struct tf_decode_row *row, const struct tf_json_node *node,
                             const struct tf_json_path *path, void *target)
{
    struct tf_decode_list *list = target;
    const struct tf_decode_shape *shape = row->shape;
    if (row->single && node->type == TF_JSON_OBJECT)
        return read_list_of_one(decode, row, node, path, list);
    if (node->type != TF_JSON_ARRAY)
        return refuse(decode, TF_E_TYPE, node, path, "the member must be an array");
    if (node->count > row->limit)
        return refuse(decode, TF_E_TOO_MANY, node, path, "the list has too many elements: split the document");
    list->present = true;
    list->items = tf_arena_calloc(decode->arena, node->count, shape->size);
    if (list->items == NULL)
        return refuse(decode, TF_E_LIMIT, node, path, "the batch's memory is used up");
    list->count = node->count;
    struct tf_json_path below = {.up = path};
    for (uint32_t i = 0; i < node->count; i++) {
        below.index = i;
        TF_TRY(read_group(decode, shape, &node->as.items[i], &below, (char *)list->items + i * shape->size));
    }
    return TF_OK;
}

/* A date of blanks is given in a document of CII and a date of nothing is not (BR-29): what it was made from keeps them. */
static void keep_blanks(const struct tf_decode *decode, const struct tf_decode_row *row, const struct tf_json_node *node, void *target)
{
    struct tf_date *date = target;
    if (decode->lenient && row->type == TF_DECODE_DATE && date->text.len == 0)
        *date = (struct tf_date){.text = node->as.text, .days = TF_DATE_UNKNOWN};
}

/* Whether a member whose text cannot be read may stand all the same: its value is unknown then. */
static bool forgive(const struct tf_decode *decode, const struct tf_decode_row *row, const struct tf_json_node *node, void *target)
{
    if (!decode->lenient || node->type != TF_JSON_STRING)
        return false;
    if (row->type == TF_DECODE_DECIMAL)
        ((struct tf_amount *)target)->value = (struct tf_decimal){.unknown = true};
    else if (row->type == TF_DECODE_DATE)
        ((struct tf_date *)target)->days = TF_DATE_UNKNOWN;
    else
        return false;
    return true;
}

static enum tf_err read_member(const struct tf_decode *decode, const struct tf_decode_row *row, const struct tf_json_node *node,
                               const struct tf_json_path *path, void *target)
{
    if (row->type < TF_DECODE_GROUP) {
        enum tf_err err = readers[row->type].read(node, row, target);
        if (err == TF_OK)
            keep_blanks(decode, row, node, target);
        if (err == TF_OK || forgive(decode, row, node, target))
            return TF_OK;
        return tf_json_path_problem(decode->problem, decode->arena, err, path, row->name, node->offset, readers[row->type].detail);
    }
    struct tf_json_path below = {.up = path, .name = row->name};
    if (row->type == TF_DECODE_GROUP)
        return read_group(decode, row->shape, node, &below, target);
    return read_list(decode, row, node, &below, target);
}

bool tf_decode_is_blank(const struct tf_decode_row *row, const void *target)
{
    switch (row->type) {
    case TF_DECODE_TEXT: return tf_str_blank(*(const struct tf_str *)target);
    case TF_DECODE_DATE:
    case TF_DECODE_MOMENT: return ((const struct tf_date *)target)->text.len == 0;
    case TF_DECODE_LIST: return ((const struct tf_decode_list *)target)->count == 0;
    default: return false;
    }
}

/* A row and the member of its name, or NULL where the object has none. */
static enum tf_err read_row(const struct tf_decode *decode, const struct tf_decode_row *row, const struct tf_json_node *node,
                            const struct tf_json_node *member, const struct tf_json_path *path, void *target)
{
    bool present = member != NULL && member->type != TF_JSON_NULL;
    if (present)
        TF_TRY(read_member(decode, row, member, path, target));
    if (row->required && (!present || tf_decode_is_blank(row, target)))
        return tf_decode_missing(decode, node, path, row->name);
    return TF_OK;
}

enum tf_err tf_decode_group(const struct tf_decode *decode, const struct tf_decode_shape *shape, const struct tf_json_node *node,
                            const struct tf_json_path *path, void *target)
{
    if (shape->present_offset != TF_DECODE_NO_PRESENT)
        *(bool *)((char *)target + shape->present_offset) = true;
    const struct tf_json_node *member = node->as.items, *end = member + node->count;
    for (size_t i = 0; i < shape->count; i++) {
        const struct tf_decode_row *row = &shape->rows[i];
        int order = 1;
        while (member < end && (order = tf_json_members_cmp(member->name, row->name)) < 0)
            member++;
        if (order == 0 || row->required)
            TF_TRY(read_row(decode, row, node, order == 0 ? member : NULL, path, (char *)target + row->offset));
    }
    return TF_OK;
}

enum tf_err tf_decode_missing(const struct tf_decode *decode, const struct tf_json_node *node, const struct tf_json_path *path,
                              struct tf_str member)
{
    return tf_json_path_problem(decode->problem, decode->arena, TF_E_MISSING, path, member, node->offset,
                                "the record format requires this member");
}
