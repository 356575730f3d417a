/* A record of taxflow.audit as an item of a batch. */
#ifndef TAXFLOW_KAFKA_ITEM_H
#define TAXFLOW_KAFKA_ITEM_H

#include <librdkafka/rdkafka.h>

#include "taxflow/batch.h"

/** Fill the members "from the source" of a cleared item of the batch; the message is the item's from now on (tf_consumer_release). */
void tf_item_fill(struct tf_batch *batch, struct tf_item *item, struct tf_str topic, rd_kafka_message_t *message);

#endif
