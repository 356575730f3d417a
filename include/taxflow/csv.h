/* Records of a CSV file (RFC 4180), as spreadsheets write them, one after the other and in bounded memory. */
#ifndef TAXFLOW_CSV_H
#define TAXFLOW_CSV_H

#include <stdio.h>

#include "taxflow/err.h"
#include "taxflow/str.h"

enum { TF_CSV_CELLS_MAX = 512 }; /* wide exports of ledgers have some 300 */

struct tf_csv {
    FILE *in;                    /* the caller's */
    char separator;
    char quote;                  /* around cells; NUL: none */
    size_t bytes_max;            /* of one record */
    uint64_t line;               /* on which the record begins, from 1 */
    uint64_t next_line;
    const char *problem;         /* after TF_E_VALUE or TF_E_TOO_BIG: what is wrong, with the remedy; static */
    char *text;                  /* of the record: its cells, without quotes; owned */
    size_t len, cap;
    struct tf_str cells[TF_CSV_CELLS_MAX];
    size_t count;
    char *raw;                   /* the record as it is written, without its line end; owned */
    size_t raw_len, raw_cap;
    bool broken;                 /* the last record was refused before its end */
    bool out_of_memory;
    char *again;                 /* lines that a refused record had taken: [again_at .. again_len) is read before in; owned */
    size_t again_at, again_len;
    uint64_t again_total, read_total; /* bytes, so far */
};

/**
 * separator 0: the first of comma, semicolon and TAB outside quotes in the first record that has one. The quote is the double one, until the caller
 * sets another. A byte order mark is passed over.
 */
void tf_csv_init(struct tf_csv *csv, FILE *in, char separator, size_t bytes_max);
void tf_csv_finish(struct tf_csv *csv);
/**
 * Read the next record into the cells, which live until the next call; empty lines are passed over.
 * After TF_E_VALUE and TF_E_TOO_BIG the next call goes on with the line behind the one on which the refused record begins: a quote that is never closed costs its
 * own line alone (raw), unless a file is so full of them that reading again would cost several times its bytes; then with the line behind the trouble.
 * A line ends with LF, CR LF or CR.
 * Returns TF_OK, *ret_more false at the end; TF_E_VALUE (a quote that does not end, text behind one, more than TF_CSV_CELLS_MAX
 * cells, a NUL), TF_E_TOO_BIG, with problem; TF_E_IO; TF_E_MEMORY.   Thread  one at a time.   Cost  O(bytes).
 */
enum tf_err tf_csv_next(struct tf_csv *csv, bool *ret_more) TF_MUST_CHECK;
/**
 * Whether a spreadsheet may take a cell's text for something to run: it begins with = + - @, a tab or a line end, in full-width forms too,
 * behind blanks and quotes that an import takes away as well. A number is not asked about here.
 * Source: OWASP, CSV Injection.   Pure.   Cost  O(blanks and quotes at its begin).
 */
bool tf_csv_runs(struct tf_str text);
/** The text without the apostrophe that was put before it because of that. */
struct tf_str tf_csv_undefused(struct tf_str text);

#endif
