/* The restore of claims as the role's loop sees it: slices, with the group served in between, and people told how far it is. */
#include <stdio.h>

#include "pipeline_internal.h"
#include "taxflow/log.h"

enum { SLICE_MS = 200, WAIT_MS = 50 };

static void tell_progress(struct tf_pipeline *p, const struct tf_ledger_progress *progress)
{
    char reason[128];
    if (progress->seconds_left >= 0)
        snprintf(reason, sizeof reason, "%s: %u %%, %lld s left", progress->phase, progress->percent, (long long)progress->seconds_left);
    else
        snprintf(reason, sizeof reason, "%s", progress->phase);
    if (p->options.health)
        tf_health_set(p->options.health, "restoring", false, reason);
    tf_metrics_set(tf_metrics_series(TF_METRIC_restore_ratio, p->options.role, NULL, NULL), progress->percent / 100.0);
    if (!p->restoring)
        TF_LOG(TF_LOG_INFO, "restore_begins", reason, TF_FIELD_TEXT("role", p->options.role));
    p->restoring = true;
}

static void log_end(const struct tf_pipeline *p, const struct tf_ledger_restored *restored)
{
    const char *role = p->options.role;
    if (restored->all)
        TF_LOG(TF_LOG_NOTICE, "claims_restored", "claims that Redis may have lost were read back from the results", TF_FIELD_TEXT("role", role),
               TF_FIELD_INT("claims", restored->claims), TF_FIELD_INT("milliseconds", restored->seconds * 1000));
    if (restored->rewound > 0)
        TF_LOG(TF_LOG_WARN, "rewound", "the group was put back: records judged before are skipped (skipped_done)", TF_FIELD_TEXT("role", role),
               TF_FIELD_INT("records", restored->rewound), TF_FIELD_INT("partition", restored->rewound_partition));
    if (restored->kept > 0)
        TF_LOG(TF_LOG_WARN, "judged_twice", "ids judged without Redis were known to it; their results are marked tf_dedup=local",
               TF_FIELD_TEXT("role", role), TF_FIELD_INT("ids", restored->kept));
    if (restored->unreadable > 0)
        TF_LOG(TF_LOG_WARN, "results_unreadable", "results without a tf_owner this version can read give no claims back", TF_FIELD_TEXT("role", role),
               TF_FIELD_INT("rows", restored->unreadable));
}

static void tell_end(struct tf_pipeline *p, const struct tf_ledger_restored *restored)
{
    if (p->options.health)
        tf_health_set(p->options.health, "restoring", true, NULL);
    tf_metrics_set(tf_metrics_series(TF_METRIC_restore_ratio, p->options.role, NULL, NULL), 1);
    tf_metrics_add(tf_metrics_series(TF_METRIC_restored_claims_total, p->options.role, NULL, NULL), (int64_t)restored->claims);
    log_end(p, restored);
    p->restoring = false;
}

enum tf_err tf_await_claims(struct tf_pipeline *p, const atomic_bool *stop, struct tf_fault *fault)
{
    struct tf_ledger_progress progress;
    struct tf_ledger_restored restored;
    enum tf_err err = tf_ledger_restore(p->ledger, SLICE_MS, &progress, &restored, fault);
    while (err == TF_E_AGAIN && !atomic_load(stop)) {
        tell_progress(p, &progress);
        if (p->options.health)
            tf_health_beat(p->options.health);
        TF_TRY(p->options.source.keep_alive(p->options.source.self, WAIT_MS, fault));
        err = tf_ledger_restore(p->ledger, SLICE_MS, &progress, &restored, fault);
    }
    if (err == TF_OK && restored.seconds > 0)
        tell_end(p, &restored);
    return err;
}
