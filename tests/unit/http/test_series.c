/* A route's metrics: the same series, looked up once or by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "series.h"
#include "taxflow/metrics.h"

static double requests(const char *path, const char *status)
{
    return tf_metrics_value(tf_metrics_series(TF_METRIC_http_requests_total, "series", path, status));
}

static void test_counts(void **state)
{
    (void)state;
    static struct tf_http_series a, b;
    for (int i = 0; i < 3; i++)
        tf_http_series_count(&a, "series", "/a", 202, 0.001);
    tf_http_series_count(&a, "series", "/a", 503, 0.1);
    tf_http_series_count(&b, "series", "/b", 202, 0.1);
    assert_true(requests("/a", "202") == 3);
    assert_true(requests("/a", "503") == 1);
    assert_true(requests("/b", "202") == 1);
    assert_true(tf_metrics_value(tf_metrics_series(TF_METRIC_http_request_seconds, "series", "/a", NULL)) == 4);
    assert_true(tf_metrics_value(tf_metrics_series(TF_METRIC_http_request_seconds, "series", "/b", NULL)) == 1);
}

static void test_statuses_that_are_none(void **state)
{
    (void)state;
    static struct tf_http_series series;
    tf_http_series_count(&series, "series", "/c", TF_HTTP_STATUSES, 0.1);
    tf_http_series_count(&series, "series", "/c", TF_HTTP_STATUSES, 0.1);
    tf_http_series_count(&series, "series", "/c", -1, 0.1);
    assert_true(requests("/c", "600") == 2);
    assert_true(requests("/c", "-1") == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_statuses_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
