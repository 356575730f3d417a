/* Keys and what stands under them: entries in time order, each list in one piece, so that a window is a view and not a copy. */
#ifndef TAXFLOW_STATE_TABLE_H
#define TAXFLOW_STATE_TABLE_H

#include "places.h"
#include "taxflow/fraud.h"

#define TF_TABLE_NONE TF_PLACES_NONE /* no id, no position */

struct tf_table_key {
    struct tf_hash16 hash;
    struct tf_fraud_entry *entries; /* NULL: the key is free */
    int64_t window_ms;              /* of the rule that last added here */
    int64_t oldest_ms;              /* time of the first entry, so that a sweep need not touch it; INT64_MAX without one */
    int64_t highest;                /* of the values that ever stood here */
    uint32_t start, count, cap;     /* entries[start .. start + count) of cap */
    uint32_t pins : 31;             /* staged removals that would put an entry back here: the key must not go */
    uint32_t shared : 1;            /* records of other partitions add here too */
};

static const struct tf_places_kind TF_TABLE_KEYS = {sizeof(struct tf_table_key), TF_SLAB_WHOLE_BYTES / sizeof(struct tf_table_key)};

struct tf_table {
    struct tf_places keys;
    size_t entries_count;
};

void tf_table_init(struct tf_table *table);
void tf_table_finish(struct tf_table *table, struct tf_budget *budget);

static inline struct tf_table_key *tf_table_at(const struct tf_table *table, uint32_t id)
{
    return tf_places_at(&table->keys, TF_TABLE_KEYS, id);
}
/** Id of a key, or TF_TABLE_NONE. O(1). */
static inline uint32_t tf_table_find(const struct tf_table *table, struct tf_hash16 hash) { return tf_places_find(&table->keys, TF_TABLE_KEYS, hash); }
/** Whether that is the key's id, as far as keys have come and gone. */
static inline bool tf_table_is(const struct tf_table *table, uint32_t id, struct tf_hash16 hash)
{
    return id < table->keys.ids && tf_table_at(table, id)->entries && tf_hash16_eq(tf_table_at(table, id)->hash, hash);
}
/** Id of a key, made when it is new; guess: its likely id, or TF_TABLE_NONE. TF_TABLE_NONE when the budget is spent. */
uint32_t tf_table_obtain(struct tf_table *table, struct tf_budget *budget, struct tf_hash16 hash, int64_t window_ms, uint32_t guess);
/** Take an empty, unpinned key away; any other stays. */
void tf_table_drop_empty(struct tf_table *table, struct tf_budget *budget, uint32_t id);

/** Entries of a key with from_ms <= time <= to_ms; none for TF_TABLE_NONE. O(log count). */
struct tf_fraud_window tf_table_window(const struct tf_table *table, uint32_t id, int64_t from_ms, int64_t to_ms);
/** Position of the entry of that time under a key whose id is this text, at this place in memory; TF_TABLE_NONE when there is none.
    O(log count + entries of that time). */
uint32_t tf_table_position(const struct tf_table *table, uint32_t id, int64_t time_ms, const char *event_id);
/** Position behind all entries up to time_ms: where one of that time goes. */
uint32_t tf_table_position_for(const struct tf_table *table, uint32_t id, int64_t time_ms);
/** Make room for one more entry; false when the budget is spent. After that one insert cannot fail. */
bool tf_table_reserve(struct tf_table *table, struct tf_budget *budget, uint32_t id) TF_MUST_CHECK;
/** An entry outside of a list has its value as its total. O(entries behind it), as remove. */
void tf_table_insert(struct tf_table *table, uint32_t id, uint32_t position, const struct tf_fraud_entry *entry);
/** Remove and return the entry; room for it stays. */
struct tf_fraud_entry tf_table_remove(struct tf_table *table, uint32_t id, uint32_t position);
/** Remove the first entry, as remove at 0 but O(1). */
struct tf_fraud_entry tf_table_remove_first(struct tf_table *table, uint32_t id);
/** Remove every entry of a key that goes; true when there was one. O(count). */
bool tf_table_filter(struct tf_table *table, uint32_t id, bool (*goes)(const struct tf_fraud_entry *entry, const void *self), const void *self);
/** Give back room that few entries left behind; never fails, drops an empty key. */
void tf_table_trim(struct tf_table *table, struct tf_budget *budget, uint32_t id);

#endif
