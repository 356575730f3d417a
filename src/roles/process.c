#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "roles_internal.h"
#include "taxflow/clock.h"

enum { WORKERS_DEFAULT_MAX = 4, TABLE_IDS_MAX = 200000000, FIRST_PAUSE_MS = 100, LAST_PAUSE_MS = 2000 };

unsigned tf_process_cores(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores > WORKERS_DEFAULT_MAX ? WORKERS_DEFAULT_MAX : (unsigned)cores;
}

unsigned tf_process_workers(const struct tf_config *config)
{
    return config->instance.workers > 0 ? (unsigned)config->instance.workers : tf_process_cores();
}

enum tf_err tf_process_open(struct tf_process *process, const struct tf_config *config, struct tf_fault *fault)
{
    atomic_store(&process->config, config);
    pthread_mutex_init(&process->connecting, NULL);
    if (process->host[0] == '\0' && gethostname(process->host, sizeof process->host - 1) != 0)
        snprintf(process->host, sizeof process->host, "localhost");
    enum tf_err err = tf_cluster_create(config, &process->cluster, fault);
    if (err == TF_OK)
        err = tf_feed_create(process->cluster, config, "taxflow", (size_t)config->collector.inflight_bytes, &process->feed, fault);
    if (err != TF_OK)
        tf_process_close(process);
    return err;
}

static enum tf_err open_claims(struct tf_process *process, const struct tf_config *config, struct tf_fault *fault)
{
    if (tf_cluster_embedded(process->cluster))
        return tf_dedup_create_table(TABLE_IDS_MAX, &process->dedup);
    return tf_dedup_create_redis(config, process->control.generation, &process->dedup, fault);
}

static enum tf_err try_connect(struct tf_process *process, struct tf_fault *fault)
{
    const struct tf_config *config = tf_process_config(process);
    if (atomic_load(&process->connected))
        return TF_OK;
    TF_TRY(tf_control_read(process->cluster, config, &process->control, fault));
    TF_TRY(open_claims(process, config, fault));
    atomic_store(&process->connected, true);
    return TF_OK;
}

uint32_t tf_process_partitions(struct tf_process *process)
{
    return tf_feed_partitions(process->feed) > 0 ? process->control.partitions : 0;
}

static enum tf_err post_warden(struct tf_role_run *run)
{
    struct tf_process *process = run->process;
    if (!run->role->uses_control || process->warden || tf_cluster_embedded(process->cluster))
        return TF_OK;
    return tf_warden_create(process, &process->warden, &run->fault);
}

/* Stay alive for /livez while Kafka is not there yet. */
static void wait_beating(struct tf_role_run *run, int64_t ms)
{
    struct timespec step = {.tv_nsec = 20 * 1000 * 1000};
    int64_t until = tf_clock_mono_ms() + ms;
    while (tf_clock_mono_ms() < until && !atomic_load(&run->process->stop)) {
        tf_health_beat(run->health);
        nanosleep(&step, NULL);
    }
}

enum tf_err tf_process_connect(struct tf_role_run *run)
{
    struct tf_process *process = run->process;
    bool said = false;
    for (int64_t wait = FIRST_PAUSE_MS;; wait = wait * 2 > LAST_PAUSE_MS ? LAST_PAUSE_MS : wait * 2) {
        pthread_mutex_lock(&process->connecting);
        enum tf_err err = try_connect(process, &run->fault);
        if (err == TF_OK)
            err = post_warden(run);
        pthread_mutex_unlock(&process->connecting);
        if (tf_err_class(err) != TF_CLASS_RETRY)
            return err;
        if (atomic_load(&process->stop))
            return err;
        if (!said)
            TF_LOG(TF_LOG_WARN, "kafka_waits", run->fault.text, TF_FIELD_TEXT("role", run->role->name));
        said = true;
        tf_health_set(run->health, "kafka", false, run->fault.text);
        wait_beating(run, wait);
    }
}

void tf_process_close(struct tf_process *process)
{
    if (!process->cluster)
        return; /* closed already, or never open */
    process->warden = tf_warden_destroy(process->warden);
    process->feed = tf_feed_destroy(process->feed);
    process->dedup = tf_dedup_destroy(process->dedup);
    process->cluster = tf_cluster_destroy(process->cluster);
    atomic_store(&process->connected, false);
    pthread_mutex_destroy(&process->connecting);
}
