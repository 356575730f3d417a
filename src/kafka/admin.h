/* The two admin requests that topics need (KIP-4, KIP-133), each as one blocking call. */
#ifndef TAXFLOW_KAFKA_ADMIN_H
#define TAXFLOW_KAFKA_ADMIN_H

#include "client.h"
#include "taxflow/kafka.h"

enum { TF_ADMIN_SETTINGS_MAX = 8 };

struct tf_setting {
    const char *name;
    char value[32];
};

/* A topic to make, or to compare. */
struct tf_topic_plan {
    enum tf_stream stream;
    const char *name;
    int partitions, replication;
    struct tf_setting settings[TF_ADMIN_SETTINGS_MAX];
    size_t settings_count;
    struct tf_setting found[TF_ADMIN_SETTINGS_MAX];  /* filled by tf_admin_describe, as settings; "" when the broker named none */
};

/**
 * Make the topics; one that exists meanwhile is not an error.
 * TF_OK, TF_E_CONFIG (refused: the broker's words), TF_E_TIMEOUT, TF_E_UNAVAILABLE.
 */
enum tf_err tf_admin_create(struct tf_client *client, const struct tf_topic_plan *plans, size_t count, int timeout_ms, struct tf_fault *fault)
    TF_MUST_CHECK;
/** Fill found of every plan. Errors as above. */
enum tf_err tf_admin_describe(struct tf_client *client, struct tf_topic_plan *plans, size_t count, int timeout_ms, struct tf_fault *fault)
    TF_MUST_CHECK;

#endif
