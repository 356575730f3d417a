#include "tax_memory.h"

#include <stdlib.h>

struct tf_tax_memory {
    struct tf_process *process;
    const struct tf_config *config;
    const struct tf_fraud_ruleset *ruleset;
    struct tf_state *state;
    struct tf_watermarks *watermarks;
    struct tf_state_log *log;
    struct tf_series *bytes, *entries;
    bool full_told;
};

struct tf_tax_memory *tf_tax_memory_create(struct tf_process *process, const struct tf_fraud_ruleset *ruleset, const char *label)
{
    struct tf_tax_memory *memory = calloc(1, sizeof *memory);
    if (!memory)
        return NULL;
    memory->process = process;
    memory->config = tf_process_config(process);
    memory->ruleset = ruleset;
    memory->state = tf_state_create((size_t)memory->config->state.max_bytes);
    memory->watermarks = tf_watermarks_create();
    if (memory->state && memory->watermarks)
        memory->log = tf_state_log_create(process, label, TF_STREAM_TAX_STATE, memory->state, memory->watermarks);
    if (!memory->log)
        return tf_tax_memory_destroy(memory);
    tf_state_set_lateness(memory->state, memory->config->fraud.lateness_s * 1000);
    memory->bytes = tf_metrics_series(TF_METRIC_state_bytes, label, NULL, NULL);
    memory->entries = tf_metrics_series(TF_METRIC_state_entries, label, NULL, NULL);
    return memory;
}

struct tf_tax_memory *tf_tax_memory_destroy(struct tf_tax_memory *memory)
{
    if (!memory)
        return NULL;
    tf_state_log_destroy(memory->log);
    tf_watermarks_destroy(memory->watermarks);
    tf_state_destroy(memory->state);
    free(memory);
    return NULL;
}

struct tf_state_log *tf_tax_memory_log(const struct tf_tax_memory *memory)
{
    return memory->log;
}

void tf_tax_memory_refresh(struct tf_tax_memory *memory)
{
    memory->config = tf_process_config(memory->process);
    tf_state_set_lateness(memory->state, memory->config->fraud.lateness_s * 1000);
    tf_state_set_bytes_max(memory->state, (size_t)memory->config->state.max_bytes);
}

enum tf_err tf_tax_memory_ask(const struct tf_tax_memory *memory, const struct tf_item *item, struct tf_arena *arena,
                              struct tf_state_question **ret_question)
{
    const struct tf_state_origin origin = {
        .record = item->event.revision == 0 ? item->id : tf_identity_record(item->ce_source, item->ce_id),
        .event_id = item->ce_id,
        .partition = item->position.partition,
    };
    return tf_state_ask(memory->ruleset, &item->event, &origin, arena, ret_question);
}

void tf_tax_memory_expect(const struct tf_tax_memory *memory, const struct tf_state_question *question, enum tf_soon soon)
{
    static const enum tf_state_near near[] = {
        [TF_SOON_COMING] = TF_STATE_COMING, [TF_SOON_FAR] = TF_STATE_FAR, [TF_SOON_NEAR] = TF_STATE_NEAR, [TF_SOON_NEXT] = TF_STATE_NEXT};
    tf_state_fetch(memory->state, question, near[soon]);
}

static void tell_full(struct tf_tax_memory *memory)
{
    if (memory->full_told)
        return;
    memory->full_told = true;
    TF_LOG0(TF_LOG_WARN, "tax_memory_full",
            "the rules of tax.history are not asked any more: state.max_bytes is used up; raise it, or leave rules out of tax.history");
}

/* Files are judged in one order of event time, so they share one watermark; partitions run ahead of one another. */
static uint32_t lane(const struct tf_tax_memory *memory, const struct tf_item *item)
{
    return memory->process->cluster ? item->position.partition : 0;
}

enum tf_err tf_tax_memory_judge(struct tf_tax_memory *memory, const struct tf_item *item, struct tf_state_question *question,
                                struct tf_arena *arena, struct tf_fraud_verdict **ret_history)
{
    const struct tf_event *event = &item->event;
    const enum tf_err err = tf_state_judge(memory->state, question, false, arena, ret_history);
    if (err == TF_E_FULL) {
        *ret_history = NULL;
        tell_full(memory);
        return TF_OK;
    }
    TF_TRY(err);
    return event->event_time_present ? tf_watermarks_see(memory->watermarks, lane(memory, item), event->event_time_ms) : TF_OK;
}

/* As the fraud role: live history goes only as far as the slowest partition, and only when memory asks for it. */
static int64_t horizon(const struct tf_tax_memory *memory)
{
    const bool live = memory->process->cluster != NULL;
    const bool roomy = tf_state_bytes(memory->state) < (size_t)memory->config->state.max_bytes / 2;
    return live && roomy ? INT64_MIN : tf_state_log_slowest(memory->log);
}

void tf_tax_memory_commit(struct tf_tax_memory *memory)
{
    tf_watermarks_commit(memory->watermarks);
    tf_state_commit(memory->state, horizon(memory));
    tf_metrics_set(memory->bytes, (double)tf_state_bytes(memory->state));
    tf_metrics_set(memory->entries, (double)tf_state_entries(memory->state));
}

void tf_tax_memory_abort(struct tf_tax_memory *memory)
{
    tf_state_abort(memory->state);
    tf_watermarks_abort(memory->watermarks);
}
