#include "decode_direct.h"

#include <string.h>

#include "decode_event.h"
#include "decode_records.h"
#include "direction.h"
#include "json_members.h"
#include "json_text.h"
#include "json_tokens.h"

struct direct {
    struct tf_json_tokens tokens;
    struct tf_arena *arena;
};

static bool take(struct direct *d, char token) { return tf_json_tokens_take(&d->tokens, token); }

static char next(const struct direct *d) { return tf_json_tokens_next(&d->tokens); }

/* Take a member's name and its colon; not one with escapes. */
static bool take_name(struct direct *d, struct tf_str *ret_name)
{
    if (next(d) != '"')
        return false;
    struct tf_str token = tf_json_tokens_take_scalar(&d->tokens);
    *ret_name = (struct tf_str){token.ptr + 1, token.len - 2};
    if (token.len < 2 || token.ptr[token.len - 1] != '"' || !take(d, ':'))
        return false;
    return !d->tokens.escapes || memchr(ret_name->ptr, '\\', ret_name->len) == NULL;
}

/* A scalar as a node of a tree. */
static bool take_scalar(struct direct *d, struct tf_json_node *ret_node)
{
    if (!tf_json_tokens_scalar(&d->tokens))
        return false;
    struct tf_str token = tf_json_tokens_take_scalar(&d->tokens);
    if (token.ptr[0] == '"') {
        ret_node->type = TF_JSON_STRING;
        return tf_json_tokens_string(&d->tokens, token, &ret_node->as.text, &ret_node->text_plain) == TF_OK;
    }
    ret_node->as.text = token;
    ret_node->type = TF_JSON_NUMBER;
    if (tf_json_text_is_number(token))
        return true;
    ret_node->type = tf_str_is(token, "true") ? TF_JSON_TRUE : tf_str_is(token, "false") ? TF_JSON_FALSE : TF_JSON_NULL;
    return ret_node->type != TF_JSON_NULL || tf_str_is(token, "null");
}

/* A date of blanks: what it means depends on where the record comes from. */
static bool is_doubtful(const struct tf_decode_row *row, const struct tf_json_node *node)
{
    return row->type == TF_DECODE_DATE && node->as.text.len > 0 && tf_str_blank(node->as.text);
}

static bool read_scalar(struct direct *d, const struct tf_decode_row *row, void *target)
{
    struct tf_json_node node;
    if (!take_scalar(d, &node))
        return false;
    if (node.type == TF_JSON_NULL)
        return !row->required;
    return tf_decode_scalar(&node, row, target) == TF_OK && !is_doubtful(row, &node);
}

static bool read_group(struct direct *d, const struct tf_decode_shape *shape, void *target);

/* How many elements the list has that was just opened; false when it is not closed. */
static bool count_elements(const struct direct *d, size_t *ret_count)
{
    const char *copy = d->tokens.copy;
    size_t depth = 0, commas = 0;
    for (const uint32_t *at = d->tokens.at; at < d->tokens.end; at++) {
        char c = copy[*at];
        if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            *ret_count = commas + (at > d->tokens.at);
            if (depth-- == 0)
                return true;
        }
        commas += c == ',' && depth == 0;
    }
    return false;
}

static bool read_elements(struct direct *d, const struct tf_decode_shape *shape, struct tf_decode_list *list)
{
    if (take(d, ']'))
        return list->count == 0;
    for (size_t i = 0; i < list->count; i++)
        if (!read_group(d, shape, (char *)list->items + i * shape->size) || !take(d, i + 1 < list->count ? ',' : ']'))
            return false;
    return true;
}

static bool read_list(struct direct *d, const struct tf_decode_row *row, void *target)
{
    struct tf_decode_list *list = target;
    list->present = true;
    list->count = 1;
    bool one = row->single && next(d) == '{';
    if (!one && (!take(d, '[') || !count_elements(d, &list->count) || list->count > row->limit))
        return false;
    list->items = tf_arena_calloc(d->arena, list->count, row->shape->size);
    if (list->items == NULL)
        return false;
    return one ? read_group(d, row->shape, list->items) : read_elements(d, row->shape, list);
}

/* The value of a row's member. A null is absent. */
static bool read_value(struct direct *d, const struct tf_decode_row *row, void *target)
{
    struct tf_json_node node;
    if (row->type < TF_DECODE_GROUP)
        return read_scalar(d, row, target);
    if (next(d) == 'n')
        return !row->required && take_scalar(d, &node) && node.type == TF_JSON_NULL;
    return row->type == TF_DECODE_LIST ? read_list(d, row, target) : read_group(d, row->shape, target);
}

/* The row of that name at or behind *row, with none in between that is required; NULL when there is none. */
static const struct tf_decode_row *find_row(const struct tf_decode_row *row, const struct tf_decode_row *end, struct tf_str name)
{
    for (; row < end; row++) {
        if (tf_str_eq(row->name, name))
            return row;
        if (row->required)
            return NULL;
    }
    return NULL;
}

static bool none_required(const struct tf_decode_row *row, const struct tf_decode_row *end)
{
    for (; row < end; row++)
        if (row->required)
            return false;
    return true;
}

static bool is_before(struct tf_str a, struct tf_str b) { return tf_json_members_cmp(a, b) < 0; }

/* Where an object's members have got to. */
struct place {
    const struct tf_decode_row *row, *end; /* rows whose members may still come */
    struct tf_str known, unknown;          /* names of the last members that a row describes, and of one that came behind it */
};

/* A member that no row describes: only a scalar, and behind the one before it. Rows whose members cannot come any more are passed. */
static bool skip_unknown(struct direct *d, struct place *place, struct tf_str name)
{
    struct tf_json_node node;
    struct tf_str before = place->unknown.ptr ? place->unknown : place->known;
    if (before.ptr && !is_before(before, name))
        return false;
    for (; place->row < place->end && is_before(place->row->name, name); place->row++)
        if (place->row->required)
            return false;
    place->unknown = name;
    return take_scalar(d, &node);
}

static bool read_member(struct direct *d, struct place *place, void *target)
{
    struct tf_str name;
    if (!take_name(d, &name))
        return false;
    const struct tf_decode_row *row = find_row(place->row, place->end, name);
    if (row == NULL)
        return skip_unknown(d, place, name);
    if (place->unknown.ptr && !is_before(place->unknown, name))
        return false;
    place->row = row + 1;
    place->known = row->name;
    place->unknown = TF_STR_NONE;
    void *member = (char *)target + row->offset;
    return read_value(d, row, member) && !(row->required && tf_decode_is_blank(row, member));
}

/* Rows stand in the order of their names, so members that find theirs one behind the other are in order, and none stands twice. */
static bool read_members(struct direct *d, const struct tf_decode_shape *shape, void *target)
{
    struct place place = {shape->rows, shape->rows + shape->count, TF_STR_NONE, TF_STR_NONE};
    if (take(d, '}'))
        return none_required(place.row, place.end);
    do
        if (!read_member(d, &place, target))
            return false;
    while (take(d, ','));
    return take(d, '}') && none_required(place.row, place.end);
}

static bool read_group(struct direct *d, const struct tf_decode_shape *shape, void *target)
{
    if (shape->plain && next(d) == '"')
        return read_scalar(d, &shape->rows[0], (char *)target + shape->rows[0].offset);
    if (!take(d, '{'))
        return false;
    if (shape->present_offset != TF_DECODE_NO_PRESENT)
        *(bool *)((char *)target + shape->present_offset) = true;
    return read_members(d, shape, target);
}

/* The root's members that no row of the head describes. */
struct root {
    struct tf_str previous, kind, direction, body; /* body: name of the member that holds the record */
};

static bool read_word(struct direct *d, struct tf_str *ret_word)
{
    struct tf_json_node node;
    if (!take_scalar(d, &node) || (node.type != TF_JSON_STRING && node.type != TF_JSON_NULL))
        return false;
    if (node.type == TF_JSON_STRING)
        *ret_word = node.as.text;
    return true;
}

/* The record itself, read by the shape that goes with the member's name before the kind is known; else a member of no row. */
static bool read_body(struct direct *d, struct root *root, struct tf_str name, struct tf_event *event)
{
    struct tf_json_node unknown;
    int kind = 0;
    while (kind < TF_KIND_COUNT && !tf_str_eq(tf_decode_event_member((enum tf_kind)kind), name))
        kind++;
    if (kind == TF_KIND_COUNT)
        return take_scalar(d, &unknown);
    if (tf_str_present(root->body))
        return false;
    const struct tf_decode_shape *shape = tf_decode_event_shape((enum tf_kind)kind);
    void *record = tf_arena_calloc(d->arena, 1, shape->size);
    root->body = name;
    event->as.invoice = record;
    return record != NULL && read_group(d, shape, record);
}

static bool read_root_member(struct direct *d, struct root *root, struct tf_str name, struct tf_event *event)
{
    const struct tf_decode_shape *head = &tf_decode_records_head_shape;
    if (tf_str_is(name, "kind"))
        return read_word(d, &root->kind);
    if (tf_str_is(name, "direction"))
        return read_word(d, &root->direction);
    for (size_t i = 0; i < head->count; i++) {
        const struct tf_decode_row *row = &head->rows[i];
        if (!tf_str_eq(row->name, name))
            continue;
        if (next(d) == 'n') /* "manual" and "revision" tell an absent member from a given one */
            return false;
        void *member = (char *)event + row->offset;
        event->manual_present |= row->offset == offsetof(struct tf_event, manual);
        return read_value(d, row, member) && (row->offset != offsetof(struct tf_event, revision) || event->revision > 0);
    }
    return read_body(d, root, name, event);
}

static bool read_root(struct direct *d, struct root *root, struct tf_event *event)
{
    struct tf_str name;
    if (!take(d, '{'))
        return false;
    do {
        if (!take_name(d, &name) || (root->previous.ptr && !is_before(root->previous, name)))
            return false;
        root->previous = name;
        if (!read_root_member(d, root, name, event))
            return false;
    } while (take(d, ','));
    return take(d, '}') && tf_json_tokens_at_end(&d->tokens);
}

/* What the root's words say, once all members are known. */
static bool settle(const struct root *root, struct tf_event *event)
{
    struct tf_str member;
    if (!tf_str_present(root->kind) || !tf_decode_event_kind(root->kind, &event->kind))
        return false;
    if (!tf_str_present(root->body) || !tf_str_eq(tf_decode_event_member(event->kind), root->body))
        return false;
    if (tf_str_blank(event->company) || !tf_decode_event_ids_fit(event, &member))
        return false;
    if (!tf_str_blank(root->direction) && !tf_direction_parse(root->direction, &event->direction))
        return false;
    return (event->kind != TF_KIND_INVOICE && event->kind != TF_KIND_CREDIT_NOTE) || tf_decode_event_original(event);
}

bool tf_decode_direct(struct tf_json_index *index, struct tf_str value, const struct tf_company *companies, size_t companies_count,
                      struct tf_arena *arena, struct tf_event *ret_event)
{
    struct direct d = {.arena = arena};
    struct root root = {.kind = TF_STR_NONE};
    *ret_event = (struct tf_event){0};
    if (value.len > TF_JSON_TREE_BYTES_MAX || tf_json_tokens_open(index, value, arena, &d.tokens) != TF_OK)
        return false;
    if (d.tokens.end - d.tokens.at > TF_JSON_TREE_NODES_MAX || !read_root(&d, &root, ret_event) || !settle(&root, ret_event))
        return false;
    return tf_decode_event_finish(ret_event, companies, companies_count, arena) == TF_OK;
}
