/* Values as text: the environment, --set, and the defaults of the option rows. */
#include "config_value.h"

#include <errno.h>
#include <stdlib.h>

enum { NUMBER_BYTES_MAX = 32 };

/* The digits, sign and letters of a decimal number only: strtod alone would take "inf", "0x1p3" and leading blanks. */
static bool copy_number(struct tf_str text, const char *allowed, char out[NUMBER_BYTES_MAX + 1])
{
    struct tf_str trimmed = tf_str_trim(text);
    if (trimmed.len == 0 || trimmed.len > NUMBER_BYTES_MAX)
        return false;
    memcpy(out, trimmed.ptr, trimmed.len);
    out[trimmed.len] = '\0';
    return strspn(out, allowed) == trimmed.len;
}

static bool parse_int(struct tf_str text, int64_t *ret_value)
{
    char number[NUMBER_BYTES_MAX + 1], *end;
    if (!copy_number(text, "+-0123456789", number))
        return false;
    errno = 0;
    long long value = strtoll(number, &end, 10);
    *ret_value = value;
    return errno == 0 && *end == '\0';
}

static bool parse_real(struct tf_str text, double *ret_value)
{
    char number[NUMBER_BYTES_MAX + 1], *end;
    if (!copy_number(text, "+-0123456789.eE", number))
        return false;
    *ret_value = strtod(number, &end);
    return *end == '\0';
}

static size_t split(struct tf_str text, char separator, struct tf_str items[], size_t max)
{
    size_t count = 0;
    struct tf_str rest = tf_str_blank(text) ? TF_STR_NONE : text;
    while (count < max && tf_option_next_item(&rest, separator, &items[count]))
        count++;
    return count;
}

static void set_list(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin, struct tf_str text,
                     char separator)
{
    /* One past the limit, so that the limit itself is reported. */
    struct tf_str items[TF_CONFIG_ITEMS_MAX + 1];
    tf_config_value_list(source, option, origin, items, split(text, separator, items, TF_CONFIG_ITEMS_MAX + 1));
}

static void parse_flag(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin,
                       struct tf_str text)
{
    struct tf_str word = tf_str_trim(text);
    if (tf_str_ieq(word, TF_STR("true")))
        tf_config_value_flag(source, option, origin, true);
    else if (tf_str_ieq(word, TF_STR("false")))
        tf_config_value_flag(source, option, origin, false);
    else
        tf_config_value_wrong_type(source, option, origin);
}

void tf_config_value_parse(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin,
                           struct tf_str text)
{
    int64_t whole = 0;
    double real = 0;
    switch (option->type) {
    case TF_OPTION_TEXT:
    case TF_OPTION_WORD:
        tf_config_value_text(source, option, origin, text);
        return;
    case TF_OPTION_INT:
        if (parse_int(text, &whole))
            tf_config_value_int(source, option, origin, whole);
        else
            tf_config_value_wrong_type(source, option, origin);
        return;
    case TF_OPTION_REAL:
        if (parse_real(text, &real))
            tf_config_value_real(source, option, origin, real);
        else
            tf_config_value_wrong_type(source, option, origin);
        return;
    case TF_OPTION_FLAG:
        parse_flag(source, option, origin, text);
        return;
    case TF_OPTION_LIST:
        set_list(source, option, origin, text, ',');
        return;
    }
}

static void set_default(struct tf_config_source *source, const struct tf_option *option)
{
    struct tf_config_origin origin = {.kind = TF_ORIGIN_DEFAULT};
    switch (option->type) {
    case TF_OPTION_TEXT:
    case TF_OPTION_WORD:
        tf_config_value_text(source, option, origin, tf_str_of(option->text_default));
        return;
    case TF_OPTION_INT:
        tf_config_value_int(source, option, origin, option->int_default);
        return;
    case TF_OPTION_REAL:
        tf_config_value_real(source, option, origin, option->real_default);
        return;
    case TF_OPTION_FLAG:
        tf_config_value_flag(source, option, origin, option->flag_default);
        return;
    case TF_OPTION_LIST:
        set_list(source, option, origin, tf_str_of(option->text_default), '|');
        return;
    }
}

void tf_config_value_defaults(struct tf_config_source *source)
{
    size_t count;
    const struct tf_option *options = tf_option_all(&count);
    for (size_t i = 0; i < count; i++)
        set_default(source, &options[i]);
}
