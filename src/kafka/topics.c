#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin.h"
#include "cluster_internal.h"
#include "control.h"
#include "metadata.h"
#include "properties.h"
#include "taxflow/clock.h"

/* A broker that has just started, or keeps its metadata in ZooKeeper, may take a while over all partitions of all topics. */
enum { CREATE_MS = 60000 };
enum { REQUEST_MS = 10000, SETTLE_MS = 10000, STATUS_DAYS = 30, CLOSE_MS = 2000, PROCESSES_END_MS = 6000 };

enum keeping { KEEP_RETENTION, KEEP_STATUS, KEEP_LATEST };

static const enum keeping keepings[TF_STREAM_COUNT] = {
    [TF_STREAM_AUDIT] = KEEP_RETENTION,      [TF_STREAM_TAX] = KEEP_RETENTION,    [TF_STREAM_FRAUD] = KEEP_RETENTION,
    [TF_STREAM_DLQ] = KEEP_RETENTION,        [TF_STREAM_STATUS] = KEEP_STATUS,    [TF_STREAM_GROUPS] = KEEP_RETENTION,
    [TF_STREAM_DUPLICATES] = KEEP_RETENTION, [TF_STREAM_CONTROL] = KEEP_LATEST,   [TF_STREAM_FRAUD_STATE] = KEEP_LATEST,
    [TF_STREAM_VERDICTS] = KEEP_RETENTION,   [TF_STREAM_TAX_STATE] = KEEP_LATEST,
    [TF_STREAM_TALLIES] = KEEP_LATEST,
};

bool tf_topics_keep_latest(enum tf_stream stream)
{
    return keepings[stream] == KEEP_LATEST;
}

static void need(struct tf_topic_plan *plan, const char *name, int64_t value)
{
    struct tf_setting *setting = &plan->settings[plan->settings_count++];
    setting->name = name;
    snprintf(setting->value, sizeof setting->value, "%" PRId64, value);
}

static void make_plan(const struct tf_cluster *cluster, const struct tf_config *config, uint32_t brokers, enum tf_stream stream,
                      struct tf_topic_plan *plan)
{
    int64_t replication = config->kafka.replication < brokers ? config->kafka.replication : brokers;
    *plan = (struct tf_topic_plan){.stream = stream, .name = tf_cluster_topic(cluster, stream)};
    plan->replication = replication < 1 ? 1 : (int)replication;
    plan->partitions = stream == TF_STREAM_CONTROL ? 1 : (int)config->kafka.partitions;
    bool latest = keepings[stream] == KEEP_LATEST;
    plan->settings[plan->settings_count++] = (struct tf_setting){.name = "cleanup.policy", .value = "delete"};
    if (latest)
        snprintf(plan->settings[0].value, sizeof plan->settings[0].value, "compact");
    else
        need(plan, "retention.ms", (keepings[stream] == KEEP_STATUS ? STATUS_DAYS : config->kafka.retention_days) * TF_MS_PER_DAY);
    /* A row is as old as the brokers say: whoever restores claims from it may not trust the clock of the machine that wrote it. */
    plan->settings[plan->settings_count++] = (struct tf_setting){.name = "message.timestamp.type", .value = "LogAppendTime"};
    need(plan, "max.message.bytes", TF_MESSAGE_BYTES_MAX);
    need(plan, "min.insync.replicas", plan->replication > 1 ? plan->replication - 1 : 1);
}

struct work {
    struct tf_cluster *cluster;
    const struct tf_config *config;
    struct tf_client *client;
    struct tf_topic_counts counts;
};

/* taxflow.audit alone, or all but it. */
static enum tf_err create_missing(struct work *work, bool audit, struct tf_fault *fault)
{
    struct tf_topic_plan plans[TF_STREAM_COUNT];
    size_t count = 0;
    for (int s = 0; s < TF_STREAM_COUNT; s++)
        if (work->counts.partitions[s] == 0 && (s == TF_STREAM_AUDIT) == audit)
            make_plan(work->cluster, work->config, work->counts.brokers, (enum tf_stream)s, &plans[count++]);
    return tf_admin_create(work->client, plans, count, CREATE_MS, fault);
}

/* A new topic shows in the metadata a moment after it was made. */
static enum tf_err await_all(struct work *work, bool audit, struct tf_fault *fault)
{
    int64_t until = tf_clock_mono_ms() + SETTLE_MS;
    for (;;) {
        TF_TRY(tf_metadata_read(work->client, work->cluster, REQUEST_MS, &work->counts, fault));
        int missing = 0;
        for (int s = 0; s < TF_STREAM_COUNT; s++)
            missing += work->counts.partitions[s] == 0 && (audit || s != TF_STREAM_AUDIT);
        if (missing == 0)
            return TF_OK;
        if (tf_clock_mono_ms() >= until)
            return tf_fault_set(fault, TF_E_TIMEOUT, "Kafka created topics but %d of them do not show yet; try again", missing);
        rd_kafka_poll(tf_client_handle(work->client), 100);
    }
}

static void add_difference(struct tf_topic_report *report, const char *name, const char *found, const char *needed)
{
    size_t used = strlen(report->differences);
    snprintf(report->differences + used, sizeof report->differences - used, "%s%s is %s, needed %s", used ? "; " : "", name,
             *found ? found : "not told", needed);
}

static void compare(const struct tf_topic_plan *plan, uint32_t partitions, struct tf_topic_report *report)
{
    char found[16], needed[16];
    if (partitions != (uint32_t)plan->partitions) {
        snprintf(found, sizeof found, "%u", partitions);
        snprintf(needed, sizeof needed, "%d", plan->partitions);
        add_difference(report, "partitions", found, needed);
    }
    for (size_t i = 0; i < plan->settings_count; i++)
        if (strcmp(plan->settings[i].value, plan->found[i].value) != 0)
            add_difference(report, plan->settings[i].name, plan->found[i].value, plan->settings[i].value);
}

static enum tf_err report_all(struct work *work, struct tf_topic_report *reports, struct tf_fault *fault)
{
    struct tf_topic_plan plans[TF_STREAM_COUNT];
    size_t count = 0;
    for (int s = 0; s < TF_STREAM_COUNT; s++) {
        uint32_t partitions = work->counts.partitions[s];
        reports[s] = (struct tf_topic_report){.stream = (enum tf_stream)s, .exists = partitions > 0, .partitions = partitions};
        if (partitions > 0)
            make_plan(work->cluster, work->config, work->counts.brokers, (enum tf_stream)s, &plans[count++]);
    }
    TF_TRY(tf_admin_describe(work->client, plans, count, REQUEST_MS, fault));
    for (size_t i = 0; i < count; i++)
        compare(&plans[i], work->counts.partitions[plans[i].stream], &reports[plans[i].stream]);
    return TF_OK;
}

static enum tf_err judge(const struct work *work, const struct tf_topic_report *reports, struct tf_fault *fault)
{
    for (int s = 0; s < TF_STREAM_COUNT; s++) {
        const char *name = tf_cluster_topic(work->cluster, (enum tf_stream)s);
        if (!reports[s].exists)
            return tf_fault_set(fault, TF_E_CONFIG, "topic %s is missing, or its ACL hides it; run `taxflow topics --create`", name);
        if (reports[s].differences[0])
            return tf_fault_set(fault, TF_E_CONFIG, "topic %s differs: %s; change it with Kafka's own tools or take a new kafka.topic_prefix",
                                name, reports[s].differences);
    }
    return TF_OK;
}

/* Whether processes may still run by topics that were here before: they look every second and give a missing topic 3 s. */
static bool had_topics_before(struct work *work)
{
    const struct rd_kafka_group_list *groups;
    struct tf_control control;
    char ours[256];
    bool members = false;
    if (tf_control_read(work->cluster, work->config, &control, NULL) == TF_OK)
        return true;
    snprintf(ours, sizeof ours, "%s.", work->config->kafka.group_prefix);
    if (rd_kafka_list_groups(tf_client_handle(work->client), NULL, &groups, REQUEST_MS))
        return false;
    for (int i = 0; i < groups->group_cnt; i++)
        members |= groups->groups[i].member_cnt > 0 && tf_str_starts(tf_str_of(groups->groups[i].group), tf_str_of(ours));
    rd_kafka_group_list_destroy(groups);
    return members;
}

static void let_processes_end(struct work *work)
{
    int64_t until = tf_clock_mono_ms() + PROCESSES_END_MS;
    while (tf_clock_mono_ms() < until)
        rd_kafka_poll(tf_client_handle(work->client), 100);
}

/* Another broker than the one that made the topic may be asked, and not know it yet. */
static enum tf_err ensure_control(struct work *work, uint32_t partitions, bool renew, struct tf_fault *fault)
{
    int64_t until = tf_clock_mono_ms() + SETTLE_MS;
    enum tf_err err = tf_control_ensure(work->cluster, work->config, work->client, partitions, renew, fault);
    while (err == TF_E_CONFIG && tf_clock_mono_ms() < until) {
        rd_kafka_poll(tf_client_handle(work->client), 200);
        err = tf_control_ensure(work->cluster, work->config, work->client, partitions, renew, fault);
    }
    return err;
}

/*
 * A new taxflow.audit counts its offsets from 0 again, so it needs a new generation before the first record is in it: else claims of
 * the old one would meet positions of the new one. Stopped in between, the next run finds it missing still and begins anew. And it
 * needs an end of every process that works by the old one, whose positions it would take for records that are not there yet.
 */
static enum tf_err create_all(struct work *work, struct tf_fault *fault)
{
    bool renew = work->counts.partitions[TF_STREAM_AUDIT] == 0;
    uint32_t partitions = renew ? (uint32_t)work->config->kafka.partitions : work->counts.partitions[TF_STREAM_AUDIT];
    if (renew && had_topics_before(work))
        let_processes_end(work);
    TF_TRY(create_missing(work, false, fault));
    TF_TRY(await_all(work, false, fault));
    TF_TRY(ensure_control(work, partitions, renew, fault));
    TF_TRY(create_missing(work, true, fault));
    return await_all(work, true, fault);
}

static enum tf_err ensure(struct work *work, bool create, struct tf_topic_report *reports, struct tf_fault *fault)
{
    TF_TRY(tf_metadata_read(work->client, work->cluster, REQUEST_MS, &work->counts, fault));
    if (create)
        TF_TRY(create_all(work, fault));
    TF_TRY(report_all(work, reports, fault));
    return judge(work, reports, fault);
}

enum tf_err tf_topics_ensure(struct tf_cluster *cluster, const struct tf_config *config, bool create, struct tf_topic_report *reports,
                             struct tf_fault *fault)
{
    if (tf_cluster_embedded(cluster)) {
        for (int s = 0; s < TF_STREAM_COUNT; s++)
            reports[s] = (struct tf_topic_report){.stream = (enum tf_stream)s, .exists = true, .partitions = 1};
        return TF_OK;
    }
    struct tf_properties_request request = {cluster, config, TF_PROPERTIES_ADMIN, "taxflow-topics", NULL};
    rd_kafka_conf_t *conf;
    TF_TRY(tf_properties_build(&request, &conf, fault));
    struct work work = {.cluster = cluster, .config = config};
    TF_TRY(tf_client_open(RD_KAFKA_PRODUCER, conf, NULL, "admin client", &work.client, fault));
    enum tf_err err = ensure(&work, create, reports, fault);
    tf_client_close(work.client, CLOSE_MS);
    return err;
}
