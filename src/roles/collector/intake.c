/* One record's way into Kafka: read, make canonical, key, hand to the feed, answer when the broker has it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "courtesy.h"
#include "intake_internal.h"
#include "taxflow/clock.h"
#include "taxflow/reader_xml.h"
#include "taxflow/dead_letter.h"

/* Records are read, looked up and sent a chunk at a time: the broker works on the first ones while the next are read. */
enum { ARENA_BYTES_MAX = 1024 * 1024 * 1024, CHUNK = 512 };

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
    snprintf(intake->send_name, sizeof intake->send_name, "send %s", tf_cluster_topic(intake->process->cluster, TF_STREAM_AUDIT));
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

void tf_intake_refuse(struct tf_receipt *receipt, enum tf_err err, const struct tf_problem *problem)
{
    receipt->err = err;
    receipt->status = status_of(err);
    receipt->path = problem ? problem->path : TF_STR_NONE;
    receipt->detail = problem && tf_str_present(problem->detail) ? problem->detail : tf_str_of(tf_err_text(err));
    receipt->ticket.done = true;
}

/* A record that was read: what its row is made of. */
struct letter {
    struct tf_envelope envelope;
    char key[33];
};

static enum tf_err read_offer(struct tf_intake *intake, const struct tf_offer *offer, struct tf_envelope *envelope, struct tf_event *event,
                              struct tf_problem *problem)
{
    if (tf_reader_xml_sniff(offer->text))
        return tf_reader_xml_read(intake->reader, offer->attributes, offer->company, offer->text, intake->arena, envelope, event, problem);
    if (offer->attributes)
        return tf_reader_read_binary(intake->reader, offer->attributes, offer->text, intake->arena, envelope, event, problem);
    return tf_reader_read(intake->reader, offer->text, intake->arena, envelope, event, problem);
}

static void read_one(struct tf_intake *intake, const struct tf_offer *offer, struct letter *letter, struct tf_receipt *receipt)
{
    struct tf_event event = {0};
    struct tf_problem problem = {0};
    struct tf_envelope *envelope = &letter->envelope;
    memset(receipt, 0, sizeof *receipt);
    enum tf_err err = read_offer(intake, offer, envelope, &event, &problem);
    if (err != TF_OK) {
        tf_intake_refuse(receipt, err, &problem);
        return;
    }
    receipt->status = 202;
    receipt->id = envelope->id;
    receipt->claim_id = tf_identity_claim(envelope->source, envelope->id, event.revision);
    receipt->body_hash = envelope->body_hash;
    tf_identity_key(intake->secret, event.company, event.party, letter->key);
}

static void add_header(struct tf_row *row, struct tf_str name, struct tf_str value)
{
    if (tf_str_present(value))
        row->headers[row->headers_count++] = (struct tf_header){name, value};
}

/* The feed copies all of it. */
static void fill_row(struct tf_intake *intake, const struct letter *letter, struct tf_str original)
{
    struct tf_row *row = &intake->row;
    const struct tf_envelope *envelope = &letter->envelope;
    row->stream = TF_STREAM_AUDIT;
    row->key = (struct tf_str){letter->key, sizeof letter->key - 1};
    row->partition = tf_hash_partition(row->key, intake->partitions);
    row->value = envelope->body;
    row->headers_count = 0;
    add_header(row, TF_STR("ce_id"), envelope->id);
    add_header(row, TF_STR("ce_source"), envelope->source);
    add_header(row, TF_STR("ce_type"), envelope->type);
    add_header(row, TF_STR("ce_specversion"), TF_STR("1.0"));
    add_header(row, TF_STR("ce_time"), tf_str_present(envelope->time) ? envelope->time : tf_str_of(intake->now));
    add_header(row, TF_STR("content-type"), TF_STR("application/json"));
    add_header(row, TF_STR("ce_tforiginal"), original);
}

/* The "send" span. A sender's own context, if any, is the parent. */
static void start_send(struct tf_intake *intake, const struct tf_envelope *envelope, const struct tf_trace_context *trace)
{
    struct tf_trace_context own = {0};
    struct tf_span *span = &intake->span;
    if (!trace || !trace->valid)
        tf_trace_parse(envelope->traceparent, &own);
    tf_span_start(intake->tracer, span, intake->send_name, TF_SPAN_PRODUCER, trace && trace->valid ? trace : &own);
    tf_span_text(span, "messaging.system", TF_STR("kafka"));
    tf_span_text(span, "messaging.operation.name", TF_STR("send"));
    tf_span_text(span, "messaging.operation.type", TF_STR("send"));
    tf_span_text(span, "messaging.destination.name", tf_str_of(tf_cluster_topic(intake->process->cluster, TF_STREAM_AUDIT)));
    tf_span_text(span, "messaging.message.id", envelope->id);
}

/* The record carries on the span's context. */
static enum tf_err send_traced(struct tf_intake *intake, const struct letter *letter, const struct tf_trace_context *trace, struct tf_ticket *ticket)
{
    char text[TF_TRACE_PARENT_BYTES];
    start_send(intake, &letter->envelope, trace);
    tf_trace_format(&intake->span.context, text);
    add_header(&intake->row, TF_STR("traceparent"), tf_str_of(text));
    enum tf_err err = tf_feed_send(intake->process->feed, &intake->row, ticket);
    if (err != TF_OK)
        tf_span_fail(&intake->span, tf_err_reason(err));
    tf_span_end(intake->tracer, &intake->span);
    return err;
}

static void send_one(struct tf_intake *intake, const struct letter *letter, const struct tf_offer *offer, struct tf_receipt *receipt)
{
    enum tf_err err = TF_E_UNAVAILABLE;
    if (intake->partitions > 0) {
        fill_row(intake, letter, offer->original);
        if (intake->tracer) {
            err = send_traced(intake, letter, offer->trace, &receipt->ticket);
        } else {
            add_header(&intake->row, TF_STR("traceparent"), letter->envelope.traceparent);
            err = tf_feed_send(intake->process->feed, &intake->row, &receipt->ticket);
        }
    }
    if (err != TF_OK)
        tf_intake_refuse(receipt, err, NULL);
}

static void refuse_all(struct tf_receipt *receipts, size_t count, enum tf_err err)
{
    memset(receipts, 0, count * sizeof *receipts);
    for (size_t i = 0; i < count; i++)
        tf_intake_refuse(&receipts[i], err, NULL);
}

void tf_intake_take_all(struct tf_intake *intake, const struct tf_offer *offers, size_t count, bool courtesy, struct tf_receipt *receipts)
{
    struct tf_courtesy known;
    struct letter *letters = tf_arena_alloc(intake->arena, (count < CHUNK ? count : CHUNK) * sizeof *letters);
    if (!letters) {
        refuse_all(receipts, count, TF_E_LIMIT);
        return;
    }
    if (courtesy)
        tf_courtesy_begin(&known, intake, receipts, count);
    for (size_t first = 0, chunk; first < count; first += chunk) {
        chunk = count - first < CHUNK ? count - first : CHUNK;
        for (size_t i = 0; i < chunk; i++)
            read_one(intake, &offers[first + i], &letters[i], &receipts[first + i]);
        if (courtesy)
            tf_courtesy_recall(&known, first, chunk);
        intake->partitions = tf_process_partitions(intake->process);
        tf_clock_format_time(tf_clock_wall_ms(), intake->now);
        for (size_t i = 0; i < chunk; i++)
            if (receipts[first + i].status == 202)
                send_one(intake, &letters[i], &offers[first + i], &receipts[first + i]);
    }
}

void tf_intake_take(struct tf_intake *intake, struct tf_str text, const struct tf_envelope *attributes, const struct tf_trace_context *trace,
                    bool courtesy, struct tf_receipt *receipt)
{
    const struct tf_offer offer = {.text = text, .attributes = attributes, .trace = trace};
    tf_intake_take_all(intake, &offer, 1, courtesy, receipt);
}

/* Wait for the rows that are on their way, all at once. */
static void wait_for_reports(struct tf_intake *intake, struct tf_receipt *receipts, size_t count)
{
    enum { WAIT_MS = 9000 }; /* past the 8 s after which a feed gives rows up: then every ticket is done */
    struct tf_feed *feed = intake->process->feed;
    struct tf_ticket **tickets = tf_arena_alloc(intake->arena, count * sizeof *tickets);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (receipts[i].status != 202)
            continue;
        if (tickets)
            tickets[used++] = &receipts[i].ticket;
        else
            (void)!tf_feed_wait(feed, &receipts[i].ticket, 1, WAIT_MS);
    }
    if (used > 0)
        (void)!tf_feed_wait_all(feed, tickets, used, WAIT_MS); /* what is late has that as its error */
}

/* A repeat is one only of a record that was taken. */
static void follow_first(struct tf_receipt *receipt)
{
    const struct tf_receipt *first = receipt->first;
    if (first->status == 202)
        return;
    receipt->status = first->status;
    receipt->err = first->err;
    receipt->path = first->path;
    receipt->detail = first->detail;
    receipt->replayed = false;
}

void tf_intake_settle(struct tf_intake *intake, struct tf_receipt *receipts, size_t count, bool courtesy)
{
    wait_for_reports(intake, receipts, count);
    for (size_t i = 0; i < count; i++) {
        struct tf_receipt *receipt = &receipts[i];
        if (receipt->status == 202 && receipt->ticket.err != TF_OK)
            tf_intake_refuse(receipt, receipt->ticket.err, NULL);
        else if (receipt->first)
            follow_first(receipt);
    }
    if (courtesy)
        tf_courtesy_remember(intake, receipts, count);
}

enum tf_err tf_intake_bury(struct tf_intake *intake, const struct tf_receipt *receipt, struct tf_str original, struct tf_str position,
                           struct tf_str kept)
{
    struct tf_row row = {0};
    struct tf_problem problem = {.err = receipt->err, .path = receipt->path, .detail = receipt->detail};
    uint32_t partitions = tf_process_partitions(intake->process);
    if (partitions == 0)
        return TF_E_UNAVAILABLE;
    struct tf_dead_letter letter = {.role = "collector", .problem = &problem, .original = original, .position = position, .event_id = receipt->id,
                                    .kept = kept};
    if (!tf_dead_letter_fill(&row, &letter, intake->arena))
        return TF_E_LIMIT;
    row.partition = tf_hash_partition(original, partitions);
    struct tf_ticket ticket = {0};
    TF_TRY(tf_feed_send(intake->process->feed, &row, &ticket));
    TF_TRY(tf_feed_wait(intake->process->feed, &ticket, 1, 9000));
    tf_metrics_add(tf_metrics_series(TF_METRIC_dead_letters_total, "collector", tf_err_reason(receipt->err), NULL), 1);
    return ticket.err;
}
