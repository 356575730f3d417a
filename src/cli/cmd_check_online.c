/* check --online, Kafka and Redis: what the guarantee rests on, one line a finding. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "check.h"
#include "taxflow/clock.h"

enum {
    MESSAGE_BYTES_MIN = 4194304,
    BROKERS_SAFE = 3,
    RATE_MS = 3600000,
    CLAIM_BYTES = 170, /* measured: 161 to 177 a key, expiry included */
    KEYS = 2,          /* at most: the claim of all roles, and for a record that came over HTTP the collector's note of it */
};

static void find(struct tf_check *check, const char *level, const char *area, const char *format, ...) TF_PRINTF(4, 5);
static void find(struct tf_check *check, const char *level, const char *area, const char *format, ...)
{
    va_list arguments;
    if (strcmp(level, "error") == 0)
        check->status = EX_CONFIG;
    printf("%-7s %-6s ", level, area);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
}

static bool report(struct tf_check *check, const char *area, const char *where, enum tf_err err, const struct tf_fault *fault)
{
    if (err == TF_OK)
        return true;
    int status = check->status == EX_OK ? tf_err_exit_status(err) : check->status;
    find(check, "error", area, "%s: %s", where, fault->text[0] ? fault->text : tf_err_text(err));
    check->status = status;
    return false;
}

static void check_settings(struct tf_check *check, const char *topic, bool holds_claims, const struct tf_topic_facts *facts)
{
    int64_t window_ms = check->config->redis.window_s * 1000;
    const char *cleanup = facts->keeps_latest ? "compact" : "delete";
    if (strcmp(facts->cleanup_policy, cleanup) != 0)
        find(check, "error", "kafka", "%s: cleanup.policy is %s, needed %s", topic, facts->cleanup_policy, cleanup);
    if (facts->unclean_election)
        find(check, "error", "kafka", "%s: unclean.leader.election.enable is true: a broker that lags may become leader and forget records", topic);
    if (facts->message_bytes_max >= 0 && facts->message_bytes_max < MESSAGE_BYTES_MIN)
        find(check, "error", "kafka", "%s: max.message.bytes is %" PRId64 ", needed %d", topic, facts->message_bytes_max, MESSAGE_BYTES_MIN);
    if (holds_claims && facts->retention_ms >= 0 && facts->retention_ms < window_ms)
        find(check, "error", "kafka", "%s: retention.ms is %" PRId64 ", shorter than redis.window_s (%" PRId64 " ms): lost claims could not be restored",
             topic, facts->retention_ms, window_ms);
    if (facts->min_insync > (int64_t)facts->replication)
        find(check, "error", "kafka", "%s: min.insync.replicas is %" PRId64 " with %u copies: nothing can be written", topic, facts->min_insync, facts->replication);
}

static void check_copies(struct tf_check *check, const char *topic, const struct tf_topic_facts *facts, uint32_t brokers)
{
    if (brokers < BROKERS_SAFE || (facts->replication >= 2 && facts->min_insync >= 2))
        return;
    find(check, "error", "kafka", "%s: %u copies, min.insync.replicas %" PRId64 "; on %u brokers at least 2 and 2: one lost disk loses records that were acknowledged",
         topic, facts->replication, facts->min_insync, brokers);
}

static void check_partitions(struct tf_check *check, const char *topic, enum tf_stream stream, const struct tf_topic_facts *facts)
{
    uint32_t needed = check->control.partitions;
    bool grown = stream == TF_STREAM_AUDIT && facts->partitions > needed && !check->config->kafka.drain;
    if (stream != TF_STREAM_CONTROL && (facts->partitions < needed || grown))
        find(check, "error", "kafka", "%s: %u partitions, the control record says %u", topic, facts->partitions, needed);
}

static void check_topics(struct tf_check *check, const struct tf_cluster *cluster, const struct tf_topic_facts *facts, uint32_t brokers)
{
    for (int s = 0; s < TF_STREAM_COUNT; s++) {
        const char *topic = tf_cluster_topic(cluster, (enum tf_stream)s);
        bool holds_claims = s == TF_STREAM_AUDIT || s == TF_STREAM_TAX || s == TF_STREAM_FRAUD || s == TF_STREAM_DUPLICATES || s == TF_STREAM_DLQ;
        check_partitions(check, topic, (enum tf_stream)s, &facts[s]);
        check_settings(check, topic, holds_claims, &facts[s]);
        check_copies(check, topic, &facts[s], brokers);
    }
    if (brokers < BROKERS_SAFE)
        find(check, "advice", "kafka", "%u broker%s: with 3, replication 3 and min.insync.replicas 2 no lost disk loses an acknowledged record", brokers,
             brokers == 1 ? "" : "s");
}

static void measure_rate(struct tf_check *check, struct tf_cluster *cluster)
{
    struct tf_fault fault = {0};
    int64_t now = tf_clock_wall_ms(), since = now - RATE_MS;
    uint64_t records;
    if (check->control.since_ms > since)
        since = check->control.since_ms;
    if (!report(check, "kafka", "rate", tf_topics_received(cluster, check->config, since, &records, &fault), &fault))
        return;
    check->rate = (double)records / (double)(now - since > 1000 ? now - since : 1000) * 1000;
    check->rated = true;
}

static void check_cluster(struct tf_check *check, struct tf_cluster *cluster)
{
    struct tf_topic_facts facts[TF_STREAM_COUNT];
    struct tf_fault fault = {0};
    uint32_t brokers;
    const char *where = check->config->kafka.bootstrap_servers;
    if (!report(check, "kafka", where, tf_topics_inspect(cluster, check->config, facts, &brokers, &fault), &fault))
        return;
    for (int s = 0; s < TF_STREAM_COUNT; s++)
        if (facts[s].partitions == 0)
            tf_fault_set(&fault, TF_E_CONFIG, "topic %s is missing, or its ACL hides it; run `taxflow topics --create`", tf_cluster_topic(cluster, (enum tf_stream)s));
    if (!report(check, "kafka", where, fault.text[0] ? fault.code : TF_OK, &fault) ||
        !report(check, "kafka", where, tf_control_read(cluster, check->config, &check->control, &fault), &fault))
        return;
    find(check, "ok", "kafka", "%s: brokers %u, %d topics of %u partitions, generation %s", where, brokers, TF_STREAM_COUNT, check->control.partitions,
         check->control.generation);
    check_topics(check, cluster, facts, brokers);
    measure_rate(check, cluster);
}

void tf_check_kafka(struct tf_check *check)
{
    struct tf_cluster *cluster = NULL;
    struct tf_fault fault = {0};
    if (report(check, "kafka", check->config->kafka.bootstrap_servers, tf_cluster_create(check->config, &cluster, &fault), &fault))
        check_cluster(check, cluster);
    tf_cluster_destroy(cluster);
}

/* Full memory loses nothing, the roles wait: advice. */
static void check_memory(struct tf_check *check, const struct tf_dedup_facts *facts)
{
    double need = check->rate * (double)check->config->redis.window_s * KEYS * CLAIM_BYTES;
    double limit = (double)(facts->memory_max > 0 ? facts->memory_max : facts->memory_system);
    bool enough = need <= limit;
    if (facts->memory_max == 0)
        find(check, "advice", "redis", "maxmemory is not set: the system ends Redis when memory runs out; set it below the machine's memory");
    if (check->rated)
        find(check, enough ? "ok" : "advice", "redis", "memory %s: %.1f records/s x %" PRId64 " s x %d bytes (a claim, and the collector's note of a record sent over HTTP) = %.1f MiB of %.1f MiB%s",
             enough ? "enough" : "not enough", check->rate, check->config->redis.window_s, KEYS * CLAIM_BYTES, need / 1048576, limit / 1048576,
             enough ? "" : "; roles wait when it is full: raise maxmemory, or shorten redis.window_s");
}

void tf_check_redis(struct tf_check *check)
{
    struct tf_dedup_facts facts;
    struct tf_fault fault = {0};
    const char *where = check->config->redis.servers.count ? check->config->redis.servers.items[0] : "";
    if (!report(check, "redis", where, tf_dedup_inspect(check->config, &facts, &fault), &fault))
        return;
    find(check, "ok", "redis", "%s: version %s, primary, noeviction", where, facts.version);
    if (!facts.appends && !facts.saves)
        find(check, "advice", "redis", "neither appendonly nor save: a restart of Redis loses every claim, and roles wait while they are restored from Kafka");
    check_memory(check, &facts);
}
