#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "breaker_part.h"
#include "exchange.h"
#include "group_rows.h"
#include "memory/state_log.h"
#include "moments.h"
#include "taxflow/clock.h"
#include "taxflow/rulings.h"
#include "taxflow/state_shares.h"

struct tf_fraud_judge {
    struct tf_process *process;
    const struct tf_config *config;      /* whose rule files are loaded */
    struct tf_fraud_ruleset *ruleset;
    struct tf_state *state;
    struct tf_watermarks *watermarks;
    struct tf_rulings *rulings; /* of people; NULL: none are heeded */
    struct tf_breaker *breaker;
    bool live;             /* partitions of a real cluster: read one ahead of the other, and as records come */
    struct tf_moments moments;
    bool once; /* exactly-once: what was committed is not delivered again, so a record that the store knows was submitted again */
    struct tf_state_log *log;
    struct tf_exchange *exchange;        /* of counters, with the other processes of the role */
    struct tf_changelog_progress restored; /* seconds 0: nothing to tell of */
    struct tf_group_rows groups;
    bool tells_groups;
    bool full;                           /* the batch found no room in the state */
    const char *label;
    struct tf_health *health;            /* NULL: nobody asks how the rules are */
    struct tf_series *decisions[3], *bytes, *entries;
    struct tf_series *evaluated[TF_FRAUD_RULES_MAX], *hit[TF_FRAUD_RULES_MAX], *unknown[TF_FRAUD_RULES_MAX];
};

static const char *ruleset(void *self)
{
    const struct tf_fraud_judge *judge = self;
    return tf_fraud_ruleset_name(judge->ruleset);
}

static bool by_partition(const struct tf_fraud_judge *judge)
{
    return judge->process->cluster || judge->process->by_partition;
}

/* Files are judged in one order of event time, so they share one watermark; partitions run ahead of one another. */
static uint32_t lane(const struct tf_fraud_judge *judge, const struct tf_item *item) { return by_partition(judge) ? item->position.partition : 0; }

/* The identity without the revision is the claim's of the first one, which is nearly always this one. */
static enum tf_err prepare(void *self, const struct tf_item *item, struct tf_arena *arena, void **ret_prepared)
{
    const struct tf_fraud_judge *judge = self;
    struct tf_state_question *question;
    const struct tf_state_origin origin = {
        .record = item->event.revision == 0 ? item->id : tf_identity_record(item->ce_source, item->ce_id),
        .event_id = item->ce_id,
        .partition = item->position.partition,
        .judged = tf_moments_latest(&judge->moments),
        .once = judge->once,
    };
    TF_TRY(tf_state_ask(judge->ruleset, &item->event, &origin, arena, &question));
    *ret_prepared = question;
    return TF_OK;
}

static void expect(void *self, const void *prepared, enum tf_soon soon)
{
    static const enum tf_state_near near[] = {
        [TF_SOON_COMING] = TF_STATE_COMING, [TF_SOON_FAR] = TF_STATE_FAR, [TF_SOON_NEAR] = TF_STATE_NEAR, [TF_SOON_NEXT] = TF_STATE_NEXT};
    const struct tf_fraud_judge *judge = self;
    tf_state_fetch(judge->state, prepared, near[soon]);
}

/* Hits that do not count, after all: a person dismissed them, or their rule fires too often to be believed. */
static enum tf_err heed(const struct tf_fraud_judge *judge, const struct tf_item *item, const void *prepared, struct tf_arena *arena,
                        struct tf_fraud_verdict *verdict)
{
    uint32_t dismissed = 0;
    bool muted = false;
    if (judge->rulings)
        TF_TRY(tf_rulings_apply(judge->rulings, item->ce_id, item->position.timestamp_ms, arena, verdict, &dismissed));
    TF_TRY(tf_breaker_judge(judge->breaker, lane(judge, item), arena, verdict, &muted));
    if (dismissed > 0 || muted)
        tf_fraud_verdict_close(judge->ruleset, tf_state_question_facts(prepared), verdict);
    return TF_OK;
}

static enum tf_err evaluate(void *self, struct tf_item *item, void *prepared, struct tf_arena *arena, void **ret_verdict)
{
    struct tf_fraud_judge *judge = self;
    struct tf_fraud_verdict *verdict = NULL;
    const struct tf_event *event = &item->event;
    int64_t newest_ms = tf_watermarks_newest(judge->watermarks, lane(judge, item));
    item->late = event->event_time_present && newest_ms != INT64_MIN && event->event_time_ms < newest_ms - judge->config->fraud.lateness_s * 1000;
    enum tf_err err = tf_state_judge(judge->state, prepared, item->late, arena, &verdict);
    judge->full |= err == TF_E_FULL;
    TF_TRY(err);
    TF_TRY(heed(judge, item, prepared, arena, verdict));
    if (event->event_time_present)
        TF_TRY(tf_watermarks_see(judge->watermarks, lane(judge, item), event->event_time_ms));
    verdict->degraded = item->degraded;
    *ret_verdict = verdict;
    return TF_OK;
}

static void encode(void *self, const void *verdict, struct tf_str event_id, struct tf_str position, struct tf_json *json)
{
    const struct tf_fraud_judge *judge = self;
    tf_fraud_encode(judge->ruleset, verdict, event_id, position, json);
}

struct tally {
    int64_t decisions[3];
    int64_t evaluated[TF_FRAUD_RULES_MAX], hit[TF_FRAUD_RULES_MAX], unknown[TF_FRAUD_RULES_MAX];
};

/* Counted in the batch first: shared counters are touched once a rule and batch. */
static void count_batch(struct tf_fraud_judge *judge, const struct tf_batch *batch, size_t number)
{
    struct tally tally = {0};
    size_t rules = 0;
    tf_fraud_ruleset_rules(judge->ruleset, &rules);
    for (size_t i = 0; i < batch->count; i++) {
        const struct tf_fraud_verdict *verdict = batch->items[i].verdict[number];
        if (!verdict)
            continue;
        tally.decisions[verdict->decision]++;
        tf_fraud_bits_count(&verdict->evaluated, tally.evaluated);
        tf_fraud_bits_count(&verdict->hit, tally.hit);
        tf_fraud_bits_count(&verdict->unknown, tally.unknown);
    }
    for (size_t d = 0; d < 3; d++)
        tf_metrics_add(judge->decisions[d], tally.decisions[d]);
    for (size_t r = 0; r < rules; r++) {
        tf_metrics_add(judge->evaluated[r], tally.evaluated[r]);
        tf_metrics_add(judge->hit[r], tally.hit[r]);
        tf_metrics_add(judge->unknown[r], tally.unknown[r]);
    }
}

/*
 * How far history may be forgotten. A backlog arrives partition by partition, so the newest time of one says nothing of the
 * others: live history goes only as far as the slowest partition, and only when memory asks for it.
 */
static int64_t horizon(const struct tf_fraud_judge *judge)
{
    bool roomy = tf_state_bytes(judge->state) < (size_t)judge->config->state.max_bytes / 2;
    return by_partition(judge) && roomy ? INT64_MIN : tf_state_log_slowest(judge->log);
}

/* One line of /readyz for all of them; the role goes on judging. */
static void note_muted(const struct tf_fraud_judge *judge)
{
    char note[128] = "";
    size_t count, muted = 0;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(judge->ruleset, &count);
    for (size_t r = 0; r < count; r++)
        if (tf_breaker_muted(judge->breaker, r) > 0 && muted++ == 0)
            snprintf(note, sizeof note, "%s fires too often and is muted", rules[r].id);
    if (muted > 1)
        snprintf(note + strlen(note), sizeof note - strlen(note), ", and %zu more", muted - 1);
    if (judge->health && muted > 0)
        tf_health_note(judge->health, "muted", note);
    else if (judge->health)
        tf_health_set(judge->health, "muted", true, NULL);
}

/* What was muted before, by another run or another instance. */
static void show_muted(const struct tf_fraud_judge *judge)
{
    size_t count;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(judge->ruleset, &count);
    for (size_t r = 0; r < count; r++)
        if (tf_breaker_muted(judge->breaker, r) > 0)
            tf_metrics_set(tf_metrics_series(TF_METRIC_rule_muted, judge->label, rules[r].id, NULL), tf_breaker_muted(judge->breaker, r));
    note_muted(judge);
}

static void tell_muted(void *self, uint32_t lane, size_t rule, bool muted)
{
    const struct tf_fraud_judge *judge = self;
    size_t count;
    const char *id = tf_fraud_ruleset_rules(judge->ruleset, &count)[rule].id;
    TF_LOG(muted ? TF_LOG_WARN : TF_LOG_NOTICE, muted ? "rule_muted" : "rule_heard_again",
           muted ? "a rule fires too often to be believed; its hits count nothing until the share has fallen to half" : "a muted rule counts again",
           TF_FIELD_TEXT("rule", id), TF_FIELD_INT("partition", lane), TF_FIELD_INT("share_permille", tf_fraud_ruleset_breaker(judge->ruleset, rule).share_permille));
    tf_metrics_set(tf_metrics_series(TF_METRIC_rule_muted, judge->label, id, NULL), tf_breaker_muted(judge->breaker, rule));
    note_muted(judge);
}

/* Of files a month is over once another begins, whatever batches they come in; without memory for its rows it waits for the next look. */
static void look_at_months(struct tf_fraud_judge *judge)
{
    int64_t newest_ms = tf_watermarks_slowest(judge->watermarks);
    if (judge->tells_groups && !by_partition(judge) && newest_ms != INT64_MIN)
        (void)!tf_group_rows_look(&judge->groups, judge->state, judge->ruleset, tf_fraud_month_of(newest_ms), false);
}

static void show_size(const struct tf_fraud_judge *judge)
{
    tf_metrics_set(judge->bytes, (double)tf_state_bytes(judge->state));
    tf_metrics_set(judge->entries, (double)tf_state_entries(judge->state));
}

static void committed(void *self, const struct tf_batch *batch, size_t number)
{
    struct tf_fraud_judge *judge = self;
    count_batch(judge, batch, number);
    tf_watermarks_commit(judge->watermarks);
    tf_breaker_commit(judge->breaker, tell_muted, judge);
    tf_state_commit(judge->state, horizon(judge));
    look_at_months(judge);
    show_size(judge);
}

static void aborted(void *self)
{
    struct tf_fraud_judge *judge = self;
    tf_state_abort(judge->state);
    if (by_partition(judge))
        tf_group_rows_clear(&judge->groups);
    tf_watermarks_abort(judge->watermarks);
    tf_breaker_abort(judge->breaker);
    if (judge->full) /* what no window reaches any more makes room, before people have to */
        tf_state_reclaim(judge->state, tf_state_log_slowest(judge->log));
    judge->full = false;
}

static enum tf_err keep(void *self, const struct tf_item *item, const void *prepared, struct tf_row_writer *writer)
{
    const struct tf_fraud_judge *judge = self;
    return tf_state_log_keep(judge->log, item, prepared, writer);
}

/* Live, whatever changed is looked at as it is. */
static enum tf_err close_groups(struct tf_fraud_judge *judge, struct tf_row_writer *writer)
{
    uint32_t partitions = judge->process->cluster ? tf_process_partitions(judge->process) : 1;
    if (judge->tells_groups && by_partition(judge))
        TF_TRY(tf_group_rows_look(&judge->groups, judge->state, judge->ruleset, INT32_MAX, false));
    return tf_group_rows_write(&judge->groups, partitions, writer);
}

static enum tf_err close_batch(void *self, const struct tf_batch *batch, struct tf_row_writer *writer)
{
    struct tf_fraud_judge *judge = self;
    TF_TRY(close_groups(judge, writer));
    TF_TRY(tf_exchange_close(judge->exchange, judge->ruleset, batch, writer));
    return tf_state_log_close(judge->log, batch, writer);
}

static void assigned(void *self, const struct tf_assignment *assignment)
{
    const struct tf_fraud_judge *judge = self;
    tf_exchange_assigned(judge->exchange, assignment);
    tf_state_log_assigned(judge->log, assignment);
}

/* The records first; their end is told of when the other partitions' counters have been read as well. */
static enum tf_err restore(void *self, int64_t budget_ms, struct tf_changelog_progress *ret_progress, struct tf_fault *fault)
{
    struct tf_fraud_judge *judge = self;
    TF_TRY(tf_state_log_restore(judge->log, budget_ms, ret_progress, fault));
    if (ret_progress->seconds > 0)
        judge->restored = *ret_progress;
    enum tf_err err = tf_exchange_catch_up(judge->exchange, judge->ruleset, budget_ms, fault);
    if (err != TF_OK && judge->restored.seconds == 0) /* no record was due, but somebody is told that the role waits */
        judge->restored = (struct tf_changelog_progress){.percent = 100, .seconds = 0.001};
    *ret_progress = judge->restored;
    if (err != TF_OK)
        return err;
    judge->restored = (struct tf_changelog_progress){.seconds = 0};
    show_muted(judge);
    show_size(judge);
    return TF_OK;
}

/* Series of the ruleset in force. Those of rules that went keep what they counted. */
static void find_rule_series(struct tf_fraud_judge *judge)
{
    size_t rules = 0;
    const struct tf_fraud_rule *rows = tf_fraud_ruleset_rules(judge->ruleset, &rules);
    for (size_t r = 0; r < rules; r++) {
        judge->evaluated[r] = tf_metrics_series(TF_METRIC_rule_results_total, judge->label, rows[r].id, "evaluated");
        judge->hit[r] = tf_metrics_series(TF_METRIC_rule_results_total, judge->label, rows[r].id, "hit");
        judge->unknown[r] = tf_metrics_series(TF_METRIC_rule_results_total, judge->label, rows[r].id, "unknown");
    }
}

/* The old rules judge on, so the role is ready; but whoever looks shall see that the new ones are not in force. */
static void tell_health(const struct tf_fraud_judge *judge, const char *refused)
{
    char note[sizeof((struct tf_fault *)0)->text + sizeof "refused, the old ones judge on: "];
    if (!judge->health)
        return;
    if (!refused) {
        tf_health_set(judge->health, "rules", true, NULL);
        return;
    }
    snprintf(note, sizeof note, "refused, the old ones judge on: %s", refused);
    tf_health_note(judge->health, "rules", note);
}

static struct tf_share_set *ask_shares(void *self, void *prepared, struct tf_arena *arena)
{
    (void)self;
    return tf_state_shares(prepared, arena);
}

static void follow_shares(void *self, void *prepared, struct tf_arena *arena)
{
    (void)self;
    tf_state_follow(prepared, arena);
}

static size_t all_shares(void *self, uint64_t *cursor, struct tf_share_row *rows, size_t most)
{
    const struct tf_fraud_judge *judge = self;
    return tf_state_shared(judge->state, cursor, rows, most);
}

static size_t withdrawn(void *self, const struct tf_share_row **ret_rows)
{
    const struct tf_fraud_judge *judge = self;
    return tf_state_withdrawn(judge->state, ret_rows);
}

static void withdrawn_done(void *self)
{
    struct tf_fraud_judge *judge = self;
    tf_state_withdrawn_done(judge->state);
}

static int64_t slack_ms(void *self)
{
    const struct tf_fraud_judge *judge = self;
    return judge->config->fraud.lateness_s * 1000 + TF_MS_PER_DAY;
}

static const struct tf_judge_shares shares = {
    .ask = ask_shares, .follow = follow_shares, .all = all_shares, .withdrawn = withdrawn, .withdrawn_done = withdrawn_done, .slack_ms = slack_ms};

/* A reload may bring other rule files; a set that does not load leaves the old one in force. */
static void refresh(void *self)
{
    struct tf_fraud_judge *judge = self;
    if (judge->live)
        tf_moments_tell(&judge->moments, judge->log);
    tf_exchange_follow(judge->exchange, judge->ruleset);
    const struct tf_config *config = tf_process_config(judge->process);
    if (config == judge->config)
        return;
    struct tf_fraud_ruleset *loaded = NULL;
    struct tf_fault fault = {0};
    const int64_t begun_ns = tf_clock_mono_ns();
    if (tf_fraud_ruleset_load(config->fraud.rules, &loaded, &fault) == TF_OK) {
        tf_fraud_ruleset_destroy(judge->ruleset);
        judge->ruleset = loaded;
        find_rule_series(judge);
        tf_breaker_bind(judge->breaker, loaded);
        note_muted(judge);
        TF_LOG(TF_LOG_NOTICE, "rules_reloaded", "the fraud rules were read again", TF_FIELD_TEXT("ruleset", tf_fraud_ruleset_name(loaded)),
               TF_FIELD_INT("ms", (tf_clock_mono_ns() - begun_ns) / 1000000));
        tell_health(judge, NULL);
    } else {
        fault.text[strcspn(fault.text, "\n")] = '\0'; /* what follows shows the rule itself */
        TF_LOG0(TF_LOG_ERROR, "rules_refused", fault.text);
        tell_health(judge, fault.text);
    }
    judge->config = config;
    tf_state_set_lateness(judge->state, config->fraud.lateness_s * 1000);
    tf_state_set_bytes_max(judge->state, (size_t)config->state.max_bytes);
}

static void find_series(struct tf_fraud_judge *judge)
{
    static const char *const decisions[] = {"approve", "review", "block"};
    for (size_t d = 0; d < 3; d++)
        judge->decisions[d] = tf_metrics_series(TF_METRIC_decisions_total, judge->label, decisions[d], NULL);
    judge->bytes = tf_metrics_series(TF_METRIC_state_bytes, judge->label, NULL, NULL);
    judge->entries = tf_metrics_series(TF_METRIC_state_entries, judge->label, NULL, NULL);
    find_rule_series(judge);
}

enum tf_err tf_fraud_judge_create(struct tf_process *process, const char *label, struct tf_fraud_judge **ret_judge, struct tf_fault *fault)
{
    struct tf_fraud_judge *judge = calloc(1, sizeof *judge);
    if (!judge)
        return TF_E_MEMORY;
    judge->process = process;
    judge->label = label;
    tf_group_rows_init(&judge->groups);
    judge->config = tf_process_config(process);
    bool real = process->cluster ? !tf_cluster_embedded(process->cluster) : process->by_partition;
    judge->live = judge->process->cluster && real;
    judge->once = real && strcmp(judge->config->kafka.delivery, "exactly-once") == 0;
    judge->watermarks = tf_watermarks_create();
    judge->state = tf_state_create((size_t)judge->config->state.max_bytes);
    if (judge->state && judge->watermarks)
        judge->log = tf_state_log_create(process, label, TF_STREAM_FRAUD_STATE, judge->state, judge->watermarks);
    if (judge->log)
        judge->exchange = tf_exchange_create(process, judge->state);
    enum tf_err err = judge->exchange ? tf_fraud_ruleset_load(judge->config->fraud.rules, &judge->ruleset, fault) : TF_E_MEMORY;
    if (err == TF_OK && !(judge->breaker = tf_breaker_create(judge->ruleset)))
        err = TF_E_MEMORY;
    if (err != TF_OK) {
        tf_fraud_judge_destroy(judge);
        return err;
    }
    const struct tf_state_log_part counts = tf_breaker_part(judge->breaker);
    tf_state_log_add(judge->log, &counts);
    tf_state_set_lateness(judge->state, judge->config->fraud.lateness_s * 1000);
    tf_state_note_withdrawn(judge->state, true);
    find_series(judge);
    *ret_judge = judge;
    return TF_OK;
}

struct tf_fraud_judge *tf_fraud_judge_destroy(struct tf_fraud_judge *judge)
{
    if (!judge)
        return NULL;
    tf_breaker_destroy(judge->breaker);
    tf_exchange_destroy(judge->exchange);
    tf_state_log_destroy(judge->log);
    tf_watermarks_destroy(judge->watermarks);
    tf_group_rows_finish(&judge->groups);
    tf_state_destroy(judge->state);
    tf_fraud_ruleset_destroy(judge->ruleset);
    free(judge);
    return NULL;
}

void tf_fraud_judge_heed(struct tf_fraud_judge *judge, struct tf_rulings *rulings)
{
    judge->rulings = rulings;
}

void tf_fraud_judge_watch(struct tf_fraud_judge *judge, struct tf_health *health)
{
    judge->health = health;
}

struct tf_judge tf_fraud_judge_bind(struct tf_fraud_judge *judge)
{
    return (struct tf_judge){
        .role = "fraud",
        .stream = TF_STREAM_FRAUD,
        .result_type = "taxflow.fraud.assessed.v1",
        .ordered = true,
        .self = judge,
        .ruleset = ruleset,
        .prepare = prepare,
        .expect = expect,
        .evaluate = evaluate,
        .encode = encode,
        .keep = keep,
        .close = close_batch,
        .state = TF_STREAM_FRAUD_STATE,
        .assigned = assigned,
        .restore = restore,
        .shares = &shares,
        .committed = committed,
        .aborted = aborted,
        .refresh = refresh,
    };
}

const struct tf_fraud_ruleset *tf_fraud_judge_ruleset(const struct tf_fraud_judge *judge)
{
    return judge->ruleset;
}

void tf_fraud_judge_tell_groups(struct tf_fraud_judge *judge)
{
    judge->tells_groups = true;
    judge->groups.ours = tf_exchange_tells;
    judge->groups.owner = judge->exchange;
}

enum tf_err tf_fraud_judge_last_groups(struct tf_fraud_judge *judge, enum tf_err (*put)(void *self, struct tf_str text), void *self)
{
    TF_TRY(tf_group_rows_look(&judge->groups, judge->state, judge->ruleset, INT32_MAX, true));
    return tf_group_rows_hand_out(&judge->groups, put, self);
}

const uint64_t *tf_fraud_judge_groups_found(const struct tf_fraud_judge *judge)
{
    return judge->groups.found;
}

struct tf_state_log *tf_fraud_judge_log(const struct tf_fraud_judge *judge) { return judge->log; }
