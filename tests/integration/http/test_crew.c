/* A server whose requests are handled in groups: each gets its own answer, none waits for those that wait, and all are answered at the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>

#include "integration/http/client.h"
#include "taxflow/thread.h"

enum { MANY = 60, ROUNDS = 3, TIMEOUT_S = 1 };

static struct {
    struct tf_http_server *server;
    uint16_t port;
    atomic_bool held;                /* handlers wait */
    atomic_bool loop_held, loop_entered; /* the thread of all connections does */
    atomic_uint calls, requests, largest;
} test;

static void await_release(void)
{
    while (atomic_load(&test.held))
        poll(NULL, 0, 1);
}

/* Echoes each body into its own answer. "quick" never waits. */
static void echo_all(void *self, const struct tf_http_request *requests, struct tf_http_response *const *responses, size_t count)
{
    unsigned largest = atomic_load(&test.largest);
    (void)self;
    atomic_fetch_add(&test.calls, 1);
    atomic_fetch_add(&test.requests, (unsigned)count);
    while (count > largest && !atomic_compare_exchange_weak(&test.largest, &largest, (unsigned)count))
        ;
    if (!tf_str_is(requests[0].body, "quick"))
        await_release();
    for (size_t i = 0; i < count; i++) {
        responses[i]->status = 202;
        tf_buf_puts(&responses[i]->body, "<");
        tf_buf_str(&responses[i]->body, requests[i].body);
        tf_buf_puts(&responses[i]->body, tf_http_header(&requests[i], "X-More") ? tf_http_header(&requests[i], "X-More") : ">");
    }
}

static void plain(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    (void)self;
    (void)request;
    atomic_store(&test.loop_entered, true);
    while (atomic_load(&test.loop_held))
        poll(NULL, 0, 1);
    tf_buf_puts(&response->body, "plain");
}

static const struct tf_http_route routes[] = {{"POST", "/echo", NULL, NULL, false, echo_all}, {"GET", "/plain", plain, NULL, false, NULL}};

static void start(int64_t connections)
{
    static struct tf_config config;
    const struct tf_http_options options = {"127.0.0.1:0", "crew", &config, NULL, routes, 2};
    config = client_config();
    config.http.connections = connections;
    config.http.timeout_s = TIMEOUT_S;
    atomic_store(&test.held, false);
    atomic_store(&test.calls, 0);
    atomic_store(&test.requests, 0);
    atomic_store(&test.largest, 0);
    assert_int_equal(tf_http_server_create(&options, &test.server, NULL), TF_OK);
    test.port = tf_http_server_port(test.server);
}

static int set_up(void **state)
{
    (void)state;
    start(512);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    atomic_store(&test.held, false);
    test.server = tf_http_server_destroy(test.server);
    return 0;
}

static bool say(int fd, const char *body)
{
    char text[256];
    snprintf(text, sizeof text, "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
    return client_say(fd, text);
}

static void hear(int fd, const char *wanted)
{
    struct tf_buf answer;
    tf_buf_init(&answer, 10000);
    if (!client_read(fd, &answer, wanted))
        fail_msg("%s: %.*s", wanted, (int)answer.len, answer.ptr);
    assert_int_equal(client_status(answer.ptr), 202);
    tf_buf_finish(&answer);
}

static void await_requests(unsigned count)
{
    const int64_t deadline_ms = tf_clock_mono_ms() + CLIENT_WAIT_MS;
    while (atomic_load(&test.requests) < count && tf_clock_mono_ms() < deadline_ms)
        poll(NULL, 0, 1);
    assert_int_equal(atomic_load(&test.requests), count);
}

static void each_gets_its_own_answer(void **state)
{
    (void)state;
    int fds[MANY];
    char text[32];
    for (int i = 0; i < MANY; i++)
        fds[i] = client_connect(test.port);
    for (int round = 0; round < ROUNDS; round++) { /* on connections that stay */
        for (int i = 0; i < MANY; i++) {
            snprintf(text, sizeof text, "%d.%d", round, i);
            assert_true(say(fds[i], text));
        }
        for (int i = 0; i < MANY; i++) {
            snprintf(text, sizeof text, "<%d.%d>", round, i);
            hear(fds[i], text);
        }
    }
    for (int i = 0; i < MANY; i++)
        close(fds[i]);
    assert_int_equal(atomic_load(&test.requests), ROUNDS * MANY);
}

static void what_waits_goes_together(void **state)
{
    (void)state;
    int fds[MANY];
    atomic_store(&test.held, true);
    for (int i = 0; i < MANY; i++) {
        fds[i] = client_connect(test.port);
        assert_true(say(fds[i], "x"));
    }
    await_requests(MANY); /* although no handler has come to an end */
    assert_true(atomic_load(&test.largest) > 1);
    assert_true(atomic_load(&test.calls) < MANY / 2);
    atomic_store(&test.held, false);
    for (int i = 0; i < MANY; i++) {
        hear(fds[i], "<x>");
        close(fds[i]);
    }
}

static void new_requests_do_not_wait_for_those_that_wait(void **state)
{
    (void)state;
    int fds[MANY], quick;
    atomic_store(&test.held, true);
    for (unsigned i = 0; i < MANY; i++) {
        fds[i] = client_connect(test.port);
        assert_true(say(fds[i], "x"));
        await_requests(i + 1);
    }
    quick = client_connect(test.port);
    assert_true(say(quick, "quick"));
    hear(quick, "<quick>");
    char *other = client_talk(test.port, GET("/plain"));
    assert_non_null(strstr(other, "plain"));
    free(other);
    atomic_store(&test.held, false);
    for (int i = 0; i < MANY; i++) {
        hear(fds[i], "<x>");
        close(fds[i]);
    }
    close(quick);
}

/* Threads of this process with that name. */
static unsigned count_threads(const char *name)
{
    unsigned count = 0;
    char path[300], comm[32];
    DIR *folder = opendir("/proc/self/task");
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder));) {
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", entry->d_name);
        FILE *file = fopen(path, "re");
        if (!file)
            continue;
        count += fgets(comm, sizeof comm, file) && strncmp(comm, name, strlen(name)) == 0;
        fclose(file);
    }
    closedir(folder);
    return count;
}

static void await_threads(unsigned count)
{
    const int64_t deadline_ms = tf_clock_mono_ms() + CLIENT_WAIT_MS;
    while (count_threads("tf-http-crew") != count && tf_clock_mono_ms() < deadline_ms)
        poll(NULL, 0, 1);
    assert_int_equal(count_threads("tf-http-crew"), count);
}

/* Helpers end when nothing waits; the next rush gets others. */
static void the_crew_shrinks_and_grows_again(void **state)
{
    enum { STAY = 8 };
    await_threads(STAY);
    for (int rush = 0; rush < 2; rush++) {
        atomic_store(&test.requests, 0);
        new_requests_do_not_wait_for_those_that_wait(state);
        await_threads(STAY);
    }
}

/* The library takes 128 events at a time, and with a thread of its own waits for one more before it serves exactly as many: loop.c. */
static void as_many_events_as_are_taken_at_a_time(void **state)
{
    (void)state;
    enum { EVENTS = 128 };
    int fds[EVENTS], holder = client_connect(test.port);
    struct tf_buf answer;
    for (int i = 0; i < EVENTS; i++) {
        fds[i] = client_connect(test.port);
        assert_true(say(fds[i], "first"));
        hear(fds[i], "<first>");
    }
    atomic_store(&test.loop_entered, false);
    atomic_store(&test.loop_held, true);
    assert_true(client_say(holder, "GET /plain HTTP/1.1\r\nHost: t\r\n\r\n"));
    while (!atomic_load(&test.loop_entered))
        poll(NULL, 0, 1);
    for (int i = 0; i < EVENTS; i++)
        assert_true(say(fds[i], "second"));
    atomic_store(&test.loop_held, false);
    for (int i = 0; i < EVENTS; i++) {
        hear(fds[i], "<second>");
        close(fds[i]);
    }
    tf_buf_init(&answer, 10000);
    assert_true(client_read(holder, &answer, "plain"));
    tf_buf_finish(&answer);
    close(holder);
}

static void headers_are_read_and_refusals_are_as_ever(void **state)
{
    (void)state;
    char *answer = client_talk(test.port, POST("/echo", "X-More: !\r\nContent-Length: 1\r\n") "a");
    assert_non_null(strstr(answer, "<a!"));
    free(answer);
    answer = client_talk(test.port, POST("/echo", "Content-Encoding: br\r\nContent-Length: 1\r\n") "a");
    assert_int_equal(client_status(answer), 415);
    free(answer);
    answer = client_talk(test.port, GET("/echo"));
    assert_int_equal(client_status(answer), 405);
    free(answer);
    assert_int_equal(atomic_load(&test.requests), 1);
}

static void a_client_that_leaves_takes_nothing_with_it(void **state)
{
    (void)state;
    atomic_store(&test.held, true);
    int gone = client_connect(test.port), stays = client_connect(test.port);
    assert_true(say(gone, "gone"));
    assert_true(say(stays, "stays"));
    await_requests(2);
    close(gone);
    atomic_store(&test.held, false);
    hear(stays, "<stays>");
    close(stays);
}

static void slow_requests_are_cut_and_handlers_have_no_deadline(void **state)
{
    (void)state;
    struct tf_buf nothing;
    int slow = client_connect(test.port), patient = client_connect(test.port);
    tf_buf_init(&nothing, 1000);
    atomic_store(&test.held, true);
    assert_true(say(patient, "x"));
    assert_true(client_say(slow, "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nab"));
    assert_true(client_read(slow, &nothing, NULL)); /* closed */
    assert_int_equal(nothing.len, 0);
    atomic_store(&test.held, false);
    hear(patient, "<x>");
    tf_buf_finish(&nothing);
    close(slow);
    close(patient);
}

static void connections_have_a_ceiling(void **state)
{
    (void)state;
    enum { CEILING = 4 };
    int fds[CEILING + 1];
    start(CEILING);
    for (int i = 0; i < CEILING; i++) {
        fds[i] = client_connect(test.port);
        assert_true(say(fds[i], "x"));
        hear(fds[i], "<x>");
    }
    struct tf_buf nothing;
    tf_buf_init(&nothing, 1000);
    fds[CEILING] = client_connect(test.port);
    (void)!say(fds[CEILING], "x");
    (void)!client_read(fds[CEILING], &nothing, NULL); /* closed at once, or reset */
    assert_int_equal(nothing.len, 0);
    for (int i = 0; i <= CEILING; i++)
        close(fds[i]);
    test.server = tf_http_server_destroy(test.server);
}

static void *destroy(void *argument)
{
    (void)argument;
    test.server = tf_http_server_destroy(test.server);
    return NULL;
}

static void what_is_under_way_is_answered_before_the_end(void **state)
{
    (void)state;
    pthread_t thread;
    struct tf_buf answer;
    int fds[MANY];
    start(512);
    atomic_store(&test.held, true);
    for (int i = 0; i < MANY; i++) {
        fds[i] = client_connect(test.port);
        assert_true(say(fds[i], "x"));
    }
    await_requests(MANY);
    assert_int_equal(tf_thread_start(&thread, "destroy", destroy, NULL), TF_OK);
    for (int other = 0; other >= 0;) { /* the port is closed first */
        other = client_connect(test.port);
        close(other);
    }
    atomic_store(&test.held, false);
    for (int i = 0; i < MANY; i++) {
        tf_buf_init(&answer, 10000);
        assert_true(client_read(fds[i], &answer, NULL)); /* answered, then closed */
        tf_buf_putc(&answer, '\0');
        assert_non_null(strstr(answer.ptr, "<x>"));
        assert_non_null(strstr(answer.ptr, "\r\nConnection: close\r\n"));
        tf_buf_finish(&answer);
        close(fds[i]);
    }
    pthread_join(thread, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_gets_its_own_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_waits_goes_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(new_requests_do_not_wait_for_those_that_wait, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_crew_shrinks_and_grows_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(as_many_events_as_are_taken_at_a_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(headers_are_read_and_refusals_are_as_ever, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_client_that_leaves_takes_nothing_with_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(slow_requests_are_cut_and_handlers_have_no_deadline, set_up, tear_down),
        cmocka_unit_test(connections_have_a_ceiling),
        cmocka_unit_test(what_is_under_way_is_answered_before_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
