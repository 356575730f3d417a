#include "rates.h"

#include <stdlib.h>
#include <string.h>

bool tf_map_add(struct tf_map *map, struct tf_str member, enum tf_member_type type, struct tf_str header, struct tf_str value)
{
    if (map->count == TF_MAP_COLUMNS_MAX)
        return false;
    map->columns[map->count++] = (struct tf_map_column){.member = member, .type = type, .header = header, .value = value, .index = TF_MAP_NO_COLUMN};
    return true;
}

/* Parts are compared one by one, as an object's members are ordered: a point sorts before every letter. */
static int by_member(const void *a, const void *b)
{
    const struct tf_str x = ((const struct tf_map_column *)a)->member, y = ((const struct tf_map_column *)b)->member;
    size_t common = x.len < y.len ? x.len : y.len;
    for (size_t i = 0; i < common; i++) {
        if (x.ptr[i] == y.ptr[i])
            continue;
        if (x.ptr[i] == '.' || y.ptr[i] == '.')
            return x.ptr[i] == '.' ? -1 : 1;
        return (unsigned char)x.ptr[i] - (unsigned char)y.ptr[i];
    }
    return (x.len > y.len) - (x.len < y.len);
}

#define LINE "journal.lines.0."
#define CONTRA "journal.lines.1."

int tf_map_find(const struct tf_map *map, const char *member)
{
    for (size_t i = 0; i < map->count; i++)
        if (tf_str_is(map->columns[i].member, member))
            return (int)i;
    return TF_MAP_NO_COLUMN;
}

void tf_map_take_settings(struct tf_map *map, const struct tf_map *settings)
{
    if (settings->delimiter)
        map->delimiter = settings->delimiter;
    if (settings->encoding)
        map->encoding = settings->encoding;
    if (settings->decimal)
        map->decimal = settings->decimal;
    if (settings->dates != TF_DATES_UNKNOWN)
        map->dates = settings->dates;
    if (settings->scale != TF_SCALE_UNKNOWN)
        map->scale = settings->scale;
    const int company = tf_map_find(settings, "company");
    if (company != TF_MAP_NO_COLUMN && settings->columns[company].value.len > 0 && tf_map_find(map, "company") == TF_MAP_NO_COLUMN)
        (void)tf_map_add(map, TF_STR("company"), TF_MEMBER_TEXT, TF_STR_NONE, settings->columns[company].value); /* where nothing fits any more, completing says so */
}

void tf_map_take_sign(struct tf_map *map, const struct tf_map *settings)
{
    map->sign_header = settings->sign_header;
    map->negative_count = settings->negative_count;
    map->positive_count = 0;
    memcpy(map->negative, settings->negative, sizeof map->negative);
}

enum tf_member_type tf_map_member_type(enum tf_kind kind, struct tf_str member)
{
    if (kind == TF_KIND_JOURNAL && tf_str_is(member, LINE "amount"))
        return TF_MEMBER_DECIMAL;
    if (kind == TF_KIND_JOURNAL && tf_str_is(member, LINE "number"))
        return TF_MEMBER_TEXT;
    return tf_event_member(kind, member);
}

/* A column that a reader fills; one that is there already stays as it is. */
static bool add_filled(struct tf_map *map, const char *member, enum tf_member_type type)
{
    return tf_map_find(map, member) != TF_MAP_NO_COLUMN || tf_map_add(map, tf_str_of(member), type, TF_STR_NONE, TF_STR_NONE);
}

static bool has_lines_in_rows(const struct tf_map *map)
{
    bool first = false;
    for (size_t i = 0; i < map->count; i++) {
        struct tf_str member = map->columns[i].member;
        if (tf_str_starts(member, TF_STR("journal.lines.")) && !tf_str_starts(member, TF_STR(LINE)))
            return false; /* all lines of a document stand in one row */
        first |= tf_str_starts(member, TF_STR(LINE));
    }
    return first;
}

/* Entries of a ledger: a number, its day and its company; a reader may have said better. */
static void find_keys(struct tf_map *map)
{
    static const char *const keys[] = {"company", "journal.id", "journal.posting_date"};
    for (size_t i = 0; i < map->count; i++)
        if (map->columns[i].key)
            return;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (tf_map_find(map, keys[i]) != TF_MAP_NO_COLUMN)
            map->columns[tf_map_find(map, keys[i])].key = true;
}

bool tf_map_complete(struct tf_map *map, const char *company)
{
    bool fits = tf_map_find(map, "kind") != TF_MAP_NO_COLUMN
                || tf_map_add(map, TF_STR("kind"), TF_MEMBER_TEXT, TF_STR_NONE, tf_str_of(tf_event_kind_name(map->kind)));
    if (tf_map_find(map, "company") == TF_MAP_NO_COLUMN)
        fits &= tf_map_add(map, TF_STR("company"), TF_MEMBER_TEXT, TF_STR_NONE, tf_str_of(company));
    if (tf_map_find(map, LINE "amount") != TF_MAP_NO_COLUMN)
        fits &= add_filled(map, LINE "debit", TF_MEMBER_DECIMAL) && add_filled(map, LINE "credit", TF_MEMBER_DECIMAL);
    if (tf_map_find(map, LINE "amount") != TF_MAP_NO_COLUMN && tf_map_find(map, CONTRA "account") != TF_MAP_NO_COLUMN)
        fits &= add_filled(map, CONTRA "debit", TF_MEMBER_DECIMAL) && add_filled(map, CONTRA "credit", TF_MEMBER_DECIMAL)
                && (tf_map_find(map, LINE "currency") == TF_MAP_NO_COLUMN || add_filled(map, CONTRA "currency", TF_MEMBER_TEXT));
    map->amount_at = tf_map_find(map, LINE "amount");
    if (map->amount_at != TF_MAP_NO_COLUMN)
        map->columns[map->amount_at].inner = true;
    if (tf_map_find(map, LINE "number") != TF_MAP_NO_COLUMN)
        map->columns[tf_map_find(map, LINE "number")].inner = true;
    if (tf_map_find(map, LINE "rate") != TF_MAP_NO_COLUMN)
        map->columns[tf_map_find(map, LINE "rate")].unsigned_amount = true;
    if (map->kind == TF_KIND_INVOICE || map->kind == TF_KIND_CREDIT_NOTE)
        fits &= tf_rates_complete(map);
    map->gathers |= map->kind == TF_KIND_JOURNAL && has_lines_in_rows(map);
    if (map->gathers)
        find_keys(map);
    qsort(map->columns, map->count, sizeof map->columns[0], by_member);
    map->amount_at = tf_map_find(map, LINE "amount");
    map->debit_at = tf_map_find(map, LINE "debit");
    map->credit_at = tf_map_find(map, LINE "credit");
    map->contra_debit_at = tf_map_find(map, CONTRA "debit");
    map->contra_credit_at = tf_map_find(map, CONTRA "credit");
    tf_rates_bind(map);
    return fits;
}

static bool same_name(struct tf_str a, struct tf_str b)
{
    a = tf_str_trim(a);
    b = tf_str_trim(b);
    return a.len == b.len && strncasecmp(a.ptr, b.ptr, a.len) == 0;
}

static int find_name(const struct tf_str *names, size_t count, struct tf_str name)
{
    for (size_t i = 0; i < count; i++)
        if (same_name(names[i], name))
            return (int)i;
    return TF_MAP_NO_COLUMN;
}

/* The name that is nearest, to be offered; absent when none is near. */
static struct tf_str nearest(const struct tf_str *names, size_t count, struct tf_str name)
{
    size_t best = name.len / 2 + 1;
    struct tf_str found = TF_STR_NONE;
    for (size_t i = 0; i < count; i++) {
        size_t distance = tf_str_distance(name, tf_str_trim(names[i]));
        if (distance < best) {
            best = distance;
            found = tf_str_trim(names[i]);
        }
    }
    return found;
}

static enum tf_err bind_one(struct tf_str header, const struct tf_str *names, size_t count, const char *file, int *ret_index, struct tf_fault *fault)
{
    *ret_index = find_name(names, count, header);
    if (*ret_index != TF_MAP_NO_COLUMN)
        return TF_OK;
    struct tf_str near = nearest(names, count, header);
    if (tf_str_present(near))
        return tf_fault_set(fault, TF_E_VALUE, "%s: the map names the column \"%.*s\", and the header has none; did you mean \"%.*s\"?", file,
                            TF_STR_ARGS(header), TF_STR_ARGS(near));
    return tf_fault_set(fault, TF_E_VALUE, "%s: the map names the column \"%.*s\", and the header has none among its %zu; check delimiter and header_line",
                        file, TF_STR_ARGS(header), count);
}

enum tf_err tf_map_bind(struct tf_map *map, const struct tf_str *names, size_t count, const char *file, struct tf_fault *fault)
{
    map->sign_index = TF_MAP_NO_COLUMN;
    for (size_t i = 0; i < map->count; i++)
        if (tf_str_present(map->columns[i].header))
            TF_TRY(bind_one(map->columns[i].header, names, count, file, &map->columns[i].index, fault));
    return tf_str_present(map->sign_header) ? bind_one(map->sign_header, names, count, file, &map->sign_index, fault) : TF_OK;
}

static enum tf_err refuse_twin(int index, const struct tf_str *names, size_t count, const char *file, struct tf_fault *fault)
{
    for (size_t i = (size_t)(index + 1); index != TF_MAP_NO_COLUMN && i < count; i++)
        if (same_name(names[i], names[index]))
            return tf_fault_set(fault, TF_E_VALUE, "%s: two columns are named \"%.*s\", columns %d and %zu; give them different names", file,
                                TF_STR_ARGS(tf_str_trim(names[i])), index + 1, i + 1);
    return TF_OK;
}

enum tf_err tf_map_refuse_twins(const struct tf_map *map, const struct tf_str *names, size_t count, const char *file, struct tf_fault *fault)
{
    for (size_t i = 0; i < map->count; i++)
        TF_TRY(refuse_twin(map->columns[i].index, names, count, file, fault));
    return refuse_twin(map->sign_index, names, count, file, fault);
}
