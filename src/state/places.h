/*
 * Places for what is found by a hash: items in chunks, so that one never moves and is known by a number, its id. Every item begins with the hash it
 * stands for. Keys of windows and groups of counters are such items.
 */
#ifndef TAXFLOW_STATE_PLACES_H
#define TAXFLOW_STATE_PLACES_H

#include <string.h>

#include "ahead.h"
#include "budget.h"
#include "taxflow/hash.h"

#define TF_PLACES_NONE UINT32_MAX /* no id */

/* Constant for each use, so that finding an item costs no division. */
struct tf_places_kind {
    size_t item_bytes;
    uint32_t chunk_items; /* what fits a run of a slab (slab.h) */
};

struct tf_places_slot { uint32_t hash, id_plus_1; };

/* slots: open addressing, id of the item + 1 beside 32 bits of its hash. */
struct tf_places {
    uint64_t seed[2];     /* of the slots: nobody outside can aim at one */
    struct tf_places_slot *slots;
    size_t slots_count;   /* a power of two, or 0 */
    size_t count;         /* items in use */
    char **chunks;
    size_t chunks_count, chunks_cap;
    uint32_t ids;         /* ever handed out */
    uint32_t free_id;     /* head of a list through the free items, or TF_PLACES_NONE */
};

void tf_places_init(struct tf_places *places);
/** Give everything back; what items hold is the caller's to give before. */
void tf_places_finish(struct tf_places *places, struct tf_places_kind kind, struct tf_budget *budget);
/** An item for a hash that has none: cleared but for the hash. Its id, or TF_PLACES_NONE when the budget is spent. O(1). */
uint32_t tf_places_make(struct tf_places *places, struct tf_places_kind kind, struct tf_budget *budget, struct tf_hash16 hash);
/** Take an item away: it is cleared, and its id handed out again. Never fails. O(1). */
void tf_places_drop(struct tf_places *places, struct tf_places_kind kind, uint32_t id);

static inline void *tf_places_at(const struct tf_places *places, struct tf_places_kind kind, uint32_t id)
{
    return places->chunks[id / kind.chunk_items] + id % kind.chunk_items * kind.item_bytes;
}

static inline bool tf_places_is(const struct tf_places *places, struct tf_places_kind kind, uint32_t id, struct tf_hash16 hash)
{
    return memcmp(tf_places_at(places, kind, id), hash.bytes, sizeof hash.bytes) == 0;
}

/** The hash is public, so a secret multiplication decides the slot. */
static inline uint32_t tf_places_hash(const struct tf_places *places, struct tf_hash16 hash)
{
    uint64_t low = tf_hash16_u64(hash), high;
    memcpy(&high, hash.bytes + sizeof low, sizeof high);
    return (uint32_t)((((low ^ places->seed[0]) + (high << 1)) * places->seed[1]) >> 32);
}

/** The slot of a hash, or the free one where it would stand. There are slots. */
static inline size_t tf_places_slot(const struct tf_places *places, struct tf_places_kind kind, struct tf_hash16 hash)
{
    const uint32_t hashed = tf_places_hash(places, hash);
    size_t mask = places->slots_count - 1, i = hashed & mask;
    for (; places->slots[i].id_plus_1 != 0; i = (i + 1) & mask)
        if (places->slots[i].hash == hashed && tf_places_is(places, kind, places->slots[i].id_plus_1 - 1, hash))
            break;
    return i;
}

/** Id of a hash's item, or TF_PLACES_NONE. O(1). */
static inline uint32_t tf_places_find(const struct tf_places *places, struct tf_places_kind kind, struct tf_hash16 hash)
{
    return places->slots_count > 0 ? places->slots[tf_places_slot(places, kind, hash)].id_plus_1 - 1 : TF_PLACES_NONE;
}

/** Ask the processor for the slot that a find will touch. */
static inline void tf_places_prefetch(const struct tf_places *places, struct tf_hash16 hash)
{
    if (places->slots_count > 0)
        tf_ahead_fetch(&places->slots[tf_places_hash(places, hash) & (places->slots_count - 1)]);
}

/** What the slots alone tell of an id, most likely right, and ask the processor for the item; TF_PLACES_NONE when there is none. */
static inline uint32_t tf_places_guess(const struct tf_places *places, struct tf_places_kind kind, struct tf_hash16 hash)
{
    const uint32_t hashed = tf_places_hash(places, hash);
    size_t mask = places->slots_count - 1;
    for (size_t i = hashed & mask; places->slots_count > 0 && places->slots[i].id_plus_1 != 0; i = (i + 1) & mask) {
        if (places->slots[i].hash != hashed)
            continue;
        tf_ahead_fetch(tf_places_at(places, kind, places->slots[i].id_plus_1 - 1));
        return places->slots[i].id_plus_1 - 1;
    }
    return TF_PLACES_NONE;
}

#endif
