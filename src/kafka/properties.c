#include "properties.h"

#include <stdio.h>
#include <string.h>

#include "taxflow/secret.h"

enum { TEXT_BYTES = 256, KEY_BYTES = 128 };

struct property {
    unsigned kinds; /* bits of the kinds that have it */
    const char *key, *value;
};

#define CONSUMER (1u << TF_PROPERTIES_CONSUMER)
#define TRANSACTION (1u << TF_PROPERTIES_TRANSACTION)
#define PRODUCER (1u << TF_PROPERTIES_PRODUCER)
#define FEED (1u << TF_PROPERTIES_FEED)
#define TAIL (1u << TF_PROPERTIES_TAIL)
#define WATCH (1u << TF_PROPERTIES_WATCH)
#define ADMIN (1u << TF_PROPERTIES_ADMIN)
#define PRODUCERS (TRANSACTION | PRODUCER | FEED)
#define ALL (CONSUMER | PRODUCERS | TAIL | WATCH | ADMIN)

/* What users may change. Consumers: 8 MiB of prefetch bound memory whatever the backlog. */
static const struct property tuning[] = {
    {ALL, "log.thread.name", "false"},
    {ALL, "socket.keepalive.enable", "true"},
    {ALL, "socket.nagle.disable", "true"},
    {ALL, "reconnect.backoff.max.ms", "2000"},
    {CONSUMER, "session.timeout.ms", "6000"},
    {CONSUMER, "heartbeat.interval.ms", "1000"},
    {CONSUMER, "queued.min.messages", "20000"},
    {CONSUMER, "queued.max.messages.kbytes", "8192"},
    /* An answer holds this much of every partition, compressed: at 1 MiB twelve partitions unpack to more than the queue may hold. */
    {CONSUMER, "fetch.message.max.bytes", "262144"},
    {TAIL, "queued.min.messages", "5000"},
    {TAIL, "queued.max.messages.kbytes", "8192"},
    {CONSUMER | TAIL, "fetch.max.bytes", "16777216"},
    {CONSUMER | TAIL, "fetch.wait.max.ms", "50"},
    {CONSUMER | TAIL, "fetch.error.backoff.ms", "100"},
    {TRANSACTION | PRODUCER, "linger.ms", "5"},
    {FEED, "linger.ms", "2"}, /* somebody waits for each row's report: at 5 a single post takes twice as long, and many take no less work */
    {PRODUCERS, "queue.buffering.max.kbytes", "65536"},
    {PRODUCER | FEED, "queue.buffering.max.messages", "500000"},
    /* librdkafka waits this long to ask again while the coordinator still ends the transaction before */
    {PRODUCERS, "retry.backoff.ms", "20"},
};

/* An idle fetch on the mock takes its whole wait, whatever arrives meanwhile. */
static const struct property embedded[] = {
    {CONSUMER | TAIL, "fetch.wait.max.ms", "10"},
};

/* What no user may change: `check` refuses these keys. */
static const struct property guarantee[] = {
    {ALL, "message.max.bytes", "4194304"},
    {CONSUMER | TAIL | WATCH, "allow.auto.create.topics", "false"},
    {CONSUMER | TAIL | WATCH, "enable.auto.commit", "false"},
    {CONSUMER | TAIL | WATCH, "enable.auto.offset.store", "false"},
    {CONSUMER | TAIL, "isolation.level", "read_committed"},
    {WATCH, "isolation.level", "read_uncommitted"}, /* ends are high watermarks */
    {CONSUMER | TAIL, "check.crcs", "true"},
    {CONSUMER, "enable.partition.eof", "false"},
    {TAIL, "enable.partition.eof", "true"},
    {TAIL, "auto.offset.reset", "earliest"},
    {PRODUCERS, "enable.idempotence", "true"},
    {PRODUCERS, "acks", "all"},
    {TRANSACTION | PRODUCER, "message.timeout.ms", "8000"},
    {FEED, "message.timeout.ms", "60000"}, /* the feed gives rows up long before: feed.c */
    {PRODUCERS, "delivery.report.only.error", "false"},
    {TRANSACTION, "transaction.timeout.ms", "10000"},
};

static enum tf_err set(rd_kafka_conf_t *conf, const char *key, const char *value, struct tf_fault *fault)
{
    char text[TEXT_BYTES];
    switch (rd_kafka_conf_set(conf, key, value, text, sizeof text)) {
    case RD_KAFKA_CONF_OK:
        return TF_OK;
    case RD_KAFKA_CONF_UNKNOWN:
        return tf_fault_set(fault, TF_E_CONFIG, "kafka.properties: librdkafka %s does not know %s", rd_kafka_version_str(), key);
    default: /* its text quotes the value, which may be a secret */
        return tf_fault_set(fault, TF_E_CONFIG, "kafka.properties: librdkafka %s does not take that value for %s", rd_kafka_version_str(), key);
    }
}

static enum tf_err set_rows(rd_kafka_conf_t *conf, enum tf_properties_kind kind, const struct property *rows, size_t count, struct tf_fault *fault)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].kinds & 1u << kind)
            TF_TRY(set(conf, rows[i].key, rows[i].value, fault));
    return TF_OK;
}

/* "file:PATH" stands for the first line of that file: the way for secrets, which may not stand in the configuration. */
static enum tf_err set_user(rd_kafka_conf_t *conf, const char *key, const char *value, struct tf_fault *fault)
{
    struct tf_secret secret;
    char option[KEY_BYTES + 24], text[TF_SECRET_BYTES_MAX + 1];
    if (strncmp(value, TF_CONFIG_FROM_FILE, strlen(TF_CONFIG_FROM_FILE)) != 0)
        return set(conf, key, value, fault);
    snprintf(option, sizeof option, "kafka.properties: %s", key);
    TF_TRY(tf_secret_read(option, value + strlen(TF_CONFIG_FROM_FILE), &secret, fault));
    snprintf(text, sizeof text, "%.*s", TF_STR_ARGS(secret.text));
    enum tf_err err = set(conf, key, text, fault);
    tf_secret_wipe(&secret);
    explicit_bzero(text, sizeof text);
    return err;
}

static enum tf_err set_users(rd_kafka_conf_t *conf, const struct tf_config *config, struct tf_fault *fault)
{
    for (size_t i = 0; i < config->kafka.properties.count; i++) {
        char key[KEY_BYTES];
        const char *entry = config->kafka.properties.items[i];
        const char *equals = strchr(entry, '=');
        if (!equals || equals == entry || (size_t)(equals - entry) >= sizeof key)
            return tf_fault_set(fault, TF_E_CONFIG, "kafka.properties: entry %zu is not key=value", i + 1);
        snprintf(key, sizeof key, "%.*s", (int)(equals - entry), entry);
        TF_TRY(set_user(conf, key, equals + 1, fault));
    }
    return TF_OK;
}

static enum tf_err set_names(rd_kafka_conf_t *conf, const struct tf_properties_request *request, struct tf_fault *fault)
{
    const struct tf_config *config = request->config;
    char group[TEXT_BYTES];
    TF_TRY(set(conf, "bootstrap.servers", tf_cluster_bootstrap(request->cluster), fault));
    TF_TRY(set(conf, "client.id", request->identity, fault));
    if (request->group) {
        snprintf(group, sizeof group, "%s.%s", config->kafka.group_prefix, request->group);
        TF_TRY(set(conf, "group.id", group, fault));
    }
    if (request->kind == TF_PROPERTIES_TRANSACTION)
        return set(conf, "transactional.id", request->identity, fault);
    if (request->kind != TF_PROPERTIES_CONSUMER)
        return TF_OK;
    TF_TRY(set(conf, "group.instance.id", request->identity, fault));
    TF_TRY(set(conf, "partition.assignment.strategy", config->kafka.assignor, fault));
    /* Starting points are set by hand; a reset happens only where retention took records away, and consumer.c decides about that. */
    return set(conf, "auto.offset.reset", "error", fault);
}

#define ROWS(table) table, sizeof(table) / sizeof(table)[0]

static enum tf_err fill(rd_kafka_conf_t *conf, const struct tf_properties_request *request, struct tf_fault *fault)
{
    TF_TRY(set_rows(conf, request->kind, ROWS(tuning), fault));
    if (PRODUCERS & 1u << request->kind)
        (void)!set(conf, "compression.type", "lz4", NULL); /* librdkafka may be built without it */
    if (request->kind == TF_PROPERTIES_CONSUMER || request->kind == TF_PROPERTIES_TAIL)
        (void)!set(conf, "fetch.queue.backoff.ms", "5", NULL); /* librdkafka before 2.2 does not know it: waker.h */
    if (tf_cluster_embedded(request->cluster))
        TF_TRY(set_rows(conf, request->kind, ROWS(embedded), fault));
    else
        TF_TRY(set_users(conf, request->config, fault));
    TF_TRY(set_rows(conf, request->kind, ROWS(guarantee), fault));
    return set_names(conf, request, fault);
}

enum tf_err tf_properties_build(const struct tf_properties_request *request, rd_kafka_conf_t **ret_conf, struct tf_fault *fault)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    enum tf_err err = fill(conf, request, fault);
    if (err != TF_OK)
        rd_kafka_conf_destroy(conf);
    else
        *ret_conf = conf;
    return err;
}
