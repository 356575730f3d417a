#include "xml_reader.h"

#include <stdlib.h>

#include "check/check.h"
#include "walk.h"

enum { DIALECTS_MAX = 4 };

struct tf_xml_reader {
    struct tf_xml_names *names;
    struct tf_xml_map *maps[DIALECTS_MAX + 1]; /* ends with NULL */
    struct tf_xml *xml;
    struct tf_xml_check *check;
    struct tf_xml_walk walk;
};

/* The parser tells the check first, then the walk. */
static enum tf_err on_open(void *self, const struct tf_xml_element *element)
{
    struct tf_xml_reader *reader = self;
    TF_TRY(tf_xml_check_open(reader->check, element));
    return tf_xml_walk_sink.open(&reader->walk, element);
}

static enum tf_err on_text(void *self, struct tf_str text)
{
    struct tf_xml_reader *reader = self;
    tf_xml_check_text(reader->check, text);
    return tf_xml_walk_sink.text(&reader->walk, text);
}

static enum tf_err on_close(void *self)
{
    struct tf_xml_reader *reader = self;
    TF_TRY(tf_xml_check_close(reader->check));
    return tf_xml_walk_sink.close(&reader->walk);
}

static const struct tf_xml_sink reader_sink = {.open = on_open, .text = on_text, .close = on_close};

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
    reader->check = reader->names != NULL ? tf_xml_check_create(reader->names) : NULL;
    if (reader->check == NULL || !make_maps(reader, dialects) || !tf_xml_walk_init(&reader->walk, reader->maps, reader->names))
        return tf_xml_reader_destroy(reader);
    reader->xml = tf_xml_create(reader->names, &reader_sink, reader);
    return reader->xml != NULL ? reader : tf_xml_reader_destroy(reader);
}

struct tf_xml_reader *tf_xml_reader_destroy(struct tf_xml_reader *reader)
{
    if (reader == NULL)
        return NULL;
    tf_xml_destroy(reader->xml);
    tf_xml_check_destroy(reader->check);
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
    tf_xml_check_begin(reader->check, arena);
    return tell(reader, tf_xml_begin(reader->xml), ret_problem);
}

enum tf_err tf_xml_reader_feed(struct tf_xml_reader *reader, struct tf_str bytes, struct tf_problem *ret_problem)
{
    return tell(reader, tf_xml_feed(reader->xml, bytes), ret_problem);
}

/* What the walk could not read is told by the check already where the schema forbids it, too. */
static bool told_before(const struct tf_format_finding *finding, const struct tf_format_finding *checked, size_t count)
{
    size_t values = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_value = tf_str_is(checked[i].rule, "XML-VALUE");
        values += is_value;
        if (is_value && checked[i].line == finding->line)
            return true;
    }
    return values >= TF_XML_CHECK_SAME_MAX;
}

/* The findings of check and walk together in the invoice. */
static enum tf_err join_findings(struct tf_xml_reader *reader, struct tf_invoice *invoice)
{
    size_t count;
    struct tf_format_finding *checked = tf_xml_check_findings(reader->check, &count), *all;
    if (count == 0)
        return TF_OK;
    all = TF_ARENA_ARRAY(reader->walk.arena, struct tf_format_finding, count + invoice->format_findings.count);
    if (all == NULL)
        return TF_E_LIMIT;
    memcpy(all, checked, count * sizeof *all);
    size_t total = count;
    for (size_t i = 0; i < invoice->format_findings.count; i++)
        if (!told_before(&invoice->format_findings.items[i], checked, count))
            all[total++] = invoice->format_findings.items[i];
    invoice->format_findings.items = all;
    invoice->format_findings.count = total;
    invoice->format_findings.present = true;
    return TF_OK;
}

enum tf_err tf_xml_reader_end(struct tf_xml_reader *reader, enum tf_kind *ret_kind, struct tf_invoice **ret_invoice,
                              struct tf_problem *ret_problem)
{
    TF_TRY(tell(reader, tf_xml_end(reader->xml), ret_problem));
    TF_TRY(tell(reader, join_findings(reader, reader->walk.invoice), ret_problem));
    *ret_kind = reader->walk.kind;
    *ret_invoice = reader->walk.invoice;
    return TF_OK;
}
