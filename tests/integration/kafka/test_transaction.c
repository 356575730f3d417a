/*
 * Transactions against a broker that answers with errors. The mock keeps no transactional offsets and hides no aborted rows:
 * flow and error classes are what it can show.
 */
#include "integration/kafka/kafka_fixture.h"
#include "transaction.h"

enum { HELD_BACK_MS = 40000 };

struct role {
    struct tf_config config;
    struct mock mock;
    struct tf_cluster *cluster;
    struct tf_feed *feed;
    struct tf_kafka *kafka;
    struct tf_batch *batch;
    struct tf_fault fault;
    uint32_t item;
    size_t assigned, revoked;
};

static void on_assigned(void *self, const uint32_t *partitions, size_t count)
{
    (void)partitions;
    ((struct role *)self)->assigned += count;
}

static void on_revoked(void *self, const uint32_t *partitions, size_t count, bool lost)
{
    (void)partitions, (void)lost;
    ((struct role *)self)->revoked += count;
}

static struct tf_kafka_options role_options(struct role *role)
{
    return (struct tf_kafka_options){.config = &role->config, .cluster = role->cluster, .role = "tax", .identity = "taxflow.tax.host.1", .partitions = PARTITIONS,
                                     .on_assigned = on_assigned, .on_revoked = on_revoked, .self = role};
}

static void start_role(struct role *role, const char *delivery)
{
    memset(role, 0, sizeof *role);
    role->config = default_config();
    role->config.kafka.delivery = delivery;
    role->mock = start_mock(&role->config);
    assert_int_equal(tf_cluster_create(&role->config, &role->cluster, &role->fault), TF_OK);
    assert_int_equal(tf_feed_create(role->cluster, &role->config, "test", 1 << 20, &role->feed, &role->fault), TF_OK);
    struct tf_kafka_options options = role_options(role);
    assert_int_equal(tf_kafka_create(&options, keep_waiting, &role->kafka, &role->fault), TF_OK);
    assert_int_equal(tf_kafka_partitions(role->kafka), PARTITIONS);
    assert_true(tf_kafka_up(role->kafka));
    role->batch = tf_batch_create(100, 2, 1 << 20);
    await_feed(role->feed);
}

static void stop_role(struct role *role)
{
    tf_kafka_release(role->kafka, role->batch);
    tf_batch_destroy(role->batch);
    tf_kafka_destroy(role->kafka);
    tf_feed_destroy(role->feed);
    tf_cluster_destroy(role->cluster);
    stop_mock(&role->mock);
}

static void take_two(struct role *role)
{
    tf_kafka_release(role->kafka, role->batch);
    tf_batch_reset(role->batch);
    send_event(role->feed, 0, "a", "zero", NULL);
    send_event(role->feed, 1, "b", "one", NULL);
    poll_until(role->kafka, role->batch, 2);
    add_results(role->batch, TF_STREAM_TAX);
}

static void run_again(struct role *role)
{
    tf_batch_restart(role->batch);
    add_results(role->batch, TF_STREAM_TAX);
}

/* The words of an unexpected failure belong to the test's output. */
static void expect(const struct role *role, enum tf_err err, enum tf_err expected)
{
    if (err != expected)
        print_error("%s: %s\n", tf_err_reason(err), role->fault.text);
    assert_int_equal(err, expected);
}

static void expect_commit(struct role *role)
{
    expect(role, publish_whole(role->kafka, role->batch, &role->item, &role->fault), TF_OK);
    expect(role, tf_kafka_commit(role->kafka, role->batch, &role->fault), TF_OK);
}

static void expect_abort(struct role *role)
{
    enum tf_err err = publish_whole(role->kafka, role->batch, &role->item, &role->fault);
    if (err == TF_OK)
        err = tf_kafka_commit(role->kafka, role->batch, &role->fault);
    expect(role, err, TF_E_ABORTED);
    assert_true(role->fault.text[0] != '\0');
    assert_int_equal(tf_kafka_abort(role->kafka, &role->fault), TF_OK);
}

/* After a row that was refused, librdkafka may ask for one abort more while it takes a new epoch ("skipped sequence numbers"). */
static void expect_commit_in_the_end(struct role *role)
{
    enum tf_err err = TF_E_ABORTED;
    for (int tries = 0; err == TF_E_ABORTED && tries < 5; tries++) {
        run_again(role);
        err = publish_whole(role->kafka, role->batch, &role->item, &role->fault);
        if (err == TF_OK)
            err = tf_kafka_commit(role->kafka, role->batch, &role->fault);
        if (err == TF_E_ABORTED)
            expect(role, tf_kafka_abort(role->kafka, &role->fault), TF_OK);
    }
    expect(role, err, TF_OK);
}

/* The last thing that can happen to a client: another one has its identity. */
static void expect_fenced(struct role *role, int16_t request, rd_kafka_resp_err_t code)
{
    take_two(role);
    rd_kafka_mock_push_request_errors(role->mock.brokers, request, 1, code);
    enum tf_err err = publish_whole(role->kafka, role->batch, &role->item, &role->fault);
    if (err == TF_OK)
        err = tf_kafka_commit(role->kafka, role->batch, &role->fault);
    expect(role, err, TF_E_FENCED);
    assert_non_null(strstr(role->fault.text, "another instance"));
}

/* A member with our group.instance.id took our place. */
static void expect_fenced_in_the_group(struct role *role)
{
    enum tf_err err = TF_OK;
    int64_t until = tf_clock_mono_ms() + DEADLINE_MS;
    rd_kafka_mock_push_request_errors(role->mock.brokers, API_HEARTBEAT, 1, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID);
    while (err == TF_OK && tf_clock_mono_ms() < until)
        err = tf_kafka_keep_alive(role->kafka, 100, &role->fault);
    expect(role, err, TF_E_FENCED);
}

/* Errors of single requests: those the broker may get over are not even seen, the others abort and the batch runs again. */
static void test_answers(void **state)
{
    (void)state;
    struct role role;
    start_role(&role, "exactly-once");
    take_two(&role);
    assert_int_equal(role.assigned, PARTITIONS);
    assert_in_range(tf_kafka_queue_bytes(role.kafka), strlen("zero") + strlen("one"), 1000);
    assert_int_equal(tf_kafka_queue_budget(role.kafka), 2 * role.config.kafka.batch_bytes + 8192 * 1024);
    assert_int_equal(tf_kafka_result_offset(role.kafka, 0), -1);
    expect_commit(&role);
    assert_int_equal(tf_kafka_result_offset(role.kafka, 0), 1);
    assert_int_equal(tf_kafka_result_offset(role.kafka, 1), 1);
    assert_int_equal(tf_kafka_result_offset(role.kafka, 7), -1);

    rd_kafka_mock_cluster_t *brokers = role.mock.brokers;
    take_two(&role);
    rd_kafka_mock_push_request_errors(brokers, API_TXN_OFFSET_COMMIT, 2, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                                      RD_KAFKA_RESP_ERR_NOT_COORDINATOR);
    rd_kafka_mock_push_request_errors(brokers, API_END_TXN, 1, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS);
    expect_commit(&role);
    assert_int_equal(tf_kafka_result_offset(role.kafka, 0), 2);

    take_two(&role);
    rd_kafka_mock_push_request_errors(brokers, API_TXN_OFFSET_COMMIT, 1, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION);
    expect_abort(&role);
    assert_int_equal(tf_kafka_result_offset(role.kafka, 0), 2); /* nothing of an aborted batch counts */
    run_again(&role);
    expect_commit(&role);

    take_two(&role);
    rd_kafka_mock_push_request_errors(brokers, API_PRODUCE, 1, RD_KAFKA_RESP_ERR_INVALID_RECORD);
    expect_abort(&role);
    expect_commit_in_the_end(&role);

    /* An empty batch publishes and commits nothing; without a transaction there is nothing to abort. */
    tf_kafka_release(role.kafka, role.batch);
    tf_batch_reset(role.batch);
    rd_kafka_mock_push_request_errors(brokers, API_END_TXN, 1, RD_KAFKA_RESP_ERR_UNKNOWN);
    assert_int_equal(publish_whole(role.kafka, role.batch, &role.item, &role.fault), TF_OK);
    assert_int_equal(tf_kafka_commit(role.kafka, role.batch, &role.fault), TF_OK);
    assert_int_equal(tf_kafka_abort(role.kafka, &role.fault), TF_OK);
    rd_kafka_mock_clear_request_errors(brokers, API_END_TXN);

    /* Waiting as a member takes no records; they come with the next poll. */
    send_event(role.feed, 0, "c", "later", NULL);
    assert_int_equal(tf_kafka_keep_alive(role.kafka, 100, &role.fault), TF_OK);
    assert_int_equal(role.batch->count, 0);
    poll_until(role.kafka, role.batch, 1);
    assert_true(tf_str_is(role.batch->items[0].ce_id, "c"));
    assert_int_equal(role.revoked, 0);
    expect_fenced(&role, API_END_TXN, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH);
    stop_role(&role);
}

/* The broker's refusal comes with the reports that publish waits for, and names the item. */
static void test_refused_size(void **state)
{
    (void)state;
    struct role role;
    start_role(&role, "exactly-once");
    take_two(&role);
    rd_kafka_mock_push_request_errors(role.mock.brokers, API_PRODUCE, 1, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    role.item = UINT32_MAX;
    assert_int_equal(publish_whole(role.kafka, role.batch, &role.item, &role.fault), TF_E_RESULT_SIZE);
    assert_in_range(role.item, 0, 1);
    assert_int_equal(tf_kafka_abort(role.kafka, &role.fault), TF_OK);
    expect_commit_in_the_end(&role);

    /* Past our own limit it is known at once. */
    take_two(&role);
    static char large[5000000];
    memset(large, 'x', sizeof large);
    struct tf_row *row = tf_batch_row(role.batch, 1);
    *row = (struct tf_row){.stream = TF_STREAM_TAX, .partition = 1, .value = {large, sizeof large}, .item = 1};
    tf_batch_rows_ready(role.batch);
    assert_int_equal(publish_whole(role.kafka, role.batch, &role.item, &role.fault), TF_E_RESULT_SIZE);
    assert_int_equal(role.item, 1);
    assert_int_equal(tf_kafka_abort(role.kafka, &role.fault), TF_OK);
    expect_commit_in_the_end(&role);
    expect_fenced(&role, API_ADD_OFFSETS, RD_KAFKA_RESP_ERR_PRODUCER_FENCED);
    stop_role(&role);
}

/* Twice: librdkafka asks again after 10 s. */
static void hold_back_commit(struct role *role)
{
    assert_int_equal(rd_kafka_mock_broker_push_request_error_rtts(role->mock.brokers, 1, API_END_TXN, 2, RD_KAFKA_RESP_ERR_NO_ERROR, HELD_BACK_MS,
                                                                  RD_KAFKA_RESP_ERR_NO_ERROR, HELD_BACK_MS), 0);
}

/*
 * No answer to a commit: a new producer, and the group's offsets tell whether it was made. One level down, so that the test
 * can move those offsets, as a transaction does that lands without an answer.
 */
static void test_unknown_outcome(void **state)
{
    (void)state;
    struct role role = {0};
    role.config = default_config();
    role.mock = start_mock(&role.config);
    assert_int_equal(tf_cluster_create(&role.config, &role.cluster, &role.fault), TF_OK);
    assert_int_equal(tf_feed_create(role.cluster, &role.config, "test", 1 << 20, &role.feed, &role.fault), TF_OK);
    await_feed(role.feed);
    role.batch = tf_batch_create(100, 2, 1 << 20);
    struct tf_kafka_options options = role_options(&role);
    int64_t results[PARTITIONS], kept[PARTITIONS];
    struct tf_reports reports = {.ends = {{TF_STREAM_TAX, results}, {TF_STREAM_COUNT, kept}}, .partitions = PARTITIONS};
    struct tf_consumer *consumer;
    assert_int_equal(tf_consumer_create(&options, &consumer, &role.fault), TF_OK);
    struct tf_transaction transaction = {.options = &options, .consumer = consumer, .reports = &reports};
    expect(&role, tf_transaction_prepare(&transaction, DEADLINE_MS, &role.fault), TF_OK);
    expect(&role, tf_consumer_join(consumer, PARTITIONS, &role.fault), TF_OK);
    send_event(role.feed, 0, "a", "zero", NULL);
    int64_t until = tf_clock_mono_ms() + DEADLINE_MS;
    while (role.batch->count == 0 && tf_clock_mono_ms() < until)
        expect(&role, tf_consumer_poll(consumer, role.batch, 100, &role.fault), TF_OK);
    add_results(role.batch, TF_STREAM_TAX);

    hold_back_commit(&role);
    expect(&role, tf_transaction_begin(&transaction, role.batch, &role.fault), TF_OK);
    assert_int_equal(transaction.state, TF_TRANSACTION_OPEN);
    expect(&role, tf_producer_send(transaction.producer, role.batch, &role.item, &role.fault), TF_OK);
    expect(&role, tf_transaction_commit(&transaction, role.batch, &role.fault), TF_E_ABORTED);
    assert_int_equal(transaction.state, TF_TRANSACTION_NONE);

    /* Made after all, and found out later: the batch that runs again is done, and nothing is produced for it. */
    transaction.after = tf_consumer_offsets_after(consumer, role.batch);
    transaction.state = TF_TRANSACTION_UNKNOWN;
    expect(&role, tf_consumer_commit(consumer, transaction.after, &role.fault), TF_OK);
    expect(&role, tf_transaction_abort(&transaction, &role.fault), TF_OK);
    assert_int_equal(transaction.state, TF_TRANSACTION_UNKNOWN);
    expect(&role, tf_transaction_begin(&transaction, role.batch, &role.fault), TF_OK);
    assert_int_equal(transaction.state, TF_TRANSACTION_SETTLED);
    expect(&role, tf_transaction_commit(&transaction, role.batch, &role.fault), TF_OK);
    assert_int_equal(transaction.state, TF_TRANSACTION_NONE);

    tf_consumer_release(role.batch);
    tf_batch_destroy(role.batch);
    tf_transaction_finish(&transaction);
    tf_consumer_destroy(consumer);
    tf_feed_destroy(role.feed);
    tf_cluster_destroy(role.cluster);
    stop_mock(&role.mock);
}

static void test_at_least_once(void **state)
{
    (void)state;
    struct role role;
    struct tf_watch *watch;
    struct tf_lag lags[PARTITIONS];
    size_t count = 0;
    start_role(&role, "at-least-once");
    take_two(&role);
    expect_commit(&role);
    assert_int_equal(tf_kafka_result_offset(role.kafka, 1), 1);
    assert_int_equal(tf_watch_create(role.cluster, &role.config, &watch, &role.fault), TF_OK);
    send_event(role.feed, 1, "late", "unread", NULL);
    poll_until(role.kafka, role.batch, 3);
    assert_int_equal(tf_watch_lag(watch, "tax", lags, PARTITIONS, &count), TF_OK);
    assert_int_equal(count, PARTITIONS);
    assert_int_equal(lags[0].end, 1);
    assert_int_equal(lags[0].committed, 1);
    assert_int_equal(lags[1].end, 2);
    assert_int_equal(lags[1].committed, 1);
    assert_int_equal(tf_watch_lag(watch, "fraud", lags, PARTITIONS, &count), TF_OK);
    assert_int_equal(lags[1].committed, -1);
    tf_watch_destroy(watch);
    rd_kafka_mock_push_request_errors(role.mock.brokers, API_PRODUCE, 1, RD_KAFKA_RESP_ERR_INVALID_RECORD);
    run_again(&role);
    expect_abort(&role);
    run_again(&role);
    expect_commit(&role);
    expect_fenced_in_the_group(&role);
    stop_role(&role);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_refused_size),
        cmocka_unit_test(test_at_least_once),
        cmocka_unit_test(test_unknown_outcome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
