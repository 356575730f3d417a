#include "pipeline_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "taxflow/clock.h"
#include "taxflow/failpoint.h"

/* Room for one worker's events, verdicts and rows: a full batch of the largest records fits several times over. */
enum { ARENA_BYTES_MAX = 512 * 1024 * 1024 };
enum { ROW_BYTES_MAX = 16 * 1024 * 1024 };
enum { SLICE_ITEMS = 1000 };

static const char *const step_names[TF_STEP_COUNT] = {
    [TF_STEP_POLL] = "poll",         [TF_STEP_ATTEMPT] = "attempt", [TF_STEP_DECODE] = "decode",         [TF_STEP_CLAIM] = "claim",
    [TF_STEP_EVALUATE] = "evaluate", [TF_STEP_ENCODE] = "encode",   [TF_STEP_PUBLISH] = "publish",       [TF_STEP_FLUSH] = "flush",
    [TF_STEP_CONFIRM] = "confirm",   [TF_STEP_COMMIT] = "commit",   [TF_STEP_CHECKPOINT] = "checkpoint",
};

static void find_series(struct tf_pipeline *p)
{
    const char *role = p->options.role;
    for (int step = 0; step < TF_STEP_COUNT; step++)
        p->seconds[step] = tf_metrics_series(TF_METRIC_batch_seconds, role, step_names[step], NULL);
    p->processed = tf_metrics_series(TF_METRIC_events_processed_total, role, "processed", NULL);
    p->duplicate = tf_metrics_series(TF_METRIC_events_processed_total, role, "duplicate", NULL);
    p->dead = tf_metrics_series(TF_METRIC_events_processed_total, role, "dead", NULL);
    p->skipped = tf_metrics_series(TF_METRIC_events_processed_total, role, "skipped", NULL);
    p->skipped_done = tf_metrics_series(TF_METRIC_events_processed_total, role, "skipped_done", NULL);
    p->unaccounted = tf_metrics_series(TF_METRIC_unaccounted_events, role, NULL, NULL);
    p->end_to_end = tf_metrics_series(TF_METRIC_end_to_end_seconds, role, NULL, NULL);
}

static bool create_workers(struct tf_pipeline *p)
{
    const struct tf_config *config = p->options.config;
    p->workers = calloc(p->options.workers, sizeof *p->workers);
    p->team = tf_team_create(p->options.role, p->options.workers);
    if (!p->workers || !p->team)
        return false;
    for (unsigned w = 0; w < p->options.workers; w++) {
        p->workers[w].reader = tf_reader_create(config->companies, config->companies_count, (size_t)config->collector.max_record_bytes);
        tf_buf_init(&p->workers[w].scratch, ROW_BYTES_MAX);
        if (!p->workers[w].reader)
            return false;
    }
    return true;
}

static struct tf_ledger *create_ledger(const struct tf_pipeline_options *options)
{
    struct tf_ledger_options ledger = {
        .dedup = options->dedup,
        .role = options->role,
        .cluster = options->source.next_offset ? options->cluster : NULL,
        .config = options->config,
        .partitions = options->partitions,
        .since_ms = options->since_ms,
        .next_offset = options->source.next_offset,
        .self = options->source.self,
    };
    return tf_ledger_create(&ledger);
}

struct tf_pipeline *tf_pipeline_create(const struct tf_pipeline_options *options)
{
    struct tf_pipeline *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->options = *options;
    if (p->options.slice_items == 0)
        p->options.slice_items = SLICE_ITEMS;
    p->oversized = calloc(options->batch_capacity, sizeof *p->oversized);
    p->batch = tf_batch_create(options->batch_capacity, options->workers, ARENA_BYTES_MAX);
    p->ahead = tf_batch_create(options->batch_capacity, options->workers, ARENA_BYTES_MAX);
    p->ledger = create_ledger(options);
    if (!p->oversized || !p->batch || !p->ahead || !p->ledger || !create_workers(p) || tf_sharing_create(p) != TF_OK)
        return tf_pipeline_destroy(p);
    find_series(p);
    return p;
}

struct tf_pipeline *tf_pipeline_destroy(struct tf_pipeline *p)
{
    if (!p)
        return NULL;
    if (p->batch && p->ahead)
        tf_pipeline_drop(p);
    tf_team_destroy(p->team);
    for (unsigned w = 0; p->workers && w < p->options.workers; w++) {
        tf_reader_destroy(p->workers[w].reader);
        tf_buf_finish(&p->workers[w].scratch);
    }
    free(p->workers);
    free(p->oversized);
    tf_ledger_destroy(p->ledger);
    tf_batch_destroy(p->batch);
    tf_batch_destroy(p->ahead);
    free(p);
    return NULL;
}

/* ":" and the number. */
static size_t put_number(char *out, uint64_t number)
{
    char digits[TF_STR_NUMBER_BYTES];
    const struct tf_str text = tf_str_of_u64(number, digits);
    *out = ':';
    memcpy(out + 1, text.ptr, text.len);
    return 1 + text.len;
}

struct tf_str tf_position_text(const struct tf_position *position, struct tf_arena *arena)
{
    const struct tf_str topic = position->topic;
    char *text = tf_arena_alloc(arena, topic.len + 2 * (1 + TF_STR_NUMBER_BYTES));
    if (!text)
        return TF_STR_NONE;
    if (topic.len > 0)
        memcpy(text, topic.ptr, topic.len);
    size_t len = topic.len;
    len += put_number(text + len, position->partition);
    len += put_number(text + len, (uint64_t)position->offset);
    return (struct tf_str){text, len};
}

int64_t tf_step_begin(struct tf_pipeline *p, enum tf_step step)
{
    int64_t now_ns = tf_clock_wall_ns();
    if (p->step_started_ns[step] == 0)
        p->step_started_ns[step] = now_ns;
    return now_ns;
}

enum tf_err tf_step_end(struct tf_pipeline *p, enum tf_step step, int64_t began_ns, enum tf_err err)
{
    p->step_spent_ns[step] += tf_clock_wall_ns() - began_ns;
    if (err == TF_OK && p->batch->count > 0)
        tf_failpoint_pass((enum tf_failpoint)step); /* one after each step, in their order */
    return err;
}

_Static_assert((int)TF_FAILPOINT_AFTER_CHECKPOINT == (int)TF_STEP_CHECKPOINT, "failpoints stand in the order of the steps");

/* What went wrong while records were taken ahead is said here, where it would have been without. */
static enum tf_err take_ahead_fault(struct tf_pipeline *p, struct tf_fault *fault)
{
    enum tf_err err = p->ahead_err;
    if (err != TF_OK)
        *fault = p->ahead_fault;
    p->ahead_err = TF_OK;
    return err;
}

static enum tf_err poll(struct tf_pipeline *p, int64_t wait_ms, struct tf_fault *fault)
{
    if (p->held) {
        tf_batch_restart(p->batch);
        return TF_OK;
    }
    p->options.source.release(p->options.source.self, p->batch);
    tf_batch_reset(p->batch);
    tf_batch_swap_items(p->batch, p->ahead);
    memset(p->oversized, 0, p->options.batch_capacity * sizeof *p->oversized);
    size_t limit = tf_ledger_limit(p->ledger);
    p->batch->limit = limit < p->options.batch_capacity ? limit : 0;
    TF_TRY(take_ahead_fault(p, fault));
    TF_TRY(p->options.source.poll(p->options.source.self, p->batch, wait_ms, fault));
    p->held = p->batch->count > 0;
    const bool ready = tf_ledger_ready(p->ledger) && !p->state_due && tf_ledger_shares_ready(p->ledger);
    return p->held && !ready ? TF_E_AGAIN : TF_OK; /* records of partitions assigned just now wait for the restores */
}

/* A row refused for its size: its record is buried when the batch runs again. */
static enum tf_err note_refused(struct tf_pipeline *p, enum tf_err err, uint32_t item, struct tf_fault *fault)
{
    if (err != TF_E_RESULT_SIZE)
        return err;
    if (item == TF_ROW_OF_BATCH)
        return tf_fault_set(fault, TF_E_BREACH, "a row about a whole batch was refused for its size");
    if (item >= p->batch->count || p->oversized[item])
        return tf_fault_set(fault, TF_E_BREACH, "a row was refused for its size, and its record's dead letter as well");
    p->oversized[item] = true;
    return err;
}

static enum tf_err hand_over(struct tf_pipeline *p, uint32_t *ret_item, struct tf_fault *fault)
{
    const struct tf_sink *sink = &p->options.sink;
    if (!p->opened) {
        p->opened = true;
        TF_TRY(sink->begin ? sink->begin(sink->self, p->batch, ret_item, fault) : TF_OK);
    }
    return sink->publish(sink->self, p->batch, ret_item, fault);
}

enum tf_err tf_pipeline_publish(struct tf_pipeline *p, struct tf_fault *fault)
{
    uint32_t item = UINT32_MAX;
    enum tf_err err = hand_over(p, &item, fault);
    return note_refused(p, err, item, fault);
}

/* Until the broker has every row. */
static enum tf_err flush(struct tf_pipeline *p, struct tf_fault *fault)
{
    const struct tf_sink *sink = &p->options.sink;
    uint32_t item = UINT32_MAX;
    enum tf_err err = sink->flush ? sink->flush(sink->self, &item, fault) : TF_OK;
    return note_refused(p, err, item, fault);
}

static enum tf_err commit(struct tf_pipeline *p, struct tf_fault *fault)
{
    TF_TRY(p->options.sink.commit(p->options.sink.self, p->batch, fault));
    p->opened = false;
    p->held = false;
    return TF_OK;
}

static void count_skipped(struct tf_pipeline *p, int64_t before, int64_t others)
{
    char note[96];
    tf_metrics_add(p->skipped, others);
    tf_metrics_add(p->skipped_done, before);
    if (before == 0)
        return;
    p->skipped_before += (uint64_t)before;
    snprintf(note, sizeof note, "skipped_done: %llu records judged before were not judged again", (unsigned long long)p->skipped_before);
    if (p->options.health)
        tf_health_note(p->options.health, "rewind", note);
}

static void count_dead(const struct tf_pipeline *p, const struct tf_item *item)
{
    if (item->problem.err != TF_OK)
        tf_metrics_add(tf_metrics_series(TF_METRIC_dead_letters_total, p->options.role, tf_err_reason(item->problem.err), NULL), 1);
    for (size_t j = 0; j < p->options.judges_count; j++)
        if (item->verdict_problem[j].err != TF_OK)
            tf_metrics_add(tf_metrics_series(TF_METRIC_dead_letters_total, p->options.judges[j].role, tf_err_reason(item->verdict_problem[j].err), NULL), 1);
}

static void count_outcomes(struct tf_pipeline *p)
{
    int64_t count[TF_OUTCOME_SKIPPED + 1] = {0}, before = 0;
    int64_t now_ms = tf_clock_wall_ms();
    for (size_t i = 0; i < p->batch->count; i++) {
        const struct tf_item *item = &p->batch->items[i];
        count[item->outcome]++;
        before += item->judged_before;
        count_dead(p, item);
        if (item->position.timestamp_ms > 0)
            tf_metrics_observe(p->end_to_end, (double)(now_ms - item->position.timestamp_ms) / 1e3);
    }
    tf_metrics_add(p->processed, count[TF_OUTCOME_PROCESS]);
    tf_metrics_add(p->duplicate, count[TF_OUTCOME_DUPLICATE]);
    tf_metrics_add(p->dead, count[TF_OUTCOME_DEAD]);
    count_skipped(p, before, count[TF_OUTCOME_SKIPPED] - before);
    tf_metrics_set(p->unaccounted, (double)count[TF_OUTCOME_PENDING]);
}

static void tell_committed(struct tf_pipeline *p)
{
    for (size_t j = 0; j < p->options.judges_count; j++)
        if (p->options.judges[j].committed)
            p->options.judges[j].committed(p->options.judges[j].self, p->batch, j);
    count_outcomes(p);
    tf_batch_trace_finish(p);
    if (p->options.observe)
        p->options.observe(p->options.observer, p->batch);
}

/* The checkpoint is a hint for a faster restore; the commit stands without it. */
static enum tf_err checkpoint(struct tf_pipeline *p, struct tf_fault *fault)
{
    TF_TRY(tf_sharing_withdraw(p, fault));
    return tf_ledger_checkpoint(p->ledger, p->batch, p->options.sink.result_offset, p->options.sink.self, fault);
}

static enum tf_err walk(struct tf_pipeline *p, int64_t wait_ms, struct tf_fault *fault)
{
    TF_TRY(TF_STEP(p, TF_STEP_POLL, poll(p, wait_ms, fault)));
    if (!p->held)
        return TF_OK;
    TF_TRY(TF_STEP(p, TF_STEP_ATTEMPT, tf_ledger_attempt(p->ledger, p->batch, fault)));
    TF_TRY(tf_line_run(p, fault));
    TF_TRY(tf_close_batch(p, fault));
    TF_TRY(TF_STEP(p, TF_STEP_FLUSH, flush(p, fault)));
    TF_TRY(TF_STEP(p, TF_STEP_CONFIRM, tf_ledger_confirm(p->ledger, fault)));
    TF_TRY(TF_STEP(p, TF_STEP_COMMIT, commit(p, fault)));
    tell_committed(p);
    return TF_STEP(p, TF_STEP_CHECKPOINT, checkpoint(p, fault));
}

/* Workers are at a step side by side: it took what the slowest took. */
static int64_t longest_share_ns(const struct tf_pipeline *p, int step)
{
    int64_t longest = 0;
    for (unsigned w = 0; w < p->options.workers; w++)
        if (p->workers[w].spent_ns[step] > longest)
            longest = p->workers[w].spent_ns[step];
    return longest;
}

static void observe_steps(struct tf_pipeline *p)
{
    for (int step = 0; step < TF_STEP_COUNT; step++)
        if (p->step_started_ns[step] > 0)
            tf_metrics_observe(p->seconds[step], (double)(p->step_spent_ns[step] + longest_share_ns(p, step)) / 1e9);
}

enum tf_err tf_pipeline_run_once(struct tf_pipeline *p, int64_t wait_ms, struct tf_fault *fault)
{
    memset(p->step_started_ns, 0, sizeof p->step_started_ns);
    memset(p->step_spent_ns, 0, sizeof p->step_spent_ns);
    for (unsigned w = 0; w < p->options.workers; w++)
        memset(p->workers[w].spent_ns, 0, sizeof p->workers[w].spent_ns);
    enum tf_err err = walk(p, wait_ms, fault);
    observe_steps(p);
    return err;
}

void tf_pipeline_drop(struct tf_pipeline *p)
{
    for (size_t j = 0; j < p->options.judges_count; j++)
        if (p->held && p->options.judges[j].aborted)
            p->options.judges[j].aborted(p->options.judges[j].self);
    if (p->held && !p->failed) /* what failed for good may be the record's doing: that attempt counts */
        tf_ledger_give_back(p->ledger, p->batch);
    p->options.source.release(p->options.source.self, p->batch);
    p->options.source.release(p->options.source.self, p->ahead);
    tf_batch_reset(p->batch);
    tf_batch_reset(p->ahead);
    p->ahead_err = TF_OK;
    p->held = false;
}

void tf_pipeline_assigned(struct tf_pipeline *p, const uint32_t *partitions, size_t count)
{
    tf_ledger_assigned(p->ledger, partitions, count);
    tf_state_assigned(p, partitions, count);
}

void tf_pipeline_revoked(struct tf_pipeline *p)
{
    tf_pipeline_drop(p);
    tf_ledger_revoked(p->ledger);
}
