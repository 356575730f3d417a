/*
 * A pipeline between a source, a sink and judges that do what a test tells them, and write down what was asked of them.
 * The journal has a word a call: poll keep release begin publish flush commit abort, and NAME.committed NAME.aborted of a judge.
 */
#ifndef TAXFLOW_TESTS_PIPELINE_SCRIPT_H
#define TAXFLOW_TESTS_PIPELINE_SCRIPT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline_internal.h"
#include "taxflow/config.h"
#include "taxflow/log.h"

enum { SCRIPT_RECORDS_MAX = 256, SCRIPT_ANSWERS_MAX = 16, SCRIPT_ROWS_MAX = 1024, SCRIPT_JOURNAL_BYTES = 8192 };

/* What a call answers in turn; TF_OK once all are used. */
struct answers {
    enum tf_err list[SCRIPT_ANSWERS_MAX];
    size_t next;
};

struct script_judge {
    struct script *script;
    const char *name;
    const char *fails_on;        /* ce_id of a record this judge cannot judge */
    enum tf_err fails_with;
    struct answers evaluate;     /* for every record but the one it fails on */
    char order[1024];            /* ce_ids in the order they were judged */
    size_t judged, committed, aborted, refreshed;
};

struct script {
    struct tf_config_source *source;
    const struct tf_config *config;
    struct tf_dedup *dedup;
    struct tf_pipeline *pipeline;
    struct tf_arena *kept;       /* rows that were committed */
    struct script_judge judges[TF_ROLES_MAX];
    /* the source */
    struct tf_item records[SCRIPT_RECORDS_MAX];
    size_t records_count, handed, a_poll; /* records in one poll */
    size_t a_look;               /* records in one look ahead */
    struct answers poll, look_ahead, keep_alive;
    bool endless;                /* never finished: as Kafka */
    void (*on_keep_alive)(struct script *script);
    /* the sink */
    struct answers begin, publish, flush, commit, abort;
    uint32_t refused_item;       /* whose row is too big when publish answers TF_E_RESULT_SIZE */
    struct tf_row open[SCRIPT_ROWS_MAX], rows[SCRIPT_ROWS_MAX];
    size_t open_count, rows_count;
    char journal[SCRIPT_JOURNAL_BYTES];
};

static inline void note(struct script *script, const char *word)
{
    size_t used = strlen(script->journal);
    assert_true(used + strlen(word) + 2 < sizeof script->journal);
    snprintf(script->journal + used, sizeof script->journal - used, "%s%s", used ? " " : "", word);
}

static inline enum tf_err answer(struct answers *answers, struct tf_fault *fault)
{
    enum tf_err err = answers->next < SCRIPT_ANSWERS_MAX ? answers->list[answers->next++] : TF_OK;
    return err == TF_OK ? TF_OK : tf_fault_set(fault, err, "as the script says");
}

static inline void hand_out(struct script *script, struct tf_batch *batch, size_t most)
{
    for (size_t i = 0; i < most && script->handed < script->records_count; i++) {
        struct tf_item *item = tf_batch_add(batch);
        assert_non_null(item);
        *item = script->records[script->handed++];
        batch->bytes += item->value.len;
    }
}

static inline enum tf_err script_look_ahead(void *self, struct tf_batch *ahead, size_t most, struct tf_fault *fault)
{
    struct script *script = self;
    TF_TRY(answer(&script->look_ahead, fault));
    hand_out(script, ahead, script->a_look < most ? script->a_look : most);
    return TF_OK;
}

static inline enum tf_err script_poll(void *self, struct tf_batch *batch, int64_t wait_ms, struct tf_fault *fault)
{
    struct script *script = self;
    (void)wait_ms;
    note(script, "poll");
    TF_TRY(answer(&script->poll, fault));
    hand_out(script, batch, script->a_poll);
    return TF_OK;
}

/* How often it is called in a row depends on the clock: one word for all. */
static inline bool ends_in_keep(const char *journal)
{
    size_t len = strlen(journal);
    return len >= 4 && strcmp(journal + len - 4, "keep") == 0;
}

static inline enum tf_err script_keep_alive(void *self, int64_t wait_ms, struct tf_fault *fault)
{
    struct script *script = self;
    poll(NULL, 0, wait_ms > 5 ? 5 : 0); /* a real one waits up to wait_ms for events */
    if (!ends_in_keep(script->journal))
        note(script, "keep");
    if (script->on_keep_alive)
        script->on_keep_alive(script);
    return answer(&script->keep_alive, fault);
}

static inline void script_release(void *self, struct tf_batch *batch)
{
    if (batch->count > 0)
        note(self, "release");
}

static inline bool script_finished(void *self)
{
    const struct script *script = self;
    return !script->endless && script->handed == script->records_count;
}

static inline struct tf_row copy_row(struct tf_arena *arena, const struct tf_row *row)
{
    struct tf_row copy = *row;
    copy.key = tf_arena_dup(arena, row->key);
    copy.value = tf_arena_dup(arena, row->value);
    for (uint32_t h = 0; h < row->headers_count; h++)
        copy.headers[h] = (struct tf_header){tf_arena_dup(arena, row->headers[h].name), tf_arena_dup(arena, row->headers[h].value)};
    return copy;
}

static inline enum tf_err script_begin(void *self, struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault)
{
    struct script *script = self;
    (void)batch;
    (void)ret_item;
    note(script, "begin");
    return answer(&script->begin, fault);
}

static inline enum tf_err script_flush(void *self, uint32_t *ret_item, struct tf_fault *fault)
{
    struct script *script = self;
    note(script, "flush");
    enum tf_err err = answer(&script->flush, fault);
    if (err == TF_E_RESULT_SIZE)
        *ret_item = script->refused_item++;
    return err;
}

static inline enum tf_err script_publish(void *self, struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault)
{
    struct script *script = self;
    note(script, "publish");
    enum tf_err err = answer(&script->publish, fault);
    if (err == TF_E_RESULT_SIZE)
        *ret_item = script->refused_item++;
    for (unsigned w = 0; w < batch->workers && err == TF_OK; w++)
        for (size_t r = 0; r < batch->ready[w].count; r++)
            script->open[script->open_count++] = copy_row(script->kept, &batch->ready[w].items[r]);
    return err;
}

static inline enum tf_err script_commit(void *self, struct tf_batch *batch, struct tf_fault *fault)
{
    struct script *script = self;
    (void)batch;
    note(script, "commit");
    TF_TRY(answer(&script->commit, fault));
    memcpy(&script->rows[script->rows_count], script->open, script->open_count * sizeof *script->open);
    script->rows_count += script->open_count;
    script->open_count = 0;
    return TF_OK;
}

static inline enum tf_err script_abort(void *self, struct tf_fault *fault)
{
    struct script *script = self;
    note(script, "abort");
    TF_TRY(answer(&script->abort, fault));
    script->open_count = 0;
    return TF_OK;
}

static inline int64_t script_result_offset(void *self, uint32_t partition)
{
    (void)self;
    return partition;
}

static inline const char *judge_ruleset(void *self)
{
    (void)self;
    return "rules-1";
}

/* Workers share a judge that does not want the batch's order. */
static inline enum tf_err judge_note_item(struct script_judge *judge, const struct tf_item *item)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    judge->judged++;
    enum tf_err err = answer(&judge->evaluate, NULL);
    if (err == TF_OK && strlen(judge->order) + item->ce_id.len + 2 < sizeof judge->order)
        sprintf(judge->order + strlen(judge->order), "%s%.*s", judge->order[0] ? " " : "", TF_STR_ARGS(item->ce_id));
    pthread_mutex_unlock(&lock);
    return err;
}

static inline enum tf_err judge_evaluate(void *self, struct tf_item *item, void *prepared, struct tf_arena *arena, void **ret_verdict)
{
    (void)prepared;
    struct script_judge *judge = self;
    struct tf_str *verdict = TF_ARENA_NEW(arena, struct tf_str);
    if (judge->fails_on && tf_str_is(item->ce_id, judge->fails_on))
        return judge->fails_with;
    TF_TRY(judge_note_item(judge, item));
    *verdict = item->event.company;
    *ret_verdict = verdict;
    return TF_OK;
}

static inline void judge_encode(void *self, const void *verdict, struct tf_str event_id, struct tf_str position, struct tf_json *json)
{
    const struct script_judge *judge = self;
    tf_json_object(json);
    tf_json_kstr(json, "event_id", event_id);
    tf_json_kstr(json, "position", position);
    tf_json_ktext(json, "by", judge->name);
    tf_json_kstr(json, "company", *(const struct tf_str *)verdict);
    tf_json_object_end(json);
}

static inline void judge_note(struct script_judge *judge, const char *what)
{
    char word[64];
    snprintf(word, sizeof word, "%s.%s", judge->name, what);
    note(judge->script, word);
}

static inline void judge_committed(void *self, const struct tf_batch *batch, size_t number)
{
    struct script_judge *judge = self;
    assert_true(batch->count > 0);
    assert_ptr_equal(judge, &judge->script->judges[number]);
    judge->committed++;
    judge_note(judge, "committed");
}

static inline void judge_aborted(void *self)
{
    struct script_judge *judge = self;
    judge->aborted++;
    judge_note(judge, "aborted");
}

static inline void judge_refresh(void *self)
{
    struct script_judge *judge = self;
    judge->refreshed++;
}

/* One station alone, for the whole batch: every worker's share, one after the other. */
static inline enum tf_err script_station(struct script *script, enum tf_err (*share)(struct tf_pipeline *, struct tf_slice, unsigned))
{
    struct tf_pipeline *p = script->pipeline;
    for (unsigned w = 0; w < p->options.workers; w++)
        TF_TRY(share(p, tf_batch_whole(p->batch), w));
    return TF_OK;
}

static inline enum tf_err script_decode(struct script *script)
{
    return script_station(script, tf_decode_share);
}

static inline enum tf_err script_evaluate(struct script *script)
{
    struct tf_pipeline *p = script->pipeline;
    TF_TRY(script_station(script, tf_evaluate_share));
    TF_TRY(tf_evaluate_ordered(p, tf_batch_whole(p->batch)));
    tf_batch_trace_prepare(p, tf_batch_whole(p->batch));
    return TF_OK;
}

static inline enum tf_err script_encode(struct script *script)
{
    tf_encode_bury(script->pipeline, tf_batch_whole(script->pipeline->batch));
    return script_station(script, tf_encode_share);
}

static inline struct tf_judge bind_judge(struct script_judge *judge, enum tf_stream stream, bool ordered)
{
    return (struct tf_judge){
        .role = judge->name,
        .stream = stream,
        .result_type = "taxflow.test.assessed.v1",
        .ordered = ordered,
        .self = judge,
        .ruleset = judge_ruleset,
        .evaluate = judge_evaluate,
        .encode = judge_encode,
        .committed = judge_committed,
        .aborted = judge_aborted,
        .refresh = judge_refresh,
    };
}

static inline void load_config(struct script *script, const char *const *sets, size_t count)
{
    struct tf_config_error errors[4];
    size_t found = 0;
    const struct tf_config_request request = {.file = "/dev/null", .sets = sets, .sets_count = count};
    enum tf_err err = tf_config_load(&request, &script->source, errors, 4, &found);
    if (err != TF_OK)
        fail_msg("%s: %s", errors[0].where, errors[0].text);
    script->config = tf_config_get(script->source);
}

/* A pipeline with one judge "tax", or with "tax" and an ordered "fraud". */
static inline struct script *script_open(size_t judges, unsigned workers)
{
    struct script *script = calloc(1, sizeof *script);
    assert_non_null(script);
    load_config(script, NULL, 0);
    tf_log_setup("error", "text", NULL, 0);
    script->a_poll = SCRIPT_RECORDS_MAX;
    script->kept = tf_arena_create(64 << 20);
    assert_int_equal(tf_dedup_create_table(10000, &script->dedup), TF_OK);
    script->judges[0] = (struct script_judge){.script = script, .name = "tax"};
    script->judges[1] = (struct script_judge){.script = script, .name = "fraud"};
    struct tf_pipeline_options options = {
        .config = script->config,
        .role = judges == 1 ? "tax" : "audit",
        .source = {.self = script,
                   .poll = script_poll,
                   .look_ahead = script_look_ahead,
                   .keep_alive = script_keep_alive,
                   .release = script_release,
                   .finished = script_finished},
        .sink = {.self = script,
                 .begin = script_begin,
                 .publish = script_publish,
                 .flush = script_flush,
                 .commit = script_commit,
                 .abort = script_abort,
                 .result_offset = script_result_offset},
        .judges = {bind_judge(&script->judges[0], TF_STREAM_TAX, false), bind_judge(&script->judges[1], TF_STREAM_FRAUD, true)},
        .judges_count = judges,
        .dedup = script->dedup,
        .topic = "taxflow.audit",
        .result_topics = {"taxflow.tax", "taxflow.fraud"},
        .batch_capacity = SCRIPT_RECORDS_MAX,
        .workers = workers,
    };
    script->pipeline = tf_pipeline_create(&options);
    assert_non_null(script->pipeline);
    return script;
}

static inline void script_close(struct script *script)
{
    tf_pipeline_destroy(script->pipeline);
    tf_dedup_destroy(script->dedup);
    tf_arena_destroy(script->kept);
    tf_config_destroy(script->source);
    free(script);
}

/* A record as Kafka hands it over, in binary mode; id NULL: without CloudEvents headers. */
static inline struct tf_item *add_record(struct script *script, const char *id, const char *value)
{
    size_t n = script->records_count++;
    struct tf_item *item = &script->records[n];
    *item = (struct tf_item){
        .position = {.topic = TF_STR("taxflow.audit"), .partition = 3, .offset = 100 + (int64_t)n, .timestamp_ms = 1700000000000},
        .key = TF_STR("0123456789abcdef"),
        .value = tf_str_of(value),
        .ce_id = tf_str_of(id),
        .ce_source = id ? TF_STR("urn:test") : TF_STR_NONE,
        .worker = (uint32_t)(n % script->pipeline->options.workers),
    };
    return item;
}

static inline const char *account(struct script *script, const char *company)
{
    return tf_arena_printf(script->kept, "{\"account\":{\"number\":\"1\"},\"company\":\"%s\",\"kind\":\"account\"}", company).ptr;
}

static inline struct tf_str header_of(const struct tf_row *row, const char *name)
{
    for (uint32_t h = 0; h < row->headers_count; h++)
        if (tf_str_is(row->headers[h].name, name))
            return row->headers[h].value;
    return TF_STR_NONE;
}

static inline void assert_str(struct tf_str actual, const char *expected)
{
    if (!tf_str_is(actual, expected))
        fail_msg("\"%.*s\" is not \"%s\"", TF_STR_ARGS(actual), expected);
}

/* All records into the pipeline's own batch, as its poll would. */
static inline struct tf_batch *fill_batch(struct script *script)
{
    struct tf_batch *batch = script->pipeline->batch;
    assert_int_equal(script_poll(script, batch, 0, NULL), TF_OK);
    return batch;
}

#endif
