/* The topics of a prefix: what they must be, and the record in taxflow.control that says to which generation they belong. */
#ifndef TAXFLOW_TOPICS_H
#define TAXFLOW_TOPICS_H

#include "taxflow/batch.h"
#include "taxflow/config.h"
#include "taxflow/err.h"

struct tf_cluster;

/* What taxflow.control says of a prefix (DESIGN: generation, fingerprints). */
struct tf_control {
    char generation[17];       /* 16 hex; renewed whenever taxflow.audit is created */
    char cluster_id[64];
    char key_fingerprint[17];  /* hex of SHA-256(secret) cut to 8 bytes; "" until a collector has set it */
    uint32_t partitions;       /* of every topic but control; never changes under a prefix */
    int64_t since_ms;          /* Unix ms when the generation was made: rows written before belong to none of its records. 0 = not known */
};

/* The state of one topic against what is needed. */
struct tf_topic_report {
    enum tf_stream stream;
    bool exists;
    uint32_t partitions;
    char differences[256];     /* "cleanup.policy is delete, needed compact"; "" when right */
};

/**
 * Compare the topics of the prefix with what is needed (partitions, cleanup.policy, retention.ms, max.message.bytes,
 * min.insync.replicas), and with create make the missing ones and the control record. A missing taxflow.audit gets a new
 * generation before it is made.
 * reports  TF_STREAM_COUNT places.
 * Returns TF_OK when all exist and fit; TF_E_CONFIG when some are missing or differ; TF_E_UNAVAILABLE; TF_E_TIMEOUT.
 */
enum tf_err tf_topics_ensure(struct tf_cluster *cluster, const struct tf_config *config, bool create, struct tf_topic_report *reports,
                             struct tf_fault *fault) TF_MUST_CHECK;
/** Read taxflow.control to its end. TF_E_CONFIG with the hint `taxflow topics --create` when there is none or it belongs to another cluster. */
enum tf_err tf_control_read(struct tf_cluster *cluster, const struct tf_config *config, struct tf_control *ret_control, struct tf_fault *fault)
    TF_MUST_CHECK;
/** Set the key fingerprint if none is set. TF_E_CONFIG when another is set: the secret of a prefix never changes. */
enum tf_err tf_control_bind_key(struct tf_cluster *cluster, const struct tf_config *config, const char fingerprint[17], struct tf_fault *fault)
    TF_MUST_CHECK;

#endif
