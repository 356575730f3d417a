#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>

#include "taxflow/thread.h"

struct seen {
    char name[16];
    sigset_t mask;
};

static void *look(void *argument)
{
    struct seen *seen = argument;
    pthread_getname_np(pthread_self(), seen->name, sizeof seen->name);
    pthread_sigmask(SIG_SETMASK, NULL, &seen->mask);
    return seen;
}

static void a_thread_has_its_name_and_no_signals(void **state)
{
    (void)state;
    struct seen seen;
    sigset_t before, after;
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    pthread_t thread;
    void *result;
    assert_int_equal(tf_thread_start(&thread, "tf-tax-0", look, &seen), TF_OK);
    pthread_join(thread, &result);
    assert_ptr_equal(result, &seen);
    assert_string_equal(seen.name, "tf-tax-0");
    static const int blocked[] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGUSR1, SIGCHLD};
    for (size_t i = 0; i < sizeof blocked / sizeof blocked[0]; i++)
        assert_int_equal(sigismember(&seen.mask, blocked[i]), 1);
    assert_int_equal(sigismember(&seen.mask, SIGSEGV), 0);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    for (int number = 1; number < 32; number++)
        assert_int_equal(sigismember(&before, number), sigismember(&after, number));
}

static void long_names_are_cut(void **state)
{
    (void)state;
    struct seen seen;
    pthread_t thread;
    assert_int_equal(tf_thread_start(&thread, "tf-collector-writer", look, &seen), TF_OK);
    pthread_join(thread, NULL);
    assert_string_equal(seen.name, "tf-collector-wr");
}

struct rounds {
    unsigned long runs[64]; /* one slot a worker: no lock needed */
    pthread_t threads[64];
    char names[64][16];
};

static void count_run(void *argument, unsigned worker)
{
    struct rounds *rounds = argument;
    rounds->runs[worker]++;
    rounds->threads[worker] = pthread_self();
    pthread_getname_np(pthread_self(), rounds->names[worker], sizeof rounds->names[worker]);
}

static void assert_team_runs(unsigned count, unsigned long times)
{
    struct rounds rounds = {0};
    struct tf_team *team = tf_team_create("tf-test", count);
    assert_non_null(team);
    assert_int_equal(tf_team_count(team), count);
    for (unsigned long i = 1; i <= times; i++) {
        tf_team_run(team, count_run, &rounds);
        for (unsigned worker = 0; worker < 64; worker++) /* all are done, and done once, at every return */
            assert_int_equal(rounds.runs[worker], worker < count ? i : 0);
    }
    for (unsigned a = 0; a < count; a++)
        for (unsigned b = 0; b < a; b++)
            assert_false(pthread_equal(rounds.threads[a], rounds.threads[b]));
    if (count > 1) {
        assert_string_equal(rounds.names[0], "tf-test-0");
        assert_string_equal(rounds.names[1], "tf-test-1");
    }
    assert_int_equal(pthread_equal(rounds.threads[0], pthread_self()) != 0, count == 1);
    assert_null(tf_team_destroy(team));
}

static void every_worker_runs_once_a_round(void **state)
{
    (void)state;
    assert_team_runs(1, 10);
    assert_team_runs(2, 2000);
    assert_team_runs(5, 500);
    assert_team_runs(64, 10);
}

static void meet(void *argument, unsigned worker)
{
    (void)worker;
    pthread_barrier_wait(argument);
}

static void workers_run_side_by_side(void **state)
{
    (void)state;
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, 4);
    struct tf_team *team = tf_team_create("tf-meet", 4);
    assert_non_null(team);
    tf_team_run(team, meet, &barrier); /* returns only if all four are inside at once */
    tf_team_destroy(team);
    pthread_barrier_destroy(&barrier);
}

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t opened;
    bool open;
    pthread_t by;
};

static void pass_gate(void *value, unsigned worker)
{
    struct gate *gate = value;
    (void)worker;
    pthread_mutex_lock(&gate->lock);
    while (!gate->open)
        pthread_cond_wait(&gate->opened, &gate->lock);
    gate->by = pthread_self();
    pthread_mutex_unlock(&gate->lock);
}

/* Were it the caller that did the work, begin would not return. */
static void apart_the_caller_goes_on(void **state)
{
    (void)state;
    struct gate gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .opened = PTHREAD_COND_INITIALIZER};
    struct tf_team *team = tf_team_create_apart("apart", 1);
    assert_non_null(team);
    tf_team_wait(team); /* for nothing */
    for (int round = 0; round < 3; round++) {
        gate.open = false;
        tf_team_begin(team, pass_gate, &gate);
        pthread_mutex_lock(&gate.lock);
        gate.open = true;
        pthread_cond_signal(&gate.opened);
        pthread_mutex_unlock(&gate.lock);
        tf_team_wait(team);
        assert_false(pthread_equal(gate.by, pthread_self()));
    }
    tf_team_destroy(team);
}

static void teams_have_limits(void **state)
{
    (void)state;
    assert_null(tf_team_create("tf-none", 0));
    assert_null(tf_team_create("tf-many", 65));
    assert_null(tf_team_destroy(NULL));
    assert_null(tf_team_destroy(tf_team_create("tf-idle", 3)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_has_its_name_and_no_signals),
        cmocka_unit_test(long_names_are_cut),
        cmocka_unit_test(every_worker_runs_once_a_round),
        cmocka_unit_test(workers_run_side_by_side),
        cmocka_unit_test(apart_the_caller_goes_on),
        cmocka_unit_test(teams_have_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
