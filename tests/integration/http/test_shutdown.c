#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "integration/http/client.h"
#include "taxflow/thread.h"

static _Atomic bool entered, release, destroyed;
static struct tf_http_server *server;

static void wait_for(const _Atomic bool *flag)
{
    const int64_t deadline_ms = tf_clock_mono_ms() + CLIENT_WAIT_MS;
    while (!atomic_load(flag) && tf_clock_mono_ms() < deadline_ms)
        poll(NULL, 0, 1);
    assert_true(atomic_load(flag));
}

static void hold(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    (void)self;
    (void)request;
    atomic_store(&entered, true);
    while (!atomic_load(&release))
        poll(NULL, 0, 1);
    tf_buf_puts(&response->body, "finished");
}

static const struct tf_http_route routes[] = {{"POST", "/hold", hold, NULL, false, NULL}};

static uint16_t start(struct tf_config *config)
{
    const struct tf_http_options options = {"127.0.0.1:0", "shutdown", config, NULL, routes, 1};
    *config = client_config();
    atomic_store(&entered, false);
    atomic_store(&release, false);
    atomic_store(&destroyed, false);
    assert_int_equal(tf_http_server_create(&options, &server, NULL), TF_OK);
    return tf_http_server_port(server);
}

static void *destroy(void *argument)
{
    (void)argument;
    tf_http_server_destroy(server);
    atomic_store(&destroyed, true);
    return NULL;
}

static void a_request_under_way_is_finished(void **state)
{
    struct tf_config config;
    struct tf_buf answer TF_CLEANUP(tf_buf_finish);
    const uint16_t port = start(&config);
    const int fd = client_connect(port);
    pthread_t thread;
    (void)state;
    tf_buf_init(&answer, 10000);
    assert_true(client_say(fd, "POST /hold HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n"));
    wait_for(&entered);
    assert_int_equal(tf_thread_start(&thread, "destroy", destroy, NULL), TF_OK);
    for (int other = 0; other >= 0;) { /* the port is closed first */
        other = client_connect(port);
        close(other);
    }
    assert_false(atomic_load(&destroyed));
    atomic_store(&release, true);
    assert_true(client_read(fd, &answer, NULL)); /* answered, then closed, though the client would have kept it */
    tf_buf_putc(&answer, '\0');
    assert_non_null(strstr(answer.ptr, "finished"));
    assert_non_null(strstr(answer.ptr, "\r\nConnection: close\r\n"));
    pthread_join(thread, NULL);
    close(fd);
}

static void idle_connections_do_not_delay_the_end(void **state)
{
    struct tf_config config;
    struct tf_buf answer TF_CLEANUP(tf_buf_finish);
    const uint16_t port = start(&config);
    const int idle = client_connect(port), kept = client_connect(port);
    (void)state;
    tf_buf_init(&answer, 10000);
    assert_true(client_say(kept, "GET /livez HTTP/1.1\r\nHost: t\r\n\r\n"));
    assert_true(client_read(kept, &answer, "ok\n"));
    const int64_t start_ms = tf_clock_mono_ms();
    tf_http_server_destroy(server);
    assert_true(tf_clock_mono_ms() - start_ms < 4000);
    close(idle);
    close(kept);
}

static void a_half_request_delays_it_five_seconds_at_most(void **state)
{
    struct tf_config config;
    const uint16_t port = start(&config);
    const int fd = client_connect(port);
    struct tf_buf answer TF_CLEANUP(tf_buf_finish);
    (void)state;
    tf_buf_init(&answer, 10000);
    assert_true(client_say(fd, "POST /hold HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n"));
    assert_true(client_read(fd, &answer, "100 Continue"));
    const int64_t start_ms = tf_clock_mono_ms();
    tf_http_server_destroy(server);
    assert_in_range(tf_clock_mono_ms() - start_ms, 4900, 9000);
    assert_false(atomic_load(&entered));
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_under_way_is_finished),
        cmocka_unit_test(idle_connections_do_not_delay_the_end),
        cmocka_unit_test(a_half_request_delays_it_five_seconds_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
