#include "xml_reader.h"

#include <stdlib.h>

#include "walk.h"

enum { DIALECTS_MAX = 4 };

struct tf_xml_reader {
    struct tf_xml_names *names;
    struct tf_xml_map *maps[DIALECTS_MAX + 1]; /* ends with NULL */
    struct tf_xml *xml;
    struct tf_xml_walk walk;
};

static bool make_maps(struct tf_xml_reader *reader, const struct tf_xml_dialect *const *dialects)
{
    const char *wrong;
    for (size_t i = 0; i < DIALECTS_MAX && dialects[i] != NULL; i++) {
        reader->maps[i] = tf_xml_map_create(dialects[i], reader->names, &wrong);
        if (reader->maps[i] == NULL)
            return false;
    }
    for (size_t i = 0; reader->maps[i] != NULL; i++)
        if (!tf_xml_map_finish(reader->maps[i], reader->names))
            return false;
    return true;
}

struct tf_xml_reader *tf_xml_reader_create(const struct tf_xml_dialect *const *dialects)
{
    struct tf_xml_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return NULL;
    reader->names = tf_xml_names_create();
    if (reader->names == NULL || !make_maps(reader, dialects) || !tf_xml_walk_init(&reader->walk, reader->maps, reader->names))
        return tf_xml_reader_destroy(reader);
    reader->xml = tf_xml_create(reader->names, &tf_xml_walk_sink, &reader->walk);
    return reader->xml != NULL ? reader : tf_xml_reader_destroy(reader);
}

struct tf_xml_reader *tf_xml_reader_destroy(struct tf_xml_reader *reader)
{
    if (reader == NULL)
        return NULL;
    tf_xml_destroy(reader->xml);
    tf_xml_walk_finish(&reader->walk);
    for (size_t i = 0; i < DIALECTS_MAX; i++)
        tf_xml_map_destroy(reader->maps[i]);
    tf_xml_names_destroy(reader->names);
    free(reader);
    return NULL;
}

static enum tf_err tell(struct tf_xml_reader *reader, enum tf_err err, struct tf_problem *ret_problem)
{
    if (err == TF_OK)
        return TF_OK;
    struct tf_xml_fault fault = tf_xml_fault(reader->xml);
    const char *detail = fault.detail != NULL ? fault.detail : reader->walk.detail;
    *ret_problem = (struct tf_problem){
        .err = err,
        .path = tf_arena_printf(reader->walk.arena, "line %u", fault.line),
        .line = fault.line,
        .detail = tf_str_of(detail != NULL ? detail : tf_err_text(err)),
        .offset = tf_xml_consumed(reader->xml),
    };
    return err;
}

enum tf_err tf_xml_reader_begin(struct tf_xml_reader *reader, size_t bytes_expected, struct tf_arena *arena,
                                struct tf_problem *ret_problem)
{
    tf_xml_walk_begin(&reader->walk, reader->xml, bytes_expected, arena);
    return tell(reader, tf_xml_begin(reader->xml), ret_problem);
}

enum tf_err tf_xml_reader_feed(struct tf_xml_reader *reader, struct tf_str bytes, struct tf_problem *ret_problem)
{
    return tell(reader, tf_xml_feed(reader->xml, bytes), ret_problem);
}

enum tf_err tf_xml_reader_end(struct tf_xml_reader *reader, enum tf_kind *ret_kind, struct tf_invoice **ret_invoice,
                              struct tf_problem *ret_problem)
{
    TF_TRY(tell(reader, tf_xml_end(reader->xml), ret_problem));
    *ret_kind = reader->walk.kind;
    *ret_invoice = reader->walk.invoice;
    return TF_OK;
}
