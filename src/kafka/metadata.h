/* Which topics of the prefix the cluster has, without making any. */
#ifndef TAXFLOW_KAFKA_METADATA_H
#define TAXFLOW_KAFKA_METADATA_H

#include "client.h"
#include "taxflow/kafka.h"

struct tf_topic_counts {
    uint32_t partitions[TF_STREAM_COUNT]; /* 0 = the topic is missing */
    uint32_t replication[TF_STREAM_COUNT]; /* copies of the partition that has the fewest */
    uint32_t brokers;
};

/** Whether the stream's topic is compacted: it keeps the latest row of a key and no history. topics.c */
bool tf_topics_keep_latest(enum tf_stream stream);

/**
 * Ask for the metadata of all topics: asking for one by name lets a broker create it.
 * Returns TF_OK, TF_E_UNAVAILABLE, TF_E_TIMEOUT, with words.
 */
enum tf_err tf_metadata_read(struct tf_client *client, const struct tf_cluster *cluster, int timeout_ms, struct tf_topic_counts *ret_counts,
                             struct tf_fault *fault) TF_MUST_CHECK;

/**
 * Every topic exists and has the partitions of the control record, or more with kafka.drain; results, as they keep their record's
 * number, may have more anyway. TF_E_CONFIG with the way.
 */
enum tf_err tf_topic_counts_check(const struct tf_topic_counts *counts, const struct tf_cluster *cluster, const struct tf_config *config,
                                  uint32_t partitions, struct tf_fault *fault) TF_MUST_CHECK;

#endif
