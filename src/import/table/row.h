/* One row of a table as a record. */
#ifndef TAXFLOW_IMPORT_TABLE_ROW_H
#define TAXFLOW_IMPORT_TABLE_ROW_H

#include "map.h"
#include "taxflow/buf.h"

/**
 * Write the record that a row is; members without a value are left out. The map is bound and sorted.
 *
 * out      what it held is replaced.
 * problem  filled on failure: path names the column, never the value; static words otherwise.
 * Returns TF_OK; TF_E_NUMBER, TF_E_DATE, TF_E_VALUE, TF_E_UTF8, TF_E_TOO_BIG; TF_E_MEMORY.
 */
enum tf_err tf_row_write(const struct tf_map *map, const struct tf_str *cells, size_t count, const char *company, struct tf_buf *out,
                         struct tf_problem *problem) TF_MUST_CHECK;

#endif
