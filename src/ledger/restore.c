#include "restore.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { READ_MAX = 1024, READ_WAIT_MS = 20 };

struct tf_restore *tf_restore_create(struct tf_ledger *ledger)
{
    struct tf_restore *restore = calloc(1, sizeof *restore);
    if (!restore)
        return NULL;
    restore->ledger = ledger;
    uint8_t random[TF_HASH16_BYTES];
    tf_hash_random(random, sizeof random);
    tf_hash_hex(random, sizeof random, restore->token);
    return restore;
}

struct tf_restore *tf_restore_destroy(struct tf_restore *restore)
{
    if (!restore)
        return NULL;
    tf_history_close(restore->history);
    free(restore->spans);
    free(restore->about);
    free(restore->written);
    free(restore);
    return NULL;
}

void tf_restore_leave(struct tf_restore *restore)
{
    restore->history = tf_history_close(restore->history);
    free(restore->written);
    restore->written = NULL;
    restore->entries_count = 0;
    restore->spans_count = 0;
    restore->phase = TF_RESTORE_IDLE;
}

/* A restore of all claims goes on whoever owns which partition; a look at ours begins anew. */
void tf_restore_forget(struct tf_restore *restore)
{
    if (restore->phase >= TF_RESTORE_OURS)
        tf_restore_leave(restore);
}

enum tf_err tf_restore_reserve(struct tf_restore *restore, size_t count, struct tf_fault *fault)
{
    restore->spans_count = 0;
    free(restore->spans);
    free(restore->about);
    restore->spans = calloc(count, sizeof *restore->spans);
    restore->about = calloc(count, sizeof *restore->about);
    if (!restore->spans || !restore->about)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for restoring %zu partitions", count);
    return TF_OK;
}

void tf_restore_add(struct tf_restore *restore, const char *role, enum tf_stream stream, uint32_t partition, int64_t from, int64_t from_ms)
{
    size_t at = restore->spans_count++;
    restore->spans[at] = (struct tf_history_span){.stream = stream, .partition = partition, .from = from, .from_ms = from_ms};
    restore->about[at] = (struct tf_restore_span){.role = role, .partition = partition, .highest = -1, .rewound_ms = -1};
}

enum tf_err tf_restore_enter(struct tf_restore *restore, enum tf_restore_phase phase, const char *prefix, struct tf_fault *fault)
{
    const struct tf_ledger_options *options = &restore->ledger->options;
    restore->history = tf_history_close(restore->history);
    TF_TRY(tf_history_open(options->cluster, options->config, prefix, restore->spans, restore->spans_count, &restore->history, fault));
    restore->phase = phase;
    restore->phase_started_ms = tf_clock_mono_ms();
    return TF_OK;
}

enum tf_err tf_restore_keys_init(struct tf_restore_keys *keys, size_t capacity, struct tf_fault *fault)
{
    keys->count = 0;
    keys->text = calloc(capacity ? capacity : 1, sizeof *keys->text);
    keys->suffixes = calloc(capacity ? capacity : 1, sizeof *keys->suffixes);
    if (keys->text && keys->suffixes)
        return TF_OK;
    tf_restore_keys_finish(keys);
    return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for the marks of %zu partitions", capacity);
}

void tf_restore_keys_add(struct tf_restore_keys *keys, const char *mark, const char *role, uint32_t partition)
{
    char *text = keys->text[keys->count];
    int length = snprintf(text, TF_LEDGER_SUFFIX_BYTES, "%s:%s:%" PRIu32, mark, role, partition);
    keys->suffixes[keys->count++] = (struct tf_str){text, (size_t)length};
}

void tf_restore_keys_finish(struct tf_restore_keys *keys)
{
    free(keys->text);
    free(keys->suffixes);
}

struct tf_str tf_restore_header(const struct tf_row *row, const char *name)
{
    for (uint32_t h = 0; h < row->headers_count; h++)
        if (tf_str_is(row->headers[h].name, name))
            return row->headers[h].value;
    return TF_STR_NONE;
}

int64_t tf_restore_window_ms(const struct tf_restore *restore)
{
    const struct tf_ledger_options *options = &restore->ledger->options;
    int64_t window_ms = tf_dedup_now_ms(restore->ledger->dedup) - options->config->redis.window_s * 1000;
    int64_t from_ms = window_ms > options->since_ms ? window_ms : options->since_ms;
    return from_ms > 1 ? from_ms : 1;
}

static enum tf_err read_some(struct tf_restore *restore,
                             void (*visit)(void *self, size_t span, const struct tf_position *position, const struct tf_row *row),
                             struct tf_fault *fault)
{
    return tf_history_read(restore->history, READ_MAX, READ_WAIT_MS, visit, restore, fault);
}

static enum tf_err read_claims(struct tf_restore *restore,
                               void (*visit)(void *self, size_t span, const struct tf_position *position, const struct tf_row *row),
                               struct tf_fault *fault)
{
    restore->now_ms = tf_dedup_now_ms(restore->ledger->dedup);
    TF_TRY(read_some(restore, visit, fault));
    bool full = restore->entries_count + 2 * READ_MAX > TF_RESTORE_ENTRIES; /* a replay has two claims */
    return full || tf_history_ended(restore->history) ? tf_restore_flush(restore, fault) : TF_OK;
}

static enum tf_err step_claims(struct tf_restore *restore, struct tf_fault *fault)
{
    TF_TRY(tf_restore_keep_lock(restore, fault));
    TF_TRY(read_claims(restore, tf_restore_take_claim, fault));
    tf_failpoint_pass(TF_FAILPOINT_IN_RESTORE);
    return tf_history_ended(restore->history) ? tf_restore_end_claims(restore, fault) : TF_OK;
}

static enum tf_err step_ours(struct tf_restore *restore, struct tf_fault *fault)
{
    TF_TRY(read_claims(restore, tf_restore_take_ours, fault));
    return tf_history_ended(restore->history) ? tf_restore_end_ours(restore, fault) : TF_OK;
}

static enum tf_err step_rewinds(struct tf_restore *restore, struct tf_fault *fault)
{
    TF_TRY(read_some(restore, tf_restore_take_rewind, fault));
    bool known = tf_restore_rewinds_known(restore) || tf_history_ended(restore->history);
    return known ? tf_restore_end_rewinds(restore, fault) : TF_OK;
}

static enum tf_err step_positions(struct tf_restore *restore, struct tf_fault *fault)
{
    TF_TRY(read_some(restore, tf_restore_take_position, fault));
    return tf_history_ended(restore->history) ? tf_restore_end_positions(restore, fault) : TF_OK;
}

/* Who needs what: an epoch first, then a look at our partitions. */
static enum tf_err step_idle(struct tf_restore *restore, struct tf_fault *fault)
{
    struct tf_ledger *ledger = restore->ledger;
    bool held = ledger->epoch_held;
    if (!held)
        TF_TRY(tf_epoch_find(ledger, &held, restore->found_epoch, fault));
    return held ? tf_restore_begin_ours(restore, fault) : tf_restore_begin_claims(restore, fault);
}

static enum tf_err step(struct tf_restore *restore, struct tf_fault *fault)
{
    switch (restore->phase) {
    case TF_RESTORE_IDLE:
        return step_idle(restore, fault);
    case TF_RESTORE_BEFORE:
    case TF_RESTORE_LETTERS:
    case TF_RESTORE_CLAIMS:
        return step_claims(restore, fault);
    case TF_RESTORE_OURS:
        return step_ours(restore, fault);
    case TF_RESTORE_REWINDS:
        return step_rewinds(restore, fault);
    case TF_RESTORE_POSITIONS:
        return step_positions(restore, fault);
    }
    return TF_E_BREACH;
}

static void tell_progress(const struct tf_restore *restore, struct tf_ledger_progress *progress)
{
    static const char *const phases[] = {
        [TF_RESTORE_IDLE] = "waiting for another instance to restore claims", [TF_RESTORE_CLAIMS] = "restoring claims",
        [TF_RESTORE_BEFORE] = "restoring claims of the previous prefix",      [TF_RESTORE_LETTERS] = "restoring claims of dead letters",
        [TF_RESTORE_OURS] = "looking at results of new partitions",
        [TF_RESTORE_REWINDS] = "looking for judged records",                  [TF_RESTORE_POSITIONS] = "looking for judged records",
    };
    uint64_t done = 0, total = 0;
    if (restore->history)
        tf_history_progress(restore->history, &done, &total);
    int64_t spent_ms = tf_clock_mono_ms() - restore->phase_started_ms;
    *progress = (struct tf_ledger_progress){.phase = phases[restore->phase], .seconds_left = -1, .claims = restore->found.claims};
    if (total > 0 && done > 0) {
        progress->percent = (unsigned)(done * 100 / total);
        progress->seconds_left = (int64_t)((double)spent_ms / 1000 * (double)(total - done) / (double)done);
    }
}

static void tell_end(struct tf_restore *restore, struct tf_ledger_restored *restored)
{
    restore->found.seconds = (double)(tf_clock_mono_ms() - restore->started_ms) / 1000 + 0.001;
    *restored = restore->found;
    restore->found = (struct tf_ledger_restored){0};
    restore->started_ms = 0;
    tf_dedup_reconciled(restore->ledger->dedup);
}

enum tf_err tf_ledger_restore(struct tf_ledger *ledger, int64_t budget_ms, struct tf_ledger_progress *ret_progress,
                              struct tf_ledger_restored *ret_restored, struct tf_fault *fault)
{
    struct tf_restore *restore = ledger->restore;
    int64_t now = tf_clock_mono_ms(), until = now + budget_ms;
    enum tf_err err = TF_OK;
    *ret_restored = (struct tf_ledger_restored){0};
    if (tf_ledger_ready(ledger))
        return TF_OK;
    if (restore->started_ms == 0)
        restore->started_ms = now;
    while (err == TF_OK && !tf_ledger_ready(ledger) && now < until) {
        err = step(restore, fault);
        now = tf_clock_mono_ms();
    }
    if (err == TF_OK && tf_ledger_ready(ledger)) {
        tell_end(restore, ret_restored);
        return TF_OK;
    }
    if (err != TF_OK && err != TF_E_AGAIN)
        tf_restore_leave(restore); /* begun anew: what was written stays right */
    tell_progress(restore, ret_progress);
    return err == TF_OK ? TF_E_AGAIN : err;
}
