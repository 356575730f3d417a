/* What the verbs of a ledger share. */
#ifndef TF_LEDGER_INTERNAL_H
#define TF_LEDGER_INTERNAL_H

#include "taxflow/ledger.h"
#include "taxflow/metrics.h"

struct tf_checkpoint_mark; /* checkpoint.c */

struct tf_ledger {
    struct tf_dedup *dedup; /* borrowed */
    char *role;
    /* Kept from batch to batch: nothing is allocated once the largest has been seen. */
    struct tf_claim *claims;
    size_t claims_capacity;
    struct tf_checkpoint_mark *marks;
    struct tf_dedup_pair *pairs; /* as many as marks */
    size_t marks_capacity;
    struct tf_series *claimed_new, *claimed_own, *duplicate, *conflict;
};

#endif
