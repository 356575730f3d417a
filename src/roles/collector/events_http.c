/* POST /v1/events: one CloudEvent, a batch, NDJSON, a bare record or an invoice in XML; an answer only after the broker has it. Requests come in groups. */
#include <string.h>

#include "events_file.h"
#include "taxflow/clock.h"

enum { LINES_MAX = 100000, RETRY_AFTER_S = 2 };

/* One request of a group, from its headers to its answer. */
struct post {
    struct tf_collector *collector;
    struct tf_intake *intake;
    const struct tf_http_request *request;
    struct tf_http_response *response;
    struct tf_trace_context trace;
    struct tf_span span;
    enum { REFUSED, ONE, MANY, FOREIGN } kind; /* refused: its answer stands, it offers nothing; foreign: events_file.c's */
    struct tf_envelope attributes;    /* of one record, where has_attributes */
    bool has_attributes;
    struct tf_str *elements;          /* of many; lines: their numbers, else they count from 1 */
    uint64_t *lines;
    size_t count;                     /* records that it offers */
    struct tf_receipt *receipts;      /* one a record */
    struct tf_str original;           /* what is kept of the request; absent: nothing */
};

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

static void count(const struct tf_collector *collector, const struct tf_receipt *receipts, size_t receipts_count)
{
    struct tf_role_run *run = collector->run;
    size_t accepted = 0, replayed = 0;
    for (size_t i = 0; i < receipts_count; i++) {
        accepted += receipts[i].status == 202;
        replayed += receipts[i].status == 200;
    }
    atomic_fetch_add(&run->received, receipts_count);
    atomic_fetch_add(&run->processed, accepted);
    atomic_fetch_add(&run->duplicates, replayed);
    tf_metrics_add(collector->series.received, (int64_t)receipts_count);
    tf_metrics_add(collector->series.accepted, (int64_t)accepted);
    tf_metrics_add(collector->series.replayed, (int64_t)replayed);
    tf_metrics_add(collector->series.refused, (int64_t)(receipts_count - accepted - replayed));
}

static void answer_one(struct post *post)
{
    const struct tf_receipt *receipt = post->receipts;
    struct tf_json json;
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
static void answer_many(struct post *post)
{
    bool all = true, full = false;
    struct tf_json json;
    tf_json_init(&json, &post->response->body);
    tf_json_object(&json);
    tf_json_key(&json, "results");
    tf_json_array(&json);
    for (size_t i = 0; i < post->count; i++) {
        const struct tf_receipt *receipt = &post->receipts[i];
        write_result(&json, receipt, post->lines ? post->lines[i] : i + 1);
        all = all && (receipt->status == 202 || receipt->status == 200);
        full = full || receipt->status == 429 || receipt->status == 503;
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

static void open_lines(struct post *post)
{
    size_t count_ = cut_lines(post->request->body, NULL, NULL);
    if (count_ > LINES_MAX) {
        tf_http_problem(post->response, 413, "too-many", TF_STR("Too many lines"), TF_STR("send at most 100000 lines in one request"), TF_STR_NONE, 0);
        return;
    }
    post->elements = tf_arena_alloc(post->intake->arena, count_ * sizeof *post->elements);
    post->lines = tf_arena_alloc(post->intake->arena, count_ * sizeof *post->lines);
    if (!post->elements || !post->lines) {
        tf_http_problem(post->response, 503, "memory", TF_STR("No memory for the request"), TF_STR("try again shortly"), TF_STR_NONE, 0);
        return;
    }
    post->kind = MANY;
    post->count = cut_lines(post->request->body, post->elements, post->lines);
}

static void open_batch(struct post *post)
{
    struct tf_problem problem = {0};
    enum tf_err err = tf_reader_split_batch(post->intake->reader, post->request->body, post->intake->arena, &post->elements, &post->count, &problem);
    if (err == TF_OK) {
        post->kind = MANY;
        return;
    }
    post->count = 0;
    tf_http_problem(post->response, err == TF_E_TOO_MANY ? 413 : 400, tf_err_reason(err), TF_STR("The batch cannot be read"),
                    tf_str_present(problem.detail) ? problem.detail : tf_str_of(tf_err_text(err)), problem.path, 0);
}

static void open_one(struct post *post)
{
    post->kind = ONE;
    post->count = 1;
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
static void open_record(struct post *post)
{
    const struct tf_http_request *request = post->request;
    const char *key = tf_http_header(request, "Idempotency-Key");
    post->attributes = (struct tf_envelope){
        .id = attribute(post, "ce-id"),
        .source = attribute(post, "ce-source"),
        .type = attribute(post, "ce-type"),
        .time = attribute(post, "ce-time"),
        .traceparent = attribute(post, "ce-traceparent"),
    };
    bool binary = tf_http_header(request, "ce-specversion") != NULL;
    if (!binary && key)
        post->attributes = (struct tf_envelope){.id = tf_str_of(key)};
    post->has_attributes = binary || key;
    open_one(post);
}

static bool is_xml(const struct tf_http_request *request)
{
    return tf_http_media_is(request, "application/xml") || tf_http_media_is(request, "text/xml");
}

/* One record: JSON, or an invoice in UBL or CII; which, its reader sees. */
static bool is_record(const struct tf_http_request *request)
{
    return tf_http_media_is(request, "application/json") || is_xml(request);
}

/* As the sender calls it, without parameters. */
static struct tf_str media_of(const struct tf_http_request *request)
{
    struct tf_str type = tf_str_of(tf_http_header(request, "Content-Type"));
    const char *end = tf_str_present(type) ? memchr(type.ptr, ';', type.len) : NULL;
    return tf_str_trim((struct tf_str){type.ptr, end ? (size_t)(end - type.ptr) : type.len});
}

static void refuse_id(const struct post *post, const char *title)
{
    tf_http_problem(post->response, 400, "bad-cloudevent", tf_str_of(title), TF_STR("give each record its own CloudEvents id instead"), TF_STR_NONE, 0);
}

/* What the request offers, or a refusal. */
static void open_post(struct post *post)
{
    const struct tf_http_request *request = post->request;
    const bool batch = tf_http_media_is(request, "application/cloudevents-batch+json"), lines = tf_http_has_lines(request);
    const bool file = tf_collector_takes_file(request) || (is_xml(request) && tf_collector_is_file(post->collector, request->body));
    if ((batch || lines || file) && tf_http_header(request, "Idempotency-Key"))
        refuse_id(post, "Idempotency-Key names one record");
    else if (file && tf_http_header(request, "ce-specversion"))
        refuse_id(post, "The attributes of an event name one record");
    else if (file)
        post->kind = FOREIGN;
    else if (batch)
        open_batch(post);
    else if (lines)
        open_lines(post);
    else if (tf_http_media_is(request, "application/cloudevents+json"))
        open_one(post);
    else if (is_record(request))
        open_record(post);
    else
        tf_http_problem(post->response, 415, "media-type", TF_STR("The content type is not known"),
                        TF_STR("send application/json, application/xml, application/cloudevents+json, application/cloudevents-batch+json, "
                               "application/x-ndjson, or a file: text/csv, application/pdf, application/zip"),
                        TF_STR_NONE, 0);
}

static void start_span(struct post *post)
{
    struct tf_trace_context remote;
    struct tf_span *span = &post->span;
    tf_trace_parse(tf_str_of(tf_http_header(post->request, "traceparent")), &remote);
    tf_span_start(post->collector->run->tracer, span, "POST /v1/events", TF_SPAN_SERVER, &remote);
    tf_span_text(span, "http.request.method", TF_STR("POST"));
    tf_span_text(span, "http.route", TF_STR("/v1/events"));
    tf_span_text(span, "url.path", TF_STR("/v1/events"));
    post->trace = span->context;
}

static void end_span(struct post *post)
{
    tf_span_int(&post->span, "http.response.status_code", post->response->status);
    if (post->response->status >= 500)
        tf_span_fail(&post->span, "unavailable");
    tf_span_end(post->collector->run->tracer, &post->span);
}

static void fill_offers(const struct post *post, struct tf_offer *offers)
{
    if (post->kind == ONE)
        offers[0] = (struct tf_offer){.text = post->request->body, .attributes = post->has_attributes ? &post->attributes : NULL,
                                      .company = tf_str_of(tf_http_query(post->request, "company")), .trace = &post->trace,
                                      .original = post->original};
    for (size_t i = 0; post->kind == MANY && i < post->count; i++)
        offers[i] = (struct tf_offer){.text = post->elements[i], .trace = &post->trace, .original = post->original};
}

static bool is_kept(const struct post *post)
{
    return post->kind == ONE || post->kind == MANY;
}

static void refuse_kept(struct post *post, const struct tf_fault *fault)
{
    post->kind = REFUSED;
    post->count = 0;
    post->response->retry_after_s = RETRY_AFTER_S;
    tf_http_problem(post->response, 503, "archive", TF_STR("The request cannot be kept"), tf_str_of(fault->text), TF_STR_NONE, 0);
}

/* Before anything of them is sent: what cannot be kept is not taken. Files of other programs are kept when they are read. */
static void keep(struct tf_collector *collector, struct tf_intake *intake, struct post *posts, size_t posts_count)
{
    struct tf_fault fault = {0};
    struct tf_str *bodies = TF_ARENA_ARRAY(intake->arena, struct tf_str, posts_count);
    struct tf_original *originals = TF_ARENA_ARRAY(intake->arena, struct tf_original, posts_count);
    char *texts = tf_arena_alloc(intake->arena, posts_count * TF_ORIGINAL_TEXT_BYTES);
    size_t used = 0;
    for (size_t p = 0; bodies && p < posts_count; p++)
        if (is_kept(&posts[p]))
            bodies[used++] = posts[p].request->body;
    const bool kept = bodies && originals && texts && tf_collector_keep(collector, bodies, used, originals, &fault) == TF_OK;
    used = 0;
    for (size_t p = 0; p < posts_count; p++) {
        if (!is_kept(&posts[p]))
            continue;
        if (!kept) {
            refuse_kept(&posts[p], &fault);
            continue;
        }
        char *text = texts + used * TF_ORIGINAL_TEXT_BYTES;
        tf_original_write(&originals[used++], media_of(posts[p].request), text);
        posts[p].original = tf_str_of(text);
    }
}

/* All records of all requests at once: one look-up, one wait. False: there is no memory for so many. */
static bool take_all(struct tf_collector *collector, struct tf_intake *intake, struct post *posts, size_t posts_count)
{
    size_t count_ = 0;
    for (size_t p = 0; p < posts_count; p++)
        count_ += posts[p].count;
    struct tf_receipt *receipts = tf_arena_alloc(intake->arena, count_ * sizeof *receipts);
    struct tf_offer *offers = tf_arena_alloc(intake->arena, count_ * sizeof *offers);
    if (!receipts || !offers)
        return false;
    count_ = 0;
    for (size_t p = 0; p < posts_count; p++) {
        posts[p].receipts = receipts + count_;
        fill_offers(&posts[p], offers + count_);
        count_ += posts[p].count;
    }
    tf_intake_take_all(intake, offers, count_, true, receipts);
    tf_intake_settle(intake, receipts, count_, true);
    count(collector, receipts, count_);
    return true;
}

static void answer(struct post *post)
{
    if (post->kind == ONE)
        answer_one(post);
    else if (post->kind == MANY)
        answer_many(post);
}

static void refuse_size(struct post *post)
{
    if (post->kind != REFUSED)
        tf_http_problem(post->response, 413, "too-big", TF_STR("The request is too large"), TF_STR("send fewer records in one request"), TF_STR_NONE, 0);
}

static void serve(struct tf_collector *collector, struct tf_intake *intake, struct post *posts, size_t count_)
{
    for (size_t p = 0; p < count_; p++) {
        posts[p].collector = collector;
        posts[p].intake = intake;
        posts[p].kind = REFUSED;
        posts[p].has_attributes = false;
        posts[p].lines = NULL;
        posts[p].count = 0;
        posts[p].original = TF_STR_NONE;
        start_span(&posts[p]);
        open_post(&posts[p]);
    }
    if (tf_collector_keeps(collector))
        keep(collector, intake, posts, count_);
    bool taken = take_all(collector, intake, posts, count_);
    for (size_t p = 0; p < count_; p++) {
        if (posts[p].kind == FOREIGN)
            tf_collector_post_file(collector, posts[p].request, &posts[p].trace, posts[p].response);
        else if (taken)
            answer(&posts[p]);
        else
            refuse_size(&posts[p]);
        end_span(&posts[p]);
    }
}

static void turn_away(struct tf_collector *collector, const struct tf_http_request *request, struct tf_http_response *response)
{
    struct post post = {.collector = collector, .request = request, .response = response};
    start_span(&post);
    response->retry_after_s = RETRY_AFTER_S;
    tf_http_problem(response, 503, "unavailable", TF_STR("The collector is starting or stopping"), TF_STR("try again shortly"), TF_STR_NONE, 0);
    end_span(&post);
}

void tf_collector_post_events(void *self, const struct tf_http_request *requests, struct tf_http_response *const *responses, size_t count_)
{
    struct tf_collector *collector = self;
    struct tf_intake *intake = tf_collector_lease(collector);
    bool stopping = atomic_load(&collector->run->process->stop);
    struct post *posts = intake && !stopping ? tf_arena_alloc(intake->arena, count_ * sizeof *posts) : NULL;
    for (size_t i = 0; i < count_; i++) {
        if (!posts) {
            turn_away(collector, &requests[i], responses[i]);
            continue;
        }
        posts[i].request = &requests[i];
        posts[i].response = responses[i];
    }
    if (posts)
        serve(collector, intake, posts, count_);
    tf_collector_return(collector, intake);
}
