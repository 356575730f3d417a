/* POST /v1/events: one CloudEvent, a batch, NDJSON or a bare record; an answer only after the broker has it. */
#include <string.h>
#include <strings.h>

#include "collector_internal.h"
#include "taxflow/clock.h"

enum { LINES_MAX = 100000, RETRY_AFTER_S = 2 };

struct post {
    struct tf_collector *collector;
    struct tf_intake *intake;
    const struct tf_http_request *request;
    struct tf_http_response *response;
    struct tf_trace_context trace;
};

static bool media_is(const char *content_type, const char *media)
{
    size_t len = strlen(media);
    return content_type && strncasecmp(content_type, media, len) == 0 &&
           (content_type[len] == '\0' || content_type[len] == ';' || content_type[len] == ' ');
}

static const char *title_of(int status)
{
    switch (status) {
    case 400: return "The record cannot be read";
    case 413: return "The record is too large";
    case 422: return "The id was used with another body";
    case 429: return "Too many bytes are waiting for the broker";
    case 503: return "Kafka does not take records";
    default:  return "The record could not be taken";
    }
}

static void count(struct post *post, const struct tf_receipt *receipts, size_t receipts_count)
{
    struct tf_role_run *run = post->collector->run;
    size_t accepted = 0, replayed = 0;
    for (size_t i = 0; i < receipts_count; i++) {
        accepted += receipts[i].status == 202;
        replayed += receipts[i].status == 200;
    }
    atomic_fetch_add(&run->received, receipts_count);
    atomic_fetch_add(&run->processed, accepted);
    atomic_fetch_add(&run->duplicates, replayed);
    tf_metrics_add(post->collector->series.received, (int64_t)receipts_count);
    tf_metrics_add(post->collector->series.accepted, (int64_t)accepted);
    tf_metrics_add(post->collector->series.replayed, (int64_t)replayed);
    tf_metrics_add(post->collector->series.refused, (int64_t)(receipts_count - accepted - replayed));
}

static void answer_one(struct post *post, const struct tf_receipt *receipt)
{
    struct tf_json json;
    count(post, receipt, 1);
    if (receipt->status != 202 && receipt->status != 200) {
        if (receipt->status == 429 || receipt->status == 503)
            post->response->retry_after_s = RETRY_AFTER_S;
        tf_http_problem(post->response, receipt->status, tf_err_reason(receipt->err), tf_str_of(title_of(receipt->status)), receipt->detail, receipt->path, 0);
        return;
    }
    post->response->status = receipt->status;
    if (receipt->replayed)
        tf_http_response_header(post->response, "Idempotency-Replayed", "true");
    tf_json_init(&json, &post->response->body);
    tf_json_object(&json);
    tf_json_kstr(&json, "id", receipt->id);
    tf_json_object_end(&json);
}

static void take_one(struct post *post, const struct tf_envelope *attributes)
{
    struct tf_receipt receipt;
    tf_intake_take(post->intake, post->request->body, attributes, &post->trace, true, &receipt);
    tf_intake_settle(post->intake, &receipt, 1, true);
    answer_one(post, &receipt);
}

static void write_result(struct tf_json *json, const struct tf_receipt *receipt, uint64_t line)
{
    tf_json_object(json);
    tf_json_ku64(json, "line", line);
    tf_json_ki64(json, "status", receipt->status);
    if (receipt->status == 202 || receipt->status == 200) {
        tf_json_kstr(json, "id", receipt->id);
    } else {
        tf_json_key(json, "problem");
        tf_json_object(json);
        tf_json_ktext(json, "reason", tf_err_reason(receipt->err));
        tf_json_kstr(json, "path", receipt->path);
        tf_json_kstr(json, "detail", receipt->detail);
        tf_json_object_end(json);
    }
    tf_json_object_end(json);
}

/* Every element on its own: one bad line never takes the others with it. */
static void take_many(struct post *post, const struct tf_str *elements, const uint64_t *lines, size_t count_)
{
    struct tf_receipt *receipts = tf_arena_alloc(post->intake->arena, count_ * sizeof *receipts);
    struct tf_offer *offers = tf_arena_alloc(post->intake->arena, count_ * sizeof *offers);
    if (!receipts || !offers) {
        tf_http_problem(post->response, 413, "too-big", TF_STR("The request is too large"), TF_STR("send fewer records in one request"), TF_STR_NONE, 0);
        return;
    }
    for (size_t i = 0; i < count_; i++)
        offers[i] = (struct tf_offer){elements[i], NULL, &post->trace};
    tf_intake_take_all(post->intake, offers, count_, true, receipts);
    tf_intake_settle(post->intake, receipts, count_, true);
    count(post, receipts, count_);
    bool all = true, full = false;
    struct tf_json json;
    tf_json_init(&json, &post->response->body);
    tf_json_object(&json);
    tf_json_key(&json, "results");
    tf_json_array(&json);
    for (size_t i = 0; i < count_; i++) {
        write_result(&json, &receipts[i], lines ? lines[i] : i + 1);
        all = all && (receipts[i].status == 202 || receipts[i].status == 200);
        full = full || receipts[i].status == 429 || receipts[i].status == 503;
    }
    tf_json_array_end(&json);
    tf_json_object_end(&json);
    post->response->status = all ? 202 : 207;
    post->response->retry_after_s = full ? RETRY_AFTER_S : 0;
}

/* The lines that are not blank, with their numbers, into elements and lines unless they are NULL; returns how many. */
static size_t cut_lines(struct tf_str body, struct tf_str *elements, uint64_t *lines)
{
    size_t used = 0;
    for (uint64_t line = 1; body.len > 0; line++) {
        const char *end = memchr(body.ptr, '\n', body.len);
        size_t len = end ? (size_t)(end - body.ptr) : body.len, step = len + (end ? 1 : 0);
        struct tf_str text = {body.ptr, len};
        body = (struct tf_str){body.ptr + step, body.len - step};
        if (tf_str_blank(text))
            continue;
        if (elements && lines) {
            elements[used] = text;
            lines[used] = line;
        }
        used++;
    }
    return used;
}

static void take_lines(struct post *post)
{
    size_t count_ = cut_lines(post->request->body, NULL, NULL);
    if (count_ > LINES_MAX) {
        tf_http_problem(post->response, 413, "too-many", TF_STR("Too many lines"), TF_STR("send at most 100000 lines in one request"), TF_STR_NONE, 0);
        return;
    }
    struct tf_str *elements = TF_ARENA_ARRAY(post->intake->arena, struct tf_str, count_);
    uint64_t *lines = TF_ARENA_ARRAY(post->intake->arena, uint64_t, count_);
    if (!elements || !lines) {
        tf_http_problem(post->response, 503, "memory", TF_STR("No memory for the request"), TF_STR("try again shortly"), TF_STR_NONE, 0);
        return;
    }
    cut_lines(post->request->body, elements, lines);
    take_many(post, elements, lines, count_);
}

static void take_batch(struct post *post)
{
    struct tf_str *elements = NULL;
    size_t count_ = 0;
    struct tf_problem problem = {0};
    enum tf_err err = tf_reader_split_batch(post->intake->reader, post->request->body, post->intake->arena, &elements, &count_, &problem);
    if (err != TF_OK)
        tf_http_problem(post->response, err == TF_E_TOO_MANY ? 413 : 400, tf_err_reason(err), TF_STR("The batch cannot be read"),
                        tf_str_present(problem.detail) ? problem.detail : tf_str_of(tf_err_text(err)), problem.path, 0);
    else
        take_many(post, elements, NULL, count_);
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A CloudEvents attribute from its header: percent-decoded (HTTP binding 1.0, section 3.1.3.2). */
static struct tf_str attribute(struct post *post, const char *name)
{
    struct tf_str text = tf_str_of(tf_http_header(post->request, name));
    char *out = tf_str_present(text) ? tf_arena_alloc(post->intake->arena, text.len + 1) : NULL;
    size_t used = 0;
    for (size_t i = 0; out && i < text.len; i++) {
        bool coded = text.ptr[i] == '%' && i + 2 < text.len && hex_digit(text.ptr[i + 1]) >= 0 && hex_digit(text.ptr[i + 2]) >= 0;
        out[used++] = coded ? (char)(hex_digit(text.ptr[i + 1]) << 4 | hex_digit(text.ptr[i + 2])) : text.ptr[i];
        i += coded ? 2 : 0;
    }
    return out ? (struct tf_str){out, used} : TF_STR_NONE;
}

/* A single record: attributes from ce- headers (binary mode), Idempotency-Key as the id where no CloudEvents id is given. */
static void take_record(struct post *post)
{
    const struct tf_http_request *request = post->request;
    const char *key = tf_http_header(request, "Idempotency-Key");
    struct tf_envelope attributes = {
        .id = attribute(post, "ce-id"),
        .source = attribute(post, "ce-source"),
        .type = attribute(post, "ce-type"),
        .time = attribute(post, "ce-time"),
        .traceparent = attribute(post, "ce-traceparent"),
    };
    bool binary = tf_http_header(request, "ce-specversion") != NULL;
    if (!binary && key)
        attributes = (struct tf_envelope){.id = tf_str_of(key)};
    take_one(post, binary || key ? &attributes : NULL);
}

static void dispatch(struct post *post)
{
    const char *type = tf_http_header(post->request, "Content-Type");
    bool many = media_is(type, "application/x-ndjson") || media_is(type, "application/ndjson") || media_is(type, "application/jsonl") ||
                media_is(type, "application/cloudevents-batch+json");
    if (many && tf_http_header(post->request, "Idempotency-Key")) {
        tf_http_problem(post->response, 400, "bad-cloudevent", TF_STR("Idempotency-Key names one record"),
                        TF_STR("give each record its own CloudEvents id instead"), TF_STR_NONE, 0);
        return;
    }
    if (media_is(type, "application/cloudevents-batch+json"))
        take_batch(post);
    else if (many)
        take_lines(post);
    else if (media_is(type, "application/cloudevents+json"))
        take_one(post, NULL);
    else if (media_is(type, "application/json"))
        take_record(post);
    else
        tf_http_problem(post->response, 415, "media-type", TF_STR("The content type is not known"),
                        TF_STR("send application/json, application/cloudevents+json, application/cloudevents-batch+json or application/x-ndjson"),
                        TF_STR_NONE, 0);
}

static void start_span(struct post *post, struct tf_span *span)
{
    struct tf_trace_context remote;
    tf_trace_parse(tf_str_of(tf_http_header(post->request, "traceparent")), &remote);
    tf_span_start(post->collector->run->tracer, span, "POST /v1/events", TF_SPAN_SERVER, &remote);
    tf_span_text(span, "http.request.method", TF_STR("POST"));
    tf_span_text(span, "http.route", TF_STR("/v1/events"));
    tf_span_text(span, "url.path", TF_STR("/v1/events"));
    post->trace = span->context;
}

void tf_collector_post_events(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    struct post post = {.collector = self, .request = request, .response = response};
    struct tf_span span;
    start_span(&post, &span);
    post.intake = tf_collector_lease(post.collector);
    if (!post.intake || atomic_load(&post.collector->run->process->stop)) {
        response->retry_after_s = RETRY_AFTER_S;
        tf_http_problem(response, 503, "unavailable", TF_STR("The collector is starting or stopping"), TF_STR("try again shortly"), TF_STR_NONE, 0);
    } else {
        dispatch(&post);
    }
    tf_collector_return(post.collector, post.intake);
    tf_span_int(&span, "http.response.status_code", response->status);
    if (response->status >= 500)
        tf_span_fail(&span, "unavailable");
    tf_span_end(post.collector->run->tracer, &span);
}
