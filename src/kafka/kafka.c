#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cluster_internal.h"
#include "consumer.h"
#include "metadata.h"
#include "producer.h"
#include "taxflow/clock.h"
#include "transaction.h"

enum { ASK_MS = 1000, WAIT_MS = 100, FLUSH_MS = 9000, ABORT_FLUSH_MS = 1000 };

/* transaction.producer is the producer in every mode; only exactly-once uses the rest of it. */
struct tf_kafka {
    struct tf_kafka_options options;
    char *role, *identity;
    struct tf_consumer *consumer;
    struct tf_transaction transaction;
    struct tf_reports reports;
    bool transactional;
    int64_t *committed[TF_ENDS]; /* each partition: end of what was committed to the stream; -1 = nothing yet */
    uint32_t partitions;
};

struct waiting {
    bool (*keep)(void *self);
    void *self;
};

static enum tf_err await_topics(struct tf_kafka *kafka, struct waiting waiting, struct tf_fault *fault)
{
    struct tf_topic_counts counts;
    struct tf_client *client = tf_consumer_client(kafka->consumer);
    for (;;) {
        enum tf_err err = tf_metadata_read(client, kafka->options.cluster, ASK_MS, &counts, fault);
        if (err == TF_OK)
            return tf_topic_counts_check(&counts, kafka->options.cluster, kafka->options.config, kafka->options.partitions, fault);
        if (tf_err_class(err) != TF_CLASS_RETRY)
            return err;
        if (!waiting.keep(waiting.self))
            return tf_fault_set(fault, TF_E_UNAVAILABLE, "stopped while no broker of %s answered", tf_cluster_bootstrap(kafka->options.cluster));
        TF_TRY(tf_consumer_keep_alive(kafka->consumer, WAIT_MS, fault));
    }
}

static enum tf_err await_transactions(struct tf_kafka *kafka, struct waiting waiting, struct tf_fault *fault)
{
    for (;;) {
        enum tf_err err = tf_transaction_prepare(&kafka->transaction, ASK_MS, fault);
        if (err == TF_OK || tf_err_class(err) != TF_CLASS_RETRY)
            return err;
        if (!waiting.keep(waiting.self))
            return tf_fault_set(fault, TF_E_UNAVAILABLE, "stopped while the transaction coordinator did not answer");
    }
}

static enum tf_err open_partitions(struct tf_kafka *kafka, uint32_t partitions, struct tf_fault *fault)
{
    kafka->partitions = kafka->reports.partitions = partitions;
    for (int e = 0; e < TF_ENDS; e++) {
        kafka->committed[e] = malloc(partitions * sizeof *kafka->committed[e]);
        kafka->reports.ends[e].next = malloc(partitions * sizeof *kafka->committed[e]);
        if (!kafka->committed[e] || !kafka->reports.ends[e].next)
            return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for %u partitions", partitions);
        for (uint32_t p = 0; p < partitions; p++)
            kafka->committed[e][p] = -1;
    }
    tf_reports_clear(&kafka->reports);
    return TF_OK;
}

static enum tf_err open_all(struct tf_kafka *kafka, struct waiting waiting, struct tf_fault *fault)
{
    TF_TRY(tf_consumer_create(&kafka->options, &kafka->consumer, fault));
    TF_TRY(await_topics(kafka, waiting, fault));
    TF_TRY(open_partitions(kafka, kafka->options.partitions, fault));
    kafka->transaction = (struct tf_transaction){.options = &kafka->options, .consumer = kafka->consumer, .reports = &kafka->reports};
    if (kafka->transactional)
        TF_TRY(await_transactions(kafka, waiting, fault));
    else
        TF_TRY(tf_producer_create(&kafka->options, false, &kafka->reports, &kafka->transaction.producer, fault));
    return tf_consumer_join(kafka->consumer, kafka->partitions, fault);
}

/* A role's results have its name, and its state that with a suffix; roles without state have no such stream. */
static void name_streams(struct tf_kafka *kafka)
{
    char state[64];
    snprintf(state, sizeof state, "%s.state", kafka->options.role);
    kafka->reports.ends[TF_ENDS_RESULT].stream = tf_stream_named(kafka->options.role);
    kafka->reports.ends[TF_ENDS_STATE].stream = tf_stream_named(state);
}

enum tf_err tf_kafka_create(const struct tf_kafka_options *options, bool (*keep_waiting)(void *self), struct tf_kafka **ret_kafka,
                            struct tf_fault *fault)
{
    struct tf_kafka *kafka = calloc(1, sizeof *kafka);
    if (!kafka)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for a Kafka client");
    kafka->role = strdup(options->role);
    kafka->identity = strdup(options->identity);
    kafka->options = *options;
    kafka->options.role = kafka->role;
    kafka->options.identity = kafka->identity;
    kafka->transactional = !tf_cluster_embedded(options->cluster) && strcmp(options->config->kafka.delivery, "exactly-once") == 0;
    name_streams(kafka);
    enum tf_err err = kafka->role && kafka->identity ? open_all(kafka, (struct waiting){keep_waiting, options->self}, fault)
                                                     : tf_fault_set(fault, TF_E_MEMORY, "memory ran out for a Kafka client");
    if (err != TF_OK) {
        tf_kafka_destroy(kafka);
        return err;
    }
    *ret_kafka = kafka;
    return TF_OK;
}

/* An open transaction is left to the fencing of the next instance or to its time-out: waiting for an abort could take longer. */
struct tf_kafka *tf_kafka_destroy(struct tf_kafka *kafka)
{
    if (!kafka)
        return NULL;
    tf_transaction_finish(&kafka->transaction);
    tf_consumer_destroy(kafka->consumer);
    for (int e = 0; e < TF_ENDS; e++) {
        free(kafka->committed[e]);
        free(kafka->reports.ends[e].next);
    }
    free(kafka->role);
    free(kafka->identity);
    free(kafka);
    return NULL;
}

/* Let the producer's errors and late reports come in. */
static void serve_producer(struct tf_kafka *kafka)
{
    if (kafka->transaction.producer)
        rd_kafka_poll(tf_client_handle(tf_producer_client(kafka->transaction.producer)), 0);
}

enum tf_err tf_kafka_poll(struct tf_kafka *kafka, struct tf_batch *batch, int64_t wait_ms, struct tf_fault *fault)
{
    serve_producer(kafka);
    kafka->reports.refused_item = UINT32_MAX; /* it belonged to the batch before */
    return tf_consumer_poll(kafka->consumer, batch, wait_ms, fault);
}

enum tf_err tf_kafka_look_ahead(struct tf_kafka *kafka, struct tf_batch *ahead, size_t most, struct tf_fault *fault)
{
    return tf_consumer_look_ahead(kafka->consumer, ahead, most, fault);
}

enum tf_err tf_kafka_keep_alive(struct tf_kafka *kafka, int64_t wait_ms, struct tf_fault *fault)
{
    serve_producer(kafka);
    return tf_consumer_keep_alive(kafka->consumer, wait_ms, fault);
}

/* Told with the reports of the flush, or, should they come late, before the batch runs again. */
static bool was_refused(struct tf_kafka *kafka, uint32_t *ret_item)
{
    if (kafka->reports.refused_item == UINT32_MAX)
        return false;
    *ret_item = kafka->reports.refused_item;
    kafka->reports.refused_item = UINT32_MAX;
    return true;
}

static enum tf_err fail_size(struct tf_fault *fault)
{
    return tf_fault_set(fault, TF_E_RESULT_SIZE, "the broker refuses the size of a row; look at the topics' max.message.bytes");
}

enum tf_err tf_kafka_begin(struct tf_kafka *kafka, struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault)
{
    if (batch->count == 0)
        return TF_OK;
    if (was_refused(kafka, ret_item))
        return fail_size(fault);
    if (kafka->transactional)
        return tf_transaction_begin(&kafka->transaction, batch, fault);
    tf_reports_clear(&kafka->reports);
    return TF_OK;
}

/* What the producer said, in the words and with the code that the batch needs. */
static enum tf_err review(struct tf_kafka *kafka, enum tf_err err, uint32_t *ret_item, struct tf_fault *fault)
{
    if (kafka->transactional)
        err = tf_transaction_review(&kafka->transaction, err, fault);
    return err == TF_E_ABORTED && was_refused(kafka, ret_item) ? fail_size(fault) : err;
}

/* Not where the batch turned out to be committed already, or is empty. */
static bool produces(const struct tf_kafka *kafka)
{
    return !kafka->transactional || kafka->transaction.state == TF_TRANSACTION_OPEN;
}

enum tf_err tf_kafka_publish(struct tf_kafka *kafka, struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault)
{
    return produces(kafka) ? review(kafka, tf_producer_send(kafka->transaction.producer, batch, ret_item, fault), ret_item, fault) : TF_OK;
}

enum tf_err tf_kafka_flush(struct tf_kafka *kafka, uint32_t *ret_item, struct tf_fault *fault)
{
    return produces(kafka) ? review(kafka, tf_producer_flush(kafka->transaction.producer, FLUSH_MS, fault), ret_item, fault) : TF_OK;
}

static enum tf_err commit_plainly(struct tf_kafka *kafka, const struct tf_batch *batch, struct tf_fault *fault)
{
    rd_kafka_topic_partition_list_t *after = tf_consumer_offsets_after(kafka->consumer, batch);
    enum tf_err err = tf_consumer_commit(kafka->consumer, after, fault);
    rd_kafka_topic_partition_list_destroy(after);
    return err;
}

enum tf_err tf_kafka_commit(struct tf_kafka *kafka, struct tf_batch *batch, struct tf_fault *fault)
{
    if (batch->count == 0)
        return TF_OK;
    if (kafka->transactional)
        TF_TRY(tf_transaction_commit(&kafka->transaction, batch, fault));
    else
        TF_TRY(commit_plainly(kafka, batch, fault));
    tf_client_note_up(tf_consumer_client(kafka->consumer));
    for (int e = 0; e < TF_ENDS; e++)
        for (uint32_t p = 0; p < kafka->partitions; p++)
            if (kafka->reports.ends[e].next[p] > kafka->committed[e][p])
                kafka->committed[e][p] = kafka->reports.ends[e].next[p];
    return TF_OK;
}

enum tf_err tf_kafka_abort(struct tf_kafka *kafka, struct tf_fault *fault)
{
    if (kafka->transactional)
        return tf_transaction_abort(&kafka->transaction, fault);
    rd_kafka_flush(tf_client_handle(tf_producer_client(kafka->transaction.producer)), ABORT_FLUSH_MS);
    tf_producer_purge(kafka->transaction.producer);
    return TF_OK;
}

void tf_kafka_release(struct tf_kafka *kafka, struct tf_batch *batch)
{
    (void)kafka;
    tf_consumer_release(batch);
}

int64_t tf_kafka_next_offset(const struct tf_kafka *kafka, uint32_t partition)
{
    return tf_consumer_next_offset(kafka->consumer, partition);
}

bool tf_kafka_drained(const struct tf_kafka *kafka, uint32_t partition)
{
    return tf_consumer_drained(kafka->consumer, partition);
}

int64_t tf_kafka_result_offset(const struct tf_kafka *kafka, uint32_t partition)
{
    return partition < kafka->partitions ? kafka->committed[TF_ENDS_RESULT][partition] : -1;
}

int64_t tf_kafka_state_offset(const struct tf_kafka *kafka, uint32_t partition)
{
    return partition < kafka->partitions ? kafka->committed[TF_ENDS_STATE][partition] : -1;
}

bool tf_kafka_keeps(const struct tf_kafka *kafka, enum tf_stream stream)
{
    return !tf_cluster_embedded(kafka->options.cluster) || !tf_topics_keep_latest(stream);
}

bool tf_kafka_up(const struct tf_kafka *kafka)
{
    return kafka && kafka->consumer && tf_client_up(tf_consumer_client(kafka->consumer));
}

size_t tf_kafka_queue_bytes(const struct tf_kafka *kafka)
{
    return tf_consumer_queue_bytes(kafka->consumer);
}

size_t tf_kafka_queue_budget(const struct tf_kafka *kafka)
{
    return tf_consumer_queue_budget(kafka->consumer);
}

uint32_t tf_kafka_partitions(const struct tf_kafka *kafka)
{
    return kafka->partitions;
}
