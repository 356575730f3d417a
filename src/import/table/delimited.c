/*
 * Delimited text: payments, invoices and ledgers whose header says what they are, and anything else with a map. A row is a record; rows of a ledger are
 * lines of entries, which are gathered.
 */
#include <stdlib.h>
#include <string.h>

#include "delimited.h"

enum { ARENA_BYTES_MAX = 1 << 20 };

/* Rows on their way to records. */
struct delimited {
    struct tf_table *table;
    const struct tf_form *form; /* NULL: the header or a map says all */
    const struct tf_import_sink *sink;
    struct tf_import_tally *tally;
    struct tf_gather *gather;   /* NULL: a row is a record */
    struct tf_buf out;
    struct tf_import_ids ids;
    struct tf_fault *fault;
};

enum tf_err tf_table_ask(const struct tf_table *table, const struct tf_str *names, size_t count, struct tf_fault *fault)
{
    struct tf_str first, second;
    if (tf_map_is_open(&table->map, names, count, &first, &second))
        return tf_fault_set(fault, TF_E_VALUE, "%s: is the amount \"%.*s\", or \"%.*s\"? Say with --map=FILE what the columns mean", table->name,
                            TF_STR_ARGS(first), TF_STR_ARGS(second));
    if (tf_map_lacks_side(&table->map, names, count, &first))
        return tf_fault_set(fault, TF_E_VALUE, "%s: \"%.*s\" tells debit from credit; which of them makes an amount negative here? Say it with "
                            "negative = { column = \"%.*s\"; values = [ \"H\" ]; } in a map", table->name, TF_STR_ARGS(first), TF_STR_ARGS(first));
    return TF_OK;
}

static enum tf_err recognise(struct tf_table *table, const struct tf_str *names, size_t count, struct tf_fault *fault)
{
    const struct tf_map settings = table->map;
    const char *missing;
    if (table->form && !tf_form_map(table->form, names, count, &settings, &table->map, &missing))
        return tf_fault_set(fault, TF_E_VALUE, "%s: this looks like %s, and the column %.*s is missing; export it with all its columns", table->name,
                            table->form->title, TF_STR_ARGS(tf_form_name(missing)));
    if (table->form)
        return TF_OK;
    if (!tf_map_of_header(names, count, table->arena, &table->map))
        return tf_fault_set(fault, TF_E_VALUE,
                            "%s: the header is none that is known; say with --map=FILE what its %zu columns mean (README, \"Files of other programs\")", table->name,
                            count);
    table->map.delimiter = settings.delimiter;
    table->map.header_line = settings.header_line;
    if (tf_str_present(settings.sign_header))
        tf_map_take_sign(&table->map, &settings);
    tf_map_take_settings(&table->map, &settings);
    return tf_table_ask(table, names, count, fault);
}

static enum tf_err refuse_row(const struct delimited *d, const struct tf_csv *csv, const struct tf_problem *problem)
{
    return d->sink->unreadable(d->sink->self, (struct tf_str){csv->raw, csv->raw_len}, csv->line, problem);
}

static enum tf_err take_unreadable(void *self, const struct tf_row *row, const struct tf_csv *csv, const struct tf_problem *problem)
{
    struct delimited *d = self;
    TF_TRY(refuse_row(d, csv, problem));
    return d->gather ? tf_gather_spoil(d->gather, row, d->table->file, csv->line, d->fault) : TF_OK;
}

static enum tf_err take_record(void *self, struct tf_row *row, const struct tf_csv *csv)
{
    struct delimited *d = self;
    struct tf_problem problem = {.err = TF_OK};
    enum tf_err err = d->form && d->form->shape ? d->form->shape(d->form->self, row, true, &problem) : TF_OK;
    if (err == TF_OK)
        err = tf_row_put(row, NULL, &d->out, &problem);
    if (tf_err_class(err) == TF_CLASS_DROP)
        return refuse_row(d, csv, &problem);
    TF_TRY(err);
    return tf_import_emit(&d->ids, d->table->map.kind, tf_buf_view(&d->out), csv->line, d->sink);
}

static enum tf_err take_line(void *self, struct tf_row *row, const struct tf_csv *csv)
{
    struct delimited *d = self;
    const int id = tf_map_find(&d->table->map, "journal.id");
    if (id != TF_MAP_NO_COLUMN && row->values[id].len > 0)
        return tf_gather_add(d->gather, row, TF_GATHER_BOTH, d->table->file, csv->line, d->fault);
    const struct tf_problem problem = {.err = TF_E_MISSING, .path = id == TF_MAP_NO_COLUMN ? TF_STR("journal.id") : d->table->map.columns[id].header,
                                       .detail = TF_STR("the row does not say to which entry it belongs")};
    return refuse_row(d, csv, &problem);
}

static enum tf_err convert(struct delimited *d)
{
    const struct tf_table_rows rows = {d, d->table->map.gathers ? take_line : take_record, take_unreadable};
    const struct tf_gather_options options = {.map = &d->table->map, .import = d->table->options, .sink = d->sink, .tally = d->tally,
                                              .shape = d->form ? d->form->shape : NULL, .self = d->form ? d->form->self : NULL};
    if (d->table->map.gathers && !(d->gather = tf_gather_create(&options)))
        return TF_E_MEMORY;
    TF_TRY(tf_table_each(d->table, &rows, d->fault));
    return d->gather ? tf_gather_end(d->gather, &d->ids, d->fault) : TF_OK;
}

enum tf_err tf_table_convert(struct tf_table *table, struct tf_import_tally *tally, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    struct delimited d = {.table = table, .form = table->form, .sink = sink, .tally = tally, .fault = fault};
    tf_buf_init(&d.out, table->options->record_bytes_max);
    enum tf_err err = convert(&d);
    tf_gather_destroy(d.gather);
    tf_import_ids_finish(&d.ids);
    tf_buf_finish(&d.out);
    return err;
}

static enum tf_err read_map(struct tf_table *table, struct tf_fault *fault)
{
    table->recognise = recognise;
    table->map = TF_MAP_EMPTY;
    if (table->form && table->form->settings)
        table->form->settings(&table->map);
    if (!table->options->map)
        return TF_OK;
    struct tf_map *own = tf_arena_alloc(table->arena, sizeof *own);
    if (!own)
        return TF_E_MEMORY;
    TF_TRY(tf_map_read(table->options->map, table->arena, own, fault));
    if (own->settings_only && table->form) {
        tf_map_take_settings(&table->map, own);
        return TF_OK;
    }
    if (!own->settings_only) { /* what the user says of the columns goes before what their names say */
        table->recognise = NULL;
        table->form = NULL;
    }
    table->map = *own;
    return TF_OK;
}

static enum tf_err read_file(struct tf_table *table, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    struct tf_import_tally tally = {.entries = 0};
    table->arena = tf_arena_create(ARENA_BYTES_MAX);
    enum tf_err err = table->arena ? read_map(table, fault) : TF_E_MEMORY;
    if (err == TF_OK)
        err = tf_table_learn(table, fault);
    if (err == TF_OK && table->form && table->form->look)
        err = table->form->look(table->name, &tally, sink);
    if (err == TF_OK)
        err = tf_table_convert(table, &tally, sink, fault);
    if (err == TF_OK && table->map.gathers)
        err = tf_import_tell_tally(&tally, sink);
    tf_arena_destroy(table->arena);
    return err;
}

enum tf_err tf_delimited_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    struct tf_table table = {.fd = fd, .name = name, .options = options};
    return read_file(&table, sink, fault);
}

enum tf_err tf_form_read(const struct tf_form *form, int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink,
                         struct tf_fault *fault)
{
    struct tf_table table = {.fd = fd, .name = name, .options = options, .form = form};
    return read_file(&table, sink, fault);
}

/* Whether the columns of a first line are those of payments, invoices or a ledger; the rows below may be parted otherwise, by mistake. */
static bool is_known_header(struct tf_str line)
{
    TF_CLEANUP(tf_csv_finish) struct tf_csv csv = {.text = NULL};
    struct tf_arena *arena = tf_arena_create(ARENA_BYTES_MAX);
    struct tf_map map;
    bool more, known = false;
    FILE *in = arena && line.len > 0 ? fmemopen((void *)(uintptr_t)line.ptr, line.len, "r") : NULL;
    if (in) {
        tf_csv_init(&csv, in, tf_table_header_delimiter(line, 1), line.len);
        known = tf_csv_next(&csv, &more) == TF_OK && more && tf_map_of_header(csv.cells, csv.count, arena, &map);
        fclose(in);
    }
    tf_arena_destroy(arena);
    return known;
}

/* Nothing of what records begin with; and two lines that are parted as often, the mark of a delimiter, or a header that is known: a table. */
bool tf_delimited_begins(struct tf_str head)
{
    enum { LINE_BYTES = 16 * 1024 };
    char room[LINE_BYTES];
    const struct tf_str text = tf_str_trim(head);
    struct tf_str line = tf_form_first_line(text, room, sizeof room);
    if (tf_str_starts(line, TF_STR("\xff\xfe")) || tf_str_starts(line, TF_STR("\xfe\xff"))) /* the mark of UTF-16 */
        line = (struct tf_str){line.ptr + 2, line.len - 2};
    if (line.len == 0 || strchr("{[<%", line.ptr[0]))
        return false;
    return tf_table_delimiter(text, 1) != '\0' || tf_table_delimiter_mark(line) != '\0' || is_known_header(line);
}
