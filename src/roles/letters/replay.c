/* Letters on their way back: read in order, sent a window at a time, and written down once the broker has the window. */
#include <stdlib.h>

#include "letters_internal.h"
#include "replay_collector.h"
#include "taxflow/clock.h"

enum {
    WINDOW = 4096,
    WINDOW_BYTES = 16 * 1024 * 1024,
    READ_MS = 50,
    CONFIRM_MS = 9000, /* past Kafka's message time-out of 8 s: then every ticket is done */
    START_MS = 10000,
    ROOM_MS = 10000,   /* for a feed that others keep full */
    PAUSE_MS = 50,
};

struct replay {
    const struct tf_replay_options *options;
    struct tf_process *process;
    struct tf_replay_totals *totals;
    struct tf_fault *fault;
    struct tf_letters_pass pass;
    struct tf_marks *marks;
    struct tf_replay_collector *collector;
    int64_t *next;              /* a partition: behind the last letter dealt with; -1 = none yet */
    struct tf_receipt *window;  /* what is on its way */
    size_t used, capacity, bytes;
    uint64_t taken;             /* letters the filter takes */
    int64_t window_began_ms;
    enum tf_err err;            /* of a visit */
    bool enough;
};

static bool told_to_stop(const struct replay *r)
{
    return r->options->stop && atomic_load(r->options->stop);
}

/* Ends early with the feed's own news, never late. */
static void pause_for(struct replay *r, int64_t ms)
{
    struct tf_ticket none = {.done = false};
    (void)!tf_feed_wait(r->process->feed, &none, 1, ms);
}

/* Wait for the whole window; every ticket is let go, whatever becomes of the others. */
static enum tf_err confirm(struct replay *r)
{
    enum tf_err failed = TF_OK;
    for (size_t i = 0; i < r->used; i++) {
        struct tf_ticket *ticket = &r->window[i].ticket;
        enum tf_err err = tf_feed_wait(r->process->feed, ticket, 1, CONFIRM_MS);
        err = err == TF_OK ? ticket->err : err;
        r->totals->sent += err == TF_OK;
        r->totals->refused[TF_REPLAY_BROKER] += err == TF_E_TOO_BIG;
        if (err != TF_OK && err != TF_E_TOO_BIG)
            failed = err;
    }
    r->used = r->bytes = 0;
    tf_replay_collector_reset(r->collector);
    return failed == TF_OK ? TF_OK
                           : tf_fault_set(r->fault, TF_E_UNAVAILABLE, "the broker did not confirm every letter; run the replay again, it goes on from "
                                                                      "the last window that arrived");
}

static enum tf_err settle(struct replay *r)
{
    if (r->options->dry_run)
        return TF_OK;
    TF_TRY(confirm(r));
    return tf_marks_write(r->marks, r->next, r->process->control.partitions, r->fault);
}

/* Each window takes its share of time: what was spent on looking for letters or on a slow broker earns no burst. */
static void keep_rate(struct replay *r, size_t sent)
{
    uint64_t rate = r->options->rate;
    if (rate == 0 || r->options->dry_run)
        return;
    int64_t due_ms = r->window_began_ms + (int64_t)(sent * 1000 / rate);
    for (int64_t left; (left = due_ms - tf_clock_mono_ms()) > 0 && !told_to_stop(r);)
        pause_for(r, left < PAUSE_MS ? left : PAUSE_MS);
    r->window_began_ms = tf_clock_mono_ms();
}

static enum tf_err try_send(struct replay *r, const struct tf_letter *letter, enum tf_replay_refusal *ret_refusal)
{
    struct tf_receipt *receipt = &r->window[r->used];
    if (tf_str_is(letter->role, "collector"))
        return tf_replay_collector_send(r->collector, letter, r->options->dry_run, receipt, ret_refusal);
    struct tf_row row;
    *ret_refusal = tf_replay_row(letter, tf_cluster_topic(r->process->cluster, TF_STREAM_AUDIT), r->process->control.partitions, &row);
    if (*ret_refusal != TF_REPLAY_SENT || r->options->dry_run)
        return TF_OK;
    *receipt = (struct tf_receipt){0};
    enum tf_err err = tf_feed_send(r->process->feed, &row, &receipt->ticket);
    if (err == TF_E_TOO_BIG)
        *ret_refusal = TF_REPLAY_BROKER;
    return err == TF_E_TOO_BIG ? TF_OK : err;
}

/* A full feed makes room once the window has arrived; others may keep it full, but not for ever. */
static enum tf_err send_one(struct replay *r, const struct tf_letter *letter, enum tf_replay_refusal *ret_refusal)
{
    int64_t deadline_ms = tf_clock_mono_ms() + ROOM_MS;
    for (;;) {
        enum tf_err err = try_send(r, letter, ret_refusal);
        if (err == TF_OK || (err != TF_E_FULL && err != TF_E_LIMIT))
            return err;
        if (r->used > 0)
            TF_TRY(settle(r));
        else if (err == TF_E_LIMIT || tf_clock_mono_ms() > deadline_ms || told_to_stop(r))
            return err;
        else
            pause_for(r, PAUSE_MS);
    }
}

static void deal_with(struct replay *r, const struct tf_letter *letter)
{
    enum tf_replay_refusal refusal = TF_REPLAY_SENT;
    enum tf_err err = send_one(r, letter, &refusal);
    if (err != TF_OK) {
        r->err = r->fault->code == err ? err : tf_fault_set(r->fault, err, "a letter could not be sent: %s; run the replay again, it goes on there", tf_err_text(err));
        return;
    }
    r->taken++;
    if (refusal != TF_REPLAY_SENT) {
        r->totals->refused[refusal]++;
    } else if (r->options->dry_run) {
        r->totals->sent++;
    } else {
        r->used++;
        r->bytes += letter->value.len;
    }
    if (r->options->tell)
        r->options->tell(r->options->self, letter, refusal);
}

static void visit(void *self, size_t span, const struct tf_position *position, const struct tf_row *row)
{
    struct replay *r = self;
    struct tf_letter letter;
    (void)span;
    if (r->err != TF_OK || r->enough)
        return;
    tf_letter_view(position, row, &letter);
    bool takes = tf_letter_filter_takes(r->options->filter, &letter);
    if (takes && r->options->limit > 0 && r->taken == r->options->limit) {
        r->enough = true;
        return;
    }
    if (takes)
        deal_with(r, &letter);
    else
        r->totals->skipped++;
    if (r->err == TF_OK)
        r->next[position->partition] = position->offset + 1;
}

static void tell_progress(const struct replay *r)
{
    uint64_t done, total;
    if (!r->options->progress)
        return;
    tf_history_progress(r->pass.history, &done, &total);
    r->options->progress(r->options->self, done, total);
}

/* One chunk never holds more letters than the window has room for. */
static enum tf_err run_windows(struct replay *r)
{
    r->window_began_ms = tf_clock_mono_ms();
    while (!r->enough && !told_to_stop(r) && !tf_history_ended(r->pass.history)) {
        TF_TRY(tf_history_read(r->pass.history, r->capacity - r->used, READ_MS, visit, r, r->fault));
        TF_TRY(r->err);
        if (r->used == r->capacity || r->bytes > WINDOW_BYTES) {
            size_t sent = r->used;
            TF_TRY(settle(r));
            keep_rate(r, sent);
        }
        tell_progress(r);
    }
    r->totals->complete = tf_history_ended(r->pass.history) && !r->enough;
    return TF_OK;
}

static enum tf_err find_start(struct replay *r)
{
    uint32_t partitions = r->process->control.partitions;
    char group[32] = "dlq-replay.";
    tf_letter_filter_name(r->options->filter, group + strlen(group));
    TF_TRY(tf_marks_open(r->process->cluster, atomic_load(&r->process->config), group, TF_STREAM_DLQ, &r->marks, r->fault));
    if (!r->options->again)
        TF_TRY(tf_marks_read(r->marks, r->next, partitions, r->fault));
    TF_TRY(tf_letters_begin(r->process, r->options->filter, r->next, &r->pass, r->fault));
    for (uint32_t p = 0; p < partitions; p++)
        r->totals->resumed = r->totals->resumed || r->next[p] >= 0;
    return TF_OK;
}

static enum tf_err await_feed(struct replay *r)
{
    int64_t deadline_ms = tf_clock_mono_ms() + START_MS;
    while (!r->options->dry_run && tf_feed_partitions(r->process->feed) == 0) {
        if (tf_clock_mono_ms() > deadline_ms || told_to_stop(r))
            return tf_fault_set(r->fault, TF_E_UNAVAILABLE, "Kafka at %s takes no rows", tf_cluster_bootstrap(r->process->cluster));
        pause_for(r, PAUSE_MS);
    }
    return TF_OK;
}

static enum tf_err open_parts(struct replay *r)
{
    uint32_t partitions = r->process->control.partitions;
    uint64_t tenth = r->options->rate / 10 + 1;
    r->capacity = r->options->rate > 0 && tenth < WINDOW ? (size_t)tenth : WINDOW;
    r->window = calloc(r->capacity, sizeof *r->window);
    r->next = malloc((partitions + 1) * sizeof *r->next);
    r->collector = tf_replay_collector_create(r->process, r->totals);
    if (!r->window || !r->next || !r->collector)
        return tf_fault_set(r->fault, TF_E_MEMORY, "memory ran out for a replay");
    for (uint32_t p = 0; p < partitions; p++)
        r->next[p] = -1;
    TF_TRY(await_feed(r));
    return find_start(r);
}

static void close_parts(struct replay *r)
{
    tf_letters_end(&r->pass);
    tf_marks_close(r->marks);
    tf_replay_collector_destroy(r->collector);
    free(r->window);
    free(r->next);
}

enum tf_err tf_replay_run(const struct tf_replay_options *options, struct tf_replay_totals *totals, struct tf_fault *fault)
{
    struct tf_fault own = {0}, late = {0};
    struct replay r = {.options = options, .process = options->process, .totals = totals, .fault = &own};
    *totals = (struct tf_replay_totals){0};
    enum tf_err err = open_parts(&r);
    if (err == TF_OK)
        err = run_windows(&r);
    if (r.used > 0 || (err == TF_OK && r.marks)) { /* what was sent before it failed is confirmed and written down too */
        r.fault = err == TF_OK ? &own : &late;
        enum tf_err last = settle(&r);
        err = err == TF_OK ? last : err;
    }
    close_parts(&r);
    if (err != TF_OK && fault)
        *fault = own;
    return err;
}

void tf_replay_json(const struct tf_replay_totals *totals, bool dry_run, struct tf_json *json)
{
    tf_json_object(json);
    tf_json_ku64(json, "sent", totals->sent);
    tf_json_key(json, "refused");
    tf_json_object(json);
    for (int i = 1; i < TF_REPLAY_COUNT; i++)
        if (totals->refused[i] > 0)
            tf_json_ku64(json, tf_replay_word((enum tf_replay_refusal)i), totals->refused[i]);
    tf_json_object_end(json);
    tf_json_ku64(json, "skipped", totals->skipped);
    tf_json_kbool(json, "resumed", totals->resumed);
    tf_json_kbool(json, "complete", totals->complete);
    tf_json_kbool(json, "dry_run", dry_run);
    if (totals->key_trouble[0])
        tf_json_ktext(json, "key_trouble", totals->key_trouble);
    tf_json_object_end(json);
}
