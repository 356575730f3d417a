/* Feed, tail, watch and the checks at the start, against a broker that may be away. */
#include <pthread.h>
#include <stdlib.h>

#include "integration/kafka/kafka_fixture.h"

static struct tf_feed *open_feed(struct tf_cluster *cluster, const struct tf_config *config, size_t bytes)
{
    struct tf_fault fault = {0};
    struct tf_feed *feed;
    assert_int_equal(tf_feed_create(cluster, config, "test", bytes, &feed, &fault), TF_OK);
    return feed;
}

static struct tf_cluster *open_cluster(const struct tf_config *config)
{
    struct tf_fault fault = {0};
    struct tf_cluster *cluster;
    assert_int_equal(tf_cluster_create(config, &cluster, &fault), TF_OK);
    return cluster;
}

/* Keep calling until the condition of an outage holds. */
static void await_up(struct tf_feed *feed, bool up)
{
    int64_t until = tf_clock_mono_ms() + DEADLINE_MS;
    struct tf_ticket none = {0};
    while (tf_feed_up(feed) != up && tf_clock_mono_ms() < until)
        (void)!tf_feed_wait(feed, &none, 1, 20);
    assert_int_equal(tf_feed_up(feed), up);
}

static void test_no_broker(void **state)
{
    (void)state;
    struct tf_config config = default_config();
    struct tf_cluster *cluster = open_cluster(&config);
    struct tf_feed *feed = open_feed(cluster, &config, 1 << 20);
    struct tf_row row = {.stream = TF_STREAM_AUDIT, .value = TF_STR("v")};
    struct tf_ticket ticket = {0};
    assert_int_equal(tf_feed_send(feed, &row, &ticket), TF_E_UNAVAILABLE);
    assert_false(tf_feed_up(feed));
    assert_int_equal(tf_feed_partitions(feed), 0);
    /* A row that never set off is nobody's: waiting for it is a pause. */
    assert_int_equal(tf_feed_wait(feed, &ticket, 1, 10), TF_E_TIMEOUT);
    assert_false(ticket.done);

    struct tf_fault fault = {0};
    struct tf_tail *tail;
    struct tf_watch *watch;
    struct tf_lag lags[4];
    struct seen seen = {0};
    size_t count;
    assert_int_equal(tf_tail_create(cluster, &config, TF_STREAM_STATUS, false, &tail, &fault), TF_OK);
    assert_int_equal(tf_tail_read(tail, 10, 10, see, &seen), 0);
    assert_int_equal(tf_tail_trouble(tail, &fault), TF_E_UNAVAILABLE);
    assert_non_null(strstr(fault.text, "127.0.0.1:1"));
    assert_int_equal(tf_watch_create(cluster, &config, &watch, &fault), TF_OK);
    assert_int_equal(tf_err_class(tf_watch_lag(watch, "tax", lags, 4, &count)), TF_CLASS_RETRY);
    assert_int_equal(count, 0);
    tf_watch_destroy(watch);
    tf_tail_destroy(tail);
    tf_feed_destroy(feed);
    tf_cluster_destroy(cluster);
}

static void test_budget_and_sizes(void **state)
{
    (void)state;
    struct tf_config config = default_config();
    struct mock mock = start_mock(&config);
    struct tf_cluster *cluster = open_cluster(&config);
    struct tf_feed *feed = open_feed(cluster, &config, 100000);
    static char text[4300000];
    memset(text, 'x', sizeof text);
    await_feed(feed);
    await_up(feed, true);
    struct tf_row row = {.stream = TF_STREAM_AUDIT, .partition = 1, .key = TF_STR("k"), .value = {text, 60000}};
    struct tf_ticket first = {0}, second = {0};
    rd_kafka_mock_broker_set_rtt(mock.brokers, 1, 300);
    assert_int_equal(tf_feed_send(feed, &row, &first), TF_OK);
    assert_in_range(tf_feed_inflight_bytes(feed), 60000, 61000);
    assert_int_equal(tf_feed_send(feed, &row, &second), TF_E_FULL);
    assert_int_equal(tf_feed_wait(feed, &first, 1, DEADLINE_MS), TF_OK);
    assert_int_equal(first.err, TF_OK);
    assert_int_equal(first.partition, 1);
    assert_int_equal(tf_feed_inflight_bytes(feed), 0);
    rd_kafka_mock_broker_set_rtt(mock.brokers, 1, 0);

    row.value.len = sizeof text;
    assert_int_equal(tf_feed_send(feed, &row, &second), TF_E_TOO_BIG);
    row.value.len = 10;
    rd_kafka_mock_push_request_errors(mock.brokers, API_PRODUCE, 1, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    assert_int_equal(tf_feed_send(feed, &row, &second), TF_OK);
    assert_int_equal(tf_feed_wait(feed, &second, 1, DEADLINE_MS), TF_OK);
    assert_int_equal(second.err, TF_E_TOO_BIG);

    row.partition = 99;
    assert_int_equal(tf_feed_send(feed, &row, &second), TF_E_UNAVAILABLE);
    assert_int_equal(tf_feed_inflight_bytes(feed), 0);
    tf_feed_destroy(feed);
    tf_cluster_destroy(cluster);
    stop_mock(&mock);
}

enum { SENDERS = 8, ROWS_EACH = 200 };

struct sender {
    struct tf_feed *feed;
    struct tf_ticket tickets[ROWS_EACH];
};

static void *send_and_wait(void *value)
{
    struct sender *sender = value;
    struct tf_ticket *each[ROWS_EACH];
    const struct tf_row row = {.stream = TF_STREAM_AUDIT, .value = TF_STR("v")};
    for (size_t i = 0; i < ROWS_EACH; i++) {
        each[ROWS_EACH - 1 - i] = &sender->tickets[i];
        if (tf_feed_send(sender->feed, &row, &sender->tickets[i]) != TF_OK)
            return "a row was refused";
    }
    return tf_feed_wait_all(sender->feed, each, ROWS_EACH, DEADLINE_MS) == TF_OK ? NULL : "a wait had no end";
}

/* Each waits for its own rows, and is woken when the last of them is there. */
static void test_many_senders(void **state)
{
    (void)state;
    struct tf_config config = default_config();
    struct mock mock = start_mock(&config);
    struct tf_cluster *cluster = open_cluster(&config);
    struct tf_feed *feed = open_feed(cluster, &config, 1 << 20);
    struct sender *senders = calloc(SENDERS, sizeof *senders);
    pthread_t threads[SENDERS];
    await_feed(feed);
    for (size_t s = 0; s < SENDERS; s++) {
        senders[s].feed = feed;
        assert_int_equal(pthread_create(&threads[s], NULL, send_and_wait, &senders[s]), 0);
    }
    for (size_t s = 0; s < SENDERS; s++) {
        void *words = NULL;
        assert_int_equal(pthread_join(threads[s], &words), 0);
        if (words)
            fail_msg("%s", (const char *)words);
        for (size_t i = 0; i < ROWS_EACH; i++)
            assert_true(senders[s].tickets[i].done && senders[s].tickets[i].err == TF_OK && senders[s].tickets[i].offset >= 0);
    }
    assert_int_equal(tf_feed_inflight_bytes(feed), 0);
    free(senders);
    tf_feed_destroy(feed);
    tf_cluster_destroy(cluster);
    stop_mock(&mock);
}

/* Two seconds without a broker: rows are refused; back: they are taken. A ticket given up on is not written to later. */
static void test_outage(void **state)
{
    (void)state;
    struct tf_config config = default_config();
    struct mock mock = start_mock(&config);
    struct tf_cluster *cluster = open_cluster(&config);
    struct tf_feed *feed = open_feed(cluster, &config, 1 << 20);
    struct tf_row row = {.stream = TF_STREAM_AUDIT, .value = TF_STR("v")};
    struct tf_ticket ticket = {0};
    await_feed(feed);
    rd_kafka_mock_broker_set_down(mock.brokers, 1);
    assert_int_equal(tf_feed_send(feed, &row, &ticket), TF_OK); /* not known yet */
    await_up(feed, false);
    assert_int_equal(tf_feed_wait(feed, &ticket, 1, 50), TF_E_TIMEOUT);
    assert_true(ticket.done);
    assert_int_equal(ticket.err, TF_E_TIMEOUT);
    struct tf_ticket refused = {0};
    enum tf_err err = TF_OK;
    int64_t until = tf_clock_mono_ms() + DEADLINE_MS;
    while (err == TF_OK && tf_clock_mono_ms() < until) {
        err = tf_feed_send(feed, &row, NULL);
        (void)!tf_feed_wait(feed, &refused, 1, 100);
    }
    assert_int_equal(err, TF_E_UNAVAILABLE);

    rd_kafka_mock_broker_set_up(mock.brokers, 1);
    await_up(feed, true);
    assert_int_equal(tf_feed_send(feed, &row, &refused), TF_OK);
    assert_int_equal(tf_feed_wait(feed, &refused, 1, DEADLINE_MS), TF_OK);
    assert_int_equal(refused.err, TF_OK);
    assert_int_equal(ticket.err, TF_E_TIMEOUT);
    tf_feed_destroy(feed);
    tf_cluster_destroy(cluster);
    stop_mock(&mock);
}

/* An error that librdkafka cannot get over: the feed goes on with a new producer. */
static void test_fatal_error(void **state)
{
    (void)state;
    struct tf_config config = default_config();
    struct mock mock = start_mock(&config);
    struct tf_cluster *cluster = open_cluster(&config);
    struct tf_feed *feed = open_feed(cluster, &config, 1 << 20);
    struct tf_row row = {.stream = TF_STREAM_AUDIT, .value = TF_STR("v")};
    struct tf_ticket ticket = {0};
    await_feed(feed);
    rd_kafka_mock_push_request_errors(mock.brokers, API_PRODUCE, 1, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
    assert_int_equal(tf_feed_send(feed, &row, &ticket), TF_OK);
    assert_int_equal(tf_feed_wait(feed, &ticket, 1, DEADLINE_MS), TF_OK);
    assert_int_equal(ticket.err, TF_E_UNAVAILABLE);
    enum tf_err err = TF_E_UNAVAILABLE;
    int64_t until = tf_clock_mono_ms() + DEADLINE_MS;
    while (err != TF_OK && tf_clock_mono_ms() < until) {
        struct tf_ticket next = {0};
        err = tf_feed_send(feed, &row, &next);
        if (tf_feed_wait(feed, &next, 1, err == TF_OK ? DEADLINE_MS : 20) == TF_OK)
            err = next.err;
    }
    assert_int_equal(err, TF_OK);
    tf_feed_destroy(feed);
    tf_cluster_destroy(cluster);
    stop_mock(&mock);
}

static void test_tail(void **state)
{
    (void)state;
    struct tf_config config = default_config();
    struct mock mock = start_mock(&config);
    struct tf_cluster *cluster = open_cluster(&config);
    struct tf_feed *feed = open_feed(cluster, &config, 1 << 20);
    struct tf_fault fault = {0};
    struct tf_tail *tail, *later;
    struct tf_ticket tickets[2] = {0};
    struct seen seen = {0}, seen_later = {0};
    await_feed(feed);
    send_event(feed, 0, "a", "zero", &tickets[0]);
    send_event(feed, 1, "b", "one", &tickets[1]);
    assert_int_equal(tf_feed_wait(feed, tickets, 2, DEADLINE_MS), TF_OK);
    assert_int_equal(tf_tail_create(cluster, &config, TF_STREAM_AUDIT, true, &tail, &fault), TF_OK);
    assert_int_equal(tf_tail_create(cluster, &config, TF_STREAM_AUDIT, false, &later, &fault), TF_OK);
    int64_t until = tf_clock_mono_ms() + DEADLINE_MS;
    while (!tf_tail_ended(tail) && tf_clock_mono_ms() < until)
        tf_tail_read(tail, 1, 100, see, &seen);
    assert_true(tf_tail_ended(tail));
    assert_int_equal(seen.rows, 2);
    while (!tf_tail_ended(later) && tf_clock_mono_ms() < until)
        tf_tail_read(later, 10, 100, see, &seen_later);
    assert_int_equal(seen_later.rows, 0);
    assert_int_equal(tf_tail_trouble(later, &fault), TF_OK);

    send_event(feed, 1, "c", "two", &tickets[0]);
    read_until(later, &seen_later, 1);
    assert_string_equal(seen_later.last_id, "c");
    assert_string_equal(seen_later.last_value, "two");
    assert_int_equal(seen_later.last_partition, 1);
    assert_int_equal(seen_later.last_offset, 1);
    assert_int_equal(tf_feed_wait(feed, tickets, 1, DEADLINE_MS), TF_OK);
    tf_tail_destroy(later);
    tf_tail_destroy(tail);
    tf_feed_destroy(feed);
    tf_cluster_destroy(cluster);
    stop_mock(&mock);
}

static bool never(void *self)
{
    (*(int *)self)++;
    return false;
}

/* A role refuses to start where topics are missing or differ, and stops waiting for a broker when it is told to. */
static void test_start(void **state)
{
    (void)state;
    struct tf_config config = default_config();
    struct tf_cluster *cluster = open_cluster(&config);
    struct tf_fault fault = {0};
    struct tf_kafka *kafka = NULL;
    int asked = 0;
    struct tf_kafka_options options = {.config = &config, .cluster = cluster, .role = "tax", .identity = "i", .partitions = PARTITIONS, .self = &asked};
    assert_int_equal(tf_kafka_create(&options, never, &kafka, &fault), TF_E_UNAVAILABLE);
    assert_int_equal(asked, 1);
    tf_cluster_destroy(cluster);

    struct mock mock = start_broker(&config);
    create_topic(&mock, TF_STREAM_AUDIT, PARTITIONS);
    options.cluster = cluster = open_cluster(&config);
    assert_int_equal(tf_kafka_create(&options, keep_waiting, &kafka, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "taxflow topics --create"));
    struct tf_tail *tail;
    struct seen seen = {0};
    assert_int_equal(tf_tail_create(cluster, &config, TF_STREAM_TAX, true, &tail, &fault), TF_OK);
    assert_int_equal(tf_tail_read(tail, 10, 10, see, &seen), 0);
    assert_int_equal(tf_tail_trouble(tail, &fault), TF_E_CONFIG);
    tf_tail_destroy(tail);
    struct tf_control control;
    assert_int_equal(tf_control_read(cluster, &config, &control, &fault), TF_E_CONFIG);
    for (int s = TF_STREAM_AUDIT + 1; s < TF_STREAM_COUNT; s++)
        create_topic(&mock, (enum tf_stream)s, s == TF_STREAM_DLQ ? PARTITIONS - 1 : PARTITIONS);
    assert_int_equal(tf_kafka_create(&options, keep_waiting, &kafka, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "taxflow.dlq has 1 partitions"));

    /* The topics are there, the control record is not. */
    assert_int_equal(tf_control_read(cluster, &config, &control, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "control record"));
    assert_null(kafka);
    tf_cluster_destroy(cluster);
    stop_mock(&mock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_broker), cmocka_unit_test(test_budget_and_sizes), cmocka_unit_test(test_many_senders),
        cmocka_unit_test(test_outage),
        cmocka_unit_test(test_fatal_error), cmocka_unit_test(test_tail),          cmocka_unit_test(test_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
