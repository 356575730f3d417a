/* One record's way into Kafka: read, make canonical, key, hand to the feed, answer when the broker has it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intake_internal.h"
#include "taxflow/clock.h"

enum { ARENA_BYTES_MAX = 1024 * 1024 * 1024 };

struct tf_intake *tf_intake_create(struct tf_process *process, struct tf_str secret)
{
    struct tf_intake *intake = calloc(1, sizeof *intake);
    if (!intake)
        return NULL;
    const struct tf_config *config = tf_process_config(process);
    intake->process = process;
    intake->secret = secret;
    intake->arena = tf_arena_create(ARENA_BYTES_MAX);
    intake->reader = tf_reader_create(config->companies, config->companies_count, (size_t)config->collector.max_record_bytes);
    if (!intake->arena || !intake->reader)
        return tf_intake_destroy(intake);
    return intake;
}

struct tf_intake *tf_intake_destroy(struct tf_intake *intake)
{
    if (!intake)
        return NULL;
    tf_reader_destroy(intake->reader);
    tf_arena_destroy(intake->arena);
    free(intake);
    return NULL;
}

void tf_intake_reset(struct tf_intake *intake)
{
    tf_arena_rewind(intake->arena);
}

void tf_intake_trace(struct tf_intake *intake, struct tf_tracer *tracer)
{
    intake->tracer = tracer;
}

static int status_of(enum tf_err err)
{
    switch (err) {
    case TF_E_TOO_BIG:
        return 413;
    case TF_E_CONFLICT:
        return 422;
    case TF_E_FULL:
        return 429;
    case TF_E_UNAVAILABLE:
    case TF_E_TIMEOUT:
        return 503;
    case TF_E_LIMIT:
    case TF_E_MEMORY:
        return 500;
    default:
        return tf_err_class(err) == TF_CLASS_DROP ? 400 : 503;
    }
}

static void refuse(struct tf_receipt *receipt, enum tf_err err, const struct tf_problem *problem)
{
    receipt->err = err;
    receipt->status = status_of(err);
    receipt->path = problem ? problem->path : TF_STR_NONE;
    receipt->detail = problem && tf_str_present(problem->detail) ? problem->detail : tf_str_of(tf_err_text(err));
    receipt->ticket.done = true;
}

static struct tf_str courtesy_key(const struct tf_receipt *receipt, char out[2 + TF_HASH16_BYTES])
{
    memcpy(out, "h:", 2);
    memcpy(out + 2, receipt->claim_id.bytes, TF_HASH16_BYTES);
    return (struct tf_str){out, 2 + TF_HASH16_BYTES};
}

/* A client that asks twice is told so. Only a courtesy: without Redis the record is sent again and the roles' claim decides. */
static bool known_already(struct tf_intake *intake, struct tf_receipt *receipt)
{
    char key[2 + TF_HASH16_BYTES];
    struct tf_buf value;
    bool found = false;
    tf_buf_init(&value, 64);
    enum tf_err err = tf_dedup_get(intake->process->dedup, courtesy_key(receipt, key), &value, &found, NULL);
    bool same = value.len == TF_HASH16_BYTES && memcmp(value.ptr, receipt->body_hash.bytes, TF_HASH16_BYTES) == 0;
    tf_buf_finish(&value);
    if (err != TF_OK || !found)
        return false;
    if (same) {
        receipt->status = 200;
        receipt->replayed = true;
        receipt->ticket.done = true;
    } else {
        struct tf_problem problem = {.detail = TF_STR("this id was taken before with another body; send a new id, or a higher revision to amend")};
        refuse(receipt, TF_E_CONFLICT, &problem);
    }
    return true;
}

static void add_header(struct tf_row *row, const char *name, struct tf_str value)
{
    if (tf_str_present(value))
        row->headers[row->headers_count++] = (struct tf_header){tf_str_of(name), value};
}

static bool fill_row(struct tf_intake *intake, const struct tf_envelope *envelope, const struct tf_event *event, struct tf_row *row)
{
    uint32_t partitions = tf_process_partitions(intake->process);
    if (partitions == 0)
        return false;
    char key[33], now[25];
    tf_identity_key(intake->secret, event->company, event->party, key);
    tf_clock_format_time(tf_clock_wall_ms(), now);
    row->stream = TF_STREAM_AUDIT;
    row->key = tf_arena_dup(intake->arena, tf_str_of(key));
    row->partition = tf_hash_partition(row->key, partitions);
    row->value = envelope->body;
    add_header(row, "ce_id", envelope->id);
    add_header(row, "ce_source", envelope->source);
    add_header(row, "ce_type", tf_arena_printf(intake->arena, "taxflow.%s.v1", tf_event_kind_name(event->kind)));
    add_header(row, "ce_specversion", TF_STR("1.0"));
    add_header(row, "ce_time", tf_str_present(envelope->time) ? envelope->time : tf_arena_dup(intake->arena, tf_str_of(now)));
    add_header(row, "content-type", TF_STR("application/json"));
    return tf_str_present(row->key);
}

/* The "send" span; its context is what the record carries on. A sender's own context, if any, is the parent. */
static void start_send(struct tf_intake *intake, const struct tf_envelope *envelope, const struct tf_trace_context *trace, struct tf_row *row,
                       struct tf_span *span)
{
    struct tf_trace_context own = {0};
    char name[TF_SPAN_NAME_BYTES], text[TF_TRACE_PARENT_BYTES];
    const char *topic = tf_cluster_topic(intake->process->cluster, TF_STREAM_AUDIT);
    if (!trace || !trace->valid)
        tf_trace_parse(envelope->traceparent, &own);
    snprintf(name, sizeof name, "send %s", topic);
    tf_span_start(intake->tracer, span, name, TF_SPAN_PRODUCER, trace && trace->valid ? trace : &own);
    tf_span_text(span, "messaging.system", TF_STR("kafka"));
    tf_span_text(span, "messaging.operation.name", TF_STR("send"));
    tf_span_text(span, "messaging.operation.type", TF_STR("send"));
    tf_span_text(span, "messaging.destination.name", tf_str_of(topic));
    tf_span_text(span, "messaging.message.id", envelope->id);
    tf_trace_format(&span->context, text);
    add_header(row, "traceparent", tf_arena_dup(intake->arena, tf_str_of(text)));
}

static void hand_over(struct tf_intake *intake, const struct tf_envelope *envelope, const struct tf_event *event,
                      const struct tf_trace_context *trace, struct tf_receipt *receipt)
{
    struct tf_row row = {0};
    struct tf_span span;
    if (!fill_row(intake, envelope, event, &row)) {
        refuse(receipt, TF_E_UNAVAILABLE, NULL);
        return;
    }
    if (intake->tracer)
        start_send(intake, envelope, trace, &row, &span);
    else
        add_header(&row, "traceparent", envelope->traceparent);
    enum tf_err err = tf_feed_send(intake->process->feed, &row, &receipt->ticket);
    if (err != TF_OK)
        refuse(receipt, err, NULL);
    if (intake->tracer) {
        if (err != TF_OK)
            tf_span_fail(&span, tf_err_reason(err));
        tf_span_end(intake->tracer, &span);
    }
}

void tf_intake_take(struct tf_intake *intake, struct tf_str text, const struct tf_envelope *attributes, const struct tf_trace_context *trace,
                    bool courtesy, struct tf_receipt *receipt)
{
    struct tf_envelope envelope = {0};
    struct tf_event event = {0};
    struct tf_problem problem = {0};
    memset(receipt, 0, sizeof *receipt);
    enum tf_err err = attributes ? tf_reader_read_binary(intake->reader, attributes, text, intake->arena, &envelope, &event, &problem)
                                 : tf_reader_read(intake->reader, text, intake->arena, &envelope, &event, &problem);
    if (err != TF_OK) {
        refuse(receipt, err, &problem);
        return;
    }
    receipt->status = 202;
    receipt->id = envelope.id;
    receipt->claim_id = tf_identity_claim(envelope.source, envelope.id, event.revision);
    receipt->body_hash = envelope.body_hash;
    if (courtesy && known_already(intake, receipt))
        return;
    hand_over(intake, &envelope, &event, trace, receipt);
}

static void remember(struct tf_intake *intake, const struct tf_receipt *receipts, size_t count)
{
    struct tf_dedup_pair *pairs = TF_ARENA_ARRAY(intake->arena, struct tf_dedup_pair, count);
    size_t used = 0;
    for (size_t i = 0; pairs && i < count; i++) {
        if (receipts[i].status != 202)
            continue;
        char *key = tf_arena_alloc(intake->arena, 2 + TF_HASH16_BYTES);
        if (!key)
            break;
        pairs[used].suffix = courtesy_key(&receipts[i], key);
        pairs[used++].value = (struct tf_str){(const char *)receipts[i].body_hash.bytes, TF_HASH16_BYTES};
    }
    if (used > 0 && tf_dedup_put_all(intake->process->dedup, pairs, used, true, NULL) != TF_OK)
        TF_LOG0(TF_LOG_DEBUG, "courtesy_skipped", "ids were not remembered for repeats; the roles' claims decide");
}

void tf_intake_settle(struct tf_intake *intake, struct tf_receipt *receipts, size_t count, bool courtesy)
{
    enum { WAIT_MS = 9000 }; /* past the 8 s after which a feed gives rows up: then every ticket is done */
    for (size_t i = 0; i < count; i++) {
        struct tf_receipt *receipt = &receipts[i];
        if (receipt->status != 202)
            continue;
        enum tf_err err = tf_feed_wait(intake->process->feed, &receipt->ticket, 1, WAIT_MS);
        if (err == TF_OK)
            err = receipt->ticket.err;
        if (err != TF_OK)
            refuse(receipt, err, NULL);
    }
    if (courtesy)
        remember(intake, receipts, count);
}

enum tf_err tf_intake_bury(struct tf_intake *intake, const struct tf_receipt *receipt, struct tf_str original, struct tf_str position)
{
    struct tf_row row = {0};
    struct tf_problem problem = {.err = receipt->err, .path = receipt->path, .detail = receipt->detail};
    uint32_t partitions = tf_process_partitions(intake->process);
    if (partitions == 0)
        return TF_E_UNAVAILABLE;
    struct tf_dead_letter letter = {.role = "collector", .problem = &problem, .original = original, .position = position, .event_id = receipt->id};
    if (!tf_dead_letter_fill(&row, &letter, intake->arena))
        return TF_E_LIMIT;
    row.partition = tf_hash_partition(original, partitions);
    struct tf_ticket ticket = {0};
    TF_TRY(tf_feed_send(intake->process->feed, &row, &ticket));
    TF_TRY(tf_feed_wait(intake->process->feed, &ticket, 1, 9000));
    tf_metrics_add(tf_metrics_series(TF_METRIC_dead_letters_total, "collector", tf_err_reason(receipt->err), NULL), 1);
    return ticket.err;
}
