/* What tax and fraud have in common: a Kafka client, a pipeline with one judge, and the loop. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roles_internal.h"
#include "taxflow/clock.h"

enum { TWIN_SHOWS_MS = 15000, CHANCES = 2 };

struct judging {
    struct tf_role_run *run;
    struct tf_pipeline *pipeline;
    int64_t beat_due_ms;
    int64_t fenced_ms[CHANCES]; /* when the place was taken, the last time first; monotonic, 0 = never */
    struct tf_source inner; /* the Kafka source; ours beats on the way */
    struct tf_kafka *kafka;
    struct tf_dedup *local; /* redis.on_outage = local: claims of this role while Redis is away; else NULL */
    uint32_t gaps;              /* partitions of this assignment that stand still at a gap */
    char gap[128];              /* words about the first of them */
    bool *gap_told;             /* each partition: its gap was logged */
};

static void observe(void *self, const struct tf_batch *batch)
{
    struct judging *judging = self;
    struct tf_role_run *run = judging->run;
    unsigned long long count[TF_OUTCOME_SKIPPED + 1] = {0};
    for (size_t i = 0; i < batch->count; i++)
        count[batch->items[i].outcome]++;
    atomic_fetch_add(&run->received, batch->count);
    atomic_fetch_add(&run->processed, count[TF_OUTCOME_PROCESS]);
    atomic_fetch_add(&run->duplicates, count[TF_OUTCOME_DUPLICATE]);
    atomic_fetch_add(&run->dead, count[TF_OUTCOME_DEAD]);
    tf_metrics_add(tf_metrics_series(TF_METRIC_events_received_total, run->role->name, "kafka", NULL), (int64_t)batch->count);
}

static void beat(struct judging *judging)
{
    int64_t now = tf_clock_mono_ms();
    if (now < judging->beat_due_ms)
        return;
    judging->beat_due_ms = now + 1000;
    bool up = judging->kafka && tf_kafka_up(judging->kafka); /* NULL while it is being made */
    tf_health_set(judging->run->health, "kafka", up, "no broker answers");
    tf_metrics_set(tf_metrics_series(TF_METRIC_kafka_up, judging->run->role->name, NULL, NULL), up ? 1 : 0);
    if (judging->kafka) {
        tf_metrics_set(tf_metrics_series(TF_METRIC_queue_bytes, judging->run->role->name, NULL, NULL), (double)tf_kafka_queue_bytes(judging->kafka));
        tf_metrics_set(tf_metrics_series(TF_METRIC_queue_budget_bytes, judging->run->role->name, NULL, NULL), (double)tf_kafka_queue_budget(judging->kafka));
    }
    tf_heartbeat_send(judging->run);
}

static enum tf_err beating_poll(void *self, struct tf_batch *batch, int64_t wait_ms, struct tf_fault *fault)
{
    struct judging *judging = self;
    beat(judging);
    return judging->inner.poll(judging->inner.self, batch, wait_ms, fault);
}
static enum tf_err beating_keep_alive(void *self, int64_t wait_ms, struct tf_fault *fault)
{
    struct judging *judging = self;
    beat(judging);
    return judging->inner.keep_alive(judging->inner.self, wait_ms, fault);
}
static void release(void *self, struct tf_batch *batch)
{
    struct judging *judging = self;
    judging->inner.release(judging->inner.self, batch);
}
static bool finished(void *self)
{
    struct judging *judging = self;
    return judging->inner.finished(judging->inner.self);
}

static int64_t next_offset(void *self, uint32_t partition)
{
    struct judging *judging = self;
    return judging->inner.next_offset(judging->inner.self, partition);
}

static bool drained(void *self, uint32_t partition)
{
    struct judging *judging = self;
    return judging->inner.drained(judging->inner.self, partition);
}

static void on_assigned(void *self, const uint32_t *partitions, size_t count)
{
    struct judging *judging = self;
    if (judging->pipeline)
        tf_pipeline_assigned(judging->pipeline, partitions, count);
    tf_health_set(judging->run->health, "assignment", true, NULL);
    tf_metrics_add(tf_metrics_series(TF_METRIC_rebalances_total, judging->run->role->name, NULL, NULL), 1);
    TF_LOG(TF_LOG_INFO, "partitions_assigned", "the group assigned partitions", TF_FIELD_TEXT("role", judging->run->role->name),
           TF_FIELD_INT("partitions", count));
}

/* An assignment may come again and again; an operator reads about a gap once. */
static void log_gap(struct judging *judging, uint32_t partition, const char *text, bool accepted)
{
    if (!judging->gap_told)
        judging->gap_told = calloc(tf_kafka_partitions(judging->kafka), sizeof *judging->gap_told);
    if (!judging->gap_told || judging->gap_told[partition])
        return;
    judging->gap_told[partition] = true;
    TF_LOG(accepted ? TF_LOG_WARN : TF_LOG_ERROR, accepted ? "gap_accepted" : "records_lost", text, TF_FIELD_TEXT("role", judging->run->role->name),
           TF_FIELD_INT("partition", partition),
           TF_FIELD_TEXT("remedy", accepted ? "kafka.accept_gap is set: going on with the oldest record there is; take it out again once all partitions flow"
                                            : "this partition stands still, the others flow; judge what is lost by other means, then set "
                                              "kafka.accept_gap = true and restart"));
}

static void on_gap(void *self, uint32_t partition, const char *text)
{
    struct judging *judging = self;
    bool accepted = tf_process_config(judging->run->process)->kafka.accept_gap;
    char reason[sizeof judging->gap + 32];
    log_gap(judging, partition, text, accepted);
    if (accepted)
        return;
    if (judging->gaps++ == 0)
        snprintf(judging->gap, sizeof judging->gap, "%s", text);
    snprintf(reason, sizeof reason, "%s", judging->gap);
    if (judging->gaps > 1)
        snprintf(reason, sizeof reason, "%s, and of %u more", judging->gap, judging->gaps - 1);
    tf_health_set(judging->run->health, "gap", false, reason);
}

static void on_revoked(void *self, const uint32_t *partitions, size_t count, bool lost)
{
    struct judging *judging = self;
    (void)partitions;
    judging->gaps = 0;
    tf_health_set(judging->run->health, "gap", true, NULL); /* the next owner of the partition finds it too */
    tf_health_set(judging->run->health, "assignment", false, lost ? "partitions were lost" : "partitions are being handed over");
    if (judging->pipeline)
        tf_pipeline_revoked(judging->pipeline);
    TF_LOG(lost ? TF_LOG_WARN : TF_LOG_INFO, "partitions_revoked", lost ? "the group took partitions away" : "partitions are handed over",
           TF_FIELD_TEXT("role", judging->run->role->name), TF_FIELD_INT("partitions", count));
}

static bool keep_waiting(void *self)
{
    struct judging *judging = self;
    tf_health_beat(judging->run->health);
    beat(judging);
    return !atomic_load(&judging->run->process->stop);
}

static struct tf_pipeline *create_pipeline(struct judging *judging, struct tf_judge judge)
{
    struct tf_process *process = judging->run->process;
    const struct tf_config *config = tf_process_config(process);
    struct tf_pipeline_options options = {
        .config = config,
        .role = judging->run->role->name,
        .source = {.self = judging, .poll = beating_poll, .keep_alive = beating_keep_alive, .release = release, .finished = finished,
                   .next_offset = next_offset, .drained = drained},
        .sink = tf_sink_kafka(judging->kafka),
        .judges = {judge},
        .judges_count = 1,
        .dedup = judging->local ? judging->local : process->dedup,
        .cluster = tf_cluster_embedded(process->cluster) ? NULL : process->cluster,
        .partitions = tf_kafka_partitions(judging->kafka),
        .since_ms = process->control.since_ms,
        .tracer = judging->run->tracer,
        .health = judging->run->health,
        .topic = tf_cluster_topic(process->cluster, TF_STREAM_AUDIT),
        .result_topics = {tf_cluster_topic(process->cluster, judge.stream)},
        .batch_capacity = (size_t)config->kafka.batch_events,
        .workers = tf_process_workers(config),
        .observe = observe,
        .observer = judging,
    };
    return tf_pipeline_create(&options);
}

static enum tf_err open_local(struct judging *judging)
{
    struct tf_process *process = judging->run->process;
    bool wanted = strcmp(tf_process_config(process)->redis.on_outage, "local") == 0 && !tf_cluster_embedded(process->cluster);
    return wanted ? tf_dedup_create_local(process->dedup, &judging->local) : TF_OK;
}

static enum tf_err loop(struct judging *judging, struct tf_judge judge)
{
    struct tf_role_run *run = judging->run;
    judging->inner = tf_source_kafka(judging->kafka);
    TF_TRY(open_local(judging));
    judging->pipeline = create_pipeline(judging, judge);
    if (!judging->pipeline)
        return tf_fault_set(&run->fault, TF_E_MEMORY, "%s: memory ran out at the start; lower kafka.batch_events", run->role->name);
    tf_health_set(run->health, "start", true, NULL);
    enum tf_err err = tf_worker_run(judging->pipeline, &run->process->stop, &run->fault);
    tf_health_set(run->health, "draining", false, "stopping");
    judging->pipeline = tf_pipeline_destroy(judging->pipeline);
    judging->local = tf_dedup_destroy(judging->local);
    return err;
}

/*
 * A static member is also fenced by itself: a join that a stopped or failed-over coordinator answered late has given its place to a
 * member that nobody is. So the client is made anew, which takes the place back. Of two real twins one is then fenced again at once,
 * and again, and gives way for good; a coordinator that fails over twice fences twice, so two times are chance.
 */
static bool fenced_by_chance(struct judging *judging, enum tf_err err)
{
    int64_t now = tf_clock_mono_ms(), *at = judging->fenced_ms;
    bool again = at[CHANCES - 1] != 0 && now - at[CHANCES - 1] < TWIN_SHOWS_MS;
    if (err != TF_E_FENCED || again || atomic_load(&judging->run->process->stop))
        return false;
    memmove(at + 1, at, (CHANCES - 1) * sizeof *at);
    at[0] = now;
    TF_LOG(TF_LOG_WARN, "fenced_by_chance", "the group gave this instance's place away; it is taken back", TF_FIELD_TEXT("role", judging->run->role->name));
    return true;
}

static enum tf_err run_client(struct judging *judging, const struct tf_kafka_options *options, struct tf_judge judge)
{
    tf_health_set(judging->run->health, "assignment", false, "no partitions assigned yet");
    /* keep_waiting is called with options.self's owner: the same struct. */
    TF_TRY(tf_kafka_create(options, keep_waiting, &judging->kafka, &judging->run->fault));
    enum tf_err err = loop(judging, judge);
    judging->kafka = tf_kafka_destroy(judging->kafka);
    return err;
}

enum tf_err tf_judging_run(struct tf_role_run *run, struct tf_judge judge)
{
    struct judging judging = {.run = run};
    struct tf_process *process = run->process;
    const struct tf_config *config = tf_process_config(process);
    char identity[256];
    snprintf(identity, sizeof identity, "%s.%s.%s.%lld", config->kafka.topic_prefix, run->role->name, process->host, (long long)process->instance);
    struct tf_kafka_options options = {
        .config = config,
        .cluster = process->cluster,
        .role = run->role->name,
        .identity = identity,
        .partitions = process->control.partitions,
        .on_assigned = on_assigned,
        .on_revoked = on_revoked,
        .on_gap = on_gap,
        .self = &judging,
    };
    enum tf_err err;
    do
        err = run_client(&judging, &options, judge);
    while (fenced_by_chance(&judging, err));
    free(judging.gap_told);
    return err;
}
