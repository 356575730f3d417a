/* One row of a table: its values, and the record that they make. */
#ifndef TAXFLOW_IMPORT_TABLE_ROW_H
#define TAXFLOW_IMPORT_TABLE_ROW_H

#include "map.h"
#include "taxflow/buf.h"

/* What a row says of every column of its map. */
struct tf_row {
    const struct tf_map *map;
    struct tf_str values[TF_MAP_COLUMNS_MAX];      /* absent: no value */
    char rooms[TF_MAP_COLUMNS_MAX][TF_CELL_BYTES]; /* what amounts and dates became */
};

/* The lines of a document that stands in several rows, each written by tf_row_put_line. */
struct tf_row_lines {
    size_t count;
    struct tf_str (*text)(const void *self, size_t line);
    const void *self;
};

/**
 * Read a row's cells; what a blank cell would be is absent. The map is bound and complete.
 *
 * company  of a row that names none.
 * problem  filled on failure: path names the first column that could not be read, never the value; static words otherwise. The row has the others.
 * Returns TF_OK; TF_E_NUMBER, TF_E_DATE.
 */
enum tf_err tf_row_read(struct tf_row *row, const struct tf_map *map, const struct tf_str *cells, size_t count, const char *company,
                        struct tf_problem *problem) TF_MUST_CHECK;
/**
 * Write the record that a row is; members without a value are left out, and inner columns.
 *
 * lines    NULL: lists are what the row holds of them. Else a journal's lines are these.
 * out      what it held is replaced.
 * Returns TF_OK; TF_E_VALUE, TF_E_TOO_BIG with a problem as above.
 */
enum tf_err tf_row_put(struct tf_row *row, const struct tf_row_lines *lines, struct tf_buf *out, struct tf_problem *problem) TF_MUST_CHECK;
/** Append what a row says of one line of its document. Errors as tf_row_put. */
enum tf_err tf_row_put_line(struct tf_row *row, struct tf_buf *out, struct tf_problem *problem) TF_MUST_CHECK;
/** Whether a column belongs to a document's lines. */
bool tf_row_is_of_line(const struct tf_map_column *column);

#endif
