#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "integration/http/client.h"

static void asks_a_running_server(void **state)
{
    struct tf_config config = client_config();
    struct tf_health *health = tf_health_create();
    const struct tf_http_options options = {"127.0.0.1:0", "get", &config, health, NULL, 0};
    struct tf_http_server *server;
    struct tf_buf out TF_CLEANUP(tf_buf_finish), tiny TF_CLEANUP(tf_buf_finish);
    static const char *const hosts[] = {"127.0.0.1", "localhost", "0.0.0.0", "*", ""};
    int status = 0;
    (void)state;
    setenv("http_proxy", "http://127.0.0.1:1", 1); /* not asked for this machine */
    tf_buf_init(&out, 1000);
    tf_buf_init(&tiny, 2);
    assert_int_equal(tf_http_server_create(&options, &server, NULL), TF_OK);
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        char address[64];
        snprintf(address, sizeof address, "%s:%u", hosts[i], tf_http_server_port(server));
        tf_buf_reset(&out);
        assert_int_equal(tf_http_get(address, "/readyz", 5000, &status, &out), TF_OK);
        assert_int_equal(status, 200);
        assert_true(tf_str_is(tf_buf_view(&out), "ready\n"));
        tf_health_set(health, "redis", false, "no answer");
        tf_buf_reset(&out);
        assert_int_equal(tf_http_get(address, "/readyz", 5000, &status, &out), TF_OK);
        assert_int_equal(status, 503);
        assert_true(tf_str_is(tf_buf_view(&out), "[-]redis: no answer\nnot ready\n"));
        assert_int_equal(tf_http_get(address, "/readyz", 5000, &status, &tiny), TF_E_UNAVAILABLE);
        tf_health_set(health, "redis", true, NULL);
    }
    tf_http_server_destroy(server);
    tf_health_destroy(health);
}

static void nobody_listens(void **state)
{
    struct tf_buf out TF_CLEANUP(tf_buf_finish);
    int status = 0;
    (void)state;
    tf_buf_init(&out, 1000);
    assert_int_equal(tf_http_get("127.0.0.1:1", "/readyz", 5000, &status, &out), TF_E_UNAVAILABLE);
    assert_int_equal(tf_http_get("not an address", "/", 5000, &status, &out), TF_E_UNAVAILABLE);
    assert_int_equal(status, 0);
}

static void an_answer_that_never_comes_is_a_timeout(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof address;
    struct tf_buf out TF_CLEANUP(tf_buf_finish);
    char text[32];
    int status = 0;
    (void)state;
    const int silent = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(silent, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(silent, 1), 0);
    getsockname(silent, (struct sockaddr *)&address, &len);
    snprintf(text, sizeof text, "127.0.0.1:%u", ntohs(address.sin_port));
    tf_buf_init(&out, 1000);
    assert_int_equal(tf_http_get(text, "/readyz", 100, &status, &out), TF_E_TIMEOUT);
    close(silent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_a_running_server),
        cmocka_unit_test(nobody_listens),
        cmocka_unit_test(an_answer_that_never_comes_is_a_timeout),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
