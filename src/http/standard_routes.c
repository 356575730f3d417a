/* What every role answers: is it alive, is it ready, how is it doing. */
#include "http_internal.h"
#include "taxflow/metrics.h"

enum { BEAT_LIMIT_MS = 5000 };

static void livez(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    const struct tf_http_server *server = self;
    const bool alive = !server->health || tf_health_alive(server->health, BEAT_LIMIT_MS);
    (void)request;
    response->content_type = "text/plain; charset=utf-8";
    response->status = alive ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
    tf_buf_puts(&response->body, alive ? "ok\n" : "[-]loop: no beat for five seconds\n");
}

/* The status is the contract; lines are for people: always with the reasons, all of them on ?verbose. */
static void readyz(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    const struct tf_http_server *server = self;
    const bool ready = !server->health || tf_health_ready(server->health, &response->body);
    response->content_type = "text/plain; charset=utf-8";
    response->status = ready ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
    if (ready && !tf_http_query(request, "verbose"))
        tf_buf_reset(&response->body);
    tf_buf_puts(&response->body, ready ? "ready\n" : "not ready\n");
}

static void metrics(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    const char *accept = tf_http_header(request, "Accept");
    const bool open_metrics = accept && strstr(accept, "application/openmetrics-text");
    (void)self;
    response->content_type = open_metrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                          : "text/plain; version=0.0.4; charset=utf-8";
    tf_metrics_render(&response->body, open_metrics);
}

void tf_http_standard_routes_add(struct tf_http_server *server)
{
    const struct tf_http_route rows[] = {
        {"GET", "/livez", livez, server, true, NULL},
        {"GET", "/readyz", readyz, server, true, NULL},
        {"GET", "/metrics", metrics, server, false, NULL},
    };
    memcpy(server->routes.rows, rows, sizeof rows);
    server->routes.count = sizeof rows / sizeof *rows;
}
