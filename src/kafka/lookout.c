#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "metadata.h"
#include "properties.h"
#include "taxflow/clock.h"
#include "taxflow/kafka.h"

enum {
    ASK_MS = 500,
    MISSING_MS = 3000,        /* a restarted broker may not know its topics for a moment */
    CONTROL_EVERY_MS = 10000, /* topics that were made anew between two looks */
    CLOSE_MS = 1000,
};

struct tf_lookout {
    struct tf_cluster *cluster;
    const struct tf_config *config;
    struct tf_control control; /* what the process works by */
    struct tf_client *client;
    int64_t missing_since_ms;  /* 0 = there when last looked */
    int64_t control_due_ms;
};

enum tf_err tf_lookout_create(struct tf_cluster *cluster, const struct tf_config *config, const struct tf_control *control,
                              struct tf_lookout **ret_lookout, struct tf_fault *fault)
{
    struct tf_properties_request request = {cluster, config, TF_PROPERTIES_ADMIN, "taxflow-lookout", NULL};
    rd_kafka_conf_t *conf;
    TF_TRY(tf_properties_build(&request, &conf, fault));
    struct tf_lookout *lookout = calloc(1, sizeof *lookout);
    if (!lookout) {
        rd_kafka_conf_destroy(conf);
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for looking at topics");
    }
    *lookout = (struct tf_lookout){.cluster = cluster, .config = config, .control = *control};
    lookout->control_due_ms = tf_clock_mono_ms() + CONTROL_EVERY_MS;
    enum tf_err err = tf_client_open(RD_KAFKA_PRODUCER, conf, NULL, "lookout", &lookout->client, fault);
    if (err != TF_OK) {
        free(lookout);
        return err;
    }
    *ret_lookout = lookout;
    return TF_OK;
}

struct tf_lookout *tf_lookout_destroy(struct tf_lookout *lookout)
{
    if (!lookout)
        return NULL;
    tf_client_close(lookout->client, CLOSE_MS);
    free(lookout);
    return NULL;
}

static enum tf_err judge_missing(struct tf_lookout *lookout, const char *topic, struct tf_fault *fault)
{
    int64_t now = tf_clock_mono_ms();
    if (lookout->missing_since_ms == 0)
        lookout->missing_since_ms = now;
    lookout->control_due_ms = now; /* once it is back, first of all */
    if (now - lookout->missing_since_ms < MISSING_MS)
        return TF_OK;
    return tf_fault_set(fault, TF_E_CONFIG, "topic %s went away under a running process; run `taxflow topics --create` and start again: what is sent "
                        "again is judged again", topic);
}

static enum tf_err compare_generations(struct tf_lookout *lookout, struct tf_fault *fault)
{
    struct tf_control found;
    enum tf_err err = tf_control_read(lookout->cluster, lookout->config, &found, fault);
    if (err == TF_E_CONFIG)
        return judge_missing(lookout, tf_cluster_topic(lookout->cluster, TF_STREAM_CONTROL), fault);
    if (err != TF_OK)
        return TF_OK; /* asked again at the next look */
    lookout->missing_since_ms = 0;
    lookout->control_due_ms = tf_clock_mono_ms() + CONTROL_EVERY_MS;
    if (strcmp(found.generation, lookout->control.generation) == 0)
        return TF_OK;
    return tf_fault_set(fault, TF_E_FATAL, "topics were made anew under a running process: generation %s is now %s, and claims of the old topics no "
                        "longer count; starting again", lookout->control.generation, found.generation);
}

enum tf_err tf_lookout_look(struct tf_lookout *lookout, struct tf_fault *fault)
{
    struct tf_topic_counts counts;
    rd_kafka_poll(tf_client_handle(lookout->client), 0);
    if (tf_metadata_read(lookout->client, lookout->cluster, ASK_MS, &counts, fault) != TF_OK)
        return TF_OK;
    if (counts.partitions[TF_STREAM_AUDIT] == 0)
        return judge_missing(lookout, tf_cluster_topic(lookout->cluster, TF_STREAM_AUDIT), fault);
    TF_TRY(tf_topic_counts_check(&counts, lookout->cluster, lookout->config, lookout->control.partitions, fault));
    if (tf_clock_mono_ms() >= lookout->control_due_ms)
        return compare_generations(lookout, fault);
    lookout->missing_since_ms = 0;
    return TF_OK;
}
