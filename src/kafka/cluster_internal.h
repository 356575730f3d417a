/* Inside of struct tf_cluster, for this room. */
#ifndef TAXFLOW_KAFKA_CLUSTER_INTERNAL_H
#define TAXFLOW_KAFKA_CLUSTER_INTERNAL_H

#include <pthread.h>

#include "flow.h"
#include "taxflow/kafka.h"

struct tf_cluster_mock;

/* Fixed after creation, but for control, which lock guards. */
struct tf_cluster {
    char *bootstrap;
    char *topics[TF_STREAM_COUNT];
    struct tf_cluster_mock *mock;  /* embedded only: the broker inside this process, */
    struct tf_flow *flow;          /* what readers of it have left unread, */
    pthread_mutex_t lock;
    struct tf_control control;     /* and its control record, which nothing outlives */
};

/** The stream a full topic name stands for; TF_STREAM_COUNT when it is none of the prefix. */
enum tf_stream tf_cluster_stream(const struct tf_cluster *cluster, const char *topic);

#endif
