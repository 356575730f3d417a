/*
 * Twice through the file: amounts and dates are written in many ways, and which one a column's is shows only in all its cells. Where they do not show
 * it, the reader asks instead of guessing.
 */
#include "table.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "../text.h"

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

/* The bytes in front of a character, or of the end. */
static size_t before(struct tf_str line, size_t character)
{
    size_t at = 0;
    for (size_t i = 1; i < character && at < line.len; i++)
        for (at++; at < line.len && ((unsigned char)line.ptr[at] & 0xC0) == 0x80; at++)
            ;
    return at;
}

/* A line is one cell, since nothing parts it; it becomes those of its columns. */
static void cut(const struct tf_table *table, struct tf_csv *csv)
{
    const struct tf_str line = csv->count > 0 ? csv->cells[0] : TF_STR_NONE;
    for (csv->count = 0; csv->count < table->names_count; csv->count++) {
        const size_t from = before(line, table->cuts[csv->count].from), to = before(line, table->cuts[csv->count].to + 1);
        csv->cells[csv->count] = (struct tf_str){line.ptr + from, to > from ? to - from : 0};
    }
}

static enum tf_err next_row(const struct tf_table *table, struct pass *pass, bool *ret_more, struct tf_fault *fault)
{
    enum tf_err err = tf_csv_next(&pass->csv, ret_more);
    if (err == TF_OK && *ret_more && table->cuts)
        cut(table, &pass->csv);
    if (err == TF_E_IO)
        TF_TRY(tf_import_text_check(pass->text, fault));
    return err == TF_E_IO ? tf_fault_set(fault, err, "%s: reading failed", table->name) : err;
}

/* The line in which Excel is told the delimiter. A map's word goes before it. */
static bool pass_mark(const struct tf_table *table, struct tf_csv *csv)
{
    const char mark = csv->line == 1 ? tf_table_delimiter_mark((struct tf_str){csv->raw, csv->raw_len}) : '\0';
    if (mark && !table->map.delimiter)
        csv->separator = mark;
    return mark != '\0';
}

static enum tf_err pass_header(const struct tf_table *table, struct pass *pass, struct tf_fault *fault)
{
    bool more = true, passed;
    do {
        enum tf_err err = next_row(table, pass, &more, fault);
        if (pass->csv.broken)
            return tf_fault_set(fault, TF_E_VALUE, "%s:%llu: the header cannot be read: %s", table->name, (unsigned long long)pass->csv.line,
                                pass->csv.problem);
        TF_TRY(err);
        passed = pass_mark(table, &pass->csv);
    } while (more && (passed || pass->csv.line < table->map.header_line));
    return more ? TF_OK : tf_fault_set(fault, TF_E_VALUE, "%s: there is no header; the first line must name the columns", table->name);
}

static bool has_quotes(const struct tf_table *table, struct tf_str head)
{
    const char *end = memchr(head.ptr, '\n', head.len);
    return !table->map.quoted_as_header || memchr(head.ptr, '"', end ? (size_t)(end - head.ptr) : head.len);
}

static char delimiter_of(const struct tf_table *table, struct tf_str head)
{
    char found = table->map.delimiter;
    if (!found)
        found = tf_table_delimiter(head, table->map.header_line);
    return found ? found : tf_table_header_delimiter(head, table->map.header_line);
}

/* Behind the header, if there is one, which is read. */
static enum tf_err begin_pass(const struct tf_table *table, struct pass *pass, struct tf_fault *fault)
{
    memset(pass, 0, sizeof *pass);
    if (lseek(table->fd, 0, SEEK_SET) < 0)
        return tf_fault_set(fault, TF_E_IO, "%s: cannot be read from its start", table->name);
    TF_TRY(tf_import_text_open(table->fd, table->name, table->map.encoding, &pass->text, fault));
    tf_csv_init(&pass->csv, tf_import_text_stream(pass->text), delimiter_of(table, tf_import_text_head(pass->text)), table->options->record_bytes_max);
    pass->csv.quote = has_quotes(table, tf_import_text_head(pass->text)) ? table->map.quote : '\0';
    return table->map.header_line > 0 ? pass_header(table, pass, fault) : TF_OK;
}

/* ---- What the columns mean ---- */

static enum tf_err complete_map(struct tf_table *table, struct tf_fault *fault)
{
    return tf_map_complete(&table->map, table->options->company) ? TF_OK
                                                                 : tf_fault_set(fault, TF_E_CONFIG, "%s: the map has too many columns", table->name);
}

static enum tf_err keep_names(struct tf_table *table, const struct tf_csv *header, struct tf_str *names, struct tf_fault *fault)
{
    for (size_t i = 0; i < header->count; i++) {
        names[i] = tf_arena_dup(table->arena, header->cells[i]);
        if (!names[i].ptr)
            return tf_fault_set(fault, TF_E_VALUE, "%s: the header is longer than headers are; is the delimiter right?", table->name);
    }
    return TF_OK;
}

enum tf_err tf_table_peek(struct tf_table *table, struct tf_str **ret_names, size_t *ret_count, uint64_t *ret_line, struct tf_fault *fault)
{
    struct pass pass;
    enum tf_err err = begin_pass(table, &pass, fault);
    *ret_names = err == TF_OK ? tf_arena_calloc(table->arena, pass.csv.count, sizeof **ret_names) : NULL;
    if (err == TF_OK && !*ret_names)
        err = TF_E_MEMORY;
    if (err == TF_OK)
        err = keep_names(table, &pass.csv, *ret_names, fault);
    *ret_count = err == TF_OK ? pass.csv.count : 0;
    *ret_line = pass.csv.line;
    end_pass(&pass);
    return err;
}

static enum tf_err find_map(struct tf_table *table, const struct tf_csv *header, struct tf_fault *fault)
{
    struct tf_str read[TF_CSV_CELLS_MAX];
    const struct tf_str *names = table->names;
    size_t count = table->names_count;
    if (table->map.header_line > 0) {
        TF_TRY(keep_names(table, header, read, fault));
        names = read;
        count = header->count;
        table->map.delimiter = header->separator;
    }
    if (table->recognise)
        TF_TRY(table->recognise(table, names, count, fault));
    TF_TRY(complete_map(table, fault));
    table->columns = count;
    TF_TRY(tf_map_bind(&table->map, names, count, table->name, fault));
    return table->form ? TF_OK : tf_map_refuse_twins(&table->map, names, count, table->name, fault);
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

static enum tf_err settle_decimal(const struct tf_table *table, const struct tf_cell_signs *all, char *ret_decimal, struct tf_fault *fault)
{
    *ret_decimal = table->map.decimal;
    if (*ret_decimal)
        return TF_OK;
    if (all->point && all->comma)
        return tf_fault_set(fault, TF_E_VALUE, "%s: amounts have now a point, now a comma before their decimals; say decimal = \".\" or \",\" in a map, "
                            "and the others become dead letters", table->name);
    if (!all->point && !all->comma && (all->open_point || all->open_comma) && table->map.decimal_of_form)
        *ret_decimal = table->map.decimal_of_form;
    else if (!all->point && !all->comma && (all->open_point || all->open_comma)) {
        char sign = all->open_point ? '.' : ',';
        return tf_fault_set(fault, TF_E_VALUE, "%s: is 1%c234 one thousand, or one and a quarter? No amount shows it; say decimal = \".\" or decimal = \",\" in a map",
                            table->name, sign);
    }
    if (!*ret_decimal)
        *ret_decimal = all->comma ? ',' : '.';
    return TF_OK;
}

static enum tf_err settle_dates(const struct tf_table *table, const struct tf_cell_signs *all, enum tf_cell_dates *ret_dates, struct tf_fault *fault)
{
    *ret_dates = table->map.dates;
    if (*ret_dates != TF_DATES_UNKNOWN)
        return TF_OK;
    if (all->day_first && all->month_first)
        return tf_fault_set(fault, TF_E_VALUE, "%s: dates begin now with the day, now with the month; say dates = \"DD/MM/YYYY\" or \"MM/DD/YYYY\" in a map, "
                            "and the others become dead letters", table->name);
    if (!all->day_first && !all->month_first && all->open_date)
        return tf_fault_set(fault, TF_E_VALUE, "%s: is 03/04/2026 the 3rd of April, or the 4th of March? No date shows it; say dates = \"DD/MM/YYYY\" or "
                            "dates = \"MM/DD/YYYY\" in a map", table->name);
    *ret_dates = all->month_first ? TF_DATES_MONTH_FIRST : TF_DATES_DAY_FIRST;
    return TF_OK;
}

static enum tf_err settle(struct tf_table *table, struct tf_fault *fault)
{
    struct tf_cell_signs all;
    char decimal;
    enum tf_cell_dates dates;
    gather(&table->map, &all);
    TF_TRY(settle_decimal(table, &all, &decimal, fault));
    TF_TRY(settle_dates(table, &all, &dates, fault));
    for (size_t i = 0; i < table->map.count; i++) {
        struct tf_map_column *column = &table->map.columns[i];
        column->decimal = column->index == TF_MAP_NO_COLUMN ? '.' : decimal; /* a constant is written as records are */
        column->dates = dates;
    }
    return TF_OK;
}

static enum tf_err learn_rows(struct tf_table *table, struct pass *pass, struct tf_fault *fault)
{
    for (bool more = true; more;) {
        enum tf_err err = next_row(table, pass, &more, fault);
        if (!pass->csv.broken)
            TF_TRY(err);
        more |= pass->csv.broken; /* told when records are made */
        if (pass->csv.broken)
            continue;
        if (more)
            learn_row(&table->map, &pass->csv);
    }
    return TF_OK;
}

enum tf_err tf_table_learn(struct tf_table *table, struct tf_fault *fault)
{
    struct pass pass;
    enum tf_err err = begin_pass(table, &pass, fault);
    if (err == TF_OK)
        err = find_map(table, &pass.csv, fault);
    if (err == TF_OK && (!table->map.decimal || table->map.dates == TF_DATES_UNKNOWN))
        err = learn_rows(table, &pass, fault);
    end_pass(&pass);
    return err == TF_OK ? settle(table, fault) : err;
}

/* ---- Rows ---- */

/* Cells past the header that are not blank: something was cut in the wrong places. */
static bool has_surplus(const struct tf_csv *csv, size_t columns)
{
    for (size_t i = columns; i < csv->count; i++)
        if (!tf_str_blank(csv->cells[i]))
            return true;
    return false;
}

static enum tf_err hand_row(const struct tf_table *table, const struct tf_csv *csv, struct tf_row *row, const struct tf_table_rows *rows)
{
    struct tf_problem problem = {.err = TF_OK};
    if (has_surplus(csv, table->columns)) {
        problem = (struct tf_problem){.err = TF_E_VALUE, .path = TF_STR_NONE,
                                      .detail = TF_STR("the row has more cells than the header; is a delimiter inside a cell, without quotes?")};
        return rows->unreadable(rows->self, NULL, csv, &problem);
    }
    enum tf_err err = tf_row_read(row, &table->map, csv->cells, csv->count, table->options->company, &problem);
    return err == TF_OK ? rows->row(rows->self, row, csv) : rows->unreadable(rows->self, row, csv, &problem);
}

static enum tf_err hand_rows(const struct tf_table *table, struct pass *pass, struct tf_row *row, const struct tf_table_rows *rows, struct tf_fault *fault)
{
    for (bool more = true; more;) {
        enum tf_err err = next_row(table, pass, &more, fault);
        if (pass->csv.line < table->first_line && (err == TF_OK || pass->csv.broken)) {
            more |= pass->csv.broken;
            continue;
        }
        if (pass->csv.broken) {
            const struct tf_problem problem = {.err = err, .path = TF_STR_NONE, .detail = tf_str_of(pass->csv.problem)};
            TF_TRY(rows->unreadable(rows->self, NULL, &pass->csv, &problem));
            more = true;
            continue;
        }
        TF_TRY(err);
        if (more)
            TF_TRY(hand_row(table, &pass->csv, row, rows));
    }
    return TF_OK;
}

enum tf_err tf_table_each(struct tf_table *table, const struct tf_table_rows *rows, struct tf_fault *fault)
{
    struct pass pass;
    struct tf_row *row = malloc(sizeof *row);
    enum tf_err err = row ? begin_pass(table, &pass, fault) : TF_E_MEMORY;
    if (err == TF_OK)
        err = hand_rows(table, &pass, row, rows, fault);
    if (row)
        end_pass(&pass);
    free(row);
    return err;
}

/* ---- Delimiters ---- */

enum { DELIMITERS = 4 };
static const char delimiters[DELIMITERS + 1] = ",;\t|";

/* How often each delimiter stands in the next line, outside quotes; the line is cut off. False when the line is no text. */
static bool count_delimiters(struct tf_str *rest, size_t counts[DELIMITERS])
{
    bool quoted = false;
    size_t len = 0;
    memset(counts, 0, DELIMITERS * sizeof *counts);
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

char tf_table_delimiter(struct tf_str head, uint64_t line)
{
    size_t first[DELIMITERS], second[DELIMITERS], most = 0;
    char found = '\0';
    for (uint64_t i = 1; i < line && head.len > 0; i++)
        if (!count_delimiters(&head, first))
            return '\0';
    if (!count_delimiters(&head, first) || !count_delimiters(&head, second))
        return '\0';
    for (int i = 0; i < DELIMITERS; i++)
        if (first[i] > most && first[i] == second[i]) {
            most = first[i];
            found = delimiters[i];
        }
    return found;
}

char tf_table_header_delimiter(struct tf_str head, uint64_t line)
{
    size_t counts[DELIMITERS], most = 0;
    char found = '\0';
    for (uint64_t i = 1; i < line && head.len > 0; i++)
        if (!count_delimiters(&head, counts))
            return '\0';
    if (!count_delimiters(&head, counts))
        return '\0';
    for (int i = 0; i < DELIMITERS; i++)
        if (counts[i] > most) {
            most = counts[i];
            found = delimiters[i];
        }
    return found;
}

char tf_table_delimiter_mark(struct tf_str line)
{
    enum { SIGN_AT = 4 };
    if (line.len >= 2 && line.ptr[0] == '"' && line.ptr[line.len - 1] == '"')
        line = (struct tf_str){line.ptr + 1, line.len - 2};
    if (line.len != SIGN_AT + 1 || strncasecmp(line.ptr, "sep=", SIGN_AT) != 0 || !memchr(delimiters, line.ptr[SIGN_AT], DELIMITERS))
        return '\0';
    return line.ptr[SIGN_AT];
}
