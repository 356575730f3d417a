#include "vat_groups.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 256, FIRST_GROUPS = 64, FURTHER_MAX = 26 * 26 * 26 + 1, SEED = 0 };

static uint64_t hash_of(const void *bytes, size_t len) { return tf_hash16_u64(tf_hash_table((struct tf_str){bytes, len}, SEED)); }

static void put(struct tf_vat_slot *slots, size_t capacity, struct tf_vat_slot slot)
{
    size_t at = slot.hash & (capacity - 1);
    while (slots[at].number != 0)
        at = (at + 1) & (capacity - 1);
    slots[at] = slot;
}

/* At most half full, so that a search ends soon. */
static bool room_for_one(struct tf_vat_table *table)
{
    if (table->count * 2 < table->capacity)
        return true;
    const size_t capacity = table->capacity ? table->capacity * 2 : FIRST_SLOTS;
    struct tf_vat_slot *slots = calloc(capacity, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < table->capacity; i++)
        if (table->slots[i].number != 0)
            put(slots, capacity, table->slots[i]);
    free(table->slots);
    table->slots = slots;
    table->capacity = capacity;
    return true;
}

static void *grown(void *items, uint32_t *capacity, size_t size)
{
    const uint32_t wanted = *capacity ? *capacity * 2 : FIRST_GROUPS;
    void *larger = realloc(items, wanted * size);
    if (larger)
        *capacity = wanted;
    return larger;
}

void tf_vat_groups_finish(struct tf_vat_groups *groups)
{
    for (uint32_t i = 0; i < groups->companies_count; i++)
        free(groups->companies[i]);
    free(groups->companies);
    free(groups->keys);
    free(groups->items);
    free(groups->marks);
    free(groups->by_key.slots);
    free(groups->by_company.slots);
}

static bool is_company(const struct tf_vat_groups *groups, uint32_t number, struct tf_str name)
{
    return number < groups->companies_count && tf_str_is(name, groups->companies[number]);
}

static enum tf_err add_company(struct tf_vat_groups *groups, struct tf_str name, uint64_t hash, uint32_t *ret_number)
{
    if (groups->companies_count == TF_VAT_COMPANIES_MAX)
        return TF_E_FULL;
    if (groups->companies_count == groups->companies_capacity) {
        char **companies = grown(groups->companies, &groups->companies_capacity, sizeof *companies);
        if (!companies)
            return TF_E_MEMORY;
        groups->companies = companies;
    }
    char *copy = room_for_one(&groups->by_company) ? strndup(name.ptr ? name.ptr : "", name.len) : NULL;
    if (!copy)
        return TF_E_MEMORY;
    *ret_number = groups->companies_count++;
    groups->companies[*ret_number] = copy;
    put(groups->by_company.slots, groups->by_company.capacity, (struct tf_vat_slot){hash, *ret_number + 1});
    groups->by_company.count++;
    return TF_OK;
}

enum tf_err tf_vat_groups_company(struct tf_vat_groups *groups, struct tf_str name, uint32_t *ret_number)
{
    if (is_company(groups, groups->last_company, name)) {
        *ret_number = groups->last_company;
        return TF_OK;
    }
    const struct tf_vat_table *table = &groups->by_company;
    const uint64_t hash = hash_of(name.ptr, name.len);
    *ret_number = UINT32_MAX;
    for (size_t at = hash; table->capacity > 0 && table->slots[at & (table->capacity - 1)].number != 0; at++) {
        const struct tf_vat_slot *slot = &table->slots[at & (table->capacity - 1)];
        if (slot->hash == hash && is_company(groups, slot->number - 1, name)) {
            groups->last_company = *ret_number = slot->number - 1;
            return TF_OK;
        }
    }
    TF_TRY(add_company(groups, name, hash, ret_number));
    groups->last_company = *ret_number;
    return TF_OK;
}

static struct tf_vat_group group_of(const struct tf_vat_groups *groups, const struct tf_vat_key *key)
{
    struct tf_vat_group group = {
        .company = key->further ? "" : groups->companies[key->company],
        .month = key->month,
        .direction = (enum tf_direction)key->direction,
        .country = key->country,
        .part = (enum tf_vat_part)key->part,
        .rated = key->rated,
        .rate = {.units = key->rate_units, .scale = key->rate_scale},
        .further = key->further,
    };
    memcpy(group.tax, key->tax, sizeof group.tax);
    memcpy(group.category, key->category, sizeof group.category);
    memcpy(group.currency, key->currency, sizeof group.currency);
    return group;
}

/* The three lists are of one length. */
static bool grow_groups(struct tf_vat_groups *groups)
{
    uint32_t capacity = groups->capacity;
    struct tf_vat_group *items = grown(groups->items, &capacity, sizeof *items);
    if (items)
        groups->items = items;
    struct tf_vat_key *keys = items ? realloc(groups->keys, capacity * sizeof *keys) : NULL;
    if (keys)
        groups->keys = keys;
    struct tf_vat_mark *marks = keys ? realloc(groups->marks, capacity * sizeof *marks) : NULL;
    if (!marks)
        return false;
    groups->marks = marks;
    groups->capacity = capacity;
    return true;
}

static enum tf_err add_group(struct tf_vat_groups *groups, const struct tf_vat_key *key, uint64_t hash, uint32_t *ret_group)
{
    if (groups->count >= TF_VAT_GROUPS_MAX + (key->further ? FURTHER_MAX : 0))
        return TF_E_FULL;
    if (groups->count == groups->capacity && !grow_groups(groups))
        return TF_E_MEMORY;
    if (!room_for_one(&groups->by_key))
        return TF_E_MEMORY;
    *ret_group = groups->count++;
    groups->keys[*ret_group] = *key;
    groups->items[*ret_group] = group_of(groups, key);
    groups->marks[*ret_group] = (struct tf_vat_mark){0, 0};
    put(groups->by_key.slots, groups->by_key.capacity, (struct tf_vat_slot){hash, *ret_group + 1});
    groups->by_key.count++;
    return TF_OK;
}

enum tf_err tf_vat_groups_find(struct tf_vat_groups *groups, const struct tf_vat_key *key, uint32_t *ret_group)
{
    const struct tf_vat_table *table = &groups->by_key;
    const uint64_t hash = hash_of(key, sizeof *key);
    for (size_t at = hash; table->capacity > 0 && table->slots[at & (table->capacity - 1)].number != 0; at++) {
        const struct tf_vat_slot *slot = &table->slots[at & (table->capacity - 1)];
        if (slot->hash == hash && memcmp(&groups->keys[slot->number - 1], key, sizeof *key) == 0) {
            *ret_group = slot->number - 1;
            return TF_OK;
        }
    }
    return add_group(groups, key, hash, ret_group);
}
