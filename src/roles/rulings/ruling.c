/* One ruling as the JSON of its row. */
#include <jansson.h>

#include "taxflow/clock.h"
#include "taxflow/rulings.h"

static const char *const words[] = {"confirmed", "dismissed"};

bool tf_ruling_word(struct tf_str text, bool *ret_dismissed)
{
    text = tf_str_trim(text);
    *ret_dismissed = tf_str_ieq(text, tf_str_of(words[true]));
    return *ret_dismissed || tf_str_ieq(text, tf_str_of(words[false]));
}

void tf_ruling_json(const struct tf_ruling *ruling, struct tf_json *json)
{
    char at[25];
    tf_clock_format_time(ruling->at_ms, at);
    tf_json_object(json);
    tf_json_kstr(json, "event_id", ruling->event_id);
    tf_json_kstr(json, "rule", ruling->rule);
    tf_json_key(json, "related");
    tf_json_array(json);
    for (uint32_t i = 0; i < ruling->related_count; i++)
        tf_json_str(json, ruling->related[i]);
    tf_json_array_end(json);
    tf_json_ktext(json, "verdict", words[ruling->dismissed]);
    tf_json_kstr(json, "by", ruling->by);
    tf_json_kstr(json, "reason", ruling->reason);
    tf_json_ktext(json, "at", at);
    tf_json_object_end(json);
}

static struct tf_str text_of(const json_t *value)
{
    return json_is_string(value) ? (struct tf_str){json_string_value(value), json_string_length(value)} : TF_STR_NONE;
}

static enum tf_err keep(struct tf_arena *arena, struct tf_str text, struct tf_str *out)
{
    *out = tf_arena_dup(arena, text);
    return tf_str_present(*out) ? TF_OK : TF_E_LIMIT;
}

static enum tf_err read_related(const json_t *list, struct tf_arena *arena, struct tf_ruling *ruling)
{
    if (!json_is_array(list) || json_array_size(list) > TF_FRAUD_RELATED_MAX)
        return TF_E_VALUE;
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct tf_str id = text_of(json_array_get(list, i));
        if (!tf_str_present(id))
            return TF_E_VALUE;
        TF_TRY(keep(arena, id, &ruling->related[ruling->related_count++]));
    }
    return TF_OK;
}

static enum tf_err read_members(const json_t *root, struct tf_arena *arena, struct tf_ruling *ruling)
{
    const struct { const char *name; struct tf_str *text; } members[] = {
        {"event_id", &ruling->event_id}, {"rule", &ruling->rule}, {"by", &ruling->by}, {"reason", &ruling->reason}};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        struct tf_str text = text_of(json_object_get(root, members[i].name));
        if (tf_str_blank(text))
            return TF_E_VALUE;
        TF_TRY(keep(arena, text, members[i].text));
    }
    if (!tf_ruling_word(text_of(json_object_get(root, "verdict")), &ruling->dismissed)
        || !tf_clock_parse_time(text_of(json_object_get(root, "at")), &ruling->at_ms))
        return TF_E_VALUE;
    return read_related(json_object_get(root, "related"), arena, ruling);
}

enum tf_err tf_ruling_read(struct tf_str value, struct tf_arena *arena, struct tf_ruling *ret_ruling)
{
    json_t *root = json_loadb(value.ptr, value.len, JSON_REJECT_DUPLICATES, NULL);
    *ret_ruling = (struct tf_ruling){.dismissed = false};
    enum tf_err err = json_is_object(root) ? read_members(root, arena, ret_ruling) : TF_E_JSON;
    json_decref(root);
    return err;
}
