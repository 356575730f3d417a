#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "redis_handshake.h"
#include "redis_peer.h"
#include "taxflow/clock.h"

#define RUN_ID "0123456789abcdef0123456789abcdef01234567"

struct answers {
    const char *before, *version, *run_id, *role, *policy, *time;
};

static void say_bulk(const struct redis_peer *peer, const char *text)
{
    char bytes[512];
    int length = snprintf(bytes, sizeof bytes, "$%zu\r\n%s\r\n", strlen(text), text);
    redis_peer_say(peer, bytes, (size_t)length);
}

static enum tf_err shake(const struct answers *answers, const char *password, char run_id[TF_RUN_ID_BYTES], int64_t *ret_clock_ms,
                         struct tf_fault *fault)
{
    struct redis_peer peer;
    char info[256];
    redis_peer_open(&peer, 50);
    if (answers->before)
        redis_peer_say(&peer, answers->before, strlen(answers->before));
    if (answers->version) {
        snprintf(info, sizeof info, "# Server\r\nredis_version:%s\r\nos:Linux\r\nrun_id:%s\r\n", answers->version, answers->run_id);
        say_bulk(&peer, info);
        snprintf(info, sizeof info, "# Replication\r\nrole:%s\r\nconnected_slaves:0\r\n", answers->role);
        say_bulk(&peer, info);
        redis_peer_say(&peer, answers->policy, strlen(answers->policy));
        redis_peer_say(&peer, answers->time, strlen(answers->time));
    }
    enum tf_err err = tf_redis_handshake_run(&peer.connection, tf_str_of(password), fault);
    memcpy(run_id, peer.connection.run_id, TF_RUN_ID_BYTES);
    *ret_clock_ms = peer.connection.clock_ms;
    redis_peer_close(&peer);
    return err;
}

#define TIME "*2\r\n$10\r\n1700000000\r\n$6\r\n123456\r\n"
#define POLICY(name, length) "*2\r\n$16\r\nmaxmemory-policy\r\n$" length "\r\n" name "\r\n"

static void test_a_fit_server(void **state)
{
    (void)state;
    static const struct answers fit[] = {
        {NULL, "7.0.15", RUN_ID, "master", POLICY("noeviction", "10"), TIME},
        {NULL, "10.1.0", RUN_ID, "master", POLICY("noeviction", "10"), TIME},
        {NULL, "7.2.4", RUN_ID, "master", "-NOPERM this user has no permissions to run the 'config|get' command\r\n", TIME},
        {NULL, "7.2.4", RUN_ID, "master", "*0\r\n", "-NOPERM this user has no permissions to run the 'time' command\r\n"},
        {"+OK\r\n", "7.0.0", RUN_ID, "master", POLICY("noeviction", "10"), TIME},
    };
    for (size_t i = 0; i < sizeof fit / sizeof fit[0]; i++) {
        char run_id[TF_RUN_ID_BYTES];
        struct tf_fault fault = {0};
        int64_t clock_ms, now_ms = tf_clock_mono_ms();
        assert_int_equal(shake(&fit[i], fit[i].before ? "secret" : NULL, run_id, &clock_ms, &fault), TF_OK);
        assert_string_equal(run_id, RUN_ID);
        if (fit[i].time[0] == '-')
            assert_int_equal(clock_ms, 0);
        else
            assert_in_range(clock_ms + now_ms, 1700000000000 - 1000, 1700000000000);
    }
}

static void test_an_unfit_server(void **state)
{
    (void)state;
    static const struct { struct answers answers; const char *password; enum tf_err err; const char *hint; } cases[] = {
        {{NULL, "6.2.14", RUN_ID, "master", POLICY("noeviction", "10"), TIME}, NULL, TF_E_CONFIG, "7.0"},
        {{NULL, "seven", RUN_ID, "master", POLICY("noeviction", "10"), TIME}, NULL, TF_E_CONFIG, "7.0"},
        {{NULL, "7.0.15", "short", "master", POLICY("noeviction", "10"), TIME}, NULL, TF_E_CONFIG, "INFO"},
        {{NULL, "7.0.15", RUN_ID, "slave", POLICY("noeviction", "10"), TIME}, NULL, TF_E_UNAVAILABLE, "primary"},
        {{NULL, "7.0.15", RUN_ID, "master", POLICY("allkeys-lru", "11"), TIME}, NULL, TF_E_CONFIG, "noeviction"},
        {{"-NOAUTH Authentication required.\r\n", NULL, NULL, NULL, NULL, NULL}, NULL, TF_E_CONFIG, "redis.password_file"},
        {{"-WRONGPASS invalid username-password pair.\r\n", NULL, NULL, NULL, NULL, NULL}, "wrong", TF_E_CONFIG, "refuses the password"},
        {{"-ERR max number of clients reached\r\n", NULL, NULL, NULL, NULL, NULL}, NULL, TF_E_UNAVAILABLE, "maxclients"},
        {{":1\r\n", NULL, NULL, NULL, NULL, NULL}, NULL, TF_E_CONFIG, "INFO"},
        {{"HTTP/1.1 400 Bad Request\r\n", NULL, NULL, NULL, NULL, NULL}, NULL, TF_E_UNAVAILABLE, "peer:1"},
        {{NULL, NULL, NULL, NULL, NULL, NULL}, NULL, TF_E_TIMEOUT, "50 ms"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char run_id[TF_RUN_ID_BYTES];
        struct tf_fault fault = {0};
        int64_t clock_ms;
        assert_int_equal(shake(&cases[i].answers, cases[i].password, run_id, &clock_ms, &fault), cases[i].err);
        assert_non_null(strstr(fault.text, cases[i].hint));
        assert_non_null(strstr(fault.text, "peer:1"));
    }
}

static void test_info_lines(void **state)
{
    (void)state;
    const struct tf_str info = TF_STR("# Server\r\nredis_version:7.0.15\r\nredis_version_x:9\r\nempty:\r\nlast:1");
    assert_true(tf_str_is(tf_redis_handshake_info(info, TF_STR("redis_version")), "7.0.15"));
    assert_true(tf_str_is(tf_redis_handshake_info(info, TF_STR("last")), "1"));
    assert_true(tf_str_is(tf_redis_handshake_info(info, TF_STR("empty")), ""));
    assert_false(tf_str_present(tf_redis_handshake_info(info, TF_STR("version"))));
    assert_false(tf_str_present(tf_redis_handshake_info(TF_STR("last"), TF_STR("last"))));
    assert_false(tf_str_present(tf_redis_handshake_info(TF_STR(""), TF_STR("last"))));
    assert_false(tf_str_present(tf_redis_handshake_info(TF_STR_NONE, TF_STR("last"))));
}

static void test_versions(void **state)
{
    (void)state;
    assert_true(tf_redis_handshake_version_ok(TF_STR("7.0.0")));
    assert_true(tf_redis_handshake_version_ok(TF_STR("255.255.255")));
    assert_false(tf_redis_handshake_version_ok(TF_STR("6.9.9")));
    assert_false(tf_redis_handshake_version_ok(TF_STR("7")));
    assert_false(tf_redis_handshake_version_ok(TF_STR(".7")));
    assert_false(tf_redis_handshake_version_ok(TF_STR("")));
    assert_false(tf_redis_handshake_version_ok(TF_STR_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_fit_server),
        cmocka_unit_test(test_an_unfit_server),
        cmocka_unit_test(test_info_lines),
        cmocka_unit_test(test_versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
