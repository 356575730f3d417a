/* Keys and values of any bytes with a ceiling on their number: checkpoints and marks of a process without Redis. */
#ifndef TF_DEDUP_TABLE_MAP_H
#define TF_DEDUP_TABLE_MAP_H

#include "taxflow/err.h"
#include "taxflow/str.h"

struct tf_table_map_entry; /* one key and its value, owned */

struct tf_table_map {
    struct tf_table_map_entry **slots; /* open addressing; NULL = free */
    size_t slots_count;          /* a power of two, or 0 before the first put */
    size_t count, count_max;
    uint64_t seed;
};

/** No allocation. Thread: one at a time. */
void tf_table_map_init(struct tf_table_map *map, size_t count_max, uint64_t seed);
void tf_table_map_finish(struct tf_table_map *map);
/** Set a key; the bytes are copied. TF_E_FULL: a new key past count_max; TF_E_MEMORY. Amortised O(1). */
enum tf_err tf_table_map_put(struct tf_table_map *map, struct tf_str key, struct tf_str value) TF_MUST_CHECK;
/** The value, valid until the next put; absent when there is none. */
struct tf_str tf_table_map_get(const struct tf_table_map *map, struct tf_str key);

#endif
