#include "ruling_map.h"

#include <stdlib.h>

enum { CAPACITY_MIN = 64 };

static struct tf_ruling_place *place_of(const struct tf_ruling_map *map, struct tf_hash16 hash)
{
    size_t at = (size_t)tf_hash16_u64(hash) & (map->capacity - 1);
    while (map->places[at].at_ms != INT64_MIN && !tf_hash16_eq(map->places[at].hash, hash))
        at = (at + 1) & (map->capacity - 1);
    return &map->places[at];
}

static bool widen(struct tf_ruling_map *map)
{
    struct tf_ruling_map wider = {.capacity = map->capacity ? map->capacity * 2 : CAPACITY_MIN, .count = map->count};
    wider.places = malloc(wider.capacity * sizeof *wider.places);
    if (!wider.places)
        return false;
    for (size_t i = 0; i < wider.capacity; i++)
        wider.places[i].at_ms = INT64_MIN;
    for (size_t i = 0; i < map->capacity; i++)
        if (map->places[i].at_ms != INT64_MIN)
            *place_of(&wider, map->places[i].hash) = map->places[i];
    free(map->places);
    *map = wider;
    return true;
}

struct tf_ruling_place *tf_ruling_map_reach(struct tf_ruling_map *map, struct tf_hash16 hash)
{
    if ((map->count + 1) * 4 > map->capacity * 3 && !widen(map))
        return NULL;
    struct tf_ruling_place *place = place_of(map, hash);
    place->hash = hash;
    return place;
}

const struct tf_ruling_place *tf_ruling_map_find(const struct tf_ruling_map *map, struct tf_hash16 hash)
{
    const struct tf_ruling_place *place = map->count > 0 ? place_of(map, hash) : NULL;
    return place && place->at_ms != INT64_MIN ? place : NULL;
}

void tf_ruling_map_finish(struct tf_ruling_map *map)
{
    free(map->places);
    *map = (struct tf_ruling_map){NULL, 0, 0};
}
