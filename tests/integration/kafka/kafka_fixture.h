/* A configuration with defaults, librdkafka's mock as if it were a cluster elsewhere, and the few verbs every test here needs. */
#ifndef TESTS_KAFKA_FIXTURE_H
#define TESTS_KAFKA_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <string.h>

#include "taxflow/clock.h"
#include "taxflow/kafka_read.h"

enum { DEADLINE_MS = 20000, PARTITIONS = 2 };

/* Kafka's protocol numbers of the requests whose answers tests bend. */
enum { API_PRODUCE = 0, API_HEARTBEAT = 12, API_ADD_OFFSETS = 25, API_END_TXN = 26, API_TXN_OFFSET_COMMIT = 28 };

struct mock {
    rd_kafka_t *host;
    rd_kafka_mock_cluster_t *brokers;
};

static inline struct tf_config default_config(void)
{
    struct tf_config config = {0};
    config.kafka.bootstrap_servers = "127.0.0.1:1";
    config.kafka.topic_prefix = "taxflow";
    config.kafka.group_prefix = "taxflow";
    config.kafka.delivery = "exactly-once";
    config.kafka.assignor = "range";
    config.kafka.retention_days = 3660;
    config.kafka.partitions = PARTITIONS;
    config.kafka.replication = 3;
    config.kafka.batch_events = 1000;
    config.kafka.batch_bytes = 8388608;
    config.kafka.batch_ms = 50;
    return config;
}

static inline void silent(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
    (void)rk, (void)level, (void)facility, (void)text;
}

/* A broker without topics. */
static inline struct mock start_broker(struct tf_config *config)
{
    char text[200];
    struct mock mock;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, silent);
    mock.host = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    assert_non_null(mock.host);
    mock.brokers = rd_kafka_mock_cluster_new(mock.host, 1);
    assert_non_null(mock.brokers);
    config->kafka.bootstrap_servers = rd_kafka_mock_cluster_bootstraps(mock.brokers);
    return mock;
}

static inline void create_topic(const struct mock *mock, enum tf_stream stream, int partitions)
{
    char name[64];
    snprintf(name, sizeof name, "taxflow.%s", tf_stream_name(stream));
    rd_kafka_poll(mock->host, 2); /* the mock sleeps through a request that follows another too closely */
    assert_int_equal(rd_kafka_mock_topic_create(mock->brokers, name, partitions, 1), 0);
}

static inline struct mock start_mock(struct tf_config *config)
{
    struct mock mock = start_broker(config);
    for (int s = 0; s < TF_STREAM_COUNT; s++)
        create_topic(&mock, (enum tf_stream)s, s == TF_STREAM_CONTROL ? 1 : PARTITIONS);
    return mock;
}

static inline void stop_mock(struct mock *mock)
{
    rd_kafka_poll(mock->host, 2);
    rd_kafka_mock_cluster_destroy(mock->brokers);
    rd_kafka_destroy(mock->host);
}

static inline bool keep_waiting(void *self)
{
    (void)self;
    return true;
}

/* Wait until the feed knows the topics. */
static inline void await_feed(struct tf_feed *feed)
{
    int64_t until = tf_clock_mono_ms() + DEADLINE_MS;
    struct tf_ticket none = {0};
    while (tf_feed_partitions(feed) == 0 && tf_clock_mono_ms() < until)
        (void)!tf_feed_wait(feed, &none, 1, 5);
    assert_true(tf_feed_partitions(feed) > 0);
}

static inline void send_event(struct tf_feed *feed, uint32_t partition, const char *id, const char *value, struct tf_ticket *ticket)
{
    struct tf_row row = {.stream = TF_STREAM_AUDIT, .partition = partition, .key = TF_STR("key"), .value = tf_str_of(value)};
    row.headers[0] = (struct tf_header){TF_STR("ce_id"), tf_str_of(id)};
    row.headers[1] = (struct tf_header){TF_STR("ce_source"), TF_STR("urn:test")};
    row.headers[2] = (struct tf_header){TF_STR("tf_origin"), TF_STR("taxflow.dlq:0:7")};
    row.headers_count = 3;
    assert_int_equal(tf_feed_send(feed, &row, ticket), TF_OK);
}

/* Poll until the batch holds count records. */
static inline void poll_until(struct tf_kafka *kafka, struct tf_batch *batch, size_t count)
{
    struct tf_fault fault = {0};
    int64_t until = tf_clock_mono_ms() + DEADLINE_MS;
    while (batch->count < count && tf_clock_mono_ms() < until)
        assert_int_equal(tf_kafka_poll(kafka, batch, 200, &fault), TF_OK);
    assert_int_equal(batch->count, count);
}

/* One result a record, as a role writes it; ready to be handed over. */
static inline void add_results(struct tf_batch *batch, enum tf_stream stream)
{
    for (size_t i = 0; i < batch->count; i++) {
        const struct tf_item *item = &batch->items[i];
        struct tf_row *row = tf_batch_row(batch, item->worker);
        assert_non_null(row);
        row->stream = stream;
        row->partition = item->position.partition;
        row->key = item->key;
        row->value = item->value;
        row->item = (uint32_t)i;
        row->headers[row->headers_count++] = (struct tf_header){TF_STR("ce_id"), item->ce_id};
    }
    tf_batch_rows_ready(batch);
}

struct seen {
    size_t rows;
    char last_id[64], last_value[64];
    uint32_t last_partition;
    int64_t last_offset;
};

static inline void see(void *self, const struct tf_position *position, const struct tf_row *row)
{
    struct seen *seen = self;
    seen->rows++;
    seen->last_partition = position->partition;
    seen->last_offset = position->offset;
    snprintf(seen->last_value, sizeof seen->last_value, "%.*s", TF_STR_ARGS(row->value));
    for (uint32_t i = 0; i < row->headers_count; i++)
        if (tf_str_is(row->headers[i].name, "ce_id"))
            snprintf(seen->last_id, sizeof seen->last_id, "%.*s", TF_STR_ARGS(row->headers[i].value));
}

static inline void read_until(struct tf_tail *tail, struct seen *seen, size_t rows)
{
    int64_t until = tf_clock_mono_ms() + DEADLINE_MS;
    while (seen->rows < rows && tf_clock_mono_ms() < until)
        tf_tail_read(tail, 1000, 100, see, seen);
    assert_int_equal(seen->rows, rows);
}

/* All that a batch is handed over with. */
static inline enum tf_err publish_whole(struct tf_kafka *kafka, struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault)
{
    TF_TRY(tf_kafka_begin(kafka, batch, ret_item, fault));
    TF_TRY(tf_kafka_publish(kafka, batch, ret_item, fault));
    return tf_kafka_flush(kafka, ret_item, fault);
}

#endif
