#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <zlib.h>

#include "integration/http/client.h"

enum { BODY_BYTES_MAX = 100000, TIMEOUT_S = 1 };

static struct tf_config config;
static struct tf_http_server *server;
static uint16_t port;

static void length(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    (void)self;
    tf_buf_printf(&response->body, "length=%zu", request->body.len);
}

/* Longer than the time a request has to arrive: that must not count against our own work. */
static void slow(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    const int64_t until_ms = tf_clock_mono_ms() + TIMEOUT_S * 1000 + 500;
    (void)self;
    (void)request;
    while (tf_clock_mono_ms() < until_ms)
        poll(NULL, 0, 50);
    tf_buf_puts(&response->body, "worked");
}

static const struct tf_http_route routes[] = {{"POST", "/length", length, NULL, false, NULL}, {"GET", "/slow", slow, NULL, false, NULL}};

static int start(void **state)
{
    (void)state;
    config = client_config();
    config.http.max_body_bytes = BODY_BYTES_MAX;
    config.http.timeout_s = TIMEOUT_S;
    const struct tf_http_options options = {"127.0.0.1:0", "limits", &config, NULL, routes, 2};
    if (tf_http_server_create(&options, &server, NULL) != TF_OK)
        return -1;
    port = tf_http_server_port(server);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    server = tf_http_server_destroy(server);
    return 0;
}

/* POST len bytes, with a Content-Length or as chunks; the answer's status. */
static int post(size_t len, bool chunked, const char *expected)
{
    char *body = calloc(1, len + 64), head[256];
    size_t body_len = len;
    if (chunked) {
        const int at = sprintf(body, "%zx\r\n", len);
        memcpy(body + at + len, "\r\n0\r\n\r\n", 7);
        body_len = (size_t)at + len + 7;
        snprintf(head, sizeof head, POST("/length", "Transfer-Encoding: chunked\r\n"));
    } else {
        snprintf(head, sizeof head, POST("/length", "Content-Length: %zu\r\n"), len);
    }
    char *answer = client_talk_bytes(port, head, body, body_len);
    const int status = client_status(answer);
    if (!strstr(answer, expected))
        fail_msg("%s", answer);
    free(answer);
    free(body);
    return status;
}

static void bodies_up_to_the_limit_are_taken(void **state)
{
    (void)state;
    assert_int_equal(post(BODY_BYTES_MAX, false, "length=100000"), 200);
    assert_int_equal(post(BODY_BYTES_MAX, true, "length=100000"), 200);
    assert_int_equal(post(0, false, "length=0"), 200);
}

static void bodies_past_the_limit_are_413_and_drained(void **state)
{
    (void)state;
    assert_int_equal(post(BODY_BYTES_MAX + 1, false, "Content-Length passes http.max_body_bytes"), 413);
    assert_int_equal(post(BODY_BYTES_MAX + 1, true, "the body passes http.max_body_bytes"), 413);
    assert_int_equal(post(20 << 20, false, "urn:taxflow:problem:too-big"), 413);
    assert_int_equal(post(20 << 20, true, "urn:taxflow:problem:too-big"), 413);
}

static void after_a_drained_refusal_the_connection_goes_on(void **state)
{
    struct tf_buf answers TF_CLEANUP(tf_buf_finish);
    char *body = calloc(1, 200000);
    const int fd = client_connect(port);
    (void)state;
    tf_buf_init(&answers, 1 << 20);
    assert_true(client_say(fd, "POST /length HTTP/1.1\r\nHost: t\r\nContent-Length: 200000\r\n\r\n"));
    assert_true(client_send(fd, body, 200000));
    assert_true(client_say(fd, "GET /livez HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"));
    assert_true(client_read(fd, &answers, NULL));
    tf_buf_putc(&answers, '\0');
    assert_int_equal(client_status(answers.ptr), 413);
    assert_non_null(strstr(answers.ptr, "HTTP/1.1 200 OK"));
    close(fd);
    free(body);
}

static void who_asks_first_is_told_at_once(void **state)
{
    struct tf_buf answer TF_CLEANUP(tf_buf_finish);
    int fd = client_connect(port);
    (void)state;
    tf_buf_init(&answer, 1 << 20);
    assert_true(client_say(fd, "POST /length HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 5000000\r\n\r\n"));
    assert_true(client_read(fd, &answer, NULL)); /* no byte of the body was sent */
    tf_buf_putc(&answer, '\0');
    assert_int_equal(client_status(answer.ptr), 413);
    close(fd);

    tf_buf_reset(&answer); /* as does one that would take for ever to drain */
    fd = client_connect(port);
    assert_true(client_say(fd, "POST /length HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999\r\n\r\n"));
    assert_true(client_read(fd, &answer, NULL));
    tf_buf_putc(&answer, '\0');
    assert_int_equal(client_status(answer.ptr), 413);
    close(fd);

    tf_buf_reset(&answer);
    fd = client_connect(port);
    assert_true(client_say(fd, "POST /length HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n\r\n"));
    assert_true(client_read(fd, &answer, "100 Continue\r\n\r\n"));
    assert_true(client_say(fd, "abc"));
    assert_true(client_read(fd, &answer, "length=3"));
    close(fd);
}

static size_t gzip(const char *plain, size_t len, char *out, size_t size)
{
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)plain, .avail_in = (unsigned)len, .next_out = (unsigned char *)out,
                       .avail_out = (unsigned)size};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return stream.total_out;
}

static void post_gzip(const char *body, size_t len, int status, const char *expected)
{
    char head[256];
    snprintf(head, sizeof head, POST("/length", "Content-Encoding: gzip\r\nContent-Length: %zu\r\n"), len);
    char *answer = client_talk_bytes(port, head, body, len);
    if (client_status(answer) != status || !strstr(answer, expected))
        fail_msg("%s", answer);
    free(answer);
}

static void gzip_is_unpacked_within_the_same_limit(void **state)
{
    const size_t bomb_len = 50 << 20;
    char *bomb = calloc(1, bomb_len), *packed = malloc(1 << 20);
    (void)state;
    post_gzip(packed, gzip(bomb, 50000, packed, 1 << 20), 200, "length=50000");
    post_gzip(packed, gzip(bomb, BODY_BYTES_MAX, packed, 1 << 20), 200, "length=100000");
    post_gzip(packed, gzip(bomb, BODY_BYTES_MAX + 1, packed, 1 << 20), 413, "too-big");
    post_gzip(packed, gzip(bomb, bomb_len, packed, 1 << 20), 413, "too-big");
    post_gzip(packed, gzip(bomb, 50000, packed, 1 << 20) - 4, 400, "bad-encoding");
    post_gzip("plain text", 10, 400, "bad-encoding");
    char *answer = client_talk(port, POST("/length", "Content-Encoding: br\r\nContent-Length: 1\r\n") "x");
    assert_int_equal(client_status(answer), 415);
    assert_non_null(strstr(answer, "\r\nAccept-Encoding: gzip\r\n"));
    free(answer);
    free(bomb);
    free(packed);
}

/* Say text again and again until the server closes; how long it let us. */
static int64_t drip(const char *begin, const char *text)
{
    const int fd = client_connect(port);
    const int64_t start_ms = tf_clock_mono_ms();
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    char byte;
    bool open = client_say(fd, begin);
    while (open && tf_clock_mono_ms() - start_ms < CLIENT_WAIT_MS) {
        open = client_say(fd, text);
        if (poll(&ready, 1, 50) == 1)
            open = recv(fd, &byte, 1, 0) > 0;
    }
    close(fd);
    return tf_clock_mono_ms() - start_ms;
}

static void slow_requests_are_cut(void **state)
{
    (void)state;
    const int64_t times_ms[] = {
        drip("", "G"),
        drip("GET /livez HTTP/1.1\r\nHost: t\r\n", "X-A: b\r\n"),
        drip("POST /length HTTP/1.1\r\nHost: t\r\nContent-Length: 90000\r\n\r\n", "b"),
        drip("POST /length HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
        drip("GET /livez HTTP/1.1\r\nHost: t\r\n\r\n", ""), /* answered, then idle */
    };
    for (size_t i = 0; i < sizeof times_ms / sizeof *times_ms; i++)
        assert_in_range(times_ms[i], i + 1 < sizeof times_ms / sizeof *times_ms ? TIMEOUT_S * 1000 - 10 : 0, TIMEOUT_S * 1000 + 5000);
}

static void our_own_work_has_no_deadline(void **state)
{
    char *answer = client_talk(port, GET("/slow"));
    (void)state;
    assert_int_equal(client_status(answer), 200);
    assert_non_null(strstr(answer, "worked"));
    free(answer);
}

static void endless_headers_are_refused(void **state)
{
    char *request = malloc(300000);
    (void)state;
    strcpy(request, "GET /livez HTTP/1.1\r\nHost: t\r\nConnection: close\r\nX-Long: ");
    memset(request + strlen(request) + 1, 'x', 200000);
    request[strlen(request)] = 'x';
    strcpy(request + 200000, "\r\n\r\n");
    char *answer = client_talk(port, request);
    assert_true(answer[0] == '\0' || client_status(answer) == 431 || client_status(answer) == 413);
    free(answer);
    free(request);
    answer = client_talk(port, GET("/livez"));
    assert_int_equal(client_status(answer), 200);
    free(answer);
}

/* Whether the server at small_port serves one more connection, which stays open as *ret_fd. */
static bool is_served(uint16_t small_port, int *ret_fd)
{
    struct tf_buf answer TF_CLEANUP(tf_buf_finish);
    tf_buf_init(&answer, 10000);
    *ret_fd = client_connect(small_port);
    return client_say(*ret_fd, "GET /livez HTTP/1.1\r\nHost: t\r\n\r\n") && client_read(*ret_fd, &answer, "ok\n");
}

static void connections_have_a_ceiling(void **state)
{
    struct tf_config few = client_config();
    const struct tf_http_options options = {"127.0.0.1:0", "few", &few, NULL, NULL, 0};
    struct tf_http_server *small;
    int fds[5];
    (void)state;
    few.http.connections = 4;
    assert_int_equal(tf_http_server_create(&options, &small, NULL), TF_OK);
    const uint16_t small_port = tf_http_server_port(small);
    for (int i = 0; i < 4; i++)
        assert_true(is_served(small_port, &fds[i]));
    assert_false(is_served(small_port, &fds[4])); /* closed at once */
    close(fds[4]);
    close(fds[0]); /* makes room, as soon as the server has seen it */
    const int64_t deadline_ms = tf_clock_mono_ms() + CLIENT_WAIT_MS;
    while (!is_served(small_port, &fds[4])) {
        close(fds[4]);
        assert_true(tf_clock_mono_ms() < deadline_ms);
    }
    for (int i = 1; i < 5; i++)
        close(fds[i]);
    tf_http_server_destroy(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_up_to_the_limit_are_taken),
        cmocka_unit_test(bodies_past_the_limit_are_413_and_drained),
        cmocka_unit_test(after_a_drained_refusal_the_connection_goes_on),
        cmocka_unit_test(who_asks_first_is_told_at_once),
        cmocka_unit_test(gzip_is_unpacked_within_the_same_limit),
        cmocka_unit_test(slow_requests_are_cut),
        cmocka_unit_test(our_own_work_has_no_deadline),
        cmocka_unit_test(endless_headers_are_refused),
        cmocka_unit_test(connections_have_a_ceiling),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
