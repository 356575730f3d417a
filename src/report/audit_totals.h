/* What an audit's totals hold, for the files of this room that write them down. */
#ifndef TF_REPORT_AUDIT_TOTALS_H
#define TF_REPORT_AUDIT_TOTALS_H

#include <pthread.h>

#include "declared_shown.h"
#include "kept_totals.h"
#include "taxflow/audit_totals.h"

enum { SOURCE_BYTES = 4200 };

struct tf_audit_totals {
    struct tf_books *books;
    struct tf_vat_sums *vat;
    struct tf_declared *declared;
    struct tf_documents *documents; /* NULL: nothing was declared */
    const struct tf_files *files;
    const struct tf_fraud_ruleset *ruleset;
    size_t wrong_rate, wrong_tax, same_number, altered_number; /* places of rules */
    struct tf_declared_counts counts;
    struct tf_buf declared_json;    /* rows of the report's member */
    struct tf_declared_shown shown; /* rows of the page, where declared.csv is written */
    struct tf_kept kept;            /* from run to run */
    struct tf_files_watch watch;
    pthread_mutex_t lock;           /* err, while files are read */
    enum tf_err err;                /* the first failure */
};

#endif
