/* What people write into cells: amounts and dates of many countries. A column is read in one way; which one is told, or found from all its cells. */
#ifndef TAXFLOW_IMPORT_TABLE_CELL_H
#define TAXFLOW_IMPORT_TABLE_CELL_H

#include <stdbool.h>

#include "taxflow/err.h"
#include "taxflow/str.h"

enum { TF_CELL_BYTES = 64 }; /* of what a cell becomes */

/* The order of a date's parts; ISO 8601 and YYYYMMDD are known wherever they stand. */
enum tf_cell_dates { TF_DATES_UNKNOWN, TF_DATES_YEAR_FIRST, TF_DATES_DAY_FIRST, TF_DATES_MONTH_FIRST };

/* What the cells of a column have shown so far. */
struct tf_cell_signs {
    bool point, comma;              /* it was seen as the decimal sign */
    bool open_point, open_comma;    /* 1.234 or 1,234: thousands, or three decimals */
    bool day_first, month_first;    /* a part above 12 stood first, or second */
    bool open_date;                 /* 03/04/2026 */
};

/** Learn from one cell; blank ones say nothing. */
void tf_cell_learn_amount(struct tf_cell_signs *signs, struct tf_str cell);
void tf_cell_learn_date(struct tf_cell_signs *signs, struct tf_str cell);

/**
 * An amount as a decimal of records: "-1234.56". Spaces, apostrophes or the other sign group digits by three; a minus may stand behind, brackets mean minus;
 * what of letters and currency signs stands around is no amount.
 * decimal  '.' or ','.   Returns false when the cell is none.
 */
bool tf_cell_amount(struct tf_str cell, char decimal, char out[TF_CELL_BYTES]);
/** A date as "2026-01-31": YYYY-MM-DD, YYYYMMDD, D.M.YYYY, D/M/YYYY or M/D/YYYY, a time behind it is left out. False when it is none of the calendar. */
bool tf_cell_date(struct tf_str cell, enum tf_cell_dates dates, char out[TF_CELL_BYTES]);
/**
 * A date written in a declared form, of DD, D, MM, M, YYYY, YY and any other characters as they stand: "DD.MM.YYYY".
 * epoch  a year of two digits below it is of this century, else of the last one.   Returns false when the cell is none of that form or of the calendar.
 */
bool tf_cell_date_of_form(struct tf_str cell, const char *form, unsigned epoch, char out[TF_CELL_BYTES]);
/** Move an amount's point, as tf_cell_amount wrote it, to the right (places > 0: times ten each) or the left. False when it has no room. */
bool tf_cell_shift(char amount[TF_CELL_BYTES], int places);
/** A time as "2026-01-31T08:30:00Z", of a date with or without one behind it. */
bool tf_cell_time(struct tf_str cell, enum tf_cell_dates dates, char out[TF_CELL_BYTES]);
/** Yes or no, in the words of many programs; a blank is no. False when it is neither. */
bool tf_cell_flag(struct tf_str cell, bool *ret_flag);

#endif
