#include "table_map.h"

#include <stdlib.h>

#include "taxflow/hash.h"

enum { SLOTS_MIN = 64 };

struct tf_table_map_entry {
    size_t key_len, value_len;
    char bytes[]; /* key, then value */
};

void tf_table_map_init(struct tf_table_map *map, size_t count_max, uint64_t seed)
{
    *map = (struct tf_table_map){.count_max = count_max, .seed = seed};
}

void tf_table_map_finish(struct tf_table_map *map)
{
    for (size_t i = 0; i < map->slots_count; i++)
        free(map->slots[i]);
    free(map->slots);
    *map = (struct tf_table_map){0};
}

static struct tf_str key_of(const struct tf_table_map_entry *entry)
{
    return (struct tf_str){entry->bytes, entry->key_len};
}

/* The slot with the key, or the free one where it belongs. slots_count is not 0 and one slot is free. */
static size_t find_slot(struct tf_table_map_entry *const *slots, size_t slots_count, uint64_t seed, struct tf_str key)
{
    size_t at = (size_t)tf_hash16_u64(tf_hash_table(key, seed)) & (slots_count - 1);
    while (slots[at] && !tf_str_eq(key_of(slots[at]), key))
        at = (at + 1) & (slots_count - 1);
    return at;
}

static enum tf_err grow(struct tf_table_map *map)
{
    size_t count = map->slots_count ? map->slots_count * 2 : SLOTS_MIN;
    struct tf_table_map_entry **slots = calloc(count, sizeof *slots);
    if (!slots)
        return TF_E_MEMORY;
    for (size_t i = 0; i < map->slots_count; i++)
        if (map->slots[i])
            slots[find_slot(slots, count, map->seed, key_of(map->slots[i]))] = map->slots[i];
    free(map->slots);
    map->slots = slots;
    map->slots_count = count;
    return TF_OK;
}

static struct tf_table_map_entry *make_entry(struct tf_str key, struct tf_str value)
{
    struct tf_table_map_entry *entry = malloc(sizeof *entry + key.len + value.len);
    if (!entry)
        return NULL;
    entry->key_len = key.len;
    entry->value_len = value.len;
    if (key.len > 0)
        memcpy(entry->bytes, key.ptr, key.len);
    if (value.len > 0)
        memcpy(entry->bytes + key.len, value.ptr, value.len);
    return entry;
}

enum tf_err tf_table_map_put(struct tf_table_map *map, struct tf_str key, struct tf_str value)
{
    if (map->count >= map->slots_count / 4 * 3)
        TF_TRY(grow(map));
    size_t at = find_slot(map->slots, map->slots_count, map->seed, key);
    if (!map->slots[at] && map->count == map->count_max)
        return TF_E_FULL;
    struct tf_table_map_entry *entry = make_entry(key, value);
    if (!entry)
        return TF_E_MEMORY;
    map->count += map->slots[at] == NULL;
    free(map->slots[at]);
    map->slots[at] = entry;
    return TF_OK;
}

struct tf_str tf_table_map_get(const struct tf_table_map *map, struct tf_str key)
{
    if (map->slots_count == 0)
        return TF_STR_NONE;
    const struct tf_table_map_entry *entry = map->slots[find_slot(map->slots, map->slots_count, map->seed, key)];
    return entry ? (struct tf_str){entry->bytes + entry->key_len, entry->value_len} : TF_STR_NONE;
}
