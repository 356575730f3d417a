/* POST /v1/verdicts: what people say of hits, over HTTP. */
#ifndef TF_RULINGS_HTTP_H
#define TF_RULINGS_HTTP_H

#include "taxflow/roles.h"

struct tf_rulings_http;

struct tf_rulings_http *tf_rulings_http_create(struct tf_process *process);
struct tf_rulings_http *tf_rulings_http_destroy(struct tf_rulings_http *http);
struct tf_http_route tf_rulings_http_route(struct tf_rulings_http *http);

#endif
