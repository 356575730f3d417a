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

/* What `check` looks at. -1: no limit, or not told. */
struct tf_topic_facts {
    uint32_t partitions;   /* 0 = missing; the rest is not filled then */
    uint32_t replication;  /* of its partition with the fewest copies */
    bool keeps_latest;     /* it must be compacted */
    bool unclean_election;
    char cleanup_policy[32];
    int64_t retention_ms, message_bytes_max, min_insync;
};
/** facts: TF_STREAM_COUNT places. Not for the embedded broker. TF_OK; TF_E_UNAVAILABLE; TF_E_TIMEOUT; TF_E_CONFIG. */
enum tf_err tf_topics_inspect(struct tf_cluster *cluster, const struct tf_config *config, struct tf_topic_facts *facts, uint32_t *ret_brokers,
                              struct tf_fault *fault) TF_MUST_CHECK;
/** The addresses by which the cluster tells its clients to reach its brokers, one call each. As tf_topics_inspect. */
enum tf_err tf_topics_brokers(struct tf_cluster *cluster, const struct tf_config *config, void (*visit)(void *self, const char *host, int port), void *self,
                              struct tf_fault *fault) TF_MUST_CHECK;
/** How many records came into taxflow.audit since a time (Unix ms). As tf_topics_inspect. */
enum tf_err tf_topics_received(struct tf_cluster *cluster, const struct tf_config *config, int64_t since_ms, uint64_t *ret_records,
                               struct tf_fault *fault) TF_MUST_CHECK;

/** Read taxflow.control to its end. TF_E_CONFIG with the hint `taxflow topics --create` when there is none or it belongs to another cluster. */
enum tf_err tf_control_read(struct tf_cluster *cluster, const struct tf_config *config, struct tf_control *ret_control, struct tf_fault *fault)
    TF_MUST_CHECK;
/** Set the key fingerprint if none is set. TF_E_CONFIG when another is set: the secret of a prefix never changes. */
enum tf_err tf_control_bind_key(struct tf_cluster *cluster, const struct tf_config *config, const char fingerprint[17], struct tf_fault *fault)
    TF_MUST_CHECK;

/* A watch over the topics for as long as a process works by a control record. One thread owns it; not for the embedded broker. */
struct tf_lookout;
/** Contacts no broker yet. config and cluster are borrowed. Returns TF_OK; TF_E_CONFIG; TF_E_MEMORY. */
enum tf_err tf_lookout_create(struct tf_cluster *cluster, const struct tf_config *config, const struct tf_control *control,
                              struct tf_lookout **ret_lookout, struct tf_fault *fault) TF_MUST_CHECK;
struct tf_lookout *tf_lookout_destroy(struct tf_lookout *lookout);
/**
 * Look once: TF_OK, also when no broker answers. TF_E_CONFIG: taxflow.audit has another number of partitions than the control
 * record (more are fine with kafka.drain), or has been missing for 3 s. TF_E_FATAL: the record has another generation, a restart
 * takes it over.  Cost  one metadata request; every 10 s, and after a topic was missing, the control record is read.
 */
enum tf_err tf_lookout_look(struct tf_lookout *lookout, struct tf_fault *fault) TF_MUST_CHECK;

#endif
