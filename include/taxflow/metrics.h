/* Counters, gauges and histograms as rows of metrics.def, rendered for Prometheus and OpenMetrics. */
#ifndef TAXFLOW_METRICS_H
#define TAXFLOW_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "taxflow/buf.h"

enum tf_metric {
#define TF_METRIC(name, type, labels, help) TF_METRIC_##name,
#include "taxflow/metrics.def"
#undef TF_METRIC
    TF_METRIC_COUNT
};

struct tf_series; /* one metric with one set of label values; lives as long as the process */

/**
 * The series of a metric for label values (as many as the row names; NULL for those it lacks). Made on first use; at most
 * 4,096 series a metric, past that one shared series with the value "other".
 * Never NULL: without memory for another one a series is lent that nobody renders.
 * Thread any; takes a lock: keep the pointer outside of hot loops.
 */
struct tf_series *tf_metrics_series(enum tf_metric metric, const char *value1, const char *value2, const char *value3);
/** Add to a counter (amount > 0, else nothing) or gauge. Lock-free. */
void tf_metrics_add(struct tf_series *series, int64_t amount);
/** Set a gauge; other types stay as they are. */
void tf_metrics_set(struct tf_series *series, double value);
/** Observe a duration in seconds in a histogram; a negative one counts as 0, NaN not at all. Two atomic additions. */
void tf_metrics_observe(struct tf_series *series, double seconds);
/** Current value of a counter or gauge (a histogram: its count). */
double tf_metrics_value(const struct tf_series *series);
/** Visit every series of a metric, in order of creation. */
void tf_metrics_each(enum tf_metric metric, void (*visit)(void *self, const char *const values[3], double value), void *self);
/** Render everything; open_metrics chooses OpenMetrics 1.0 (with # EOF) over Prometheus text 0.0.4. Includes process_* of /proc/self. */
void tf_metrics_render(struct tf_buf *out, bool open_metrics);

#endif
