#include "pairs.h"

#include <stdlib.h>

enum { SLOTS_MIN = 64 };

void tf_pairs_init(struct tf_pairs *pairs) { *pairs = (struct tf_pairs){0}; }

void tf_pairs_finish(struct tf_pairs *pairs)
{
    free(pairs->slots);
    tf_pairs_init(pairs);
}

static void place(struct tf_pairs *pairs, struct tf_pairs_slot row)
{
    uint32_t at = tf_pairs_hash(row.a, row.b) & pairs->mask;
    while (pairs->slots[at].value != 0)
        at = (at + 1) & pairs->mask;
    pairs->slots[at] = row;
}

static bool grow(struct tf_pairs *pairs)
{
    uint32_t slots = pairs->slots ? (pairs->mask + 1) * 2 : SLOTS_MIN;
    struct tf_pairs bigger = {calloc(slots, sizeof(*bigger.slots)), slots - 1, pairs->count};
    if (!bigger.slots)
        return false;
    for (uint32_t i = 0; pairs->slots && i <= pairs->mask; i++) {
        if (pairs->slots[i].value != 0)
            place(&bigger, pairs->slots[i]);
    }
    free(pairs->slots);
    *pairs = bigger;
    return true;
}

bool tf_pairs_put(struct tf_pairs *pairs, uint32_t a, uint32_t b, uint32_t value)
{
    if ((pairs->slots == NULL || (pairs->count + 1) * 2 > pairs->mask + 1) && !grow(pairs))
        return false;
    place(pairs, (struct tf_pairs_slot){a, b, value});
    pairs->count++;
    return true;
}
