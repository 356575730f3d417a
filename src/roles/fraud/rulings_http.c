#include "rulings_http.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "roles_internal.h"
#include "taxflow/rulings.h"

enum { WISHES_MAX = 1000, BUDGET_MS = 20000, RETRY_S = 2 };

/* working: a request reads a whole topic; one at a time is enough for people, and bounds what a client can ask for. */
struct tf_rulings_http {
    struct tf_process *process;
    pthread_mutex_t working;
};

struct call {
    struct tf_rulings_http *http;
    const struct tf_http_request *request;
    struct tf_http_response *response;
    struct tf_ruling_wish *wishes;
    size_t count;
};

static void refuse(struct call *call, int status, const char *reason, const char *title, const char *detail)
{
    tf_http_problem(call->response, status, reason, tf_str_of(title), tf_str_of(detail), TF_STR_NONE, 0);
}

static void refuse_fault(struct call *call, enum tf_err err, const struct tf_fault *fault)
{
    int status = err == TF_E_VALUE ? 404 : err == TF_E_MEMORY || err == TF_E_LIMIT ? 500 : 503;
    if (status == 503)
        call->response->retry_after_s = RETRY_S;
    refuse(call, status, tf_err_reason(err), status == 404 ? "No such hit" : "The verdicts were not written", fault->text[0] ? fault->text : tf_err_text(err));
}

static struct tf_str member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    struct tf_str text = json_is_string(value) ? (struct tf_str){json_string_value(value), json_string_length(value)} : TF_STR_NONE;
    return text.len <= TF_RULING_TEXT_BYTES_MAX && !tf_str_blank(text) ? text : TF_STR_NONE;
}

/* Texts stay the JSON value's. */
static bool read_wish(const json_t *object, struct tf_ruling_wish *wish)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, name, value)
        if (strcmp(name, "event_id") != 0 && strcmp(name, "rule") != 0 && strcmp(name, "verdict") != 0 && strcmp(name, "by") != 0
            && strcmp(name, "reason") != 0)
            return false;
    *wish = (struct tf_ruling_wish){.event_id = member(object, "event_id"),
                                    .rule = member(object, "rule"),
                                    .by = member(object, "by"),
                                    .reason = member(object, "reason")};
    bool rule_good = tf_str_present(wish->rule) || !json_object_get(object, "rule");
    return rule_good && tf_str_present(wish->event_id) && tf_str_present(wish->by) && tf_str_present(wish->reason)
           && tf_ruling_word(member(object, "verdict"), &wish->dismissed);
}

static bool read_wishes(const json_t *root, struct call *call)
{
    size_t count = json_is_array(root) ? json_array_size(root) : 1;
    if (count == 0 || count > WISHES_MAX)
        return false;
    call->wishes = calloc(count, sizeof *call->wishes);
    for (; call->wishes && call->count < count; call->count++)
        if (!read_wish(json_is_array(root) ? json_array_get(root, call->count) : root, &call->wishes[call->count]))
            return false;
    return call->wishes != NULL;
}

static void give(struct call *call)
{
    struct tf_fault fault = {0};
    struct tf_json json;
    size_t rows = 0;
    pthread_mutex_lock(&call->http->working);
    enum tf_err err = tf_rulings_give(call->http->process, call->wishes, call->count, BUDGET_MS, &rows, &fault);
    pthread_mutex_unlock(&call->http->working);
    if (err != TF_OK) {
        refuse_fault(call, err, &fault);
        return;
    }
    TF_LOG(TF_LOG_INFO, "verdicts_given", "people's verdicts were taken over HTTP", TF_FIELD_INT("rows", (int64_t)rows));
    call->response->status = 202;
    tf_json_init(&json, &call->response->body);
    tf_json_object(&json);
    tf_json_ku64(&json, "verdicts", rows);
    tf_json_object_end(&json);
}

static void post_verdicts(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    struct tf_rulings_http *http = self;
    struct call call = {.http = http, .request = request, .response = response};
    if (tf_http_from_elsewhere(request)) {
        refuse(&call, 403, "foreign-origin", "The request comes from a page of another site", "send it from the role's own address");
        return;
    }
    if (!atomic_load(&http->process->connected)) {
        response->retry_after_s = RETRY_S;
        refuse(&call, 503, "unavailable", "The verdicts were not written", "the role has not reached Kafka yet");
        return;
    }
    json_t *root = json_loadb(request->body.ptr, request->body.len, JSON_REJECT_DUPLICATES, NULL);
    if (read_wishes(root, &call))
        give(&call);
    else
        refuse(&call, 400, "bad-value", "The request cannot be read",
               "send {\"event_id\",\"verdict\":\"confirmed|dismissed\",\"by\",\"reason\"[,\"rule\"]}, or an array of up to 1000 of them");
    free(call.wishes);
    json_decref(root);
}

struct tf_rulings_http *tf_rulings_http_create(struct tf_process *process)
{
    struct tf_rulings_http *http = calloc(1, sizeof *http);
    if (!http)
        return NULL;
    http->process = process;
    pthread_mutex_init(&http->working, NULL);
    return http;
}

struct tf_rulings_http *tf_rulings_http_destroy(struct tf_rulings_http *http)
{
    if (!http)
        return NULL;
    pthread_mutex_destroy(&http->working);
    free(http);
    return NULL;
}

struct tf_http_route tf_rulings_http_route(struct tf_rulings_http *http)
{
    return (struct tf_http_route){"POST", "/v1/verdicts", post_verdicts, http, false, NULL};
}
