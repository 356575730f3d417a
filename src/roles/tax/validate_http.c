#include "validate_http.h"

#include <stdlib.h>
#include <string.h>

enum { IDLE_MAX = 16, ARENA_BYTES_MAX = 1 << 30, RETRY_AFTER_S = 2 };

/* What requests are judged by, until a reload: the last request that was begun with it frees it. */
struct setup {
    const struct tf_config *config; /* that it was loaded from */
    struct tf_tax_setup tax;
    size_t uses;                    /* requests under way, and one for being the newest; under the lock */
};

/* What one request needs: leased, so that many connections share a few. */
struct desk {
    struct tf_reader *reader;
    struct tf_arena *arena;
};

struct tf_validate_http {
    struct tf_process *process;
    pthread_mutex_t lock; /* guards what follows */
    struct setup *setup;
    const struct tf_config *refused; /* a configuration whose files could not be loaded: said once */
    struct desk *idle[IDLE_MAX];
    size_t idle_count;
};

static struct desk *desk_destroy(struct desk *desk)
{
    if (desk) {
        tf_reader_destroy(desk->reader);
        tf_arena_destroy(desk->arena);
    }
    free(desk);
    return NULL;
}

static struct desk *desk_create(const struct tf_config *config)
{
    struct desk *desk = calloc(1, sizeof *desk);
    if (!desk)
        return NULL;
    desk->reader = tf_reader_create(config->companies, config->companies_count, (size_t)config->collector.max_record_bytes);
    desk->arena = tf_arena_create(ARENA_BYTES_MAX);
    return desk->reader && desk->arena ? desk : desk_destroy(desk);
}

static struct desk *lease_desk(struct tf_validate_http *http)
{
    pthread_mutex_lock(&http->lock);
    struct desk *desk = http->idle_count > 0 ? http->idle[--http->idle_count] : NULL;
    pthread_mutex_unlock(&http->lock);
    return desk ? desk : desk_create(tf_process_config(http->process));
}

static void return_desk(struct tf_validate_http *http, struct desk *desk)
{
    tf_arena_rewind(desk->arena);
    pthread_mutex_lock(&http->lock);
    const bool kept = http->idle_count < IDLE_MAX;
    if (kept)
        http->idle[http->idle_count++] = desk;
    pthread_mutex_unlock(&http->lock);
    if (!kept)
        desk_destroy(desk);
}

static enum tf_err load_setup(const struct tf_config *config, struct setup **ret_setup, struct tf_fault *fault)
{
    struct setup *setup = calloc(1, sizeof *setup);
    if (!setup)
        return TF_E_MEMORY;
    setup->config = config;
    setup->uses = 1;
    const enum tf_err err = tf_tax_setup_load(config, &setup->tax, fault);
    if (err != TF_OK) {
        free(setup);
        return err;
    }
    *ret_setup = setup;
    return TF_OK;
}

/* Under the lock. */
static void let_go(struct setup *setup)
{
    if (--setup->uses > 0)
        return;
    tf_tax_setup_finish(&setup->tax);
    free(setup);
}

/* Under the lock: what a reload named, or what was in force where that cannot be loaded (role tax itself logs why). */
static void renew(struct tf_validate_http *http, const struct tf_config *config)
{
    struct setup *loaded = NULL;
    struct tf_fault fault = {0};
    if (load_setup(config, &loaded, &fault) != TF_OK) {
        http->refused = config;
        return;
    }
    let_go(http->setup);
    http->setup = loaded;
}

static struct setup *hold_setup(struct tf_validate_http *http)
{
    const struct tf_config *config = tf_process_config(http->process);
    pthread_mutex_lock(&http->lock);
    if (config != http->setup->config && config != http->refused)
        renew(http, config);
    struct setup *setup = http->setup;
    setup->uses++;
    pthread_mutex_unlock(&http->lock);
    return setup;
}

static void release_setup(struct tf_validate_http *http, struct setup *setup)
{
    pthread_mutex_lock(&http->lock);
    let_go(setup);
    pthread_mutex_unlock(&http->lock);
}

enum tf_err tf_validate_http_create(struct tf_process *process, struct tf_validate_http **ret_http, struct tf_fault *fault)
{
    struct tf_validate_http *http = calloc(1, sizeof *http);
    if (!http)
        return TF_E_MEMORY;
    http->process = process;
    pthread_mutex_init(&http->lock, NULL);
    const enum tf_err err = load_setup(tf_process_config(process), &http->setup, fault);
    if (err != TF_OK) {
        tf_validate_http_destroy(http);
        return err;
    }
    *ret_http = http;
    return TF_OK;
}

struct tf_validate_http *tf_validate_http_destroy(struct tf_validate_http *http)
{
    if (!http)
        return NULL;
    while (http->idle_count > 0)
        desk_destroy(http->idle[--http->idle_count]);
    if (http->setup)
        let_go(http->setup);
    pthread_mutex_destroy(&http->lock);
    free(http);
    return NULL;
}

static void refuse(struct tf_http_response *response, int status, const char *reason, const char *title, const char *detail)
{
    if (status == 503)
        response->retry_after_s = RETRY_AFTER_S;
    tf_http_problem(response, status, reason, tf_str_of(title), tf_str_of(detail), TF_STR_NONE, 0);
}

static enum tf_err judge(const struct setup *setup, struct desk *desk, struct tf_str text, struct tf_str source, struct tf_buf *out, bool *ret_valid)
{
    struct tf_tax_opinion opinion;
    struct tf_json json;
    tf_arena_rewind(desk->arena);
    TF_TRY(tf_tax_validate(&setup->tax.options, desk->reader, text, desk->arena, &opinion));
    tf_json_init(&json, out);
    tf_tax_encode_opinion(&opinion, source, &json);
    *ret_valid = tf_tax_opinion_valid(&opinion);
    return TF_OK;
}

/* Every line that is not blank, with its number. */
static enum tf_err judge_lines(const struct setup *setup, struct desk *desk, struct tf_str body, struct tf_buf *out)
{
    for (uint64_t line = 1; body.len > 0; line++) {
        const char *end = memchr(body.ptr, '\n', body.len);
        const struct tf_str text = {body.ptr, end ? (size_t)(end - body.ptr) : body.len};
        const size_t step = text.len + (end ? 1 : 0);
        char source[32];
        bool valid;
        body = (struct tf_str){body.ptr + step, body.len - step};
        if (tf_str_blank(text))
            continue;
        snprintf(source, sizeof source, "body#%llu", (unsigned long long)line);
        TF_TRY(judge(setup, desk, text, tf_str_of(source), out, &valid));
        tf_buf_puts(out, "\n");
    }
    return TF_OK;
}

static bool is_document(const struct tf_http_request *request)
{
    return tf_http_media_is(request, "application/json") || tf_http_media_is(request, "application/cloudevents+json") ||
           tf_http_media_is(request, "application/xml") || tf_http_media_is(request, "text/xml");
}

/* False: the request was refused. */
static bool check(const struct tf_http_request *request, struct tf_http_response *response)
{
    static const char *const known[] = {"style"};
    const char *style = tf_http_query(request, "style");
    if (tf_http_query_other(request, known, 1) || (style && strcmp(style, "kosit") != 0))
        refuse(response, 400, "bad-query", "The query is not understood", "the one argument is style=kosit");
    else if (style && tf_http_has_lines(request))
        refuse(response, 400, "bad-query", "style=kosit answers for one document", "send one document a request, or leave style out");
    else if (!tf_http_has_lines(request) && !is_document(request))
        refuse(response, 415, "media-type", "The content type is not known",
               "send application/xml, application/json, application/cloudevents+json or application/x-ndjson");
    return response->status == 200;
}

static enum tf_err answer(const struct setup *setup, struct desk *desk, const struct tf_http_request *request, struct tf_http_response *response)
{
    bool valid = false;
    if (tf_http_has_lines(request)) {
        response->content_type = "application/x-ndjson";
        return judge_lines(setup, desk, request->body, &response->body);
    }
    TF_TRY(judge(setup, desk, request->body, TF_STR("body"), &response->body, &valid));
    tf_buf_puts(&response->body, "\n");
    if (tf_http_query(request, "style") && !valid)
        response->status = 406;
    return TF_OK;
}

void tf_validate_http_post(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    struct tf_validate_http *http = self;
    if (!check(request, response))
        return;
    struct desk *desk = lease_desk(http);
    struct setup *setup = hold_setup(http);
    if (!desk || answer(setup, desk, request, response) != TF_OK) {
        tf_buf_reset(&response->body);
        refuse(response, 503, "memory", "No memory for the request", "send smaller documents, or try again shortly");
    }
    release_setup(http, setup);
    if (desk)
        return_desk(http, desk);
}
