/* Rows written to Kafka all or none, by someone who is no role and no member of a group: rows judged again. */
#ifndef TAXFLOW_KAFKA_WRITE_H
#define TAXFLOW_KAFKA_WRITE_H

#include "taxflow/kafka.h"

struct tf_publisher; /* one thread owns it */

/**
 * Make a transactional producer, whatever kafka.delivery says. Whoever used the identity before is fenced and its open transaction ended,
 * so that a reader of what was committed sees all it ever wrote. Not for the embedded broker. cluster and config are borrowed.
 * identity  transactional.id; copied.
 * Returns TF_OK; TF_E_UNAVAILABLE, TF_E_TIMEOUT (30 s); TF_E_CONFIG; TF_E_MEMORY; TF_E_FATAL.
 */
enum tf_err tf_publisher_open(struct tf_cluster *cluster, const struct tf_config *config, const char *identity, struct tf_publisher **ret_publisher,
                              struct tf_fault *fault) TF_MUST_CHECK;
/** What was not committed is never seen. NULL is fine. Returns NULL. */
struct tf_publisher *tf_publisher_close(struct tf_publisher *publisher);
/** Hand over the rows that the batch holds now; begins a transaction where none is open. TF_OK; TF_E_RESULT_SIZE and *ret_item; TF_E_ABORTED; TF_E_FENCED; TF_E_FATAL. */
enum tf_err tf_publisher_publish(struct tf_publisher *publisher, const struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault) TF_MUST_CHECK;
/** Wait for the reports of all rows, 9 s at most. TF_OK; TF_E_ABORTED; TF_E_FENCED; TF_E_FATAL. */
enum tf_err tf_publisher_flush(struct tf_publisher *publisher, struct tf_fault *fault) TF_MUST_CHECK;
/** Commit what is open. TF_OK; TF_E_ABORTED, TF_E_FENCED, TF_E_FATAL: nothing of it is there; TF_E_TIMEOUT: nobody knows until the next open. */
enum tf_err tf_publisher_commit(struct tf_publisher *publisher, struct tf_fault *fault) TF_MUST_CHECK;
enum tf_err tf_publisher_abort(struct tf_publisher *publisher, struct tf_fault *fault) TF_MUST_CHECK;

#endif
