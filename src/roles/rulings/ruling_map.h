/* From a hash to the last thing said of it: open addressing, a quarter of the places empty. */
#ifndef TF_RULING_MAP_H
#define TF_RULING_MAP_H

#include "taxflow/err.h"
#include "taxflow/hash.h"

struct tf_ruling_place {
    struct tf_hash16 hash;
    int64_t at_ms; /* INT64_MIN: empty */
    uint32_t rule; /* whose hit it is; of a pair 0 */
    bool dismissed;
};

struct tf_ruling_map {
    struct tf_ruling_place *places;
    size_t capacity, count;
};

/** The place of a hash, empty or not; NULL when memory ran out. Whoever fills an empty one counts it in. Valid until the next call. */
struct tf_ruling_place *tf_ruling_map_reach(struct tf_ruling_map *map, struct tf_hash16 hash);
/** NULL when nothing was said. */
const struct tf_ruling_place *tf_ruling_map_find(const struct tf_ruling_map *map, struct tf_hash16 hash);
void tf_ruling_map_finish(struct tf_ruling_map *map);

#endif
