#include "occurrence.h"

#include <stdlib.h>

enum { SLOTS_MIN = 1024 };

void tf_occurrences_finish(struct tf_occurrences *occurrences)
{
    free(occurrences->slots);
    *occurrences = (struct tf_occurrences){.slots = NULL};
}

static size_t place_of(const struct tf_occurrences *occurrences, uint64_t hash)
{
    size_t at = (size_t)hash & (occurrences->slots_count - 1);
    while (occurrences->slots[at].count > 0 && occurrences->slots[at].hash != hash)
        at = (at + 1) & (occurrences->slots_count - 1);
    return at;
}

static bool grow(struct tf_occurrences *occurrences)
{
    struct tf_occurrences larger = {.slots_count = occurrences->slots_count ? occurrences->slots_count * 2 : SLOTS_MIN, .used = occurrences->used};
    larger.slots = calloc(larger.slots_count, sizeof *larger.slots);
    if (!larger.slots)
        return false;
    for (size_t i = 0; i < occurrences->slots_count; i++)
        if (occurrences->slots[i].count > 0)
            larger.slots[place_of(&larger, occurrences->slots[i].hash)] = occurrences->slots[i];
    free(occurrences->slots);
    *occurrences = larger;
    return true;
}

uint64_t tf_occurrences_count(struct tf_occurrences *occurrences, struct tf_hash16 content)
{
    if (occurrences->used * 2 >= occurrences->slots_count && !grow(occurrences))
        return 0;
    uint64_t hash = tf_hash16_u64(content);
    size_t at = place_of(occurrences, hash);
    occurrences->used += occurrences->slots[at].count == 0;
    occurrences->slots[at].hash = hash;
    return ++occurrences->slots[at].count;
}
