#include "cloudevents.h"

#include "json_members.h"
#include "taxflow/clock.h"

#define SOURCE_PREFIX "urn:taxflow:"

static enum tf_err refuse(struct tf_problem *problem, struct tf_arena *arena, enum tf_err err, const char *attribute, size_t offset,
                          const char *detail)
{
    struct tf_json_path root = {0};
    return tf_json_path_problem(problem, arena, err, &root, tf_str_of(attribute), offset, detail);
}

bool tf_cloudevents_structured(const struct tf_json_node *root)
{
    return tf_json_members_find(root, TF_STR("specversion")) != NULL;
}

/* A string attribute; absent when the event has none. Empty strings are no attribute values. */
static enum tf_err read_attribute(const struct tf_json_node *root, struct tf_arena *arena, const char *name, struct tf_str *ret_value,
                                  struct tf_problem *problem)
{
    const struct tf_json_node *node = tf_json_members_find(root, tf_str_of(name));
    *ret_value = TF_STR_NONE;
    if (node == NULL)
        return TF_OK;
    if (node->type != TF_JSON_STRING || node->as.text.len == 0)
        return refuse(problem, arena, TF_E_CLOUDEVENT, name, node->offset, "the attribute must be a string that is not empty");
    *ret_value = node->as.text;
    return TF_OK;
}

/* "application/json", "text/json", "application/vnd.acme+json", each with parameters. */
static bool is_json_type(struct tf_str type)
{
    const char *end = type.len > 0 ? memchr(type.ptr, ';', type.len) : NULL;
    struct tf_str media = tf_str_trim((struct tf_str){type.ptr, end != NULL ? (size_t)(end - type.ptr) : type.len});
    if (media.len < sizeof "/json" - 1)
        return false;
    struct tf_str last = {media.ptr + media.len - 5, 5};
    return tf_str_ieq(last, TF_STR("/json")) || tf_str_ieq(last, TF_STR("+json"));
}

static enum tf_err check_lengths(const struct tf_envelope *envelope, struct tf_arena *arena, struct tf_problem *problem)
{
    static const char detail[] = "the attribute may have at most 256 bytes";
    if (envelope->id.len > TF_EVENT_ID_BYTES_MAX)
        return refuse(problem, arena, TF_E_VALUE, "id", 0, detail);
    if (envelope->source.len > TF_EVENT_ID_BYTES_MAX)
        return refuse(problem, arena, TF_E_VALUE, "source", 0, detail);
    return TF_OK;
}

static enum tf_err check_time(struct tf_str time, struct tf_arena *arena, struct tf_problem *problem)
{
    int64_t ms;
    if (!tf_str_present(time) || tf_clock_parse_time(time, &ms))
        return TF_OK;
    return refuse(problem, arena, TF_E_CLOUDEVENT, "time", 0, "the attribute must be a time as \"2026-11-23T08:30:00Z\" (RFC 3339)");
}

static enum tf_err read_all(const struct tf_json_node *root, struct tf_arena *arena, struct tf_envelope *envelope,
                            struct tf_str *ret_version, struct tf_str *ret_media, struct tf_problem *problem)
{
    const struct { const char *name; struct tf_str *value; bool required; } rows[] = {
        {"specversion", ret_version, true},
        {"id", &envelope->id, true},
        {"source", &envelope->source, true},
        {"type", &envelope->type, true},
        {"time", &envelope->time, false},
        {"traceparent", &envelope->traceparent, false},
        {"datacontenttype", ret_media, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        TF_TRY(read_attribute(root, arena, rows[i].name, rows[i].value, problem));
        if (rows[i].required && !tf_str_present(*rows[i].value))
            return refuse(problem, arena, TF_E_CLOUDEVENT, rows[i].name, root->offset, "CloudEvents 1.0 requires this attribute");
    }
    return TF_OK;
}

enum tf_err tf_cloudevents_attributes(const struct tf_json_node *root, struct tf_arena *arena, struct tf_envelope *ret_envelope,
                                      struct tf_problem *problem)
{
    struct tf_str version, media;
    *ret_envelope = (struct tf_envelope){.id_given = true};
    TF_TRY(read_all(root, arena, ret_envelope, &version, &media, problem));
    if (!tf_str_is(version, "1.0"))
        return refuse(problem, arena, TF_E_CLOUDEVENT, "specversion", root->offset, "the version must be \"1.0\"");
    if (tf_str_present(media) && !is_json_type(media))
        return refuse(problem, arena, TF_E_CLOUDEVENT, "datacontenttype", root->offset, "the data must be JSON");
    TF_TRY(check_lengths(ret_envelope, arena, problem));
    return check_time(ret_envelope->time, arena, problem);
}

static enum tf_err check_given(const struct tf_envelope *attributes, struct tf_arena *arena, struct tf_problem *problem)
{
    const struct { const char *name; struct tf_str value; } rows[] = {
        {"id", attributes->id},     {"source", attributes->source},           {"type", attributes->type},
        {"time", attributes->time}, {"traceparent", attributes->traceparent},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tf_str value = rows[i].value;
        if (!tf_str_present(value))
            continue;
        if (value.len == 0 || memchr(value.ptr, '\0', value.len) != NULL || !tf_str_utf8_valid(value))
            return refuse(problem, arena, TF_E_CLOUDEVENT, rows[i].name, 0, "the attribute must be UTF-8 text that is not empty");
    }
    TF_TRY(check_lengths(attributes, arena, problem));
    return check_time(attributes->time, arena, problem);
}

enum tf_err tf_cloudevents_take(const struct tf_envelope *attributes, struct tf_arena *arena, struct tf_envelope *ret_envelope,
                                struct tf_problem *problem)
{
    *ret_envelope = (struct tf_envelope){.id_given = false};
    if (attributes == NULL)
        return TF_OK;
    TF_TRY(check_given(attributes, arena, problem));
    ret_envelope->id = attributes->id;
    ret_envelope->source = attributes->source;
    ret_envelope->type = attributes->type;
    ret_envelope->time = attributes->time;
    ret_envelope->traceparent = attributes->traceparent;
    return TF_OK;
}

static struct tf_str type_of(enum tf_kind kind)
{
    static const struct tf_str types[TF_KIND_COUNT] = {
#define X(name, text, member) [TF_KIND_##name] = {"taxflow." text ".v1", sizeof("taxflow." text ".v1") - 1},
        TF_KIND_TABLE(X)
#undef X
    };
    return types[kind];
}

static struct tf_str derive_source(struct tf_str company, struct tf_arena *arena)
{
    const size_t prefix = sizeof SOURCE_PREFIX - 1;
    char *source = tf_arena_alloc(arena, prefix + company.len);
    if (source == NULL)
        return TF_STR_NONE;
    memcpy(source, SOURCE_PREFIX, prefix);
    memcpy(source + prefix, company.ptr, company.len);
    return (struct tf_str){source, prefix + company.len};
}

static struct tf_str derive_id(const struct tf_hash16 *hash, struct tf_arena *arena)
{
    char *hex = tf_arena_alloc(arena, 2 * TF_HASH16_BYTES + 1);
    if (hex == NULL)
        return TF_STR_NONE;
    tf_hash_hex(hash->bytes, TF_HASH16_BYTES, hex);
    return (struct tf_str){hex, 2 * TF_HASH16_BYTES};
}

enum tf_err tf_cloudevents_complete(struct tf_envelope *envelope, const struct tf_event *event, struct tf_arena *arena,
                                    struct tf_problem *problem)
{
    struct tf_str type = type_of(event->kind);
    if (tf_str_present(envelope->type) && !tf_str_eq(envelope->type, type))
        return refuse(problem, arena, TF_E_CLOUDEVENT, "type", 0, "the type must be \"taxflow.KIND.v1\" of the record's kind");
    envelope->type = type;
    envelope->id_given = tf_str_present(envelope->id);
    if (!envelope->id_given)
        envelope->id = derive_id(&envelope->body_hash, arena);
    if (!envelope->id_given || !tf_str_present(envelope->source))
        envelope->source = derive_source(event->company, arena);
    if (!tf_str_present(envelope->id) || !tf_str_present(envelope->source))
        return refuse(problem, arena, TF_E_LIMIT, NULL, 0, "the batch's memory is used up");
    return TF_OK;
}
