#include "row.h"

#include <string.h>

#include "taxflow/json.h"

enum { PARTS_MAX = 8 };

/* A row on its way: the values of all columns, before they are written in their places. */
struct row {
    const struct tf_map *map;
    const struct tf_str *cells;
    size_t cells_count;
    bool negative;
    char rooms[TF_MAP_COLUMNS_MAX][TF_CELL_BYTES]; /* what amounts and dates became */
    struct tf_str values[TF_MAP_COLUMNS_MAX];      /* absent: no value */
    struct tf_json json;
};

static enum tf_err refuse(struct tf_problem *problem, enum tf_err err, struct tf_str path, const char *detail)
{
    *problem = (struct tf_problem){.err = err, .path = path, .detail = tf_str_of(detail)};
    return err;
}

static struct tf_str cell_of(const struct row *row, int index)
{
    return index >= 0 && (size_t)index < row->cells_count ? tf_str_trim(row->cells[index]) : TF_STR_NONE;
}

static bool is_negative(const struct row *row)
{
    struct tf_str word = cell_of(row, row->map->sign_index);
    for (size_t i = 0; i < row->map->negative_count && row->map->sign_index != TF_MAP_NO_COLUMN; i++)
        if (word.len == row->map->negative[i].len && strncasecmp(word.ptr, row->map->negative[i].ptr, word.len) == 0)
            return true;
    return false;
}

/* In front of a sum that another column calls negative; a minus of its own is turned round. */
static void negate(char *amount)
{
    if (amount[0] == '-')
        memmove(amount, amount + 1, strlen(amount));
    else
        memmove(amount + 1, amount, strlen(amount) + 1), amount[0] = '-';
}

static bool amount_of(const struct row *row, const struct tf_map_column *column, struct tf_str text, char *room)
{
    if (!tf_cell_amount(text, column->decimal ? column->decimal : '.', room))
        return false;
    if (row->negative && strlen(room) + 1 < TF_CELL_BYTES)
        negate(room);
    return true;
}

static enum tf_err read_value(struct row *row, size_t i, struct tf_problem *problem)
{
    const struct tf_map_column *column = &row->map->columns[i];
    struct tf_str text = column->index == TF_MAP_NO_COLUMN ? column->value : cell_of(row, column->index);
    char *room = row->rooms[i];
    row->values[i] = TF_STR_NONE;
    if (text.len == 0)
        return TF_OK;
    switch (column->type) {
    case TF_MEMBER_DECIMAL:
        if (!amount_of(row, column, text, room))
            return refuse(problem, TF_E_NUMBER, column->header, "the cell is no amount as the others of its column; mend it, or say decimal in a map");
        break;
    case TF_MEMBER_DATE:
        if (!tf_cell_date(text, column->dates, room))
            return refuse(problem, TF_E_DATE, column->header, "the cell is no date of the calendar as the others of its column");
        break;
    case TF_MEMBER_TIME:
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

static enum tf_err put_value(struct row *row, size_t i, struct tf_problem *problem)
{
    const struct tf_map_column *column = &row->map->columns[i];
    uint64_t whole;
    bool flag;
    switch (column->type) {
    case TF_MEMBER_FLAG:
        if (!tf_cell_flag(row->values[i], &flag))
            return refuse(problem, TF_E_VALUE, column->header, "the cell is neither yes nor no");
        tf_json_bool(&row->json, flag);
        return TF_OK;
    case TF_MEMBER_WHOLE:
        if (!tf_str_to_u64(row->values[i], INT64_MAX, &whole))
            return refuse(problem, TF_E_VALUE, column->header, "the cell is no whole number");
        tf_json_u64(&row->json, whole);
        return TF_OK;
    default:
        tf_json_str(&row->json, row->values[i]);
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
static size_t end_of_part(const struct row *row, size_t first, size_t end, size_t depth)
{
    bool last;
    struct tf_str name = part_of(row->map->columns[first].member, depth, &last);
    while (first < end && tf_str_eq(part_of(row->map->columns[first].member, depth, &last), name))
        first++;
    return first;
}

static bool any_value(const struct row *row, size_t first, size_t end)
{
    for (; first < end; first++)
        if (row->values[first].len > 0)
            return true;
    return false;
}

static bool is_number(struct tf_str part) { return part.len > 0 && part.ptr[0] >= '0' && part.ptr[0] <= '9'; }

static enum tf_err put_members(struct row *row, size_t first, size_t end, size_t depth, struct tf_problem *problem);

/* What stands under one name: a value, a group, or a list whose elements are numbered. */
static enum tf_err put_part(struct row *row, size_t first, size_t end, size_t depth, struct tf_problem *problem)
{
    bool last;
    (void)part_of(row->map->columns[first].member, depth, &last);
    if (last)
        return put_value(row, first, problem);
    if (!is_number(part_of(row->map->columns[first].member, depth + 1, &last)))
        return put_members(row, first, end, depth + 1, problem);
    tf_json_array(&row->json);
    while (first < end) {
        size_t next = end_of_part(row, first, end, depth + 1);
        if (any_value(row, first, next))
            TF_TRY(put_part(row, first, next, depth + 1, problem));
        first = next;
    }
    tf_json_array_end(&row->json);
    return TF_OK;
}

static enum tf_err put_members(struct row *row, size_t first, size_t end, size_t depth, struct tf_problem *problem)
{
    char name[128];
    bool last;
    tf_json_object(&row->json);
    while (first < end) {
        size_t next = end_of_part(row, first, end, depth);
        struct tf_str part = part_of(row->map->columns[first].member, depth, &last);
        if (any_value(row, first, next) && part.len < sizeof name) {
            memcpy(name, part.ptr, part.len);
            name[part.len] = '\0';
            tf_json_key(&row->json, name);
            TF_TRY(put_part(row, first, next, depth, problem));
        }
        first = next;
    }
    tf_json_object_end(&row->json);
    return TF_OK;
}

/* A company for a record that names none, and the kind, are columns like the others: the map has them (delimited.c). */
enum tf_err tf_row_write(const struct tf_map *map, const struct tf_str *cells, size_t count, const char *company, struct tf_buf *out,
                         struct tf_problem *problem)
{
    struct row row; /* large, and every part of it is written before it is read */
    row.map = map;
    row.cells = cells;
    row.cells_count = count;
    row.negative = is_negative(&row);
    tf_buf_reset(out);
    tf_json_init(&row.json, out);
    for (size_t i = 0; i < map->count; i++) {
        TF_TRY(read_value(&row, i, problem));
        if (row.values[i].len == 0 && tf_str_is(map->columns[i].member, "company"))
            row.values[i] = tf_str_of(company);
    }
    TF_TRY(put_members(&row, 0, map->count, 0, problem));
    return out->failed ? refuse(problem, TF_E_TOO_BIG, TF_STR_NONE, "the row makes a record longer than a record may be") : TF_OK;
}
