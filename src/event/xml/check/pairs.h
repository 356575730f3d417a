/* From two numbers to a third in one look: a child's name in a type, a step in a tree of paths. */
#ifndef TAXFLOW_EVENT_XML_PAIRS_H
#define TAXFLOW_EVENT_XML_PAIRS_H

#include <stdbool.h>
#include <stdint.h>

struct tf_pairs {
    struct tf_pairs_slot { uint32_t a, b, value; } *slots; /* at most half of them taken; value 0: free */
    uint32_t mask, count;
};

/** An empty table. No allocation. */
void tf_pairs_init(struct tf_pairs *pairs);
void tf_pairs_finish(struct tf_pairs *pairs);
/** Set the value, 1 and up, of a pair that has none yet. False when memory ran out. */
bool tf_pairs_put(struct tf_pairs *pairs, uint32_t a, uint32_t b, uint32_t value);

static inline uint32_t tf_pairs_hash(uint32_t a, uint32_t b)
{
    uint32_t hash = (a * 0x9E3779B1U ^ b) * 0x85EBCA77U;
    return hash ^ hash >> 15;
}

/** The pair's value; 0 when it has none. O(1). */
static inline uint32_t tf_pairs_get(const struct tf_pairs *pairs, uint32_t a, uint32_t b)
{
    if (pairs->count == 0)
        return 0;
    for (uint32_t at = tf_pairs_hash(a, b) & pairs->mask;; at = (at + 1) & pairs->mask) {
        const struct tf_pairs_slot *slot = &pairs->slots[at];
        if (slot->value == 0 || (slot->a == a && slot->b == b))
            return slot->value;
    }
}

#endif
