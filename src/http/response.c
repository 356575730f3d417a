#include <stdio.h>

#include "http_internal.h"
#include "taxflow/json.h"

void tf_http_response_init(struct tf_http_response *response)
{
    *response = (struct tf_http_response){.status = MHD_HTTP_OK, .content_type = "application/json"};
    tf_buf_init(&response->body, TF_HTTP_RESPONSE_BYTES_MAX);
}

void tf_http_response_header(struct tf_http_response *response, const char *name, const char *value)
{
    const size_t places = sizeof response->headers / sizeof *response->headers;
    if (response->headers_count == places)
        return;
    char *out = response->headers[response->headers_count].value;
    size_t len = 0;
    for (; *value && len < sizeof response->headers->value - 1; value++)
        if ((unsigned char)*value >= 0x20 && *value != 0x7f)
            out[len++] = *value;
    out[len] = '\0';
    response->headers[response->headers_count++].name = name;
}

void tf_http_problem(struct tf_http_response *response, int status, const char *reason, struct tf_str title, struct tf_str detail,
                     struct tf_str path, uint64_t line)
{
    struct tf_json json;
    char type[128];
    snprintf(type, sizeof type, "urn:taxflow:problem:%s", reason);
    response->status = status;
    response->content_type = "application/problem+json";
    tf_buf_reset(&response->body);
    tf_json_init(&json, &response->body);
    tf_json_object(&json);
    tf_json_ktext(&json, "type", type);
    tf_json_kstr(&json, "title", title);
    tf_json_ki64(&json, "status", status);
    if (tf_str_present(detail))
        tf_json_kstr(&json, "detail", detail);
    if (tf_str_present(path))
        tf_json_kstr(&json, "path", path);
    if (line)
        tf_json_ku64(&json, "line", line);
    tf_json_object_end(&json);
}

/* Defaults that a handler may replace with its own. */
static void add_default(struct MHD_Response *answer, const struct tf_http_response *response, const char *name, const char *value)
{
    for (size_t i = 0; i < response->headers_count; i++)
        if (strcasecmp(response->headers[i].name, name) == 0)
            return;
    MHD_add_response_header(answer, name, value);
}

static void add_headers(struct MHD_Response *answer, const struct tf_http_response *response, bool close)
{
    char seconds[16];
    if (response->body.len > 0)
        MHD_add_response_header(answer, MHD_HTTP_HEADER_CONTENT_TYPE, response->content_type);
    for (size_t i = 0; i < response->headers_count; i++)
        MHD_add_response_header(answer, response->headers[i].name, response->headers[i].value);
    add_default(answer, response, "X-Content-Type-Options", "nosniff");
    add_default(answer, response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (response->retry_after_s > 0) {
        snprintf(seconds, sizeof seconds, "%d", response->retry_after_s);
        MHD_add_response_header(answer, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
    }
    if (close)
        MHD_add_response_header(answer, MHD_HTTP_HEADER_CONNECTION, "close");
}

enum MHD_Result tf_http_response_queue(struct tf_http_response *response, struct MHD_Connection *connection, bool close)
{
    if (response->body.failed) {
        tf_buf_finish(&response->body);
        tf_http_problem(response, MHD_HTTP_INTERNAL_SERVER_ERROR, "answer-too-big", TF_STR("The answer is too big"), TF_STR_NONE,
                        TF_STR_NONE, 0);
    }
    struct MHD_Response *answer = MHD_create_response_from_buffer(response->body.len, response->body.ptr, MHD_RESPMEM_PERSISTENT);
    if (!answer)
        return MHD_NO;
    add_headers(answer, response, close);
    const enum MHD_Result queued = MHD_queue_response(connection, (unsigned)response->status, answer);
    MHD_destroy_response(answer);
    return queued;
}
