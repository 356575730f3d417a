#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>

#include "otlp_internal.h"
#include "taxflow/log.h"

static struct tf_config config = {.otel = {.enabled = true, .endpoint = "http://jaeger:4318", .sampler_ratio = 1}};
static struct tf_otlp_settings settings;

static const char *const variables[] = {
    "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
    "OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_EXPORT_TIMEOUT",
};

static int clear(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        unsetenv(variables[i]);
    return 0;
}

static int finish(void **state)
{
    tf_otlp_settings_finish(&settings);
    return clear(state);
}

static void read_settings(void)
{
    assert_true(tf_otlp_settings_init(&settings, &config, "taxflow-tax", "tax-1"));
}

static void defaults_are_the_specifications(void **state)
{
    (void)state;
    read_settings();
    assert_string_equal(settings.url, "http://jaeger:4318/v1/traces");
    assert_string_equal(settings.service, "taxflow-tax");
    assert_string_equal(settings.instance, "tax-1");
    assert_int_equal(settings.queue_max, 2048);
    assert_int_equal(settings.batch_max, 512);
    assert_int_equal(settings.delay_ms, 5000);
    assert_int_equal(settings.export_timeout_ms, 30000);
    assert_int_equal(settings.request_timeout_ms, 10000);
    assert_int_equal(settings.attributes.count + settings.headers.count, 0);
}

static void the_path_is_added_once(void **state)
{
    struct tf_config slashed = config;
    (void)state;
    slashed.otel.endpoint = "http://jaeger:4318/base//";
    assert_true(tf_otlp_settings_init(&settings, &slashed, "s", "i-1"));
    assert_string_equal(settings.url, "http://jaeger:4318/base/v1/traces");
}

static void the_environment_is_read(void **state)
{
    (void)state;
    setenv("OTEL_SERVICE_NAME", "mine", 1);
    setenv("OTEL_RESOURCE_ATTRIBUTES", "service.name=not%20this, deployment.environment.name = test%2Cbed ,empty=", 1);
    setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20abc", 1);
    setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://collector/custom", 1);
    setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1000", 1);
    setenv("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", " 2000 ", 1);
    setenv("OTEL_BSP_MAX_QUEUE_SIZE", "10", 1);
    setenv("OTEL_BSP_SCHEDULE_DELAY", "7", 1);
    setenv("OTEL_BSP_EXPORT_TIMEOUT", "8", 1);
    read_settings();
    assert_string_equal(settings.service, "mine");
    assert_string_equal(settings.url, "https://collector/custom");
    assert_int_equal(settings.attributes.count, 3);
    assert_string_equal(settings.attributes.items[1].key, "deployment.environment.name");
    assert_string_equal(settings.attributes.items[1].value, "test,bed");
    assert_string_equal(settings.attributes.items[2].value, "");
    assert_string_equal(settings.headers.items[0].value, "Bearer abc");
    assert_int_equal(settings.request_timeout_ms, 2000);
    assert_int_equal(settings.queue_max, 10);
    assert_int_equal(settings.batch_max, 10); /* never more than the queue holds */
    assert_int_equal(settings.delay_ms, 7);
    assert_int_equal(settings.export_timeout_ms, 8);
}

static void service_name_among_the_attributes_counts(void **state)
{
    (void)state;
    setenv("OTEL_RESOURCE_ATTRIBUTES", "service.name=from%20attributes", 1);
    setenv("OTEL_SERVICE_NAME", "", 1);
    read_settings();
    assert_string_equal(settings.service, "from attributes");
}

static void nonsense_leaves_the_defaults(void **state)
{
    static const char *const bad[] = {"0", "-1", "x", "1.5", "99999999999999999999", "70000"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        setenv("OTEL_BSP_MAX_QUEUE_SIZE", bad[i], 1);
        setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", bad[i], 1);
        read_settings();
        assert_int_equal(settings.queue_max, 2048);
        assert_int_equal(settings.batch_max, 512);
        tf_otlp_settings_finish(&settings);
    }
}

static void a_malformed_list_is_empty_as_a_whole(void **state)
{
    static const char *const bad[] = {
        "novalue", "=v", " =v", "a=b,novalue", "a=b,,c=d", "a=%", "a=%4", "a=%zz", "a=%00", "a=b%0d%0ainjected: yes", "a%0ab=c",
    };
    struct tf_otlp_pairs pairs;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (tf_otlp_pairs_read(&pairs, bad[i]) || pairs.count != 0)
            fail_msg("taken: %s", bad[i]);
        free(pairs.text);
    }
    assert_true(tf_otlp_pairs_read(&pairs, NULL));
    assert_int_equal(pairs.count, 0);
    free(pairs.text);
}

static void a_list_has_a_ceiling(void **state)
{
    char list[4 * (TF_OTLP_PAIRS_MAX + 1) + 1] = "";
    struct tf_otlp_pairs pairs;
    (void)state;
    for (int i = 0; i < TF_OTLP_PAIRS_MAX; i++)
        strcat(list, i ? ",k=v" : "k=v");
    assert_true(tf_otlp_pairs_read(&pairs, list));
    assert_int_equal(pairs.count, TF_OTLP_PAIRS_MAX);
    free(pairs.text);
    strcat(list, ",k=v");
    assert_false(tf_otlp_pairs_read(&pairs, list));
    free(pairs.text);
}

static int quiet(void **state)
{
    tf_log_to(open("/dev/null", O_WRONLY));
    return clear(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, clear, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(defaults_are_the_specifications),
        TEST(the_path_is_added_once),
        TEST(the_environment_is_read),
        TEST(service_name_among_the_attributes_counts),
        TEST(nonsense_leaves_the_defaults),
        TEST(a_malformed_list_is_empty_as_a_whole),
        TEST(a_list_has_a_ceiling),
    };
    return cmocka_run_group_tests(tests, quiet, NULL);
}
