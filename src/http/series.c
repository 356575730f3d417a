#include "series.h"

#include <stdio.h>

#include "taxflow/metrics.h"

static struct tf_series *find_requests(const char *role, const char *path, int status)
{
    char text[12];
    snprintf(text, sizeof text, "%d", status);
    return tf_metrics_series(TF_METRIC_http_requests_total, role, path, text);
}

/* Whoever looks first keeps it for the others: they would find the same one. */
static struct tf_series *requests_of(struct tf_http_series *series, const char *role, const char *path, int status)
{
    if (status < 0 || status >= TF_HTTP_STATUSES)
        return find_requests(role, path, status);
    struct tf_series *known = atomic_load_explicit(&series->requests[status], memory_order_acquire);
    if (known)
        return known;
    known = find_requests(role, path, status);
    atomic_store_explicit(&series->requests[status], known, memory_order_release);
    return known;
}

static struct tf_series *seconds_of(struct tf_http_series *series, const char *role, const char *path)
{
    struct tf_series *known = atomic_load_explicit(&series->seconds, memory_order_acquire);
    if (known)
        return known;
    known = tf_metrics_series(TF_METRIC_http_request_seconds, role, path, NULL);
    atomic_store_explicit(&series->seconds, known, memory_order_release);
    return known;
}

void tf_http_series_count(struct tf_http_series *series, const char *role, const char *path, int status, double seconds)
{
    tf_metrics_add(requests_of(series, role, path, status), 1);
    tf_metrics_observe(seconds_of(series, role, path), seconds);
}
