#include "ledger_internal.h"

#include <stdlib.h>

struct tf_ledger *tf_ledger_create(struct tf_dedup *dedup, const char *role)
{
    struct tf_ledger *ledger = calloc(1, sizeof *ledger);
    if (!ledger)
        return NULL;
    ledger->dedup = dedup;
    ledger->role = strdup(role);
    if (!ledger->role)
        return tf_ledger_destroy(ledger);
    ledger->claimed_new = tf_metrics_series(TF_METRIC_claims_total, role, "new", NULL);
    ledger->claimed_own = tf_metrics_series(TF_METRIC_claims_total, role, "own", NULL);
    ledger->duplicate = tf_metrics_series(TF_METRIC_claims_total, role, "duplicate", NULL);
    ledger->conflict = tf_metrics_series(TF_METRIC_claims_total, role, "conflict", NULL);
    return ledger;
}

struct tf_ledger *tf_ledger_destroy(struct tf_ledger *ledger)
{
    if (ledger) {
        free(ledger->claims);
        free(ledger->marks);
        free(ledger->pairs);
        free(ledger->role);
    }
    free(ledger);
    return NULL;
}
