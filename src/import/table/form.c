/* Forms: tables whose columns have names that everybody who writes them uses. */
#include <stdlib.h>
#include <string.h>

#include "delimited.h"

/* The nearest member of columns is found by name; a form's names are few and short. */
static const struct tf_str *find(const struct tf_str *names, size_t count, const char *wanted)
{
    for (size_t i = 0; i < count; i++)
        if (tf_map_is_named(names[i], wanted))
            return &names[i];
    return NULL;
}

static bool find_exact(const struct tf_str *names, size_t count, struct tf_str name)
{
    for (size_t i = 0; i < count; i++)
        if (tf_str_ieq(tf_str_trim(names[i]), name))
            return true;
    return false;
}

/* An amount stands on a side, or in one column for both. */
static bool lacks_amounts(const struct tf_map *map)
{
    return map->kind == TF_KIND_JOURNAL && tf_map_find(map, "journal.lines.0.debit") == TF_MAP_NO_COLUMN
           && tf_map_find(map, "journal.lines.0.amount") == TF_MAP_NO_COLUMN;
}

static bool add(struct tf_map *map, const struct tf_form_column *column, const struct tf_str *name)
{
    enum tf_member_type type = column->type ? column->type : tf_map_member_type(map->kind, tf_str_of(column->member));
    if (!tf_map_add(map, tf_str_of(column->member), type == TF_MEMBER_NONE ? TF_MEMBER_TEXT : type, name ? *name : TF_STR_NONE, tf_str_of(column->constant)))
        return false;
    map->columns[map->count - 1].key = column->key;
    map->columns[map->count - 1].inner = column->inner;
    map->columns[map->count - 1].unsigned_amount = column->unsigned_amount;
    return true;
}

bool tf_form_map(const struct tf_form *form, const struct tf_str *names, size_t count, const struct tf_map *settings, struct tf_map *ret_map,
                 const char **ret_missing)
{
    bool fits = true;
    *ret_missing = NULL;
    *ret_map = TF_MAP_EMPTY;
    ret_map->kind = form->kind;
    if (form->settings)
        form->settings(ret_map);
    for (size_t i = 0; i < form->count; i++) {
        const struct tf_form_column *column = &form->columns[i];
        const struct tf_str *name = column->names ? find(names, count, column->names) : NULL;
        if (column->required && !name && !*ret_missing)
            *ret_missing = column->names;
        if ((name || !column->names) && tf_map_find(ret_map, column->member) == TF_MAP_NO_COLUMN) /* of several names for a member the first */
            fits &= add(ret_map, column, name);
    }
    if (!find_exact(names, count, ret_map->sign_header))
        ret_map->sign_header = TF_STR_NONE;
    if (!*ret_missing && lacks_amounts(ret_map))
        *ret_missing = form->amounts;
    if (settings)
        tf_map_take_settings(ret_map, settings);
    return fits && !*ret_missing;
}

struct tf_str tf_form_name(const char *names)
{
    if (!names)
        return TF_STR("?");
    const char *first = names + (*names == '|');
    return (struct tf_str){first, strcspn(first, "|")};
}

void tf_form_set(struct tf_row *row, int column, struct tf_str text)
{
    if (column == TF_MAP_NO_COLUMN || text.len == 0 || text.len >= TF_CELL_BYTES)
        return;
    memmove(row->rooms[column], text.ptr, text.len);
    row->values[column] = (struct tf_str){row->rooms[column], text.len};
}

struct tf_str tf_form_value(const struct tf_row *row, const char *member)
{
    int at = tf_map_find(row->map, member);
    return at == TF_MAP_NO_COLUMN ? TF_STR_NONE : row->values[at];
}

struct tf_str tf_form_first_line(struct tf_str head, char *room, size_t size)
{
    size_t len = 0;
    for (size_t i = 0; i < head.len && len < size && head.ptr[i] != '\n' && head.ptr[i] != '\r'; i++)
        if (head.ptr[i] != '\0')
            room[len++] = head.ptr[i];
    return (struct tf_str){room, len};
}

/* The next name of a header line; its quotes and a mark before it are no part of it. */
static struct tf_str next_name(struct tf_str *line)
{
    size_t len = 0;
    while (len < line->len && !strchr(",;\t|", line->ptr[len]))
        len++;
    struct tf_str name = tf_str_trim((struct tf_str){line->ptr, len});
    *line = len < line->len ? (struct tf_str){line->ptr + len + 1, line->len - len - 1} : TF_STR_NONE;
    while (name.len > 0 && ((unsigned char)name.ptr[0] >= 0x80 || name.ptr[0] == '"'))
        name = (struct tf_str){name.ptr + 1, name.len - 1};
    if (name.len > 0 && name.ptr[name.len - 1] == '"')
        name.len--;
    return name;
}

bool tf_form_begins(struct tf_str head, const char *const names[])
{
    enum { LINE_BYTES = 16 * 1024 };
    char room[LINE_BYTES];
    for (size_t i = 0; names[i]; i++) {
        struct tf_str line = tf_form_first_line(tf_str_trim(head), room, sizeof room);
        bool found = false;
        while (line.len > 0 && !found)
            found = tf_map_is_named(next_name(&line), names[i]);
        if (!found)
            return false;
    }
    return true;
}
