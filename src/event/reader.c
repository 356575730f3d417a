#include <stdlib.h>

#include "attachment.h"
#include "base64.h"
#include "canonical.h"
#include "cloudevents.h"
#include "decode_direct.h"
#include "decode_event.h"
#include "json_members.h"
#include "reader.h"
#include "taxflow/reader_xml.h"

struct tf_reader *tf_reader_create(const struct tf_company *companies, size_t companies_count, size_t max_record_bytes)
{
    struct tf_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return NULL;
    reader->companies = companies;
    reader->companies_count = companies_count;
    reader->max_record_bytes = max_record_bytes;
    tf_buf_init(&reader->scratch, 6 * (size_t)TF_JSON_TREE_BYTES_MAX);
    reader->tree = tf_json_tree_create();
    return reader->tree != NULL ? reader : tf_reader_destroy(reader);
}

struct tf_reader *tf_reader_destroy(struct tf_reader *reader)
{
    if (reader == NULL)
        return NULL;
    tf_json_tree_destroy(reader->tree);
    tf_xml_reader_destroy(reader->xml);
    tf_buf_finish(&reader->scratch);
    free(reader);
    return NULL;
}

/* One call's surroundings. */
struct reading {
    struct tf_reader *reader;
    struct tf_arena *arena;
    struct tf_problem *problem;
};

static enum tf_err refuse(const struct reading *r, enum tf_err err, const struct tf_json_path *path, size_t offset, const char *detail)
{
    return tf_json_path_problem(r->problem, r->arena, err, path, TF_STR_NONE, offset, detail);
}

static enum tf_err parse(const struct reading *r, struct tf_str text, const struct tf_json_path *path, struct tf_json_node **ret_root)
{
    TF_TRY(tf_json_tree_parse(r->reader->tree, text, path, r->arena, ret_root, r->problem));
    if ((*ret_root)->type != TF_JSON_OBJECT)
        return refuse(r, TF_E_TYPE, path, (*ret_root)->offset, "a record must be a JSON object");
    return TF_OK;
}

static enum tf_err write_body(const struct reading *r, const struct tf_json_node *record, const struct tf_json_path *path,
                              struct tf_str *ret_body)
{
    struct tf_buf *scratch = &r->reader->scratch;
    enum tf_err err = tf_canonical_body(record, r->reader->max_record_bytes, scratch, r->arena, ret_body);
    if (scratch->cap > TF_READER_SCRATCH_KEPT_MAX)
        tf_buf_finish(scratch);
    if (err == TF_E_TOO_BIG)
        return refuse(r, err, path, record->offset, "the record, without attachments, passes collector.max_record_bytes");
    return err == TF_OK ? TF_OK : refuse(r, err, path, record->offset, "memory is used up");
}

static enum tf_err decode(const struct reading *r, const struct tf_json_node *record, const struct tf_json_path *path,
                          struct tf_event *ret_event)
{
    const struct tf_decode decoding = {.arena = r->arena, .problem = r->problem};
    return tf_decode_event(&decoding, record, path, r->reader->companies, r->reader->companies_count, ret_event);
}

/* text: what the record came in */
static enum tf_err decode_record(const struct reading *r, struct tf_str text, struct tf_json_node *record, const struct tf_json_path *path,
                                 struct tf_event *ret_event)
{
    struct tf_str body;
    TF_TRY(tf_attachment_cut(record, path, r->arena, r->problem));
    if (text.len > r->reader->max_record_bytes) /* white space and attachments may be what makes it long */
        TF_TRY(write_body(r, record, path, &body));
    return decode(r, record, path, ret_event);
}

enum tf_err tf_reader_decode(struct tf_reader *reader, struct tf_str value, struct tf_arena *arena, struct tf_event *ret_event,
                             struct tf_problem *ret_problem)
{
    const struct reading r = {reader, arena, ret_problem};
    struct tf_json_path path = {0};
    struct tf_json_node *record;
    if (value.len <= reader->max_record_bytes
        && tf_decode_direct(tf_json_tree_index(reader->tree), value, reader->companies, reader->companies_count, arena, ret_event))
        return TF_OK;
    TF_TRY(parse(&r, value, &path, &record));
    return decode_record(&r, value, record, &path, ret_event);
}

/* data_base64 holds the record's bytes (JSON Event Format 1.0, section 3.1.1); they replace the string in place. */
static enum tf_err parse_base64(const struct reading *r, const struct tf_json_node *node, const struct tf_json_path *path,
                                struct tf_json_node **ret_record)
{
    size_t len = 0;
    char *bytes = (char *)(uintptr_t)node->as.text.ptr; /* the tree's own copy */
    if (node->type != TF_JSON_STRING || !tf_base64_decode(node->as.text, bytes, &len))
        return refuse(r, TF_E_CLOUDEVENT, path, node->offset, "the member must be a string of base64");
    return parse(r, (struct tf_str){bytes, len}, path, ret_record);
}

/* The record inside a structured CloudEvent. */
static enum tf_err find_data(const struct reading *r, struct tf_json_node *root, struct tf_json_path *path,
                             struct tf_json_node **ret_record)
{
    const struct tf_json_node *data = tf_json_members_find(root, TF_STR("data"));
    const struct tf_json_node *encoded = tf_json_members_find(root, TF_STR("data_base64"));
    if ((data == NULL) == (encoded == NULL))
        return refuse(r, TF_E_CLOUDEVENT, path->up, root->offset, "the event must have either data or data_base64");
    if (encoded != NULL) {
        path->name = encoded->name;
        return parse_base64(r, encoded, path, ret_record);
    }
    path->name = data->name;
    if (data->type != TF_JSON_OBJECT)
        return refuse(r, TF_E_CLOUDEVENT, path, data->offset, "the data must be a record, a JSON object");
    *ret_record = &root->as.items[data - root->as.items];
    return TF_OK;
}

enum tf_err tf_reader_decode_document(struct tf_reader *reader, struct tf_str text, struct tf_arena *arena, struct tf_event *ret_event,
                                      struct tf_problem *ret_problem)
{
    const struct reading r = {reader, arena, ret_problem};
    struct tf_json_path root_path = {0}, data_path = {.up = &root_path};
    struct tf_json_node *root, *record;
    struct tf_envelope envelope;
    if (tf_reader_xml_sniff(text))
        return tf_reader_xml_decode(reader, text, arena, ret_event, ret_problem);
    TF_TRY(parse(&r, text, &root_path, &root));
    if (!tf_cloudevents_structured(root))
        return decode_record(&r, text, root, &root_path, ret_event);
    TF_TRY(tf_cloudevents_attributes(root, arena, &envelope, ret_problem));
    TF_TRY(find_data(&r, root, &data_path, &record));
    return decode_record(&r, text, record, &data_path, ret_event);
}

/* What is left to do with a record: cut, canonical body, hash, event, and attributes that fit it. */
static enum tf_err finish(const struct reading *r, struct tf_json_node *record, const struct tf_json_path *path,
                          struct tf_envelope *ret_envelope, struct tf_event *ret_event)
{
    TF_TRY(tf_attachment_cut(record, path, r->arena, r->problem));
    TF_TRY(write_body(r, record, path, &ret_envelope->body));
    TF_TRY(decode(r, record, path, ret_event));
    ret_envelope->body_hash = tf_hash_sha256(&ret_envelope->body, 1);
    return tf_cloudevents_complete(ret_envelope, ret_event, r->arena, r->problem);
}

enum tf_err tf_reader_read(struct tf_reader *reader, struct tf_str text, struct tf_arena *arena, struct tf_envelope *ret_envelope,
                           struct tf_event *ret_event, struct tf_problem *ret_problem)
{
    const struct reading r = {reader, arena, ret_problem};
    struct tf_json_path root_path = {0}, data_path = {.up = &root_path};
    struct tf_json_node *root, *record;
    if (tf_reader_xml_sniff(text))
        return tf_reader_xml_read(reader, NULL, TF_STR_NONE, text, arena, ret_envelope, ret_event, ret_problem);
    *ret_envelope = (struct tf_envelope){0};
    TF_TRY(parse(&r, text, &root_path, &root));
    ret_envelope->bare = !tf_cloudevents_structured(root);
    if (ret_envelope->bare)
        return finish(&r, root, &root_path, ret_envelope, ret_event);
    TF_TRY(tf_cloudevents_attributes(root, arena, ret_envelope, ret_problem));
    TF_TRY(find_data(&r, root, &data_path, &record));
    return finish(&r, record, &data_path, ret_envelope, ret_event);
}

enum tf_err tf_reader_read_again(struct tf_reader *reader, struct tf_str text, const struct tf_hash16 *body_hash, struct tf_arena *arena,
                                 struct tf_envelope *ret_envelope, struct tf_event *ret_event, struct tf_problem *ret_problem)
{
    *ret_envelope = (struct tf_envelope){.body_hash = *body_hash, .bare = true};
    TF_TRY(tf_reader_decode(reader, text, arena, ret_event, ret_problem));
    return tf_cloudevents_complete(ret_envelope, ret_event, arena, ret_problem);
}

enum tf_err tf_reader_read_binary(struct tf_reader *reader, const struct tf_envelope *attributes, struct tf_str text,
                                  struct tf_arena *arena, struct tf_envelope *ret_envelope, struct tf_event *ret_event,
                                  struct tf_problem *ret_problem)
{
    const struct reading r = {reader, arena, ret_problem};
    struct tf_json_path path = {0};
    struct tf_json_node *record;
    TF_TRY(tf_cloudevents_take(attributes, arena, ret_envelope, ret_problem));
    TF_TRY(parse(&r, text, &path, &record));
    return finish(&r, record, &path, ret_envelope, ret_event);
}

enum tf_err tf_reader_split_batch(struct tf_reader *reader, struct tf_str text, struct tf_arena *arena, struct tf_str **ret_elements,
                                  size_t *ret_count, struct tf_problem *ret_problem)
{
    return tf_json_tree_split(reader->tree, text, TF_EVENT_LIST_MAX, arena, ret_elements, ret_count, ret_problem);
}
