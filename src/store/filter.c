#include "filter.h"

#include <stdlib.h>
#include <string.h>

enum { BITS_PER_ID = 16, LOOKS = 4, BITS_MIN = 1024 };

bool tf_filter_init(struct tf_filter *filter, uint64_t count)
{
    uint64_t bits = BITS_MIN;
    while (bits < count * BITS_PER_ID)
        bits *= 2;
    filter->words = calloc(bits / 64, sizeof *filter->words);
    filter->mask = bits - 1;
    return filter->words != NULL;
}

void tf_filter_finish(struct tf_filter *filter)
{
    free(filter->words);
    filter->words = NULL;
}

/* An id is uniform: its halves give as many positions as are wanted (Kirsch and Mitzenmacher 2006). */
static uint64_t position(const struct tf_filter *filter, struct tf_hash16 id, unsigned look)
{
    uint64_t halves[2];
    memcpy(halves, id.bytes, sizeof halves);
    return (halves[0] + look * (halves[1] | 1)) & filter->mask;
}

void tf_filter_add(struct tf_filter *filter, struct tf_hash16 id)
{
    for (unsigned look = 0; look < LOOKS; look++) {
        const uint64_t bit = position(filter, id, look);
        filter->words[bit / 64] |= UINT64_C(1) << bit % 64;
    }
}

bool tf_filter_may_have(const struct tf_filter *filter, struct tf_hash16 id)
{
    for (unsigned look = 0; look < LOOKS; look++) {
        const uint64_t bit = position(filter, id, look);
        if (!(filter->words[bit / 64] >> bit % 64 & 1))
            return false;
    }
    return true;
}
