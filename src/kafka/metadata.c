#include "metadata.h"

#include "cluster_internal.h"

static uint32_t fewest_copies(const struct rd_kafka_metadata_topic *topic)
{
    int fewest = topic->partition_cnt > 0 ? topic->partitions[0].replica_cnt : 0;
    for (int i = 1; i < topic->partition_cnt; i++)
        fewest = topic->partitions[i].replica_cnt < fewest ? topic->partitions[i].replica_cnt : fewest;
    return (uint32_t)fewest;
}

static void count(const struct tf_cluster *cluster, const struct rd_kafka_metadata *metadata, struct tf_topic_counts *counts)
{
    *counts = (struct tf_topic_counts){.brokers = (uint32_t)metadata->broker_cnt};
    for (int i = 0; i < metadata->topic_cnt; i++) {
        const struct rd_kafka_metadata_topic *topic = &metadata->topics[i];
        enum tf_stream stream = tf_cluster_stream(cluster, topic->topic);
        if (stream >= TF_STREAM_COUNT || topic->err)
            continue;
        counts->partitions[stream] = (uint32_t)topic->partition_cnt;
        counts->replication[stream] = fewest_copies(topic);
    }
}

enum tf_err tf_metadata_read(struct tf_client *client, const struct tf_cluster *cluster, int timeout_ms, struct tf_topic_counts *ret_counts,
                             struct tf_fault *fault)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t code = rd_kafka_metadata(tf_client_handle(client), 1, NULL, &metadata, timeout_ms);
    if (code)
        return tf_client_fail(client, code, "asking a broker for its topics", fault);
    count(cluster, metadata, ret_counts);
    rd_kafka_metadata_destroy(metadata);
    tf_client_note_up(client);
    return TF_OK;
}

static enum tf_err refuse_count(const char *topic, uint32_t found, uint32_t partitions, struct tf_fault *fault)
{
    return tf_fault_set(fault, TF_E_CONFIG,
                        "%s has %u partitions, and its prefix was made for %u: a record's place depends on the number, so it never changes under a "
                        "prefix; for more, drain this one (kafka.drain = true) and take a new kafka.topic_prefix (README, Growing)",
                        topic, found, partitions);
}

enum tf_err tf_topic_counts_check(const struct tf_topic_counts *counts, const struct tf_cluster *cluster, const struct tf_config *config,
                                  uint32_t partitions, struct tf_fault *fault)
{
    for (int s = 0; s < TF_STREAM_COUNT; s++) {
        const char *name = tf_cluster_topic(cluster, (enum tf_stream)s);
        uint32_t found = counts->partitions[s];
        bool grown = s == TF_STREAM_AUDIT && found > partitions && !config->kafka.drain;
        if (found == 0)
            return tf_fault_set(fault, TF_E_CONFIG, "topic %s is missing, or its ACL hides it; run `taxflow topics --create`", name);
        if (s != TF_STREAM_CONTROL && (found < partitions || grown))
            return refuse_count(name, found, partitions, fault);
    }
    return TF_OK;
}
