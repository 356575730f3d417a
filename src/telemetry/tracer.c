#include <stdio.h>
#include <stdlib.h>

#include "taxflow/clock.h"
#include "taxflow/thread.h"
#include "tracer_internal.h"

enum { NS_PER_MS = 1000000, STOP_MS = 2000 };

/* Rejection threshold of a ratio (OpenTelemetry specification, trace/tracestate-probability-sampling.md). */
static uint64_t threshold(double ratio)
{
    const double all = 72057594037927936.0; /* 2^56 */
    return (uint64_t)((1 - ratio) * all);
}

/* "tax-1" is role tax. */
static void make_series(struct tf_tracer *tracer, const char *instance)
{
    char role[32];
    const char *dash = strrchr(instance, '-');
    snprintf(role, sizeof role, "%.*s", dash ? (int)(dash - instance) : (int)strlen(instance), instance);
    tracer->exported = tf_metrics_series(TF_METRIC_spans_total, role, "exported", NULL);
    tracer->dropped = tf_metrics_series(TF_METRIC_spans_total, role, "dropped", NULL);
    tracer->rejected = tf_metrics_series(TF_METRIC_spans_total, role, "rejected", NULL);
}

static void init_conditions(struct tf_tracer *tracer)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&tracer->lock, NULL);
    pthread_cond_init(&tracer->wake, &monotonic);
    pthread_cond_init(&tracer->drained, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

static void free_tracer(struct tf_tracer *tracer)
{
    tf_otlp_post_destroy(tracer->post);
    tf_otlp_settings_finish(&tracer->settings);
    pthread_cond_destroy(&tracer->drained);
    pthread_cond_destroy(&tracer->wake);
    pthread_mutex_destroy(&tracer->lock);
    free(tracer->batch);
    free(tracer->ring);
    free(tracer);
}

/* Everything that only a tracer that is on needs. */
static bool start(struct tf_tracer *tracer, const struct tf_config *config, const char *service, const char *instance)
{
    if (!tf_otlp_settings_init(&tracer->settings, config, service, instance))
        return false;
    tracer->sample_from = threshold(config->otel.sampler_ratio);
    tracer->ring = calloc((size_t)tracer->settings.queue_max, sizeof *tracer->ring);
    tracer->batch = calloc((size_t)tracer->settings.batch_max, sizeof *tracer->batch);
    tracer->post = tf_otlp_post_create(&tracer->settings);
    make_series(tracer, instance);
    return tracer->ring && tracer->batch && tracer->post &&
           tf_thread_start(&tracer->thread, "tf-traces", tf_exporter_main, tracer) == TF_OK;
}

struct tf_tracer *tf_tracer_create(const struct tf_config *config, const char *service, const char *instance)
{
    struct tf_tracer *tracer = calloc(1, sizeof *tracer);
    if (!tracer)
        return NULL;
    init_conditions(tracer);
    atomic_store(&tracer->abandon_ns, INT64_MAX);
    if (config->otel.enabled && !start(tracer, config, service, instance)) {
        free_tracer(tracer);
        return NULL;
    }
    tracer->enabled = config->otel.enabled;
    return tracer;
}

struct tf_tracer *tf_tracer_destroy(struct tf_tracer *tracer)
{
    if (!tracer)
        return NULL;
    if (tracer->enabled) {
        atomic_store(&tracer->abandon_ns, tf_clock_mono_ns() + (int64_t)STOP_MS * NS_PER_MS);
        pthread_mutex_lock(&tracer->lock);
        tracer->stopping = true;
        pthread_cond_broadcast(&tracer->wake);
        pthread_mutex_unlock(&tracer->lock);
        pthread_join(tracer->thread, NULL);
    }
    free_tracer(tracer);
    return NULL;
}

bool tf_tracer_flush(struct tf_tracer *tracer, int64_t timeout_ms)
{
    if (!tracer || !tracer->enabled)
        return true;
    const int64_t deadline_ns = tf_clock_mono_ns() + timeout_ms * NS_PER_MS;
    pthread_mutex_lock(&tracer->lock);
    const uint64_t lost = tracer->lost;
    tracer->flushes++;
    pthread_cond_broadcast(&tracer->wake);
    while ((tracer->length > 0 || tracer->busy) && tf_exporter_wait(&tracer->drained, &tracer->lock, deadline_ns))
        ;
    tracer->flushes--;
    const bool all = tracer->length == 0 && !tracer->busy && tracer->lost == lost;
    pthread_mutex_unlock(&tracer->lock);
    return all;
}
