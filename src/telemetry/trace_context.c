/* W3C Trace Context: the traceparent header. */
#include "taxflow/hash.h"
#include "taxflow/trace.h"

/* "00-" trace-id "-" parent-id "-" flags */
enum { TRACE_ID_AT = 3, SPAN_ID_AT = 36, FLAGS_AT = 53, LENGTH = 55 };

/* The grammar knows HEXDIGLC only, so upper case is an invalid header (section 3.2.2.1). */
static bool read_hex(struct tf_str text, size_t at, uint8_t *out, size_t len)
{
    const struct tf_str hex = {text.ptr + at, 2 * len};
    bool upper = false;
    for (size_t i = 0; i < hex.len; i++)
        upper |= hex.ptr[i] >= 'A' && hex.ptr[i] <= 'F';
    return !upper && tf_hash_unhex(hex, out, len);
}

static bool all_zero(const uint8_t *bytes, size_t len)
{
    uint8_t seen = 0;
    for (size_t i = 0; i < len; i++)
        seen |= bytes[i];
    return seen == 0;
}

/* Whether length and dashes are those of the header's version; the version itself is two hex digits but never "ff". */
static bool shape_ok(struct tf_str text)
{
    uint8_t version;
    if (!tf_str_present(text) || text.len < LENGTH || !read_hex(text, 0, &version, 1) || version == 0xff)
        return false;
    if (text.len > LENGTH && (version == 0 || text.ptr[LENGTH] != '-'))
        return false;
    return text.ptr[TRACE_ID_AT - 1] == '-' && text.ptr[SPAN_ID_AT - 1] == '-' && text.ptr[FLAGS_AT - 1] == '-';
}

void tf_trace_parse(struct tf_str traceparent, struct tf_trace_context *ret_context)
{
    struct tf_trace_context context = {.valid = true};
    uint8_t flags;
    *ret_context = (struct tf_trace_context){.valid = false};
    if (!shape_ok(traceparent))
        return;
    if (!read_hex(traceparent, TRACE_ID_AT, context.trace_id, sizeof context.trace_id) ||
        !read_hex(traceparent, SPAN_ID_AT, context.span_id, sizeof context.span_id) ||
        !read_hex(traceparent, FLAGS_AT, &flags, 1))
        return;
    if (all_zero(context.trace_id, sizeof context.trace_id) || all_zero(context.span_id, sizeof context.span_id))
        return;
    context.sampled = (flags & 1) != 0;
    *ret_context = context;
}

void tf_trace_format(const struct tf_trace_context *context, char out[TF_TRACE_PARENT_BYTES])
{
    memcpy(out, "00-", TRACE_ID_AT);
    tf_hash_hex(context->trace_id, sizeof context->trace_id, out + TRACE_ID_AT);
    out[SPAN_ID_AT - 1] = '-';
    tf_hash_hex(context->span_id, sizeof context->span_id, out + SPAN_ID_AT);
    out[FLAGS_AT - 1] = '-';
    out[FLAGS_AT] = '0';
    out[FLAGS_AT + 1] = context->sampled ? '1' : '0';
    out[LENGTH] = '\0';
}
