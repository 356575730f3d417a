/* Files judged again: against other rules, side by side in one pass, or against the rows of an audit of them. */
#include <stdio.h>
#include <stdlib.h>

#include "rejudge.h"
#include "roles_internal.h"

enum { BATCH_RECORDS = 2048, IDS_MAX = 200000000, PATH_BYTES = 4096, ROW_ARENA_BYTES_MAX = 64 << 20 };

struct run {
    struct tf_rejudge base;
    bool two;                 /* judged by both rule sets */
    struct tf_files *files;
    struct tf_result_files *results;
    struct tf_dedup *dedup;
    struct tf_pipeline *pipeline;
    uint64_t seen;
};

/* Rows of one id stand in the order in which its records were judged, and so they are judged again. */
static struct tf_opinion *next_of(const struct run *run, struct tf_str event_id)
{
    struct tf_opinion *opinion;
    for (uint32_t n = 0; (opinion = tf_opinions_find(run->base.opinions, tf_opinion_nth(event_id, n))); n++)
        if (!opinion->taken)
            return opinion;
    return NULL;
}

static void compare_with_row(struct run *run, const struct tf_item *item)
{
    struct tf_opinion *before = next_of(run, item->ce_id);
    if (!before) {
        run->base.totals->skipped++;
        return;
    }
    before->taken = true;
    tf_rejudge_compare(&run->base, item, before, item->verdict[0]);
}

static void compare_with_rules(struct run *run, const struct tf_item *item)
{
    struct tf_opinion before = tf_rejudge_opinion(&run->base, &run->base.before, item, item->verdict[1], run->base.hits + TF_OPINION_HITS_MAX);
    tf_rejudge_compare(&run->base, item, &before, item->verdict[0]);
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
        else if (run->two)
            compare_with_rules(run, item);
        else
            compare_with_row(run, item);
    }
}

static enum tf_err take_row(struct run *run, struct tf_str line, struct tf_arena *arena)
{
    struct tf_opinion_row row;
    uint32_t n = 0;
    if (!tf_opinion_read(run->base.totals, line, arena, &row)) {
        run->base.totals->unreadable++;
        return TF_OK;
    }
    while (tf_opinions_find(run->base.opinions, tf_opinion_nth(row.event_id, n)))
        n++;
    return tf_opinions_put(run->base.opinions, tf_opinion_nth(row.event_id, n), &row.opinion);
}

static enum tf_err read_rows(struct run *run, struct tf_fault *fault)
{
    const char *folder = run->base.options->in;
    char path[PATH_BYTES];
    if (snprintf(path, sizeof path, "%s/fraud.ndjson", folder) >= (int)sizeof path)
        return tf_fault_set(fault, TF_E_NO_INPUT, "%s: the path is too long", folder);
    FILE *in = fopen(path, "re");
    if (!in)
        return tf_fault_set(fault, TF_E_NO_INPUT, "%s cannot be read; --in is the folder that `taxflow audit --out` wrote", path);
    struct tf_arena *arena = tf_arena_create(ROW_ARENA_BYTES_MAX);
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    enum tf_err err = arena ? TF_OK : TF_E_MEMORY;
    while (err == TF_OK && (len = getline(&line, &cap, in)) > 0) {
        tf_arena_rewind(arena);
        err = take_row(run, tf_str_trim((struct tf_str){line, (size_t)len}), arena);
    }
    if (err == TF_OK && ferror(in))
        err = tf_fault_set(fault, TF_E_IO, "%s could not be read to its end", path);
    free(line);
    fclose(in);
    tf_arena_destroy(arena);
    return err;
}

static enum tf_err open_sides(struct run *run, struct tf_fault *fault)
{
    const struct tf_rejudge_options *options = run->base.options;
    struct tf_rejudge_totals *totals = run->base.totals;
    TF_TRY(tf_rejudge_side_open(&run->base.now, options->config, options->rules, false, fault));
    snprintf(totals->ruleset, sizeof totals->ruleset, "%s", tf_fraud_ruleset_name(tf_fraud_judge_ruleset(run->base.now.fraud)));
    run->two = options->in == NULL;
    if (!run->two)
        return read_rows(run, fault);
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
        .sink = tf_sink_files(run->results),
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
    tf_rejudge_finish(&run->base);
    tf_dedup_destroy(run->dedup);
    (void)!tf_result_files_close(run->results, &ignored);
    tf_files_destroy(run->files);
    free(run);
    return err;
}
