/* Prometheus text 0.0.4 and OpenMetrics 1.0 (github.com/prometheus/OpenMetrics, specification/OpenMetrics.md). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "metrics_internal.h"

static const char *const type_words[] = {"counter", "gauge", "histogram"};

/* One family as both formats need it: OpenMetrics names a counter's family without _total, its samples with it. */
struct family {
    const char *prefix, *name, *help;
    enum tf_metric_type type;
};

static size_t family_name_len(const struct family *family, bool open_metrics)
{
    const size_t len = strlen(family->name), suffix = strlen("_total");
    const bool cut = open_metrics && family->type == TF_METRIC_COUNTER && len > suffix &&
                     strcmp(family->name + len - suffix, "_total") == 0;
    return cut ? len - suffix : len;
}

/* A byte that is not UTF-8 makes a scraper refuse the whole page, so it is replaced. */
static void put_escaped(struct tf_buf *out, const char *text, bool quotes)
{
    const bool utf8 = tf_str_utf8_valid(tf_str_of(text));
    for (; *text; text++) {
        if (*text == '\\' || (quotes && *text == '"'))
            tf_buf_putc(out, '\\');
        if (*text == '\n')
            tf_buf_puts(out, "\\n");
        else
            tf_buf_putc(out, !utf8 && (unsigned char)*text >= 0x80 ? '?' : *text);
    }
}

/* The shortest digits that read back the same. */
static void put_double(struct tf_buf *out, double value)
{
    char text[32];
    if (isnan(value)) {
        tf_buf_puts(out, "NaN");
    } else if (isinf(value)) {
        tf_buf_puts(out, value > 0 ? "+Inf" : "-Inf");
    } else {
        for (int digits = 15; digits <= 17; digits++) {
            snprintf(text, sizeof text, "%.*g", digits, value);
            if (strtod(text, NULL) == value)
                break;
        }
        tf_buf_puts(out, text);
    }
}

/* OpenMetrics wants the name's last word as unit where it is one. */
static void put_unit(struct tf_buf *out, const struct family *family, int len)
{
    static const char *const units[] = {"seconds", "bytes"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        const size_t unit_len = strlen(units[i]);
        if ((size_t)len > unit_len && memcmp(family->name + (size_t)len - unit_len, units[i], unit_len) == 0)
            tf_buf_printf(out, "# UNIT %s%.*s %s\n", family->prefix, len, family->name, units[i]);
    }
}

static void put_head(struct tf_buf *out, const struct family *family, bool open_metrics)
{
    const int len = (int)family_name_len(family, open_metrics);
    tf_buf_printf(out, "# HELP %s%.*s ", family->prefix, len, family->name);
    put_escaped(out, family->help, open_metrics);
    tf_buf_printf(out, "\n# TYPE %s%.*s %s\n", family->prefix, len, family->name, type_words[family->type]);
    if (open_metrics)
        put_unit(out, family, len);
}

/* {label="value",…}, with le where it is given; nothing when there is no label at all. */
static void put_labels(struct tf_buf *out, const struct tf_series *series, const char *le)
{
    const char *name = tf_metric_rows[series->metric].labels;
    const char *separator = "{";
    for (size_t i = 0; i < TF_METRIC_LABELS_MAX && series->values[i]; i++) {
        const size_t len = strcspn(name, ",");
        tf_buf_printf(out, "%s%.*s=\"", separator, (int)len, name);
        put_escaped(out, series->values[i], true);
        tf_buf_putc(out, '"');
        name += len + (name[len] == ',');
        separator = ",";
    }
    if (le)
        tf_buf_printf(out, "%sle=\"%s\"", separator, le);
    if (le || series->values[0])
        tf_buf_putc(out, '}');
}

static void put_name(struct tf_buf *out, const struct tf_series *series, const char *suffix, const char *le)
{
    tf_buf_printf(out, "taxflow_%s%s", tf_metric_rows[series->metric].name, suffix);
    put_labels(out, series, le);
    tf_buf_putc(out, ' ');
}

/* Whole numbers as "1.0": OpenMetrics' canonical form, and one label value in both formats. */
static void bound_text(double bound, char *out, size_t size)
{
    snprintf(out, size, bound == (double)(long)bound ? "%.1f" : "%g", bound);
}

/* The count is the buckets' sum, not a counter of its own, so that a page read while others count is consistent. */
static void put_histogram(struct tf_buf *out, const struct tf_series *series)
{
    uint64_t count = 0;
    for (size_t i = 0; i <= TF_METRIC_BOUNDS_COUNT; i++) {
        char le[32] = "+Inf";
        if (i < TF_METRIC_BOUNDS_COUNT)
            bound_text(tf_metric_bounds[i], le, sizeof le);
        count += atomic_load_explicit(&series->value.spread.buckets[i], memory_order_relaxed);
        put_name(out, series, "_bucket", le);
        tf_buf_printf(out, "%llu\n", (unsigned long long)count);
    }
    put_name(out, series, "_sum", NULL);
    put_double(out, (double)atomic_load_explicit(&series->value.spread.sum_ns, memory_order_relaxed) / 1e9);
    tf_buf_putc(out, '\n');
    put_name(out, series, "_count", NULL);
    tf_buf_printf(out, "%llu\n", (unsigned long long)count);
}

static void put_series(struct tf_buf *out, const struct tf_series *series)
{
    switch (tf_metric_rows[series->metric].type) {
    case TF_METRIC_COUNTER:
        put_name(out, series, "", NULL);
        tf_buf_printf(out, "%lld\n", (long long)atomic_load_explicit(&series->value.count, memory_order_relaxed));
        break;
    case TF_METRIC_GAUGE:
        put_name(out, series, "", NULL);
        put_double(out, atomic_load_explicit(&series->value.level, memory_order_relaxed));
        tf_buf_putc(out, '\n');
        break;
    case TF_METRIC_HISTOGRAM:
        put_histogram(out, series);
        break;
    }
}

static void put_metric(struct tf_buf *out, enum tf_metric metric, bool open_metrics)
{
    const struct tf_metric_row *row = &tf_metric_rows[metric];
    const struct family family = {"taxflow_", row->name, row->help, row->type};
    const struct tf_series *series = tf_metrics_first(metric);
    if (series)
        put_head(out, &family, open_metrics);
    for (; series; series = atomic_load_explicit(&series->next, memory_order_acquire))
        put_series(out, series);
}

static void put_process(struct tf_buf *out, bool open_metrics)
{
    struct tf_process_stats stats;
    tf_process_stats_read(&stats);
    const struct {
        struct family family;
        double value;
    } rows[] = {
        {{"process_", "cpu_seconds_total", "user and system CPU time", TF_METRIC_COUNTER}, stats.cpu_seconds},
        {{"process_", "resident_memory_bytes", "resident memory", TF_METRIC_GAUGE}, (double)stats.resident_bytes},
        {{"process_", "virtual_memory_bytes", "virtual memory", TF_METRIC_GAUGE}, (double)stats.virtual_bytes},
        {{"process_", "open_fds", "open file descriptors", TF_METRIC_GAUGE}, (double)stats.open_fds},
        {{"process_", "max_fds", "file descriptors that may be open", TF_METRIC_GAUGE}, (double)stats.max_fds},
        {{"process_", "threads", "threads", TF_METRIC_GAUGE}, (double)stats.threads},
        {{"process_", "start_time_seconds", "start since the Unix epoch", TF_METRIC_GAUGE}, stats.start_time_seconds},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        put_head(out, &rows[i].family, open_metrics);
        tf_buf_printf(out, "process_%s ", rows[i].family.name);
        put_double(out, rows[i].value);
        tf_buf_putc(out, '\n');
    }
}

void tf_metrics_render(struct tf_buf *out, bool open_metrics)
{
    tf_metrics_set(tf_metrics_series(TF_METRIC_build_info, TAXFLOW_VERSION, NULL, NULL), 1);
    for (int metric = 0; metric < TF_METRIC_COUNT; metric++)
        put_metric(out, (enum tf_metric)metric, open_metrics);
    put_process(out, open_metrics);
    if (open_metrics)
        tf_buf_puts(out, "# EOF\n");
}
