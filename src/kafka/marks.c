/* Offsets committed by hand to a group that has no members: how far a replay has come, kept where its rows are. */
#include <stdlib.h>

#include "client.h"
#include "cluster_internal.h"
#include "properties.h"
#include "taxflow/kafka_read.h"

enum { ASK_MS = 5000, CLOSE_MS = 1000 };

struct tf_marks {
    struct tf_client *client;
    const char *topic; /* the cluster's */
};

enum tf_err tf_marks_open(struct tf_cluster *cluster, const struct tf_config *config, const char *group, enum tf_stream stream,
                          struct tf_marks **ret_marks, struct tf_fault *fault)
{
    struct tf_properties_request request = {cluster, config, TF_PROPERTIES_WATCH, "taxflow-marks", group};
    rd_kafka_conf_t *conf;
    TF_TRY(tf_properties_build(&request, &conf, fault));
    struct tf_marks *marks = calloc(1, sizeof *marks);
    if (!marks) {
        rd_kafka_conf_destroy(conf);
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for offsets");
    }
    marks->topic = tf_cluster_topic(cluster, stream);
    enum tf_err err = tf_client_open(RD_KAFKA_CONSUMER, conf, marks, "keeper of offsets", &marks->client, fault);
    if (err != TF_OK) {
        free(marks);
        return err;
    }
    rd_kafka_poll_set_consumer(tf_client_handle(marks->client));
    *ret_marks = marks;
    return TF_OK;
}

struct tf_marks *tf_marks_close(struct tf_marks *marks)
{
    if (!marks)
        return NULL;
    tf_client_close(marks->client, CLOSE_MS);
    free(marks);
    return NULL;
}

enum tf_err tf_marks_read(struct tf_marks *marks, int64_t *next, uint32_t count, struct tf_fault *fault)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (uint32_t p = 0; p < count; p++)
        rd_kafka_topic_partition_list_add(list, marks->topic, (int32_t)p);
    rd_kafka_resp_err_t code = rd_kafka_committed(tf_client_handle(marks->client), list, ASK_MS);
    for (uint32_t p = 0; !code && p < count; p++) {
        code = list->elems[p].err;
        next[p] = list->elems[p].offset >= 0 ? list->elems[p].offset : -1;
    }
    rd_kafka_topic_partition_list_destroy(list);
    return code ? tf_client_fail(marks->client, code, "asking how far it was read", fault) : TF_OK;
}

enum tf_err tf_marks_write(struct tf_marks *marks, const int64_t *next, uint32_t count, struct tf_fault *fault)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (uint32_t p = 0; p < count; p++)
        if (next[p] >= 0)
            rd_kafka_topic_partition_list_add(list, marks->topic, (int32_t)p)->offset = next[p];
    rd_kafka_resp_err_t code = list->cnt > 0 ? rd_kafka_commit(tf_client_handle(marks->client), list, 0) : RD_KAFKA_RESP_ERR_NO_ERROR;
    for (int i = 0; !code && i < list->cnt; i++)
        code = list->elems[i].err;
    rd_kafka_topic_partition_list_destroy(list);
    return code ? tf_client_fail(marks->client, code, "writing down how far it was read", fault) : TF_OK;
}
