#include "webhook_post.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "taxflow/clock.h"
#include "taxflow/hash.h"

enum { TIMEOUT_MS = 5000, ID_BYTES_MAX = 256 };

struct tf_webhook_post {
    CURL *easy;
    char *url;
    uint8_t secret[TF_WEBHOOK_SECRET_BYTES_MAX];
    size_t secret_len;
    char error[CURL_ERROR_SIZE];
};

bool tf_webhook_secret(struct tf_str text, uint8_t *out, size_t *ret_len)
{
    static const struct tf_str prefix = TF_STR_INIT("whsec_");
    text = tf_str_trim(text);
    if (text.len > TF_WEBHOOK_SECRET_BYTES_MAX)
        return false;
    if (tf_str_starts(text, prefix)) {
        if (!tf_hash_unbase64((struct tf_str){text.ptr + prefix.len, text.len - prefix.len}, out, ret_len))
            return false;
    } else {
        if (text.len > 0)
            memcpy(out, text.ptr, text.len);
        *ret_len = text.len;
    }
    return *ret_len >= TF_WEBHOOK_SECRET_BYTES_MIN;
}

void tf_webhook_sign(struct tf_str secret, struct tf_str id, int64_t timestamp_s, struct tf_str body, char out[TF_WEBHOOK_SIGNATURE_BYTES])
{
    char timestamp[24];
    uint8_t digest[32];
    snprintf(timestamp, sizeof timestamp, ".%lld.", (long long)timestamp_s);
    const struct tf_str parts[] = {id, tf_str_of(timestamp), body};
    tf_hash_hmac_full(secret, parts, 3, digest);
    memcpy(out, "v1,", 3);
    tf_hash_base64(digest, sizeof digest, out + 3);
}

/* What the receiver answers beside its status is of no interest. */
static size_t let_go(char *bytes, size_t size, size_t count, void *self)
{
    (void)bytes;
    (void)self;
    return size * count;
}

/* A proxy of the environment is no way to this machine itself. */
static void bypass_proxy_to_loopback(CURL *easy, const char *url)
{
    CURLU *parts = curl_url();
    char *host = NULL;
    if (parts && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK && curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK
        && (strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 || strcmp(host, "[::1]") == 0))
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_free(host);
    curl_url_cleanup(parts);
}

struct tf_webhook_post *tf_webhook_post_create(const char *url, struct tf_str secret)
{
    struct tf_webhook_post *post = calloc(1, sizeof *post);
    if (!post)
        return NULL;
    post->url = strdup(url);
    post->easy = curl_easy_init();
    if (!post->url || !post->easy)
        return tf_webhook_post_destroy(post);
    memcpy(post->secret, secret.ptr, secret.len);
    post->secret_len = secret.len;
    curl_easy_setopt(post->easy, CURLOPT_URL, post->url);
    curl_easy_setopt(post->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(post->easy, CURLOPT_POST, 1L);
    curl_easy_setopt(post->easy, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
    curl_easy_setopt(post->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(post->easy, CURLOPT_WRITEFUNCTION, let_go);
    curl_easy_setopt(post->easy, CURLOPT_ERRORBUFFER, post->error);
    bypass_proxy_to_loopback(post->easy, post->url);
    return post;
}

struct tf_webhook_post *tf_webhook_post_destroy(struct tf_webhook_post *post)
{
    if (!post)
        return NULL;
    curl_easy_cleanup(post->easy);
    free(post->url);
    explicit_bzero(post->secret, sizeof post->secret);
    free(post);
    return NULL;
}

static struct curl_slist *headers_of(const struct tf_webhook_post *post, struct tf_str id, struct tf_str body)
{
    char lines[3][ID_BYTES_MAX + 64], signature[TF_WEBHOOK_SIGNATURE_BYTES];
    int64_t now_s = tf_clock_wall_ms() / 1000;
    struct curl_slist *headers = NULL;
    tf_webhook_sign((struct tf_str){(const char *)post->secret, post->secret_len}, id, now_s, body, signature);
    snprintf(lines[0], sizeof lines[0], "webhook-id: %.*s", (int)(id.len < ID_BYTES_MAX ? id.len : ID_BYTES_MAX), id.ptr);
    snprintf(lines[1], sizeof lines[1], "webhook-timestamp: %lld", (long long)now_s);
    snprintf(lines[2], sizeof lines[2], "webhook-signature: %s", signature);
    const char *const all[] = {lines[0], lines[1], lines[2], "Content-Type: application/json", "User-Agent: taxflow/" TAXFLOW_VERSION, "Expect:"};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct curl_slist *longer = curl_slist_append(headers, all[i]);
        if (!longer) {
            curl_slist_free_all(headers);
            return NULL;
        }
        headers = longer;
    }
    return headers;
}

bool tf_webhook_post_send(struct tf_webhook_post *post, struct tf_str id, struct tf_str body, struct tf_webhook_answer *ret_answer)
{
    curl_off_t retry_after_s = 0;
    *ret_answer = (struct tf_webhook_answer){.retry_after_ms = -1};
    struct curl_slist *headers = headers_of(post, id, body);
    if (!headers) {
        snprintf(ret_answer->reason, sizeof ret_answer->reason, "memory ran out");
        return false;
    }
    post->error[0] = '\0';
    curl_easy_setopt(post->easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(post->easy, CURLOPT_POSTFIELDS, body.ptr);
    curl_easy_setopt(post->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
    CURLcode code = curl_easy_perform(post->easy);
    curl_easy_setopt(post->easy, CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(headers);
    if (code != CURLE_OK) { /* the library's own words name the address: the general ones do not */
        snprintf(ret_answer->reason, sizeof ret_answer->reason, "%s", curl_easy_strerror(code));
        return false;
    }
    curl_easy_getinfo(post->easy, CURLINFO_RESPONSE_CODE, &ret_answer->status);
    curl_easy_getinfo(post->easy, CURLINFO_RETRY_AFTER, &retry_after_s);
    if (retry_after_s > 0)
        ret_answer->retry_after_ms = (int64_t)retry_after_s * 1000;
    snprintf(ret_answer->reason, sizeof ret_answer->reason, "HTTP status %ld", ret_answer->status);
    return ret_answer->status >= 200 && ret_answer->status < 300;
}
