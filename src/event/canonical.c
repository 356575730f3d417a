#include "canonical.h"

#include "taxflow/json.h"

/* A string without escapes is its own canonical form: RFC 8259 lets neither quote, backslash nor control character in. */
static struct tf_str inside(struct tf_str text, bool plain, struct tf_buf *scratch)
{
    if (plain)
        return text;
    tf_buf_reset(scratch);
    tf_json_escape(scratch, text);
    return tf_buf_view(scratch);
}

static struct tf_str word_of(const struct tf_json_node *node)
{
    switch ((enum tf_json_type)node->type) {
    case TF_JSON_FALSE: return TF_STR("false");
    case TF_JSON_TRUE: return TF_STR("true");
    case TF_JSON_NUMBER: return node->as.text;
    case TF_JSON_NULL:
    case TF_JSON_STRING:
    case TF_JSON_ARRAY:
    case TF_JSON_OBJECT: break;
    }
    return TF_STR("null");
}

/* First pass: how many bytes. Brackets, quotes, colons and commas are counted where they will be written. */
static size_t measure(const struct tf_json_node *node, struct tf_buf *scratch)
{
    if (node->type == TF_JSON_STRING)
        return 2 + inside(node->as.text, node->text_plain, scratch).len;
    if (node->type < TF_JSON_ARRAY)
        return word_of(node).len;
    size_t len = 2 + (node->count > 0 ? node->count - 1 : 0);
    for (uint32_t i = 0; i < node->count; i++) {
        const struct tf_json_node *child = &node->as.items[i];
        if (node->type == TF_JSON_OBJECT)
            len += 3 + inside(child->name, child->name_plain, scratch).len;
        len += measure(child, scratch);
    }
    return len;
}

static char *put(char *out, struct tf_str s)
{
    memcpy(out, s.ptr, s.len);
    return out + s.len;
}

static char *put_string(char *out, struct tf_str text, bool plain, struct tf_buf *scratch)
{
    *out++ = '"';
    out = put(out, inside(text, plain, scratch));
    *out++ = '"';
    return out;
}

/* Second pass: the bytes, into room of exactly that size. */
static char *put_node(const struct tf_json_node *node, char *out, struct tf_buf *scratch)
{
    if (node->type == TF_JSON_STRING)
        return put_string(out, node->as.text, node->text_plain, scratch);
    if (node->type < TF_JSON_ARRAY)
        return put(out, word_of(node));
    bool object = node->type == TF_JSON_OBJECT;
    *out++ = object ? '{' : '[';
    for (uint32_t i = 0; i < node->count; i++) {
        const struct tf_json_node *child = &node->as.items[i];
        if (i > 0)
            *out++ = ',';
        if (object) {
            out = put_string(out, child->name, child->name_plain, scratch);
            *out++ = ':';
        }
        out = put_node(child, out, scratch);
    }
    *out++ = object ? '}' : ']';
    return out;
}

enum tf_err tf_canonical_body(const struct tf_json_node *node, size_t bytes_max, struct tf_buf *scratch, struct tf_arena *arena,
                              struct tf_str *ret_body)
{
    tf_buf_reset(scratch);
    size_t len = measure(node, scratch);
    if (scratch->failed)
        return TF_E_MEMORY;
    if (len > bytes_max)
        return TF_E_TOO_BIG;
    char *body = tf_arena_alloc(arena, len);
    if (body == NULL)
        return TF_E_LIMIT;
    *ret_body = (struct tf_str){body, (size_t)(put_node(node, body, scratch) - body)};
    return TF_OK;
}
