/* A request's way: arrive → headers → body → handler → answer → complete, on its connection's thread; the handler may be the crew's. */
#include <stdlib.h>

#include "http_internal.h"
#include "taxflow/clock.h"

const char *tf_http_header(const struct tf_http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->internal, MHD_HEADER_KIND, name);
}

bool tf_http_media_is(const struct tf_http_request *request, const char *media)
{
    const char *type = tf_http_header(request, "Content-Type");
    const size_t len = strlen(media);
    return type && strncasecmp(type, media, len) == 0 && (type[len] == '\0' || type[len] == ';' || type[len] == ' ');
}

bool tf_http_has_lines(const struct tf_http_request *request)
{
    return tf_http_media_is(request, "application/x-ndjson") || tf_http_media_is(request, "application/ndjson") ||
           tf_http_media_is(request, "application/jsonl");
}

/* An argument without "=" is present and empty. */
const char *tf_http_query(const struct tf_http_request *request, const char *name)
{
    const char *value = NULL;
    const enum MHD_Result found = MHD_lookup_connection_value_n(request->internal, MHD_GET_ARGUMENT_KIND, name, strlen(name), &value, NULL);
    return found == MHD_YES && !value ? "" : value;
}

bool tf_http_from_elsewhere(const struct tf_http_request *request)
{
    const char *origin = tf_http_header(request, "Origin"), *host = tf_http_header(request, "Host");
    const char *authority = origin ? strstr(origin, "://") : NULL;
    return origin && (!authority || !host || strcmp(authority + 3, host) != 0);
}

struct strangers {
    const char *const *known;
    size_t count;
    const char *found;
};

static enum MHD_Result look_at_name(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct strangers *strangers = cls;
    (void)kind;
    (void)value;
    for (size_t i = 0; i < strangers->count; i++)
        if (strcmp(name, strangers->known[i]) == 0)
            return MHD_YES;
    strangers->found = name;
    return MHD_NO;
}

const char *tf_http_query_other(const struct tf_http_request *request, const char *const *known, size_t count)
{
    struct strangers strangers = {known, count, NULL};
    MHD_get_connection_values(request->internal, MHD_GET_ARGUMENT_KIND, look_at_name, &strangers);
    return strangers.found;
}

static struct tf_http_connection *connection_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

void *tf_http_request_arrive(void *cls, const char *uri, struct MHD_Connection *connection)
{
    struct tf_http_server *server = cls;
    struct tf_http_connection *watched = connection_of(connection);
    struct tf_http_exchange *exchange = watched ? calloc(1, sizeof *exchange) : NULL;
    (void)uri;
    if (!exchange)
        return NULL;
    exchange->server = server;
    exchange->connection = watched;
    exchange->start_ns = tf_clock_mono_ns();
    tf_http_response_init(&exchange->response);
    tf_http_body_init(&exchange->body, NULL, server->body_bytes_max, server->memory_body_bytes);
    tf_http_guard_arm(&server->guard, watched);
    tf_http_guard_count(&server->guard, 1);
    return exchange;
}

void tf_http_request_complete(void *cls, struct MHD_Connection *connection, void **exchange_ptr, enum MHD_RequestTerminationCode code)
{
    struct tf_http_exchange *exchange = *exchange_ptr;
    (void)cls;
    (void)connection;
    (void)code;
    if (!exchange)
        return;
    *exchange_ptr = NULL;
    tf_http_guard_arm(&exchange->server->guard, exchange->connection);
    tf_http_guard_count(&exchange->server->guard, -1);
    tf_http_body_finish(&exchange->body);
    tf_buf_finish(&exchange->response.body);
    free(exchange);
}

static void refuse(struct tf_http_exchange *exchange, int status, const char *reason, const char *title, const char *detail)
{
    exchange->refused = true;
    tf_http_problem(&exchange->response, status, reason, tf_str_of(title), tf_str_of(detail), TF_STR_NONE, 0);
}

static void refuse_route(struct tf_http_exchange *exchange, const char *url, bool path_known)
{
    char allow[96];
    if (!path_known) {
        refuse(exchange, MHD_HTTP_NOT_FOUND, "not-found", "There is nothing at this path", NULL);
        return;
    }
    tf_http_route_allow(&exchange->server->routes, url, allow, sizeof allow);
    tf_http_response_header(&exchange->response, "Allow", allow);
    refuse(exchange, MHD_HTTP_METHOD_NOT_ALLOWED, "method-not-allowed", "The path does not take this method", NULL);
}

static void refuse_token(struct tf_http_exchange *exchange, bool given)
{
    tf_http_response_header(&exchange->response, "WWW-Authenticate",
                            given ? "Bearer realm=\"taxflow\", error=\"invalid_token\"" : "Bearer realm=\"taxflow\"");
    refuse(exchange, MHD_HTTP_UNAUTHORIZED, "unauthorized", "A valid token is needed", NULL);
}

static void refuse_body(struct tf_http_exchange *exchange)
{
    const struct tf_http_body *body = &exchange->body;
    switch (body->status) {
    case 413:
        refuse(exchange, 413, "too-big", "The body is too big", body->detail);
        break;
    case 415:
        tf_http_response_header(&exchange->response, "Accept-Encoding", "gzip");
        refuse(exchange, 415, "unsupported-encoding", "The body's encoding is not supported", body->detail);
        break;
    case 400:
        refuse(exchange, 400, "bad-encoding", "The body cannot be read", body->detail);
        break;
    default:
        exchange->response.retry_after_s = 1;
        refuse(exchange, 503, "full", "The server has no room at the moment", body->detail);
    }
}

/* The declared length of the body, as it comes; 0 when it is not declared. The library refuses what is no number. */
static uint64_t declared_length(const char *text)
{
    uint64_t length = 0;
    if (text && !tf_str_to_u64(tf_str_of(text), UINT64_MAX, &length))
        length = UINT64_MAX;
    return length;
}

static void check_headers(struct tf_http_exchange *exchange, const struct tf_http_request *request)
{
    const struct tf_http_server *server = exchange->server;
    const char *authorization = tf_http_header(request, "Authorization");
    bool path_known;
    exchange->route = tf_http_route_find(&server->routes, request->method, request->path, &path_known);
    if (!exchange->route) {
        refuse_route(exchange, request->path, path_known);
        return;
    }
    if (server->tokens.count > 0 && !exchange->route->open && !tf_http_token_match(&server->tokens, authorization)) {
        refuse_token(exchange, authorization != NULL);
        return;
    }
    tf_http_body_init(&exchange->body, tf_http_header(request, "Content-Encoding"), server->body_bytes_max, server->memory_body_bytes);
    if (!exchange->body.status && declared_length(tf_http_header(request, "Content-Length")) > server->body_bytes_max)
        tf_http_body_refuse(&exchange->body, 413, "Content-Length passes http.max_body_bytes");
    if (exchange->body.status)
        refuse_body(exchange);
}

static void count(const struct tf_http_exchange *exchange)
{
    const struct tf_http_server *server = exchange->server;
    const size_t place = exchange->route ? (size_t)(exchange->route - server->routes.rows) : server->routes.count;
    const char *path = exchange->route ? exchange->route->path : "other";
    const double seconds = (double)(tf_clock_mono_ns() - exchange->start_ns) / 1e9;
    tf_http_series_count(&server->series[place], server->role, path, exchange->response.status, seconds);
}

static enum MHD_Result answer(struct tf_http_exchange *exchange, struct MHD_Connection *connection, bool close)
{
    count(exchange);
    tf_http_guard_arm(&exchange->server->guard, exchange->connection);
    return tf_http_response_queue(&exchange->response, connection, close || atomic_load(&exchange->server->stopping));
}

/*
 * A refused body is read to its end and thrown away, because closing on a client that still writes resets the connection
 * and takes the answer with it. Answered at once is who waits to be told to go on, or who has more than is worth draining.
 */
static enum MHD_Result on_headers(struct tf_http_exchange *exchange, const struct tf_http_request *request)
{
    check_headers(exchange, request);
    const char *expect = tf_http_header(request, "Expect");
    const uint64_t length = declared_length(tf_http_header(request, "Content-Length"));
    const bool waits = expect && strcasecmp(expect, "100-continue") == 0;
    const bool endless = length > exchange->server->body_bytes_max + (uint64_t)TF_HTTP_DRAIN_BYTES_MAX;
    if (exchange->refused && (waits || endless))
        return answer(exchange, request->internal, true);
    return MHD_YES;
}

static enum MHD_Result on_data(struct tf_http_exchange *exchange, const char *data, size_t *data_size)
{
    struct tf_http_body *body = &exchange->body;
    tf_http_body_feed(body, data, *data_size);
    *data_size = 0;
    return body->received > exchange->server->body_bytes_max + (uint64_t)TF_HTTP_DRAIN_BYTES_MAX ? MHD_NO : MHD_YES;
}

/* What comes when the server already stops is turned away. */
static enum MHD_Result hand_in(struct tf_http_exchange *exchange)
{
    exchange->handed_in = true;
    if (tf_http_crew_hand_in(&exchange->server->crew, exchange))
        return MHD_YES;
    exchange->response.retry_after_s = 1;
    refuse(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable", "The server is stopping", "try again shortly");
    return answer(exchange, exchange->request.internal, true);
}

static enum MHD_Result on_end(struct tf_http_exchange *exchange)
{
    struct tf_http_request *request = &exchange->request;
    if (exchange->handed_in)
        return answer(exchange, request->internal, false);
    tf_http_guard_disarm(&exchange->server->guard, exchange->connection);
    tf_http_body_end(&exchange->body);
    if (!exchange->refused && exchange->body.status)
        refuse_body(exchange);
    request->body = tf_http_body_view(&exchange->body);
    request->fd = exchange->body.fd;
    if (!exchange->refused && exchange->route->handle_all)
        return hand_in(exchange);
    if (!exchange->refused)
        exchange->route->handle(exchange->route->self, request, &exchange->response);
    return answer(exchange, request->internal, false);
}

enum MHD_Result tf_http_request_access(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                                       const char *version, const char *data, size_t *data_size, void **exchange_ptr)
{
    struct tf_http_exchange *exchange = *exchange_ptr;
    (void)cls;
    (void)version;
    if (!exchange)
        return MHD_NO;
    if (!exchange->begun) {
        exchange->begun = true;
        exchange->request = (struct tf_http_request){.method = method, .path = url, .fd = -1, .internal = connection};
        return on_headers(exchange, &exchange->request);
    }
    if (*data_size > 0)
        return on_data(exchange, data, data_size);
    return on_end(exchange);
}
