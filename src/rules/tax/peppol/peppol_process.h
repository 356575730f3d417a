/* The business process of Peppol billing that a document names in BT-23. */
#ifndef TAXFLOW_RULES_TAX_PEPPOL_PROCESS_H
#define TAXFLOW_RULES_TAX_PEPPOL_PROCESS_H

#include "taxflow/str.h"

enum tf_peppol_process {
    TF_PEPPOL_PROCESS_UNKNOWN,
    TF_PEPPOL_PROCESS_BILLING, /* has lists of document types */
    TF_PEPPOL_PROCESS_OTHER,   /* has none */
};

/**
 * Which process BT-23 names. The edition of May 2025 takes any number of two digits in its form, wherever that stands in the text,
 * and has lists for 01; that of May 2026 has four names, with lists for all.
 */
enum tf_peppol_process tf_peppol_process_of(struct tf_str business_process, bool is_of_2026);

#endif
