/* The embedded broker: the whole walk, positions of its readers, and that nobody's unread rows are trimmed. */
#include "integration/kafka/kafka_fixture.h"

#include <pthread.h>

#include "taxflow/thread.h"

static struct tf_kafka *open_role(struct tf_cluster *cluster, const struct tf_config *config, const char *role)
{
    struct tf_kafka_options options = {.config = config, .cluster = cluster, .role = role, .identity = "taxflow.role.host.1", .partitions = 1};
    struct tf_kafka *kafka = NULL;
    struct tf_fault fault = {0};
    assert_int_equal(tf_kafka_create(&options, keep_waiting, &kafka, &fault), TF_OK);
    return kafka;
}

static struct tf_config embedded_config(void)
{
    struct tf_config config = default_config();
    config.kafka.embedded = true;
    return config;
}

/* A new client of the role goes on where the last one committed. */
static struct tf_kafka *reopen_role(struct tf_kafka *kafka, struct tf_cluster *cluster, const struct tf_config *config, struct tf_feed *feed,
                                    struct tf_batch *batch)
{
    tf_kafka_destroy(kafka);
    kafka = open_role(cluster, config, "tax");
    send_event(feed, 0, "d", "{\"n\":4}", NULL);
    poll_until(kafka, batch, 1);
    assert_int_equal(batch->items[0].position.offset, 3);
    tf_kafka_release(kafka, batch);
    return kafka;
}

static void check_items(const struct tf_batch *batch)
{
    const struct tf_item *first = &batch->items[0];
    assert_true(tf_str_is(first->position.topic, "taxflow.audit"));
    assert_int_equal(first->position.offset, 0);
    assert_true(first->position.timestamp_ms > 0);
    assert_true(tf_str_is(first->ce_id, "a"));
    assert_true(tf_str_is(first->ce_source, "urn:test"));
    assert_true(tf_str_is(first->tf_origin, "taxflow.dlq:0:7"));
    assert_false(tf_str_present(first->tf_role));
    assert_true(tf_str_is(first->value, "{\"n\":1}"));
    assert_int_equal(batch->bytes, 21);
    assert_true(batch->polled_ns > 0);
}

static void test_walk(void **state)
{
    (void)state;
    struct tf_fault fault = {0};
    struct tf_config config = embedded_config();
    struct tf_cluster *cluster;
    struct tf_feed *feed;
    struct tf_tail *tail;
    struct tf_watch *watch;
    uint32_t item = UINT32_MAX;
    assert_int_equal(tf_cluster_create(&config, &cluster, &fault), TF_OK);
    assert_true(tf_cluster_embedded(cluster));
    assert_string_equal(tf_cluster_topic(cluster, TF_STREAM_GROUPS), "taxflow.fraud.groups");
    assert_int_equal(tf_feed_create(cluster, &config, "test", 1 << 20, &feed, &fault), TF_OK);
    assert_int_equal(tf_feed_partitions(feed), 1); /* known at once */
    assert_int_equal(tf_tail_create(cluster, &config, TF_STREAM_TAX, true, &tail, &fault), TF_OK);
    assert_int_equal(tf_watch_create(cluster, &config, &watch, &fault), TF_OK);
    struct tf_kafka *kafka = open_role(cluster, &config, "tax");
    struct tf_batch *batch = tf_batch_create(100, 2, 1 << 20);

    struct tf_ticket tickets[3] = {0};
    send_event(feed, 0, "a", "{\"n\":1}", &tickets[0]);
    send_event(feed, 0, "b", "{\"n\":2}", &tickets[1]);
    send_event(feed, 0, "c", "{\"n\":3}", &tickets[2]);
    assert_int_equal(tf_feed_wait(feed, tickets, 3, DEADLINE_MS), TF_OK);
    assert_int_equal(tickets[2].err, TF_OK);
    assert_int_equal(tickets[2].offset, 2);
    assert_int_equal(tf_feed_inflight_bytes(feed), 0);

    poll_until(kafka, batch, 3);
    check_items(batch);
    assert_int_equal(tf_kafka_result_offset(kafka, 0), -1);

    struct tf_lag lag;
    size_t count;
    assert_int_equal(tf_watch_lag(watch, "tax", &lag, 1, &count), TF_OK);
    assert_int_equal(count, 1);
    assert_int_equal(lag.end, 3);
    assert_int_equal(lag.committed, -1);

    add_results(batch, TF_STREAM_TAX);
    assert_int_equal(publish_whole(kafka, batch, &item, &fault), TF_OK);
    assert_int_equal(tf_kafka_commit(kafka, batch, &fault), TF_OK);
    assert_int_equal(tf_kafka_result_offset(kafka, 0), 3);
    tf_kafka_release(kafka, batch);
    tf_batch_reset(batch);
    assert_int_equal(tf_watch_lag(watch, "tax", &lag, 1, &count), TF_OK);
    assert_int_equal(lag.committed, 3);
    assert_int_equal(tf_watch_lag(watch, "fraud", &lag, 1, &count), TF_OK);
    assert_int_equal(lag.committed, -1);

    struct seen seen = {0};
    read_until(tail, &seen, 3);
    assert_string_equal(seen.last_id, "c");
    assert_string_equal(seen.last_value, "{\"n\":3}");

    kafka = reopen_role(kafka, cluster, &config, feed, batch);
    tf_batch_destroy(batch);
    tf_kafka_destroy(kafka);
    tf_watch_destroy(watch);
    tf_tail_destroy(tail);
    tf_feed_destroy(feed);
    tf_cluster_destroy(cluster);
}

static void test_control(void **state)
{
    (void)state;
    struct tf_fault fault = {0};
    struct tf_config config = embedded_config();
    struct tf_cluster *cluster;
    struct tf_control control, again;
    struct tf_topic_report reports[TF_STREAM_COUNT];
    assert_int_equal(tf_cluster_create(&config, &cluster, &fault), TF_OK);
    assert_int_equal(tf_topics_ensure(cluster, &config, true, reports, &fault), TF_OK);
    assert_true(reports[TF_STREAM_VERDICTS].exists);
    assert_int_equal(tf_control_read(cluster, &config, &control, &fault), TF_OK);
    assert_int_equal(strlen(control.generation), 16);
    assert_int_equal(control.partitions, 1);
    assert_string_equal(control.key_fingerprint, "");
    assert_int_equal(tf_control_bind_key(cluster, &config, "0123456789abcdef", &fault), TF_OK);
    assert_int_equal(tf_control_bind_key(cluster, &config, "0123456789abcdef", &fault), TF_OK);
    assert_int_equal(tf_control_bind_key(cluster, &config, "fedcba9876543210", &fault), TF_E_CONFIG);
    assert_int_equal(tf_control_read(cluster, &config, &again, &fault), TF_OK);
    assert_string_equal(again.generation, control.generation);
    assert_string_equal(again.key_fingerprint, "0123456789abcdef");
    tf_cluster_destroy(cluster);
}

enum { FLOOD_ROWS = 30000, FLOOD_VALUE_BYTES = 500 };

struct flood {
    struct tf_cluster *cluster;
    const struct tf_config *config;
    struct tf_feed *feed;
    struct tf_kafka *kafka;
};

static void *feed_flood(void *value)
{
    struct flood *flood = value;
    char text[FLOOD_VALUE_BYTES + 1];
    for (int i = 0; i < FLOOD_ROWS; i++) {
        tf_feed_pace(flood->feed, 2 * 1024 * 1024);
        /* Unlike anything before, so that compression does not make the flood small. */
        uint8_t noise[FLOOD_VALUE_BYTES / 2];
        tf_hash_random(noise, sizeof noise);
        tf_hash_hex(noise, sizeof noise, text);
        send_event(flood->feed, 0, "f", text, NULL);
    }
    return NULL;
}

static void *judge_flood(void *value)
{
    struct flood *flood = value;
    struct tf_fault fault = {0};
    uint32_t item;
    struct tf_batch *batch = tf_batch_create(2000, 2, 64 << 20);
    int64_t expected = 0;
    while (expected < FLOOD_ROWS) {
        assert_int_equal(tf_kafka_poll(flood->kafka, batch, 100, &fault), TF_OK);
        for (size_t i = 0; i < batch->count; i++)
            assert_int_equal(batch->items[i].position.offset, expected++);
        add_results(batch, TF_STREAM_FRAUD);
        assert_int_equal(publish_whole(flood->kafka, batch, &item, &fault), TF_OK);
        assert_int_equal(tf_kafka_commit(flood->kafka, batch, &fault), TF_OK);
        tf_kafka_release(flood->kafka, batch);
        tf_batch_reset(batch);
    }
    tf_batch_destroy(batch);
    return NULL;
}

/* 15 MB through a broker that keeps 5: nothing is missing, because each writer waits for the slowest reader of what it writes. */
static void test_nothing_is_trimmed(void **state)
{
    (void)state;
    struct tf_fault fault = {0};
    struct tf_config config = embedded_config();
    struct flood flood = {.config = &config};
    struct tf_tail *tail;
    pthread_t feeder, judge;
    assert_int_equal(tf_cluster_create(&config, &flood.cluster, &fault), TF_OK);
    assert_int_equal(tf_feed_create(flood.cluster, &config, "test", 64 << 20, &flood.feed, &fault), TF_OK);
    assert_int_equal(tf_tail_create(flood.cluster, &config, TF_STREAM_FRAUD, true, &tail, &fault), TF_OK);
    flood.kafka = open_role(flood.cluster, &config, "fraud");
    assert_int_equal(tf_thread_start(&feeder, "feeder", feed_flood, &flood), TF_OK);
    assert_int_equal(tf_thread_start(&judge, "judge", judge_flood, &flood), TF_OK);
    struct seen seen = {0};
    int64_t until = tf_clock_mono_ms() + 2 * DEADLINE_MS;
    while (seen.rows < FLOOD_ROWS && tf_clock_mono_ms() < until)
        tf_tail_read(tail, 50, 100, see, &seen);
    pthread_join(feeder, NULL);
    pthread_join(judge, NULL);
    assert_int_equal(seen.rows, FLOOD_ROWS);
    assert_int_equal(seen.last_offset, FLOOD_ROWS - 1);
    tf_kafka_destroy(flood.kafka);
    tf_tail_destroy(tail);
    tf_feed_destroy(flood.feed);
    tf_cluster_destroy(flood.cluster);
}

/* With a reader that takes nothing, a feed says "full" before the broker would trim. */
static void test_full_when_nobody_reads(void **state)
{
    (void)state;
    struct tf_fault fault = {0};
    struct tf_config config = embedded_config();
    struct tf_cluster *cluster;
    struct tf_feed *feed;
    static char text[100001];
    memset(text, 'x', sizeof text - 1);
    assert_int_equal(tf_cluster_create(&config, &cluster, &fault), TF_OK);
    assert_int_equal(tf_feed_create(cluster, &config, "test", 64 << 20, &feed, &fault), TF_OK);
    struct tf_kafka *kafka = open_role(cluster, &config, "tax");
    struct tf_row row = {.stream = TF_STREAM_AUDIT, .value = tf_str_of(text)};
    int taken = 0;
    enum tf_err err = TF_OK;
    while (err == TF_OK && taken < 100) {
        err = tf_feed_send(feed, &row, NULL);
        taken += err == TF_OK;
    }
    assert_int_equal(err, TF_E_FULL);
    assert_in_range(taken, 28, 32); /* 3 MiB of 100 kB rows */
    tf_kafka_destroy(kafka);
    assert_int_equal(tf_feed_send(feed, &row, NULL), TF_OK); /* nobody left to wait for */
    tf_feed_destroy(feed);
    tf_cluster_destroy(cluster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_control),
        cmocka_unit_test(test_nothing_is_trimmed),
        cmocka_unit_test(test_full_when_nobody_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
