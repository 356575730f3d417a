#include "config_check.h"

#include <ctype.h>
#include <string.h>

#include "config_value.h"

/* Kafka's limit for a topic name is 249 bytes; the longest name behind the prefix is ".collector.state". */
enum { PREFIX_BYTES_MAX = 200, DISTANCE_MAX = 3 };

static const char *const roles[] = {"collector", "fraud", "tax", "monitor", "all"};
enum { ROLES_COUNT = sizeof roles / sizeof *roles };

static void check_role(struct tf_config_source *source)
{
    struct tf_str role = tf_str_of(source->config.role);
    if (!tf_str_present(role))
        return;
    const char *nearest = NULL;
    for (size_t i = 0; i < ROLES_COUNT; i++) {
        size_t distance = tf_str_distance(role, tf_str_of(roles[i]));
        if (tf_str_is(role, roles[i]))
            return;
        if (distance <= DISTANCE_MAX && distance < strlen(roles[i]) && !nearest)
            nearest = roles[i];
    }
    const char *form = "role must be one of collector, fraud, tax, monitor, all";
    if (nearest)
        tf_config_source_error(source, source->role_origin, "%s; did you mean %s?", form, nearest);
    else
        tf_config_source_error(source, source->role_origin, "%s", form);
}

static bool is_topic_char(char c)
{
    return isalnum((unsigned char)c) || c == '.' || c == '_' || c == '-';
}

static void check_prefix(struct tf_config_source *source, const struct tf_option *option, const char *prefix)
{
    size_t len = 0;
    while (is_topic_char(prefix[len]))
        len++;
    if (len == 0 || len > PREFIX_BYTES_MAX || prefix[len] != '\0')
        tf_config_source_option_error(source, option, "%s.%s must be 1 to %d letters, digits, dots, underscores or hyphens", option->group,
                                      option->name, PREFIX_BYTES_MAX);
}

static void check_previous(struct tf_config_source *source)
{
    const struct tf_option *option = TF_OPTION(kafka.previous_prefix);
    const char *previous = source->config.kafka.previous_prefix;
    if (previous[0] == '\0')
        return;
    check_prefix(source, option, previous);
    if (strcmp(previous, source->config.kafka.topic_prefix) == 0)
        tf_config_source_option_error(source, option, "kafka.previous_prefix is kafka.topic_prefix itself: name the prefix that this one took over from");
}

void tf_config_check(struct tf_config_source *source)
{
    check_role(source);
    check_previous(source);
    check_prefix(source, TF_OPTION(kafka.topic_prefix), source->config.kafka.topic_prefix);
    check_prefix(source, TF_OPTION(kafka.group_prefix), source->config.kafka.group_prefix);
    tf_config_check_listen(source);
    tf_config_check_peers(source);
    tf_config_check_properties(source);
    tf_config_check_secrets(source);
}
