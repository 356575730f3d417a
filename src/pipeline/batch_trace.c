/* Spans of a batch: one "process" and one "send" for each sampled record, and the batch's own steps. Names: semantic conventions 1.44, messaging. */
#include <stdio.h>

#include "pipeline_internal.h"

static const char *consumer_group(const struct tf_pipeline *p, char *out, size_t size)
{
    snprintf(out, size, "%s.%s", p->options.config->kafka.group_prefix, p->options.role);
    return out;
}

static void describe(struct tf_span *span, const char *operation, const char *type, const char *topic)
{
    tf_span_text(span, "messaging.system", TF_STR("kafka"));
    tf_span_text(span, "messaging.operation.name", tf_str_of(operation));
    tf_span_text(span, "messaging.operation.type", tf_str_of(type));
    tf_span_text(span, "messaging.destination.name", tf_str_of(topic));
}

/* The context a result will carry has to exist before its row is encoded; the span itself is written after the commit. */
void tf_batch_trace_prepare(struct tf_pipeline *p, struct tf_slice slice)
{
    if (!p->options.tracer)
        return;
    for (size_t i = slice.first; i < slice.end; i++) {
        struct tf_item *item = &p->batch->items[i];
        for (size_t j = 0; tf_item_sampled(item) && j < p->options.judges_count; j++) {
            struct tf_span span;
            tf_span_start(p->options.tracer, &span, "", TF_SPAN_PRODUCER, &item->trace);
            item->result_trace[j] = span.context;
        }
    }
}

static void process_span(struct tf_pipeline *p, const struct tf_item *item, struct tf_span *span)
{
    char name[TF_SPAN_NAME_BYTES], partition[16], group[160];
    snprintf(name, sizeof name, "process %s", p->options.topic);
    snprintf(partition, sizeof partition, "%u", item->position.partition);
    tf_span_start(p->options.tracer, span, name, TF_SPAN_CONSUMER, &item->trace);
    span->start_ns = p->step_started_ns[TF_STEP_DECODE];
    describe(span, "process", "process", p->options.topic);
    tf_span_text(span, "messaging.consumer.group.name", tf_str_of(consumer_group(p, group, sizeof group)));
    tf_span_text(span, "messaging.destination.partition.id", tf_str_of(partition));
    tf_span_int(span, "messaging.kafka.offset", item->position.offset);
    tf_span_text(span, "messaging.message.id", item->ce_id);
    if (item->outcome == TF_OUTCOME_DEAD)
        tf_span_fail(span, tf_err_reason(item->problem.err));
    else if (item->outcome == TF_OUTCOME_DUPLICATE)
        tf_span_text(span, "taxflow.outcome", TF_STR("duplicate"));
}

static void send_span(struct tf_pipeline *p, const struct tf_item *item, size_t judge, const struct tf_trace_context *parent)
{
    char name[TF_SPAN_NAME_BYTES];
    struct tf_span span;
    snprintf(name, sizeof name, "send %s", p->options.result_topics[judge]);
    tf_span_start(p->options.tracer, &span, name, TF_SPAN_PRODUCER, parent);
    span.context = item->result_trace[judge];
    span.start_ns = p->step_started_ns[TF_STEP_PUBLISH];
    describe(&span, "send", "send", p->options.result_topics[judge]);
    tf_span_end(p->options.tracer, &span);
}

static void step_span(struct tf_pipeline *p, enum tf_step step, const char *name, const char *operation, const struct tf_trace_context *parent)
{
    struct tf_span span;
    tf_span_start(p->options.tracer, &span, name, TF_SPAN_CLIENT, parent);
    span.start_ns = p->step_started_ns[step];
    if (step == TF_STEP_CLAIM) {
        tf_span_text(&span, "db.system.name", TF_STR("redis"));
        tf_span_text(&span, "db.operation.name", TF_STR("SET"));
        tf_span_int(&span, "db.operation.batch.size", (int64_t)p->batch->count);
    } else {
        describe(&span, operation, step == TF_STEP_POLL ? "receive" : "settle", p->options.topic);
        tf_span_int(&span, "messaging.batch.message_count", (int64_t)p->batch->count);
    }
    tf_span_end(p->options.tracer, &span);
}

/* The batch is a step of every record in it, so each sampled one gets it as a child of its own process span. */
static void item_spans(struct tf_pipeline *p, const struct tf_item *item)
{
    char poll[TF_SPAN_NAME_BYTES], commit[TF_SPAN_NAME_BYTES];
    struct tf_span span;
    snprintf(poll, sizeof poll, "poll %s", p->options.topic);
    snprintf(commit, sizeof commit, "commit %s", p->options.topic);
    process_span(p, item, &span);
    step_span(p, TF_STEP_POLL, poll, "poll", &span.context);
    step_span(p, TF_STEP_CLAIM, "SET", "SET", &span.context);
    for (size_t j = 0; item->outcome == TF_OUTCOME_PROCESS && j < p->options.judges_count; j++)
        send_span(p, item, j, &span.context);
    step_span(p, TF_STEP_COMMIT, commit, "commit", &span.context);
    tf_span_end(p->options.tracer, &span);
}

void tf_batch_trace_finish(struct tf_pipeline *p)
{
    if (!p->options.tracer)
        return;
    for (size_t i = 0; i < p->batch->count; i++)
        if (tf_item_sampled(&p->batch->items[i]) && p->batch->items[i].outcome != TF_OUTCOME_SKIPPED)
            item_spans(p, &p->batch->items[i]);
}
