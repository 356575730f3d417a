#include <stdio.h>
#include <string.h>

#include "taxflow/clock.h"
#include "taxflow/letters.h"
#include "taxflow/dead_letter.h"

/* Headers of a letter, the members they fill, and what JSON calls them. */
static const struct field {
    const char *header, *name;
    size_t at;
} fields[] = {
    {"tf_role",     "role",        offsetof(struct tf_letter, role)},
    {"tf_reason",   "reason",      offsetof(struct tf_letter, reason)},
    {"tf_path",     "path",        offsetof(struct tf_letter, path)},
    {"tf_detail",   "detail",      offsetof(struct tf_letter, detail)},
    {"tf_position", "source",      offsetof(struct tf_letter, source)},
    {"tf_attempts", "attempts",    offsetof(struct tf_letter, attempts)},
    {"tf_event_id", "event_id",    offsetof(struct tf_letter, event_id)},
    {"tf_bytes",    "bytes",       offsetof(struct tf_letter, bytes)},
    {"tf_sha256",   "sha256",      offsetof(struct tf_letter, sha256)},
    {"tf_origin",   "origin",      offsetof(struct tf_letter, origin)},
    {"tf_root",     "root",        offsetof(struct tf_letter, root)},
    {"tf_original", "original",    offsetof(struct tf_letter, original)},
    {"ce_id",       "ce_id",       offsetof(struct tf_letter, ce_id)},
    {"ce_source",   "ce_source",   offsetof(struct tf_letter, ce_source)},
    {"ce_type",     "ce_type",     offsetof(struct tf_letter, ce_type)},
    {"ce_time",     "ce_time",     offsetof(struct tf_letter, ce_time)},
    {"traceparent", "traceparent", offsetof(struct tf_letter, traceparent)},
};
enum { FIELDS = sizeof fields / sizeof fields[0], POSITION_BYTES = 320 };

static void put(struct tf_letter *letter, const struct field *field, struct tf_str value)
{
    memcpy((char *)letter + field->at, &value, sizeof value);
}

static struct tf_str get(const struct tf_letter *letter, const struct field *field)
{
    struct tf_str value;
    memcpy(&value, (const char *)letter + field->at, sizeof value);
    return value;
}

void tf_letter_view(const struct tf_position *position, const struct tf_row *row, struct tf_letter *letter)
{
    *letter = (struct tf_letter){.position = *position, .key = row->key, .value = row->value};
    for (uint32_t h = 0; h < row->headers_count; h++)
        for (size_t f = 0; f < FIELDS; f++)
            if (tf_str_is(row->headers[h].name, fields[f].header))
                put(letter, &fields[f], row->headers[h].value);
}

void tf_letter_json(const struct tf_letter *letter, bool with_bytes, struct tf_json *json)
{
    char position[POSITION_BYTES], time[25];
    snprintf(position, sizeof position, "%.*s:%u:%lld", TF_STR_ARGS(letter->position.topic), letter->position.partition,
             (long long)letter->position.offset);
    tf_clock_format_time(letter->position.timestamp_ms, time);
    tf_json_object(json);
    tf_json_ktext(json, "position", position);
    tf_json_ktext(json, "time", time);
    for (size_t f = 0; f < FIELDS; f++)
        if (tf_str_present(get(letter, &fields[f])))
            tf_json_kstr(json, fields[f].name, get(letter, &fields[f]));
    if (with_bytes)
        tf_dead_letter_data(letter->value, json);
    tf_json_object_end(json);
}

/* Cuts text behind its last ":". */
static bool take_number(struct tf_str *text, uint64_t max, uint64_t *ret_number, bool *ret_more)
{
    size_t at = text->len;
    while (at > 0 && text->ptr[at - 1] != ':')
        at--;
    if (!tf_str_to_u64((struct tf_str){text->ptr + at, text->len - at}, max, ret_number))
        return false;
    *ret_more = at > 0;
    text->len = at > 0 ? at - 1 : 0;
    return true;
}

bool tf_letter_parse_position(struct tf_str text, struct tf_position *position)
{
    uint64_t offset, partition;
    bool more;
    if (!tf_str_present(text) || !take_number(&text, INT64_MAX, &offset, &more) || !more || !take_number(&text, INT32_MAX, &partition, &more))
        return false;
    if (more && text.len == 0)
        return false;
    *position = (struct tf_position){.topic = more ? text : TF_STR_NONE, .partition = (uint32_t)partition, .offset = (int64_t)offset};
    return true;
}
