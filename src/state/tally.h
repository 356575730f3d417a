/*
 * Counters of groups: under each group one list of numbers, a count of a month and a cell each, in order. What a view shows is a stretch of the
 * list. Ids never move; groups and room go away only between batches, so that undoing needs no memory.
 */
#ifndef TAXFLOW_STATE_TALLY_H
#define TAXFLOW_STATE_TALLY_H

#include "places.h"
#include "taxflow/fraud.h"

#define TF_TALLY_NONE TF_PLACES_NONE /* no id */

struct tf_tally_group {
    struct tf_hash16 hash;
    struct tf_fraud_count *counts; /* NULL: the group is free */
    uint32_t count, cap;           /* counts */
    uint32_t window_days;          /* the longest that was asked for */
    bool emptied;                  /* some counter may hold nothing by now */
};

static const struct tf_places_kind TF_TALLY_GROUPS = {sizeof(struct tf_tally_group), TF_SLAB_WHOLE_BYTES / sizeof(struct tf_tally_group)};

struct tf_tally_table { struct tf_places groups; };

void tf_tally_init(struct tf_tally_table *table);
void tf_tally_finish(struct tf_tally_table *table, struct tf_budget *budget);

static inline struct tf_tally_group *tf_tally_at(const struct tf_tally_table *table, uint32_t id)
{
    return tf_places_at(&table->groups, TF_TALLY_GROUPS, id);
}
/** Id of a group, or TF_TALLY_NONE. O(1). */
static inline uint32_t tf_tally_find(const struct tf_tally_table *table, struct tf_hash16 hash)
{
    return tf_places_find(&table->groups, TF_TALLY_GROUPS, hash);
}
/** Ask the processor for the latest counts of what may be a group, once that is there. */
void tf_tally_prefetch_counts(const struct tf_tally_table *table, uint32_t guess);
/** The same for the earliest counts of a group. */
static inline void tf_tally_prefetch_first(const struct tf_tally_table *table, uint32_t id) { tf_ahead_fetch(tf_tally_at(table, id)->counts); }
/** Whether that is the group's id, as far as groups have come and gone. */
static inline bool tf_tally_is(const struct tf_tally_table *table, uint32_t id, struct tf_hash16 hash)
{
    return id < table->groups.ids && tf_tally_at(table, id)->counts && tf_hash16_eq(tf_tally_at(table, id)->hash, hash);
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
