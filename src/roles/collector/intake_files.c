/* Files into Kafka, in event-time order, a batch of tickets at a time. */
#include <stdlib.h>
#include <string.h>

#include "intake_internal.h"
#include "taxflow/clock.h"

enum { HALF = 2048, PACE_BYTES = 2 * 1024 * 1024, PAUSE_MS = 100, SETTLE_BYTES = 64 * 1024 * 1024 };

struct run {
    struct tf_intake *intake;
    struct tf_files *files;
    struct tf_str original;
    const atomic_bool *stop;
    struct tf_intake_count *count;
    struct tf_fault *fault;
    struct tf_receipt receipts[2][HALF];
    size_t used[2];
    size_t filling; /* the half that takes records; the other is on its way */
    bool said_waiting;
};

static void wait_for_kafka(struct run *run)
{
    if (!run->said_waiting)
        TF_LOG0(TF_LOG_WARN, "file_waits", "Kafka does not take records; the file waits");
    run->said_waiting = true;
    struct tf_ticket none = {.done = false};
    (void)!tf_feed_wait(run->intake->process->feed, &none, 1, PAUSE_MS); /* a pause that ends with the feed */
}

/* Wait for one half; what the broker did not get is an error of the run: the file is read again. */
static enum tf_err settle(struct run *run, size_t half)
{
    tf_intake_settle(run->intake, run->receipts[half], run->used[half], false);
    for (size_t i = 0; i < run->used[half]; i++)
        if (run->receipts[half][i].status != 202)
            return tf_fault_set(run->fault, TF_E_UNAVAILABLE, "the broker did not confirm a record; the file is read again");
    run->count->sent += run->used[half];
    run->used[half] = 0;
    return TF_OK;
}

static enum tf_err settle_all(struct run *run)
{
    TF_TRY(settle(run, 1 - run->filling));
    return settle(run, run->filling);
}

/* Where the record under way is written down. */
static struct tf_receipt *place(struct run *run)
{
    return &run->receipts[run->filling][run->used[run->filling]];
}

/* Hand a record over until the feed takes it: a full budget or a lost broker makes the file wait, never skip. */
static enum tf_err take(struct run *run, struct tf_str text)
{
    const struct tf_offer offer = {.text = text, .original = run->original};
    for (;;) {
        struct tf_receipt *receipt = place(run);
        tf_intake_take_all(run->intake, &offer, 1, false, receipt);
        if (receipt->err == TF_OK || tf_err_class(receipt->err) == TF_CLASS_DROP)
            return TF_OK;
        if (tf_err_class(receipt->err) == TF_CLASS_FATAL)
            return tf_fault_set(run->fault, receipt->err, "a record could not be taken: %s", tf_err_text(receipt->err));
        if (atomic_load(run->stop))
            return TF_E_UNAVAILABLE;
        TF_TRY(settle_all(run)); /* what is on its way makes room, and every attempt starts with an empty arena */
        tf_intake_reset(run->intake);
        wait_for_kafka(run);
    }
}

static enum tf_err bury(struct run *run, const struct tf_receipt *receipt, struct tf_str text, uint32_t file, uint64_t line)
{
    struct tf_str position = tf_arena_printf(run->intake->arena, "%s:0:%llu", tf_files_name(run->files, file), (unsigned long long)line);
    for (;;) {
        enum tf_err err = tf_intake_bury(run->intake, receipt, text, position, run->original);
        if (tf_err_class(err) != TF_CLASS_RETRY)
            return err;
        if (atomic_load(run->stop))
            return TF_E_UNAVAILABLE;
        wait_for_kafka(run);
    }
}

/* While one half is on its way to the broker, the other is filled. */
static enum tf_err turn_over(struct run *run)
{
    run->filling = 1 - run->filling;
    tf_intake_reset(run->intake); /* the feed has copied what it needs */
    return settle(run, run->filling);
}

/* What an import could not read is no record: nothing but a dead letter comes of it. */
static enum tf_err take_or_refuse(struct run *run, struct tf_str text)
{
    const struct tf_problem *problem = tf_files_problem(run->files);
    if (!problem)
        return take(run, text);
    *place(run) = (struct tf_receipt){.status = 0};
    tf_intake_refuse(place(run), problem->err, problem);
    return TF_OK;
}

static enum tf_err send_one(struct run *run, struct tf_str text, uint32_t file, uint64_t line)
{
    run->count->received++;
    TF_TRY(take_or_refuse(run, text));
    const struct tf_receipt *receipt = place(run);
    if (receipt->err != TF_OK) {
        run->count->dead++;
        return bury(run, receipt, text, file, line);
    }
    run->used[run->filling]++;
    return TF_OK;
}

/* Let go of what is still on its way after a failure: the feed must not write into receipts that are gone. */
static void abandon(struct run *run)
{
    for (size_t half = 0; half < 2; half++)
        for (size_t i = 0; i < run->used[half]; i++)
            (void)!tf_feed_wait(run->intake->process->feed, &run->receipts[half][i].ticket, 1, 0);
}

static enum tf_err send_all(struct run *run)
{
    struct tf_str text;
    uint32_t file;
    uint64_t line;
    while (tf_files_next(run->files, &text, &file, &line)) {
        if (atomic_load(run->stop))
            return TF_E_UNAVAILABLE;
        TF_TRY(send_one(run, text, file, line));
        if (run->used[run->filling] == HALF || tf_arena_used(run->intake->arena) > SETTLE_BYTES)
            TF_TRY(turn_over(run));
        tf_feed_pace(run->intake->process->feed, PACE_BYTES);
    }
    TF_TRY(tf_files_check(run->files, run->fault));
    return settle_all(run);
}

enum tf_err tf_intake_files(struct tf_intake *intake, struct tf_files *files, struct tf_str original, const atomic_bool *stop,
                            struct tf_intake_count *ret_count, struct tf_fault *fault)
{
    struct run *run = calloc(1, sizeof *run); /* too large for a thread's stack */
    if (!run)
        return TF_E_MEMORY;
    memset(ret_count, 0, sizeof *ret_count);
    run->intake = intake;
    run->files = files;
    run->original = original;
    run->stop = stop;
    run->count = ret_count;
    run->fault = fault;
    enum tf_err err = send_all(run);
    abandon(run);
    free(run);
    return err;
}
