#include "range.h"

#include <stdlib.h>

#include "taxflow/clock.h"

enum { READ_MS = 100, LOOK_MS = 10000 };

static bool is_meant(const struct tf_rejudge_range *range, uint32_t partition)
{
    return range->partition < 0 || range->partition == (int64_t)partition;
}

static void take_time(void *self, const struct tf_position *position, const struct tf_row *row)
{
    int64_t *oldest_ms = self;
    (void)row;
    *oldest_ms = position->timestamp_ms < *oldest_ms ? position->timestamp_ms : *oldest_ms;
}

/* When the record at an offset came, or the next one there is. */
static enum tf_err look_up_time(struct tf_process *process, uint32_t partition, int64_t offset, int64_t *oldest_ms, struct tf_fault *fault)
{
    struct tf_merge_span span = {.partition = partition, .from = offset, .to = -1, .to_ms = INT64_MAX};
    struct tf_merge *merge;
    int64_t at_ms = INT64_MAX, until = tf_clock_mono_ms() + LOOK_MS;
    TF_TRY(tf_merge_open(process->cluster, atomic_load(&process->config), TF_STREAM_AUDIT, &span, 1, &merge, fault));
    enum tf_err err = TF_OK;
    while (err == TF_OK && at_ms == INT64_MAX && !tf_merge_ended(merge) && tf_clock_mono_ms() < until)
        err = tf_merge_read(merge, 1, READ_MS, take_time, &at_ms, fault);
    tf_merge_close(merge);
    *oldest_ms = at_ms < *oldest_ms ? at_ms : *oldest_ms;
    return err;
}

static enum tf_err find_begin(struct tf_rejudge_range *range, struct tf_process *process, struct tf_fault *fault)
{
    int64_t oldest_ms = range->from.kind == TF_REJUDGE_TIME ? range->from.value : INT64_MAX;
    for (uint32_t p = 0; range->from.kind == TF_REJUDGE_OFFSET && p < range->count; p++)
        if (is_meant(range, p))
            TF_TRY(look_up_time(process, p, range->from.value, &oldest_ms, fault));
    range->from_ms = range->from.kind == TF_REJUDGE_OPEN ? 0 : oldest_ms;
    return TF_OK;
}

enum tf_err tf_rejudge_range_find(struct tf_rejudge_range *range, struct tf_process *process, const struct tf_rejudge_options *options,
                                  int64_t longest_ms, struct tf_fault *fault)
{
    const struct tf_rejudge_bound to = options->to;
    uint32_t partitions = process->control.partitions;
    *range = (struct tf_rejudge_range){.count = partitions, .from = options->from, .partition = options->partition};
    if (options->partition >= (int64_t)partitions)
        return tf_fault_set(fault, TF_E_USAGE, "there is no partition %lld; %s has %u, counted from 0", (long long)options->partition,
                            tf_cluster_topic(process->cluster, TF_STREAM_AUDIT), partitions);
    range->spans = calloc(partitions + 1, sizeof *range->spans);
    if (!range->spans)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for %u partitions", partitions);
    TF_TRY(find_begin(range, process, fault));
    range->warm_ms = range->from_ms > longest_ms ? range->from_ms - longest_ms : 0;
    for (uint32_t p = 0; p < partitions; p++)
        range->spans[p] = (struct tf_merge_span){
            .partition = p,
            .from = -1,
            .from_ms = range->warm_ms,
            .to = to.kind == TF_REJUDGE_OFFSET && is_meant(range, p) ? to.value : -1,
            .to_ms = to.kind == TF_REJUDGE_TIME ? to.value : INT64_MAX,
        };
    return TF_OK;
}

void tf_rejudge_range_finish(struct tf_rejudge_range *range)
{
    free(range->spans);
    range->spans = NULL;
}

bool tf_rejudge_range_holds(const struct tf_rejudge_range *range, const struct tf_item *item)
{
    if (!is_meant(range, item->position.partition))
        return false;
    if (range->from.kind == TF_REJUDGE_OFFSET)
        return item->position.offset >= range->from.value;
    return range->from.kind == TF_REJUDGE_OPEN || item->position.timestamp_ms >= range->from.value;
}
