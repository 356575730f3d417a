/* Series are made once, found by hash under a lock, and never freed: a pointer to one stays good, counting takes no lock. */
#include "taxflow/metrics.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "metrics_internal.h"

enum { BUCKETS = 1024 };

#define COUNTER TF_METRIC_COUNTER
#define GAUGE TF_METRIC_GAUGE
#define HISTOGRAM TF_METRIC_HISTOGRAM
const struct tf_metric_row tf_metric_rows[TF_METRIC_COUNT] = {
#define TF_METRIC(name, type, labels, help) {#name, type, labels, help},
#include "taxflow/metrics.def"
#undef TF_METRIC
};

const double tf_metric_bounds[TF_METRIC_BOUNDS_COUNT] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1,
                                                         0.25,   0.5,   0.75,   1,     2.5,  5,     7.5,  10};

static struct {
    pthread_mutex_t lock; /* guards buckets, last and counts; first and next are read without it */
    struct tf_series *buckets[BUCKETS];
    _Atomic(struct tf_series *) first[TF_METRIC_COUNT];
    struct tf_series *last[TF_METRIC_COUNT];
    size_t counts[TF_METRIC_COUNT];
} table = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Counts when memory for a series ran out: never rendered, but the caller can go on. */
static struct tf_series spare;

static size_t labels_count(enum tf_metric metric)
{
    const char *labels = tf_metric_rows[metric].labels;
    size_t count = labels[0] != '\0';
    for (const char *c = labels; *c; c++)
        count += *c == ',';
    return count;
}

/* FNV-1a: label values are a handful of short words of our own. */
static uint64_t hash_of(enum tf_metric metric, const char *const values[TF_METRIC_LABELS_MAX])
{
    uint64_t hash = 14695981039346656037u + (uint64_t)metric;
    for (size_t i = 0; i < TF_METRIC_LABELS_MAX; i++) {
        for (const char *c = values[i] ? values[i] : ""; *c; c++)
            hash = (hash ^ (unsigned char)*c) * 1099511628211u;
        hash = (hash ^ 0xff) * 1099511628211u;
    }
    return hash;
}

static bool same_values(const struct tf_series *series, const char *const values[TF_METRIC_LABELS_MAX])
{
    for (size_t i = 0; i < TF_METRIC_LABELS_MAX; i++)
        if (values[i] && strcmp(series->values[i], values[i]) != 0)
            return false;
    return true;
}

static struct tf_series *find(enum tf_metric metric, uint64_t hash, const char *const values[TF_METRIC_LABELS_MAX])
{
    struct tf_series *series = table.buckets[hash % BUCKETS];
    while (series && !(series->hash == hash && series->metric == metric && same_values(series, values)))
        series = series->next_in_bucket;
    return series;
}

static void free_series(struct tf_series *series)
{
    for (size_t i = 0; i < TF_METRIC_LABELS_MAX; i++)
        free((void *)(uintptr_t)series->values[i]);
    free(series);
}

static struct tf_series *make(enum tf_metric metric, uint64_t hash, const char *const values[TF_METRIC_LABELS_MAX])
{
    struct tf_series *series = calloc(1, sizeof *series);
    if (!series)
        return NULL;
    series->metric = metric;
    series->hash = hash;
    for (size_t i = 0; i < TF_METRIC_LABELS_MAX && values[i]; i++) {
        series->values[i] = strdup(values[i]);
        if (!series->values[i]) {
            free_series(series);
            return NULL;
        }
    }
    return series;
}

static void append(struct tf_series *series)
{
    const enum tf_metric metric = series->metric;
    series->next_in_bucket = table.buckets[series->hash % BUCKETS];
    table.buckets[series->hash % BUCKETS] = series;
    if (table.last[metric])
        atomic_store_explicit(&table.last[metric]->next, series, memory_order_release);
    else
        atomic_store_explicit(&table.first[metric], series, memory_order_release);
    table.last[metric] = series;
    table.counts[metric]++;
}

static struct tf_series *find_or_make(enum tf_metric metric, const char *const values[TF_METRIC_LABELS_MAX])
{
    const uint64_t hash = hash_of(metric, values);
    struct tf_series *series = find(metric, hash, values);
    if (!series && (series = make(metric, hash, values)) != NULL)
        append(series);
    return series;
}

struct tf_series *tf_metrics_series(enum tf_metric metric, const char *value1, const char *value2, const char *value3)
{
    const char *values[TF_METRIC_LABELS_MAX] = {value1, value2, value3};
    const char *others[TF_METRIC_LABELS_MAX] = {NULL};
    const size_t count = labels_count(metric);
    for (size_t i = 0; i < TF_METRIC_LABELS_MAX; i++) {
        values[i] = i >= count ? NULL : values[i] ? values[i] : "";
        others[i] = i >= count ? NULL : "other";
    }
    pthread_mutex_lock(&table.lock);
    struct tf_series *series = find(metric, hash_of(metric, values), values);
    if (!series)
        series = find_or_make(metric, table.counts[metric] < TF_METRIC_SERIES_MAX ? values : others);
    pthread_mutex_unlock(&table.lock);
    return series ? series : &spare;
}

void tf_metrics_add(struct tf_series *series, int64_t amount)
{
    const enum tf_metric_type type = tf_metric_rows[series->metric].type;
    if (type == TF_METRIC_COUNTER && amount > 0) {
        atomic_fetch_add_explicit(&series->value.count, amount, memory_order_relaxed);
    } else if (type == TF_METRIC_GAUGE) {
        double seen = atomic_load_explicit(&series->value.level, memory_order_relaxed);
        while (!atomic_compare_exchange_weak_explicit(&series->value.level, &seen, seen + (double)amount,
                                                      memory_order_relaxed, memory_order_relaxed))
            ;
    }
}

void tf_metrics_set(struct tf_series *series, double value)
{
    if (tf_metric_rows[series->metric].type == TF_METRIC_GAUGE)
        atomic_store_explicit(&series->value.level, value, memory_order_relaxed);
}

void tf_metrics_observe(struct tf_series *series, double seconds)
{
    if (tf_metric_rows[series->metric].type != TF_METRIC_HISTOGRAM || isnan(seconds))
        return;
    const double bounded = seconds < 0 ? 0 : seconds > 1e8 ? 1e8 : seconds; /* clocks step back; sums must not overflow */
    size_t bucket = 0;
    while (bucket < TF_METRIC_BOUNDS_COUNT && bounded > tf_metric_bounds[bucket])
        bucket++;
    atomic_fetch_add_explicit(&series->value.spread.buckets[bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&series->value.spread.sum_ns, (uint64_t)(bounded * 1e9 + 0.5), memory_order_relaxed);
}

double tf_metrics_value(const struct tf_series *series)
{
    switch (tf_metric_rows[series->metric].type) {
    case TF_METRIC_COUNTER:
        return (double)atomic_load_explicit(&series->value.count, memory_order_relaxed);
    case TF_METRIC_GAUGE:
        return atomic_load_explicit(&series->value.level, memory_order_relaxed);
    case TF_METRIC_HISTOGRAM:
        break;
    }
    uint64_t count = 0;
    for (size_t i = 0; i <= TF_METRIC_BOUNDS_COUNT; i++)
        count += atomic_load_explicit(&series->value.spread.buckets[i], memory_order_relaxed);
    return (double)count;
}

struct tf_series *tf_metrics_first(enum tf_metric metric)
{
    return atomic_load_explicit(&table.first[metric], memory_order_acquire);
}

void tf_metrics_each(enum tf_metric metric, void (*visit)(void *self, const char *const values[3], double value), void *self)
{
    struct tf_series *series = tf_metrics_first(metric);
    for (; series; series = atomic_load_explicit(&series->next, memory_order_acquire))
        visit(self, series->values, tf_metrics_value(series));
}
