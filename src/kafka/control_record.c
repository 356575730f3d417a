#include "control_record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "taxflow/json.h"

/* A cursor over the record. Texts of ours never need an escape, so one is refused. */
struct scan {
    const char *at, *end;
};

/* since_ms is a text: readers older than it refuse the whole record for a number past 32 bits, and skip texts they do not know. */
void tf_control_record_encode(const struct tf_control *control, struct tf_buf *out)
{
    struct tf_json json;
    char since[24];
    snprintf(since, sizeof since, "%" PRId64, control->since_ms);
    tf_json_init(&json, out);
    tf_json_object(&json);
    tf_json_ktext(&json, "generation", control->generation);
    tf_json_ktext(&json, "cluster_id", control->cluster_id);
    tf_json_ktext(&json, "key_fingerprint", control->key_fingerprint);
    tf_json_ku64(&json, "partitions", control->partitions);
    tf_json_ktext(&json, "since_ms", since);
    tf_json_object_end(&json);
}

static void skip_space(struct scan *scan)
{
    while (scan->at < scan->end && strchr(" \t\r\n", *scan->at) && *scan->at)
        scan->at++;
}

static bool take(struct scan *scan, char wanted)
{
    skip_space(scan);
    if (scan->at >= scan->end || *scan->at != wanted)
        return false;
    scan->at++;
    return true;
}

static bool take_text(struct scan *scan, struct tf_str *ret_text)
{
    if (!take(scan, '"'))
        return false;
    const char *begin = scan->at;
    while (scan->at < scan->end && *scan->at != '"' && *scan->at != '\\' && (unsigned char)*scan->at >= ' ')
        scan->at++;
    *ret_text = (struct tf_str){begin, (size_t)(scan->at - begin)};
    return scan->at < scan->end && *scan->at++ == '"';
}

/* A whole number or a word, as it stands. */
static struct tf_str take_bare(struct scan *scan)
{
    skip_space(scan);
    const char *begin = scan->at;
    while (scan->at < scan->end && ((*scan->at >= '0' && *scan->at <= '9') || (*scan->at >= 'a' && *scan->at <= 'z')))
        scan->at++;
    return (struct tf_str){begin, (size_t)(scan->at - begin)};
}

static bool keep(struct tf_str value, char *out, size_t size)
{
    if (value.len >= size)
        return false;
    memcpy(out, value.ptr, value.len);
    out[value.len] = '\0';
    return true;
}

static bool keep_since(struct tf_control *control, struct tf_str value)
{
    uint64_t number;
    if (!tf_str_to_u64(value, INT64_MAX, &number))
        return false;
    control->since_ms = (int64_t)number;
    return true;
}

static bool keep_text(struct tf_control *control, struct tf_str name, struct tf_str value)
{
    if (tf_str_is(name, "generation"))
        return keep(value, control->generation, sizeof control->generation);
    if (tf_str_is(name, "cluster_id"))
        return keep(value, control->cluster_id, sizeof control->cluster_id);
    if (tf_str_is(name, "key_fingerprint"))
        return keep(value, control->key_fingerprint, sizeof control->key_fingerprint);
    if (tf_str_is(name, "since_ms"))
        return keep_since(control, value);
    return !tf_str_is(name, "partitions");
}

static bool keep_bare(struct tf_control *control, struct tf_str name, struct tf_str value)
{
    uint64_t number;
    bool whole = tf_str_to_u64(value, UINT32_MAX, &number);
    if (tf_str_is(name, "partitions")) {
        if (whole)
            control->partitions = (uint32_t)number;
        return whole;
    }
    bool known = tf_str_is(name, "generation") || tf_str_is(name, "cluster_id") || tf_str_is(name, "key_fingerprint") || tf_str_is(name, "since_ms");
    return !known && (whole || tf_str_is(value, "true") || tf_str_is(value, "false") || tf_str_is(value, "null"));
}

static bool take_member(struct scan *scan, struct tf_control *control)
{
    struct tf_str name, value;
    if (!take_text(scan, &name) || !take(scan, ':'))
        return false;
    skip_space(scan);
    if (scan->at < scan->end && *scan->at == '"')
        return take_text(scan, &value) && keep_text(control, name, value);
    return keep_bare(control, name, take_bare(scan));
}

bool tf_control_record_decode(struct tf_str text, struct tf_control *ret_control)
{
    struct scan scan = {text.ptr, text.ptr + text.len};
    struct tf_control control = {0};
    if (!take(&scan, '{'))
        return false;
    do {
        if (!take_member(&scan, &control))
            return false;
    } while (take(&scan, ','));
    bool whole = take(&scan, '}');
    skip_space(&scan);
    if (!whole || scan.at != scan.end || control.generation[0] == '\0')
        return false;
    *ret_control = control;
    return true;
}
