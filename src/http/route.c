#include <stdio.h>

#include "http_internal.h"

static bool path_matches(const struct tf_http_route *route, const char *path)
{
    const size_t len = strlen(route->path);
    if (len > 0 && route->path[len - 1] == '*')
        return strncmp(route->path, path, len - 1) == 0;
    return strcmp(route->path, path) == 0;
}

static bool method_matches(const struct tf_http_route *route, const char *method)
{
    return strcmp(route->method, method) == 0 || (strcmp(route->method, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

const struct tf_http_route *tf_http_route_find(const struct tf_http_routes *routes, const char *method, const char *path,
                                               bool *ret_path_known)
{
    *ret_path_known = false;
    for (size_t i = 0; i < routes->count; i++) {
        if (!path_matches(&routes->rows[i], path))
            continue;
        *ret_path_known = true;
        if (method_matches(&routes->rows[i], method))
            return &routes->rows[i];
    }
    return NULL;
}

void tf_http_route_allow(const struct tf_http_routes *routes, const char *path, char *out, size_t size)
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < routes->count; i++) {
        const struct tf_http_route *route = &routes->rows[i];
        const bool get = strcmp(route->method, "GET") == 0;
        if (!path_matches(route, path) || len >= size)
            continue;
        const int wrote = snprintf(out + len, size - len, "%s%s%s", len ? ", " : "", route->method, get ? ", HEAD" : "");
        len += wrote > 0 ? (size_t)wrote : 0;
    }
}
