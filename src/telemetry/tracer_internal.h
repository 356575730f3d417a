/* The tracer: spans wait in a ring for one thread that posts them. */
#ifndef TAXFLOW_TELEMETRY_TRACER_INTERNAL_H
#define TAXFLOW_TELEMETRY_TRACER_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "otlp_internal.h"
#include "taxflow/metrics.h"
#include "taxflow/trace.h"

struct tf_tracer {
    bool enabled;                /* fixed at creation; off: everything below is unused */
    uint64_t sample_from;        /* a new trace is kept when its lower 56 bits are at least this */
    struct tf_otlp_settings settings;
    struct tf_otlp_post *post;   /* exporter thread only */
    struct tf_span *batch;       /* exporter thread only; settings.batch_max places */
    bool failing, rejection_told; /* exporter thread only: what the log already said */
    pthread_t thread;

    pthread_mutex_t lock;        /* guards what follows down to the blank line */
    pthread_cond_t wake;         /* for the exporter: spans, a flush, the end */
    pthread_cond_t drained;      /* for flushes: nothing queued, nothing under way */
    struct tf_span *ring;        /* settings.queue_max places */
    size_t head, length;
    int64_t oldest_ns;           /* monotonic; when the ring stopped being empty */
    unsigned flushes;            /* callers waiting in tf_tracer_flush */
    bool busy;                   /* a batch is under way */
    bool stopping;
    uint64_t lost;               /* spans that no receiver took */

    _Atomic int64_t abandon_ns;  /* monotonic; a request still under way then is cut off */
    struct tf_series *exported, *dropped, *rejected;
};

/** Copy a finished span into the ring, or count it as dropped when that is full. Never waits for the network. */
void tf_exporter_push(struct tf_tracer *tracer, const struct tf_span *span);
/** The exporter's thread: argument is the tracer. */
void *tf_exporter_main(void *argument);
/** Wait on a condition that was made with the monotonic clock; true until deadline_ns has passed. */
bool tf_exporter_wait(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t deadline_ns);

#endif
