#include "taxflow/share.h"

const struct tf_share *tf_share_find(const struct tf_share_set *set, struct tf_hash16 key)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->items[i].looks && tf_hash16_eq(set->items[i].key, key))
            return &set->items[i];
    return NULL;
}

static bool reserve(struct tf_share_set *set, struct tf_arena *arena)
{
    if (set->count < set->capacity)
        return true;
    size_t wider = set->capacity * 2 + 8;
    struct tf_share *items = tf_arena_calloc(arena, wider, sizeof *items);
    if (!items)
        return false;
    if (set->count > 0)
        memcpy(items, set->items, set->count * sizeof *items);
    set->items = items;
    set->capacity = wider;
    return true;
}

bool tf_share_look(struct tf_share_set *set, struct tf_hash16 key, int64_t window_ms, struct tf_arena *arena)
{
    if (tf_share_find(set, key) || !reserve(set, arena))
        return false;
    set->items[set->count++] = (struct tf_share){.key = key, .window_ms = window_ms, .looks = true};
    return true;
}
