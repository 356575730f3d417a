#include "config_set.h"

#include "config_value.h"

static void load_outside_groups(struct tf_config_source *source, struct tf_config_origin origin, struct tf_str name, struct tf_str value)
{
    if (tf_str_is(name, "role")) {
        source->config.role = tf_config_source_dup(source, value);
        source->role_origin = origin;
    } else if (tf_str_is(name, "companies")) {
        tf_config_source_error(source, origin, "companies can only stand in the configuration file");
    } else {
        tf_config_source_unknown(source, origin, TF_STR_NONE, name);
    }
}

void tf_config_set_load(struct tf_config_source *source, const char *assignment)
{
    struct tf_config_origin origin = {.kind = TF_ORIGIN_SET};
    const char *equals = strchr(assignment, '=');
    /* Without "=" the whole may be a value, perhaps a secret one: it is not quoted. */
    if (!equals) {
        origin.name = "…";
        tf_config_source_error(source, origin, "--set needs group.key=value, as in --set kafka.partitions=12");
        return;
    }
    struct tf_str full = tf_str_trim((struct tf_str){assignment, (size_t)(equals - assignment)}), value = tf_str_of(equals + 1);
    origin.name = tf_config_source_dup(source, full);
    struct tf_str rest = full, group = TF_STR_NONE;
    tf_option_next_item(&rest, '.', &group);
    if (!tf_str_present(rest)) {
        load_outside_groups(source, origin, full, value);
        return;
    }
    const struct tf_option *option = tf_option_find(group, rest);
    if (option)
        tf_config_value_parse(source, option, origin, value);
    else
        tf_config_source_unknown(source, origin, group, rest);
}

void tf_config_set_role(struct tf_config_source *source, const char *role)
{
    source->config.role = tf_config_source_dup(source, tf_str_of(role));
    source->role_origin = (struct tf_config_origin){.kind = TF_ORIGIN_ROLE};
}
