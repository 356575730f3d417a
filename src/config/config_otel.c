#include <stdlib.h>

#include "config_environment.h"
#include "config_value.h"

/* A variable that is set to something: the specification treats empty as unset. */
static const char *set_variable(char *const *environment, const char *name)
{
    const char *value = tf_config_environment_get(environment, name);
    return value && value[0] ? value : NULL;
}

static struct tf_config_origin from(const char *variable)
{
    return (struct tf_config_origin){.kind = TF_ORIGIN_ENVIRONMENT, .name = variable};
}

static void load_enabled(struct tf_config_source *source, char *const *environment)
{
    struct tf_str disabled = tf_str_of(set_variable(environment, "OTEL_SDK_DISABLED"));
    struct tf_str exporter = tf_str_of(set_variable(environment, "OTEL_TRACES_EXPORTER"));
    const struct tf_option *enabled = TF_OPTION(otel.enabled);
    if (tf_str_ieq(disabled, TF_STR("true")) || tf_str_ieq(disabled, TF_STR("false")))
        tf_config_value_flag(source, enabled, from("OTEL_SDK_DISABLED"), tf_str_ieq(disabled, TF_STR("false")));
    if (tf_str_is(exporter, "none"))
        tf_config_value_flag(source, enabled, from("OTEL_TRACES_EXPORTER"), false);
}

/* The specification's default of OTEL_TRACES_SAMPLER_ARG is 1.0, and an invalid one counts as unset. */
static double sampler_argument(char *const *environment)
{
    const char *text = set_variable(environment, "OTEL_TRACES_SAMPLER_ARG");
    char *end = NULL;
    double ratio = text ? strtod(text, &end) : 1.0;
    bool valid = text && end != text && *end == '\0' && ratio >= 0.0 && ratio <= 1.0;
    return valid ? ratio : 1.0;
}

/* Every sampler here follows the caller's decision, so parentbased_x and x come to the same. */
static void load_sampler(struct tf_config_source *source, char *const *environment)
{
    struct tf_str sampler = tf_str_of(set_variable(environment, "OTEL_TRACES_SAMPLER"));
    struct tf_str parent_based = TF_STR("parentbased_");
    const struct tf_option *ratio = TF_OPTION(otel.sampler_ratio);
    if (tf_str_starts(sampler, parent_based))
        sampler = (struct tf_str){sampler.ptr + parent_based.len, sampler.len - parent_based.len};
    if (tf_str_is(sampler, "always_on"))
        tf_config_value_real(source, ratio, from("OTEL_TRACES_SAMPLER"), 1.0);
    else if (tf_str_is(sampler, "always_off"))
        tf_config_value_real(source, ratio, from("OTEL_TRACES_SAMPLER"), 0.0);
    else if (tf_str_is(sampler, "traceidratio"))
        tf_config_value_real(source, ratio, from("OTEL_TRACES_SAMPLER"), sampler_argument(environment));
}

void tf_config_otel_load(struct tf_config_source *source, char *const *environment)
{
    const char *endpoint = set_variable(environment, "OTEL_EXPORTER_OTLP_ENDPOINT");
    load_enabled(source, environment);
    load_sampler(source, environment);
    if (endpoint)
        tf_config_value_text(source, TF_OPTION(otel.endpoint), from("OTEL_EXPORTER_OTLP_ENDPOINT"), tf_str_of(endpoint));
}
