#include <stdlib.h>
#include <string.h>

#include "admin.h"
#include "cluster_internal.h"
#include "metadata.h"
#include "properties.h"
#include "taxflow/clock.h"
#include "taxflow/str.h"

enum { REQUEST_MS = 10000, CLOSE_MS = 2000 };

enum fact { CLEANUP, RETENTION, MESSAGE_BYTES, MIN_INSYNC, UNCLEAN, FACT_COUNT };
static const char *const names[FACT_COUNT] = {
    [CLEANUP] = "cleanup.policy",        [RETENTION] = "retention.ms",
    [MESSAGE_BYTES] = "max.message.bytes", [MIN_INSYNC] = "min.insync.replicas",
    [UNCLEAN] = "unclean.leader.election.enable",
};

static enum tf_err open_admin(struct tf_cluster *cluster, const struct tf_config *config, struct tf_client **ret_client, struct tf_fault *fault)
{
    struct tf_properties_request request = {cluster, config, TF_PROPERTIES_ADMIN, "taxflow-check", NULL};
    rd_kafka_conf_t *conf;
    TF_TRY(tf_properties_build(&request, &conf, fault));
    return tf_client_open(RD_KAFKA_PRODUCER, conf, NULL, "admin client", ret_client, fault);
}

/* -1: not told, or without limit. */
static int64_t number_of(const struct tf_setting *found)
{
    uint64_t number;
    return tf_str_to_u64(tf_str_of(found->value), INT64_MAX, &number) ? (int64_t)number : -1;
}

static void take(const struct tf_topic_plan *plan, struct tf_topic_facts *facts)
{
    snprintf(facts->cleanup_policy, sizeof facts->cleanup_policy, "%s", plan->found[CLEANUP].value);
    facts->retention_ms = number_of(&plan->found[RETENTION]);
    facts->message_bytes_max = number_of(&plan->found[MESSAGE_BYTES]);
    facts->min_insync = number_of(&plan->found[MIN_INSYNC]);
    facts->unclean_election = strcmp(plan->found[UNCLEAN].value, "true") == 0;
}

static enum tf_err inspect(struct tf_client *client, const struct tf_cluster *cluster, struct tf_topic_facts *facts, uint32_t *ret_brokers,
                           struct tf_fault *fault)
{
    struct tf_topic_counts counts;
    struct tf_topic_plan plans[TF_STREAM_COUNT];
    size_t count = 0;
    TF_TRY(tf_metadata_read(client, cluster, REQUEST_MS, &counts, fault));
    *ret_brokers = counts.brokers;
    for (int s = 0; s < TF_STREAM_COUNT; s++) {
        facts[s] = (struct tf_topic_facts){.partitions = counts.partitions[s], .replication = counts.replication[s],
                                           .keeps_latest = tf_topics_keep_latest((enum tf_stream)s)};
        if (counts.partitions[s] == 0)
            continue;
        struct tf_topic_plan *plan = &plans[count++];
        *plan = (struct tf_topic_plan){.stream = (enum tf_stream)s, .name = tf_cluster_topic(cluster, (enum tf_stream)s), .settings_count = FACT_COUNT};
        for (int f = 0; f < FACT_COUNT; f++)
            plan->settings[f].name = names[f];
    }
    TF_TRY(tf_admin_describe(client, plans, count, REQUEST_MS, fault));
    for (size_t i = 0; i < count; i++)
        take(&plans[i], &facts[plans[i].stream]);
    return TF_OK;
}

enum tf_err tf_topics_inspect(struct tf_cluster *cluster, const struct tf_config *config, struct tf_topic_facts *facts, uint32_t *ret_brokers,
                              struct tf_fault *fault)
{
    struct tf_client *client;
    TF_TRY(open_admin(cluster, config, &client, fault));
    enum tf_err err = inspect(client, cluster, facts, ret_brokers, fault);
    tf_client_close(client, CLOSE_MS);
    return err;
}

enum tf_err tf_topics_brokers(struct tf_cluster *cluster, const struct tf_config *config, void (*visit)(void *self, const char *host, int port), void *self,
                              struct tf_fault *fault)
{
    struct tf_client *client;
    const struct rd_kafka_metadata *metadata;
    TF_TRY(open_admin(cluster, config, &client, fault));
    rd_kafka_resp_err_t code = rd_kafka_metadata(tf_client_handle(client), 0, NULL, &metadata, REQUEST_MS);
    enum tf_err err = code ? tf_client_fail(client, code, "asking for the brokers", fault) : TF_OK;
    for (int i = 0; err == TF_OK && i < metadata->broker_cnt; i++)
        visit(self, metadata->brokers[i].host, metadata->brokers[i].port);
    if (err == TF_OK)
        rd_kafka_metadata_destroy(metadata);
    tf_client_close(client, CLOSE_MS);
    return err;
}

static rd_kafka_topic_partition_list_t *all_partitions(const struct tf_cluster *cluster, uint32_t partitions, int64_t at)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)partitions);
    for (uint32_t p = 0; p < partitions; p++)
        rd_kafka_topic_partition_list_add(list, tf_cluster_topic(cluster, TF_STREAM_AUDIT), (int32_t)p)->offset = at;
    return list;
}

/* ListOffsets answers "none so late" with the end, as -1. */
static enum tf_err count_since(struct tf_client *client, rd_kafka_topic_partition_list_t *since, rd_kafka_topic_partition_list_t *ends,
                               uint64_t *ret_records, struct tf_fault *fault)
{
    rd_kafka_t *rk = tf_client_handle(client);
    rd_kafka_resp_err_t code = rd_kafka_offsets_for_times(rk, since, REQUEST_MS);
    if (!code)
        code = rd_kafka_offsets_for_times(rk, ends, REQUEST_MS);
    if (code)
        return tf_client_fail(client, code, "asking for offsets", fault);
    for (int i = 0; i < ends->cnt; i++)
        if (since->elems[i].offset >= 0 && ends->elems[i].offset > since->elems[i].offset)
            *ret_records += (uint64_t)(ends->elems[i].offset - since->elems[i].offset);
    return TF_OK;
}

enum tf_err tf_topics_received(struct tf_cluster *cluster, const struct tf_config *config, int64_t since_ms, uint64_t *ret_records, struct tf_fault *fault)
{
    struct tf_client *client;
    struct tf_topic_counts counts;
    *ret_records = 0;
    TF_TRY(open_admin(cluster, config, &client, fault));
    enum tf_err err = tf_metadata_read(client, cluster, REQUEST_MS, &counts, fault);
    if (err == TF_OK) {
        rd_kafka_topic_partition_list_t *since = all_partitions(cluster, counts.partitions[TF_STREAM_AUDIT], since_ms);
        rd_kafka_topic_partition_list_t *ends = all_partitions(cluster, counts.partitions[TF_STREAM_AUDIT], RD_KAFKA_OFFSET_END);
        err = count_since(client, since, ends, ret_records, fault);
        rd_kafka_topic_partition_list_destroy(since);
        rd_kafka_topic_partition_list_destroy(ends);
    }
    tf_client_close(client, CLOSE_MS);
    return err;
}
