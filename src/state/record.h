/* The records that stand in windows: which keys each one added to, so that an amendment can take all of it out again. */
#ifndef TAXFLOW_STATE_RECORD_H
#define TAXFLOW_STATE_RECORD_H

#include <stdint.h>

#include "ahead.h"
#include "budget.h"
#include "taxflow/fraud.h"

/* A counter that a record added to: tally.h. Its month is that of the record's time. */
struct tf_record_tally {
    uint32_t group;
    uint16_t cell_adds;   /* cell << TF_RECORD_ADDS_BITS | how often it counts */
    uint16_t window_days : 15; /* how long it is kept */
    uint16_t shared : 1;       /* records of other partitions count in the group as well */
};

enum { TF_RECORD_ADDS_BITS = 6 };
_Static_assert(TF_FRAUD_ADDS_MAX < 1 << TF_RECORD_ADDS_BITS && TF_FRAUD_CELLS_MAX <= 1 << (16 - TF_RECORD_ADDS_BITS), "both fit");

/*
 * One record. Its text is what entries' id points to, so an entry leads back to its record without a search.
 * `keys` is a hint: a key that lost its entries may be another key by now; who follows it looks for the record's entry there.
 */
struct tf_record {
    struct tf_hash16 identity;
    uint64_t revision;
    int64_t time_ms;
    struct tf_record_tally *tallies; /* NULL: it counts in no group; a piece of its own */
    uint32_t *keys;    /* ids of tf_table, behind the text in the same piece */
    uint32_t live;     /* entries that are still in windows; 0: the record goes */
    uint32_t partition; /* whose state topic has its row */
    uint16_t keys_count, keys_max, text_len, tallies_count;
    bool parked;       /* taken out by a staged amendment, kept for an abort */
    char text[];
};

/* Records by identity: open addressing, the hash beside the pointer so that a probe touches no other record. */
struct tf_record_index {
    struct tf_record_slot *slots;
    size_t slots_count; /* a power of two, or 0 */
    size_t count;
};
struct tf_record_slot {
    uint64_t hash;
    struct tf_record *record; /* NULL: free */
};

/** A record with room for keys_max keys; NULL when the budget is spent. text is copied, 65,535 bytes at most. */
struct tf_record *tf_record_create(struct tf_budget *budget, struct tf_hash16 identity, uint64_t revision, int64_t time_ms,
                                   struct tf_str text, size_t keys_max);
void tf_record_free(struct tf_budget *budget, struct tf_record *record);
/** The record that an entry of a window belongs to. */
struct tf_record *tf_record_of(const struct tf_fraud_entry *entry);

void tf_record_index_finish(struct tf_record_index *index, struct tf_budget *budget);
/** Make room for one more; false when the budget is spent. After that one link cannot fail. */
bool tf_record_index_reserve(struct tf_record_index *index, struct tf_budget *budget) TF_MUST_CHECK;
struct tf_record *tf_record_index_find(const struct tf_record_index *index, struct tf_hash16 identity);
/** Ask the processor for the memory that a find will touch. */
void tf_record_index_prefetch(const struct tf_record_index *index, struct tf_hash16 identity);
/** Link a record whose identity is not in; room was reserved. */
void tf_record_index_link(struct tf_record_index *index, struct tf_record *record);
void tf_record_index_unlink(struct tf_record_index *index, const struct tf_record *record);
/** Unlink every record without a live entry, and hand it over. O(slots). */
void tf_record_index_sweep(struct tf_record_index *index, void (*take)(void *self, struct tf_record *record), void *self);

#endif
