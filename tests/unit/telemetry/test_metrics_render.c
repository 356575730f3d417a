#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "taxflow/err.h"
#include "taxflow/metrics.h"

/* Everything up to the process' own metrics, whose values differ from run to run. */
static char *rendered(bool open_metrics, char **ret_process)
{
    struct tf_buf out;
    tf_buf_init(&out, 1 << 20);
    tf_metrics_render(&out, open_metrics);
    tf_buf_putc(&out, '\0');
    assert_false(out.failed);
    char *process = strstr(out.ptr, "# HELP process_");
    assert_non_null(process);
    *ret_process = strdup(process);
    *process = '\0';
    return out.ptr;
}

static int fill(void **state)
{
    (void)state;
    tf_metrics_add(tf_metrics_series(TF_METRIC_events_received_total, "collector", "http", NULL), 12);
    tf_metrics_add(tf_metrics_series(TF_METRIC_events_received_total, "collector", "a\"b\\c\nd", NULL), 1);
    tf_metrics_add(tf_metrics_series(TF_METRIC_events_received_total, "collector", "\xff" "bad", NULL), 2);
    tf_metrics_add(tf_metrics_series(TF_METRIC_events_received_total, "collector", "gr\xc3\xbc\xc3\x9f", NULL), 3);
    struct tf_series *spread = tf_metrics_series(TF_METRIC_http_request_seconds, "tax", "/livez", NULL);
    tf_metrics_observe(spread, 0.0004);
    tf_metrics_observe(spread, 0.3);
    tf_metrics_observe(spread, 42);
    tf_metrics_set(tf_metrics_series(TF_METRIC_state_bytes, "fraud", NULL, NULL), 0.1);
    return 0;
}

#define BUCKETS                                                                                                                   \
    "taxflow_http_request_seconds_bucket{role=\"tax\",route=\"/livez\",le=\"0.0005\"} 1\n"                                        \
    "taxflow_http_request_seconds_bucket{role=\"tax\",route=\"/livez\",le=\"0.001\"} 1\n"                                         \
    "taxflow_http_request_seconds_bucket{role=\"tax\",route=\"/livez\",le=\"0.0025\"} 1\n"                                        \
    "taxflow_http_request_seconds_bucket{role=\"tax\",route=\"/livez\",le=\"0.005\"} 1\n"                                         \
    "taxflow_http_request_seconds_bucket{role=\"tax\",route=\"/livez\",le=\"0.01\"} 1\n"                                          \
    "taxflow_http_request_seconds_bucket{role=\"tax\",route=\"/livez\",le=\"0.025\"} 1\n"                                         \
    "taxflow_http_request_seconds_bucket{role=\"tax\",route=\"/livez\",le=\"0.05\"} 1\n"                                          \
    "taxflow_http_request_seconds_bucket{role=\"tax\",route=\"/livez\",le=\"0.075\"} 1\n"                                         \
    "taxflow_http_request_seconds_bucket{role=\"tax\",route=\"/livez\",le=\"0.1\"} 1\n"                                           \
    "taxflow_http_request_seconds_bucket{role=\"tax\",route=\"/livez\",le=\"0.25\"} 1\n"                                          \
    "taxflow_http_request_seconds_bucket{role=\"tax\",route=\"/livez\",le=\"0.5\"} 2\n"                                           \
    "taxflow_http_request_seconds_bucket{role=\"tax\",route=\"/livez\",le=\"0.75\"} 2\n"                                          \
    "taxflow_http_request_seconds_bucket{role=\"tax\",route=\"/livez\",le=\"1.0\"} 2\n"                                           \
    "taxflow_http_request_seconds_bucket{role=\"tax\",route=\"/livez\",le=\"2.5\"} 2\n"                                           \
    "taxflow_http_request_seconds_bucket{role=\"tax\",route=\"/livez\",le=\"5.0\"} 2\n"                                           \
    "taxflow_http_request_seconds_bucket{role=\"tax\",route=\"/livez\",le=\"7.5\"} 2\n"                                           \
    "taxflow_http_request_seconds_bucket{role=\"tax\",route=\"/livez\",le=\"10.0\"} 2\n"                                          \
    "taxflow_http_request_seconds_bucket{role=\"tax\",route=\"/livez\",le=\"+Inf\"} 3\n"                                          \
    "taxflow_http_request_seconds_sum{role=\"tax\",route=\"/livez\"} 42.3004\n"                                                   \
    "taxflow_http_request_seconds_count{role=\"tax\",route=\"/livez\"} 3\n"

#define COUNTS                                                                                                                    \
    "taxflow_events_received_total{role=\"collector\",source=\"http\"} 12\n"                                                      \
    "taxflow_events_received_total{role=\"collector\",source=\"a\\\"b\\\\c\\nd\"} 1\n"                                            \
    "taxflow_events_received_total{role=\"collector\",source=\"?bad\"} 2\n"                                                       \
    "taxflow_events_received_total{role=\"collector\",source=\"gr\xc3\xbc\xc3\x9f\"} 3\n"

static void prometheus_text(void **state)
{
    char *process;
    char *text = rendered(false, &process);
    (void)state;
    assert_string_equal(text, "# HELP taxflow_events_received_total records taken in\n"
                              "# TYPE taxflow_events_received_total counter\n" COUNTS
                              "# HELP taxflow_http_request_seconds time to answer\n"
                              "# TYPE taxflow_http_request_seconds histogram\n" BUCKETS
                              "# HELP taxflow_state_bytes memory of keyed windows\n"
                              "# TYPE taxflow_state_bytes gauge\n"
                              "taxflow_state_bytes{role=\"fraud\"} 0.1\n"
                              "# HELP taxflow_build_info always 1\n"
                              "# TYPE taxflow_build_info gauge\n"
                              "taxflow_build_info{version=\"" TAXFLOW_VERSION "\"} 1\n");
    assert_null(strstr(process, "# EOF"));
    assert_null(strstr(process, "# UNIT"));
    assert_non_null(strstr(process, "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total "));
    free(text);
    free(process);
}

static void open_metrics(void **state)
{
    char *process;
    char *text = rendered(true, &process);
    (void)state;
    assert_string_equal(text, "# HELP taxflow_events_received records taken in\n"
                              "# TYPE taxflow_events_received counter\n" COUNTS
                              "# HELP taxflow_http_request_seconds time to answer\n"
                              "# TYPE taxflow_http_request_seconds histogram\n"
                              "# UNIT taxflow_http_request_seconds seconds\n" BUCKETS
                              "# HELP taxflow_state_bytes memory of keyed windows\n"
                              "# TYPE taxflow_state_bytes gauge\n"
                              "# UNIT taxflow_state_bytes bytes\n"
                              "taxflow_state_bytes{role=\"fraud\"} 0.1\n"
                              "# HELP taxflow_build_info always 1\n"
                              "# TYPE taxflow_build_info gauge\n"
                              "taxflow_build_info{version=\"" TAXFLOW_VERSION "\"} 1\n");
    const size_t len = strlen(process);
    assert_string_equal(process + len - 6, "# EOF\n");
    assert_ptr_equal(strstr(process, "# EOF"), process + len - 6);
    assert_non_null(strstr(process, "# TYPE process_cpu_seconds counter\n# UNIT process_cpu_seconds seconds\nprocess_cpu_seconds_total "));
    assert_non_null(strstr(process, "# UNIT process_resident_memory_bytes bytes\n"));
    free(text);
    free(process);
}

static void a_full_buffer_is_reported(void **state)
{
    struct tf_buf out TF_CLEANUP(tf_buf_finish);
    (void)state;
    tf_buf_init(&out, 100);
    tf_metrics_render(&out, false);
    assert_true(out.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prometheus_text),
        cmocka_unit_test(open_metrics),
        cmocka_unit_test(a_full_buffer_is_reported),
    };
    return cmocka_run_group_tests(tests, fill, NULL);
}
