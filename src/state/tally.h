/*
 * Counters of groups: under each group one list of numbers, a count of a month and a cell each, in order. What a view shows is a stretch of the
 * list. Ids never move; groups and room go away only between batches, so that undoing needs no memory.
 */
#ifndef TAXFLOW_STATE_TALLY_H
#define TAXFLOW_STATE_TALLY_H

#include "budget.h"
#include "taxflow/fraud.h"

#define TF_TALLY_NONE UINT32_MAX /* no id */
enum { TF_TALLY_CHUNK_GROUPS = 1638 }; /* a run of a slab (slab.h) */

struct tf_tally_group {
    struct tf_hash16 hash;
    struct tf_fraud_count *counts; /* NULL: the group is free */
    uint32_t count, cap;           /* counts; free groups: count is the next free id */
    uint32_t window_days;          /* the longest that was asked for */
    bool emptied;                  /* some counter may hold nothing by now */
};

/* slots: open addressing, id of the group + 1 beside 32 bits of its hash; chunks: groups by id. */
struct tf_tally_table {
    struct tf_tally_slot *slots;
    size_t slots_count;  /* a power of two, or 0 */
    size_t groups_count; /* in use */
    struct tf_tally_group **chunks;
    size_t chunks_count, chunks_cap;
    uint32_t ids;        /* ever handed out */
    uint32_t free_id;    /* head of the list of free ones, or TF_TALLY_NONE */
    uint64_t seed[2];    /* of the slots: nobody outside can aim at one */
};
struct tf_tally_slot { uint32_t hash, id_plus_1; };

void tf_tally_init(struct tf_tally_table *table);
void tf_tally_finish(struct tf_tally_table *table, struct tf_budget *budget);

static inline struct tf_tally_group *tf_tally_at(const struct tf_tally_table *table, uint32_t id)
{
    return &table->chunks[id / TF_TALLY_CHUNK_GROUPS][id % TF_TALLY_CHUNK_GROUPS];
}
/** Id of a group, or TF_TALLY_NONE. O(1). */
uint32_t tf_tally_find(const struct tf_tally_table *table, struct tf_hash16 hash);
/** Ask the processor for the slot that a find will touch. */
void tf_tally_prefetch_slot(const struct tf_tally_table *table, struct tf_hash16 hash);
/** What the slots alone tell of a group's id, most likely right, and ask the processor for the group; TF_TALLY_NONE when there is none. */
uint32_t tf_tally_guess(const struct tf_tally_table *table, struct tf_hash16 hash);
/** Ask the processor for the latest counts of what may be a group, once that is there. */
void tf_tally_prefetch_counts(const struct tf_tally_table *table, uint32_t guess);
/** Whether that is the group's id, as far as groups have come and gone. */
static inline bool tf_tally_is(const struct tf_tally_table *table, uint32_t id, struct tf_hash16 hash)
{
    return id < table->ids && tf_tally_at(table, id)->counts && tf_hash16_eq(tf_tally_at(table, id)->hash, hash);
}
/** Id of a group, made when it is new; guess: its likely id, or TF_TALLY_NONE. TF_TALLY_NONE when the budget is spent. */
uint32_t tf_tally_obtain(struct tf_tally_table *table, struct tf_budget *budget, struct tf_hash16 hash, uint32_t window_days, uint32_t guess);
/** Counts of the months first..last; none for TF_TALLY_NONE. O(log counts). */
struct tf_fraud_tally_view tf_tally_view(const struct tf_tally_table *table, uint32_t id, int32_t first, int32_t last);
/** Add to a counter, made when it is new; false when the budget is spent. O(counts behind it). */
bool tf_tally_add(struct tf_tally_table *table, struct tf_budget *budget, uint32_t id, unsigned month, unsigned cell, int64_t more) TF_MUST_CHECK;
/** Take out of, or put back to, a counter that something was added to since the group was last tidied. Never fails. O(log counts). */
void tf_tally_change(struct tf_tally_table *table, uint32_t id, unsigned month, unsigned cell, int64_t more);
/** Between batches: drop counters of months before `first` and those that hold nothing, room that is left over, and an empty group. */
void tf_tally_tidy(struct tf_tally_table *table, struct tf_budget *budget, uint32_t id, int32_t first);

#endif
