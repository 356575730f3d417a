/* A role's consumer of taxflow.audit: assignment, starting points, records into batches. One thread owns it. */
#ifndef TAXFLOW_KAFKA_CONSUMER_H
#define TAXFLOW_KAFKA_CONSUMER_H

#include "client.h"
#include "taxflow/kafka.h"

struct tf_consumer;

/** Open without contacting a broker. The options outlive the consumer. */
enum tf_err tf_consumer_create(const struct tf_kafka_options *options, struct tf_consumer **ret_consumer, struct tf_fault *fault) TF_MUST_CHECK;
/** Leave the group (a static member keeps its place until the session ends) and close, in at most 1.5 s each. No callbacks. Returns NULL. */
struct tf_consumer *tf_consumer_destroy(struct tf_consumer *consumer);
/** Join: subscribe, or take partition 0 when embedded. partitions: of taxflow.audit. */
enum tf_err tf_consumer_join(struct tf_consumer *consumer, uint32_t partitions, struct tf_fault *fault) TF_MUST_CHECK;
/** As tf_kafka_poll. */
enum tf_err tf_consumer_poll(struct tf_consumer *consumer, struct tf_batch *batch, int64_t wait_ms, struct tf_fault *fault) TF_MUST_CHECK;
/** As tf_kafka_look_ahead. */
enum tf_err tf_consumer_look_ahead(struct tf_consumer *consumer, struct tf_batch *ahead, size_t most, struct tf_fault *fault) TF_MUST_CHECK;
/** As tf_kafka_keep_alive: serves rebalances; records stay in their own queue. */
enum tf_err tf_consumer_keep_alive(struct tf_consumer *consumer, int64_t wait_ms, struct tf_fault *fault) TF_MUST_CHECK;
/** Give borrowed records back. */
void tf_consumer_release(struct tf_batch *batch);

/** Where to go on after a batch: last offset + 1 of each of its partitions. Freed by the caller. */
rd_kafka_topic_partition_list_t *tf_consumer_offsets_after(const struct tf_consumer *consumer, const struct tf_batch *batch);
/** What the group has committed for the partitions of the list, at most timeout_ms; -1001 (RD_KAFKA_OFFSET_INVALID) for nothing. */
enum tf_err tf_consumer_committed(struct tf_consumer *consumer, rd_kafka_topic_partition_list_t *offsets, int timeout_ms, struct tf_fault *fault)
    TF_MUST_CHECK;
/**
 * Commit outside a transaction: at-least-once; embedded: in the cluster. The answer is waited for by the next commit, a revoke or the end,
 * so an error is that of the commit before; later offsets of a partition take earlier ones along.
 */
enum tf_err tf_consumer_commit(struct tf_consumer *consumer, const rd_kafka_topic_partition_list_t *offsets, struct tf_fault *fault) TF_MUST_CHECK;
/** As tf_kafka_next_offset. */
int64_t tf_consumer_next_offset(const struct tf_consumer *consumer, uint32_t partition);
/** As tf_kafka_drained. */
bool tf_consumer_drained(const struct tf_consumer *consumer, uint32_t partition);
/** As tf_kafka_queue_bytes. */
size_t tf_consumer_queue_bytes(const struct tf_consumer *consumer);
/** As tf_kafka_queue_budget. */
size_t tf_consumer_queue_budget(const struct tf_consumer *consumer);
struct tf_client *tf_consumer_client(const struct tf_consumer *consumer);

#endif
