#include "config_source.h"

#include <stdarg.h>

enum { WHERE_BYTES = 256 };

void tf_config_source_error(struct tf_config_source *source, struct tf_config_origin origin, const char *format, ...)
{
    char where[WHERE_BYTES];
    tf_config_origin_where(origin, where, sizeof where);
    va_list args;
    va_start(args, format);
    tf_config_error_addv(source->errors, where, format, args);
    va_end(args);
}

void tf_config_source_option_error(struct tf_config_source *source, const struct tf_option *option, const char *format, ...)
{
    if (source->refused[tf_option_index(option)])
        return;
    struct tf_config_origin origin = source->origins[tf_option_index(option)];
    if (origin.kind == TF_ORIGIN_DEFAULT && source->file)
        origin = (struct tf_config_origin){.kind = TF_ORIGIN_FILE, .name = source->file};
    char where[WHERE_BYTES];
    tf_config_origin_where(origin, where, sizeof where);
    va_list args;
    va_start(args, format);
    tf_config_error_addv(source->errors, where, format, args);
    va_end(args);
}

void tf_config_source_unknown(struct tf_config_source *source, struct tf_config_origin origin, struct tf_str group, struct tf_str name)
{
    const struct tf_option *nearest = tf_option_nearest(group, name);
    const char *dot = tf_str_present(group) ? "." : "";
    const char *top = tf_option_nearest_top(tf_str_present(group) ? group : name);
    if (nearest)
        tf_config_source_error(source, origin, "unknown option %.*s%s%.*s; did you mean %s.%s?", TF_STR_ARGS(group), dot,
                               TF_STR_ARGS(name), nearest->group, nearest->name);
    else if (top && (!tf_str_present(group) || !tf_option_group_known(group)))
        tf_config_source_error(source, origin, "unknown option %.*s%s%.*s; did you mean %s%s?", TF_STR_ARGS(group), dot,
                               TF_STR_ARGS(name), top, dot[0] ? ".…" : "");
    else
        tf_config_source_error(source, origin, "unknown option %.*s%s%.*s; conf/taxflow.conf lists every option", TF_STR_ARGS(group),
                               dot, TF_STR_ARGS(name));
}

const char *tf_config_source_dup(struct tf_config_source *source, struct tf_str text)
{
    struct tf_str copy = tf_arena_dup(source->arena, tf_str_present(text) ? text : TF_STR(""));
    if (!tf_str_present(copy))
        source->out_of_memory = true;
    return tf_str_present(copy) ? copy.ptr : "";
}

bool tf_config_source_runs(const struct tf_config_source *source, const char *role)
{
    struct tf_str configured = tf_str_of(source->config.role);
    return tf_str_is(configured, role) || tf_str_is(configured, "all");
}
