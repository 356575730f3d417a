/* Files judged again: against other rules, side by side in one pass, or against the rows of an audit of them. */
#include <stdio.h>
#include <stdlib.h>

#include "rejudge.h"
#include "roles_internal.h"
#include "rows_before.h"

enum { BATCH_RECORDS = 2048, IDS_MAX = 200000000, WORKERS_MAX = 64 };

struct run {
    struct tf_rejudge base;
    bool two;                 /* judged by both rule sets */
    struct tf_files *files;
    struct tf_rows_before *rows;
    struct tf_result_files *results;
    struct tf_sink written;   /* where rows go that were compared */
    struct tf_dedup *dedup;
    struct tf_pipeline *pipeline;
    uint64_t seen;
};

/* ---- Rows are compared on their way to the files; workers have written them down ---- */

/* What was said before is only read where it is not the same. */
static enum tf_err compare_with_row(struct run *run, const struct tf_item *item, const struct tf_row *row, struct tf_fault *fault)
{
    struct tf_rejudge *base = &run->base;
    struct tf_row_before before;
    TF_TRY(tf_rows_before_find(run->rows, item->ce_id, row->value, &before, fault));
    if (!before.found) {
        base->totals->skipped++;
        return TF_OK;
    }
    struct tf_opinion now = tf_opinion_of(base->totals, item->verdict[0], base->hits);
    now.digest = before.same ? 0 : tf_opinion_digest(row->value);
    tf_rejudge_compare_opinions(base, item, before.same ? &now : &before.opinion, &now);
    return TF_OK;
}

static void compare_with_rules(struct run *run, const struct tf_item *item, const struct tf_row *row, const struct tf_row *other)
{
    struct tf_rejudge *base = &run->base;
    struct tf_opinion now = tf_opinion_of(base->totals, item->verdict[0], base->hits);
    struct tf_opinion before = tf_opinion_of(base->totals, item->verdict[1], base->hits + TF_OPINION_HITS_MAX);
    now.digest = tf_opinion_digest(row->value);
    before.digest = tf_opinion_digest(other->value);
    tf_rejudge_compare_opinions(base, item, &before, &now);
}

static const struct tf_row *row_of(const struct tf_row *rows, size_t count, enum tf_stream stream)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].stream == stream)
            return &rows[i];
    return NULL;
}

/* rows: all of one item. */
static enum tf_err compare(struct run *run, const struct tf_item *item, const struct tf_row *rows, size_t count, struct tf_fault *fault)
{
    const struct tf_row *row = row_of(rows, count, run->base.now.judge.stream);
    const struct tf_row *other = run->two ? row_of(rows, count, run->base.before.judge.stream) : NULL;
    if (!row || !item->verdict[0] || (run->two && (!other || !item->verdict[1])))
        return TF_OK; /* observe() says what became of it */
    if (!run->two)
        return compare_with_row(run, item, row, fault);
    compare_with_rules(run, item, row, other);
    return TF_OK;
}

/* In the order of the batch, which is that of the rows before; each worker's rows are in it, and those of one item are one worker's. */
static enum tf_err compare_ready(struct run *run, const struct tf_batch *batch, struct tf_fault *fault)
{
    size_t next[WORKERS_MAX] = {0};
    for (;;) {
        const struct tf_row *first = NULL;
        unsigned worker = 0;
        for (unsigned w = 0; w < batch->workers; w++) {
            const struct tf_rows *rows = &batch->ready[w];
            if (next[w] == rows->count || rows->items[next[w]].item == TF_ROW_OF_BATCH || (first && first->item < rows->items[next[w]].item))
                continue;
            first = &rows->items[next[w]];
            worker = w;
        }
        if (!first)
            return TF_OK;
        const struct tf_rows *rows = &batch->ready[worker];
        size_t from = next[worker];
        while (next[worker] < rows->count && rows->items[next[worker]].item == first->item)
            next[worker]++;
        TF_TRY(compare(run, &batch->items[first->item], first, next[worker] - from, fault));
    }
}

static enum tf_err publish(void *self, struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault)
{
    struct run *run = self;
    TF_TRY(compare_ready(run, batch, fault));
    return run->written.publish(run->written.self, batch, ret_item, fault);
}

static enum tf_err commit(void *self, struct tf_batch *batch, struct tf_fault *fault)
{
    const struct run *run = self;
    return run->written.commit(run->written.self, batch, fault);
}

static enum tf_err abort_rows(void *self, struct tf_fault *fault)
{
    const struct run *run = self;
    return run->written.abort(run->written.self, fault);
}

static int64_t result_offset(void *self, uint32_t partition)
{
    const struct run *run = self;
    return run->written.result_offset(run->written.self, partition);
}

/* Verdicts are compared, whether or not they are kept. */
static bool keeps(void *self, enum tf_stream stream)
{
    const struct run *run = self;
    return stream == run->base.now.judge.stream || (run->two && stream == run->base.before.judge.stream) || run->written.keeps(run->written.self, stream);
}

static struct tf_sink sink(struct run *run)
{
    run->written = tf_sink_files(run->results);
    return (struct tf_sink){.self = run, .publish = publish, .commit = commit, .abort = abort_rows, .result_offset = result_offset,
                            .keeps = keeps, .bare = true};
}

static void observe(void *self, const struct tf_batch *batch)
{
    struct run *run = self;
    run->seen += batch->count;
    for (size_t i = 0; i < batch->count; i++) {
        const struct tf_item *item = &batch->items[i];
        if (item->outcome != TF_OUTCOME_PROCESS)
            run->base.totals->skipped++;
        else if (!item->verdict[0] || (run->two && !item->verdict[1]))
            run->base.totals->dead++;
    }
}

/* ---- The run ---- */

static enum tf_err open_sides(struct run *run, struct tf_fault *fault)
{
    const struct tf_rejudge_options *options = run->base.options;
    struct tf_rejudge_totals *totals = run->base.totals;
    TF_TRY(tf_rejudge_side_open(&run->base.now, options->config, options->rules, false, fault));
    snprintf(totals->ruleset, sizeof totals->ruleset, "%s", tf_fraud_ruleset_name(tf_fraud_judge_ruleset(run->base.now.fraud)));
    run->two = options->in == NULL;
    if (!run->two)
        return tf_rows_before_open(options->in, totals, run->base.opinions, &run->rows, fault);
    TF_TRY(tf_rejudge_side_open(&run->base.before, options->config, options->against, false, fault));
    (void)!tf_opinion_ruleset(totals, tf_str_of(tf_fraud_ruleset_name(tf_fraud_judge_ruleset(run->base.before.fraud))));
    run->base.before.judge.stream = TF_STREAM_STATUS; /* its rows go nowhere */
    return TF_OK;
}

static enum tf_err open_pipeline(struct run *run, struct tf_fault *fault)
{
    TF_TRY(tf_result_files_create(run->base.options->out, &run->results, fault));
    TF_TRY(tf_dedup_create_table(IDS_MAX, &run->dedup));
    const struct tf_pipeline_options options = {
        .config = run->base.options->config,
        .role = "replay",
        .source = tf_source_files(run->files),
        .sink = sink(run),
        .judges = {run->base.now.judge, run->base.before.judge},
        .judges_count = run->two ? 2 : 1,
        .dedup = run->dedup,
        .topic = "files",
        .batch_capacity = BATCH_RECORDS,
        .workers = tf_process_workers(run->base.options->config),
        .observe = observe,
        .observer = run,
    };
    run->pipeline = tf_pipeline_create(&options);
    return run->pipeline ? TF_OK : TF_E_MEMORY;
}

static void tell_indexing(void *self, uint64_t done, uint64_t total)
{
    const struct run *run = self;
    if (run->base.options->progress)
        run->base.options->progress(run->base.options->self, "reading", done, total);
}

static void tell_judging(void *self)
{
    const struct run *run = self;
    if (run->base.options->progress)
        run->base.options->progress(run->base.options->self, "judging", run->seen, tf_files_count(run->files));
}

static enum tf_err judge(struct run *run, struct tf_fault *fault)
{
    const struct tf_rejudge_options *options = run->base.options;
    TF_TRY(tf_files_create(options->config, options->files, options->files_count, tf_process_workers(options->config), tell_indexing, run,
                           &run->files, fault));
    TF_TRY(open_pipeline(run, fault));
    const struct tf_source files = tf_source_files(run->files);
    enum tf_err err = tf_rejudge_run(&run->base, run->pipeline, &files, tell_judging, run, fault);
    if (err == TF_E_IO)
        TF_TRY(tf_files_check(run->files, fault));
    TF_TRY(err);
    TF_TRY(run->rows ? tf_rows_before_end(run->rows, fault) : TF_OK);
    err = tf_result_files_close(run->results, fault);
    run->results = NULL;
    return err;
}

enum tf_err tf_rejudge_files(const struct tf_rejudge_options *options, struct tf_rejudge_totals *totals, struct tf_fault *fault)
{
    struct tf_fault ignored;
    struct run *run = calloc(1, sizeof *run);
    if (!run)
        return TF_E_MEMORY;
    enum tf_err err = tf_rejudge_init(&run->base, options, totals, fault);
    if (err == TF_OK)
        err = open_sides(run, fault);
    if (err == TF_OK)
        err = judge(run, fault);
    tf_pipeline_destroy(run->pipeline);
    tf_rows_before_close(run->rows);
    tf_rejudge_finish(&run->base);
    tf_dedup_destroy(run->dedup);
    (void)!tf_result_files_close(run->results, &ignored);
    tf_files_destroy(run->files);
    free(run);
    return err;
}
