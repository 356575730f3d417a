/* A table of delimited text, twice through: first what its cells look like, then its rows. */
#ifndef TAXFLOW_IMPORT_TABLE_TABLE_H
#define TAXFLOW_IMPORT_TABLE_TABLE_H

#include "row.h"
#include "taxflow/csv.h"
#include "taxflow/import.h"

struct tf_form;

/* Characters of a line that are a cell, from 1, the last one included. */
struct tf_table_cut { size_t from, to; };

struct tf_table {
    int fd;                     /* the caller's; can be read twice */
    const char *name;
    const struct tf_import_options *options;
    struct tf_arena *arena;     /* of the map's texts */
    struct tf_map map;          /* what is known before the header is read: settings; afterwards all of it */
    /* Make the map of a header; NULL: it is made, from a file. */
    enum tf_err (*recognise)(struct tf_table *table, const struct tf_str *names, size_t count, struct tf_fault *fault);
    const struct tf_form *form; /* for recognise; NULL: none is known */
    uint32_t file;              /* its number among those that are read together */
    const struct tf_str *names; /* of the columns, where the file has no header (map.header_line 0) */
    size_t names_count;
    const struct tf_table_cut *cuts; /* of columns of fixed width, names_count of them; NULL: they are delimited */
    size_t columns;             /* once learnt: of the header */
    uint64_t first_line;        /* of rows; what stands above is passed over. 0: behind the header */
};

/* Where rows go. Any failure ends the reading. */
struct tf_table_rows {
    void *self;
    enum tf_err (*row)(void *self, struct tf_row *row, const struct tf_csv *csv);
    /* What could not be read. row: what could be of it before that; NULL: nothing. */
    enum tf_err (*unreadable)(void *self, const struct tf_row *row, const struct tf_csv *csv, const struct tf_problem *problem);
};

/**
 * Read the header, make or bind the map, and find how amounts and dates are written where nobody says it.
 * Returns TF_OK; TF_E_VALUE with the reason and the remedy, for an open question with both readings; TF_E_CONFIG, TF_E_IO, TF_E_MEMORY.
 */
enum tf_err tf_table_learn(struct tf_table *table, struct tf_fault *fault) TF_MUST_CHECK;
/** Read the header alone: its names, in the arena, and its line. Errors as tf_table_learn. */
enum tf_err tf_table_peek(struct tf_table *table, struct tf_str **ret_names, size_t *ret_count, uint64_t *ret_line, struct tf_fault *fault) TF_MUST_CHECK;
/** Hand on every row. The map is that of tf_table_learn. Cost  O(bytes). */
enum tf_err tf_table_each(struct tf_table *table, const struct tf_table_rows *rows, struct tf_fault *fault) TF_MUST_CHECK;
/** The delimiter that parts the line and the one behind it equally often; NUL when none does. head may be UTF-16. */
char tf_table_delimiter(struct tf_str head, uint64_t line);
/** The delimiter that parts the line most often; NUL when none does. */
char tf_table_header_delimiter(struct tf_str head, uint64_t line);
/** What a line says that stands above the header for Excel, "sep=;"; NUL when it does not. */
char tf_table_delimiter_mark(struct tf_str line);

#endif
