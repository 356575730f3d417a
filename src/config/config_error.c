#include "config_error.h"

#include <stdio.h>
#include <string.h>

#define ELLIPSIS "…"

/* End a text that did not fit with "…", at the border of a UTF-8 character. */
static void mark_cut(char *text, size_t size)
{
    size_t end = size - sizeof ELLIPSIS;
    while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
        end--;
    memcpy(text + end, ELLIPSIS, sizeof ELLIPSIS);
}

static void defuse(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = '?';
}

void tf_config_error_addv(struct tf_config_errors *errors, const char *where, const char *format, va_list args)
{
    if (errors->count++ >= errors->max)
        return;
    struct tf_config_error *error = &errors->items[errors->count - 1];
    if ((size_t)snprintf(error->where, sizeof error->where, "%s", where) >= sizeof error->where)
        mark_cut(error->where, sizeof error->where);
    if ((size_t)vsnprintf(error->text, sizeof error->text, format, args) >= sizeof error->text)
        mark_cut(error->text, sizeof error->text);
    defuse(error->where);
    defuse(error->text);
}

void tf_config_error_add(struct tf_config_errors *errors, const char *where, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tf_config_error_addv(errors, where, format, args);
    va_end(args);
}
