#include "config_write.h"

#include <inttypes.h>
#include <stdlib.h>

enum { NUMBER_BYTES = 32 };

void tf_config_write_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

void tf_config_write_list(FILE *out, struct tf_string_list list)
{
    fputc('[', out);
    for (size_t i = 0; i < list.count; i++) {
        fputs(i > 0 ? ", " : " ", out);
        tf_config_write_text(out, list.items[i]);
    }
    fputs(list.count > 0 ? " ]" : "]", out);
}

static void write_int(FILE *out, int64_t value)
{
    fprintf(out, "%" PRId64 "%s", value, value > INT32_MAX || value < INT32_MIN ? "L" : "");
}

/* The shortest text that reads back as the same number; libconfig tells a fraction by its point. */
static void write_real(FILE *out, double value)
{
    char text[NUMBER_BYTES];
    snprintf(text, sizeof text, "%.15g", value);
    if (strtod(text, NULL) < value || strtod(text, NULL) > value)
        snprintf(text, sizeof text, "%.17g", value);
    fprintf(out, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
}

void tf_config_write_value(FILE *out, const struct tf_config *config, const struct tf_option *option)
{
    const void *value = tf_option_value(config, option);
    switch (option->type) {
    case TF_OPTION_TEXT:
    case TF_OPTION_WORD:
        tf_config_write_text(out, *(const char *const *)value);
        return;
    case TF_OPTION_INT:
        write_int(out, *(const int64_t *)value);
        return;
    case TF_OPTION_REAL:
        write_real(out, *(const double *)value);
        return;
    case TF_OPTION_FLAG:
        fputs(*(const bool *)value ? "true" : "false", out);
        return;
    case TF_OPTION_LIST:
        tf_config_write_list(out, *(const struct tf_string_list *)value);
        return;
    }
}

static void write_default_list(FILE *out, struct tf_str items)
{
    struct tf_str rest = items.len > 0 ? items : TF_STR_NONE, item;
    const char *before = " ";
    fputc('[', out);
    while (tf_option_next_item(&rest, '|', &item)) {
        fprintf(out, "%s\"%.*s\"", before, TF_STR_ARGS(item));
        before = ", ";
    }
    fputs(items.len > 0 ? " ]" : "]", out);
}

void tf_config_write_default(FILE *out, const struct tf_option *option)
{
    switch (option->type) {
    case TF_OPTION_TEXT:
    case TF_OPTION_WORD:
        tf_config_write_text(out, option->text_default);
        return;
    case TF_OPTION_INT:
        write_int(out, option->int_default);
        return;
    case TF_OPTION_REAL:
        write_real(out, option->real_default);
        return;
    case TF_OPTION_FLAG:
        fputs(option->flag_default ? "true" : "false", out);
        return;
    case TF_OPTION_LIST:
        write_default_list(out, tf_str_of(option->text_default));
        return;
    }
}
