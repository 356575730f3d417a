#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "sigpipe.h"

static void write_to_nobody(void)
{
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    close(fds[0]);
    assert_int_equal(write(fds[1], "x", 1), -1);
    assert_int_equal(errno, EPIPE);
    close(fds[1]);
}

static bool blocked(void)
{
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    return sigismember(&mask, SIGPIPE) == 1;
}

static void test_is_taken_off_the_queue(void **state)
{
    (void)state;
    struct tf_sigpipe hold;
    assert_false(blocked());
    tf_sigpipe_hold(&hold);
    write_to_nobody();
    tf_sigpipe_release(&hold); /* would end the process if it were still pending */
    assert_false(blocked());
}

static void test_leaves_another_ones_signal(void **state)
{
    (void)state;
    const struct timespec at_once = {0};
    struct tf_sigpipe outer, inner;
    sigset_t set;
    tf_sigpipe_hold(&outer);
    write_to_nobody();
    tf_sigpipe_hold(&inner);
    write_to_nobody();
    tf_sigpipe_release(&inner);
    assert_true(blocked());
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    assert_int_equal(sigtimedwait(&set, NULL, &at_once), SIGPIPE);
    tf_sigpipe_release(&outer);
    assert_false(blocked());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_is_taken_off_the_queue),
        cmocka_unit_test(test_leaves_another_ones_signal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
