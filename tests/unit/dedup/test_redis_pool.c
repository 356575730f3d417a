/* What the pool promises while nobody answers; with a server: tests/integration/dedup. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "redis_pool.h"
#include "taxflow/clock.h"

static void test_pauses_grow_to_a_limit(void **state)
{
    (void)state;
    static const int64_t expected[] = {50, 100, 200, 400, 800, 1600, 2000, 2000};
    int64_t pause = 0;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        pause = tf_redis_pool_next_pause(pause);
        assert_int_equal(pause, expected[i]);
    }
}

static void test_a_pause_is_told_at_once(void **state)
{
    (void)state;
    const char *entries[] = {"unix:/nonexistent/a.sock", "unix:/nonexistent/b.sock"};
    struct tf_redis_servers servers;
    assert_int_equal(tf_redis_servers_parse(&(struct tf_string_list){entries, 2}, &servers, NULL), TF_OK);
    struct tf_redis_pool *pool = tf_redis_pool_create(&servers, TF_STR_NONE, 2000);
    struct tf_redis_lease lease;
    struct tf_fault first = {0}, second = {0};
    int64_t started = tf_clock_mono_ms();
    assert_int_equal(tf_redis_pool_lease(pool, &lease, &first), TF_E_UNAVAILABLE);
    assert_non_null(strstr(first.text, "b.sock")); /* both were tried */
    for (int i = 0; i < 100; i++)
        assert_int_equal(tf_redis_pool_lease(pool, &lease, &second), TF_E_UNAVAILABLE);
    assert_string_equal(first.text, second.text);
    assert_true(tf_clock_mono_ms() - started < 2000);
    char run_id[TF_RUN_ID_BYTES] = "x";
    tf_redis_pool_run_id(pool, run_id);
    assert_string_equal(run_id, "");
    assert_null(tf_redis_pool_destroy(pool));
    assert_null(tf_redis_pool_destroy(NULL));
    tf_redis_servers_finish(&servers);
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 8), 0);
    return fd;
}

/* One failure, then a server appears, then one more lease: whether that one came within the pause, and what it said. */
static bool lease_in_the_pause(const char *path, struct tf_fault *fault)
{
    char entry[128];
    const char *const entries[] = {entry};
    struct tf_redis_servers servers;
    struct tf_redis_lease lease;
    snprintf(entry, sizeof entry, "unix:%s", path);
    assert_int_equal(tf_redis_servers_parse(&(struct tf_string_list){entries, 1}, &servers, NULL), TF_OK);
    struct tf_redis_pool *pool = tf_redis_pool_create(&servers, TF_STR_NONE, 200);
    int64_t started = tf_clock_mono_ms();
    assert_int_equal(tf_redis_pool_lease(pool, &lease, fault), TF_E_UNAVAILABLE);
    int fd = listen_at(path);
    bool in_time = tf_clock_mono_ms() - started < TF_REDIS_POOL_PAUSE_MIN_MS - 10;
    assert_int_equal(tf_redis_pool_lease(pool, &lease, fault), TF_E_UNAVAILABLE);
    close(fd);
    unlink(path);
    tf_redis_pool_destroy(pool);
    tf_redis_servers_finish(&servers);
    return in_time;
}

static void test_nobody_connects_in_a_pause(void **state)
{
    (void)state;
    char folder[] = "/tmp/taxflow-pool-XXXXXX", path[64];
    struct tf_fault fault = {0};
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/redis.sock", folder);
    bool in_time = false;
    for (int tries = 0; tries < 50 && !in_time; tries++)
        in_time = lease_in_the_pause(path, &fault);
    rmdir(folder);
    assert_true(in_time);
    /* The words of the first failure: a connect would have met a server that accepts and never answers. */
    assert_non_null(strstr(fault.text, "cannot be reached"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pauses_grow_to_a_limit),
        cmocka_unit_test(test_a_pause_is_told_at_once),
        cmocka_unit_test(test_nobody_connects_in_a_pause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
