/*
 * Delimited text: payments and invoices whose header says what they are, and anything else with a map. Twice through the file: amounts and dates are
 * written in many ways, and which one a column's is shows only in all its cells. Where they do not show it, the reader asks instead of guessing.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../import_internal.h"
#include "../text.h"
#include "row.h"
#include "taxflow/csv.h"

enum { ARENA_BYTES_MAX = 1 << 20 };

struct delimited {
    int fd;
    const char *name;
    const struct tf_import_options *options;
    const struct tf_import_sink *sink;
    struct tf_arena *arena;
    struct tf_map map;
    struct tf_buf out;
    struct tf_import_ids ids;
};

/* One way through the file. */
struct pass {
    struct tf_import_text *text;
    struct tf_csv csv;
};

static void end_pass(struct pass *pass)
{
    tf_csv_finish(&pass->csv);
    tf_import_text_close(pass->text);
}

static enum tf_err next_row(const struct delimited *d, struct pass *pass, bool *ret_more, struct tf_fault *fault)
{
    enum tf_err err = tf_csv_next(&pass->csv, ret_more);
    if (err == TF_E_IO)
        TF_TRY(tf_import_text_check(pass->text, fault));
    return err == TF_E_IO ? tf_fault_set(fault, err, "%s: reading failed", d->name) : err;
}

/* Behind the header, which is read. */
static enum tf_err begin_pass(const struct delimited *d, struct pass *pass, struct tf_fault *fault)
{
    bool more = true;
    memset(pass, 0, sizeof *pass);
    if (lseek(d->fd, 0, SEEK_SET) < 0)
        return tf_fault_set(fault, TF_E_IO, "%s: cannot be read from its start", d->name);
    TF_TRY(tf_import_text_open(d->fd, d->name, d->map.encoding, &pass->text, fault));
    tf_csv_init(&pass->csv, tf_import_text_stream(pass->text), d->map.delimiter, d->options->record_bytes_max);
    do {
        enum tf_err err = next_row(d, pass, &more, fault);
        if (pass->csv.broken)
            return tf_fault_set(fault, TF_E_VALUE, "%s:%llu: the header cannot be read: %s", d->name, (unsigned long long)pass->csv.line, pass->csv.problem);
        TF_TRY(err);
    } while (more && pass->csv.line < d->map.header_line);
    return more ? TF_OK : tf_fault_set(fault, TF_E_VALUE, "%s: there is no header; the first line must name the columns", d->name);
}

/* ---- What the columns mean ---- */

static bool has_company(const struct tf_map *map)
{
    for (size_t i = 0; i < map->count; i++)
        if (tf_str_is(map->columns[i].member, "company"))
            return true;
    return false;
}

/* The kind stands in every record; so does a company, where no column gives one the run's. */
static enum tf_err complete_map(struct delimited *d, struct tf_fault *fault)
{
    struct tf_str kind = tf_str_of(tf_event_kind_name(d->map.kind));
    bool fits = tf_map_add(&d->map, TF_STR("kind"), TF_MEMBER_TEXT, TF_STR_NONE, kind);
    if (!has_company(&d->map))
        fits &= tf_map_add(&d->map, TF_STR("company"), TF_MEMBER_TEXT, TF_STR_NONE, tf_str_of(d->options->company));
    tf_map_sort(&d->map);
    return fits ? TF_OK : tf_fault_set(fault, TF_E_CONFIG, "%s: the map has too many columns", d->name);
}

static enum tf_err keep_names(struct delimited *d, const struct tf_csv *header, struct tf_str *names, struct tf_fault *fault)
{
    for (size_t i = 0; i < header->count; i++) {
        names[i] = tf_arena_dup(d->arena, header->cells[i]);
        if (!names[i].ptr)
            return tf_fault_set(fault, TF_E_VALUE, "%s: the header is longer than headers are; is the delimiter right?", d->name);
    }
    return TF_OK;
}

static enum tf_err find_map(struct delimited *d, const struct tf_csv *header, struct tf_fault *fault)
{
    struct tf_str names[TF_CSV_CELLS_MAX];
    TF_TRY(keep_names(d, header, names, fault));
    if (!d->options->map && !tf_map_of_header(names, header->count, &d->map))
        return tf_fault_set(fault, TF_E_VALUE,
                            "%s: the header is none that is known; say with --map=FILE what its %zu columns mean (README, \"Files of other programs\")", d->name,
                            header->count);
    d->map.delimiter = header->separator;
    TF_TRY(complete_map(d, fault));
    return tf_map_bind(&d->map, names, header->count, d->name, fault);
}

/* ---- What the cells look like ---- */

static void learn_row(struct tf_map *map, const struct tf_csv *csv)
{
    for (size_t i = 0; i < map->count; i++) {
        struct tf_map_column *column = &map->columns[i];
        if (column->index == TF_MAP_NO_COLUMN || (size_t)column->index >= csv->count)
            continue;
        if (column->type == TF_MEMBER_DECIMAL)
            tf_cell_learn_amount(&column->signs, csv->cells[column->index]);
        else if (column->type == TF_MEMBER_DATE || column->type == TF_MEMBER_TIME)
            tf_cell_learn_date(&column->signs, csv->cells[column->index]);
    }
}

/* All amounts of a table are written in one way: what one column shows holds for those that show nothing. */
static void gather(const struct tf_map *map, struct tf_cell_signs *ret_all)
{
    *ret_all = (struct tf_cell_signs){.point = false};
    for (size_t i = 0; i < map->count; i++) {
        const struct tf_cell_signs *signs = &map->columns[i].signs;
        ret_all->point |= signs->point;
        ret_all->comma |= signs->comma;
        ret_all->open_point |= signs->open_point;
        ret_all->open_comma |= signs->open_comma;
        ret_all->day_first |= signs->day_first;
        ret_all->month_first |= signs->month_first;
        ret_all->open_date |= signs->open_date;
    }
}

static enum tf_err settle_decimal(const struct delimited *d, const struct tf_cell_signs *all, char *ret_decimal, struct tf_fault *fault)
{
    *ret_decimal = d->map.decimal;
    if (*ret_decimal)
        return TF_OK;
    if (all->point && all->comma)
        return tf_fault_set(fault, TF_E_VALUE, "%s: amounts have now a point, now a comma before their decimals; say decimal = \".\" or \",\" in a map, "
                            "and the others become dead letters", d->name);
    if (!all->point && !all->comma && (all->open_point || all->open_comma)) {
        char sign = all->open_point ? '.' : ',';
        return tf_fault_set(fault, TF_E_VALUE, "%s: is 1%c234 one thousand, or one and a quarter? No amount shows it; say decimal = \".\" or decimal = \",\" in a map",
                            d->name, sign);
    }
    *ret_decimal = all->comma ? ',' : '.';
    return TF_OK;
}

static enum tf_err settle_dates(const struct delimited *d, const struct tf_cell_signs *all, enum tf_cell_dates *ret_dates, struct tf_fault *fault)
{
    *ret_dates = d->map.dates;
    if (*ret_dates != TF_DATES_UNKNOWN)
        return TF_OK;
    if (all->day_first && all->month_first)
        return tf_fault_set(fault, TF_E_VALUE, "%s: dates begin now with the day, now with the month; say dates = \"DD/MM/YYYY\" or \"MM/DD/YYYY\" in a map, "
                            "and the others become dead letters", d->name);
    if (!all->day_first && !all->month_first && all->open_date)
        return tf_fault_set(fault, TF_E_VALUE, "%s: is 03/04/2026 the 3rd of April, or the 4th of March? No date shows it; say dates = \"DD/MM/YYYY\" or "
                            "dates = \"MM/DD/YYYY\" in a map", d->name);
    *ret_dates = all->month_first ? TF_DATES_MONTH_FIRST : TF_DATES_DAY_FIRST;
    return TF_OK;
}

static enum tf_err settle(struct delimited *d, struct tf_fault *fault)
{
    struct tf_cell_signs all;
    char decimal;
    enum tf_cell_dates dates;
    gather(&d->map, &all);
    TF_TRY(settle_decimal(d, &all, &decimal, fault));
    TF_TRY(settle_dates(d, &all, &dates, fault));
    for (size_t i = 0; i < d->map.count; i++) {
        struct tf_map_column *column = &d->map.columns[i];
        column->decimal = column->index == TF_MAP_NO_COLUMN ? '.' : decimal; /* a constant is written as records are */
        column->dates = dates;
    }
    return TF_OK;
}

static enum tf_err learn_rows(struct delimited *d, struct pass *pass, struct tf_fault *fault)
{
    for (bool more = true; more;) {
        enum tf_err err = next_row(d, pass, &more, fault);
        if (!pass->csv.broken)
            TF_TRY(err);
        more |= pass->csv.broken; /* told when records are made */
        if (pass->csv.broken)
            continue;
        if (more)
            learn_row(&d->map, &pass->csv);
    }
    return TF_OK;
}

static enum tf_err learn(struct delimited *d, struct tf_fault *fault)
{
    struct pass pass;
    enum tf_err err = begin_pass(d, &pass, fault);
    if (err == TF_OK)
        err = find_map(d, &pass.csv, fault);
    if (err == TF_OK && (!d->map.decimal || d->map.dates == TF_DATES_UNKNOWN))
        err = learn_rows(d, &pass, fault);
    end_pass(&pass);
    return err == TF_OK ? settle(d, fault) : err;
}

/* ---- Records ---- */

static enum tf_err refuse_row(const struct delimited *d, const struct tf_csv *csv, const struct tf_problem *problem)
{
    return d->sink->unreadable(d->sink->self, (struct tf_str){csv->raw, csv->raw_len}, csv->line, problem);
}

/* Cells past the header that are not blank: something was cut in the wrong places. */
static bool has_surplus(const struct tf_csv *csv, size_t columns)
{
    for (size_t i = columns; i < csv->count; i++)
        if (!tf_str_blank(csv->cells[i]))
            return true;
    return false;
}

static enum tf_err make_record(struct delimited *d, const struct tf_csv *csv, size_t columns)
{
    struct tf_problem problem = {.err = TF_OK};
    if (has_surplus(csv, columns)) {
        problem = (struct tf_problem){.err = TF_E_VALUE, .path = TF_STR_NONE, .detail = TF_STR("the row has more cells than the header; is a delimiter inside a cell, without quotes?")};
        return refuse_row(d, csv, &problem);
    }
    enum tf_err err = tf_row_write(&d->map, csv->cells, csv->count, d->options->company, &d->out, &problem);
    if (tf_err_class(err) == TF_CLASS_DROP)
        return refuse_row(d, csv, &problem);
    TF_TRY(err);
    return tf_import_emit(&d->ids, d->map.kind, tf_buf_view(&d->out), csv->line, d->sink);
}

static enum tf_err make_records(struct delimited *d, struct pass *pass, struct tf_fault *fault)
{
    size_t columns = pass->csv.count;
    for (bool more = true; more;) {
        enum tf_err err = next_row(d, pass, &more, fault);
        if (pass->csv.broken) {
            const struct tf_problem problem = {.err = err, .path = TF_STR_NONE, .detail = tf_str_of(pass->csv.problem)};
            TF_TRY(refuse_row(d, &pass->csv, &problem));
            more = true;
            continue;
        }
        TF_TRY(err);
        if (more)
            TF_TRY(make_record(d, &pass->csv, columns));
    }
    return TF_OK;
}

static enum tf_err convert(struct delimited *d, struct tf_fault *fault)
{
    struct pass pass;
    enum tf_err err = begin_pass(d, &pass, fault);
    if (err == TF_OK)
        err = make_records(d, &pass, fault);
    end_pass(&pass);
    return err;
}

enum tf_err tf_delimited_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    struct delimited *d = calloc(1, sizeof *d);
    if (!d)
        return TF_E_MEMORY;
    d->fd = fd;
    d->name = name;
    d->options = options;
    d->sink = sink;
    d->map.header_line = 1;
    tf_buf_init(&d->out, options->record_bytes_max);
    d->arena = tf_arena_create(ARENA_BYTES_MAX);
    enum tf_err err = d->arena ? TF_OK : TF_E_MEMORY;
    if (err == TF_OK && options->map)
        err = tf_map_read(options->map, d->arena, &d->map, fault);
    if (err == TF_OK)
        err = learn(d, fault);
    if (err == TF_OK)
        err = convert(d, fault);
    tf_import_ids_finish(&d->ids);
    tf_buf_finish(&d->out);
    tf_arena_destroy(d->arena);
    free(d);
    return err;
}

/* How often each delimiter stands in the next line, outside quotes; the line is cut off. False when the line is no text. */
static bool count_delimiters(struct tf_str *rest, size_t counts[4])
{
    static const char delimiters[] = ",;\t|";
    bool quoted = false;
    size_t len = 0;
    memset(counts, 0, 4 * sizeof *counts);
    for (; len < rest->len && (quoted || (rest->ptr[len] != '\n' && rest->ptr[len] != '\r')); len++) {
        char c = rest->ptr[len];
        const char *found = c ? strchr(delimiters, c) : NULL;
        quoted ^= c == '"';
        if (found && !quoted)
            counts[found - delimiters]++;
        if ((unsigned char)c < ' ' && c != '\t' && c != '\0' && !quoted) /* NUL: UTF-16 */
            return false;
    }
    while (len < rest->len && (rest->ptr[len] == '\n' || rest->ptr[len] == '\r' || rest->ptr[len] == '\0'))
        len++;
    *rest = (struct tf_str){rest->ptr + len, rest->len - len};
    return true;
}

/* Two lines that are parted as often, and nothing of what records begin with: a table. */
bool tf_delimited_begins(struct tf_str head)
{
    size_t first[4], second[4];
    struct tf_str line = tf_str_trim(head);
    if (line.len == 0 || strchr("{[<%", line.ptr[0]) || !count_delimiters(&line, first) || !count_delimiters(&line, second))
        return false;
    for (int i = 0; i < 4; i++)
        if (first[i] > 0 && first[i] == second[i])
            return true;
    return false;
}
