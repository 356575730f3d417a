/* POST /v1/validate: a document judged at once, without Kafka and Redis. */
#ifndef TF_VALIDATE_HTTP_H
#define TF_VALIDATE_HTTP_H

#include "roles_internal.h"

struct tf_validate_http;

/**
 * process  borrowed; its configuration is read again where it was swapped.
 * Returns  TF_OK; TF_E_CONFIG, TF_E_NO_INPUT as tf_tax_setup_load; TF_E_MEMORY.
 */
enum tf_err tf_validate_http_create(struct tf_process *process, struct tf_validate_http **ret_http, struct tf_fault *fault) TF_MUST_CHECK;
/** Once the server has stopped. NULL is fine. Returns NULL. */
struct tf_validate_http *tf_validate_http_destroy(struct tf_validate_http *http);
/**
 * A tf_http_route's handle; self is the tf_validate_http.
 *
 * Body     one record (application/json, application/cloudevents+json), an invoice in UBL or CII (application/xml, text/xml), or records
 *          one a line (application/x-ndjson). Answer: the line that `taxflow validate --json` writes, 200 whatever the verdict; for lines as
 *          many lines.
 * style    "kosit" in the query: 200 where the document is valid and 406 where it is not or not fully checked, as the KoSIT validator's
 *          daemon answers; one document only.
 * Refusals 400 (a query argument that is none), 415, 503 (no memory), as problem+json.
 * Thread   any, many at a time.
 */
void tf_validate_http_post(void *self, const struct tf_http_request *request, struct tf_http_response *response);

#endif
