#include "table.h"

#include <stdlib.h>

enum { SLOTS_MIN = 256 };

void tf_saft_table_finish(struct tf_saft_table *table)
{
    free(table->slots);
    *table = (struct tf_saft_table){.slots = NULL};
}

static size_t place_of(const struct tf_saft_table *table, struct tf_hash16 key)
{
    size_t at = (size_t)tf_hash16_u64(key) & (table->slots_count - 1);
    while (table->slots[at].value != TF_SAFT_NOWHERE && !tf_hash16_eq(table->slots[at].key, key))
        at = (at + 1) & (table->slots_count - 1);
    return at;
}

uint32_t tf_saft_table_find(const struct tf_saft_table *table, struct tf_hash16 key)
{
    return table->slots_count > 0 ? table->slots[place_of(table, key)].value : TF_SAFT_NOWHERE;
}

static bool grow(struct tf_saft_table *table)
{
    struct tf_saft_table larger = {.slots_count = table->slots_count ? table->slots_count * 2 : SLOTS_MIN, .used = table->used};
    larger.slots = malloc(larger.slots_count * sizeof *larger.slots);
    if (!larger.slots)
        return false;
    for (size_t i = 0; i < larger.slots_count; i++)
        larger.slots[i].value = TF_SAFT_NOWHERE;
    for (size_t i = 0; i < table->slots_count; i++)
        if (table->slots[i].value != TF_SAFT_NOWHERE)
            larger.slots[place_of(&larger, table->slots[i].key)] = table->slots[i];
    free(table->slots);
    *table = larger;
    return true;
}

bool tf_saft_table_put(struct tf_saft_table *table, struct tf_hash16 key, uint32_t value)
{
    if (table->used * 2 >= table->slots_count && !grow(table))
        return false;
    size_t at = place_of(table, key);
    table->slots[at].key = key;
    table->slots[at].value = value;
    table->used++;
    return true;
}
