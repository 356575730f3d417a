#include "table.h"

enum { TRIM_FROM = 16 };

static struct tf_fraud_entry *entry_at(const struct tf_table_key *key, uint32_t position)
{
    return &key->entries[key->start + position];
}

void tf_table_init(struct tf_table *table)
{
    *table = (struct tf_table){.entries_count = 0};
    tf_places_init(&table->keys);
}

void tf_table_finish(struct tf_table *table, struct tf_budget *budget)
{
    for (uint32_t id = 0; id < table->keys.ids; id++) {
        struct tf_table_key *key = tf_table_at(table, id);
        tf_budget_give(budget, key->entries, key->cap * sizeof *key->entries);
    }
    tf_places_finish(&table->keys, TF_TABLE_KEYS, budget);
    table->entries_count = 0;
}

static uint32_t create(struct tf_table *table, struct tf_budget *budget, struct tf_hash16 hash, int64_t window_ms)
{
    struct tf_fraud_entry *entries = tf_budget_take(budget, sizeof *entries);
    uint32_t id = entries ? tf_places_make(&table->keys, TF_TABLE_KEYS, budget, hash) : TF_TABLE_NONE;
    if (id == TF_TABLE_NONE) {
        tf_budget_give(budget, entries, sizeof *entries);
        return TF_TABLE_NONE;
    }
    *tf_table_at(table, id) = (struct tf_table_key){.hash = hash, .entries = entries, .window_ms = window_ms,
                                                   .oldest_ms = INT64_MAX, .highest = INT64_MIN, .cap = 1};
    return id;
}

uint32_t tf_table_obtain(struct tf_table *table, struct tf_budget *budget, struct tf_hash16 hash, int64_t window_ms, uint32_t guess)
{
    uint32_t id = tf_table_is(table, guess, hash) ? guess : tf_table_find(table, hash);
    if (id == TF_TABLE_NONE)
        return create(table, budget, hash, window_ms);
    tf_table_at(table, id)->window_ms = window_ms;
    return id;
}

void tf_table_drop_empty(struct tf_table *table, struct tf_budget *budget, uint32_t id)
{
    struct tf_table_key *key = tf_table_at(table, id);
    if (!key->entries || key->count > 0 || key->pins > 0)
        return;
    tf_budget_give(budget, key->entries, key->cap * sizeof *key->entries);
    tf_places_drop(&table->keys, TF_TABLE_KEYS, id);
    key->oldest_ms = INT64_MAX; /* a sweep passes it over */
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
