#include "map.h"

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

void tf_map_sort(struct tf_map *map) { qsort(map->columns, map->count, sizeof map->columns[0], by_member); }

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
