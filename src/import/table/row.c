#include "rates.h"

#include <string.h>

#include "taxflow/json.h"

enum { PARTS_MAX = 8 };

/* The cells that a row is read from. */
struct cells {
    const struct tf_str *items;
    size_t count;
    bool negative;               /* a column says so of the row's amounts */
};

/* A record on its way out. */
struct writer {
    struct tf_row *row;
    const struct tf_row_lines *lines;
    struct tf_json json;
};

static enum tf_err refuse(struct tf_problem *problem, enum tf_err err, struct tf_str path, const char *detail)
{
    *problem = (struct tf_problem){.err = err, .path = path, .detail = tf_str_of(detail)};
    return err;
}

static struct tf_str cell_of(const struct cells *cells, int index)
{
    return index >= 0 && (size_t)index < cells->count ? tf_str_trim(cells->items[index]) : TF_STR_NONE;
}

static bool is_one_of(struct tf_str word, const struct tf_str *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tf_str_ieq(word, words[i]))
            return true;
    return false;
}

static enum tf_err read_sign(struct cells *cells, const struct tf_map *map, struct tf_problem *problem)
{
    if (map->sign_index == TF_MAP_NO_COLUMN)
        return TF_OK;
    struct tf_str word = cell_of(cells, map->sign_index);
    cells->negative = is_one_of(word, map->negative, map->negative_count);
    if (cells->negative || map->positive_count == 0 || is_one_of(word, map->positive, map->positive_count))
        return TF_OK;
    return refuse(problem, TF_E_VALUE, map->sign_header, "the cell says neither debit nor credit in a word that is known; name the words with negative in a map");
}

/* In front of a sum that another column calls negative; a minus of its own is turned round. */
static void negate(char *amount)
{
    if (amount[0] == '-')
        memmove(amount, amount + 1, strlen(amount));
    else
        memmove(amount + 1, amount, strlen(amount) + 1), amount[0] = '-';
}

static bool amount_of(const struct tf_map_column *column, struct tf_str text, bool negative, char *room)
{
    if (!tf_cell_amount(text, column->decimal ? column->decimal : '.', room) || !tf_cell_shift(room, -(int)column->implied_decimals))
        return false;
    if (negative && !column->unsigned_amount && strlen(room) + 1 < TF_CELL_BYTES)
        negate(room);
    return true;
}

static bool date_of(const struct tf_map_column *column, struct tf_str text, char *room)
{
    return column->date_form ? tf_cell_date_of_form(text, column->date_form, column->date_epoch, room) : tf_cell_date(text, column->dates, room);
}

/* Programs write zeros where a date is not known. */
static bool is_no_date(struct tf_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != '0' && text.ptr[i] != '.' && text.ptr[i] != '-' && text.ptr[i] != '/')
            return false;
    return true;
}

static enum tf_err read_value(struct tf_row *row, size_t i, const struct cells *cells, struct tf_problem *problem)
{
    const struct tf_map_column *column = &row->map->columns[i];
    struct tf_str text = column->index == TF_MAP_NO_COLUMN ? column->value : cell_of(cells, column->index);
    char *room = row->rooms[i];
    row->values[i] = TF_STR_NONE;
    if (column->percent && text.len > 0 && text.ptr[text.len - 1] == '%')
        text = tf_str_trim((struct tf_str){text.ptr, text.len - 1});
    if (text.len == 0)
        return TF_OK;
    switch (column->type) {
    case TF_MEMBER_DECIMAL:
        if (!amount_of(column, text, cells->negative, room))
            return refuse(problem, TF_E_NUMBER, column->header, "the cell is no amount as the others of its column; mend it, or say decimal in a map");
        break;
    case TF_MEMBER_DATE:
        if (is_no_date(text))
            return TF_OK;
        if (!date_of(column, text, room))
            return refuse(problem, TF_E_DATE, column->header, "the cell is no date of the calendar as the others of its column");
        break;
    case TF_MEMBER_TIME:
        if (is_no_date(text))
            return TF_OK;
        if (!tf_cell_time(text, column->dates, room))
            return refuse(problem, TF_E_DATE, column->header, "the cell is no time as \"2026-01-31 08:30\"");
        break;
    default:
        row->values[i] = text;
        return TF_OK;
    }
    row->values[i] = tf_str_of(room);
    return TF_OK;
}

/* A signed amount stands on one of the sides of an account. */
static void take_side(struct tf_row *row)
{
    const struct tf_map *map = row->map;
    struct tf_str amount = map->amount_at == TF_MAP_NO_COLUMN ? TF_STR_NONE : row->values[map->amount_at];
    if (amount.len == 0)
        return;
    bool credit = amount.ptr[0] == '-';
    row->values[credit ? map->credit_at : map->debit_at] = (struct tf_str){amount.ptr + credit, amount.len - credit};
    if (map->contra_debit_at == TF_MAP_NO_COLUMN || map->contra_credit_at == TF_MAP_NO_COLUMN)
        return;
    row->values[credit ? map->contra_debit_at : map->contra_credit_at] = (struct tf_str){amount.ptr + credit, amount.len - credit};
    const int currency = tf_map_find(map, "journal.lines.0.currency"), contra = tf_map_find(map, "journal.lines.1.currency");
    if (currency != TF_MAP_NO_COLUMN && contra != TF_MAP_NO_COLUMN && row->values[contra].len == 0)
        row->values[contra] = row->values[currency];
}

enum tf_err tf_row_read(struct tf_row *row, const struct tf_map *map, const struct tf_str *cells, size_t count, const char *company,
                        struct tf_problem *problem)
{
    struct cells from = {cells, count, false};
    row->map = map;
    enum tf_err err = read_sign(&from, map, problem);
    for (size_t i = 0; i < map->count; i++) {
        struct tf_problem own;
        enum tf_err wrong = read_value(row, i, &from, &own);
        if (err == TF_OK && wrong != TF_OK) {
            err = wrong;
            *problem = own;
        }
        if (row->values[i].len == 0 && tf_str_is(map->columns[i].member, "company"))
            row->values[i] = tf_str_of(company);
    }
    take_side(row);
    if (map->rates_count > 0)
        tf_rates_settle(row);
    return err;
}

static enum tf_err put_value(struct writer *w, size_t i, struct tf_problem *problem)
{
    const struct tf_map_column *column = &w->row->map->columns[i];
    const struct tf_str value = w->row->values[i];
    uint64_t whole;
    bool flag;
    switch (column->type) {
    case TF_MEMBER_FLAG:
        if (!tf_cell_flag(value, &flag))
            return refuse(problem, TF_E_VALUE, column->header, "the cell is neither yes nor no");
        tf_json_bool(&w->json, flag);
        return TF_OK;
    case TF_MEMBER_WHOLE:
        if (!tf_str_to_u64(value, INT64_MAX, &whole))
            return refuse(problem, TF_E_VALUE, column->header, "the cell is no whole number");
        tf_json_u64(&w->json, whole);
        return TF_OK;
    default:
        tf_json_str(&w->json, value);
        return TF_OK;
    }
}

/* The name of a member's path at a depth, and whether it ends there. */
static struct tf_str part_of(struct tf_str path, size_t depth, bool *ret_last)
{
    const char *end = path.ptr + path.len;
    for (;; depth--) {
        const char *point = memchr(path.ptr, '.', (size_t)(end - path.ptr));
        struct tf_str part = {path.ptr, (size_t)((point ? point : end) - path.ptr)};
        *ret_last = !point;
        if (depth == 0 || !point)
            return part;
        path.ptr = point + 1;
    }
}

/* Columns first .. end - 1 that share a name at a depth. */
static size_t end_of_part(const struct tf_row *row, size_t first, size_t end, size_t depth)
{
    bool last;
    struct tf_str name = part_of(row->map->columns[first].member, depth, &last);
    while (first < end && tf_str_eq(part_of(row->map->columns[first].member, depth, &last), name))
        first++;
    return first;
}

static bool any_value(const struct tf_row *row, size_t first, size_t end)
{
    for (; first < end; first++)
        if (row->values[first].len > 0 && !row->map->columns[first].inner)
            return true;
    return false;
}

static bool is_number(struct tf_str part) { return part.len > 0 && part.ptr[0] >= '0' && part.ptr[0] <= '9'; }

static enum tf_err put_members(struct writer *w, size_t first, size_t end, size_t depth, struct tf_problem *problem);

static void put_lines(struct writer *w)
{
    tf_json_array(&w->json);
    for (size_t i = 0; i < w->lines->count; i++)
        tf_json_raw(&w->json, w->lines->text(w->lines->self, i));
    tf_json_array_end(&w->json);
}

/* What stands under one name: a value, a group, or a list whose elements are numbered. */
static enum tf_err put_part(struct writer *w, size_t first, size_t end, size_t depth, struct tf_problem *problem)
{
    bool last;
    (void)part_of(w->row->map->columns[first].member, depth, &last);
    if (last)
        return put_value(w, first, problem);
    if (!is_number(part_of(w->row->map->columns[first].member, depth + 1, &last)))
        return put_members(w, first, end, depth + 1, problem);
    if (w->lines && tf_row_is_of_line(&w->row->map->columns[first])) {
        put_lines(w);
        return TF_OK;
    }
    tf_json_array(&w->json);
    while (first < end) {
        size_t next = end_of_part(w->row, first, end, depth + 1);
        if (any_value(w->row, first, next))
            TF_TRY(put_part(w, first, next, depth + 1, problem));
        first = next;
    }
    tf_json_array_end(&w->json);
    return TF_OK;
}

/* Whether there is a value below a name; the lines of a document always stand there. */
static bool shows(const struct writer *w, size_t first, size_t end, size_t depth, struct tf_str part)
{
    return any_value(w->row, first, end) || (w->lines && depth == 1 && tf_str_is(part, "lines"));
}

static enum tf_err put_members(struct writer *w, size_t first, size_t end, size_t depth, struct tf_problem *problem)
{
    char name[128];
    bool last;
    tf_json_object(&w->json);
    while (first < end) {
        size_t next = end_of_part(w->row, first, end, depth);
        struct tf_str part = part_of(w->row->map->columns[first].member, depth, &last);
        if (shows(w, first, next, depth, part) && part.len < sizeof name) {
            memcpy(name, part.ptr, part.len);
            name[part.len] = '\0';
            tf_json_key(&w->json, name);
            TF_TRY(put_part(w, first, next, depth, problem));
        }
        first = next;
    }
    tf_json_object_end(&w->json);
    return TF_OK;
}

/* A company for a record that names none, and the kind, are columns like the others: the map has them (table.c). */
enum tf_err tf_row_put(struct tf_row *row, const struct tf_row_lines *lines, struct tf_buf *out, struct tf_problem *problem)
{
    struct writer w = {.row = row, .lines = lines};
    tf_buf_reset(out);
    tf_json_init(&w.json, out);
    TF_TRY(put_members(&w, 0, row->map->count, 0, problem));
    return out->failed ? refuse(problem, TF_E_TOO_BIG, TF_STR_NONE, "the record is longer than a record may be") : TF_OK;
}

bool tf_row_is_of_line(const struct tf_map_column *column) { return tf_str_starts(column->member, TF_STR("journal.lines.")); }

enum tf_err tf_row_put_line(struct tf_row *row, struct tf_buf *out, struct tf_problem *problem)
{
    enum { LINE_DEPTH = 3 }; /* below journal, lines and a number */
    struct writer w = {.row = row};
    size_t first = 0, end;
    while (first < row->map->count && !tf_row_is_of_line(&row->map->columns[first]))
        first++;
    for (end = first; end < row->map->count && tf_row_is_of_line(&row->map->columns[end]); end++)
        ;
    tf_json_init(&w.json, out);
    TF_TRY(put_members(&w, first, end, LINE_DEPTH, problem));
    return out->failed ? refuse(problem, TF_E_TOO_BIG, TF_STR_NONE, "the record is longer than a record may be") : TF_OK;
}
