/* Rows of an audit, against which its files are judged again: in step with the records, as both are in the order of event times. */
#ifndef TAXFLOW_ROLES_REJUDGE_ROWS_BEFORE_H
#define TAXFLOW_ROLES_REJUDGE_ROWS_BEFORE_H

#include "opinion.h"

struct tf_rows_before;

/* What was said of a record. */
struct tf_row_before {
    bool found;
    bool same;                 /* the row says what the new one does: but for the place and the ruleset, byte for byte */
    struct tf_opinion opinion; /* where it does not; hits live until the next call */
};

/**
 * Open the rows of a folder that an audit wrote. opinions: an empty table, for rows that do not come in step; it must outlive the rows.
 * Returns TF_OK; TF_E_NO_INPUT; TF_E_MEMORY.
 */
enum tf_err tf_rows_before_open(const char *folder, struct tf_rejudge_totals *totals, struct tf_opinions *opinions, struct tf_rows_before **ret_rows,
                                struct tf_fault *fault) TF_MUST_CHECK;
struct tf_rows_before *tf_rows_before_close(struct tf_rows_before *rows);
/**
 * The row about a record that is judged again; of several with one id, the first that was not asked for.
 *
 * now  the record's new row.
 * Returns TF_OK, found or not; TF_E_MEMORY; TF_E_IO.   Cost  O(row) as long as rows stand in the order in which they are asked for; from the
 *         first that does not on, all rows left are kept in memory, some 64 bytes each.
 */
enum tf_err tf_rows_before_find(struct tf_rows_before *rows, struct tf_str event_id, struct tf_str now, struct tf_row_before *ret_row,
                                struct tf_fault *fault) TF_MUST_CHECK;
/** Read the rows that nobody asked for: whose they are, and whether they are rows at all, is told too. TF_OK; TF_E_MEMORY; TF_E_IO. */
enum tf_err tf_rows_before_end(struct tf_rows_before *rows, struct tf_fault *fault) TF_MUST_CHECK;

#endif
