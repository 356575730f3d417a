#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "integration/http/client.h"
#include "taxflow/metrics.h"
#include "taxflow/thread.h"

static struct tf_config config;
static struct tf_health *health;
static struct tf_http_server *server;
static uint16_t port;

static void echo(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    const char *header = tf_http_header(request, "x-question");
    const char *query = tf_http_query(request, "q");
    const char *flag = tf_http_query(request, "flag");
    response->status = 202;
    response->content_type = "text/plain";
    tf_buf_printf(&response->body, "%s %s %s %s %s %zu ", (const char *)self, request->method, header ? header : "-", query ? query : "-",
                  flag ? flag : "-", request->body.len);
    tf_buf_str(&response->body, request->body);
}

static void strict(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    static const char *const known[] = {"a", "b"};
    const char *other = tf_http_query_other(request, known, 2);
    (void)self;
    tf_buf_printf(&response->body, "<%s>", other ? other : "none");
}

static void custom(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    (void)self;
    (void)request;
    response->retry_after_s = 7;
    tf_http_response_header(response, "Cache-Control", "max-age=60");
    tf_http_problem(response, 429, "full", TF_STR("Full"), TF_STR_NONE, TF_STR_NONE, 0);
}

static void too_big(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    static char block[1 << 20];
    (void)self;
    (void)request;
    for (int i = 0; i < 70; i++)
        tf_buf_put(&response->body, block, sizeof block);
}

static const struct tf_http_route routes[] = {
    {"POST", "/echo", echo, "self", false, NULL},
    {"GET", "/static/*", echo, "static", false, NULL},
    {"GET", "/custom", custom, NULL, false, NULL},
    {"GET", "/strict", strict, NULL, false, NULL},
    {"GET", "/too-big", too_big, NULL, false, NULL},
};

static int start(void **state)
{
    struct tf_fault fault;
    (void)state;
    config = client_config();
    health = tf_health_create();
    const struct tf_http_options options = {"127.0.0.1:0", "test", &config, health, routes, sizeof routes / sizeof *routes};
    if (tf_http_server_create(&options, &server, &fault) != TF_OK)
        return -1;
    port = tf_http_server_port(server);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    server = tf_http_server_destroy(server);
    health = tf_health_destroy(health);
    return 0;
}

static void expect(const char *request, int status, const char *part)
{
    char *answer = client_talk(port, request);
    if (client_status(answer) != status || !strstr(answer, part))
        fail_msg("%s\n→\n%s", request, answer);
    free(answer);
}

static void routes_get_what_was_sent(void **state)
{
    (void)state;
    expect(POST("/echo?q=a%20b&flag", "X-Question: why\r\nContent-Length: 5\r\n") "hello", 202, "\r\n\r\nself POST why a b  5 hello");
    expect(POST("/echo", "Content-Length: 0\r\n"), 202, "\r\n\r\nself POST - - - 0 ");
    expect(GET("/static/x.js"), 202, "\r\n\r\nstatic GET - - - 0 ");
}

static void a_query_argument_that_is_not_known_is_found(void **state)
{
    (void)state;
    expect(GET("/strict"), 200, "\r\n\r\n<none>");
    expect(GET("/strict?b=1&a"), 200, "\r\n\r\n<none>");
    expect(GET("/strict?a=1&c=2&b"), 200, "\r\n\r\n<c>");
    expect(GET("/strict?aa"), 200, "\r\n\r\n<aa>");
}

static void every_answer_carries_the_security_headers(void **state)
{
    (void)state;
    expect(GET("/livez"), 200, "X-Content-Type-Options: nosniff\r\n");
    expect(GET("/nowhere"), 404, "X-Content-Type-Options: nosniff\r\n");
    expect(GET("/livez"), 200, "Cache-Control: no-store\r\n");
    expect(GET("/custom"), 429, "Cache-Control: max-age=60\r\n");
    expect(GET("/custom"), 429, "Retry-After: 7\r\n");
    expect(GET("/custom"), 429, "Content-Type: application/problem+json\r\n");
    char *answer = client_talk(port, GET("/custom"));
    assert_null(strstr(answer, "no-store"));
    free(answer);
}

static void unknown_paths_and_methods_are_problems(void **state)
{
    (void)state;
    expect(GET("/nowhere"), 404, "{\"type\":\"urn:taxflow:problem:not-found\",\"title\":\"There is nothing at this path\",\"status\":404}");
    expect(GET("/echo"), 405, "\r\nAllow: POST\r\n");
    expect("DELETE /livez HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", 405, "\r\nAllow: GET, HEAD\r\n");
    expect(POST("/nowhere", "Content-Length: 4\r\n") "body", 404, "urn:taxflow:problem:not-found");
}

static void head_is_get_without_a_body(void **state)
{
    char *answer = client_talk(port, "HEAD /livez HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
    (void)state;
    assert_int_equal(client_status(answer), 200);
    assert_non_null(strstr(answer, "Content-Length: 3\r\n"));
    assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
    free(answer);
    expect("HEAD /echo HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", 405, "\r\nAllow: POST\r\n");
}

static void malformed_requests_are_refused(void **state)
{
    static const char *const bad[] = {
        "GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n", /* no Host */
        "GET /livez HTTP/1.1\r\nHost: t\r\nbroken header\r\nConnection: close\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: -5\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: t\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *answer = client_talk(port, bad[i]);
        const int status = client_status(answer);
        if (answer[0] && !(status >= 400 && status < 500))
            fail_msg("%s\n→\n%s", bad[i], answer);
        free(answer);
    }
    char *answer = client_talk(port, GET("/readyz"));
    assert_int_equal(client_status(answer), 200);
    free(answer);
}

static void health_has_its_lines(void **state)
{
    (void)state;
    tf_health_beat(health);
    tf_health_set(health, "kafka", true, NULL);
    expect(GET("/livez"), 200, "\r\n\r\nok\n");
    expect(GET("/readyz"), 200, "\r\n\r\nready\n");
    expect(GET("/readyz?verbose"), 200, "\r\n\r\n[+]kafka ok\nready\n");
    expect(GET("/readyz?verbose=1"), 200, "\r\n\r\n[+]kafka ok\nready\n");
    tf_health_set(health, "redis", false, "no answer");
    expect(GET("/readyz"), 503, "\r\n\r\n[+]kafka ok\n[-]redis: no answer\nnot ready\n");
    tf_health_set(health, "redis", true, NULL);
    expect(GET("/readyz"), 200, "ready");
}

static void metrics_in_both_formats(void **state)
{
    (void)state;
    expect(GET("/metrics"), 200, "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n");
    expect("GET /metrics HTTP/1.1\r\nHost: t\r\nConnection: close\r\nAccept: application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1\r\n\r\n",
           200, "Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n");
    expect("GET /metrics HTTP/1.1\r\nHost: t\r\nConnection: close\r\nAccept: application/openmetrics-text\r\n\r\n", 200, "# EOF\n");
    expect(GET("/metrics"), 200, "process_resident_memory_bytes ");
    struct tf_series *series = tf_metrics_series(TF_METRIC_http_requests_total, "test", "/static/*", "202");
    struct tf_series *others = tf_metrics_series(TF_METRIC_http_requests_total, "test", "other", "404");
    const double before = tf_metrics_value(series), others_before = tf_metrics_value(others);
    expect(GET("/static/any"), 202, "");
    expect(GET("/any"), 404, "");
    assert_true(tf_metrics_value(series) == before + 1);
    assert_true(tf_metrics_value(others) == others_before + 1);
    expect(GET("/metrics"), 200, "taxflow_http_request_seconds_count{role=\"test\",route=\"/static/*\"} ");
}

static void an_answer_has_a_ceiling(void **state)
{
    (void)state;
    expect(GET("/too-big"), 500, "urn:taxflow:problem:answer-too-big");
}

static void connections_are_kept_and_requests_may_queue(void **state)
{
    struct tf_buf answers TF_CLEANUP(tf_buf_finish);
    const int fd = client_connect(port);
    (void)state;
    tf_buf_init(&answers, 1 << 20);
    for (int i = 0; i < 3; i++) { /* one after the other */
        tf_buf_reset(&answers);
        assert_true(client_say(fd, "GET /livez HTTP/1.1\r\nHost: t\r\n\r\n"));
        assert_true(client_read(fd, &answers, "\r\n\r\nok\n"));
    }
    tf_buf_reset(&answers); /* all at once */
    assert_true(client_say(fd, "POST /echo?q=1 HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\none"
                               "GET /livez HTTP/1.1\r\nHost: t\r\n\r\n"
                               "POST /echo?q=2 HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n2\r\ntw\r\n1\r\no\r\n0\r\n\r\n"
                               "GET /nowhere HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"));
    assert_true(client_read(fd, &answers, NULL));
    tf_buf_putc(&answers, '\0');
    const char *first = strstr(answers.ptr, "self POST - 1 - 3 one");
    const char *second = first ? strstr(first, "\r\n\r\nok\n") : NULL;
    const char *third = second ? strstr(second, "self POST - 2 - 3 two") : NULL;
    assert_non_null(third);
    assert_non_null(strstr(third, "404 Not Found"));
    close(fd);
}

static void *talk(void *argument)
{
    size_t *ok = argument;
    for (int i = 0; i < 5; i++) {
        char *answer = client_talk(port, POST("/echo", "Content-Length: 5\r\n") "hello");
        *ok += client_status(answer) == 202 && strstr(answer, " 5 hello");
        free(answer);
    }
    return NULL;
}

static void many_clients_at_once(void **state)
{
    enum { CLIENTS = 64 };
    pthread_t threads[CLIENTS];
    size_t ok[CLIENTS] = {0};
    (void)state;
    for (int i = 0; i < CLIENTS; i++)
        assert_int_equal(tf_thread_start(&threads[i], "client", talk, &ok[i]), TF_OK);
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < CLIENTS; i++)
        assert_int_equal(ok[i], 5);
}

static void without_health_it_is_alive_and_ready(void **state)
{
    const struct tf_http_options options = {"127.0.0.1:0", "bare", &config, NULL, NULL, 0};
    struct tf_http_server *bare;
    (void)state;
    assert_int_equal(tf_http_server_create(&options, &bare, NULL), TF_OK);
    char *answer = client_talk(tf_http_server_port(bare), GET("/livez"));
    assert_int_equal(client_status(answer), 200);
    free(answer);
    answer = client_talk(tf_http_server_port(bare), GET("/readyz"));
    assert_int_equal(client_status(answer), 200);
    free(answer);
    assert_null(tf_http_server_destroy(bare));
    assert_null(tf_http_server_destroy(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routes_get_what_was_sent),
        cmocka_unit_test(a_query_argument_that_is_not_known_is_found),
        cmocka_unit_test(every_answer_carries_the_security_headers),
        cmocka_unit_test(unknown_paths_and_methods_are_problems),
        cmocka_unit_test(head_is_get_without_a_body),
        cmocka_unit_test(malformed_requests_are_refused),
        cmocka_unit_test(health_has_its_lines),
        cmocka_unit_test(metrics_in_both_formats),
        cmocka_unit_test(an_answer_has_a_ceiling),
        cmocka_unit_test(connections_are_kept_and_requests_may_queue),
        cmocka_unit_test(many_clients_at_once),
        cmocka_unit_test(without_health_it_is_alive_and_ready),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
