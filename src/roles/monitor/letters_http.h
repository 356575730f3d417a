/*
 * /api/v1/dlq of the monitor: what `taxflow dlq` does, over HTTP. Filters are query arguments by the names of tf_letter_filter_set;
 * an argument that is not known is refused, for a misspelt filter would widen a replay.
 *
 *   GET  /api/v1/dlq                 how many letters of each role and reason
 *   GET  /api/v1/dlq/letters?limit=  single ones, 100 unless told, 10,000 at most
 *   GET  /api/v1/dlq/letter?position=PARTITION:OFFSET   one; its bytes only with monitor.admin
 *   POST /api/v1/dlq/replay?dry_run=&again=&limit=      10,000 letters a request at most; only with monitor.admin
 */
#ifndef TF_LETTERS_HTTP_H
#define TF_LETTERS_HTTP_H

#include "taxflow/http.h"
#include "taxflow/roles.h"

enum { TF_LETTERS_HTTP_ROUTES = 4 };

struct tf_letters_http;

/** Nothing is opened before a request comes. NULL when memory ran out. */
struct tf_letters_http *tf_letters_http_create(struct tf_process *process);
struct tf_letters_http *tf_letters_http_destroy(struct tf_letters_http *letters);
/** Fill TF_LETTERS_HTTP_ROUTES routes. */
void tf_letters_http_routes(struct tf_letters_http *letters, struct tf_http_route *routes);

#endif
