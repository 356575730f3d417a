#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>

#include "http_internal.h"

enum { URL_BYTES = 512 };

static void initialize_curl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static size_t keep_body(char *bytes, size_t size, size_t count, void *argument)
{
    struct tf_buf *out = argument;
    tf_buf_put(out, bytes, size * count);
    return out->failed ? 0 : size * count;
}

/* A server that listens on every address is reached on the loopback one. */
static int make_url(const char *address, const char *path, char url[URL_BYTES])
{
    static const char *const everywhere[] = {"0.0.0.0:", "*:", ":"};
    for (size_t i = 0; i < sizeof everywhere / sizeof *everywhere; i++)
        if (strncmp(address, everywhere[i], strlen(everywhere[i])) == 0)
            return snprintf(url, URL_BYTES, "http://127.0.0.1:%s%s", address + strlen(everywhere[i]), path);
    if (strncmp(address, "[::]:", 5) == 0)
        return snprintf(url, URL_BYTES, "http://[::1]:%s%s", address + 5, path);
    return snprintf(url, URL_BYTES, "http://%s%s", address, path);
}

enum tf_err tf_http_get(const char *address, const char *path, int64_t timeout_ms, int *ret_status, struct tf_buf *out)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    char url[URL_BYTES];
    long status = 0;
    pthread_once(&once, initialize_curl);
    CURL *easy = curl_easy_init();
    if (!easy || make_url(address, path, url) >= URL_BYTES) {
        curl_easy_cleanup(easy);
        return TF_E_UNAVAILABLE;
    }
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* of this machine a proxy knows nothing */
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, out);
    const CURLcode result = curl_easy_perform(easy);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(easy);
    *ret_status = (int)status;
    if (result == CURLE_OPERATION_TIMEDOUT)
        return TF_E_TIMEOUT;
    return result == CURLE_OK ? TF_OK : TF_E_UNAVAILABLE;
}
