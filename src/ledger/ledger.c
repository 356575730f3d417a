#include "ledger_internal.h"

#include <stdio.h>
#include <stdlib.h>

static void find_series(struct tf_ledger *ledger)
{
    ledger->claimed_new = tf_metrics_series(TF_METRIC_claims_total, ledger->role, "new", NULL);
    ledger->claimed_own = tf_metrics_series(TF_METRIC_claims_total, ledger->role, "own", NULL);
    ledger->duplicate = tf_metrics_series(TF_METRIC_claims_total, ledger->role, "duplicate", NULL);
    ledger->conflict = tf_metrics_series(TF_METRIC_claims_total, ledger->role, "conflict", NULL);
}

static void forget_partition(struct tf_ledger_partition *partition)
{
    tf_done_destroy(partition->done);
    *partition = (struct tf_ledger_partition){.result_next = -1, .highest = -1};
}

/* Nothing is restored where nothing can be lost, or nothing be read back. */
static bool restores(const struct tf_ledger *ledger)
{
    return ledger->options.cluster && ledger->dedup && tf_dedup_forgets(ledger->dedup);
}

static bool create_books(struct tf_ledger *ledger)
{
    if (!restores(ledger))
        return true;
    ledger->partitions = calloc(ledger->options.partitions, sizeof *ledger->partitions);
    ledger->restore = tf_restore_create(ledger);
    if (!ledger->partitions || !ledger->restore)
        return false;
    for (uint32_t p = 0; p < ledger->options.partitions; p++)
        forget_partition(&ledger->partitions[p]);
    return true;
}

/* A table answers at once, and where nothing is claimed nobody is asked. */
static bool create_helper(struct tf_ledger *ledger)
{
    char name[16];
    if (!ledger->dedup)
        return true;
    snprintf(name, sizeof name, "%.8s-claim", ledger->role);
    ledger->helper = tf_dedup_forgets(ledger->dedup) ? tf_team_create_apart(name, 1) : tf_team_create(name, 1);
    return ledger->helper != NULL;
}

struct tf_ledger *tf_ledger_create(const struct tf_ledger_options *options)
{
    struct tf_ledger *ledger = calloc(1, sizeof *ledger);
    if (!ledger)
        return NULL;
    ledger->options = *options;
    ledger->dedup = options->dedup;
    ledger->role = strdup(options->role);
    if (!ledger->role || !create_books(ledger) || !create_helper(ledger))
        return tf_ledger_destroy(ledger);
    snprintf(ledger->replay_scope, sizeof ledger->replay_scope, "r:%s:", ledger->role);
    find_series(ledger);
    return ledger;
}

struct tf_ledger *tf_ledger_destroy(struct tf_ledger *ledger)
{
    if (!ledger)
        return NULL;
    tf_team_destroy(ledger->helper);
    tf_restore_destroy(ledger->restore);
    tf_shares_destroy(ledger->shares);
    for (uint32_t p = 0; ledger->partitions && p < ledger->options.partitions; p++)
        tf_done_destroy(ledger->partitions[p].done);
    free(ledger->partitions);
    free(ledger->claims);
    free(ledger->marks);
    free(ledger->pairs);
    free(ledger->role);
    free(ledger);
    return NULL;
}

void tf_ledger_assigned(struct tf_ledger *ledger, const uint32_t *partitions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct tf_ledger_partition *partition = tf_ledger_partition(ledger, partitions[i]);
        if (!partition)
            continue;
        forget_partition(partition);
        partition->ours = true;
        ledger->ours++;
        ledger->unlooked++;
    }
    tf_shares_forget(ledger);
    if (ledger->restore)
        tf_restore_forget(ledger->restore);
}

void tf_ledger_revoked(struct tf_ledger *ledger)
{
    for (uint32_t p = 0; ledger->partitions && p < ledger->options.partitions; p++)
        forget_partition(&ledger->partitions[p]);
    ledger->ours = ledger->unlooked = 0;
    tf_shares_forget(ledger);
    if (ledger->restore)
        tf_restore_forget(ledger->restore);
}

bool tf_ledger_ready(const struct tf_ledger *ledger)
{
    return !ledger->restore || (ledger->epoch_held && ledger->unlooked == 0);
}
