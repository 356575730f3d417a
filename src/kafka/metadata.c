#include "metadata.h"

#include "cluster_internal.h"

static void count(const struct tf_cluster *cluster, const struct rd_kafka_metadata *metadata, struct tf_topic_counts *counts)
{
    *counts = (struct tf_topic_counts){.brokers = (uint32_t)metadata->broker_cnt};
    for (int i = 0; i < metadata->topic_cnt; i++) {
        const struct rd_kafka_metadata_topic *topic = &metadata->topics[i];
        enum tf_stream stream = tf_cluster_stream(cluster, topic->topic);
        if (stream < TF_STREAM_COUNT && !topic->err)
            counts->partitions[stream] = (uint32_t)topic->partition_cnt;
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
