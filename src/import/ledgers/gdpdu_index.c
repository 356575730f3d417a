#include "gdpdu_index.h"

#include <stdio.h>
#include <string.h>

#include "../xml_stream.h"

enum { EPOCH = 30, IMPLIED_MAX = 9, ROWS_MAX = 1000000, WIDTH_MAX = 1000000 };

struct parse {
    struct tf_xml_stream *stream;
    struct tf_arena *arena;
    struct tf_gdpdu_index *index;
    struct tf_gdpdu_table *table;   /* that is open */
    struct tf_gdpdu_column *column;
    struct tf_gdpdu_column columns[TF_CSV_CELLS_MAX];
    const char *name;
    struct tf_fault *fault;
};

static bool at(const struct parse *p, const char *tail) { return tf_xml_stream_at(p->stream, tail); }

static enum tf_err wrong(const struct parse *p, enum tf_err err, const char *why)
{
    return tf_fault_set(p->fault, err, "%s:%llu: %s", p->name, (unsigned long long)tf_xml_stream_line(p->stream), why);
}

/* ---- Beginnings ---- */

static enum tf_err begin_table(struct parse *p)
{
    if (p->index->count == TF_GDPDU_TABLES_MAX)
        return wrong(p, TF_E_TOO_BIG, "more tables than packages have");
    p->table = &p->index->tables[p->index->count++];
    *p->table = (struct tf_gdpdu_table){.line = tf_xml_stream_line(p->stream), .decimal = ',', .delimiter = ';', .quote = '"',
                                        .first_row = 1, .epoch = EPOCH};
    return TF_OK;
}

static enum tf_err begin_column(struct parse *p)
{
    if (p->table->columns_count == TF_CSV_CELLS_MAX)
        return wrong(p, TF_E_TOO_BIG, "more columns than tables have");
    p->column = &p->columns[p->table->columns_count++];
    *p->column = (struct tf_gdpdu_column){.name = TF_STR_NONE};
    return TF_OK;
}

/* The path ends with a column, or one of its own elements. */
static bool of_column(const struct parse *p, const char *element)
{
    static const char *const columns[] = {"VariablePrimaryKey", "VariableColumn", "FixedPrimaryKey", "FixedColumn"};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        char tail[64];
        snprintf(tail, sizeof tail, "%s%s%s", columns[i], *element ? "/" : "", element);
        if (at(p, tail))
            return true;
    }
    return false;
}

static void take_encoding(struct parse *p)
{
    static const struct { const char *element, *encoding; } encodings[] = {
        {"Table/ANSI", "WINDOWS-1252"}, {"Table/Macintosh", "MACINTOSH"}, {"Table/OEM", "CP850"}, {"Table/UTF16", NULL}, {"Table/UTF7", "UTF-7"}, {"Table/UTF8", "UTF-8"}};
    for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++)
        if (at(p, encodings[i].element))
            p->table->encoding = encodings[i].encoding;
}

static enum tf_err begin(struct parse *p)
{
    if (at(p, "Media/Table"))
        return begin_table(p);
    if (!p->table)
        return TF_OK;
    take_encoding(p);
    p->table->fixed |= at(p, "Table/FixedLength");
    return of_column(p, "") ? begin_column(p) : TF_OK;
}

/* ---- Ends ---- */

static enum tf_err keep(struct parse *p, struct tf_str *into)
{
    *into = tf_arena_dup(p->arena, tf_xml_stream_text(p->stream));
    return into->ptr ? TF_OK : wrong(p, TF_E_TOO_BIG, "the index is longer than indexes are");
}

static enum tf_err take_number(struct parse *p, uint64_t max, uint64_t *into)
{
    return tf_str_to_u64(tf_xml_stream_text(p->stream), max, into) ? TF_OK : wrong(p, TF_E_VALUE, "a whole number is expected here");
}

/* One character, which may be a tab; more than one is nothing that tables are parted by. */
static void take_character(struct parse *p, char *into)
{
    struct tf_str raw = tf_xml_stream_raw(p->stream);
    if (raw.len > 1 && tf_xml_stream_text(p->stream).len > 0)
        raw = tf_xml_stream_text(p->stream);
    if (raw.len == 1)
        *into = raw.ptr[0];
    else if (raw.len > 1)
        p->table->strange = "columns are parted, or texts enclosed, by more than one character";
}

static void take_record_delimiter(struct parse *p)
{
    const struct tf_str raw = tf_xml_stream_raw(p->stream);
    if (!tf_str_is(raw, "\r\n") && !tf_str_is(raw, "\n") && raw.len > 0)
        p->table->strange = "rows are parted by something else than line ends";
}

static enum tf_err end_of_table(struct parse *p)
{
    if (at(p, "Table/Name"))
        return keep(p, &p->table->name);
    if (at(p, "Table/URL"))
        return keep(p, &p->table->url);
    if (at(p, "Table/DecimalSymbol"))
        take_character(p, &p->table->decimal);
    else if (at(p, "VariableLength/ColumnDelimiter"))
        take_character(p, &p->table->delimiter);
    else if (at(p, "VariableLength/TextEncapsulator")) {
        p->table->quote = '\0';
        take_character(p, &p->table->quote);
    } else if (at(p, "RecordDelimiter"))
        take_record_delimiter(p);
    else if (at(p, "Table/Range/From"))
        return take_number(p, ROWS_MAX, &p->table->first_row);
    else if (at(p, "Table/SkipNumBytes") && !tf_str_is(tf_xml_stream_text(p->stream), "0"))
        p->table->strange = "bytes stand before its first row (SkipNumBytes)";
    return TF_OK;
}

static enum tf_err end_of_column(struct parse *p)
{
    uint64_t value = 0;
    if (of_column(p, "Name"))
        return keep(p, &p->column->name);
    p->column->numeric |= of_column(p, "Numeric");
    if (at(p, "Numeric/ImpliedAccuracy")) {
        TF_TRY(take_number(p, IMPLIED_MAX, &value));
        p->column->implied_decimals = (unsigned)value;
    } else if (at(p, "Date/Format")) {
        return keep(p, &p->column->date_form);
    } else if (at(p, "FixedRange/From") || at(p, "FixedRange/To") || at(p, "FixedRange/Length")) {
        TF_TRY(take_number(p, WIDTH_MAX, &value));
        if (at(p, "From"))
            p->column->from = value;
        else
            p->column->to = at(p, "To") ? value : p->column->from + value - (value > 0);
    }
    return TF_OK;
}

static enum tf_err end_table(struct parse *p)
{
    struct tf_gdpdu_table *table = p->table;
    p->table = NULL;
    if (!tf_str_present(table->url))
        return wrong(p, TF_E_VALUE, "a table names no file (URL)");
    if (!tf_str_present(table->name))
        table->name = table->url;
    table->columns = tf_arena_calloc(p->arena, table->columns_count + 1, sizeof *table->columns);
    if (!table->columns)
        return wrong(p, TF_E_TOO_BIG, "the index is longer than indexes are");
    memcpy(table->columns, p->columns, table->columns_count * sizeof *table->columns);
    return TF_OK;
}

static enum tf_err end(struct parse *p)
{
    uint64_t epoch;
    if (!p->table)
        return TF_OK;
    if (at(p, "Media/Table"))
        return end_table(p);
    if (at(p, "Table/Epoch")) {
        TF_TRY(take_number(p, 100, &epoch));
        p->table->epoch = (unsigned)epoch;
        return TF_OK;
    }
    if (p->column && of_column(p, "")) {
        p->column = NULL;
        return TF_OK;
    }
    /* A date without a format is written as Germans do. */
    if (p->column && of_column(p, "Date") && !tf_str_present(p->column->date_form))
        p->column->date_form = TF_STR("DD.MM.YYYY");
    return p->column ? end_of_column(p) : end_of_table(p);
}

static enum tf_err walk(struct parse *p)
{
    enum tf_xml_step step;
    do {
        TF_TRY(tf_xml_stream_next(p->stream, &step, p->fault));
        if (step == TF_XML_BEGIN)
            TF_TRY(begin(p));
        else if (step == TF_XML_END)
            TF_TRY(end(p));
    } while (step != TF_XML_DONE);
    return TF_OK;
}

enum tf_err tf_gdpdu_index_read(int fd, const char *name, struct tf_arena *arena, struct tf_gdpdu_index *ret_index, struct tf_fault *fault)
{
    struct parse *p = tf_arena_calloc(arena, 1, sizeof *p);
    if (!p)
        return TF_E_MEMORY;
    *p = (struct parse){.arena = arena, .index = ret_index, .name = name, .fault = fault};
    ret_index->count = 0;
    TF_TRY(tf_xml_stream_open(fd, name, &p->stream, fault));
    tf_xml_stream_let_doctype(p->stream);
    enum tf_err err = walk(p);
    tf_xml_stream_close(p->stream);
    return err;
}

bool tf_gdpdu_index_inside(struct tf_str url)
{
    if (url.len == 0 || url.ptr[0] == '/' || url.ptr[0] == '\\' || memchr(url.ptr, '\0', url.len) || memchr(url.ptr, ':', url.len))
        return false;
    for (size_t i = 0; i < url.len;) {
        size_t len = 0;
        while (i + len < url.len && url.ptr[i + len] != '/' && url.ptr[i + len] != '\\')
            len++;
        if (len == 2 && url.ptr[i] == '.' && url.ptr[i + 1] == '.')
            return false;
        i += len + 1;
    }
    return true;
}
