#include "record.h"

enum { SLOTS_MIN = 256 };

static size_t text_room(size_t text_len)
{
    return (offsetof(struct tf_record, text) + text_len + sizeof(uint32_t) - 1) & ~(sizeof(uint32_t) - 1);
}

static size_t record_bytes(size_t text_len, size_t keys_max)
{
    size_t bytes = text_room(text_len) + keys_max * sizeof(uint32_t);
    return bytes < sizeof(struct tf_record) ? sizeof(struct tf_record) : bytes;
}

struct tf_record *tf_record_create(struct tf_budget *budget, struct tf_hash16 identity, uint64_t revision, int64_t time_ms,
                                   struct tf_str text, size_t keys_max)
{
    size_t len = text.len < UINT16_MAX ? text.len : UINT16_MAX;
    struct tf_record *record = tf_budget_take(budget, record_bytes(len, keys_max));
    if (!record)
        return NULL;
    *record = (struct tf_record){.identity = identity, .revision = revision, .time_ms = time_ms, .text_len = (uint16_t)len,
                                 .keys_max = (uint16_t)keys_max};
    record->keys = (uint32_t *)(void *)((char *)record + text_room(len));
    if (len > 0)
        memcpy(record->text, text.ptr, len);
    return record;
}

void tf_record_free(struct tf_budget *budget, struct tf_record *record)
{
    if (!record)
        return;
    tf_budget_give(budget, record->tallies, record->tallies_count * sizeof *record->tallies);
    tf_budget_give(budget, record, record_bytes(record->text_len, record->keys_max));
}

struct tf_record *tf_record_of(const struct tf_fraud_entry *entry)
{
    uintptr_t text = (uintptr_t)entry->id;
    return (struct tf_record *)(text - offsetof(struct tf_record, text));
}

void tf_record_index_finish(struct tf_record_index *index, struct tf_budget *budget)
{
    for (size_t i = 0; i < index->slots_count; i++)
        tf_record_free(budget, index->slots[i].record);
    tf_budget_give(budget, index->slots, index->slots_count * sizeof *index->slots);
    *index = (struct tf_record_index){.slots = NULL};
}

/* Identities are cut SHA-256: their own bits are as good as a hash. */
static size_t slot_of(const struct tf_record_index *index, uint64_t hash)
{
    size_t i = hash & (index->slots_count - 1);
    while (index->slots[i].record && index->slots[i].hash != hash)
        i = (i + 1) & (index->slots_count - 1);
    return i;
}

static size_t free_slot(const struct tf_record_index *index, uint64_t hash)
{
    size_t i = hash & (index->slots_count - 1);
    while (index->slots[i].record)
        i = (i + 1) & (index->slots_count - 1);
    return i;
}

bool tf_record_index_reserve(struct tf_record_index *index, struct tf_budget *budget)
{
    if ((index->count + 1) * 4 <= index->slots_count * 3)
        return true;
    struct tf_record_index wider = {.slots_count = index->slots_count ? index->slots_count * 2 : SLOTS_MIN, .count = index->count};
    size_t bytes = wider.slots_count * sizeof *wider.slots;
    wider.slots = tf_budget_take(budget, bytes);
    if (!wider.slots)
        return false;
    memset(wider.slots, 0, bytes);
    for (size_t i = 0; i < index->slots_count; i++)
        if (index->slots[i].record)
            wider.slots[free_slot(&wider, index->slots[i].hash)] = index->slots[i];
    tf_budget_give(budget, index->slots, index->slots_count * sizeof *index->slots);
    *index = wider;
    return true;
}

struct tf_record *tf_record_index_find(const struct tf_record_index *index, struct tf_hash16 identity)
{
    if (index->slots_count == 0)
        return NULL;
    size_t i = slot_of(index, tf_hash16_u64(identity));
    while (index->slots[i].record && !tf_hash16_eq(index->slots[i].record->identity, identity))
        i = (i + 1) & (index->slots_count - 1);
    return index->slots[i].record;
}

void tf_record_index_prefetch(const struct tf_record_index *index, struct tf_hash16 identity)
{
    if (index->slots_count > 0)
        tf_ahead_fetch(&index->slots[tf_hash16_u64(identity) & (index->slots_count - 1)]);
}

void tf_record_index_link(struct tf_record_index *index, struct tf_record *record)
{
    uint64_t hash = tf_hash16_u64(record->identity);
    index->slots[free_slot(index, hash)] = (struct tf_record_slot){hash, record};
    index->count++;
}

/* Backward shift: later slots of the same run move up, so that no marks of the dead pile up. */
void tf_record_index_unlink(struct tf_record_index *index, const struct tf_record *record)
{
    size_t mask = index->slots_count - 1, hole = tf_hash16_u64(record->identity) & mask;
    while (index->slots[hole].record != record)
        hole = (hole + 1) & mask;
    for (size_t i = (hole + 1) & mask; index->slots[i].record; i = (i + 1) & mask) {
        size_t home = index->slots[i].hash & mask;
        if (((i - home) & mask) < ((i - hole) & mask))
            continue;
        index->slots[hole] = index->slots[i];
        hole = i;
    }
    index->slots[hole] = (struct tf_record_slot){0, NULL};
    index->count--;
}

/* What an unlink moves into the slot is looked at next; what it moves from the front to the back has been kept before, and is again. */
void tf_record_index_sweep(struct tf_record_index *index, void (*take)(void *self, struct tf_record *record), void *self)
{
    for (size_t i = 0; i < index->slots_count; i++)
        while (index->slots[i].record && index->slots[i].record->live == 0) {
            struct tf_record *record = index->slots[i].record;
            tf_record_index_unlink(index, record);
            take(self, record);
        }
}
