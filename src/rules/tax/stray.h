/* Strays of a document by their kind: their names are what records carry. */
#ifndef TAXFLOW_RULES_TAX_STRAY_H
#define TAXFLOW_RULES_TAX_STRAY_H

#include "taxflow/document.h"

/** Kind of a stray; TF_STRAY_COUNT for a name that strays.def does not have, as a record may carry. O(rows). */
enum tf_stray_kind tf_stray_kind_of(const struct tf_stray *stray);

#endif
