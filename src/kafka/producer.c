#include "producer.h"

#include <stdlib.h>

#include "cluster_internal.h"
#include "properties.h"
#include "row.h"
#include "taxflow/clock.h"

enum { CLOSE_MS = 1000, QUEUE_WAIT_MS = 10, QUEUE_GIVE_UP_MS = 10000, PACE_POLL_MS = 2, SERVE_EVERY = 256 };

struct tf_producer {
    struct tf_cluster *cluster;
    struct tf_client *client;
    struct tf_reports *reports;
    rd_kafka_topic_t *topics[TF_STREAM_COUNT]; /* made on first use */
};

void tf_reports_clear(struct tf_reports *reports)
{
    for (int e = 0; e < TF_ENDS; e++)
        for (uint32_t p = 0; p < reports->partitions; p++)
            reports->ends[e].next[p] = -1;
    reports->waiting = 0;
    reports->failed = RD_KAFKA_RESP_ERR_NO_ERROR;
    reports->refused_item = UINT32_MAX;
}

/* A row's message carries its stream and item, by value: a late report may come when the batch's memory is gone. */
static void *tag(const struct tf_row *row)
{
    return (void *)((uintptr_t)row->stream << 32 | row->item);
}

static void take_success(struct tf_reports *reports, enum tf_stream stream, const rd_kafka_message_t *message)
{
    uint32_t partition = (uint32_t)message->partition;
    for (int e = 0; e < TF_ENDS; e++)
        if (stream == reports->ends[e].stream && partition < reports->partitions && message->offset >= reports->ends[e].next[partition])
            reports->ends[e].next[partition] = message->offset + 1;
}

/* What an abort purges follows from a failure and is none itself. */
static void take_failure(struct tf_reports *reports, uint32_t item, rd_kafka_resp_err_t code)
{
    if (code == RD_KAFKA_RESP_ERR__PURGE_QUEUE || code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
        return;
    if (!reports->failed)
        reports->failed = code;
    if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE && reports->refused_item == UINT32_MAX)
        reports->refused_item = item;
}

static void on_report(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
    (void)rk;
    struct tf_producer *producer = tf_client_owner(opaque);
    uintptr_t value = (uintptr_t)message->_private;
    enum tf_stream stream = (enum tf_stream)(value >> 32);
    if (producer->reports->waiting > 0)
        producer->reports->waiting--;
    if (message->err) {
        take_failure(producer->reports, (uint32_t)value, message->err);
    } else {
        take_success(producer->reports, stream, message);
        tf_client_note_up(producer->client);
    }
    if (producer->cluster->flow) {
        struct tf_row row;
        tf_row_view(message, stream, &row);
        tf_flow_sent(producer->cluster->flow, stream, message->err ? -1 : message->offset, tf_flow_row_bytes(&row));
    }
}

enum tf_err tf_producer_create(const struct tf_kafka_options *options, bool transactional, struct tf_reports *reports,
                               struct tf_producer **ret_producer, struct tf_fault *fault)
{
    struct tf_properties_request request = {options->cluster, options->config, transactional ? TF_PROPERTIES_TRANSACTION : TF_PROPERTIES_PRODUCER,
                                            options->identity, NULL};
    rd_kafka_conf_t *conf;
    TF_TRY(tf_properties_build(&request, &conf, fault));
    struct tf_producer *producer = calloc(1, sizeof *producer);
    if (!producer) {
        rd_kafka_conf_destroy(conf);
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for a Kafka producer");
    }
    producer->cluster = options->cluster;
    producer->reports = reports;
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    enum tf_err err = tf_client_open(RD_KAFKA_PRODUCER, conf, producer, "producer", &producer->client, fault);
    if (err != TF_OK) {
        free(producer);
        return err;
    }
    *ret_producer = producer;
    return TF_OK;
}

struct tf_producer *tf_producer_destroy(struct tf_producer *producer)
{
    if (!producer)
        return NULL;
    rd_kafka_t *rk = tf_client_handle(producer->client);
    rd_kafka_purge(rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(rk, CLOSE_MS);
    for (int s = 0; s < TF_STREAM_COUNT; s++)
        if (producer->topics[s])
            rd_kafka_topic_destroy(producer->topics[s]);
    tf_client_close(producer->client, CLOSE_MS);
    free(producer);
    return NULL;
}

/* Embedded: rows that a reader has not taken yet would be trimmed by the mock. A row larger than the room goes alone. */
static void pace(struct tf_producer *producer, const struct tf_row *row)
{
    struct tf_flow *flow = producer->cluster->flow;
    size_t bytes = tf_flow_row_bytes(row);
    for (;;) {
        size_t behind = tf_flow_behind(flow, row->stream);
        if (behind == 0 || behind + bytes <= TF_FLOW_ROOM_BYTES)
            break;
        rd_kafka_poll(tf_client_handle(producer->client), PACE_POLL_MS);
    }
    tf_flow_sending(flow, row->stream, bytes);
}

static rd_kafka_topic_t *topic_of(struct tf_producer *producer, enum tf_stream stream)
{
    if (!producer->topics[stream])
        producer->topics[stream] = rd_kafka_topic_new(tf_client_handle(producer->client), tf_cluster_topic(producer->cluster, stream), NULL);
    return producer->topics[stream];
}

static enum tf_err fail_row(struct tf_producer *producer, rd_kafka_resp_err_t code, const struct tf_row *row, struct tf_fault *fault)
{
    TF_TRY(tf_client_fatal(producer->client, fault));
    if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
        return tf_fault_set(fault, TF_E_RESULT_SIZE, "a row of %zu bytes for %s passes %d bytes", row->value.len,
                            tf_cluster_topic(producer->cluster, row->stream), TF_MESSAGE_BYTES_MAX);
    return tf_fault_set(fault, TF_E_ABORTED, "Kafka: a row for %s partition %u was not taken: %s; the batch runs again",
                        tf_cluster_topic(producer->cluster, row->stream), row->partition, rd_kafka_err2str(code));
}

/* The queue is full: until reports have made room. */
static rd_kafka_resp_err_t produce_patiently(rd_kafka_t *rk, rd_kafka_topic_t *topic, const struct tf_row *row)
{
    int64_t until = tf_clock_mono_ms() + QUEUE_GIVE_UP_MS;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__QUEUE_FULL;
    while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL && tf_clock_mono_ms() < until) {
        rd_kafka_poll(rk, QUEUE_WAIT_MS);
        code = tf_row_produce(rk, topic, row, tag(row));
    }
    return code;
}

static enum tf_err send_row(struct tf_producer *producer, const struct tf_row *row, struct tf_fault *fault)
{
    rd_kafka_t *rk = tf_client_handle(producer->client);
    rd_kafka_topic_t *topic = topic_of(producer, row->stream);
    if (!topic)
        return tf_fault_set(fault, TF_E_FATAL, "Kafka refuses the topic name %s", tf_cluster_topic(producer->cluster, row->stream));
    if (producer->cluster->flow)
        pace(producer, row);
    rd_kafka_resp_err_t code = tf_row_produce(rk, topic, row, tag(row));
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        code = produce_patiently(rk, topic, row);
    if (!code) {
        producer->reports->waiting++;
        return TF_OK;
    }
    if (producer->cluster->flow)
        tf_flow_sent(producer->cluster->flow, row->stream, -1, tf_flow_row_bytes(row));
    return fail_row(producer, code, row, fault);
}

enum tf_err tf_producer_send(struct tf_producer *producer, const struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault)
{
    for (unsigned w = 0; w < batch->workers; w++)
        for (size_t i = 0; i < batch->ready[w].count; i++) {
            const struct tf_row *row = &batch->ready[w].items[i];
            enum tf_err err = send_row(producer, row, fault);
            if (err == TF_E_RESULT_SIZE)
                *ret_item = row->item;
            TF_TRY(err);
            if (i % SERVE_EVERY == 0)
                rd_kafka_poll(tf_client_handle(producer->client), 0);
        }
    return TF_OK;
}

enum tf_err tf_producer_flush(struct tf_producer *producer, int timeout_ms, struct tf_fault *fault)
{
    const struct tf_reports *reports = producer->reports;
    rd_kafka_resp_err_t code = rd_kafka_flush(tf_client_handle(producer->client), timeout_ms);
    TF_TRY(tf_client_fatal(producer->client, fault));
    if (reports->failed)
        return tf_fault_set(fault, TF_E_ABORTED, "Kafka: a row was not written: %s; the batch runs again", rd_kafka_err2str(reports->failed));
    if (code || reports->waiting > 0)
        return tf_fault_set(fault, TF_E_ABORTED, "Kafka: no report for %zu rows within %d ms; the batch runs again", reports->waiting, timeout_ms);
    return TF_OK;
}

void tf_producer_purge(struct tf_producer *producer)
{
    rd_kafka_purge(tf_client_handle(producer->client), RD_KAFKA_PURGE_F_QUEUE);
    rd_kafka_poll(tf_client_handle(producer->client), 0);
}

struct tf_client *tf_producer_client(const struct tf_producer *producer)
{
    return producer->client;
}
