/* A row as a Kafka record and back. */
#ifndef TAXFLOW_KAFKA_ROW_H
#define TAXFLOW_KAFKA_ROW_H

#include <librdkafka/rdkafka.h>

#include "taxflow/batch.h"

/**
 * Hand a row to a producer; its bytes are copied.
 * Returns 0, RD_KAFKA_RESP_ERR__QUEUE_FULL (poll and try again), RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, or another code.
 */
rd_kafka_resp_err_t tf_row_produce(rd_kafka_t *rk, rd_kafka_topic_t *topic, const struct tf_row *row, void *opaque);
/** View a record as a row of the stream; lives as long as the message. Headers past TF_HEADERS_MAX are left out. */
void tf_row_view(const rd_kafka_message_t *message, enum tf_stream stream, struct tf_row *ret_row);

#endif
