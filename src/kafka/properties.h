/* librdkafka settings of each kind of client: ours to tune, the user's kafka.properties, ours that the guarantee rests on. */
#ifndef TAXFLOW_KAFKA_PROPERTIES_H
#define TAXFLOW_KAFKA_PROPERTIES_H

#include <librdkafka/rdkafka.h>

#include "taxflow/kafka.h"

enum {
    TF_MESSAGE_BYTES_MAX = 4194304,  /* max.message.bytes of topics and producers */
    TF_TRANSACTION_TIMEOUT_MS = 10000,
    TF_MESSAGE_TIMEOUT_MS = 8000,
};

enum tf_properties_kind {
    TF_PROPERTIES_CONSUMER,    /* a role's, in its group */
    TF_PROPERTIES_TRANSACTION, /* a role's producer, exactly-once */
    TF_PROPERTIES_PRODUCER,    /* a role's producer, at-least-once: idempotent, acks=all */
    TF_PROPERTIES_FEED,        /* a feed's (taxflow/kafka.h): idempotent, acks=all, and it never times a row out by itself */
    TF_PROPERTIES_TAIL,        /* reads along, commits nothing */
    TF_PROPERTIES_WATCH,       /* asks for offsets, reads nothing */
    TF_PROPERTIES_ADMIN,
};

struct tf_properties_request {
    const struct tf_cluster *cluster;
    const struct tf_config *config;
    enum tf_properties_kind kind;
    const char *identity; /* client.id; of roles also transactional.id and group.instance.id */
    const char *group;    /* a role's name: the group is GROUP_PREFIX.group; NULL for producers and admin */
};

/**
 * Build the settings. kafka.properties go in between tuning and guarantee; the embedded broker ignores them.
 * Returns TF_OK; TF_E_CONFIG naming the key that librdkafka does not know, never its value.
 */
enum tf_err tf_properties_build(const struct tf_properties_request *request, rd_kafka_conf_t **ret_conf, struct tf_fault *fault) TF_MUST_CHECK;

#endif
