/* Maps of well-known headers. */
#include <stdio.h>
#include <string.h>

#include "rates.h"

enum { ANY = TF_KIND_COUNT, INVOICE = TF_KIND_INVOICE, PAYMENT = TF_KIND_PAYMENT, JOURNAL = TF_KIND_JOURNAL, NEEDS = 4, NAME_BYTES = 64 };

static const struct { int kind; const char *member, *names; } headers[] = {
#define HEADER(kind, member, names) {kind, member, names},
#define KIND_NEEDS(kind, a, b, c, d)
#include "headers.def"
#undef HEADER
#undef KIND_NEEDS
};

static const struct { int kind; const char *members[NEEDS]; } needs[] = {
#define HEADER(kind, member, names)
#define KIND_NEEDS(kind, a, b, c, d) {kind, {a, b, c, d}},
#include "headers.def"
#undef HEADER
#undef KIND_NEEDS
};

/* Where a column's name stands in names between bars; NULL: nowhere. */
static const char *name_in(struct tf_str name, const char *names)
{
    char wanted[NAME_BYTES + 3];
    name = tf_str_trim(name);
    if (name.len == 0 || name.len > NAME_BYTES || memchr(name.ptr, '|', name.len))
        return NULL;
    snprintf(wanted, sizeof wanted, "|%.*s|", TF_STR_ARGS(name));
    for (char *c = wanted; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return strstr(names, wanted);
}

bool tf_map_is_named(struct tf_str name, const char *names) { return name_in(name, names) != NULL; }

static bool has_member(const struct tf_map *map, const char *member)
{
    for (size_t i = 0; i < map->count; i++)
        if (tf_str_is(map->columns[i].member, member))
            return true;
    return false;
}

static bool has_header(const struct tf_map *map, struct tf_str header)
{
    for (size_t i = 0; i < map->count; i++)
        if (tf_str_eq(map->columns[i].header, header))
            return true;
    return false;
}

/* The name that stands first in a list between bars, of those no column has yet: the same one wherever the columns stand. */
static const struct tf_str *find_free(const struct tf_map *map, const struct tf_str *names, size_t count, const char *wanted)
{
    const struct tf_str *found = NULL;
    const char *at, *first = NULL;
    for (size_t i = 0; i < count; i++) {
        at = name_in(names[i], wanted);
        if (!at || (first && at >= first) || has_header(map, names[i]))
            continue;
        first = at;
        found = &names[i];
    }
    return found;
}

static void collect(struct tf_map *map, int kind, const struct tf_str *names, size_t count)
{
    for (size_t h = 0; h < sizeof headers / sizeof headers[0]; h++) {
        if ((headers[h].kind != kind && headers[h].kind != ANY) || has_member(map, headers[h].member))
            continue;
        const struct tf_str *name = find_free(map, names, count, headers[h].names);
        if (name)
            tf_map_add(map, tf_str_of(headers[h].member), tf_map_member_type((enum tf_kind)kind, tf_str_of(headers[h].member)), *name, TF_STR_NONE);
    }
}

/* An amount beside both of its sides says nothing more, and where it has no sign less. */
static void drop_amount_beside_sides(struct tf_map *map)
{
    const int at = tf_map_find(map, "journal.lines.0.amount");
    if (at == TF_MAP_NO_COLUMN || !has_member(map, "journal.lines.0.debit") || !has_member(map, "journal.lines.0.credit"))
        return;
    map->count--;
    memmove(&map->columns[at], &map->columns[at + 1], (map->count - (size_t)at) * sizeof map->columns[0]);
}

static bool says_side(struct tf_str name)
{
    return tf_map_is_named(name, "|s/h|soll/haben|soll-/haben-kennzeichen|soll/haben-kennzeichen|sh|d/c|dc|c/d|debit/credit|debit_credit|dr/cr|sens|");
}

/* A column that says on which side of an account an amount stands. */
static void find_side(struct tf_map *map, const struct tf_str *names, size_t count)
{
    static const char *const credit[] = {"H", "C", "CR", "K", "HABEN", "CREDIT", "CRÉDIT"}, *const debit[] = {"S", "D", "DR", "SOLL", "DEBIT", "DÉBIT"};
    for (size_t i = 0; i < count && !tf_str_present(map->sign_header); i++)
        if (says_side(names[i]))
            map->sign_header = names[i];
    if (!tf_str_present(map->sign_header))
        return;
    for (size_t i = 0; i < sizeof credit / sizeof credit[0]; i++)
        map->negative[map->negative_count++] = tf_str_of(credit[i]);
    for (size_t i = 0; i < sizeof debit / sizeof debit[0]; i++)
        map->positive[map->positive_count++] = tf_str_of(debit[i]);
}

static const char *names_of(const char *member)
{
    size_t h = 0;
    while (strcmp(headers[h].member, member) != 0)
        h++;
    return headers[h].names;
}

bool tf_map_of_header(const struct tf_str *names, size_t count, struct tf_arena *arena, struct tf_map *ret_map)
{
    for (size_t k = 0; k < sizeof needs / sizeof needs[0]; k++) {
        *ret_map = TF_MAP_EMPTY;
        ret_map->kind = (enum tf_kind)needs[k].kind;
        collect(ret_map, needs[k].kind, names, count);
        drop_amount_beside_sides(ret_map);
        bool whole = true;
        for (int n = 0; n < NEEDS; n++)
            whole &= has_member(ret_map, needs[k].members[n]);
        if (whole && needs[k].kind == JOURNAL && has_member(ret_map, "journal.lines.0.amount"))
            find_side(ret_map, names, count);
        if (whole && needs[k].kind == INVOICE)
            tf_rates_of_header(ret_map, names, count, names_of("invoice.totals.net"), names_of("invoice.totals.vat"), arena);
        if (whole)
            return true;
    }
    return false;
}

/* A second column that is an amount by its name as well. */
static const struct tf_str *find_rival(const struct tf_map *map, const struct tf_map_column *column, const struct tf_str *names, size_t count)
{
    const struct tf_str *rival = NULL;
    for (size_t h = 0; h < sizeof headers / sizeof headers[0] && !rival; h++)
        if (headers[h].kind == (int)map->kind && tf_str_is(column->member, headers[h].member))
            rival = find_free(map, names, count, headers[h].names);
    return rival;
}

bool tf_map_is_open(const struct tf_map *map, const struct tf_str *names, size_t count, struct tf_str *ret_first, struct tf_str *ret_second)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct tf_map_column *column = &map->columns[i];
        const struct tf_str *rival = column->type == TF_MEMBER_DECIMAL ? find_rival(map, column, names, count) : NULL;
        if (!rival)
            continue;
        *ret_first = column->header;
        *ret_second = *rival;
        return true;
    }
    return false;
}

bool tf_map_lacks_side(const struct tf_map *map, const struct tf_str *names, size_t count, struct tf_str *ret_name)
{
    const bool sided = map->kind == TF_KIND_JOURNAL && !has_member(map, "journal.lines.0.amount");
    for (size_t i = 0; i < count && !sided && !tf_str_present(map->sign_header); i++)
        if (says_side(names[i])) {
            *ret_name = names[i];
            return true;
        }
    return false;
}
