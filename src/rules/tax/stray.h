/* Strays of a document by their kind: their names are what records carry. */
#ifndef TAXFLOW_RULES_TAX_STRAY_H
#define TAXFLOW_RULES_TAX_STRAY_H

#include "taxflow/invoice.h"

/** Kind of a stray; TF_STRAY_COUNT for a name that strays.def does not have, as a record may carry. O(rows). */
enum tf_stray_kind tf_stray_kind_of(const struct tf_stray *stray);
/** Whether an element of that name, without its prefix, stands empty somewhere in the document. O(strays). */
bool tf_stray_empty(const struct tf_invoice *invoice, const char *local);

#endif
