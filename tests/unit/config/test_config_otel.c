#include "unit/config/config_fixture.h"

#include <math.h>

struct row {
    const char *first, *second;
    bool enabled;
    double ratio;
};

static void standard_variables_map_to_options(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"OTEL_SDK_DISABLED=true", NULL, false, 0.1},
        {"OTEL_SDK_DISABLED=TRUE", NULL, false, 0.1},
        {"OTEL_SDK_DISABLED=false", NULL, true, 0.1},
        {"OTEL_SDK_DISABLED=1", NULL, true, 0.1},
        {"OTEL_SDK_DISABLED=", NULL, true, 0.1},
        {"OTEL_TRACES_EXPORTER=none", NULL, false, 0.1},
        {"OTEL_TRACES_EXPORTER=otlp", NULL, true, 0.1},
        {"OTEL_TRACES_EXPORTER=zipkin", NULL, true, 0.1},
        {"OTEL_TRACES_EXPORTER=none", "OTEL_SDK_DISABLED=false", false, 0.1},
        {"OTEL_TRACES_SAMPLER=always_on", NULL, true, 1.0},
        {"OTEL_TRACES_SAMPLER=always_off", NULL, true, 0.0},
        {"OTEL_TRACES_SAMPLER=parentbased_always_on", NULL, true, 1.0},
        {"OTEL_TRACES_SAMPLER=parentbased_always_off", NULL, true, 0.0},
        {"OTEL_TRACES_SAMPLER=traceidratio", "OTEL_TRACES_SAMPLER_ARG=0.25", true, 0.25},
        {"OTEL_TRACES_SAMPLER=parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG=0.5", true, 0.5},
        {"OTEL_TRACES_SAMPLER=traceidratio", NULL, true, 1.0},
        {"OTEL_TRACES_SAMPLER=traceidratio", "OTEL_TRACES_SAMPLER_ARG=", true, 1.0},
        {"OTEL_TRACES_SAMPLER=traceidratio", "OTEL_TRACES_SAMPLER_ARG=7", true, 1.0},
        {"OTEL_TRACES_SAMPLER=traceidratio", "OTEL_TRACES_SAMPLER_ARG=nan", true, 1.0},
        {"OTEL_TRACES_SAMPLER=traceidratio", "OTEL_TRACES_SAMPLER_ARG=half", true, 1.0},
        {"OTEL_TRACES_SAMPLER=jaeger_remote", NULL, true, 0.1},
        {"OTEL_TRACES_SAMPLER=parentbased_", NULL, true, 0.1},
        {"OTEL_TRACES_SAMPLER_ARG=0.7", NULL, true, 0.1},
        {"OTEL_SERVICE_NAME=x", NULL, true, 0.1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct loaded loaded = load_environment(rows[i].first, rows[i].second);
        assert_loads(&loaded);
        if (loaded.config->otel.enabled != rows[i].enabled || fabs(loaded.config->otel.sampler_ratio - rows[i].ratio) > 1e-9)
            fail_msg("%s %s", rows[i].first, rows[i].second ? rows[i].second : "");
        unload(&loaded);
    }
}

static void the_endpoint_is_taken_and_checked(void **state)
{
    (void)state;
    struct loaded good = load_environment("OTEL_EXPORTER_OTLP_ENDPOINT=https://jaeger:4318", NULL);
    assert_loads(&good);
    assert_string_equal(good.config->otel.endpoint, "https://jaeger:4318");
    unload(&good);
    struct loaded empty = load_environment("OTEL_EXPORTER_OTLP_ENDPOINT=", NULL);
    assert_loads(&empty);
    assert_string_equal(empty.config->otel.endpoint, "http://localhost:4318");
    unload(&empty);
    struct loaded bad = load_environment("OTEL_EXPORTER_OTLP_ENDPOINT=jaeger:4318", NULL);
    assert_only_error(&bad, "OTEL_EXPORTER_OTLP_ENDPOINT", "must begin with http:// or https://");
    struct loaded unused = load_environment("OTEL_EXPORTER_OTLP_ENDPOINT=jaeger:4318", "OTEL_SDK_DISABLED=true");
    assert_loads(&unused);
    unload(&unused);
}

static void own_variables_are_stronger(void **state)
{
    (void)state;
    struct loaded loaded = load_environment("TAXFLOW_OTEL__ENDPOINT=http://own:1", "OTEL_EXPORTER_OTLP_ENDPOINT=http://standard:2");
    assert_loads(&loaded);
    assert_string_equal(loaded.config->otel.endpoint, "http://own:1");
    unload(&loaded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standard_variables_map_to_options),
        cmocka_unit_test(the_endpoint_is_taken_and_checked),
        cmocka_unit_test(own_variables_are_stronger),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
