/* The monitor: reads heartbeats, looks at the groups' offsets every second, logs what changed, answers /api/v1/flow, /api/v1/dlq and /api/v1/precision. */
#include <stdlib.h>

#include "letters_http.h"
#include "overview.h"
#include "precision.h"
#include "roles_internal.h"
#include "taxflow/clock.h"
#include "taxflow/kafka_read.h"
#include "webhook.h"

enum { OWN_ROUTES = 2, LOOK_MS = 1000, READ_MS = 200, ROWS_MAX = 1000 };

struct monitor {
    struct tf_role_run *run;
    struct tf_overview *overview;
    struct tf_tail *tail;
    struct tf_watch *watch;
    struct tf_letters_http *letters;
    struct tf_precision_watch *precision;
    struct tf_webhook *webhook; /* NULL: nobody is to be told of alerts */
    int64_t look_due_ms, summary_due_ms;
    bool kafka_up;
};

static const char *listen_address(const struct tf_config *config)
{
    return config->monitor.listen;
}

static void get_flow(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    (void)request;
    const struct monitor *monitor = self;
    tf_overview_render(monitor->overview, &response->body);
}

static size_t routes(struct tf_role_run *run, struct tf_http_route *out, size_t max)
{
    struct monitor *monitor = calloc(1, sizeof *monitor);
    const struct tf_config *config = tf_process_config(run->process);
    run->own = monitor;
    if (!monitor || max < OWN_ROUTES + TF_LETTERS_HTTP_ROUTES)
        return 0;
    monitor->run = run;
    monitor->overview = tf_overview_create(config->kafka.group_prefix, tf_cluster_topic(run->process->cluster, TF_STREAM_AUDIT));
    monitor->letters = tf_letters_http_create(run->process);
    monitor->precision = tf_precision_watch_create();
    if (!monitor->overview || !monitor->letters || !monitor->precision)
        return 0;
    out[0] = (struct tf_http_route){"GET", "/api/v1/flow", get_flow, monitor, false, NULL};
    out[1] = tf_precision_watch_route(monitor->precision);
    tf_letters_http_routes(monitor->letters, out + OWN_ROUTES);
    return OWN_ROUTES + TF_LETTERS_HTTP_ROUTES;
}

static void take_heartbeat(void *self, const struct tf_position *position, const struct tf_row *row)
{
    struct monitor *monitor = self;
    (void)position;
    tf_overview_heartbeat(monitor->overview, row->key, row->value, tf_clock_wall_ms());
}

/* Kafka may take seconds not to answer; one such wait a look is enough. */
static void look_at_group(struct monitor *monitor, const char *role)
{
    struct tf_lag lags[TF_OVERVIEW_PARTITIONS_MAX];
    size_t count = 0;
    tf_health_beat(monitor->run->health);
    enum tf_err err = monitor->kafka_up ? tf_watch_lag(monitor->watch, role, lags, TF_OVERVIEW_PARTITIONS_MAX, &count) : TF_E_UNAVAILABLE;
    monitor->kafka_up = err == TF_OK;
    tf_overview_lags(monitor->overview, role, lags, err == TF_OK ? count : 0, tf_clock_wall_ms());
}

static void look(struct monitor *monitor)
{
    int64_t now = tf_clock_mono_ms();
    if (now < monitor->look_due_ms)
        return;
    monitor->look_due_ms = now + LOOK_MS;
    monitor->kafka_up = true; /* until a group says otherwise */
    look_at_group(monitor, "tax");
    look_at_group(monitor, "fraud");
    bool summary = now >= monitor->summary_due_ms;
    if (summary)
        monitor->summary_due_ms = now + tf_process_config(monitor->run->process)->monitor.period_s * 1000;
    tf_overview_evaluate(monitor->overview, tf_clock_wall_ms(), summary);
    tf_health_set(monitor->run->health, "kafka", monitor->kafka_up, "no broker answers");
    tf_metrics_set(tf_metrics_series(TF_METRIC_kafka_up, "monitor", NULL, NULL), monitor->kafka_up ? 1 : 0);
    tf_precision_watch_publish(monitor->precision);
    tf_heartbeat_send(monitor->run);
}

static enum tf_err open_readers(struct monitor *monitor)
{
    struct tf_role_run *run = monitor->run;
    const struct tf_config *config = tf_process_config(run->process);
    TF_TRY(tf_tail_create(run->process->cluster, config, TF_STREAM_STATUS, false, &monitor->tail, &run->fault));
    TF_TRY(tf_watch_create(run->process->cluster, config, &monitor->watch, &run->fault));
    TF_TRY(tf_precision_watch_start(monitor->precision, run->process, &run->fault));
    return tf_webhook_start(run, &monitor->webhook, &run->fault);
}

static enum tf_err run_monitor(struct tf_role_run *run)
{
    struct monitor *monitor = run->own;
    if (!monitor || !monitor->overview || !monitor->letters || !monitor->precision)
        return tf_fault_set(&run->fault, TF_E_MEMORY, "monitor: memory ran out at the start");
    enum tf_err err = open_readers(monitor);
    if (err == TF_OK)
        tf_health_set(run->health, "start", true, NULL);
    while (err == TF_OK && !atomic_load(&run->process->stop)) {
        tf_health_beat(run->health);
        tf_tail_read(monitor->tail, ROWS_MAX, READ_MS, take_heartbeat, monitor);
        look(monitor);
    }
    tf_health_set(run->health, "draining", false, "stopping");
    monitor->tail = tf_tail_destroy(monitor->tail);
    monitor->watch = tf_watch_destroy(monitor->watch);
    tf_precision_watch_stop(monitor->precision);
    monitor->webhook = tf_webhook_stop(monitor->webhook);
    return err;
}

static void finish(struct tf_role_run *run)
{
    struct monitor *monitor = run->own;
    if (monitor) {
        tf_overview_destroy(monitor->overview);
        tf_letters_http_destroy(monitor->letters);
        tf_precision_watch_destroy(monitor->precision);
    }
    free(monitor);
    run->own = NULL;
}

const struct tf_role tf_role_monitor = {
    .name = "monitor",
    .help = "watches roles, topics and lag",
    .uses_redis = false,
    .listen = listen_address,
    .routes = routes,
    .run = run_monitor,
    .finish = finish,
};
