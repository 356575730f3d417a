#include "config_environment.h"

#include <ctype.h>
#include <stdio.h>

#include "config_value.h"

#define PREFIX "TAXFLOW_"
enum { VARIABLE_BYTES = 128 };

const char *tf_config_environment_get(char *const *environment, const char *name)
{
    size_t len = strlen(name);
    for (; environment && *environment; environment++)
        if (strncmp(*environment, name, len) == 0 && (*environment)[len] == '=')
            return *environment + len + 1;
    return NULL;
}

static void variable_of(const struct tf_option *option, char out[VARIABLE_BYTES])
{
    snprintf(out, VARIABLE_BYTES, PREFIX "%s__%s", option->group, option->name);
    for (char *c = out; *c; c++)
        *c = (char)toupper((unsigned char)*c);
}

static const struct tf_option *option_of_variable(struct tf_str variable)
{
    size_t count;
    const struct tf_option *options = tf_option_all(&count);
    for (size_t i = 0; i < count; i++) {
        char name[VARIABLE_BYTES];
        variable_of(&options[i], name);
        if (tf_str_is(variable, name))
            return &options[i];
    }
    return NULL;
}

/* GROUP__KEY after the prefix, as views; a variable in lower case finds its option this way too. */
static const struct tf_option *nearest_option(struct tf_str variable)
{
    char lower[VARIABLE_BYTES];
    size_t len = 0;
    for (size_t i = sizeof PREFIX - 1; i < variable.len && len < sizeof lower - 1; i++)
        lower[len++] = (char)tolower((unsigned char)variable.ptr[i]);
    lower[len] = '\0';
    char *separator = strstr(lower, "__");
    if (!separator)
        return NULL;
    struct tf_str group = {lower, (size_t)(separator - lower)};
    return tf_option_nearest(group, tf_str_of(separator + 2));
}

static void refuse_variable(struct tf_config_source *source, struct tf_config_origin origin, struct tf_str variable)
{
    const struct tf_option *nearest = nearest_option(variable);
    if (nearest) {
        char name[VARIABLE_BYTES];
        variable_of(nearest, name);
        tf_config_source_error(source, origin, "unknown option; did you mean %s?", name);
        return;
    }
    tf_config_source_error(source, origin, "unknown option; variables are TAXFLOW_GROUP__KEY, conf/taxflow.conf lists every option");
}

static void load_variable(struct tf_config_source *source, struct tf_str variable, struct tf_str value)
{
    struct tf_config_origin origin = {.kind = TF_ORIGIN_ENVIRONMENT, .name = tf_config_source_dup(source, variable)};
    const struct tf_option *option = option_of_variable(variable);
    if (option)
        tf_config_value_parse(source, option, origin, value);
    else
        refuse_variable(source, origin, variable);
}

static void load_role(struct tf_config_source *source, char *const *environment)
{
    const char *role = tf_config_environment_get(environment, "TAXFLOW_ROLE");
    if (!role || role[0] == '\0')
        return;
    source->config.role = tf_config_source_dup(source, tf_str_of(role));
    source->role_origin = (struct tf_config_origin){.kind = TF_ORIGIN_ENVIRONMENT, .name = "TAXFLOW_ROLE"};
}

void tf_config_environment_load(struct tf_config_source *source, char *const *environment)
{
    load_role(source, environment);
    for (; environment && *environment; environment++) {
        const char *equals = strchr(*environment, '=');
        if (!equals || strncmp(*environment, PREFIX, sizeof PREFIX - 1) != 0)
            continue;
        struct tf_str variable = {*environment, (size_t)(equals - *environment)};
        if (memmem(variable.ptr, variable.len, "__", 2))
            load_variable(source, variable, tf_str_of(equals + 1));
    }
}
