#include "letters_internal.h"

#include <stdlib.h>

#include "taxflow/clock.h"

enum { READ_MS = 50, CHUNK = 1000 };

static bool wants(const struct tf_letter_filter *filter, uint32_t partition)
{
    return filter->partition < 0 || filter->partition == (int64_t)partition;
}

static void fill_spans(struct tf_letters_pass *pass, const struct tf_letter_filter *filter, uint32_t partitions, const int64_t *next)
{
    for (uint32_t p = 0; p < partitions; p++)
        if (wants(filter, p))
            pass->spans[pass->count++] = (struct tf_history_span){
                .stream = TF_STREAM_DLQ,
                .partition = p,
                .from = next ? next[p] : -1,
                .from_ms = filter->since_ms > 0 ? filter->since_ms : 0,
            };
}

static bool past_end(struct tf_letters_pass *pass, int64_t *next)
{
    bool any = false;
    for (size_t i = 0; i < pass->count; i++) {
        struct tf_history_span *span = &pass->spans[i];
        if (span->from <= span->end)
            continue;
        span->from = next[span->partition] = -1;
        any = true;
    }
    return any;
}

static enum tf_err open_history(struct tf_process *process, struct tf_letters_pass *pass, struct tf_fault *fault)
{
    return tf_history_open(process->cluster, atomic_load(&process->config), NULL, pass->spans, pass->count, &pass->history, fault);
}

enum tf_err tf_letters_begin(struct tf_process *process, const struct tf_letter_filter *filter, int64_t *next, struct tf_letters_pass *pass,
                             struct tf_fault *fault)
{
    uint32_t partitions = process->control.partitions;
    *pass = (struct tf_letters_pass){0};
    if (filter->partition >= (int64_t)partitions)
        return tf_fault_set(fault, TF_E_USAGE, "there is no partition %lld; %s has %u, counted from 0", (long long)filter->partition,
                            tf_cluster_topic(process->cluster, TF_STREAM_DLQ), partitions);
    *pass = (struct tf_letters_pass){.spans = calloc(partitions + 1, sizeof *pass->spans)};
    if (!pass->spans)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for reading dead letters");
    fill_spans(pass, filter, partitions, next);
    enum tf_err err = open_history(process, pass, fault);
    if (err == TF_OK && past_end(pass, next)) {
        pass->history = tf_history_close(pass->history);
        err = open_history(process, pass, fault);
    }
    if (err != TF_OK)
        tf_letters_end(pass);
    return err;
}

void tf_letters_end(struct tf_letters_pass *pass)
{
    pass->history = tf_history_close(pass->history);
    free(pass->spans);
    pass->spans = NULL;
}

struct reading {
    const struct tf_letters_pass_options *options;
    bool enough;
};

static void take(void *self, size_t span, const struct tf_position *position, const struct tf_row *row)
{
    struct reading *reading = self;
    struct tf_letter letter;
    (void)span;
    if (reading->enough)
        return;
    tf_letter_view(position, row, &letter);
    if (tf_letter_filter_takes(reading->options->filter, &letter))
        reading->enough = !reading->options->visit(reading->options->self, &letter);
}

static bool out_of_time(const struct tf_letters_pass_options *options, int64_t began_ms)
{
    bool stopped = options->stop && atomic_load(options->stop);
    return stopped || (options->budget_ms > 0 && tf_clock_mono_ms() - began_ms >= options->budget_ms);
}

enum tf_err tf_letters_read(struct tf_process *process, const struct tf_letters_pass_options *options, bool *ret_complete, struct tf_fault *fault)
{
    struct tf_letters_pass pass;
    struct reading reading = {options, false};
    int64_t began_ms = tf_clock_mono_ms();
    TF_TRY(tf_letters_begin(process, options->filter, NULL, &pass, fault));
    enum tf_err err = TF_OK;
    while (err == TF_OK && !reading.enough && !tf_history_ended(pass.history) && !out_of_time(options, began_ms))
        err = tf_history_read(pass.history, CHUNK, READ_MS, take, &reading, fault);
    *ret_complete = err == TF_OK && !reading.enough && tf_history_ended(pass.history);
    tf_letters_end(&pass);
    return err;
}

struct finding {
    const struct tf_position *wanted;
    void (*visit)(void *self, const struct tf_letter *letter);
    void *self;
    bool found, passed;
};

static void compare(void *self, size_t span, const struct tf_position *position, const struct tf_row *row)
{
    struct finding *finding = self;
    struct tf_letter letter;
    (void)span;
    if (position->offset == finding->wanted->offset) {
        tf_letter_view(position, row, &letter);
        finding->visit(finding->self, &letter);
        finding->found = true;
    }
    finding->passed = finding->passed || position->offset >= finding->wanted->offset;
}

enum tf_err tf_letters_find(struct tf_process *process, const struct tf_position *position, void (*visit)(void *self, const struct tf_letter *letter),
                            void *self, struct tf_fault *fault)
{
    struct tf_history_span span = {.stream = TF_STREAM_DLQ, .partition = position->partition, .from = position->offset};
    struct tf_history *history;
    struct finding finding = {position, visit, self, false, false};
    enum tf_err err = TF_OK;
    if (position->partition < process->control.partitions) {
        TF_TRY(tf_history_open(process->cluster, atomic_load(&process->config), NULL, &span, 1, &history, fault));
        while (err == TF_OK && !finding.passed && !tf_history_ended(history))
            err = tf_history_read(history, 1, READ_MS, compare, &finding, fault);
        tf_history_close(history);
    }
    if (err == TF_OK && !finding.found)
        err = tf_fault_set(fault, TF_E_VALUE, "no dead letter lies at %u:%lld; `taxflow dlq list --all` shows where they lie", position->partition,
                           (long long)position->offset);
    return err;
}
