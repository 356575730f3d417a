/*
 * Kafka transactions of a role (KIP-98, KIP-447): begin, offsets, commit, abort, and what happened when no answer came.
 * Protocol version 1 is what librdkafka speaks: a handle whose commit or abort got no answer is never used again; a new one
 * with the same id bumps the epoch, so that a late EndTxn can hit nothing (KIP-890).
 */
#ifndef TAXFLOW_KAFKA_TRANSACTION_H
#define TAXFLOW_KAFKA_TRANSACTION_H

#include "consumer.h"
#include "producer.h"

enum tf_transaction_state {
    TF_TRANSACTION_NONE,
    TF_TRANSACTION_OPEN,
    TF_TRANSACTION_UNKNOWN, /* a commit got no answer: `after` says where the group stands if it was made */
    TF_TRANSACTION_SETTLED, /* … and it was made: the batch that ends at `after` is done already */
};

struct tf_transaction {
    const struct tf_kafka_options *options;
    struct tf_consumer *consumer;
    struct tf_producer *producer; /* NULL: to be made anew before the next transaction */
    int64_t made_ms;              /* monotonic, when the producer was made */
    struct tf_reports *reports;
    enum tf_transaction_state state;
    rd_kafka_topic_partition_list_t *after;
    int64_t begun_ms;             /* monotonic */
};

/**
 * Make the producer, fence older ones and wait until their transactions have ended, wait_ms at most.
 * TF_OK, TF_E_TIMEOUT (call again), TF_E_FENCED, TF_E_CONFIG, TF_E_FATAL.
 */
enum tf_err tf_transaction_prepare(struct tf_transaction *transaction, int wait_ms, struct tf_fault *fault) TF_MUST_CHECK;
void tf_transaction_finish(struct tf_transaction *transaction);
/**
 * Begin a transaction for the batch, after finding out about the one before. SETTLED afterwards: nothing is to be produced.
 * TF_OK, TF_E_ABORTED, TF_E_UNAVAILABLE, TF_E_TIMEOUT, TF_E_FENCED, TF_E_FATAL.
 */
enum tf_err tf_transaction_begin(struct tf_transaction *transaction, const struct tf_batch *batch, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Look at a failure of the producer while nothing can have been committed yet: where a new producer helps (fatal, or timed out by
 * the coordinator), the old one is given up and TF_E_ABORTED returned; fenced by another instance stays TF_E_FENCED.
 */
enum tf_err tf_transaction_review(struct tf_transaction *transaction, enum tf_err err, struct tf_fault *fault);
/** Offsets and commit. As tf_kafka_commit, and TF_E_UNAVAILABLE or TF_E_TIMEOUT while the outcome is unknown. */
enum tf_err tf_transaction_commit(struct tf_transaction *transaction, const struct tf_batch *batch, struct tf_fault *fault) TF_MUST_CHECK;
/** Abort what is open. TF_OK also when the broker did not answer: the next begin fences it. */
enum tf_err tf_transaction_abort(struct tf_transaction *transaction, struct tf_fault *fault) TF_MUST_CHECK;

#endif
