/*
 * Kafka, behind the few verbs the pipeline needs. Delivery mode and embedding are decided here and nowhere above.
 * One thread owns a tf_kafka (consumer, producer, transaction); a tf_feed is for many.
 */
#ifndef TAXFLOW_KAFKA_H
#define TAXFLOW_KAFKA_H

#include "taxflow/batch.h"
#include "taxflow/config.h"
#include "taxflow/err.h"
#include "taxflow/topics.h"

/* The cluster a process talks to: real, or librdkafka's mock hosted inside (kafka.embedded). */
struct tf_cluster;

/** Connect to nothing yet; embedded: start the mock and make every topic of the prefix with one partition. Thread any. */
enum tf_err tf_cluster_create(const struct tf_config *config, struct tf_cluster **ret_cluster, struct tf_fault *fault) TF_MUST_CHECK;
struct tf_cluster *tf_cluster_destroy(struct tf_cluster *cluster);
const char *tf_cluster_bootstrap(const struct tf_cluster *cluster);
bool tf_cluster_embedded(const struct tf_cluster *cluster);
/** Full topic name of a stream ("taxflow.audit"). Lives as long as the cluster. */
const char *tf_cluster_topic(const struct tf_cluster *cluster, enum tf_stream stream);

/* ---- A judging role's client: consumer, producer, transaction ---- */
struct tf_kafka;

struct tf_kafka_options {
    const struct tf_config *config;  /* borrowed, as cluster: both outlive the client */
    struct tf_cluster *cluster;
    const char *role;       /* "tax": the group is GROUP_PREFIX.tax */
    const char *identity;   /* PREFIX.ROLE.HOST.N: transactional.id and group.instance.id */
    uint32_t partitions;    /* of the control record: with kafka.drain taxflow.audit may have more, which are left alone */
    /*
     * Called from tf_kafka_poll or tf_kafka_keep_alive on this thread, when the assignment changed. The records of revoked
     * partitions were dropped from the batch being filled; on_revoked may release and reset that batch. lost: drop
     * everything. May be NULL; not called by tf_kafka_destroy.
     */
    void (*on_assigned)(void *self, const uint32_t *partitions, size_t count);
    void (*on_revoked)(void *self, const uint32_t *partitions, size_t count, bool lost);
    /*
     * The same, when retention took records that the group has not judged: with kafka.accept_gap the partition begins at the oldest
     * record there is, else it stands still and the others flow on. text says what was lost. Again after each assignment. May be NULL.
     */
    void (*on_gap)(void *self, uint32_t partition, const char *text);
    void *self;
};

/**
 * Join the group and prepare transactions (exactly-once: init_transactions fences an older instance of the same identity).
 * Embedded: partitions are assigned directly, delivery is at-least-once with an idempotent producer.
 * Waits for Kafka as long as keep_waiting(self), asked about once a second, says so. role and identity are copied.
 * kafka.properties do not reach the embedded broker. Returns TF_OK, TF_E_UNAVAILABLE, TF_E_CONFIG, TF_E_FENCED, TF_E_FATAL.
 */
enum tf_err tf_kafka_create(const struct tf_kafka_options *options, bool (*keep_waiting)(void *self), struct tf_kafka **ret_kafka,
                            struct tf_fault *fault) TF_MUST_CHECK;
/** Leave: close consumer, flush and free. At most 5 s. NULL is fine. Returns NULL. */
struct tf_kafka *tf_kafka_destroy(struct tf_kafka *kafka);
/**
 * Collect records of taxflow.audit into the batch, behind those it holds already (tf_kafka_look_ahead): until it holds batch_events or batch_bytes, or batch_ms have passed
 * since the first one; at most wait_ms for the first. Item fields "from the source" are filled; records stay borrowed.
 * A new assignment is told of and ends the call before any record of it is taken.
 * A rebalance meanwhile drops the records of revoked partitions from the batch (their new owner gets them).
 * Returns TF_OK (count may be 0); TF_E_FENCED; TF_E_FATAL; TF_E_CONFIG (topic missing) with words.
 */
enum tf_err tf_kafka_poll(struct tf_kafka *kafka, struct tf_batch *batch, int64_t wait_ms, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Take up to most records that are here already for the batch that will be polled next, while another is worked on: nothing is waited for,
 * no rebalance is served. Only where the batch before was full; else nothing is taken. Hand the same batch to the next poll.
 * Returns as tf_kafka_poll.
 */
enum tf_err tf_kafka_look_ahead(struct tf_kafka *kafka, struct tf_batch *ahead, size_t most, struct tf_fault *fault) TF_MUST_CHECK;
/** Keep the membership alive without taking records (partitions paused): while Redis is away. */
enum tf_err tf_kafka_keep_alive(struct tf_kafka *kafka, int64_t wait_ms, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Begin a transaction for the batch. TF_OK; TF_E_ABORTED; TF_E_FENCED; TF_E_FATAL; TF_E_UNAVAILABLE, TF_E_TIMEOUT while the outcome of the
 * commit before is still unknown; TF_E_RESULT_SIZE where that batch ran before and ret_item's row was refused.
 */
enum tf_err tf_kafka_begin(struct tf_kafka *kafka, struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Produce the rows that the batch holds now; librdkafka copies them. May be called many times between begin and flush.
 * TF_OK; TF_E_ABORTED; TF_E_FENCED; TF_E_FATAL; TF_E_RESULT_SIZE (ret_item says whose row).
 */
enum tf_err tf_kafka_publish(struct tf_kafka *kafka, struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Wait until the broker has every row. As tf_kafka_publish; the broker's own refusal of a row's size is TF_E_RESULT_SIZE too; should its
 * report come as late as the commit, that is TF_E_ABORTED and the next begin of that batch TF_E_RESULT_SIZE.
 */
enum tf_err tf_kafka_flush(struct tf_kafka *kafka, uint32_t *ret_item, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Send the batch's offsets and commit; returns after the broker has all. TF_OK; TF_E_ABORTED (nothing of the batch is
 * visible: run it again from memory); TF_E_FENCED; TF_E_FATAL. An unknown outcome is resolved inside: a new producer, then
 * the committed offsets are compared with the batch; where even that gets no answer TF_E_UNAVAILABLE or TF_E_TIMEOUT, and
 * the next begin goes on finding out: if the commit was made after all, nothing is produced and the commit is TF_OK.
 */
enum tf_err tf_kafka_commit(struct tf_kafka *kafka, struct tf_batch *batch, struct tf_fault *fault) TF_MUST_CHECK;
/** Abort the open transaction, if any: flush first (librdkafka #4849). */
enum tf_err tf_kafka_abort(struct tf_kafka *kafka, struct tf_fault *fault) TF_MUST_CHECK;
/** Give the batch's records back to librdkafka. */
void tf_kafka_release(struct tf_kafka *kafka, struct tf_batch *batch);
/** Where an assigned partition began: the group's committed offset; -1 when nothing was committed, or it is not ours. */
int64_t tf_kafka_next_offset(const struct tf_kafka *kafka, uint32_t partition);
/** Whether an assigned partition is known to hold no record that was not handed out; as of the last answer of its broker. */
bool tf_kafka_drained(const struct tf_kafka *kafka, uint32_t partition);
/** For every assigned partition: end offset of what this role has written to its result stream (last commit), or -1. */
int64_t tf_kafka_result_offset(const struct tf_kafka *kafka, uint32_t partition);
/** The same of its state stream. */
int64_t tf_kafka_state_offset(const struct tf_kafka *kafka, uint32_t partition);
/** Whether rows of a stream are of use to a later run: state is not where the broker ends with the process. */
bool tf_kafka_keeps(const struct tf_kafka *kafka, enum tf_stream stream);
/** Whether a broker was reachable when last looked at; false for NULL. */
bool tf_kafka_up(const struct tf_kafka *kafka);
/** Bytes of records that were fetched and not committed: the last batch, what was taken for the next, and those that wait behind it by their number and average size. */
size_t tf_kafka_queue_bytes(const struct tf_kafka *kafka);
/** What they may come to before nothing more is fetched; an answer on its way comes on top. */
size_t tf_kafka_queue_budget(const struct tf_kafka *kafka);
uint32_t tf_kafka_partitions(const struct tf_kafka *kafka);

/* ---- Feeding taxflow.audit and other single rows: collector, send, status ---- */

struct tf_feed;

struct tf_flight; /* internal: a row that librdkafka holds */

/*
 * One row on its way. It stays where it is until it is done; err, partition, offset and done may be read after
 * tf_feed_wait. TF_OK: the broker has it (acks=all). TF_E_TOO_BIG: the broker refuses its size. Else whether the broker
 * has it is not known: the caller answers 503, the sender tries again and the roles' claims drop the repetition.
 */
struct tf_ticket {
    enum tf_err err;
    uint32_t partition;
    int64_t offset;
    bool done;
    struct tf_flight *flight;
};

/**
 * An idempotent producer, acks=all, bytes_max in flight at most. Contacts no broker yet. identity: client.id.
 * config and cluster are borrowed and outlive the feed. After an error that librdkafka
 * cannot get over, and when a row takes 8 s, the feed takes a new producer by itself and every row on its way is done with TF_E_UNAVAILABLE.
 * Thread any for all its functions but destroy.  Returns TF_OK; TF_E_CONFIG; TF_E_MEMORY; TF_E_LIMIT (no thread).
 */
enum tf_err tf_feed_create(struct tf_cluster *cluster, const struct tf_config *config, const char *identity, size_t bytes_max,
                           struct tf_feed **ret_feed, struct tf_fault *fault) TF_MUST_CHECK;
/** Waits up to 2 s for rows on their way, then gives them up: their tickets are done with TF_E_UNAVAILABLE. NULL is fine. Returns NULL. */
struct tf_feed *tf_feed_destroy(struct tf_feed *feed);
/**
 * Hand a row over; its bytes are copied. ticket may be NULL for rows nobody waits for (status).
 * Returns TF_OK; TF_E_FULL (own byte budget, or embedded: readers are behind; answer 429); TF_E_UNAVAILABLE (no broker for
 * 2 s, or it has no such topic; answer 503); TF_E_TOO_BIG.
 * TF_E_UNAVAILABLE is about this row only: rows taken before may still arrive until their 8 s are over.
 */
enum tf_err tf_feed_send(struct tf_feed *feed, const struct tf_row *row, struct tf_ticket *ticket) TF_MUST_CHECK;
/**
 * Wait until the tickets are done or timeout_ms passed: TF_OK when all are done (each has its own err), else TF_E_TIMEOUT:
 * then those on their way are let go, done with err TF_E_TIMEOUT, and their memory is the caller's again.
 * One thread waits for a ticket. Cost: O(count) under the feed's lock; the caller is woken once, by the last of its reports.
 */
enum tf_err tf_feed_wait(struct tf_feed *feed, struct tf_ticket *tickets, size_t count, int64_t timeout_ms) TF_MUST_CHECK;
/** As tf_feed_wait, for tickets that do not stand in a row. */
enum tf_err tf_feed_wait_all(struct tf_feed *feed, struct tf_ticket *const *tickets, size_t count, int64_t timeout_ms) TF_MUST_CHECK;
/** Partitions of taxflow.audit, for tf_hash_partition; 0 while unknown (no broker yet). */
uint32_t tf_feed_partitions(struct tf_feed *feed);
bool tf_feed_up(struct tf_feed *feed);
size_t tf_feed_inflight_bytes(struct tf_feed *feed);
/** Embedded only: wait until readers are at most bytes behind on what this feed writes (the mock trims at 5 MiB a partition). */
void tf_feed_pace(struct tf_feed *feed, size_t bytes);

#endif
