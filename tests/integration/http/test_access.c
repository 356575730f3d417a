#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "integration/http/client.h"

static char token_path[] = "/tmp/taxflow-tokens-XXXXXX";
static struct tf_config config;

static int make_tokens(void **state)
{
    const int fd = mkstemp(token_path);
    (void)state;
    if (fd < 0 || !write(fd, "right-token-0123456789\n", 23))
        return -1;
    config = client_config();
    config.http.token_file = token_path;
    return close(fd);
}

static int remove_tokens(void **state)
{
    (void)state;
    return unlink(token_path);
}

static size_t handled;

static void handle(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    (void)self;
    (void)request;
    handled++;
    tf_buf_puts(&response->body, "secret");
}

static const struct tf_http_route routes[] = {{"GET", "/secret", handle, NULL, false, NULL}, {"GET", "/open", handle, NULL, true, NULL},
                                              {"POST", "/secret", handle, NULL, false, NULL}};

static struct tf_http_server *server_on(const char *listen)
{
    const struct tf_http_options options = {listen, "access", &config, NULL, routes, 3};
    struct tf_http_server *server = NULL;
    struct tf_fault fault = {0};
    if (tf_http_server_create(&options, &server, &fault) != TF_OK)
        fail_msg("%s", fault.text);
    return server;
}

static void expect(uint16_t port, const char *request, int status, const char *part)
{
    char *answer = client_talk(port, request);
    if (client_status(answer) != status || !strstr(answer, part))
        fail_msg("%s\n→\n%s", request, answer);
    assert_true(status == 200 || !strstr(answer, "secret"));
    free(answer);
}

#define WITH(value, path) "GET " path " HTTP/1.1\r\nHost: t\r\nConnection: close\r\nAuthorization: " value "\r\n\r\n"

static void a_token_opens_what_is_not_open(void **state)
{
    struct tf_http_server *server = server_on("127.0.0.1:0");
    const uint16_t port = tf_http_server_port(server);
    (void)state;
    handled = 0;
    expect(port, GET("/secret"), 401, "\r\nWWW-Authenticate: Bearer realm=\"taxflow\"\r\n");
    expect(port, WITH("Bearer wrong-token-0123456789", "/secret"), 401, "error=\"invalid_token\"\r\n");
    expect(port, WITH("Basic cmlnaHQ6dG9rZW4=", "/secret"), 401, "urn:taxflow:problem:unauthorized");
    expect(port, POST("/secret", "Content-Length: 4\r\n") "body", 401, "urn:taxflow:problem:unauthorized");
    expect(port, GET("/metrics"), 401, "WWW-Authenticate");
    assert_int_equal(handled, 0);
    expect(port, WITH("Bearer right-token-0123456789", "/secret"), 200, "secret");
    expect(port, WITH("Bearer right-token-0123456789", "/metrics"), 200, "process_");
    expect(port, GET("/open"), 200, "secret");
    expect(port, GET("/livez"), 200, "ok");
    expect(port, GET("/readyz"), 200, "ready");
    expect(port, GET("/nowhere"), 404, "not-found");
    tf_http_server_destroy(server);
}

static void beyond_loopback_needs_a_token(void **state)
{
    struct tf_config open = client_config();
    const struct tf_http_options options = {"0.0.0.0:0", "access", &open, NULL, routes, 2};
    struct tf_http_server *server = (struct tf_http_server *)(uintptr_t)1;
    struct tf_fault fault = {0};
    (void)state;
    assert_int_equal(tf_http_server_create(&options, &server, &fault), TF_E_CONFIG);
    assert_null(server);
    assert_non_null(strstr(fault.text, "http.token_file"));
    server = server_on("0.0.0.0:0");
    expect(tf_http_server_port(server), GET("/secret"), 401, "unauthorized");
    tf_http_server_destroy(server);
}

static void faults_name_their_cause(void **state)
{
    struct tf_config broken = client_config();
    struct tf_http_options options = {"127.0.0.1:0", "access", &broken, NULL, routes, 2};
    struct tf_http_server *server;
    struct tf_fault fault = {0};
    char address[32];
    (void)state;
    broken.http.token_file = "/nonexistent";
    assert_int_equal(tf_http_server_create(&options, &server, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "/nonexistent"));
    broken.http.token_file = "";
    options.listen = "nonsense";
    assert_int_equal(tf_http_server_create(&options, &server, &fault), TF_E_CONFIG);
    struct tf_http_server *first = server_on("127.0.0.1:0");
    snprintf(address, sizeof address, "127.0.0.1:%u", tf_http_server_port(first));
    options.listen = address;
    assert_int_equal(tf_http_server_create(&options, &server, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, strchr(address, ':') + 1));
    tf_http_server_destroy(first);
    assert_int_equal(tf_http_server_create(&options, &server, &fault), TF_OK); /* free again at once */
    tf_http_server_destroy(server);
    options.routes_count = 1000;
    assert_int_equal(tf_http_server_create(&options, &server, &fault), TF_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_opens_what_is_not_open),
        cmocka_unit_test(beyond_loopback_needs_a_token),
        cmocka_unit_test(faults_name_their_cause),
    };
    return cmocka_run_group_tests(tests, make_tokens, remove_tokens);
}
