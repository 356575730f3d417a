#include "config_origin.h"

#include <stdio.h>
#include <string.h>

enum { PATH_BYTES_SHOWN = 120 };

/* The end of a path tells more than its beginning, and the line number must survive. */
static void path_and_line(struct tf_config_origin origin, char *out, size_t size)
{
    size_t len = strlen(origin.name);
    const char *tail = origin.name;
    if (len > PATH_BYTES_SHOWN) {
        tail += len - PATH_BYTES_SHOWN;
        while (((unsigned char)*tail & 0xC0) == 0x80)
            tail++;
    }
    const char *cut = tail == origin.name ? "" : "…";
    if (origin.line > 0)
        snprintf(out, size, "%s%s:%u", cut, tail, origin.line);
    else
        snprintf(out, size, "%s%s", cut, tail);
}

void tf_config_origin_where(struct tf_config_origin origin, char *out, size_t size)
{
    switch (origin.kind) {
    case TF_ORIGIN_DEFAULT:
        snprintf(out, size, "default");
        return;
    case TF_ORIGIN_FILE:
        path_and_line(origin, out, size);
        return;
    case TF_ORIGIN_ENVIRONMENT:
        snprintf(out, size, "%s", origin.name);
        return;
    case TF_ORIGIN_SET:
        snprintf(out, size, "--set %s", origin.name);
        return;
    case TF_ORIGIN_ROLE:
        snprintf(out, size, "--role");
        return;
    }
}

void tf_config_origin_describe(struct tf_config_origin origin, char *out, size_t size)
{
    if (origin.kind == TF_ORIGIN_ENVIRONMENT)
        snprintf(out, size, "environment %s", origin.name);
    else if (origin.kind == TF_ORIGIN_SET)
        snprintf(out, size, "--set");
    else
        tf_config_origin_where(origin, out, size);
}
