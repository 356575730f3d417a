#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "cluster_internal.h"
#include "metadata.h"
#include "properties.h"
#include "taxflow/kafka_read.h"

enum { ROLES_MAX = 8, ASK_MS = 5000, CLOSE_MS = 1000 };

/* A handle with the role's group.id that never subscribes, so it is no member and disturbs nobody. */
struct group {
    char *role;
    struct tf_client *client;
    uint32_t partitions; /* of taxflow.audit; 0 until known */
};

struct tf_watch {
    struct tf_cluster *cluster;
    const struct tf_config *config;
    struct group groups[ROLES_MAX];
    size_t count;
};

enum tf_err tf_watch_create(struct tf_cluster *cluster, const struct tf_config *config, struct tf_watch **ret_watch, struct tf_fault *fault)
{
    struct tf_watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for watching offsets");
    watch->cluster = cluster;
    watch->config = config;
    *ret_watch = watch;
    return TF_OK;
}

struct tf_watch *tf_watch_destroy(struct tf_watch *watch)
{
    if (!watch)
        return NULL;
    for (size_t i = 0; i < watch->count; i++) {
        tf_client_close(watch->groups[i].client, CLOSE_MS);
        free(watch->groups[i].role);
    }
    free(watch);
    return NULL;
}

static enum tf_err open_group(struct tf_watch *watch, const char *role, struct group **ret_group)
{
    struct tf_properties_request request = {watch->cluster, watch->config, TF_PROPERTIES_WATCH, "taxflow-watch", role};
    struct group group = {.role = strdup(role)};
    rd_kafka_conf_t *conf;
    enum tf_err err = group.role ? tf_properties_build(&request, &conf, NULL) : TF_E_MEMORY;
    if (err == TF_OK)
        err = tf_client_open(RD_KAFKA_CONSUMER, conf, watch, "watcher", &group.client, NULL);
    if (err != TF_OK) {
        free(group.role);
        return err;
    }
    rd_kafka_poll_set_consumer(tf_client_handle(group.client));
    *ret_group = &watch->groups[watch->count++];
    **ret_group = group;
    return TF_OK;
}

static enum tf_err find_group(struct tf_watch *watch, const char *role, struct group **ret_group)
{
    for (size_t i = 0; i < watch->count; i++)
        if (strcmp(watch->groups[i].role, role) == 0) {
            *ret_group = &watch->groups[i];
            return TF_OK;
        }
    return watch->count < ROLES_MAX ? open_group(watch, role, ret_group) : TF_E_CONFIG;
}

static enum tf_err find_partitions(struct tf_watch *watch, struct group *group)
{
    struct tf_topic_counts counts;
    if (group->partitions > 0)
        return TF_OK;
    TF_TRY(tf_metadata_read(group->client, watch->cluster, ASK_MS, &counts, NULL));
    group->partitions = counts.partitions[TF_STREAM_AUDIT];
    return group->partitions > 0 ? TF_OK : TF_E_CONFIG;
}

static enum tf_err ask(struct group *group, rd_kafka_topic_partition_list_t *ends, rd_kafka_topic_partition_list_t *committed)
{
    rd_kafka_t *rk = tf_client_handle(group->client);
    rd_kafka_message_t *event = rd_kafka_consumer_poll(rk, 0); /* errors of the handle, which the answers below repeat */
    if (event)
        rd_kafka_message_destroy(event);
    for (int i = 0; i < ends->cnt; i++)
        ends->elems[i].offset = RD_KAFKA_OFFSET_END; /* ListOffsets: the special timestamp "latest" */
    rd_kafka_resp_err_t code = rd_kafka_offsets_for_times(rk, ends, ASK_MS);
    if (!code)
        code = rd_kafka_committed(rk, committed, ASK_MS);
    if (code)
        return tf_client_fail(group->client, code, "asking for offsets", NULL);
    tf_client_note_up(group->client);
    return TF_OK;
}

static void fill(const rd_kafka_topic_partition_list_t *ends, const rd_kafka_topic_partition_list_t *committed, struct tf_lag *lags, size_t max,
                 size_t *ret_count)
{
    *ret_count = (size_t)ends->cnt < max ? (size_t)ends->cnt : max;
    for (size_t i = 0; i < *ret_count; i++) {
        int64_t next = committed->elems[i].err ? -1 : committed->elems[i].offset;
        int64_t end = ends->elems[i].err ? -1 : ends->elems[i].offset;
        lags[i] = (struct tf_lag){(uint32_t)ends->elems[i].partition, end < 0 ? 0 : end, next < 0 ? -1 : next};
    }
}

static enum tf_err lag_of(struct tf_watch *watch, struct group *group, struct tf_lag *lags, size_t max, size_t *ret_count)
{
    TF_TRY(find_partitions(watch, group));
    const char *topic = tf_cluster_topic(watch->cluster, TF_STREAM_AUDIT);
    rd_kafka_topic_partition_list_t *ends = rd_kafka_topic_partition_list_new((int)group->partitions);
    for (uint32_t p = 0; p < group->partitions; p++)
        rd_kafka_topic_partition_list_add(ends, topic, (int32_t)p);
    rd_kafka_topic_partition_list_t *committed = rd_kafka_topic_partition_list_copy(ends);
    enum tf_err err = ask(group, ends, committed);
    if (err == TF_OK)
        fill(ends, committed, lags, max, ret_count);
    rd_kafka_topic_partition_list_destroy(ends);
    rd_kafka_topic_partition_list_destroy(committed);
    return err;
}

enum tf_err tf_watch_lag(struct tf_watch *watch, const char *role, struct tf_lag *lags, size_t max, size_t *ret_count)
{
    struct tf_flow *flow = watch->cluster->flow;
    struct group *group;
    *ret_count = 0;
    if (flow && max > 0) {
        lags[0] = (struct tf_lag){0, tf_flow_end(flow, TF_STREAM_AUDIT), tf_flow_committed(flow, role)};
        *ret_count = 1;
    }
    if (flow)
        return TF_OK;
    TF_TRY(find_group(watch, role, &group));
    return lag_of(watch, group, lags, max, ret_count);
}
