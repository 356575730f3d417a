#include "tally.h"

#include <string.h>

enum { SLOTS_MIN = 256, TRIM_FROM = 16 };

void tf_tally_init(struct tf_tally_table *table)
{
    *table = (struct tf_tally_table){.free_id = TF_TALLY_NONE};
    tf_hash_random(table->seed, sizeof table->seed);
    table->seed[1] |= 1;
}

void tf_tally_finish(struct tf_tally_table *table, struct tf_budget *budget)
{
    for (uint32_t id = 0; id < table->ids; id++) {
        struct tf_tally_group *group = tf_tally_at(table, id);
        tf_budget_give(budget, group->counts, group->cap * sizeof *group->counts);
    }
    for (size_t i = 0; i < table->chunks_count; i++)
        tf_budget_give(budget, table->chunks[i], TF_TALLY_CHUNK_GROUPS * sizeof(struct tf_tally_group));
    tf_budget_give(budget, table->chunks, table->chunks_cap * sizeof(struct tf_tally_group *));
    tf_budget_give(budget, table->slots, table->slots_count * sizeof *table->slots);
    *table = (struct tf_tally_table){.free_id = TF_TALLY_NONE};
}

/* Finding: as in table.c, a secret multiplication decides the slot. */

static uint32_t slot_hash(const struct tf_tally_table *table, struct tf_hash16 hash)
{
    uint64_t low = tf_hash16_u64(hash), high;
    memcpy(&high, hash.bytes + sizeof low, sizeof high);
    return (uint32_t)((((low ^ table->seed[0]) + (high << 1)) * table->seed[1]) >> 32);
}

static size_t slot_find(const struct tf_tally_table *table, struct tf_hash16 hash, uint32_t hashed)
{
    size_t mask = table->slots_count - 1, i = hashed & mask;
    for (; table->slots[i].id_plus_1 != 0; i = (i + 1) & mask)
        if (table->slots[i].hash == hashed && tf_hash16_eq(tf_tally_at(table, table->slots[i].id_plus_1 - 1)->hash, hash))
            break;
    return i;
}

uint32_t tf_tally_find(const struct tf_tally_table *table, struct tf_hash16 hash)
{
    if (table->slots_count == 0)
        return TF_TALLY_NONE;
    return table->slots[slot_find(table, hash, slot_hash(table, hash))].id_plus_1 - 1;
}

void tf_tally_prefetch_slot(const struct tf_tally_table *table, struct tf_hash16 hash)
{
    if (table->slots_count > 0)
        __builtin_prefetch(&table->slots[slot_hash(table, hash) & (table->slots_count - 1)]);
}

uint32_t tf_tally_guess(const struct tf_tally_table *table, struct tf_hash16 hash)
{
    if (table->slots_count == 0)
        return TF_TALLY_NONE;
    size_t mask = table->slots_count - 1;
    uint32_t hashed = slot_hash(table, hash);
    for (size_t i = hashed & mask; table->slots[i].id_plus_1 != 0; i = (i + 1) & mask)
        if (table->slots[i].hash == hashed) {
            __builtin_prefetch(tf_tally_at(table, table->slots[i].id_plus_1 - 1));
            return table->slots[i].id_plus_1 - 1;
        }
    return TF_TALLY_NONE;
}

void tf_tally_prefetch_counts(const struct tf_tally_table *table, uint32_t guess)
{
    if (guess >= table->ids || !tf_tally_at(table, guess)->counts)
        return;
    const struct tf_tally_group *group = tf_tally_at(table, guess);
    const struct tf_fraud_count *end = group->counts + group->count;
    __builtin_prefetch(end);
    __builtin_prefetch(group->count > 8 ? end - 8 : group->counts); /* the line before */
}

/* Making and dropping groups. */

static bool slots_reserve(struct tf_tally_table *table, struct tf_budget *budget)
{
    if ((table->groups_count + 1) * 4 <= table->slots_count * 3)
        return true;
    size_t wider = table->slots_count ? table->slots_count * 2 : SLOTS_MIN, mask = wider - 1;
    struct tf_tally_slot *slots = tf_budget_take(budget, wider * sizeof *slots);
    if (!slots)
        return false;
    memset(slots, 0, wider * sizeof *slots);
    for (size_t i = 0; i < table->slots_count; i++) {
        if (table->slots[i].id_plus_1 == 0)
            continue;
        size_t to = table->slots[i].hash & mask;
        while (slots[to].id_plus_1 != 0)
            to = (to + 1) & mask;
        slots[to] = table->slots[i];
    }
    tf_budget_give(budget, table->slots, table->slots_count * sizeof *table->slots);
    table->slots = slots;
    table->slots_count = wider;
    return true;
}

static bool chunk_add(struct tf_tally_table *table, struct tf_budget *budget)
{
    if (table->chunks_count == table->chunks_cap) {
        size_t cap = table->chunks_cap ? table->chunks_cap * 2 : 16;
        struct tf_tally_group **chunks =
            tf_budget_resize(budget, table->chunks, table->chunks_cap * sizeof *chunks, cap * sizeof *chunks);
        if (!chunks)
            return false;
        table->chunks = chunks;
        table->chunks_cap = cap;
    }
    struct tf_tally_group *chunk = tf_budget_take(budget, TF_TALLY_CHUNK_GROUPS * sizeof *chunk);
    if (!chunk)
        return false;
    table->chunks[table->chunks_count++] = chunk;
    return true;
}

static uint32_t id_take(struct tf_tally_table *table, struct tf_budget *budget)
{
    uint32_t id = table->free_id;
    if (id != TF_TALLY_NONE) {
        table->free_id = tf_tally_at(table, id)->count;
        return id;
    }
    bool room = table->ids < table->chunks_count * TF_TALLY_CHUNK_GROUPS;
    if (!room && (table->ids >= TF_TALLY_NONE - TF_TALLY_CHUNK_GROUPS || !chunk_add(table, budget)))
        return TF_TALLY_NONE;
    return table->ids++;
}

uint32_t tf_tally_obtain(struct tf_tally_table *table, struct tf_budget *budget, struct tf_hash16 hash, uint32_t window_days, uint32_t guess)
{
    uint32_t id = tf_tally_is(table, guess, hash) ? guess : tf_tally_find(table, hash);
    if (id != TF_TALLY_NONE) {
        struct tf_tally_group *group = tf_tally_at(table, id);
        group->window_days = window_days > group->window_days ? window_days : group->window_days;
        return id;
    }
    if (!slots_reserve(table, budget))
        return TF_TALLY_NONE;
    struct tf_fraud_count *counts = tf_budget_take(budget, sizeof *counts);
    id = counts ? id_take(table, budget) : TF_TALLY_NONE;
    if (id == TF_TALLY_NONE) {
        tf_budget_give(budget, counts, sizeof *counts);
        return TF_TALLY_NONE;
    }
    *tf_tally_at(table, id) = (struct tf_tally_group){.hash = hash, .counts = counts, .cap = 1, .window_days = window_days};
    uint32_t hashed = slot_hash(table, hash);
    table->slots[slot_find(table, hash, hashed)] = (struct tf_tally_slot){hashed, id + 1};
    table->groups_count++;
    return id;
}

static void slot_clear(struct tf_tally_table *table, size_t hole)
{
    size_t mask = table->slots_count - 1;
    for (size_t i = (hole + 1) & mask; table->slots[i].id_plus_1 != 0; i = (i + 1) & mask) {
        size_t home = table->slots[i].hash & mask;
        if (((i - home) & mask) < ((i - hole) & mask))
            continue;
        table->slots[hole] = table->slots[i];
        hole = i;
    }
    table->slots[hole] = (struct tf_tally_slot){0, 0};
}

static void drop(struct tf_tally_table *table, struct tf_budget *budget, uint32_t id)
{
    struct tf_tally_group *group = tf_tally_at(table, id);
    slot_clear(table, slot_find(table, group->hash, slot_hash(table, group->hash)));
    tf_budget_give(budget, group->counts, group->cap * sizeof *group->counts);
    *group = (struct tf_tally_group){.count = table->free_id};
    table->free_id = id;
    table->groups_count--;
}

/* Counters of a group. */

/* The first counter that is not below `from`. What is asked for is mostly of the last months: steps that double from the end. */
static uint32_t position_of(const struct tf_tally_group *group, struct tf_fraud_count from)
{
    uint32_t low = group->count, high = group->count, step = 1;
    while (low > 0 && group->counts[low - 1].bits >= from.bits) {
        high = low - 1;
        low = high > step ? high - step : 0;
        step *= 2;
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (group->counts[middle].bits < from.bits)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_of(struct tf_fraud_count count, struct tf_fraud_count zero)
{
    return count.bits >> TF_FRAUD_COUNT_BITS == zero.bits >> TF_FRAUD_COUNT_BITS;
}

struct tf_fraud_tally_view tf_tally_view(const struct tf_tally_table *table, uint32_t id, int32_t first, int32_t last)
{
    if (id == TF_TALLY_NONE || first > last || last < 0)
        return (struct tf_fraud_tally_view){NULL, 0};
    const struct tf_tally_group *group = tf_tally_at(table, id);
    const struct tf_fraud_count past = {(uint64_t)(last + 1) << (TF_FRAUD_CELL_BITS + TF_FRAUD_COUNT_BITS)};
    uint32_t begin = position_of(group, tf_fraud_count_of(first > 0 ? (unsigned)first : 0, 0));
    uint32_t end = last < TF_FRAUD_MONTH_MAX ? position_of(group, past) : group->count;
    return (struct tf_fraud_tally_view){group->counts + begin, end - begin};
}

/* Small lists grow by little, as most stay small; large ones by half. */
static bool reserve(struct tf_tally_group *group, struct tf_budget *budget)
{
    if (group->count < group->cap)
        return true;
    uint32_t cap = group->cap < 4 ? group->cap + 2 : group->cap + group->cap / 2;
    struct tf_fraud_count *counts =
        tf_budget_resize(budget, group->counts, group->cap * sizeof *counts, cap * sizeof *counts);
    if (!counts)
        return false;
    group->counts = counts;
    group->cap = cap;
    return true;
}

bool tf_tally_add(struct tf_tally_table *table, struct tf_budget *budget, uint32_t id, unsigned month, unsigned cell, int64_t more)
{
    struct tf_tally_group *group = tf_tally_at(table, id);
    const struct tf_fraud_count zero = tf_fraud_count_of(month, cell);
    uint32_t position = position_of(group, zero);
    if (position < group->count && is_of(group->counts[position], zero)) {
        group->counts[position].bits += (uint64_t)more;
        return true;
    }
    if (!reserve(group, budget))
        return false;
    struct tf_fraud_count *at = &group->counts[position];
    memmove(at + 1, at, (group->count - position) * sizeof *at);
    *at = (struct tf_fraud_count){zero.bits + (uint64_t)more};
    group->count++;
    return true;
}

void tf_tally_change(struct tf_tally_table *table, uint32_t id, unsigned month, unsigned cell, int64_t more)
{
    struct tf_tally_group *group = tf_tally_at(table, id);
    struct tf_fraud_count *at = &group->counts[position_of(group, tf_fraud_count_of(month, cell))];
    at->bits += (uint64_t)more;
    group->emptied |= tf_fraud_count_value(*at) == 0;
}

void tf_tally_tidy(struct tf_tally_table *table, struct tf_budget *budget, uint32_t id, int32_t first)
{
    struct tf_tally_group *group = tf_tally_at(table, id);
    uint32_t kept = 0;
    bool old = group->counts && group->count > 0 && (int32_t)tf_fraud_count_month(group->counts[0]) < first;
    if (!group->counts || (!old && !group->emptied && group->count > 0))
        return;
    group->emptied = false;
    for (uint32_t i = 0; i < group->count; i++)
        if ((int32_t)tf_fraud_count_month(group->counts[i]) >= first && tf_fraud_count_value(group->counts[i]) > 0)
            group->counts[kept++] = group->counts[i];
    group->count = kept;
    if (kept == 0) {
        drop(table, budget, id);
        return;
    }
    if (group->cap < TRIM_FROM || kept > group->cap / 4)
        return;
    struct tf_fraud_count *counts =
        tf_budget_resize(budget, group->counts, group->cap * sizeof *counts, (size_t)kept * 2 * sizeof *counts);
    if (!counts)
        return;
    group->counts = counts;
    group->cap = kept * 2;
}
