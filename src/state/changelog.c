#include "taxflow/changelog.h"

#include <stdlib.h>

#include "taxflow/clock.h"
#include "taxflow/failpoint.h"

enum { READ_MAX = 1024, READ_WAIT_MS = 20 };

struct partition {
    bool ours;
    bool due;     /* rows may be there that were not read */
    int64_t next; /* every row below was taken; -1: none was, and nothing is known of it */
};

struct tf_changelog {
    struct tf_changelog_options options;
    struct partition *partitions;
    struct tf_history *history; /* NULL: none is being read */
    struct tf_history_span *spans;
    size_t spans_count;
    enum tf_err refused;        /* by take: what comes behind it is not taken */
    uint64_t rows;
    int64_t started_ms;         /* monotonic; 0 = not begun */
};

struct tf_changelog *tf_changelog_create(const struct tf_changelog_options *options)
{
    struct tf_changelog *log = calloc(1, sizeof *log);
    if (!log)
        return NULL;
    log->options = *options;
    log->partitions = calloc(options->partitions, sizeof *log->partitions);
    log->spans = calloc(options->partitions, sizeof *log->spans);
    if (!log->partitions || !log->spans)
        return tf_changelog_destroy(log);
    for (uint32_t p = 0; p < options->partitions; p++)
        log->partitions[p].next = -1;
    return log;
}

struct tf_changelog *tf_changelog_destroy(struct tf_changelog *log)
{
    if (!log)
        return NULL;
    tf_history_close(log->history);
    free(log->partitions);
    free(log->spans);
    free(log);
    return NULL;
}

static bool is_lost(const void *self, uint32_t partition)
{
    const struct tf_changelog *log = self;
    return partition >= log->options.partitions || !log->partitions[partition].ours;
}

static void drop_lost(struct tf_changelog *log)
{
    const struct tf_state_going lost = {is_lost, log};
    bool known = false;
    for (uint32_t p = 0; p < log->options.partitions; p++) {
        if (log->partitions[p].ours)
            continue;
        known |= log->partitions[p].next >= 0;
        log->partitions[p] = (struct partition){.next = -1};
    }
    if (known)
        log->options.drop(log->options.self, &lost);
}

void tf_changelog_assigned(struct tf_changelog *log, const uint32_t *partitions, const int64_t *ends, size_t count)
{
    log->history = tf_history_close(log->history);
    for (uint32_t p = 0; p < log->options.partitions; p++)
        log->partitions[p].ours = false;
    for (size_t i = 0; i < count; i++) {
        struct partition *partition = &log->partitions[partitions[i]];
        partition->ours = partition->due = true;
        if (partition->next >= 0 && ends[i] > partition->next)
            partition->next = ends[i];
    }
    drop_lost(log);
}

static bool is_due(const struct tf_changelog *log)
{
    for (uint32_t p = 0; p < log->options.partitions; p++)
        if (log->partitions[p].due)
            return true;
    return false;
}

static enum tf_err open_spans(struct tf_changelog *log, struct tf_fault *fault)
{
    const struct tf_changelog_options *options = &log->options;
    log->spans_count = 0;
    log->refused = TF_OK;
    for (uint32_t p = 0; p < options->partitions; p++)
        if (log->partitions[p].due)
            log->spans[log->spans_count++] = (struct tf_history_span){
                .stream = options->stream, .partition = p, .from = log->partitions[p].next, .from_ms = options->since_ms};
    return tf_history_open(options->cluster, options->config, NULL, log->spans, log->spans_count, &log->history, fault);
}

static void take_row(void *self, size_t span, const struct tf_position *position, const struct tf_row *row)
{
    struct tf_changelog *log = self;
    (void)span;
    if (log->refused != TF_OK)
        return;
    log->refused = log->options.take(log->options.self, position->partition, row->key, row->value);
    if (log->refused != TF_OK)
        return;
    log->partitions[position->partition].next = position->offset + 1;
    log->rows++;
}

static void end_all(struct tf_changelog *log)
{
    for (size_t i = 0; i < log->spans_count; i++) {
        struct partition *partition = &log->partitions[log->spans[i].partition];
        partition->due = false;
        partition->next = log->spans[i].end > partition->next ? log->spans[i].end : partition->next;
    }
    log->history = tf_history_close(log->history);
}

static enum tf_err step(struct tf_changelog *log, struct tf_fault *fault)
{
    if (!log->history)
        TF_TRY(open_spans(log, fault));
    TF_TRY(tf_history_read(log->history, READ_MAX, READ_WAIT_MS, take_row, log, fault));
    tf_failpoint_pass(TF_FAILPOINT_IN_STATE_RESTORE);
    TF_TRY(log->refused);
    if (tf_history_ended(log->history))
        end_all(log);
    return TF_OK;
}

static void tell_progress(const struct tf_changelog *log, struct tf_changelog_progress *progress)
{
    uint64_t done = 0, total = 0;
    if (log->history)
        tf_history_progress(log->history, &done, &total);
    *progress = (struct tf_changelog_progress){.seconds_left = -1, .rows = log->rows};
    if (done == 0)
        return;
    progress->percent = (unsigned)(done * 100 / total);
    progress->seconds_left = (int64_t)((double)(tf_clock_mono_ms() - log->started_ms) / 1000 * (double)(total - done) / (double)done);
}

static void tell_end(struct tf_changelog *log, struct tf_changelog_progress *progress)
{
    progress->percent = 100;
    progress->seconds_left = 0;
    progress->seconds = (double)(tf_clock_mono_ms() - log->started_ms) / 1000 + 0.001;
    log->started_ms = 0;
    log->rows = 0;
}

enum tf_err tf_changelog_restore(struct tf_changelog *log, int64_t budget_ms, struct tf_changelog_progress *ret_progress, struct tf_fault *fault)
{
    int64_t now = tf_clock_mono_ms(), until = now + budget_ms;
    enum tf_err err = TF_OK;
    *ret_progress = (struct tf_changelog_progress){.seconds_left = -1};
    if (!is_due(log))
        return TF_OK;
    if (log->started_ms == 0)
        log->started_ms = now;
    for (; err == TF_OK && is_due(log) && now < until; now = tf_clock_mono_ms())
        err = step(log, fault);
    tell_progress(log, ret_progress);
    if (err == TF_OK && is_due(log))
        return TF_E_AGAIN;
    if (err == TF_OK)
        tell_end(log, ret_progress);
    else
        log->history = tf_history_close(log->history);
    return err;
}
