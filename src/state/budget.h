/*
 * Memory with a ceiling: every piece that the store holds is counted here, with what the heap adds to it. Small pieces come from slabs, where
 * what lies free between others is not counted.
 */
#ifndef TAXFLOW_STATE_BUDGET_H
#define TAXFLOW_STATE_BUDGET_H

#include "slab.h"

struct tf_budget {
    size_t used, max; /* bytes */
    struct tf_slab slab;
    struct tf_budget_piece *pieces; /* those of the heap */
};

/** Take size bytes (1..SIZE_MAX/2), not cleared; NULL when the ceiling would be passed or the heap refuses. */
void *tf_budget_take(struct tf_budget *budget, size_t size);
/** As realloc(3): the bytes up to the smaller size stay. NULL as above, and then the old piece is untouched. */
void *tf_budget_resize(struct tf_budget *budget, void *piece, size_t old_size, size_t new_size);
/** Give a piece back with the size it was taken with; NULL is fine. */
void tf_budget_give(struct tf_budget *budget, void *piece, size_t size);
/**
 * Give everything back at once, whatever was given back before. False, and nothing is done, where sanitizers look for pieces that nobody
 * gives back: there they go one by one.   Cost  O(memory / 2 MiB + pieces of the heap), where one by one touches all memory.
 */
bool tf_budget_drop(struct tf_budget *budget);

#endif
