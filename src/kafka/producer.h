/* A role's producer: rows of a batch with their delivery reports. One thread owns it. */
#ifndef TAXFLOW_KAFKA_PRODUCER_H
#define TAXFLOW_KAFKA_PRODUCER_H

#include "client.h"
#include "taxflow/kafka.h"

/* The streams of which it is kept where our rows end: results, and state. */
enum { TF_ENDS_RESULT, TF_ENDS_STATE, TF_ENDS };

/* What the reports of a batch's rows said. The owner clears it with tf_reports_clear before each batch. */
struct tf_reports {
    struct tf_ends { enum tf_stream stream; int64_t *next; } ends[TF_ENDS]; /* each partition: highest offset + 1; -1 = none */
    uint32_t partitions;
    size_t waiting;             /* rows without a report */
    rd_kafka_resp_err_t failed; /* first failure */
    uint32_t refused_item;      /* whose row the broker found too big; UINT32_MAX = none */
};
void tf_reports_clear(struct tf_reports *reports);

struct tf_producer;

/** Open without contacting a broker. transactional: transactional.id is the identity. reports outlive the producer. */
enum tf_err tf_producer_create(const struct tf_kafka_options *options, bool transactional, struct tf_reports *reports,
                               struct tf_producer **ret_producer, struct tf_fault *fault) TF_MUST_CHECK;
/** Rows without a report are given up. At most 2 s. NULL is fine. Returns NULL. */
struct tf_producer *tf_producer_destroy(struct tf_producer *producer);
/**
 * Hand over all rows of the batch. Embedded: waits where readers are behind.
 * Returns TF_OK; TF_E_RESULT_SIZE and *ret_item; TF_E_ABORTED; TF_E_FENCED; TF_E_FATAL.
 */
enum tf_err tf_producer_send(struct tf_producer *producer, const struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault) TF_MUST_CHECK;
/** Wait for the reports of all rows, timeout_ms at most. TF_OK when all are written; TF_E_ABORTED; TF_E_FENCED; TF_E_FATAL. */
enum tf_err tf_producer_flush(struct tf_producer *producer, int timeout_ms, struct tf_fault *fault) TF_MUST_CHECK;
/** Give up rows that are not on the wire yet. */
void tf_producer_purge(struct tf_producer *producer);
struct tf_client *tf_producer_client(const struct tf_producer *producer);

#endif
