/* The collector: HTTP and the drop folder, until it is told to stop. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector_internal.h"
#include "taxflow/clock.h"

enum { STEP_MS = 100 };

static const char *listen_address(const struct tf_config *config)
{
    return config->collector.listen;
}

static struct tf_collector *create(struct tf_role_run *run)
{
    struct tf_collector *collector = calloc(1, sizeof *collector);
    if (!collector)
        return NULL;
    collector->run = run;
    pthread_mutex_init(&collector->lock, NULL);
    collector->series.received = tf_metrics_series(TF_METRIC_events_received_total, "collector", "http", NULL);
    collector->series.accepted = tf_metrics_series(TF_METRIC_events_processed_total, "collector", "accepted", NULL);
    collector->series.replayed = tf_metrics_series(TF_METRIC_events_processed_total, "collector", "replayed", NULL);
    collector->series.refused = tf_metrics_series(TF_METRIC_events_processed_total, "collector", "refused", NULL);
    return collector;
}

static size_t routes(struct tf_role_run *run, struct tf_http_route *out, size_t max)
{
    struct tf_collector *collector = create(run);
    run->own = collector;
    if (!collector || max < 1)
        return 0;
    out[0] = (struct tf_http_route){"POST", "/v1/events", NULL, collector, false, tf_collector_post_events};
    return 1;
}

struct tf_intake *tf_collector_lease(struct tf_collector *collector)
{
    pthread_mutex_lock(&collector->lock);
    struct tf_intake *intake = collector->idle_count > 0 ? collector->idle[--collector->idle_count] : NULL;
    pthread_mutex_unlock(&collector->lock);
    if (intake || !atomic_load(&collector->open))
        return intake;
    intake = tf_intake_create(collector->run->process, collector->secret);
    if (intake)
        tf_intake_trace(intake, collector->run->tracer);
    return intake;
}

void tf_collector_return(struct tf_collector *collector, struct tf_intake *intake)
{
    if (!intake)
        return;
    tf_intake_reset(intake);
    pthread_mutex_lock(&collector->lock);
    bool kept = collector->idle_count < TF_COLLECTOR_IDLE_MAX;
    if (kept)
        collector->idle[collector->idle_count++] = intake;
    pthread_mutex_unlock(&collector->lock);
    if (!kept)
        tf_intake_destroy(intake);
}

static void watch_services(struct tf_collector *collector)
{
    struct tf_role_run *run = collector->run;
    bool up = tf_feed_up(run->process->feed) && tf_feed_partitions(run->process->feed) > 0;
    tf_health_beat(run->health);
    tf_health_set(run->health, "kafka", up, "no broker answers, or taxflow.audit is missing (taxflow topics --create)");
    tf_metrics_set(tf_metrics_series(TF_METRIC_kafka_up, "collector", NULL, NULL), up ? 1 : 0);
    tf_metrics_set(tf_metrics_series(TF_METRIC_inflight_bytes, "collector", NULL, NULL), (double)tf_feed_inflight_bytes(run->process->feed));
    tf_collector_keep_watch(collector);
    tf_heartbeat_send(run);
}

static enum tf_err serve(struct tf_collector *collector)
{
    struct tf_role_run *run = collector->run;
    struct tf_drop *drop = NULL;
    const struct tf_config *config = tf_process_config(run->process);
    TF_TRY(tf_collector_keep_open(collector, &run->fault));
    atomic_store(&collector->open, true);
    if (config->collector.watch_dir[0] != '\0')
        TF_TRY(tf_drop_create(collector, &drop, &run->fault));
    tf_health_set(run->health, "start", true, NULL);
    struct timespec step = {.tv_nsec = STEP_MS * 1000000L};
    int64_t due = 0;
    while (!atomic_load(&run->process->stop)) {
        if (tf_clock_mono_ms() >= due) {
            due = tf_clock_mono_ms() + 1000;
            watch_services(collector);
        }
        nanosleep(&step, NULL);
    }
    tf_health_set(run->health, "draining", false, "stopping");
    tf_drop_destroy(drop);
    return TF_OK;
}

static enum tf_err run_collector(struct tf_role_run *run)
{
    struct tf_collector *collector = run->own;
    if (!collector)
        return tf_fault_set(&run->fault, TF_E_MEMORY, "collector: memory ran out at the start");
    const struct tf_config *config = tf_process_config(run->process);
    char fingerprint[17];
    uint8_t digest[32];
    if (config->kafka.drain)
        return tf_fault_set(&run->fault, TF_E_CONFIG, "kafka.drain is set: a prefix that is being drained takes nothing in; the collector belongs to the new one");
    TF_TRY(tf_intake_secret(config, collector->secret_bytes, sizeof collector->secret_bytes, &collector->secret, &run->fault));
    tf_hash_sha256_full(collector->secret, digest);
    tf_hash_hex(digest, 8, fingerprint);
    enum tf_err err = tf_control_bind_key(run->process->cluster, config, fingerprint, &run->fault);
    if (err == TF_OK)
        err = serve(collector);
    atomic_store(&collector->open, false);
    return err;
}

static void finish(struct tf_role_run *run)
{
    struct tf_collector *collector = run->own;
    if (!collector)
        return;
    while (collector->idle_count > 0)
        tf_intake_destroy(collector->idle[--collector->idle_count]);
    tf_collector_keep_close(collector);
    pthread_mutex_destroy(&collector->lock);
    explicit_bzero(collector->secret_bytes, sizeof collector->secret_bytes);
    free(collector);
    run->own = NULL;
}

const struct tf_role tf_role_collector = {
    .name = "collector",
    .help = "takes records in over HTTP and from files, and sends them to Kafka",
    .uses_redis = true,
    .uses_control = true,
    .listen = listen_address,
    .routes = routes,
    .run = run_collector,
    .finish = finish,
};
