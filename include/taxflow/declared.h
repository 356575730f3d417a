/* What was declared to a tax office: lines of a return, from records or from a file of their own. */
#ifndef TAXFLOW_DECLARED_H
#define TAXFLOW_DECLARED_H

#include <stdio.h>

#include "taxflow/arena.h"
#include "taxflow/vat_sums.h"

enum { TF_DECLARED_LINES_MAX = 100000 };

/* One sum that was declared, and of what. */
struct tf_declared_line {
    struct tf_str source;       /* "returns.ndjson:12": where it stands */
    struct tf_str company, period, code; /* as written; code: box or code of the return, may be absent */
    int32_t first, last;        /* days of the period, since 1970-01-01 */
    int sales, purchases;       /* signs: tf_return_code */
    uint16_t country;           /* TF_COUNTRY_NONE: of all */
    char category[TF_VAT_CODE_BYTES + 1]; /* "": of all */
    bool rated;                 /* of one rate alone */
    struct tf_decimal rate;
    char currency[4];           /* "": of the one currency that the documents are in */
    bool has_net, has_vat;      /* one of them at least */
    struct tf_decimal net, vat;
    int64_t handed_in_ms;       /* when it was declared (recorded_at); 0: not known */
    const char *problem;        /* why it cannot be compared; NULL: it can */
    bool recorded;              /* from a return record, not from a file of declared sums */
    bool earlier;               /* … of an earlier run */
    struct tf_hash16 identity;  /* of a record */
};

struct tf_declared;
/** NULL when memory ran out. */
struct tf_declared *tf_declared_create(void);
struct tf_declared *tf_declared_destroy(struct tf_declared *declared);
/**
 * Read a CSV file (comma, semicolon or tab; UTF-8). The first record names the columns, in any order and any case: company, period ("2026-03",
 * "2026-Q1", "2026", "2026-01-15/2026-02-14"), direction (sale, purchase, output-vat, input-vat, vat-payable), net and vat (decimals with a point; one
 * of them at least); and where they are told: box (any text), country, category (BT-118), rate, currency, handed_in (RFC 3339 or a date).
 * Returns TF_OK; TF_E_VALUE with file:line, column and remedy; TF_E_NO_INPUT, TF_E_PERMISSION, TF_E_LIMIT, TF_E_MEMORY, TF_E_IO.
 */
enum tf_err tf_declared_read(struct tf_declared *declared, const char *path, struct tf_fault *fault) TF_MUST_CHECK;
/** The same of an open file. name  what faults call it. */
enum tf_err tf_declared_read_stream(struct tf_declared *declared, FILE *in, const char *name, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Take a return record that was accepted; a higher revision takes the place of a lower one. Codes are those of tf_return_code, others cannot be compared.
 * source  file and line; currency  of the company's returns, "" unknown: it cannot be compared either.   TF_E_TOO_MANY past TF_DECLARED_LINES_MAX; TF_E_MEMORY.
 */
enum tf_err tf_declared_add_return(struct tf_declared *declared, const struct tf_event *event, struct tf_hash16 identity, struct tf_str source,
                                   const char *currency) TF_MUST_CHECK;
/** Give every return record there is, as bytes for a later run. put  TF_OK, or what this returns; numbers from 0 without a gap.   TF_E_MEMORY. */
enum tf_err tf_declared_keep(const struct tf_declared *declared, enum tf_err (*put)(void *self, uint32_t number, struct tf_str bytes), void *self)
    TF_MUST_CHECK;
/** Take one of an earlier run; in order of their numbers and before those of this run. TF_E_VALUE: its bytes are none; else as above. */
enum tf_err tf_declared_recall(struct tf_declared *declared, struct tf_str bytes) TF_MUST_CHECK;
/** The lines in the order in which they came; *ret_count of them. */
const struct tf_declared_line *tf_declared_lines(const struct tf_declared *declared, size_t *ret_count);

#endif
