/*
 * A range of taxflow.audit judged again. First the rows of taxflow.fraud are read: they say which records were accepted, and what was
 * said of them. Then the records themselves, in the order in which they came, through the pipeline of the role.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "range.h"
#include "rejudge.h"
#include "roles_internal.h"
#include "taxflow/clock.h"
#include "taxflow/kafka_read.h"
#include "taxflow/kafka_write.h"
#include "taxflow/letters.h"
#include "taxflow/rulings.h"

enum { BATCH_RECORDS = 4096, READ_MS = 100, CHUNK = 1000, ROW_ARENA_BYTES_MAX = 64 << 20, LOOK_MS = 10000, STEP_NS = 10000000 };

struct run {
    struct tf_rejudge base;
    struct tf_process *process;    /* the cluster's */
    struct tf_rejudge_range range;
    struct tf_merge *merge;
    struct tf_publisher *publisher;
    struct tf_rulings *rulings;    /* what people said of hits, as the role heeds it */
    struct tf_rulings_follower *follower;
    struct tf_result_files *results;
    struct tf_pipeline *pipeline;
    struct tf_arena *arena;        /* of a row that is read */
    uint16_t ruleset;              /* ours, among those compared with; UINT16_MAX: nobody has used it */
    enum tf_err err;               /* of a visit */
};

/* ---- What was said of the records ---- */

/* Rows of a generation before this one are about records that are no more. A later row of a place holds over an earlier one. */
static void take_row(void *self, size_t span, const struct tf_position *position, const struct tf_row *row)
{
    struct run *run = self;
    struct tf_opinion_row read;
    struct tf_position about;
    (void)span;
    if (run->err != TF_OK || position->timestamp_ms < run->process->control.since_ms)
        return;
    tf_arena_rewind(run->arena);
    if (!tf_opinion_read(run->base.totals, row->value, run->arena, &read) || !tf_letter_parse_position(read.position, &about)) {
        run->base.totals->unreadable++;
        return;
    }
    run->err = tf_opinions_put(run->base.opinions, tf_opinion_place(about.partition, about.offset), &read.opinion);
}

static void tell(const struct run *run, const char *what, uint64_t done, uint64_t total)
{
    if (run->base.options->progress)
        run->base.options->progress(run->base.options->self, what, done, total);
}

static enum tf_err read_history(struct run *run, struct tf_history *history, struct tf_fault *fault)
{
    uint64_t done, total;
    while (!tf_history_ended(history)) {
        if (run->base.options->stop && atomic_load(run->base.options->stop))
            return tf_fault_set(fault, TF_E_UNAVAILABLE, "stopped before the end; run it again");
        TF_TRY(tf_history_read(history, CHUNK, READ_MS, take_row, run, fault));
        TF_TRY(run->err);
        tf_history_progress(history, &done, &total);
        tell(run, "results", done, total);
    }
    return TF_OK;
}

/* A record is judged after it came, so its row is no older than it is. */
static enum tf_err read_rows(struct run *run, struct tf_fault *fault)
{
    struct tf_history *history;
    struct tf_history_span *spans = calloc(run->range.count + 1u, sizeof *spans);
    run->arena = tf_arena_create(ROW_ARENA_BYTES_MAX);
    if (!spans || !run->arena) {
        free(spans);
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for reading results");
    }
    for (uint32_t i = 0; i < run->range.count; i++)
        spans[i] = (struct tf_history_span){
            .stream = TF_STREAM_FRAUD, .partition = run->range.spans[i].partition, .from = -1, .from_ms = run->base.totals->warm_ms};
    enum tf_err err = tf_history_open(run->process->cluster, run->base.options->config, NULL, spans, run->range.count, &history, fault);
    free(spans);
    TF_TRY(err);
    err = read_history(run, history, fault);
    tf_history_close(history);
    return err;
}

/* ---- The source: records that have a row ---- */

static const struct tf_opinion *opinion_on(const struct run *run, const struct tf_item *item)
{
    return tf_opinions_find(run->base.opinions, tf_opinion_place(item->position.partition, item->position.offset));
}

static enum tf_err poll(void *self, struct tf_batch *batch, int64_t wait_ms, struct tf_fault *fault)
{
    struct run *run = self;
    size_t first = batch->count;
    TF_TRY(tf_merge_poll(run->merge, batch, wait_ms, fault));
    for (size_t i = first; i < batch->count; i++)
        if (!opinion_on(run, &batch->items[i]))
            batch->items[i].outcome = TF_OUTCOME_SKIPPED;
    return TF_OK;
}

static enum tf_err keep_alive(void *self, int64_t wait_ms, struct tf_fault *fault)
{
    (void)self;
    (void)wait_ms;
    (void)fault;
    return TF_OK;
}

static void release(void *self, struct tf_batch *batch)
{
    (void)self;
    tf_merge_release(batch);
}

static bool finished(void *self)
{
    const struct run *run = self;
    int64_t only = run->base.options->partition;
    return only < 0 ? tf_merge_ended(run->merge) : tf_merge_span_ended(run->merge, (size_t)only);
}

/* ---- The judge: the role's, with what a row that takes another's place says ---- */

static const char *ruleset(void *self)
{
    struct run *run = self;
    return run->base.now.judge.ruleset(run->base.now.judge.self);
}

static enum tf_err prepare(void *self, const struct tf_item *item, struct tf_arena *arena, void **ret_prepared)
{
    struct run *run = self;
    return run->base.now.judge.prepare(run->base.now.judge.self, item, arena, ret_prepared);
}

static void expect(void *self, const void *prepared, enum tf_soon soon)
{
    struct run *run = self;
    run->base.now.judge.expect(run->base.now.judge.self, prepared, soon);
}

static void encode(void *self, const void *verdict, struct tf_str event_id, struct tf_str position, struct tf_json *json)
{
    struct run *run = self;
    run->base.now.judge.encode(run->base.now.judge.self, verdict, event_id, position, json);
}

static void committed(void *self, const struct tf_batch *batch, size_t number)
{
    struct run *run = self;
    run->base.now.judge.committed(run->base.now.judge.self, batch, number);
}

static enum tf_err take_place(struct run *run, struct tf_item *item, struct tf_fraud_verdict *verdict, struct tf_arena *arena)
{
    const struct tf_opinion *before = opinion_on(run, item);
    char hex[2 * TF_HASH16_BYTES + 1];
    if (before->ruleset == run->ruleset) { /* a run before this one came so far */
        item->outcome = TF_OUTCOME_SKIPPED;
        return TF_OK;
    }
    const struct tf_hash16 id = tf_identity_result(item->ce_source, item->ce_id, item->event.revision, tf_str_of(run->base.now.judge.role),
                                                   tf_str_of(run->base.totals->against[before->ruleset]));
    tf_hash_hex(id.bytes, sizeof id.bytes, hex);
    item->supersedes = verdict->supersedes = tf_arena_dup(arena, tf_str_of(hex));
    verdict->reason = tf_str_of(run->base.options->reason);
    return tf_str_present(item->supersedes) ? TF_OK : TF_E_LIMIT;
}

static enum tf_err evaluate(void *self, struct tf_item *item, void *prepared, struct tf_arena *arena, void **ret_verdict)
{
    struct run *run = self;
    TF_TRY(run->base.now.judge.evaluate(run->base.now.judge.self, item, prepared, arena, ret_verdict));
    if (tf_rejudge_range_holds(&run->range, item))
        return run->base.options->reason ? take_place(run, item, *ret_verdict, arena) : TF_OK;
    item->outcome = TF_OUTCOME_SKIPPED; /* it was judged for the windows alone */
    return TF_OK;
}

static struct tf_judge bind(struct run *run)
{
    return (struct tf_judge){
        .role = run->base.now.judge.role,
        .stream = run->base.now.judge.stream,
        .result_type = run->base.now.judge.result_type,
        .ordered = true,
        .self = run,
        .ruleset = ruleset,
        .prepare = prepare,
        .expect = expect,
        .evaluate = evaluate,
        .encode = encode,
        .committed = committed,
    };
}

/* ---- The sink: new rows alone, in transactions ---- */

static void keep_results(struct tf_batch *batch)
{
    for (unsigned w = 0; w < batch->workers; w++) {
        struct tf_rows *rows = &batch->ready[w];
        size_t kept = 0;
        for (size_t i = 0; i < rows->count; i++)
            if (rows->items[i].stream == TF_STREAM_FRAUD)
                rows->items[kept++] = rows->items[i];
        rows->count = kept;
    }
}

static enum tf_err publish(void *self, struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault)
{
    struct run *run = self;
    keep_results(batch);
    return tf_publisher_publish(run->publisher, batch, ret_item, fault);
}

static enum tf_err flush(void *self, uint32_t *ret_item, struct tf_fault *fault)
{
    struct run *run = self;
    (void)ret_item;
    return tf_publisher_flush(run->publisher, fault);
}

static enum tf_err commit(void *self, struct tf_batch *batch, struct tf_fault *fault)
{
    struct run *run = self;
    (void)batch;
    return tf_publisher_commit(run->publisher, fault);
}

static enum tf_err abort_rows(void *self, struct tf_fault *fault)
{
    struct run *run = self;
    return tf_publisher_abort(run->publisher, fault);
}

static int64_t no_offset(void *self, uint32_t partition)
{
    (void)self;
    (void)partition;
    return -1;
}

static bool keeps(void *self, enum tf_stream stream)
{
    (void)self;
    return stream == TF_STREAM_FRAUD;
}

static struct tf_sink sink(struct run *run)
{
    if (!run->publisher)
        return tf_sink_files(run->results);
    return (struct tf_sink){
        .self = run, .publish = publish, .flush = flush, .commit = commit, .abort = abort_rows, .result_offset = no_offset, .keeps = keeps};
}

/* ---- The run ---- */

static int64_t longest_window(const struct tf_fraud_ruleset *ruleset)
{
    size_t count;
    int64_t longest_ms = 0;
    tf_fraud_ruleset_rules(ruleset, &count);
    for (size_t r = 0; r < count; r++) {
        const struct tf_fraud_setting *setting = tf_fraud_ruleset_setting(ruleset, r);
        if (setting->mode != TF_FRAUD_OFF && setting->window_ms > longest_ms)
            longest_ms = setting->window_ms;
    }
    return longest_ms;
}

static void count(struct run *run, const struct tf_item *item)
{
    struct tf_rejudge_totals *totals = run->base.totals;
    const struct tf_opinion *before = opinion_on(run, item);
    if (!before) {
        totals->skipped++;
    } else if (!item->verdict[0]) {
        totals->dead += tf_rejudge_range_holds(&run->range, item);
    } else if (!tf_rejudge_range_holds(&run->range, item)) {
        totals->warmed++;
    } else {
        tf_rejudge_compare(&run->base, item, before, item->verdict[0]);
        totals->published += run->publisher && item->outcome == TF_OUTCOME_PROCESS;
        totals->standing += before->ruleset == run->ruleset;
    }
}

static void observe(void *self, const struct tf_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        count(self, &batch->items[i]);
}

static void tell_judging(void *self)
{
    const struct run *run = self;
    uint64_t done, total;
    tf_merge_progress(run->merge, &done, &total);
    tell(run, "judging", done, total);
}

/* First of all: what a publisher before this one left open is decided before rows are read. */
static enum tf_err open_publisher(struct run *run, struct tf_fault *fault)
{
    const struct tf_config *config = run->base.options->config;
    char identity[256];
    if (!run->base.options->reason)
        return TF_OK;
    snprintf(identity, sizeof identity, "%s.replay", config->kafka.topic_prefix);
    return tf_publisher_open(run->process->cluster, config, identity, &run->publisher, fault);
}

/* A hit that a person dismissed stays dismissed. */
static enum tf_err heed_people(struct run *run, struct tf_fault *fault)
{
    const struct timespec step = {.tv_nsec = STEP_NS};
    int64_t until = tf_clock_mono_ms() + LOOK_MS;
    run->rulings = tf_rulings_create();
    if (!run->rulings)
        return TF_E_MEMORY;
    TF_TRY(tf_rulings_follow(run->process, "replay", run->rulings, &run->follower, fault));
    while (!tf_rulings_caught_up(run->follower) && tf_clock_mono_ms() < until)
        nanosleep(&step, NULL);
    if (!tf_rulings_caught_up(run->follower))
        return tf_fault_set(fault, TF_E_TIMEOUT, "%s could not be read to its end", tf_cluster_topic(run->process->cluster, TF_STREAM_VERDICTS));
    tf_fraud_judge_heed(run->base.now.fraud, run->rulings);
    return TF_OK;
}

static uint16_t find_ruleset(const struct tf_rejudge_totals *totals)
{
    for (size_t n = 0; n < totals->against_count; n++)
        if (strcmp(totals->against[n], totals->ruleset) == 0)
            return (uint16_t)n;
    return UINT16_MAX;
}

static enum tf_err open_run(struct run *run, struct tf_fault *fault)
{
    const struct tf_rejudge_options *options = run->base.options;
    struct tf_rejudge_totals *totals = run->base.totals;
    TF_TRY(tf_rejudge_side_open(&run->base.now, options->config, options->rules, true, fault));
    snprintf(totals->ruleset, sizeof totals->ruleset, "%s", tf_fraud_ruleset_name(tf_fraud_judge_ruleset(run->base.now.fraud)));
    TF_TRY(heed_people(run, fault));
    TF_TRY(open_publisher(run, fault));
    TF_TRY(tf_rejudge_range_find(&run->range, run->process, options, longest_window(tf_fraud_judge_ruleset(run->base.now.fraud)), fault));
    totals->from_ms = run->range.from_ms;
    totals->warm_ms = run->range.warm_ms;
    TF_TRY(read_rows(run, fault));
    run->ruleset = find_ruleset(totals);
    TF_TRY(tf_merge_open(run->process->cluster, options->config, TF_STREAM_AUDIT, run->range.spans, run->range.count, &run->merge, fault));
    return run->publisher ? TF_OK : tf_result_files_create(options->out, &run->results, fault);
}

static enum tf_err judge(struct run *run, struct tf_fault *fault)
{
    const int64_t batch_events = run->base.options->config->kafka.batch_events;
    const struct tf_source source = {.self = run, .poll = poll, .keep_alive = keep_alive, .release = release, .finished = finished};
    const struct tf_pipeline_options options = {
        .config = run->base.options->config,
        .role = run->base.now.judge.role,
        .source = source,
        .sink = sink(run),
        .judges = {bind(run)},
        .judges_count = 1,
        .topic = tf_cluster_topic(run->process->cluster, TF_STREAM_AUDIT),
        .batch_capacity = batch_events < BATCH_RECORDS ? (size_t)batch_events : BATCH_RECORDS,
        .workers = tf_process_workers(run->base.options->config),
        .observe = observe,
        .observer = run,
    };
    run->pipeline = tf_pipeline_create(&options);
    if (!run->pipeline)
        return TF_E_MEMORY;
    enum tf_err err = tf_rejudge_run(&run->base, run->pipeline, &source, tell_judging, run, fault);
    struct tf_fault ignored;
    if (err != TF_OK && run->publisher)
        (void)!tf_publisher_abort(run->publisher, &ignored);
    TF_TRY(err);
    err = tf_result_files_close(run->results, fault);
    run->results = NULL;
    return err;
}

static void finish(struct run *run)
{
    struct tf_fault ignored;
    tf_pipeline_destroy(run->pipeline);
    tf_merge_close(run->merge);
    tf_publisher_close(run->publisher);
    (void)!tf_result_files_close(run->results, &ignored);
    tf_arena_destroy(run->arena);
    tf_rejudge_finish(&run->base);
    tf_rulings_unfollow(run->follower);
    tf_rulings_destroy(run->rulings);
    tf_rejudge_range_finish(&run->range);
    free(run);
}

enum tf_err tf_rejudge_kafka(struct tf_process *process, const struct tf_rejudge_options *options, struct tf_rejudge_totals *totals,
                             struct tf_fault *fault)
{
    struct run *run = calloc(1, sizeof *run);
    if (!run)
        return TF_E_MEMORY;
    run->process = process;
    enum tf_err err = tf_rejudge_init(&run->base, options, totals, fault);
    if (err == TF_OK)
        err = open_run(run, fault);
    if (err == TF_OK)
        err = judge(run, fault);
    finish(run);
    return err;
}
