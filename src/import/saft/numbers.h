/*
 * Numbers of transactions and documents: which were met, which are missing between them, which come twice. A number is what digits an id ends with, its
 * series what stands before them; numbers met are kept as runs, so that those that follow each other cost nothing.
 */
#ifndef TAXFLOW_IMPORT_SAFT_NUMBERS_H
#define TAXFLOW_IMPORT_SAFT_NUMBERS_H

#include "table.h"

enum { TF_SAFT_SERIES_MAX = 65536, TF_SAFT_RUNS_MAX = 1 << 20 /* of all series */, TF_SAFT_SERIES_RUNS_MAX = 8192, TF_SAFT_SERIES_NAME_BYTES = 48 };

struct tf_saft_run {
    uint64_t first, last;
    uint32_t line;
}; /* line of the file that has the first */

struct tf_saft_series {
    char name[TF_SAFT_SERIES_NAME_BYTES]; /* for people; cut */
    struct tf_saft_run *runs;             /* ascending, never touching */
    uint32_t runs_count, runs_capacity;
    uint64_t numbers;
};

struct tf_saft_numbers {
    struct tf_saft_table table, words; /* words: ids that end with no number */
    struct tf_saft_series *series;
    size_t series_count, series_capacity, runs_count;
    uint64_t seed, untold; /* untold: ids that were not held against the others, for there were too many series or runs */
};

enum tf_saft_number { TF_SAFT_NEW, TF_SAFT_AGAIN, TF_SAFT_UNTOLD };

void tf_saft_numbers_init(struct tf_saft_numbers *numbers);
void tf_saft_numbers_finish(struct tf_saft_numbers *numbers);
/**
 * Take an id in. within: what numbers are kept apart by (a journal); absent: nothing.
 * Returns TF_OK and whether it was met before; TF_E_MEMORY.   Cost  O(log runs of its series).
 */
enum tf_err tf_saft_numbers_add(struct tf_saft_numbers *numbers, struct tf_str within, struct tf_str id, uint64_t line,
                                enum tf_saft_number *ret_number) TF_MUST_CHECK;
/** Whether numbers of a series follow each other, by and large: at least half of those between its first and its last were met. */
bool tf_saft_series_dense(const struct tf_saft_series *series);
/** Split an id into series and number: false when it ends with no digit, or with more than 18. Zeros in front of a number belong to the series. */
bool tf_saft_numbers_split(struct tf_str id, struct tf_str *ret_series, uint64_t *ret_number);

#endif
