#include "control.h"

#include <stdio.h>
#include <string.h>

#include "cluster_internal.h"
#include "control_record.h"
#include "properties.h"
#include "taxflow/clock.h"
#include "taxflow/kafka_read.h"

enum { READ_MS = 10000, WRITE_MS = 10000, CLUSTER_MS = 5000, CLOSE_MS = 2000, RECORD_BYTES_MAX = 4096, FEED_BYTES = 1 << 20 };

#define RECORD_KEY "control"

struct scan {
    struct tf_control control;
    bool found, broken;
};

/*
 * The latest record holds. But of two collectors that bind at the same time the first in the log wins; the second reads
 * that and steps back (tf_control_bind_key).
 */
static void visit(void *self, const struct tf_position *position, const struct tf_row *row)
{
    struct scan *scan = self;
    struct tf_control control;
    if (!tf_str_is(row->key, RECORD_KEY))
        return;
    if (!tf_str_present(row->value) || !tf_control_record_decode(row->value, &control)) {
        scan->broken = true;
        return;
    }
    if (scan->found && scan->control.key_fingerprint[0] && strcmp(scan->control.generation, control.generation) == 0)
        memcpy(control.key_fingerprint, scan->control.key_fingerprint, sizeof control.key_fingerprint);
    if (position->timestamp_ms > 0 && control.since_ms > position->timestamp_ms) /* whoever made the topics had a clock that was fast */
        control.since_ms = position->timestamp_ms;
    scan->control = control;
    scan->found = true;
    scan->broken = false;
}

static enum tf_err scan_topic(struct tf_cluster *cluster, const struct tf_config *config, struct scan *scan, struct tf_fault *fault)
{
    struct tf_tail *tail;
    int64_t until = tf_clock_mono_ms() + READ_MS;
    *scan = (struct scan){0};
    TF_TRY(tf_tail_create(cluster, config, TF_STREAM_CONTROL, true, &tail, fault));
    enum tf_err err = TF_OK;
    while (!tf_tail_ended(tail) && tf_clock_mono_ms() < until && err != TF_E_CONFIG) {
        tf_tail_read(tail, 100, 100, visit, scan);
        err = tf_tail_trouble(tail, fault);
    }
    bool ended = tf_tail_ended(tail);
    tf_tail_destroy(tail);
    if (ended)
        return TF_OK;
    return err != TF_OK ? err : tf_fault_set(fault, TF_E_TIMEOUT, "%s could not be read to its end", tf_cluster_topic(cluster, TF_STREAM_CONTROL));
}

static enum tf_err cluster_id(struct tf_client *client, char out[64], struct tf_fault *fault)
{
    char *id = rd_kafka_clusterid(tf_client_handle(client), CLUSTER_MS);
    if (!id)
        return tf_client_fail(client, RD_KAFKA_RESP_ERR__TIMED_OUT, "asking for the cluster's id", fault);
    snprintf(out, 64, "%s", id);
    rd_kafka_mem_free(tf_client_handle(client), id);
    return TF_OK;
}

static enum tf_err open_admin(struct tf_cluster *cluster, const struct tf_config *config, struct tf_client **ret_client, struct tf_fault *fault)
{
    struct tf_properties_request request = {cluster, config, TF_PROPERTIES_ADMIN, "taxflow-control", NULL};
    rd_kafka_conf_t *conf;
    TF_TRY(tf_properties_build(&request, &conf, fault));
    return tf_client_open(RD_KAFKA_PRODUCER, conf, NULL, "admin client", ret_client, fault);
}

static enum tf_err send_record(struct tf_feed *feed, struct tf_str value, struct tf_fault *fault)
{
    struct tf_row row = {.stream = TF_STREAM_CONTROL, .key = TF_STR(RECORD_KEY), .value = value};
    struct tf_ticket ticket = {0};
    int64_t until = tf_clock_mono_ms() + WRITE_MS;
    while (tf_feed_partitions(feed) == 0 && tf_clock_mono_ms() < until)
        (void)!tf_feed_wait(feed, &ticket, 1, 20);
    ticket = (struct tf_ticket){0};
    enum tf_err err = tf_feed_send(feed, &row, &ticket);
    if (err == TF_OK)
        err = tf_feed_wait(feed, &ticket, 1, WRITE_MS);
    if (err == TF_OK)
        err = ticket.err;
    return err == TF_OK ? TF_OK : tf_fault_set(fault, err, "the control record could not be written: %s", tf_err_text(err));
}

static enum tf_err write_record(struct tf_cluster *cluster, const struct tf_config *config, const struct tf_control *control, struct tf_fault *fault)
{
    struct tf_feed *feed;
    struct tf_buf value;
    TF_TRY(tf_feed_create(cluster, config, "taxflow-control", FEED_BYTES, &feed, fault));
    tf_buf_init(&value, RECORD_BYTES_MAX);
    tf_control_record_encode(control, &value);
    enum tf_err err = value.failed ? tf_fault_set(fault, TF_E_MEMORY, "memory ran out for the control record")
                                   : send_record(feed, tf_buf_view(&value), fault);
    tf_buf_finish(&value);
    tf_feed_destroy(feed);
    return err;
}

enum tf_err tf_control_ensure(struct tf_cluster *cluster, const struct tf_config *config, struct tf_client *client, uint32_t partitions, bool renew,
                              struct tf_fault *fault)
{
    struct scan scan;
    struct tf_control control = {.partitions = partitions};
    TF_TRY(cluster_id(client, control.cluster_id, fault));
    TF_TRY(scan_topic(cluster, config, &scan, fault));
    bool same_cluster = scan.found && strcmp(scan.control.cluster_id, control.cluster_id) == 0;
    if (same_cluster && !scan.broken && !renew)
        return TF_OK;
    /* Where only the record was lost, rows of any age may belong to the topics. */
    control.since_ms = renew ? tf_clock_wall_ms() : 0;
    if (same_cluster)
        memcpy(control.key_fingerprint, scan.control.key_fingerprint, sizeof control.key_fingerprint);
    uint8_t random[8];
    tf_hash_random(random, sizeof random);
    tf_hash_hex(random, sizeof random, control.generation);
    return write_record(cluster, config, &control, fault);
}

static enum tf_err check(const struct tf_cluster *cluster, const struct scan *scan, const char *id, struct tf_fault *fault)
{
    const char *topic = tf_cluster_topic(cluster, TF_STREAM_CONTROL);
    if (!scan->found || scan->broken)
        return tf_fault_set(fault, TF_E_CONFIG, "%s has no %s record; run `taxflow topics --create`", topic, scan->broken ? "readable" : "control");
    if (strcmp(scan->control.cluster_id, id) != 0)
        return tf_fault_set(fault, TF_E_CONFIG, "%s belongs to another Kafka cluster (%s, this one is %s); run `taxflow topics --create`", topic,
                            scan->control.cluster_id, id);
    return TF_OK;
}

enum tf_err tf_control_read(struct tf_cluster *cluster, const struct tf_config *config, struct tf_control *ret_control, struct tf_fault *fault)
{
    if (tf_cluster_embedded(cluster)) {
        pthread_mutex_lock(&cluster->lock);
        *ret_control = cluster->control;
        pthread_mutex_unlock(&cluster->lock);
        return TF_OK;
    }
    struct tf_client *client;
    struct scan scan;
    char id[64];
    TF_TRY(open_admin(cluster, config, &client, fault));
    enum tf_err err = cluster_id(client, id, fault);
    tf_client_close(client, CLOSE_MS);
    TF_TRY(err);
    TF_TRY(scan_topic(cluster, config, &scan, fault));
    TF_TRY(check(cluster, &scan, id, fault));
    *ret_control = scan.control;
    return TF_OK;
}

static enum tf_err refuse_key(struct tf_fault *fault)
{
    return tf_fault_set(fault, TF_E_CONFIG,
                        "collector.key_file holds another secret than this prefix was started with; bring the old one back or take a new "
                        "kafka.topic_prefix once the old one is drained");
}

static enum tf_err bind_embedded(struct tf_cluster *cluster, const char fingerprint[17], struct tf_fault *fault)
{
    pthread_mutex_lock(&cluster->lock);
    if (!cluster->control.key_fingerprint[0])
        memcpy(cluster->control.key_fingerprint, fingerprint, sizeof cluster->control.key_fingerprint);
    bool same = memcmp(cluster->control.key_fingerprint, fingerprint, sizeof cluster->control.key_fingerprint) == 0;
    pthread_mutex_unlock(&cluster->lock);
    return same ? TF_OK : refuse_key(fault);
}

enum tf_err tf_control_bind_key(struct tf_cluster *cluster, const struct tf_config *config, const char fingerprint[17], struct tf_fault *fault)
{
    if (tf_cluster_embedded(cluster))
        return bind_embedded(cluster, fingerprint, fault);
    struct tf_control control;
    TF_TRY(tf_control_read(cluster, config, &control, fault));
    bool free_to_bind = !control.key_fingerprint[0];
    if (free_to_bind) {
        memcpy(control.key_fingerprint, fingerprint, sizeof control.key_fingerprint);
        TF_TRY(write_record(cluster, config, &control, fault));
        TF_TRY(tf_control_read(cluster, config, &control, fault));
    }
    if (strcmp(control.key_fingerprint, fingerprint) == 0)
        return TF_OK;
    if (free_to_bind) /* another was first; compaction keeps the latest record, which must not be ours */
        TF_TRY(write_record(cluster, config, &control, fault));
    return refuse_key(fault);
}
