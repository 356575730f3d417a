#include "rates.h"

#include <stdio.h>
#include <string.h>

#include "taxflow/money.h"

enum { DECIMALS = 2, PARTS = 4 };
enum part { RATE, TAXABLE, TAX, CATEGORY };

#define ELEMENT(n) \
    {"invoice.vat_breakdown." n ".rate", "invoice.vat_breakdown." n ".taxable", "invoice.vat_breakdown." n ".tax", "invoice.vat_breakdown." n ".category"}
static const char *const members[TF_MAP_RATES_MAX][PARTS] = {ELEMENT("0"), ELEMENT("1"), ELEMENT("2"), ELEMENT("3"),
                                                             ELEMENT("4"), ELEMENT("5"), ELEMENT("6"), ELEMENT("7")};
static const char net_total[] = "invoice.totals.net", tax_total[] = "invoice.totals.vat";

static enum tf_member_type type_of(enum part part) { return part == CATEGORY ? TF_MEMBER_TEXT : TF_MEMBER_DECIMAL; }

/* ---- Headers ---- */

static bool is_part_of_number(char c) { return (c >= '0' && c <= '9') || c == '.' || c == ','; }

static struct tf_str strip(struct tf_str text)
{
    while (text.len > 0 && strchr(" ()@:-_", text.ptr[0]))
        text = (struct tf_str){text.ptr + 1, text.len - 1};
    while (text.len > 0 && strchr(" ()@:-_", text.ptr[text.len - 1]))
        text.len--;
    return text;
}

/* "USt (7,5 %)" is a word and a rate, which may stand on either side; false when there is no rate, or words are on both. */
static bool split(struct tf_str name, struct tf_str *ret_word, struct tf_str *ret_rate)
{
    const char *percent = name.len > 0 ? memchr(name.ptr, '%', name.len) : NULL;
    size_t end = percent ? (size_t)(percent - name.ptr) : 0;
    while (end > 0 && name.ptr[end - 1] == ' ')
        end--;
    size_t first = end;
    while (first > 0 && is_part_of_number(name.ptr[first - 1]))
        first--;
    *ret_rate = (struct tf_str){name.ptr + first, end - first};
    if (!percent || ret_rate->len == 0)
        return false;
    const struct tf_str before = strip((struct tf_str){name.ptr, first});
    const struct tf_str behind = strip((struct tf_str){percent + 1, (size_t)(name.ptr + name.len - percent - 1)});
    *ret_word = before.len > 0 ? before : behind;
    return ret_word->len > 0 && (before.len == 0 || behind.len == 0);
}

/* As records write decimals. */
static struct tf_str as_decimal(struct tf_str rate, struct tf_arena *arena)
{
    char text[TF_CELL_BYTES];
    struct tf_decimal value;
    return tf_cell_amount(rate, memchr(rate.ptr, ',', rate.len) ? ',' : '.', text) && tf_money_parse(tf_str_of(text), &value) == TF_OK
               ? tf_arena_dup(arena, tf_money_format(value, 0, (char[TF_MONEY_TEXT_BYTES]){0}))
               : TF_STR_NONE;
}

/* The element of a rate, new where there is none yet; -1: no more places. */
static int element_of(struct tf_map *map, struct tf_str rate)
{
    for (int n = 0; n < TF_MAP_RATES_MAX; n++) {
        const int at = tf_map_find(map, members[n][RATE]);
        if (at == TF_MAP_NO_COLUMN)
            return tf_map_add(map, tf_str_of(members[n][RATE]), TF_MEMBER_DECIMAL, TF_STR_NONE, rate) ? n : -1;
        if (tf_str_eq(map->columns[at].value, rate))
            return n;
    }
    return -1;
}

void tf_rates_of_header(struct tf_map *map, const struct tf_str *names, size_t count, const char *net_names, const char *tax_names, struct tf_arena *arena)
{
    struct tf_str word, written;
    for (size_t i = 0; i < count; i++) {
        if (!split(tf_str_trim(names[i]), &word, &written))
            continue;
        const bool net = tf_map_is_named(word, net_names), tax = tf_map_is_named(word, tax_names);
        const struct tf_str rate = net || tax ? as_decimal(written, arena) : TF_STR_NONE;
        const int n = rate.len > 0 ? element_of(map, rate) : -1;
        const char *member = n >= 0 ? members[n][net ? TAXABLE : TAX] : NULL;
        if (member && tf_map_find(map, member) == TF_MAP_NO_COLUMN)
            (void)tf_map_add(map, tf_str_of(member), TF_MEMBER_DECIMAL, names[i], TF_STR_NONE); /* where nothing fits any more, completing says so */
    }
}

/* ---- Maps ---- */

static bool has_element(const struct tf_map *map, size_t n)
{
    for (int p = 0; p < PARTS; p++)
        if (tf_map_find(map, members[n][p]) != TF_MAP_NO_COLUMN)
            return true;
    return false;
}

static bool add_missing(struct tf_map *map, const char *member, enum tf_member_type type)
{
    return tf_map_find(map, member) != TF_MAP_NO_COLUMN || tf_map_add(map, tf_str_of(member), type, TF_STR_NONE, TF_STR_NONE);
}

bool tf_rates_complete(struct tf_map *map)
{
    bool fits = true, any = false;
    for (size_t n = 0; n < TF_MAP_RATES_MAX; n++) {
        if (!has_element(map, n))
            continue;
        any = true;
        for (int p = 0; p < PARTS; p++)
            fits &= add_missing(map, members[n][p], type_of((enum part)p));
        map->columns[tf_map_find(map, members[n][RATE])].unsigned_amount = true;
        map->columns[tf_map_find(map, members[n][RATE])].percent = true;
    }
    return fits && (!any || (add_missing(map, net_total, TF_MEMBER_DECIMAL) && add_missing(map, tax_total, TF_MEMBER_DECIMAL)));
}

/* No column and no constant: the reader puts it there. */
static bool is_filled(const struct tf_map *map, int column) { return map->columns[column].header.len == 0 && map->columns[column].value.len == 0; }

void tf_rates_bind(struct tf_map *map)
{
    map->rates_count = 0;
    for (size_t n = 0; n < TF_MAP_RATES_MAX; n++)
        if (tf_map_find(map, members[n][RATE]) != TF_MAP_NO_COLUMN)
            for (int p = 0; p < PARTS; p++)
                map->rates[map->rates_count][p] = tf_map_find(map, members[n][p]), map->rates_count += p == PARTS - 1;
    if (map->rates_count == 0)
        return;
    map->net_at = tf_map_find(map, net_total);
    map->vat_at = tf_map_find(map, tax_total);
    map->rate_has_totals = map->rates_count == 1 && is_filled(map, map->rates[0][TAXABLE]) && is_filled(map, map->rates[0][TAX]);
    map->sums_net = is_filled(map, map->net_at);
    map->sums_vat = is_filled(map, map->vat_at);
}

/* ---- Rows ---- */

static bool is_zero(struct tf_str text)
{
    struct tf_decimal value;
    return text.len == 0 || (tf_money_parse(text, &value) == TF_OK && tf_money_sign(value) == 0);
}

static bool is_above_zero(struct tf_str text)
{
    struct tf_decimal value;
    return text.len > 0 && tf_money_parse(text, &value) == TF_OK && tf_money_sign(value) > 0;
}

static void blank(struct tf_row *row, const int *at)
{
    for (int p = 0; p < PARTS; p++)
        row->values[at[p]] = TF_STR_NONE;
}

static void settle_element(struct tf_row *row, const int *at, bool alone)
{
    struct tf_str *values = row->values;
    const bool nothing = values[at[TAXABLE]].len == 0 && values[at[TAX]].len == 0;
    if (nothing || (!alone && is_zero(values[at[TAXABLE]]) && is_zero(values[at[TAX]]))) {
        blank(row, at);
        return;
    }
    const bool rated = values[at[RATE]].len > 0;
    if (rated && values[at[TAX]].len == 0 && is_zero(values[at[RATE]]))
        values[at[TAX]] = TF_STR("0.00");
    if (rated && values[at[CATEGORY]].len == 0 && is_above_zero(values[at[RATE]]))
        values[at[CATEGORY]] = TF_STR("S");
}

/* The row's net and tax are those of its rate, or of its category where that is all it has; with neither nothing is broken down. */
static void take_totals(struct tf_row *row)
{
    const int *at = row->map->rates[0];
    if (row->values[at[RATE]].len == 0 && row->values[at[CATEGORY]].len == 0) {
        blank(row, at);
        return;
    }
    row->values[at[TAXABLE]] = row->values[row->map->net_at];
    row->values[at[TAX]] = row->values[row->map->vat_at];
}

/* Exact, and only where every element that is there says its part. */
static void sum_up(struct tf_row *row, enum part part, int total)
{
    struct tf_decimal sum = tf_money_of(0, DECIMALS), value;
    char text[TF_MONEY_TEXT_BYTES];
    bool any = false;
    for (size_t n = 0; n < row->map->rates_count; n++) {
        const int *at = row->map->rates[n];
        if (row->values[at[TAXABLE]].len == 0 && row->values[at[TAX]].len == 0)
            continue;
        const struct tf_str own = row->values[at[part]];
        if (own.len == 0 || tf_money_parse(own, &value) != TF_OK || !tf_money_add(sum, value, &sum))
            return;
        any = true;
    }
    const struct tf_str told = tf_money_format(sum, DECIMALS, text);
    if (!any || told.len >= sizeof row->rooms[total])
        return;
    memcpy(row->rooms[total], told.ptr, told.len);
    row->values[total] = (struct tf_str){row->rooms[total], told.len};
}

void tf_rates_settle(struct tf_row *row)
{
    const struct tf_map *map = row->map;
    if (map->rate_has_totals)
        take_totals(row);
    for (size_t n = 0; n < map->rates_count; n++)
        settle_element(row, map->rates[n], map->rates_count == 1);
    if (map->sums_net && !map->rate_has_totals)
        sum_up(row, TAXABLE, map->net_at);
    if (map->sums_vat && !map->rate_has_totals)
        sum_up(row, TAX, map->vat_at);
}
