/* Rows in the order of what they belong to, in bounded memory: what does not fit goes to a temporary file and is merged. */
#ifndef TAXFLOW_IMPORT_SORTER_H
#define TAXFLOW_IMPORT_SORTER_H

#include <stdbool.h>
#include <stdint.h>

#include "taxflow/err.h"
#include "taxflow/str.h"

struct tf_sorter;

/* One row: ordered by group, then rest, both by their bytes, then by where it stood. */
struct tf_sorted {
    struct tf_str group, rest;
    uint32_t file;
    uint32_t mark;  /* the caller's */
    uint64_t line;
};

/** memory_bytes: of rows before some go to the file (TMPDIR); 4 KiB or more. NULL when memory ran out. */
struct tf_sorter *tf_sorter_create(size_t memory_bytes);
struct tf_sorter *tf_sorter_destroy(struct tf_sorter *sorter);
/** Take a row over. TF_E_IO when the temporary file cannot be written, TF_E_LIMIT past some 4,000 times the memory; TF_E_MEMORY. O(log n) amortised. */
enum tf_err tf_sorter_add(struct tf_sorter *sorter, const struct tf_sorted *row, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * The next row in order; nothing can be added any more. The row's bytes live until the next call.
 * Returns TF_OK, *ret_more false at the end; TF_E_IO, TF_E_MEMORY.
 */
enum tf_err tf_sorter_next(struct tf_sorter *sorter, struct tf_sorted *ret_row, bool *ret_more, struct tf_fault *fault) TF_MUST_CHECK;

#endif
