/* The list behind declared sums. */
#ifndef TF_DECLARED_LIST_H
#define TF_DECLARED_LIST_H

#include "taxflow/declared.h"

struct tf_declared {
    struct tf_declared_line *lines;
    uint64_t *revisions; /* of records, beside the lines */
    size_t count, capacity;
    struct tf_arena *words;
};

/** Room for one more, cleared; NULL past TF_DECLARED_LINES_MAX or without memory. declared.c */
struct tf_declared_line *tf_declared_next(struct tf_declared *declared);

#endif
