#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_internal.h"
#include "taxflow/clock.h"
#include "taxflow/thread.h"

/* Whether the other end is told within limit_ms that the connection is over. */
static bool is_cut(int fd, int limit_ms)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    char byte;
    return poll(&ready, 1, limit_ms) == 1 && recv(fd, &byte, 1, MSG_DONTWAIT) == 0;
}

static void a_late_connection_is_cut_and_others_stay(void **state)
{
    struct tf_http_guard guard;
    int late[2], working[2];
    (void)state;
    assert_int_equal(tf_http_guard_start(&guard, 100), TF_OK);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, late), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, working), 0);
    struct tf_http_connection *first = tf_http_guard_add(&guard, late[0]);
    struct tf_http_connection *second = tf_http_guard_add(&guard, working[0]);
    tf_http_guard_disarm(&guard, second);
    const int64_t start_ms = tf_clock_mono_ms();
    assert_true(is_cut(late[1], 5000));
    assert_true(tf_clock_mono_ms() - start_ms >= 95);
    assert_false(is_cut(working[1], 0));
    tf_http_guard_arm(&guard, second); /* from now on it counts again */
    assert_true(is_cut(working[1], 5000));
    tf_http_guard_remove(&guard, first);
    tf_http_guard_remove(&guard, second);
    tf_http_guard_remove(&guard, NULL);
    tf_http_guard_stop(&guard);
    close(late[0]), close(late[1]), close(working[0]), close(working[1]);
}

static void connections_leave_in_any_order(void **state)
{
    enum { COUNT = 4 };
    static const int orders[][COUNT] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}, {2, 0, 3, 1}};
    struct tf_http_guard guard;
    (void)state;
    assert_int_equal(tf_http_guard_start(&guard, 60000), TF_OK);
    for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
        struct tf_http_connection *connections[COUNT];
        for (int i = 0; i < COUNT; i++)
            connections[i] = tf_http_guard_add(&guard, -1);
        for (int i = 0; i < COUNT; i++)
            tf_http_guard_remove(&guard, connections[orders[o][i]]);
        assert_null(guard.first);
    }
    tf_http_guard_stop(&guard);
}

static void *complete(void *argument)
{
    tf_http_guard_count(argument, -1);
    return NULL;
}

static void waits_for_requests_but_not_for_ever(void **state)
{
    struct tf_http_guard guard;
    pthread_t thread;
    (void)state;
    assert_int_equal(tf_http_guard_start(&guard, 60000), TF_OK);
    tf_http_guard_wait_idle(&guard, 60000);
    tf_http_guard_count(&guard, 1);
    int64_t start_ms = tf_clock_mono_ms();
    tf_http_guard_wait_idle(&guard, 30);
    assert_true(tf_clock_mono_ms() - start_ms >= 29);
    start_ms = tf_clock_mono_ms();
    assert_int_equal(tf_thread_start(&thread, "complete", complete, &guard), TF_OK);
    tf_http_guard_wait_idle(&guard, 60000);
    assert_true(tf_clock_mono_ms() - start_ms < 30000);
    pthread_join(thread, NULL);
    tf_http_guard_stop(&guard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_late_connection_is_cut_and_others_stay),
        cmocka_unit_test(connections_leave_in_any_order),
        cmocka_unit_test(waits_for_requests_but_not_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
