/* The declared sums that report.html shows: their rows are made while sums are compared, as what they are made from does not last. */
#ifndef TF_REPORT_DECLARED_SHOWN_H
#define TF_REPORT_DECLARED_SHOWN_H

#include "about.h"
#include "taxflow/compare.h"
#include "taxflow/report_html.h"

enum { TF_DECLARED_SHOWN_MAX = 100, TF_DECLARED_SHOWN_DOCUMENTS_MAX = 10 };

/* Rows of one kind, in the order in which they came. */
struct tf_declared_rows {
    struct tf_buf markup;
    size_t ends[TF_DECLARED_SHOWN_MAX]; /* in markup, of each row */
    size_t count;
};

struct tf_declared_shown {
    struct tf_declared_rows differing, others; /* others: equal, but for rounding too */
    struct tf_declared_rows *open;             /* where the row that is being made goes; NULL: it is not shown */
    size_t documents;                          /* of that row */
};

void tf_declared_shown_init(struct tf_declared_shown *shown);
void tf_declared_shown_finish(struct tf_declared_shown *shown);
/** Begin the row of a sum. result  how it compares, in words of ours; reason  what declared.csv says of it.   Cost  nothing once enough are shown. */
void tf_declared_shown_begin(struct tf_declared_shown *shown, const struct tf_difference *difference, const char *result, struct tf_str reason);
/** A document that may be the difference; candidates come first. about  what is known of it; why  what is particular about it, in words of ours. */
void tf_declared_shown_document(struct tf_declared_shown *shown, const struct tf_difference *difference, const struct tf_suspect *suspect,
                                const struct tf_about *about, struct tf_str why);
/** All documents of the row were told. */
void tf_declared_shown_end(struct tf_declared_shown *shown, const struct tf_difference *difference);

#endif
