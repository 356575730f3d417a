#include "config_value.h"

#include <stdarg.h>
#include <stdio.h>

enum { TEXT_BYTES = 512 };

/* The layers come in rising precedence, so a good value also lifts the refusal of the one it replaces. */
static void accept(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin)
{
    source->origins[tf_option_index(option)] = origin;
    source->refused[tf_option_index(option)] = false;
}

static void refuse(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin,
                   const char *format, ...)
    TF_PRINTF(4, 5);

static void refuse(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin,
                   const char *format, ...)
{
    char text[TEXT_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    tf_config_source_error(source, origin, "%s.%s %s", option->group, option->name, text);
    source->refused[tf_option_index(option)] = true;
}

void tf_config_value_int(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin, int64_t value)
{
    if (value < option->int_min || value > option->int_max) {
        refuse(source, option, origin, "must be between %lld and %lld, not %lld", (long long)option->int_min, (long long)option->int_max,
               (long long)value);
        return;
    }
    *(int64_t *)tf_option_field(&source->config, option) = value;
    accept(source, option, origin);
}

void tf_config_value_real(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin, double value)
{
    /* Written so that NaN is refused. */
    if (!(value >= option->real_min && value <= option->real_max)) {
        refuse(source, option, origin, "must be between %g and %g, not %g", option->real_min, option->real_max, value);
        return;
    }
    *(double *)tf_option_field(&source->config, option) = value;
    accept(source, option, origin);
}

void tf_config_value_flag(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin, bool value)
{
    *(bool *)tf_option_field(&source->config, option) = value;
    accept(source, option, origin);
}

static bool is_allowed_word(const struct tf_option *option, struct tf_str value)
{
    struct tf_str rest = tf_str_of(option->words), word;
    while (tf_option_next_item(&rest, '|', &word))
        if (tf_str_eq(word, value))
            return true;
    return false;
}

static void refuse_word(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin)
{
    char words[TEXT_BYTES];
    size_t used = 0;
    struct tf_str rest = tf_str_of(option->words), word;
    while (tf_option_next_item(&rest, '|', &word) && used < sizeof words)
        used += (size_t)snprintf(words + used, sizeof words - used, "%s%.*s", used > 0 ? ", " : "", TF_STR_ARGS(word));
    refuse(source, option, origin, "must be one of %s", words);
}

bool tf_config_value_clean(struct tf_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
            return false;
    return text.len <= TF_CONFIG_TEXT_BYTES_MAX && tf_str_utf8_valid(text);
}

void tf_config_value_text(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin,
                          struct tf_str value)
{
    if (!tf_config_value_clean(value)) {
        refuse(source, option, origin, "must be UTF-8 text without control characters, at most %d bytes", TF_CONFIG_TEXT_BYTES_MAX);
        return;
    }
    if (option->type == TF_OPTION_WORD && !is_allowed_word(option, value)) {
        refuse_word(source, option, origin);
        return;
    }
    *(const char **)tf_option_field(&source->config, option) = tf_config_source_dup(source, value);
    accept(source, option, origin);
}

struct tf_string_list tf_config_value_items(struct tf_config_source *source, const struct tf_str *items, size_t count)
{
    const char **copies = TF_ARENA_ARRAY(source->arena, const char *, count > 0 ? count : 1);
    if (!copies) {
        source->out_of_memory = true;
        return (struct tf_string_list){NULL, 0};
    }
    for (size_t i = 0; i < count; i++)
        copies[i] = tf_config_source_dup(source, tf_str_trim(items[i]));
    return (struct tf_string_list){copies, count};
}

void tf_config_value_list(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin,
                          const struct tf_str *items, size_t count)
{
    if (count > TF_CONFIG_ITEMS_MAX) {
        refuse(source, option, origin, "has more than %d entries", TF_CONFIG_ITEMS_MAX);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (tf_str_blank(items[i])) {
            refuse(source, option, origin, "entry %zu is empty: fill it or take it out", i + 1);
            return;
        }
        if (!tf_config_value_clean(items[i])) {
            refuse(source, option, origin, "entry %zu must be UTF-8 text without control characters, at most %d bytes", i + 1,
                   TF_CONFIG_TEXT_BYTES_MAX);
            return;
        }
    }
    *(struct tf_string_list *)tf_option_field(&source->config, option) = tf_config_value_items(source, items, count);
    accept(source, option, origin);
}

void tf_config_value_wrong_type(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin)
{
    const char *name = option->name;
    switch (option->type) {
    case TF_OPTION_TEXT:
        refuse(source, option, origin, "must be text: write %s = \"…\"", name);
        return;
    case TF_OPTION_WORD:
        refuse_word(source, option, origin);
        return;
    case TF_OPTION_INT:
        refuse(source, option, origin, "must be a whole number between %lld and %lld: write %s = %lld", (long long)option->int_min,
               (long long)option->int_max, name, (long long)option->int_default);
        return;
    case TF_OPTION_REAL:
        refuse(source, option, origin, "must be a number between %g and %g: write %s = %g", option->real_min, option->real_max, name,
               option->real_default);
        return;
    case TF_OPTION_FLAG:
        refuse(source, option, origin, "must be true or false, without quotes");
        return;
    case TF_OPTION_LIST:
        refuse(source, option, origin, "must be a list of texts: write %s = [ \"…\", \"…\" ]", name);
        return;
    }
}
