/* What a series is made of; metrics.c counts, metrics_render.c writes it out. */
#ifndef TAXFLOW_TELEMETRY_METRICS_INTERNAL_H
#define TAXFLOW_TELEMETRY_METRICS_INTERNAL_H

#include <stdatomic.h>

#include "taxflow/metrics.h"

enum tf_metric_type { TF_METRIC_COUNTER, TF_METRIC_GAUGE, TF_METRIC_HISTOGRAM };
enum { TF_METRIC_LABELS_MAX = 3, TF_METRIC_SERIES_MAX = 4096, TF_METRIC_BOUNDS_COUNT = 17 };

struct tf_metric_row {
    const char *name;   /* without the prefix */
    enum tf_metric_type type;
    const char *labels; /* names separated by commas */
    const char *help;
};
extern const struct tf_metric_row tf_metric_rows[TF_METRIC_COUNT];
/* Upper bounds in seconds; the bucket past them is +Inf. */
extern const double tf_metric_bounds[TF_METRIC_BOUNDS_COUNT];

struct tf_series {
    enum tf_metric metric;
    uint64_t hash;
    const char *values[TF_METRIC_LABELS_MAX]; /* owned; NULL past the row's labels */
    _Atomic(struct tf_series *) next;         /* in order of creation */
    struct tf_series *next_in_bucket;         /* guarded by the table's lock */
    union {
        _Atomic int64_t count;   /* counter */
        _Atomic double level;    /* gauge */
        struct {
            _Atomic uint64_t buckets[TF_METRIC_BOUNDS_COUNT + 1];
            _Atomic uint64_t sum_ns; /* nanoseconds, so that adding is one atomic instruction and loses nothing */
        } spread;                /* histogram */
    } value;
};

/** First series of a metric, or NULL; go on with ->next. Lock-free. */
struct tf_series *tf_metrics_first(enum tf_metric metric);

/* The process itself, as Prometheus' client libraries name it. */
struct tf_process_stats {
    double cpu_seconds, start_time_seconds;
    uint64_t resident_bytes, virtual_bytes, open_fds, max_fds, threads;
};
/** Read /proc/self (proc(5)); what cannot be read stays 0. About 50 µs. */
void tf_process_stats_read(struct tf_process_stats *ret_stats);

#endif
