/* The settings of each kind of client: what the guarantee rests on is there, users' own come through, wrong ones are named without their value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "properties.h"

struct fixture {
    struct tf_config config;
    struct tf_cluster *cluster;
    struct tf_fault fault;
};

static void start(struct fixture *fixture, const char *const *properties, size_t count)
{
    *fixture = (struct fixture){0};
    fixture->config.kafka.bootstrap_servers = "broker:9093";
    fixture->config.kafka.topic_prefix = "acme";
    fixture->config.kafka.group_prefix = "group";
    fixture->config.kafka.assignor = "range";
    fixture->config.kafka.properties = (struct tf_string_list){properties, count};
    assert_int_equal(tf_cluster_create(&fixture->config, &fixture->cluster, &fixture->fault), TF_OK);
}

static void finish(struct fixture *fixture)
{
    tf_cluster_destroy(fixture->cluster);
}

static rd_kafka_conf_t *build(struct fixture *fixture, enum tf_properties_kind kind, const char *group)
{
    struct tf_properties_request request = {fixture->cluster, &fixture->config, kind, "acme.tax.host.1", group};
    rd_kafka_conf_t *conf = NULL;
    assert_int_equal(tf_properties_build(&request, &conf, &fixture->fault), TF_OK);
    return conf;
}

static void expect(const rd_kafka_conf_t *conf, const char *key, const char *value)
{
    char text[256] = "";
    size_t size = sizeof text;
    assert_int_equal(rd_kafka_conf_get(conf, key, text, &size), RD_KAFKA_CONF_OK);
    assert_string_equal(text, value);
}

static void test_consumer(void **state)
{
    (void)state;
    struct fixture fixture;
    start(&fixture, NULL, 0);
    rd_kafka_conf_t *conf = build(&fixture, TF_PROPERTIES_CONSUMER, "tax");
    expect(conf, "bootstrap.servers", "broker:9093");
    expect(conf, "group.id", "group.tax");
    expect(conf, "group.instance.id", "acme.tax.host.1");
    expect(conf, "client.id", "acme.tax.host.1");
    expect(conf, "partition.assignment.strategy", "range");
    expect(conf, "session.timeout.ms", "6000");
    expect(conf, "heartbeat.interval.ms", "1000");
    expect(conf, "isolation.level", "read_committed");
    expect(conf, "enable.auto.commit", "false");
    expect(conf, "enable.auto.offset.store", "false");
    expect(conf, "allow.auto.create.topics", "false");
    expect(conf, "check.crcs", "true");
    expect(conf, "auto.offset.reset", "error");
    expect(conf, "fetch.message.max.bytes", "262144");
    rd_kafka_conf_destroy(conf);
    fixture.config.kafka.accept_gap = true; /* the consumer steps over the gap itself, and says so */
    conf = build(&fixture, TF_PROPERTIES_CONSUMER, "tax");
    expect(conf, "auto.offset.reset", "error");
    rd_kafka_conf_destroy(conf);
    finish(&fixture);
}

static void test_producers(void **state)
{
    (void)state;
    struct fixture fixture;
    start(&fixture, NULL, 0);
    rd_kafka_conf_t *conf = build(&fixture, TF_PROPERTIES_TRANSACTION, NULL);
    expect(conf, "transactional.id", "acme.tax.host.1");
    expect(conf, "transaction.timeout.ms", "10000");
    expect(conf, "message.timeout.ms", "8000");
    expect(conf, "enable.idempotence", "true");
    expect(conf, "acks", "-1");
    expect(conf, "message.max.bytes", "4194304");
    rd_kafka_conf_destroy(conf);
    conf = build(&fixture, TF_PROPERTIES_PRODUCER, NULL);
    expect(conf, "enable.idempotence", "true");
    expect(conf, "acks", "-1");
    char text[64];
    size_t size = sizeof text;
    assert_int_not_equal(rd_kafka_conf_get(conf, "transactional.id", text, &size), RD_KAFKA_CONF_OK);
    rd_kafka_conf_destroy(conf);
    conf = build(&fixture, TF_PROPERTIES_FEED, NULL);
    expect(conf, "enable.idempotence", "true");
    expect(conf, "acks", "-1");
    expect(conf, "message.timeout.ms", "60000"); /* the feed gives up first */
    expect(conf, "linger.ms", "2"); /* a request waits for it */
    rd_kafka_conf_destroy(conf);
    finish(&fixture);
}

static void test_readers(void **state)
{
    (void)state;
    struct fixture fixture;
    start(&fixture, NULL, 0);
    rd_kafka_conf_t *conf = build(&fixture, TF_PROPERTIES_TAIL, "reader");
    expect(conf, "isolation.level", "read_committed");
    expect(conf, "enable.auto.commit", "false");
    expect(conf, "enable.partition.eof", "true");
    rd_kafka_conf_destroy(conf);
    conf = build(&fixture, TF_PROPERTIES_WATCH, "tax");
    expect(conf, "group.id", "group.tax");
    expect(conf, "isolation.level", "read_uncommitted");
    rd_kafka_conf_destroy(conf);
    finish(&fixture);
}

static void test_users_own(void **state)
{
    (void)state;
    static const char *const good[] = {"queued.min.messages=77", "ssl.ca.location=/etc/ca=1.pem", "isolation.level=read_uncommitted"};
    struct fixture fixture;
    start(&fixture, good, 3);
    rd_kafka_conf_t *conf = build(&fixture, TF_PROPERTIES_CONSUMER, "tax");
    expect(conf, "queued.min.messages", "77");
    expect(conf, "ssl.ca.location", "/etc/ca=1.pem");
    expect(conf, "isolation.level", "read_committed"); /* even where `check` was not asked */
    rd_kafka_conf_destroy(conf);
    finish(&fixture);
}

static void refuse(const char *entry, const char *named, const char *secret)
{
    struct fixture fixture;
    start(&fixture, &entry, 1);
    struct tf_properties_request request = {fixture.cluster, &fixture.config, TF_PROPERTIES_ADMIN, "i", NULL};
    rd_kafka_conf_t *conf = NULL;
    assert_int_equal(tf_properties_build(&request, &conf, &fixture.fault), TF_E_CONFIG);
    assert_null(conf);
    assert_non_null(strstr(fixture.fault.text, named));
    assert_null(strstr(fixture.fault.text, secret));
    finish(&fixture);
}

static void test_wrong_ones(void **state)
{
    (void)state;
    refuse("no.such.key=hush", "no.such.key", "hush");
    refuse("linger.ms=hush", "linger.ms", "hush");
    refuse("hush", "entry 1", "hush");
    refuse("=hush", "entry 1", "hush");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_consumer), cmocka_unit_test(test_producers), cmocka_unit_test(test_readers),
        cmocka_unit_test(test_users_own), cmocka_unit_test(test_wrong_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
