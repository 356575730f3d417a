/*
 * The line. A batch is cut into slices, and every slice moves on by one station a tick:
 *
 *   decode      workers              claim    the ledger's thread, waiting for Redis
 *   evaluate    workers, or the role's thread where a judge wants the batch's order
 *   encode      workers              publish  the role's thread
 *
 * So in each tick all of them work side by side, each at another slice, and at its end they wait for one another: within a slice the
 * stations come in their order, and in each station the slices do. The role's thread also takes records for the next batch meanwhile.
 */
#include "pipeline_internal.h"

#include "taxflow/clock.h"
#include "taxflow/failpoint.h"

enum { FEW = 64 /* waking a worker takes longer than these */, SLICE_BYTES = 512 * 1024 };

static bool is_empty(struct tf_slice slice)
{
    return slice.first == slice.end;
}

static bool is_at_work(const struct tf_pipeline *p)
{
    for (int station = 0; station < TF_STATION_COUNT; station++)
        if (!is_empty(p->line[station]))
            return true;
    return false;
}

/* Large records make a slice sooner: what one station has made of it is still in the processor's memory when the next one looks at it. */
static size_t end_of_slice(const struct tf_pipeline *p, size_t first)
{
    size_t end = first, bytes = 0;
    while (end < p->batch->count && end - first < p->options.slice_items && bytes < SLICE_BYTES)
        bytes += p->batch->items[end++].value.len;
    return end;
}

static struct tf_slice slice_after(const struct tf_pipeline *p, struct tf_slice slice)
{
    bool whole = p->options.dedup && tf_dedup_wants_whole(p->options.dedup);
    return (struct tf_slice){slice.end, whole ? p->batch->count : end_of_slice(p, slice.end)};
}

static void move_on(struct tf_pipeline *p)
{
    struct tf_slice last = p->line[TF_STATION_DECODE];
    for (int station = TF_STATION_COUNT - 1; station > 0; station--)
        p->line[station] = p->line[station - 1];
    p->line[TF_STATION_DECODE] = slice_after(p, last);
}

/* The stations where workers are, with the step each one is. */
static const struct {
    enum tf_station station;
    enum tf_step step;
    enum tf_err (*share)(struct tf_pipeline *pipeline, struct tf_slice slice, unsigned worker);
} by_workers[] = {
    {TF_STATION_DECODE, TF_STEP_DECODE, tf_decode_share},
    {TF_STATION_EVALUATE, TF_STEP_EVALUATE, tf_evaluate_share},
    {TF_STATION_ENCODE, TF_STEP_ENCODE, tf_encode_share},
};
enum { BY_WORKERS = sizeof by_workers / sizeof by_workers[0] };

static void work(void *argument, unsigned number)
{
    struct tf_pipeline *p = argument;
    struct tf_worker *worker = &p->workers[number];
    worker->err = TF_OK;
    for (int i = 0; i < BY_WORKERS && worker->err == TF_OK; i++) {
        const struct tf_slice slice = p->line[by_workers[i].station];
        if (is_empty(slice))
            continue;
        int64_t began_ns = tf_clock_mono_ns();
        worker->err = by_workers[i].share(p, slice, number);
        worker->spent_ns[by_workers[i].step] += tf_clock_mono_ns() - began_ns;
    }
}

static void begin_work(struct tf_pipeline *p)
{
    size_t items = 0;
    for (int i = 0; i < BY_WORKERS; i++) {
        const struct tf_slice slice = p->line[by_workers[i].station];
        items += slice.end - slice.first;
        if (!is_empty(slice))
            tf_step_begin(p, by_workers[i].step);
    }
    if (items > FEW)
        tf_team_begin(p->team, work, p);
    for (unsigned w = 0; items <= FEW && w < p->options.workers; w++)
        work(p, w);
}

/* The first failure among them. */
static enum tf_err end_work(struct tf_pipeline *p)
{
    tf_team_wait(p->team);
    for (unsigned w = 0; w < p->options.workers; w++)
        TF_TRY(p->workers[w].err);
    for (int i = 0; i < BY_WORKERS; i++)
        if (!is_empty(p->line[by_workers[i].station]))
            tf_failpoint_pass((enum tf_failpoint)by_workers[i].step);
    if (!is_empty(p->line[TF_STATION_ENCODE]))
        tf_batch_rows_ready(p->batch);
    return TF_OK;
}

/* Not where the ledger wants smaller batches: what was taken must fit the next. */
static void look_ahead(struct tf_pipeline *p)
{
    const struct tf_source *source = &p->options.source;
    if (source->look_ahead && p->ahead_err == TF_OK && tf_ledger_limit(p->ledger) >= p->options.batch_capacity)
        p->ahead_err = source->look_ahead(source->self, p->ahead, p->options.slice_items, &p->ahead_fault);
}

static enum tf_err own_work(struct tf_pipeline *p, struct tf_fault *fault)
{
    const struct tf_slice judged = p->line[TF_STATION_EVALUATE];
    if (!is_empty(p->line[TF_STATION_PUBLISH]))
        TF_TRY(TF_STEP(p, TF_STEP_PUBLISH, tf_pipeline_publish(p, fault)));
    if (!is_empty(judged)) {
        int64_t began_ns = tf_step_begin(p, TF_STEP_EVALUATE);
        enum tf_err err = tf_evaluate_ordered(p, judged);
        p->step_spent_ns[TF_STEP_EVALUATE] += tf_clock_wall_ns() - began_ns;
        TF_TRY(err);
        tf_batch_trace_prepare(p, judged);
    }
    look_ahead(p);
    return TF_OK;
}

static enum tf_err tick(struct tf_pipeline *p, struct tf_fault *fault)
{
    const struct tf_slice claimed = p->line[TF_STATION_CLAIM];
    struct tf_fault ignored;
    if (!is_empty(claimed))
        TF_TRY(tf_ledger_claim_begin(p->ledger, p->batch, claimed, fault));
    tf_encode_bury(p, p->line[TF_STATION_ENCODE]);
    begin_work(p);
    enum tf_err err = own_work(p, fault), worked = end_work(p), claim = TF_OK;
    if (err == TF_OK)
        err = worked;
    if (!is_empty(claimed))
        claim = TF_STEP(p, TF_STEP_CLAIM, tf_ledger_claim_end(p->ledger, p->batch, err == TF_OK ? fault : &ignored));
    return err != TF_OK ? err : claim;
}

enum tf_err tf_line_run(struct tf_pipeline *p, struct tf_fault *fault)
{
    const struct tf_slice none = {0};
    for (int station = 0; station < TF_STATION_COUNT; station++)
        p->line[station] = none;
    for (move_on(p); is_at_work(p); move_on(p))
        TF_TRY(tick(p, fault));
    return TF_OK;
}
