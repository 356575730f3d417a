/* Metrics of a route, looked up by name once. */
#ifndef TAXFLOW_HTTP_SERIES_H
#define TAXFLOW_HTTP_SERIES_H

#include <stdatomic.h>

enum { TF_HTTP_STATUSES = 600 };
struct tf_http_series {
    _Atomic(struct tf_series *) seconds, requests[TF_HTTP_STATUSES]; /* NULL: not looked up yet */
};
/** One more answer of the status, which took that long. path: the route's, "other" where there is none. Thread any. */
void tf_http_series_count(struct tf_http_series *series, const char *role, const char *path, int status, double seconds);

#endif
