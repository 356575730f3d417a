/* Where in a rule file a byte of an expression stands. */
#ifndef TAXFLOW_RULES_FRAUD_WHEN_PLACE_H
#define TAXFLOW_RULES_FRAUD_WHEN_PLACE_H

#include "taxflow/err.h"
#include "taxflow/str.h"

/* An expression, and about where it stands: what libconfig tells of a setting. */
struct tf_when {
    const char *path;
    unsigned line;
    struct tf_str text;
};

/**
 * Say "FILE:LINE:COLUMN: words", then the line and a caret below the place, on lines of their own. The file is read again for it;
 * when the place cannot be found there, the column is that of the expression and the expression is shown.
 * byte  of the expression's text
 * Always TF_E_CONFIG.
 */
enum tf_err tf_when_place_wrong(const struct tf_when *when, size_t byte, const char *words, struct tf_fault *fault);

#endif
