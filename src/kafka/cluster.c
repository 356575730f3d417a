#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>

#include "cluster_internal.h"
#include "taxflow/clock.h"

struct tf_cluster_mock {
    rd_kafka_t *host; /* the mock needs a handle to live in; nobody produces with it */
    rd_kafka_mock_cluster_t *brokers;
};

/*
 * The mock's thread may swallow the wake-up of a request that comes right behind another, and then sleeps for a second
 * (librdkafka 2.0.2 drains its pipe after it has looked at its queue): a moment between two requests avoids that.
 */
static void let_settle(const struct tf_cluster_mock *mock)
{
    rd_kafka_poll(mock->host, 2);
}

static void ignore_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
    (void)rk, (void)level, (void)facility, (void)text;
}

static struct tf_cluster_mock *mock_destroy(struct tf_cluster_mock *mock)
{
    if (!mock)
        return NULL;
    if (mock->brokers) {
        let_settle(mock);
        rd_kafka_mock_cluster_destroy(mock->brokers);
    }
    if (mock->host)
        rd_kafka_destroy(mock->host);
    free(mock);
    return NULL;
}

static struct tf_cluster_mock *mock_create(void)
{
    char text[128];
    struct tf_cluster_mock *mock = calloc(1, sizeof *mock);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, ignore_log);
    if (mock)
        mock->host = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    if (!mock || !mock->host) {
        rd_kafka_conf_destroy(conf);
        return mock_destroy(mock);
    }
    mock->brokers = rd_kafka_mock_cluster_new(mock->host, 1);
    return mock->brokers ? mock : mock_destroy(mock);
}

static enum tf_err start_embedded(struct tf_cluster *cluster, struct tf_fault *fault)
{
    cluster->mock = mock_create();
    cluster->flow = tf_flow_create();
    if (!cluster->mock || !cluster->flow)
        return tf_fault_set(fault, TF_E_FATAL, "the embedded broker did not start; see whether loopback sockets are allowed");
    for (int s = 0; s < TF_STREAM_COUNT; s++) {
        let_settle(cluster->mock);
        if (rd_kafka_mock_topic_create(cluster->mock->brokers, cluster->topics[s], 1, 1))
            return tf_fault_set(fault, TF_E_FATAL, "the embedded broker refused topic %s", cluster->topics[s]);
    }
    cluster->bootstrap = strdup(rd_kafka_mock_cluster_bootstraps(cluster->mock->brokers));
    uint8_t random[8];
    tf_hash_random(random, sizeof random);
    tf_hash_hex(random, sizeof random, cluster->control.generation);
    snprintf(cluster->control.cluster_id, sizeof cluster->control.cluster_id, "embedded");
    cluster->control.partitions = 1;
    cluster->control.since_ms = tf_clock_wall_ms();
    return cluster->bootstrap ? TF_OK : tf_fault_set(fault, TF_E_MEMORY, "memory ran out for the embedded broker");
}

static enum tf_err fill(struct tf_cluster *cluster, const struct tf_config *config, struct tf_fault *fault)
{
    for (int s = 0; s < TF_STREAM_COUNT; s++)
        if (asprintf(&cluster->topics[s], "%s.%s", config->kafka.topic_prefix, tf_stream_name((enum tf_stream)s)) < 0)
            return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for topic names");
    if (config->kafka.embedded)
        return start_embedded(cluster, fault);
    cluster->bootstrap = strdup(config->kafka.bootstrap_servers);
    return cluster->bootstrap ? TF_OK : tf_fault_set(fault, TF_E_MEMORY, "memory ran out for kafka.bootstrap_servers");
}

enum tf_err tf_cluster_create(const struct tf_config *config, struct tf_cluster **ret_cluster, struct tf_fault *fault)
{
    struct tf_cluster *cluster = calloc(1, sizeof *cluster);
    if (!cluster)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for the Kafka cluster");
    pthread_mutex_init(&cluster->lock, NULL);
    enum tf_err err = fill(cluster, config, fault);
    if (err != TF_OK) {
        tf_cluster_destroy(cluster);
        return err;
    }
    *ret_cluster = cluster;
    return TF_OK;
}

struct tf_cluster *tf_cluster_destroy(struct tf_cluster *cluster)
{
    if (!cluster)
        return NULL;
    mock_destroy(cluster->mock);
    tf_flow_destroy(cluster->flow);
    for (int s = 0; s < TF_STREAM_COUNT; s++)
        free(cluster->topics[s]);
    free(cluster->bootstrap);
    pthread_mutex_destroy(&cluster->lock);
    free(cluster);
    return NULL;
}

const char *tf_cluster_bootstrap(const struct tf_cluster *cluster)
{
    return cluster->bootstrap;
}

bool tf_cluster_embedded(const struct tf_cluster *cluster)
{
    return cluster->mock != NULL;
}

const char *tf_cluster_topic(const struct tf_cluster *cluster, enum tf_stream stream)
{
    return cluster->topics[stream];
}

enum tf_stream tf_cluster_stream(const struct tf_cluster *cluster, const char *topic)
{
    int s = 0;
    while (s < TF_STREAM_COUNT && strcmp(cluster->topics[s], topic) != 0)
        s++;
    return (enum tf_stream)s;
}
