#include <stdlib.h>

#include "roles_internal.h"
#include "tax_memory.h"
#include "taxflow/tax_history.h"

enum { RULES_MAX = TF_TAX_RULES_MAX };

struct tf_tax_judge {
    struct tf_process *process;
    const struct tf_config *config; /* that the setup was loaded from */
    struct tf_tax_setup setup;
    struct tf_tax_memory *memory; /* NULL: nothing is remembered, and records are judged on any worker */
    struct tf_series *valid, *invalid, *not_applicable;
    struct tf_series *evaluated[RULES_MAX], *hit[RULES_MAX];
};

static const char *ruleset(void *self)
{
    (void)self;
    return tf_tax_ruleset();
}

static enum tf_err evaluate(void *self, struct tf_item *item, void *prepared, struct tf_arena *arena, void **ret_verdict)
{
    (void)prepared;
    const struct tf_tax_judge *judge = self;
    struct tf_tax_verdict *verdict = NULL;
    TF_TRY(tf_tax_judge(&judge->setup.options, &item->event, arena, &verdict));
    *ret_verdict = verdict;
    return TF_OK;
}

/* With a memory: what needs none is judged on any worker, and only the questions wait for their turn. */
struct prepared {
    enum tf_err err; /* of the rules: told when its turn has come, for it is this record's alone */
    struct tf_tax_verdict *verdict;
    struct tf_state_question *question; /* NULL: a kind without tax rules */
};

static enum tf_err prepare(void *self, const struct tf_item *item, struct tf_arena *arena, void **ret_prepared)
{
    const struct tf_tax_judge *judge = self;
    struct prepared *prepared = TF_ARENA_NEW(arena, struct prepared);
    if (!prepared)
        return TF_E_LIMIT;
    prepared->err = tf_tax_judge(&judge->setup.options, &item->event, arena, &prepared->verdict);
    if (prepared->err == TF_OK && prepared->verdict->applicable)
        TF_TRY(tf_tax_memory_ask(judge->memory, item, arena, &prepared->question));
    *ret_prepared = prepared;
    return TF_OK;
}

static void expect(void *self, const void *told, enum tf_soon soon)
{
    const struct tf_tax_judge *judge = self;
    const struct prepared *prepared = told;
    if (prepared->question)
        tf_tax_memory_expect(judge->memory, prepared->question, soon);
}

static enum tf_err remember(void *self, struct tf_item *item, void *told, struct tf_arena *arena, void **ret_verdict)
{
    struct tf_tax_judge *judge = self;
    const struct prepared *prepared = told;
    struct tf_fraud_verdict *history = NULL;
    struct tf_tax_verdict *whole = prepared->verdict;
    TF_TRY(prepared->err);
    if (prepared->question) {
        TF_TRY(tf_tax_memory_judge(judge->memory, item, prepared->question, arena, &history));
        TF_TRY(tf_tax_history_join(&judge->setup.options, &item->event, prepared->verdict, history, arena, &whole));
    }
    *ret_verdict = whole;
    return TF_OK;
}

static enum tf_err keep(void *self, const struct tf_item *item, const void *told, struct tf_row_writer *writer)
{
    const struct tf_tax_judge *judge = self;
    const struct prepared *prepared = told;
    return prepared->question ? tf_state_log_keep(tf_tax_memory_log(judge->memory), item, prepared->question, writer) : TF_OK;
}

static enum tf_err close_batch(void *self, const struct tf_batch *batch, struct tf_row_writer *writer)
{
    const struct tf_tax_judge *judge = self;
    return tf_state_log_close(tf_tax_memory_log(judge->memory), batch, writer);
}

static void assigned(void *self, const struct tf_assignment *assignment)
{
    const struct tf_tax_judge *judge = self;
    tf_state_log_assigned(tf_tax_memory_log(judge->memory), assignment);
}

static enum tf_err restore(void *self, int64_t budget_ms, struct tf_changelog_progress *ret_progress, struct tf_fault *fault)
{
    const struct tf_tax_judge *judge = self;
    return tf_state_log_restore(tf_tax_memory_log(judge->memory), budget_ms, ret_progress, fault);
}

static void aborted(void *self)
{
    struct tf_tax_judge *judge = self;
    tf_tax_memory_abort(judge->memory);
}

static void encode(void *self, const void *verdict, struct tf_str event_id, struct tf_str position, struct tf_json *json)
{
    (void)self;
    tf_tax_encode(verdict, event_id, position, json);
}

struct tally {
    int64_t valid, invalid, not_applicable;
    int64_t evaluated[RULES_MAX], hit[RULES_MAX];
};

/* Set bits only: most records touch few rules. */
static void count_bits(const uint64_t *words, int64_t *counts)
{
    for (size_t w = 0; w < RULES_MAX / 64; w++)
        for (uint64_t bits = words[w]; bits; bits &= bits - 1)
            counts[w * 64 + (size_t)__builtin_ctzll(bits)]++;
}

static void count(struct tally *tally, const struct tf_tax_verdict *verdict)
{
    tally->valid += verdict->decided && verdict->valid;
    tally->invalid += verdict->decided && !verdict->valid;
    tally->not_applicable += !verdict->decided; /* other kinds, and documents of rule sets that are not here */
    count_bits(verdict->evaluated, tally->evaluated);
    count_bits(verdict->hit, tally->hit);
}

/* Counted in the batch first: shared counters are touched once a rule and batch, not once a rule and record. */
static void committed(void *self, const struct tf_batch *batch, size_t number)
{
    struct tf_tax_judge *judge = self;
    struct tally tally = {0};
    size_t rules = 0;
    tf_tax_rules(&rules);
    for (size_t i = 0; i < batch->count; i++)
        if (batch->items[i].verdict[number])
            count(&tally, batch->items[i].verdict[number]);
    tf_metrics_add(judge->valid, tally.valid);
    tf_metrics_add(judge->invalid, tally.invalid);
    tf_metrics_add(judge->not_applicable, tally.not_applicable);
    for (size_t r = 0; r < rules; r++) {
        tf_metrics_add(judge->evaluated[r], tally.evaluated[r]);
        tf_metrics_add(judge->hit[r], tally.hit[r]);
    }
    if (judge->memory)
        tf_tax_memory_commit(judge->memory);
}

/* A reload may name other files; what does not load leaves the old setup in force. */
static void refresh(void *self)
{
    struct tf_tax_judge *judge = self;
    const struct tf_config *config = tf_process_config(judge->process);
    if (config == judge->config)
        return;
    struct tf_tax_setup loaded;
    struct tf_fault fault = {0};
    if (tf_tax_setup_load(config, &loaded, &fault) == TF_OK) {
        struct tf_fraud_ruleset *history = loaded.history; /* the windows belong to the rules they began with */
        loaded.history = judge->setup.history;
        judge->setup.history = history;
        tf_tax_setup_finish(&judge->setup);
        judge->setup = loaded;
    } else {
        TF_LOG0(TF_LOG_ERROR, "tax_setup_refused", fault.text);
    }
    judge->config = config;
    if (judge->memory)
        tf_tax_memory_refresh(judge->memory);
}

static void find_series(struct tf_tax_judge *judge, const char *label)
{
    judge->valid = tf_metrics_series(TF_METRIC_decisions_total, label, "valid", NULL);
    judge->invalid = tf_metrics_series(TF_METRIC_decisions_total, label, "invalid", NULL);
    judge->not_applicable = tf_metrics_series(TF_METRIC_decisions_total, label, "not_applicable", NULL);
    size_t rules = 0;
    const struct tf_tax_rule *rows = tf_tax_rules(&rules);
    for (size_t r = 0; r < rules; r++) {
        judge->evaluated[r] = tf_metrics_series(TF_METRIC_rule_results_total, label, rows[r].id, "evaluated");
        judge->hit[r] = tf_metrics_series(TF_METRIC_rule_results_total, label, rows[r].id, "hit");
    }
}

enum tf_err tf_tax_judge_create(struct tf_process *process, const char *label, struct tf_tax_judge **ret_judge, struct tf_fault *fault)
{
    struct tf_tax_judge *judge = calloc(1, sizeof *judge);
    if (!judge)
        return TF_E_MEMORY;
    judge->process = process;
    judge->config = tf_process_config(process);
    enum tf_err err = tf_tax_setup_load(judge->config, &judge->setup, fault);
    if (err == TF_OK && judge->setup.history) {
        judge->memory = tf_tax_memory_create(process, judge->setup.history, label);
        err = judge->memory ? TF_OK : tf_fault_set(fault, TF_E_MEMORY, "memory ran out");
    }
    if (err != TF_OK) {
        tf_tax_judge_destroy(judge);
        return err;
    }
    find_series(judge, label);
    *ret_judge = judge;
    return TF_OK;
}

struct tf_tax_judge *tf_tax_judge_destroy(struct tf_tax_judge *judge)
{
    if (!judge)
        return NULL;
    tf_tax_memory_destroy(judge->memory);
    tf_tax_setup_finish(&judge->setup);
    free(judge);
    return NULL;
}

struct tf_judge tf_tax_judge_bind(struct tf_tax_judge *judge)
{
    const bool ordered = judge->memory != NULL;
    return (struct tf_judge){
        .role = "tax",
        .stream = TF_STREAM_TAX,
        .result_type = "taxflow.tax.assessed.v1",
        .ordered = ordered,
        .self = judge,
        .ruleset = ruleset,
        .prepare = ordered ? prepare : NULL,
        .expect = ordered ? expect : NULL,
        .evaluate = ordered ? remember : evaluate,
        .encode = encode,
        .keep = ordered ? keep : NULL,
        .close = ordered ? close_batch : NULL,
        .state = TF_STREAM_TAX_STATE,
        .assigned = ordered ? assigned : NULL,
        .restore = ordered ? restore : NULL,
        .committed = committed,
        .aborted = ordered ? aborted : NULL,
        .refresh = refresh,
    };
}

struct tf_state_log *tf_tax_judge_log(const struct tf_tax_judge *judge) { return judge->memory ? tf_tax_memory_log(judge->memory) : NULL; }
