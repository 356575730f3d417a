/* State of an earlier run, read back as the role's loop sees it: slices, with the group served in between, and people told how far it is. */
#include <stdio.h>
#include <stdlib.h>

#include "pipeline_internal.h"
#include "taxflow/log.h"

enum { SLICE_MS = 200, WAIT_MS = 50 };

static bool keeps_state(const struct tf_pipeline *p, const struct tf_judge *judge)
{
    const struct tf_sink *sink = &p->options.sink;
    return judge->restore && sink->state_offset && (!sink->keeps || sink->keeps(sink->self, judge->state));
}

/* Without memory for the ends all of it is read again. */
void tf_state_assigned(struct tf_pipeline *p, const uint32_t *partitions, size_t count)
{
    const struct tf_sink *sink = &p->options.sink;
    int64_t *ends = calloc(count ? count : 1, sizeof *ends);
    const struct tf_assignment assignment = {partitions, ends, count, p->options.source.drained, p->options.source.self};
    for (size_t j = 0; j < p->options.judges_count && ends; j++) {
        const struct tf_judge *judge = &p->options.judges[j];
        if (!keeps_state(p, judge))
            continue;
        for (size_t i = 0; i < count; i++)
            ends[i] = sink->state_offset(sink->self, partitions[i]);
        judge->assigned(judge->self, &assignment);
        p->state_due = true;
    }
    free(ends);
}

static void tell_progress(struct tf_pipeline *p, const struct tf_changelog_progress *progress)
{
    char reason[96];
    if (progress->seconds_left >= 0)
        snprintf(reason, sizeof reason, "restoring state: %u %%, %lld s left", progress->percent, (long long)progress->seconds_left);
    else
        snprintf(reason, sizeof reason, "restoring state");
    if (p->options.health)
        tf_health_set(p->options.health, "restoring-state", false, reason);
    tf_metrics_set(tf_metrics_series(TF_METRIC_state_restore_ratio, p->options.role, NULL, NULL), progress->percent / 100.0);
    if (!p->state_told)
        TF_LOG(TF_LOG_INFO, "state_restore_begins", reason, TF_FIELD_TEXT("role", p->options.role));
    p->state_told = true;
}

static void tell_end(struct tf_pipeline *p, const struct tf_changelog_progress *progress)
{
    if (p->options.health)
        tf_health_set(p->options.health, "restoring-state", true, NULL);
    tf_metrics_set(tf_metrics_series(TF_METRIC_state_restore_ratio, p->options.role, NULL, NULL), 1);
    tf_metrics_add(tf_metrics_series(TF_METRIC_restored_state_rows_total, p->options.role, NULL, NULL), (int64_t)progress->rows);
    TF_LOG(TF_LOG_NOTICE, "state_restored", "what was kept of the partitions assigned was read back", TF_FIELD_TEXT("role", p->options.role),
           TF_FIELD_INT("rows", progress->rows), TF_FIELD_INT("milliseconds", progress->seconds * 1000));
    p->state_told = false;
}

static enum tf_err await_judge(struct tf_pipeline *p, const struct tf_judge *judge, const atomic_bool *stop, struct tf_fault *fault)
{
    struct tf_changelog_progress progress;
    enum tf_err err = judge->restore(judge->self, SLICE_MS, &progress, fault);
    while (err == TF_E_AGAIN && !atomic_load(stop)) {
        tell_progress(p, &progress);
        if (p->options.health)
            tf_health_beat(p->options.health);
        TF_TRY(p->options.source.keep_alive(p->options.source.self, WAIT_MS, fault));
        err = judge->restore(judge->self, SLICE_MS, &progress, fault);
    }
    if (err == TF_OK && progress.seconds > 0)
        tell_end(p, &progress);
    return err;
}

enum tf_err tf_await_state(struct tf_pipeline *p, const atomic_bool *stop, struct tf_fault *fault)
{
    for (size_t j = 0; j < p->options.judges_count && p->state_due; j++)
        if (keeps_state(p, &p->options.judges[j]))
            TF_TRY(await_judge(p, &p->options.judges[j], stop, fault));
    p->state_due = false;
    return TF_OK;
}
