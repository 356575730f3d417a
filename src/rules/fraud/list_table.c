#include "list_table.h"

#include <stdlib.h>

enum { CAPACITY_MIN = 16 };

static size_t home(const struct tf_list_table *table, struct tf_hash16 hash)
{
    return (size_t)((tf_hash16_u64(hash) >> 32) * table->capacity >> 32); /* a list has far fewer than 2^32 places */
}

/* The entry's place, or the empty one where it belongs. The table has an empty place. */
static struct tf_list_entry *place_of(const struct tf_list_table *table, struct tf_hash16 hash)
{
    size_t at = home(table, hash);
    while (table->places[at].until_ms != INT64_MIN && !tf_hash16_eq(table->places[at].hash, hash))
        at = at + 1 < table->capacity ? at + 1 : 0;
    return &table->places[at];
}

static bool resize(struct tf_list_table *table, size_t capacity)
{
    struct tf_list_table wider = {malloc(capacity * sizeof *wider.places), capacity, table->count};
    if (!wider.places)
        return false;
    for (size_t i = 0; i < capacity; i++)
        wider.places[i].until_ms = INT64_MIN;
    for (size_t i = 0; i < table->capacity; i++)
        if (table->places[i].until_ms != INT64_MIN)
            *place_of(&wider, table->places[i].hash) = table->places[i];
    free(table->places);
    *table = wider;
    return true;
}

enum tf_err tf_list_table_put(struct tf_list_table *table, const struct tf_list_entry *entry)
{
    if ((table->count + 1) * 4 > table->capacity * 3 && !resize(table, table->capacity ? table->capacity * 2 : CAPACITY_MIN))
        return TF_E_MEMORY;
    struct tf_list_entry *place = place_of(table, entry->hash);
    table->count += place->until_ms == INT64_MIN;
    *place = *entry;
    return TF_OK;
}

void tf_list_table_fit(struct tf_list_table *table)
{
    size_t capacity = table->count / 3 * 4 + CAPACITY_MIN;
    if (capacity < table->capacity)
        (void)!resize(table, capacity); /* without memory it stays as wide as it is */
}

const struct tf_list_entry *tf_list_table_find(const struct tf_list_table *table, struct tf_hash16 hash)
{
    if (table->count == 0)
        return NULL;
    const struct tf_list_entry *place = place_of(table, hash);
    return place->until_ms != INT64_MIN ? place : NULL;
}

void tf_list_table_finish(struct tf_list_table *table)
{
    free(table->places);
    *table = (struct tf_list_table){NULL, 0, 0};
}
