#include "partials.h"

#include <string.h>

void tf_partials_init(struct tf_partials *partials)
{
    *partials = (struct tf_partials){.first = TF_TALLY_NONE, .last = TF_TALLY_NONE};
    tf_tally_init(&partials->table);
}

void tf_partials_finish(struct tf_partials *partials, struct tf_budget *budget)
{
    tf_tally_finish(&partials->table, budget);
    tf_budget_give(budget, partials->items, partials->cap * sizeof *partials->items);
    tf_partials_init(partials);
}

/* Hashes of groups are spread evenly already: one bit pattern a partition keeps them so, and no two of a group the same. */
static struct tf_hash16 key_of(struct tf_hash16 group, uint32_t partition)
{
    uint64_t mixed = ((uint64_t)partition + 1) * UINT64_C(0x9e3779b97f4a7c15), low;
    memcpy(&low, group.bytes, sizeof low);
    low ^= mixed;
    memcpy(group.bytes, &low, sizeof low);
    return group;
}

uint32_t tf_partials_find(const struct tf_partials *partials, struct tf_hash16 group, uint32_t partition)
{
    return tf_tally_find(&partials->table, key_of(group, partition));
}

static bool reserve(struct tf_partials *partials, struct tf_budget *budget, uint32_t id)
{
    if (id < partials->cap)
        return true;
    size_t cap = partials->cap ? partials->cap * 2 : 64;
    while (cap <= id)
        cap *= 2;
    struct tf_partial *items = tf_budget_resize(budget, partials->items, partials->cap * sizeof *items, cap * sizeof *items);
    if (!items)
        return false;
    memset(items + partials->cap, 0, (cap - partials->cap) * sizeof *items);
    partials->items = items;
    partials->cap = cap;
    return true;
}

uint32_t tf_partials_obtain(struct tf_partials *partials, struct tf_budget *budget, struct tf_hash16 group, uint32_t partition, uint32_t window_days,
                            bool ours)
{
    const struct tf_hash16 key = key_of(group, partition);
    const bool known = tf_tally_find(&partials->table, key) != TF_TALLY_NONE;
    /* Room for whatever id is the next: one that was handed out has its item. */
    if (!known && !reserve(partials, budget, partials->table.groups.ids))
        return TF_TALLY_NONE;
    const uint32_t id = tf_tally_obtain(&partials->table, budget, key, window_days, TF_TALLY_NONE);
    if (!known && id != TF_TALLY_NONE)
        partials->items[id] = (struct tf_partial){.group = group, .partition = partition, .next = TF_TALLY_NONE, .ours = ours};
    return id;
}

bool tf_partials_holds(const struct tf_partials *partials, uint32_t id)
{
    const struct tf_tally_group *group = tf_tally_at(&partials->table, id);
    for (uint32_t i = 0; i < group->count; i++)
        if (tf_fraud_count_value(group->counts[i]) > 0)
            return true;
    return false;
}

void tf_partials_mark(struct tf_partials *partials, uint32_t id)
{
    struct tf_partial *partial = &partials->items[id];
    partial->changed = true;
    if (partial->listed)
        return;
    partial->listed = true;
    partial->next = TF_TALLY_NONE;
    if (partials->listed++ == 0)
        partials->first = id;
    else
        partials->items[partials->last].next = id;
    partials->last = id;
}

bool tf_partials_add(struct tf_partials *partials, struct tf_budget *budget, struct tf_hash16 group, uint32_t partition, uint32_t window_days,
                     struct tf_fraud_count more)
{
    const uint32_t id = tf_partials_obtain(partials, budget, group, partition, window_days, true);
    if (id == TF_TALLY_NONE
        || !tf_tally_add(&partials->table, budget, id, tf_fraud_count_month(more), tf_fraud_count_cell(more), tf_fraud_count_value(more)))
        return false;
    tf_partials_mark(partials, id);
    return true;
}

void tf_partials_change(struct tf_partials *partials, struct tf_hash16 group, uint32_t partition, unsigned month, unsigned cell, int64_t more)
{
    const uint32_t id = tf_partials_find(partials, group, partition);
    if (id == TF_TALLY_NONE)
        return;
    tf_tally_change(&partials->table, id, month, cell, more);
    tf_partials_mark(partials, id);
}

void tf_partials_told(struct tf_partials *partials)
{
    for (; partials->shown > 0; partials->shown--, partials->listed--) {
        struct tf_partial *partial = &partials->items[partials->first];
        partials->first = partial->next;
        partial->listed = partial->changed = false;
    }
}
