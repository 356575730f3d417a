#include "gather.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../file_rules.h"
#include "../sorter.h"
#include "balance.h"

enum {
    SORT_BYTES = 64 * 1024 * 1024,
    NUMBER_DIGITS = 20,
    MARK_SPOILED = 4,          /* beside the parts: of this row nothing but its key is known */
    LINES_SHOWN = 100,         /* of a document that is too long, in its dead letter */
    DOCUMENT_TIMES = 4,        /* of record_bytes_max: what rows may take before they are written, repeating what all of them say */
};

/* A line of the document that is being put together: its number and its values in the document's bytes, and what it is as text. */
struct line {
    size_t at, number_len, len; /* of both; a NUL stands between them */
    size_t text_at, text_len;
};

struct place { uint32_t file; uint64_t line; };

struct tf_gather {
    struct tf_gather_options options;
    struct tf_sorter *sorter;
    struct tf_buf group, rest;  /* of the row that is added */
    struct tf_row row;
    /* The document. */
    struct tf_buf key, bytes;
    struct line *lines;
    size_t lines_count, lines_cap;
    bool has_head, spoiled, too_long;
    struct place first;
    struct place *places;       /* of its first line, in each file that has it */
    size_t places_count, places_cap;
    size_t kinds;               /* of lines so far */
    size_t copies;              /* files in which all its rows stand; 0: no row yet */
    struct tf_buf last;         /* the row that came before, and how often it stood in which file */
    uint32_t last_file;
    size_t same, files, written;
    struct tf_balance balance;
    struct tf_buf texts, out;
};

struct tf_gather *tf_gather_create(const struct tf_gather_options *options)
{
    struct tf_gather *gather = calloc(1, sizeof *gather);
    const size_t most = options->import->record_bytes_max;
    if (!gather)
        return NULL;
    gather->options = *options;
    gather->sorter = tf_sorter_create(SORT_BYTES);
    tf_buf_init(&gather->group, 2 * most + NUMBER_DIGITS);
    tf_buf_init(&gather->rest, 2 * most + TF_MAP_COLUMNS_MAX * (1 + sizeof(uint32_t)));
    tf_buf_init(&gather->key, 2 * most + NUMBER_DIGITS);
    tf_buf_init(&gather->last, 2 * most + TF_MAP_COLUMNS_MAX * (1 + sizeof(uint32_t)));
    tf_buf_init(&gather->bytes, DOCUMENT_TIMES * most);
    tf_buf_init(&gather->texts, most);
    tf_buf_init(&gather->out, most);
    return gather->sorter ? gather : tf_gather_destroy(gather);
}

struct tf_gather *tf_gather_destroy(struct tf_gather *gather)
{
    if (!gather)
        return NULL;
    tf_sorter_destroy(gather->sorter);
    tf_buf_finish(&gather->group);
    tf_buf_finish(&gather->rest);
    tf_buf_finish(&gather->key);
    tf_buf_finish(&gather->last);
    tf_buf_finish(&gather->bytes);
    tf_buf_finish(&gather->texts);
    tf_buf_finish(&gather->out);
    free(gather->places);
    free(gather->lines);
    free(gather);
    return NULL;
}

/* ---- Rows in ---- */

static void put_key(struct tf_gather *gather, const struct tf_row *row)
{
    const struct tf_map *map = gather->options.map;
    tf_buf_reset(&gather->group);
    for (size_t i = 0; i < map->count; i++) {
        if (!map->columns[i].key)
            continue;
        tf_buf_str(&gather->group, row->values[i]);
        tf_buf_putc(&gather->group, '\0');
    }
}

/* What orders lines: their number, filled up so that 9 comes before 10. */
static void put_number(struct tf_gather *gather, const struct tf_row *row)
{
    int at = tf_map_find(gather->options.map, "journal.lines.0.number");
    struct tf_str number = at == TF_MAP_NO_COLUMN ? TF_STR_NONE : row->values[at];
    uint64_t value;
    if (number.len > 0 && tf_str_to_u64(number, UINT64_MAX, &value))
        tf_buf_printf(&gather->rest, "%0*llu", NUMBER_DIGITS, (unsigned long long)value);
    else
        tf_buf_str(&gather->rest, number);
    tf_buf_putc(&gather->rest, '\0');
}

static void put_values(struct tf_gather *gather, const struct tf_row *row)
{
    const struct tf_map *map = gather->options.map;
    for (size_t i = 0; i < map->count; i++) {
        const uint32_t len = (uint32_t)row->values[i].len;
        const bool constant = map->columns[i].value.len > 0;
        if (len == 0 || constant)
            continue;
        tf_buf_putc(&gather->rest, (char)i);
        tf_buf_put(&gather->rest, &len, sizeof len);
        tf_buf_str(&gather->rest, row->values[i]);
    }
}

static enum tf_err add(struct tf_gather *gather, uint32_t mark, uint32_t file, uint64_t line, struct tf_fault *fault)
{
    if (gather->group.failed || gather->rest.failed)
        return TF_E_MEMORY;
    const struct tf_sorted sorted = {tf_buf_view(&gather->group), tf_buf_view(&gather->rest), file, mark, line};
    return tf_sorter_add(gather->sorter, &sorted, fault);
}

enum tf_err tf_gather_add(struct tf_gather *gather, const struct tf_row *row, enum tf_gather_part part, uint32_t file, uint64_t line,
                          struct tf_fault *fault)
{
    put_key(gather, row);
    tf_buf_reset(&gather->rest);
    put_number(gather, row);
    put_values(gather, row);
    return add(gather, part, file, line, fault);
}

enum tf_err tf_gather_spoil(struct tf_gather *gather, const struct tf_row *row, uint32_t file, uint64_t line, struct tf_fault *fault)
{
    const struct tf_map *map = gather->options.map;
    for (size_t i = 0; i < map->count; i++)
        if (!row || (map->columns[i].key && row->values[i].len == 0))
            return TF_OK;
    put_key(gather, row);
    tf_buf_reset(&gather->rest);
    return add(gather, MARK_SPOILED, file, line, fault);
}

/* ---- Documents out ---- */

static void begin_document(struct tf_gather *gather, const struct tf_sorted *row)
{
    tf_buf_reset(&gather->key);
    tf_buf_str(&gather->key, row->group);
    tf_buf_reset(&gather->bytes);
    tf_buf_reset(&gather->last);
    gather->lines_count = gather->copies = gather->same = gather->files = gather->written = gather->places_count = gather->kinds = 0;
    gather->has_head = gather->spoiled = gather->too_long = false;
    gather->first = (struct place){.line = 0};
    memset(gather->row.values, 0, sizeof gather->row.values);
}

/* Values into a row: all of a line; of a head those that order before what is there. Returns whether there are others. */
static bool load(struct tf_gather *gather, const struct line *from, bool line)
{
    const char *at = gather->bytes.ptr + from->at + from->number_len + 1, *end = gather->bytes.ptr + from->at + from->len;
    struct tf_row *row = &gather->row;
    bool others = false;
    while (at < end) {
        uint32_t bytes;
        const size_t i = (unsigned char)*at;
        memcpy(&bytes, at + 1, sizeof bytes);
        const struct tf_str value = {at + 1 + sizeof bytes, bytes};
        at = value.ptr + bytes;
        others |= tf_row_is_of_line(&gather->options.map->columns[i]) != line;
        if (tf_row_is_of_line(&gather->options.map->columns[i]) != line)
            continue;
        if (line || row->values[i].len == 0 || tf_str_cmp(value, row->values[i]) < 0)
            row->values[i] = value;
    }
    return others;
}

static void clear_line(struct tf_gather *gather)
{
    const struct tf_map *map = gather->options.map;
    for (size_t i = 0; i < map->count; i++)
        if (tf_row_is_of_line(&map->columns[i]))
            gather->row.values[i] = map->columns[i].value.len > 0 ? map->columns[i].value : TF_STR_NONE;
}

static bool keep_line(struct tf_gather *gather, size_t at, size_t number_len, size_t len)
{
    if (gather->lines_count == gather->lines_cap) {
        size_t cap = gather->lines_cap ? gather->lines_cap * 2 : 16;
        struct line *lines = realloc(gather->lines, cap * sizeof *lines);
        if (!lines)
            return false;
        gather->lines = lines;
        gather->lines_cap = cap;
    }
    gather->lines[gather->lines_count++] = (struct line){.at = at, .number_len = number_len, .len = len};
    return true;
}

/* Equal rows follow one another, those of one file together. A document stands as often as the rarest of its rows stands in files. */
static void count_copies(struct tf_gather *gather)
{
    if (gather->files > 0 && (gather->copies == 0 || gather->files < gather->copies))
        gather->copies = gather->files;
}

/* Whether the row is a line the document does not have yet: the second of its kind in another file is the same one. */
static bool is_new(struct tf_gather *gather, const struct tf_sorted *row)
{
    bool repeats = gather->files > 0 && tf_str_eq(tf_buf_view(&gather->last), row->rest);
    if (!repeats) {
        count_copies(gather);
        tf_buf_reset(&gather->last);
        tf_buf_str(&gather->last, row->rest);
        gather->same = gather->files = gather->written = 0;
        gather->kinds++;
    }
    if (!repeats || row->file != gather->last_file) {
        gather->files++;
        gather->same = 0;
    }
    gather->last_file = row->file;
    gather->same++;
    if (gather->same <= gather->written)
        return false;
    gather->written = gather->same;
    return true;
}

static void note_place(struct tf_gather *gather, const struct tf_sorted *row)
{
    const struct place *first = &gather->first;
    if (first->line == 0 || row->file < first->file || (row->file == first->file && row->line < first->line))
        gather->first = (struct place){row->file, row->line};
}

/* Where copies of the document begin: no two of them in one place, which would be one record read twice. */
static bool note_copy(struct tf_gather *gather, const struct tf_sorted *row)
{
    if (gather->kinds != 1 || gather->same != 1)
        return true;
    if (gather->places_count == gather->places_cap) {
        size_t cap = gather->places_cap ? gather->places_cap * 2 : 4;
        struct place *places = realloc(gather->places, cap * sizeof *places);
        if (!places)
            return false;
        gather->places = places;
        gather->places_cap = cap;
    }
    gather->places[gather->places_count++] = (struct place){row->file, row->line};
    return true;
}

static enum tf_err take(struct tf_gather *gather, const struct tf_sorted *row)
{
    note_place(gather, row);
    gather->spoiled |= row->mark == MARK_SPOILED;
    if (row->mark == MARK_SPOILED || gather->too_long)
        return TF_OK;
    gather->has_head |= (row->mark & TF_GATHER_HEAD) != 0;
    const bool line = (row->mark & TF_GATHER_LINE) != 0, add = !line || is_new(gather, row);
    if (line && !note_copy(gather, row))
        return TF_E_MEMORY;
    if (!add)
        return TF_OK;
    const char *values = memchr(row->rest.ptr, '\0', row->rest.len);
    const size_t at = gather->bytes.len;
    tf_buf_str(&gather->bytes, row->rest);
    gather->too_long = gather->bytes.failed || gather->lines_count == TF_EVENT_LINES_MAX;
    if (gather->too_long)
        return TF_OK;
    return keep_line(gather, at, (size_t)(values - row->rest.ptr), row->rest.len) ? TF_OK : TF_E_MEMORY;
}

/* Heads were kept in their places among the lines until their bytes stay where they are. */
static void settle_head(struct tf_gather *gather)
{
    size_t kept = 0;
    for (size_t i = 0; i < gather->options.map->count; i++)
        if (!tf_row_is_of_line(&gather->options.map->columns[i]) && gather->options.map->columns[i].value.len > 0)
            gather->row.values[i] = gather->options.map->columns[i].value;
    for (size_t i = 0; i < gather->lines_count; i++) {
        const struct line line = gather->lines[i];
        if (load(gather, &line, false))
            gather->lines[kept++] = line;
    }
    gather->lines_count = kept;
    clear_line(gather);
}

/* One line as it will stand in the record; what it adds up to. */
static enum tf_err write_line(struct tf_gather *gather, struct line *line, struct tf_problem *problem)
{
    clear_line(gather);
    (void)load(gather, line, true);
    if (gather->options.shape)
        TF_TRY(gather->options.shape(gather->options.self, &gather->row, true, problem));
    tf_balance_add(&gather->balance, &gather->row);
    line->text_at = gather->texts.len;
    TF_TRY(tf_row_put_line(&gather->row, &gather->texts, problem));
    line->text_len = gather->texts.len - line->text_at;
    return TF_OK;
}

static int by_number_and_text(const void *a, const void *b, void *self)
{
    const struct tf_gather *gather = self;
    const struct line *x = a, *y = b;
    const char *bytes = gather->bytes.ptr, *texts = gather->texts.ptr;
    int order = tf_str_cmp((struct tf_str){bytes + x->at, x->number_len}, (struct tf_str){bytes + y->at, y->number_len});
    return order ? order : tf_str_cmp((struct tf_str){texts + x->text_at, x->text_len}, (struct tf_str){texts + y->text_at, y->text_len});
}

static struct tf_str text_of(const void *self, size_t line)
{
    const struct tf_gather *gather = self;
    return (struct tf_str){gather->texts.ptr + gather->lines[line].text_at, gather->lines[line].text_len};
}

/* Whatever a file's layout, lines that say the same come out in the same order. */
static enum tf_err write_document(struct tf_gather *gather, struct tf_problem *problem)
{
    const struct tf_row_lines lines = {gather->lines_count, text_of, gather};
    tf_buf_reset(&gather->texts);
    tf_balance_init(&gather->balance);
    if (gather->options.shape)
        TF_TRY(gather->options.shape(gather->options.self, &gather->row, false, problem));
    for (size_t i = 0; i < gather->lines_count; i++)
        TF_TRY(write_line(gather, &gather->lines[i], problem));
    qsort_r(gather->lines, gather->lines_count, sizeof *gather->lines, by_number_and_text, gather);
    clear_line(gather);
    return tf_row_put(&gather->row, &lines, &gather->out, problem);
}

static const char *what_is_wrong(const struct tf_gather *gather)
{
    if (gather->too_long)
        return "the document has more lines than a record may have; split it, or raise collector.max_record_bytes";
    if (gather->spoiled)
        return "a row of this document cannot be read (it has a dead letter of its own); mend it, and the document is whole";
    if (!gather->has_head)
        return gather->options.no_head;
    return gather->lines_count == 0 ? gather->options.no_lines : NULL;
}

/* As much of it as is known and fits, without what a form makes of it: that may be what failed. */
static enum tf_err refuse(struct tf_gather *gather, const struct tf_problem *problem)
{
    const struct tf_import_sink *sink = gather->options.sink;
    struct tf_problem ignored;
    size_t shown = 0;
    tf_buf_reset(&gather->texts);
    for (; shown < gather->lines_count && shown < LINES_SHOWN; shown++) {
        struct line *line = &gather->lines[shown];
        clear_line(gather);
        (void)load(gather, line, true);
        line->text_at = gather->texts.len;
        if (tf_row_put_line(&gather->row, &gather->texts, &ignored) != TF_OK)
            break;
        line->text_len = gather->texts.len - line->text_at;
    }
    const struct tf_row_lines lines = {shown, text_of, gather};
    clear_line(gather);
    (void)!tf_row_put(&gather->row, &lines, &gather->out, &ignored);
    return sink->unreadable(sink->self, tf_buf_view(&gather->out), gather->first.line, problem);
}

static void tell_file(const struct tf_gather *gather, uint32_t file)
{
    if (gather->options.import->of_file)
        gather->options.import->of_file(gather->options.sink->self, file);
}

/* A record cannot say that it is none of double entry; the file's findings do. */
static enum tf_err tell_balance(struct tf_gather *gather)
{
    char observed[TF_MONEY_TEXT_BYTES + 16], expected[TF_MONEY_TEXT_BYTES + 16], text[TF_MONEY_TEXT_BYTES];
    struct tf_decimal debit, credit;
    if (!tf_balance_differs(&gather->balance, &debit, &credit))
        return TF_OK;
    snprintf(observed, sizeof observed, "debit %s", tf_money_format(debit, 2, text).ptr);
    snprintf(expected, sizeof expected, "credit %s", tf_money_format(credit, 2, text).ptr);
    const int id = tf_map_find(gather->options.map, "journal.id");
    const struct tf_import_finding finding = {.rule = TF_FILE_RULE_LEDGER_BALANCED, .line = gather->first.line, .observed = tf_str_of(observed),
                                              .expected = tf_str_of(expected), .path = id == TF_MAP_NO_COLUMN ? TF_STR_NONE : gather->row.values[id]};
    tell_file(gather, gather->first.file);
    return tf_import_tell(gather->options.tally, &finding, gather->options.sink);
}

/* The copies are one event, each where it stands. */
static enum tf_err emit_copies(struct tf_gather *gather, struct tf_import_ids *ids)
{
    struct tf_import_copies copies;
    TF_TRY(tf_import_begin_copies(ids, tf_buf_view(&gather->out), &copies));
    for (size_t i = 0; i < gather->copies; i++) {
        const struct place *at = i == 0 ? &gather->first : &gather->places[i];
        tell_file(gather, at->file);
        TF_TRY(tf_import_emit_copy(ids, &copies, gather->options.map->kind, tf_buf_view(&gather->out), at->line, gather->options.sink));
    }
    return TF_OK;
}

static enum tf_err end_document(struct tf_gather *gather, struct tf_import_ids *ids)
{
    struct tf_problem problem = {.err = TF_E_VALUE, .path = TF_STR_NONE};
    count_copies(gather);
    if (gather->spoiled && gather->lines_count == 0)
        return TF_OK; /* nothing is left of it */
    gather->row.map = gather->options.map;
    settle_head(gather);
    tell_file(gather, gather->first.file);
    const char *wrong = what_is_wrong(gather);
    if (wrong) {
        problem = (struct tf_problem){.err = gather->too_long ? TF_E_TOO_BIG : TF_E_VALUE, .detail = tf_str_of(wrong)};
        return refuse(gather, &problem);
    }
    enum tf_err err = write_document(gather, &problem);
    if (err != TF_OK)
        return tf_err_class(err) == TF_CLASS_DROP ? refuse(gather, &problem) : err;
    gather->options.tally->entries++;
    gather->options.tally->lines += gather->lines_count;
    TF_TRY(tell_balance(gather));
    return emit_copies(gather, ids);
}

enum tf_err tf_gather_end(struct tf_gather *gather, struct tf_import_ids *ids, struct tf_fault *fault)
{
    struct tf_sorted row;
    bool more, open = false;
    for (;;) {
        TF_TRY(tf_sorter_next(gather->sorter, &row, &more, fault));
        if (open && (!more || !tf_str_eq(tf_buf_view(&gather->key), row.group)))
            TF_TRY(end_document(gather, ids));
        if (!more)
            return TF_OK;
        if (!open || !tf_str_eq(tf_buf_view(&gather->key), row.group))
            begin_document(gather, &row);
        open = true;
        TF_TRY(take(gather, &row));
    }
}
