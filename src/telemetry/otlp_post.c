#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "otlp_internal.h"
#include "taxflow/clock.h"

enum { ANSWER_BYTES_MAX = 64 * 1024, POLL_MS = 100 };

struct tf_otlp_post {
    CURL *easy;
    CURLM *multi; /* one request at a time, but it can be watched and cut off; it also keeps the connection */
    struct curl_slist *headers;
    struct tf_buf answer;
    char error[CURL_ERROR_SIZE];
};

static void initialize_curl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static size_t keep_answer(char *bytes, size_t size, size_t count, void *argument)
{
    struct tf_otlp_post *post = argument;
    tf_buf_put(&post->answer, bytes, size * count); /* past the ceiling it is cut: only its beginning is of interest */
    return size * count;
}

static bool add_header(struct tf_otlp_post *post, const char *name, const char *value)
{
    char *line = NULL;
    if (asprintf(&line, "%s: %s", name, value) < 0)
        return false;
    struct curl_slist *headers = curl_slist_append(post->headers, line);
    free(line);
    if (headers)
        post->headers = headers;
    return headers != NULL;
}

static bool add_headers(struct tf_otlp_post *post, const struct tf_otlp_settings *settings)
{
    bool ok = add_header(post, "Content-Type", "application/json") && add_header(post, "Content-Encoding", "gzip") &&
              add_header(post, "User-Agent", "OTel-OTLP-Exporter-C/" TAXFLOW_VERSION " taxflow/" TAXFLOW_VERSION);
    struct curl_slist *no_expect = ok ? curl_slist_append(post->headers, "Expect:") : NULL; /* saves a second's wait on old receivers */
    for (size_t i = 0; no_expect && ok && i < settings->headers.count; i++)
        ok = add_header(post, settings->headers.items[i].key, settings->headers.items[i].value);
    return ok && no_expect;
}

/* A proxy of the environment is no way to this machine itself. */
static void bypass_proxy_to_loopback(CURL *easy, const char *url)
{
    CURLU *parts = curl_url();
    char *host = NULL;
    if (parts && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK && curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
        (strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 || strcmp(host, "[::1]") == 0))
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_free(host);
    curl_url_cleanup(parts);
}

static void set_tls(CURL *easy)
{
    const struct {
        const char *variable;
        CURLoption option;
    } files[] = {
        {"OTEL_EXPORTER_OTLP_CERTIFICATE", CURLOPT_CAINFO},
        {"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", CURLOPT_SSLCERT},
        {"OTEL_EXPORTER_OTLP_CLIENT_KEY", CURLOPT_SSLKEY},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *path = getenv(files[i].variable);
        if (path && path[0])
            curl_easy_setopt(easy, files[i].option, path);
    }
}

static void set_options(struct tf_otlp_post *post, const struct tf_otlp_settings *settings)
{
    CURL *easy = post->easy;
    curl_easy_setopt(easy, CURLOPT_URL, settings->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, post->headers);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)settings->request_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep_answer);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, post);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, post->error);
    bypass_proxy_to_loopback(easy, settings->url);
    set_tls(easy);
}

struct tf_otlp_post *tf_otlp_post_create(const struct tf_otlp_settings *settings)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, initialize_curl);
    struct tf_otlp_post *post = calloc(1, sizeof *post);
    if (!post)
        return NULL;
    tf_buf_init(&post->answer, ANSWER_BYTES_MAX);
    post->easy = curl_easy_init();
    post->multi = curl_multi_init();
    if (!post->easy || !post->multi || !add_headers(post, settings))
        return tf_otlp_post_destroy(post);
    set_options(post, settings);
    return post;
}

struct tf_otlp_post *tf_otlp_post_destroy(struct tf_otlp_post *post)
{
    if (!post)
        return NULL;
    curl_easy_cleanup(post->easy);
    if (post->multi)
        curl_multi_cleanup(post->multi);
    curl_slist_free_all(post->headers);
    tf_buf_finish(&post->answer);
    free(post);
    return NULL;
}

static CURLcode perform(struct tf_otlp_post *post, const _Atomic int64_t *abandon_ns)
{
    CURLcode result = CURLE_ABORTED_BY_CALLBACK;
    int running = 1, left;
    if (curl_multi_add_handle(post->multi, post->easy) != CURLM_OK)
        return CURLE_FAILED_INIT;
    while (curl_multi_perform(post->multi, &running) == CURLM_OK && running) {
        if (tf_clock_mono_ns() >= atomic_load_explicit(abandon_ns, memory_order_relaxed))
            break;
        curl_multi_poll(post->multi, NULL, 0, POLL_MS, NULL);
    }
    const CURLMsg *message = curl_multi_info_read(post->multi, &left);
    if (!running && message && message->msg == CURLMSG_DONE)
        result = message->data.result;
    curl_multi_remove_handle(post->multi, post->easy);
    return result;
}

enum tf_otlp_verdict tf_otlp_verdict_of(long status)
{
    if (status >= 200 && status < 300)
        return TF_OTLP_TAKEN;
    return status == 0 || status == 429 || status == 502 || status == 503 || status == 504 ? TF_OTLP_RETRY : TF_OTLP_REFUSED;
}

/* The answer has one number of interest, as text or bare: {"partialSuccess":{"rejectedSpans":"3",…}}. */
uint64_t tf_otlp_rejected_spans(struct tf_str body, uint64_t limit)
{
    static const char name[] = "\"rejectedSpans\"";
    const char *at = body.len ? memmem(body.ptr, body.len, name, sizeof name - 1) : NULL;
    const char *end = body.ptr + body.len;
    uint64_t count = 0;
    if (!at)
        return 0;
    at += sizeof name - 1;
    while (at < end && strchr(" \t\r\n:\"", *at) && *at)
        at++;
    for (; at < end && *at >= '0' && *at <= '9' && count <= limit; at++)
        count = count * 10 + (uint64_t)(*at - '0');
    return count < limit ? count : limit;
}

void tf_otlp_post_send(struct tf_otlp_post *post, struct tf_str body, const _Atomic int64_t *abandon_ns,
                       struct tf_otlp_answer *ret_answer)
{
    curl_off_t retry_after_s = 0;
    *ret_answer = (struct tf_otlp_answer){.verdict = TF_OTLP_RETRY, .retry_after_ms = -1};
    post->error[0] = '\0';
    tf_buf_reset(&post->answer);
    curl_easy_setopt(post->easy, CURLOPT_POSTFIELDS, body.ptr);
    curl_easy_setopt(post->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
    const CURLcode result = perform(post, abandon_ns);
    if (result != CURLE_OK) {
        snprintf(ret_answer->reason, sizeof ret_answer->reason, "%.150s", post->error[0] ? post->error : curl_easy_strerror(result));
        return;
    }
    curl_easy_getinfo(post->easy, CURLINFO_RESPONSE_CODE, &ret_answer->status);
    curl_easy_getinfo(post->easy, CURLINFO_RETRY_AFTER, &retry_after_s);
    ret_answer->verdict = tf_otlp_verdict_of(ret_answer->status);
    snprintf(ret_answer->reason, sizeof ret_answer->reason, "HTTP status %ld", ret_answer->status);
    if (retry_after_s > 0)
        ret_answer->retry_after_ms = (int64_t)retry_after_s * 1000;
    ret_answer->rejected = tf_otlp_rejected_spans(tf_buf_view(&post->answer), UINT64_MAX / 16);
}
