/* One status row a role and second: what the monitor knows of the living. */
#include <stdio.h>
#include <unistd.h>

#include "roles_internal.h"
#include "taxflow/clock.h"
#include "taxflow/json.h"

static void write_body(struct tf_role_run *run, bool ready, struct tf_str reasons, struct tf_buf *out)
{
    struct tf_json json;
    char now[25];
    tf_clock_format_time(tf_clock_wall_ms(), now);
    tf_json_init(&json, out);
    tf_json_object(&json);
    tf_json_ktext(&json, "role", run->role->name);
    tf_json_ki64(&json, "instance", run->process->instance);
    tf_json_ktext(&json, "host", run->process->host);
    tf_json_ki64(&json, "pid", getpid());
    tf_json_ktext(&json, "version", TAXFLOW_VERSION);
    tf_json_ktext(&json, "at", now);
    tf_json_kbool(&json, "ready", ready);
    tf_json_kbool(&json, "stopping", atomic_load(&run->process->stop));
    tf_json_kstr(&json, "checks", reasons);
    tf_json_ku64(&json, "received", atomic_load(&run->received));
    tf_json_ku64(&json, "processed", atomic_load(&run->processed));
    tf_json_ku64(&json, "duplicates", atomic_load(&run->duplicates));
    tf_json_ku64(&json, "dead", atomic_load(&run->dead));
    tf_json_object_end(&json);
}

void tf_heartbeat_send(struct tf_role_run *run)
{
    struct tf_buf body, reasons;
    char key[160];
    tf_buf_init(&body, 16384);
    tf_buf_init(&reasons, 4096);
    bool ready = tf_health_ready(run->health, &reasons);
    tf_metrics_set(tf_metrics_series(TF_METRIC_ready, run->role->name, NULL, NULL), ready ? 1 : 0);
    write_body(run, ready, tf_buf_view(&reasons), &body);
    snprintf(key, sizeof key, "%s/%s/%lld", run->role->name, run->process->host, (long long)run->process->instance);
    struct tf_row row = {.stream = TF_STREAM_STATUS, .key = tf_str_of(key), .value = tf_buf_view(&body)};
    uint32_t partitions = tf_feed_partitions(run->process->feed);
    if (partitions > 0) {
        row.partition = tf_hash_partition(row.key, partitions);
        (void)!tf_feed_send(run->process->feed, &row, NULL); /* the next second brings the next one */
    }
    tf_buf_finish(&body);
    tf_buf_finish(&reasons);
}
