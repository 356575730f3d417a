/* The prediction of PNG, row by row. */
#ifndef TAXFLOW_IMPORT_PDF_PNG_ROWS_H
#define TAXFLOW_IMPORT_PDF_PNG_ROWS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Undo the prediction of one row.
 *
 * row          its predictor (0 to 4), then len bytes, which become what was predicted from.
 * before       the row above, restored; zeros above the first.
 * pixel_bytes  1 or more.
 * Returns false for a predictor that is none.   Cost  O(len).   Source  W3C PNG (2003), section 9; ISO 32000-1, 7.4.4.4.
 */
bool tf_png_row_restore(unsigned char *row, size_t len, const unsigned char *before, size_t pixel_bytes);

#endif
