#include "table.h"

enum { SLOTS_MIN = 256, TRIM_FROM = 16 };

static struct tf_fraud_entry *entry_at(const struct tf_table_key *key, uint32_t position)
{
    return &key->entries[key->start + position];
}

void tf_table_init(struct tf_table *table)
{
    *table = (struct tf_table){.free_id = TF_TABLE_NONE};
    tf_hash_random(table->seed, sizeof table->seed);
    table->seed[1] |= 1;
}

void tf_table_finish(struct tf_table *table, struct tf_budget *budget)
{
    for (uint32_t id = 0; id < table->ids; id++) {
        struct tf_table_key *key = tf_table_at(table, id);
        tf_budget_give(budget, key->entries, key->cap * sizeof *key->entries);
    }
    for (size_t i = 0; i < table->chunks_count; i++)
        tf_budget_give(budget, table->chunks[i], TF_TABLE_CHUNK_KEYS * sizeof(struct tf_table_key));
    tf_budget_give(budget, table->chunks, table->chunks_cap * sizeof(struct tf_table_key *));
    tf_budget_give(budget, table->slots, table->slots_count * sizeof *table->slots);
    *table = (struct tf_table){.free_id = TF_TABLE_NONE};
}

/* Finding: the key hash is public, so a secret multiplication decides the slot. */

static uint32_t slot_hash(const struct tf_table *table, struct tf_hash16 hash)
{
    uint64_t low = tf_hash16_u64(hash), high;
    memcpy(&high, hash.bytes + 8, sizeof high);
    uint64_t mixed = ((low ^ table->seed[0]) + (high << 1)) * table->seed[1];
    return (uint32_t)(mixed >> 32);
}

static size_t slot_find(const struct tf_table *table, struct tf_hash16 hash, uint32_t hashed)
{
    size_t mask = table->slots_count - 1, i = hashed & mask;
    for (; table->slots[i].id_plus_1 != 0; i = (i + 1) & mask)
        if (table->slots[i].hash == hashed && tf_hash16_eq(tf_table_at(table, table->slots[i].id_plus_1 - 1)->hash, hash))
            break;
    return i;
}

uint32_t tf_table_find(const struct tf_table *table, struct tf_hash16 hash)
{
    if (table->slots_count == 0)
        return TF_TABLE_NONE;
    return table->slots[slot_find(table, hash, slot_hash(table, hash))].id_plus_1 - 1;
}

void tf_table_prefetch_slot(const struct tf_table *table, struct tf_hash16 hash)
{
    if (table->slots_count > 0)
        __builtin_prefetch(&table->slots[slot_hash(table, hash) & (table->slots_count - 1)]);
}

uint32_t tf_table_guess(const struct tf_table *table, struct tf_hash16 hash)
{
    if (table->slots_count == 0)
        return TF_TABLE_NONE;
    size_t mask = table->slots_count - 1;
    uint32_t hashed = slot_hash(table, hash);
    for (size_t i = hashed & mask; table->slots[i].id_plus_1 != 0; i = (i + 1) & mask)
        if (table->slots[i].hash == hashed) {
            __builtin_prefetch(tf_table_at(table, table->slots[i].id_plus_1 - 1));
            return table->slots[i].id_plus_1 - 1;
        }
    return TF_TABLE_NONE;
}

/* Making and dropping keys. */

static bool slots_reserve(struct tf_table *table, struct tf_budget *budget)
{
    if ((table->keys_count + 1) * 4 <= table->slots_count * 3)
        return true;
    size_t wider = table->slots_count ? table->slots_count * 2 : SLOTS_MIN, mask = wider - 1;
    struct tf_table_slot *slots = tf_budget_take(budget, wider * sizeof *slots);
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

static bool chunk_add(struct tf_table *table, struct tf_budget *budget)
{
    if (table->chunks_count == table->chunks_cap) {
        size_t cap = table->chunks_cap ? table->chunks_cap * 2 : 16;
        struct tf_table_key **chunks =
            tf_budget_resize(budget, table->chunks, table->chunks_cap * sizeof *chunks, cap * sizeof *chunks);
        if (!chunks)
            return false;
        table->chunks = chunks;
        table->chunks_cap = cap;
    }
    struct tf_table_key *chunk = tf_budget_take(budget, TF_TABLE_CHUNK_KEYS * sizeof *chunk);
    if (!chunk)
        return false;
    table->chunks[table->chunks_count++] = chunk;
    return true;
}

static uint32_t id_take(struct tf_table *table, struct tf_budget *budget)
{
    uint32_t id = table->free_id;
    if (id != TF_TABLE_NONE) {
        table->free_id = tf_table_at(table, id)->start;
        return id;
    }
    if (table->ids == table->chunks_count * TF_TABLE_CHUNK_KEYS && (table->ids >= TF_TABLE_NONE - 1 || !chunk_add(table, budget)))
        return TF_TABLE_NONE;
    return table->ids++;
}

static void id_give(struct tf_table *table, uint32_t id)
{
    *tf_table_at(table, id) = (struct tf_table_key){.start = table->free_id, .oldest_ms = INT64_MAX};
    table->free_id = id;
}

/* slot: where it was not found, or any when there are none. */
static uint32_t create(struct tf_table *table, struct tf_budget *budget, struct tf_hash16 hash, int64_t window_ms, size_t slot)
{
    uint32_t hashed = slot_hash(table, hash);
    size_t slots_count = table->slots_count;
    if (!slots_reserve(table, budget))
        return TF_TABLE_NONE;
    if (table->slots_count != slots_count)
        slot = slot_find(table, hash, hashed);
    struct tf_fraud_entry *entries = tf_budget_take(budget, sizeof *entries);
    uint32_t id = entries ? id_take(table, budget) : TF_TABLE_NONE;
    if (id == TF_TABLE_NONE) {
        tf_budget_give(budget, entries, sizeof *entries);
        return TF_TABLE_NONE;
    }
    *tf_table_at(table, id) = (struct tf_table_key){.hash = hash, .entries = entries, .window_ms = window_ms,
                                                   .oldest_ms = INT64_MAX, .highest = INT64_MIN, .cap = 1};
    table->slots[slot] = (struct tf_table_slot){hashed, id + 1};
    table->keys_count++;
    return id;
}

uint32_t tf_table_obtain(struct tf_table *table, struct tf_budget *budget, struct tf_hash16 hash, int64_t window_ms, uint32_t guess)
{
    size_t slot = 0;
    uint32_t id = guess;
    if (!tf_table_is(table, guess, hash)) {
        slot = table->slots_count > 0 ? slot_find(table, hash, slot_hash(table, hash)) : 0;
        id = table->slots_count > 0 ? table->slots[slot].id_plus_1 - 1 : TF_TABLE_NONE;
    }
    if (id == TF_TABLE_NONE)
        return create(table, budget, hash, window_ms, slot);
    tf_table_at(table, id)->window_ms = window_ms;
    return id;
}

static void slot_clear(struct tf_table *table, size_t hole)
{
    size_t mask = table->slots_count - 1;
    for (size_t i = (hole + 1) & mask; table->slots[i].id_plus_1 != 0; i = (i + 1) & mask) {
        size_t home = table->slots[i].hash & mask;
        if (((i - home) & mask) < ((i - hole) & mask))
            continue;
        table->slots[hole] = table->slots[i];
        hole = i;
    }
    table->slots[hole] = (struct tf_table_slot){0, 0};
}

void tf_table_drop_empty(struct tf_table *table, struct tf_budget *budget, uint32_t id)
{
    struct tf_table_key *key = tf_table_at(table, id);
    if (!key->entries || key->count > 0 || key->pins > 0)
        return;
    slot_clear(table, slot_find(table, key->hash, slot_hash(table, key->hash)));
    tf_budget_give(budget, key->entries, key->cap * sizeof *key->entries);
    id_give(table, id);
    table->keys_count--;
}

/* Entries of a key. */

/* What the totals of the entries from a position on begin with: of the first that of the one which left its place before. */
static uint64_t total_before(const struct tf_table_key *key, uint32_t position)
{
    return key->start + position > 0 ? key->entries[key->start + position - 1].total : 0;
}

/* First entry at or after time_ms, within [low, high]. */
static uint32_t halve(const struct tf_table_key *key, uint32_t low, uint32_t high, int64_t time_ms)
{
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (entry_at(key, middle)->time_ms < time_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The beginning of a window is near the front, as older entries are forgotten: steps that double from there, then halving. */
static uint32_t position_from(const struct tf_table_key *key, int64_t time_ms)
{
    uint32_t low = 0, high = 0, step = 1;
    while (high < key->count && entry_at(key, high)->time_ms < time_ms) {
        low = high + 1;
        high = step < key->count - high ? high + step : key->count;
        step *= 2;
    }
    return halve(key, low, high, time_ms);
}

uint32_t tf_table_position_for(const struct tf_table *table, uint32_t id, int64_t time_ms)
{
    const struct tf_table_key *key = tf_table_at(table, id);
    if (key->count == 0 || entry_at(key, key->count - 1)->time_ms <= time_ms)
        return key->count;
    return halve(key, 0, key->count, time_ms + 1);
}

struct tf_fraud_window tf_table_window(const struct tf_table *table, uint32_t id, int64_t from_ms, int64_t to_ms)
{
    if (id == TF_TABLE_NONE || from_ms > to_ms)
        return (struct tf_fraud_window){.highest = INT64_MIN};
    const struct tf_table_key *key = tf_table_at(table, id);
    uint32_t first = key->oldest_ms >= from_ms ? 0 : position_from(key, from_ms);
    uint32_t end = tf_table_position_for(table, id, to_ms);
    return (struct tf_fraud_window){
        .entries = key->entries + key->start + first, .count = end - first, .highest = key->highest, .before = total_before(key, first)};
}

uint32_t tf_table_position(const struct tf_table *table, uint32_t id, int64_t time_ms, const char *event_id)
{
    const struct tf_table_key *key = tf_table_at(table, id);
    if (!key->entries)
        return TF_TABLE_NONE;
    for (uint32_t position = tf_table_position_for(table, id, time_ms); position > 0; position--) {
        const struct tf_fraud_entry *entry = entry_at(key, position - 1);
        if (entry->time_ms != time_ms)
            break;
        if (entry->id == event_id)
            return position - 1;
    }
    return TF_TABLE_NONE;
}

static void note_oldest(struct tf_table_key *key)
{
    key->oldest_ms = key->count > 0 ? entry_at(key, 0)->time_ms : INT64_MAX;
}

static void add_to_totals(struct tf_table_key *key, uint32_t position, uint64_t value)
{
    for (uint32_t i = position; i < key->count; i++)
        entry_at(key, i)->total += value;
}

/* At the front of the list totals begin with 0. */
static void move_to_front(struct tf_table_key *key)
{
    if (key->start == 0)
        return;
    add_to_totals(key, 0, -total_before(key, 0));
    memmove(key->entries, key->entries + key->start, key->count * sizeof *key->entries);
    key->start = 0;
}

/* Small lists grow by little, as most stay small; large ones by half. */
static uint32_t next_cap(uint32_t cap)
{
    return cap < 4 ? cap + 1 : cap + cap / 2;
}

bool tf_table_reserve(struct tf_table *table, struct tf_budget *budget, uint32_t id)
{
    struct tf_table_key *key = tf_table_at(table, id);
    if (key->start + key->count < key->cap)
        return true;
    if (key->start > key->cap / 4) {
        move_to_front(key);
        return true;
    }
    uint32_t cap = next_cap(key->cap);
    if (cap >= UINT32_MAX / 2)
        return false;
    struct tf_fraud_entry *entries =
        tf_budget_resize(budget, key->entries, key->cap * sizeof *entries, cap * sizeof *entries);
    if (!entries)
        return false;
    key->entries = entries;
    key->cap = cap;
    return true;
}

void tf_table_insert(struct tf_table *table, uint32_t id, uint32_t position, const struct tf_fraud_entry *entry)
{
    struct tf_table_key *key = tf_table_at(table, id);
    if (key->start + key->count == key->cap)
        move_to_front(key);
    struct tf_fraud_entry *at = entry_at(key, position);
    uint64_t before = total_before(key, position);
    if (position < key->count)
        memmove(at + 1, at, (key->count - position) * sizeof *at);
    *at = *entry;
    at->total = before + entry->total;
    key->count++;
    add_to_totals(key, position + 1, entry->total);
    if ((int64_t)entry->total > key->highest)
        key->highest = (int64_t)entry->total;
    table->entries_count++;
    if (position == 0)
        note_oldest(key);
}

struct tf_fraud_entry tf_table_remove(struct tf_table *table, uint32_t id, uint32_t position)
{
    struct tf_table_key *key = tf_table_at(table, id);
    struct tf_fraud_entry *at = entry_at(key, position), entry = *at;
    entry.total -= total_before(key, position);
    key->count--;
    if (position < key->count)
        memmove(at, at + 1, (key->count - position) * sizeof *at);
    add_to_totals(key, position, -entry.total);
    table->entries_count--;
    if (position == 0)
        note_oldest(key);
    return entry;
}

struct tf_fraud_entry tf_table_remove_first(struct tf_table *table, uint32_t id)
{
    struct tf_table_key *key = tf_table_at(table, id);
    struct tf_fraud_entry entry = *entry_at(key, 0);
    entry.total -= total_before(key, 0);
    key->start++;
    key->count--;
    table->entries_count--;
    note_oldest(key);
    return entry;
}

bool tf_table_filter(struct tf_table *table, uint32_t id, bool (*goes)(const struct tf_fraud_entry *entry, const void *self), const void *self)
{
    struct tf_table_key *key = tf_table_at(table, id);
    if (key->count == 0)
        return false; /* it may be a free one */
    uint64_t before = total_before(key, 0), total = before;
    uint32_t kept = 0, count = key->count;
    for (uint32_t i = 0; i < count; i++) {
        struct tf_fraud_entry entry = *entry_at(key, i);
        const uint64_t value = entry.total - before;
        before = entry.total;
        if (goes(&entry, self))
            continue;
        entry.total = total += value;
        *entry_at(key, kept++) = entry;
    }
    key->count = kept;
    table->entries_count -= count - kept;
    note_oldest(key);
    return kept < count;
}

void tf_table_trim(struct tf_table *table, struct tf_budget *budget, uint32_t id)
{
    struct tf_table_key *key = tf_table_at(table, id);
    if (key->count == 0) {
        tf_table_drop_empty(table, budget, id);
        return;
    }
    if (key->cap < TRIM_FROM || key->count > key->cap / 4)
        return;
    uint32_t cap = key->count * 2;
    move_to_front(key);
    struct tf_fraud_entry *entries =
        tf_budget_resize(budget, key->entries, key->cap * sizeof *entries, cap * sizeof *entries);
    if (!entries)
        return;
    key->entries = entries;
    key->cap = cap;
}
