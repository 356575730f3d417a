/* Writing the control record, for topics. */
#ifndef TAXFLOW_KAFKA_CONTROL_H
#define TAXFLOW_KAFKA_CONTROL_H

#include "client.h"
#include "taxflow/kafka.h"

/**
 * Write a control record where there is none, where it belongs to another cluster, or with renew: a new generation, the key
 * fingerprint kept within a cluster.
 */
enum tf_err tf_control_ensure(struct tf_cluster *cluster, const struct tf_config *config, struct tf_client *client, uint32_t partitions, bool renew,
                              struct tf_fault *fault) TF_MUST_CHECK;

#endif
