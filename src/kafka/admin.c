#include "admin.h"

#include <stdio.h>
#include <string.h>

static void destroy_options(rd_kafka_AdminOptions_t **options)
{
    if (*options)
        rd_kafka_AdminOptions_destroy(*options);
}

static void destroy_queue(rd_kafka_queue_t **queue)
{
    if (*queue)
        rd_kafka_queue_destroy(*queue);
}

static void destroy_event(rd_kafka_event_t **event)
{
    if (*event)
        rd_kafka_event_destroy(*event);
}

static rd_kafka_AdminOptions_t *make_options(rd_kafka_t *rk, rd_kafka_admin_op_t operation, int timeout_ms)
{
    char text[128];
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(rk, operation);
    if (rd_kafka_AdminOptions_set_request_timeout(options, timeout_ms, text, sizeof text) ||
        (operation == RD_KAFKA_ADMIN_OP_CREATETOPICS &&
         rd_kafka_AdminOptions_set_operation_timeout(options, timeout_ms, text, sizeof text))) {
        rd_kafka_AdminOptions_destroy(options);
        return NULL;
    }
    return options;
}

/* The answer as a whole; single topics may still carry an error. */
static enum tf_err await(struct tf_client *client, rd_kafka_queue_t *queue, const char *doing, int timeout_ms, rd_kafka_event_t **ret_event,
                         struct tf_fault *fault)
{
    *ret_event = rd_kafka_queue_poll(queue, timeout_ms + 1000);
    if (!*ret_event)
        return tf_client_fail(client, RD_KAFKA_RESP_ERR__TIMED_OUT, doing, fault);
    rd_kafka_resp_err_t code = rd_kafka_event_error(*ret_event);
    return code ? tf_client_fail(client, code, doing, fault) : TF_OK;
}

static rd_kafka_NewTopic_t *new_topic(const struct tf_topic_plan *plan)
{
    rd_kafka_NewTopic_t *topic = rd_kafka_NewTopic_new(plan->name, plan->partitions, plan->replication, NULL, 0);
    for (size_t i = 0; topic && i < plan->settings_count; i++)
        rd_kafka_NewTopic_set_config(topic, plan->settings[i].name, plan->settings[i].value);
    return topic;
}

static enum tf_err take_created(const rd_kafka_event_t *event, struct tf_fault *fault)
{
    size_t results;
    const rd_kafka_topic_result_t **topics = rd_kafka_CreateTopics_result_topics(event, &results);
    for (size_t i = 0; i < results; i++) {
        const char *name = rd_kafka_topic_result_name(topics[i]);
        rd_kafka_resp_err_t code = rd_kafka_topic_result_error(topics[i]);
        if (code && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
            const char *text = rd_kafka_topic_result_error_string(topics[i]);
            return tf_fault_set(fault, TF_E_CONFIG, "Kafka refused to create topic %s: %s", name, text ? text : rd_kafka_err2str(code));
        }
    }
    return TF_OK;
}

enum tf_err tf_admin_create(struct tf_client *client, const struct tf_topic_plan *plans, size_t count, int timeout_ms, struct tf_fault *fault)
{
    rd_kafka_t *rk = tf_client_handle(client);
    rd_kafka_NewTopic_t *topics[TF_STREAM_COUNT] = {0};
    TF_CLEANUP(destroy_queue) rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
    TF_CLEANUP(destroy_options) rd_kafka_AdminOptions_t *options = make_options(rk, RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout_ms);
    TF_CLEANUP(destroy_event) rd_kafka_event_t *event = NULL;
    size_t made = 0;
    while (made < count && made < TF_STREAM_COUNT && (topics[made] = new_topic(&plans[made])))
        made++;
    bool asked = options && made == count && count > 0;
    if (asked)
        rd_kafka_CreateTopics(rk, topics, count, options, queue);
    rd_kafka_NewTopic_destroy_array(topics, made);
    if (!asked)
        return count == 0 ? TF_OK : tf_fault_set(fault, TF_E_CONFIG, "topic names or partition counts are out of range");
    TF_TRY(await(client, queue, "creating topics", timeout_ms, &event, fault));
    return take_created(event, fault);
}

static struct tf_topic_plan *find_plan(struct tf_topic_plan *plans, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(plans[i].name, name) == 0)
            return &plans[i];
    return NULL;
}

static void take_entries(const rd_kafka_ConfigResource_t *resource, struct tf_topic_plan *plan)
{
    size_t count;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &count);
    for (size_t i = 0; i < plan->settings_count; i++) {
        plan->found[i] = (struct tf_setting){.name = plan->settings[i].name};
        for (size_t e = 0; e < count; e++) {
            const char *value = rd_kafka_ConfigEntry_value(entries[e]);
            if (value && strcmp(rd_kafka_ConfigEntry_name(entries[e]), plan->settings[i].name) == 0)
                snprintf(plan->found[i].value, sizeof plan->found[i].value, "%s", value);
        }
    }
}

static enum tf_err take_described(const rd_kafka_event_t *event, struct tf_topic_plan *plans, size_t count, struct tf_fault *fault)
{
    size_t results;
    const rd_kafka_ConfigResource_t **resources = rd_kafka_DescribeConfigs_result_resources(event, &results);
    for (size_t i = 0; i < results; i++) {
        const char *name = rd_kafka_ConfigResource_name(resources[i]);
        struct tf_topic_plan *plan = find_plan(plans, count, name);
        if (rd_kafka_ConfigResource_error(resources[i]))
            return tf_fault_set(fault, TF_E_CONFIG, "Kafka did not tell the settings of topic %s: %s", name,
                                rd_kafka_err2str(rd_kafka_ConfigResource_error(resources[i])));
        if (plan)
            take_entries(resources[i], plan);
    }
    return TF_OK;
}

enum tf_err tf_admin_describe(struct tf_client *client, struct tf_topic_plan *plans, size_t count, int timeout_ms, struct tf_fault *fault)
{
    rd_kafka_t *rk = tf_client_handle(client);
    rd_kafka_ConfigResource_t *resources[TF_STREAM_COUNT] = {0};
    TF_CLEANUP(destroy_queue) rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
    TF_CLEANUP(destroy_options) rd_kafka_AdminOptions_t *options = make_options(rk, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout_ms);
    TF_CLEANUP(destroy_event) rd_kafka_event_t *event = NULL;
    if (count == 0)
        return TF_OK;
    for (size_t i = 0; i < count && i < TF_STREAM_COUNT; i++)
        resources[i] = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, plans[i].name);
    if (options)
        rd_kafka_DescribeConfigs(rk, resources, count, options, queue);
    rd_kafka_ConfigResource_destroy_array(resources, count);
    if (!options)
        return tf_fault_set(fault, TF_E_FATAL, "librdkafka refused the options of an admin request");
    TF_TRY(await(client, queue, "reading topic settings", timeout_ms, &event, fault));
    return take_described(event, plans, count, fault);
}
