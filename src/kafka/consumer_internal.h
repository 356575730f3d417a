/* The consumer's inside, shared by its two files: consumer.c takes records, consumer_assignment.c follows the group. */
#ifndef TAXFLOW_KAFKA_CONSUMER_INTERNAL_H
#define TAXFLOW_KAFKA_CONSUMER_INTERNAL_H

#include "consumer.h"
#include "flow.h"
#include "waker.h"

struct tf_consumer {
    const struct tf_kafka_options *options;
    struct tf_client *client;
    rd_kafka_queue_t *records; /* partitions deliver here; the consumer's own queue carries only events */
    rd_kafka_queue_t *commits; /* answers to commits outside a transaction */
    bool committing;           /* one such answer is to come */
    struct tf_str topic;
    uint32_t partitions;       /* of taxflow.audit */
    int64_t *next;             /* each partition: lowest offset still to come; -1 = any */
    int64_t *began;            /* each partition: what the group had committed when it was assigned; -1 = nothing, or not ours */
    size_t assigned;           /* partitions that are ours */
    rd_kafka_topic_partition_list_t *pending; /* given by the group, starting points not known yet; embedded: not told yet */
    struct tf_batch *filling;  /* being filled right now, so that a revoke can drop from it */
    size_t batch_bytes;        /* of the last batch */
    size_t ahead_bytes;        /* taken for the next */
    bool behind;               /* the last batch was full: more lies in Kafka */
    struct tf_waker waker;
    size_t average_bytes;      /* of a record, to ask for a number that fits batch_bytes */
    struct tf_flow_reader *reader; /* embedded */
    int64_t missing_since_ms;  /* when a broker said that the topic is unknown; 0 = it did not */
    bool told;                 /* an assignment was told of in this poll: nothing is taken before its owner has looked at it */
    bool closing;              /* nobody wants callbacks any more */
};

/** librdkafka's rebalance_cb: runs in tf_consumer_poll or tf_consumer_keep_alive, so in the role's thread. */
void tf_consumer_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *partitions, void *opaque);
/** Try again to find starting points of a pending assignment; embedded: tell of it, from inside a poll. */
void tf_consumer_retry_assignment(struct tf_consumer *consumer);
/** Tell the role that retention took the record at offset lost. */
void tf_consumer_tell_gap(struct tf_consumer *consumer, uint32_t partition, int64_t lost);
/** Wait for the answer to the last commit outside a transaction. TF_OK also where none is to come. */
enum tf_err tf_consumer_settle(struct tf_consumer *consumer, struct tf_fault *fault) TF_MUST_CHECK;
/** Embedded: take partition 0 from where this role's last client left off. */
enum tf_err tf_consumer_assign_embedded(struct tf_consumer *consumer, struct tf_fault *fault) TF_MUST_CHECK;

#endif
