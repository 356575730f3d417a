/* HTTP/1.1 server on libmicrohttpd: routes as rows, bodies whole and bounded, long ones in files, problem+json for every refusal. */
#ifndef TAXFLOW_HTTP_H
#define TAXFLOW_HTTP_H

#include "taxflow/buf.h"
#include "taxflow/config.h"
#include "taxflow/err.h"
#include "taxflow/health.h"

struct tf_http_request {
    const char *method; /* "HEAD" may come to a GET route: answer as for GET, the body is left out */
    const char *path;   /* percent-decoded, without the query */
    struct tf_str body; /* whole, and plain where it came as gzip; valid until the handler returns */
    int fd;             /* a regular file with the same bytes, the server's own, where the body passed http.memory_body_bytes; else -1 */
    void *internal; /* for tf_http_header and tf_http_query */
};

/** A request header by name (case-insensitive), or NULL. */
const char *tf_http_header(const struct tf_http_request *request, const char *name);
/** Whether the request's Content-Type is that media type, whatever its case and parameters (RFC 9110 section 8.3.1). */
bool tf_http_media_is(const struct tf_http_request *request, const char *media);
/** Whether the body is JSON texts, one a line: application/x-ndjson, application/ndjson, application/jsonl. */
bool tf_http_has_lines(const struct tf_http_request *request);
/** Whether a page of another site sent it: such a page can make a browser send a POST here, and the browser says so (RFC 6454). */
bool tf_http_from_elsewhere(const struct tf_http_request *request);
/** A query argument by name, percent-decoded; "" for one without "="; NULL when absent. */
const char *tf_http_query(const struct tf_http_request *request, const char *name);
/** The first query argument whose name is none of known, or NULL: where a misspelt one would do more than was meant. */
const char *tf_http_query_other(const struct tf_http_request *request, const char *const *known, size_t count);

struct tf_http_response {
    int status;                     /* 200 at first */
    const char *content_type;       /* static text; application/json at first */
    int retry_after_s;              /* > 0: Retry-After */
    struct { const char *name; char value[96]; } headers[4];
    size_t headers_count;
    struct tf_buf body;             /* at most 64 MiB; past that the answer becomes a 500 */
};

/**
 * Add a response header, four at most; name is static text, value is cut at 95 bytes and stripped of control characters.
 * Cache-Control and X-Content-Type-Options replace the server's no-store and nosniff.
 */
void tf_http_response_header(struct tf_http_response *response, const char *name, const char *value);
/**
 * Fill a response with RFC 9457 problem+json: {"type":"urn:taxflow:problem:REASON","title","status","detail"[,"path"][,"line"]}.
 * path and detail may be absent. line 0 = none.
 */
void tf_http_problem(struct tf_http_response *response, int status, const char *reason, struct tf_str title, struct tf_str detail,
                     struct tf_str path, uint64_t line);

struct tf_http_route {
    const char *method; /* "POST" */
    const char *path;   /* exact, e.g. "/v1/events"; a trailing "*" matches a prefix */
    /* On the connection's own thread (256 KiB of stack), many at a time. It must come to an end: destroy waits for it. */
    void (*handle)(void *self, const struct tf_http_request *request, struct tf_http_response *response);
    void *self;
    bool open;          /* needs no token (health) */
    /*
     * In place of handle: all requests that wait, 1 to 256 of at most 256 KiB of bodies together (or one of any size), each with its response.
     * Several groups at a time, on threads of a crew; new requests wait 50 ms at most for a member, whatever the others wait for. A server
     * with such a route has one thread for all its connections, so the handle of its other routes must be quick.
     */
    void (*handle_all)(void *self, const struct tf_http_request *requests, struct tf_http_response *const *responses, size_t count);
};

struct tf_http_options {
    const char *listen;      /* address:port, [v6]:port; port 0 = any free one */
    const char *role;        /* metric label */
    const struct tf_config *config; /* http.* limits and tokens */
    struct tf_health *health;/* served at /livez (alive within 5 s) and /readyz; may be NULL */
    const struct tf_http_route *routes; /* beside /livez, /readyz, /metrics, which every server has; copied */
    size_t routes_count;
};

struct tf_http_server;

/**
 * Start serving: one thread a connection, or with a handle_all one for all; http.connections of them, further ones are closed at once.
 *
 * Tokens   with http.token_file every route but the open ones asks for "Authorization: Bearer" (RFC 6750), compared in
 *          constant time by SHA-256; one token a line, 16 characters or more, 64 at most, "#" begins a comment.
 * Bodies   past http.memory_body_bytes in a temporary file, mapped; 503 where there is no room for it. gzip or identity (else 415). Past http.max_body_bytes, packed or unpacked, 413: at once to "Expect: 100-continue"
 *          and where draining would take more than 64 MiB, else after reading the rest; a gzip bomb likewise. Bad gzip is 400.
 * Times    a request has http.timeout_s to arrive whole, the client as long to take the answer or to ask again; who is later
 *          is cut, however busy. The handler's own time does not count.
 * Refusals an unknown path is 404, a wrong method 405 with Allow, all of them problem+json.
 * Metrics  http_requests_total and http_request_seconds, the route's pattern as label, "other" for unknown paths.
 * Returns  TF_OK; TF_E_CONFIG (no address, beyond loopback without http.token_file, bad token file); TF_E_UNAVAILABLE (port in
 *          use, named in the fault); TF_E_PERMISSION (privileged port); TF_E_LIMIT (more than 61 routes, no thread); TF_E_MEMORY.
 */
enum tf_err tf_http_server_create(const struct tf_http_options *options, struct tf_http_server **ret_server, struct tf_fault *fault)
    TF_MUST_CHECK;
/** The port it listens on. */
uint16_t tf_http_server_port(const struct tf_http_server *server);
/** Stop listening, wait up to 5 s for requests under way, close what is left, free. NULL is fine. Returns NULL. */
struct tf_http_server *tf_http_server_destroy(struct tf_http_server *server);

/**
 * One GET to this machine, for `taxflow health`: status code in *ret_status, body appended to out. No proxy is asked.
 *
 * address  as tf_http_server_create's listen; "0.0.0.0", "*", "" and "[::]" mean the loopback address
 * Returns  TF_OK, whatever the status; TF_E_UNAVAILABLE (also when the body does not fit out); TF_E_TIMEOUT.
 */
enum tf_err tf_http_get(const char *address, const char *path, int64_t timeout_ms, int *ret_status, struct tf_buf *out) TF_MUST_CHECK;

#endif
