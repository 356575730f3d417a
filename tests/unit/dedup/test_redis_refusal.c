#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "redis_refusal.h"

static void test_what_redis_says(void **state)
{
    (void)state;
    static const struct { const char *reply; enum tf_err err; const char *hint; } cases[] = {
        {"LOADING Redis is loading the dataset in memory", TF_E_UNAVAILABLE, "loading"},
        {"READONLY You can't write against a read only replica.", TF_E_UNAVAILABLE, "primary"},
        {"OOM command not allowed when used memory > 'maxmemory'.", TF_E_UNAVAILABLE, "maxmemory"},
        {"MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.", TF_E_UNAVAILABLE, "disk"},
        {"MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", TF_E_UNAVAILABLE, "primary"},
        {"NOREPLICAS Not enough good replicas to write.", TF_E_UNAVAILABLE, "min-replicas-to-write"},
        {"CLUSTERDOWN Hash slot not served", TF_E_UNAVAILABLE, "cluster"},
        {"BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.", TF_E_UNAVAILABLE, "script"},
        {"ERR max number of clients reached", TF_E_UNAVAILABLE, "maxclients"},
        {"NOAUTH Authentication required.", TF_E_CONFIG, "redis.password_file"},
        {"WRONGPASS invalid username-password pair or user is disabled.", TF_E_CONFIG, "redis.password_file"},
        {"NOPERM this user has no permissions to run the 'set' command", TF_E_CONFIG, "grant"},
        {"DENIED Redis is running in protected mode because protected mode is enabled", TF_E_CONFIG, "protected mode"},
        {"MOVED 3999 127.0.0.1:6381", TF_E_CONFIG, "Cluster"},
        {"WRONGTYPE Operation against a key holding the wrong kind of value", TF_E_CONFIG, "prefix"},
        {"ERR syntax error", TF_E_CONFIG, "7.0"},
        {"ERR AUTH <password> called without any password configured for the default user.", TF_E_CONFIG, "no password"},
        {"ERR Client sent AUTH, but no password is set", TF_E_CONFIG, "no password"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tf_fault fault = {0};
        assert_int_equal(tf_redis_refusal_read("cache:6379", tf_str_of(cases[i].reply), &fault), cases[i].err);
        assert_int_equal(fault.code, cases[i].err);
        assert_non_null(strstr(fault.text, "cache:6379"));
        assert_non_null(strstr(fault.text, cases[i].hint));
    }
}

static void test_unknown_words_may_pass(void **state)
{
    (void)state;
    static const char *const replies[] = {"", "WHATEVER is new", "OOMPH no", "LOADINGS", "ERR something else", "lower case"};
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
        struct tf_fault fault = {0};
        assert_int_equal(tf_redis_refusal_read("s:1", tf_str_of(replies[i]), &fault), TF_E_UNAVAILABLE);
        assert_non_null(strstr(fault.text, "s:1"));
    }
    assert_int_equal(tf_redis_refusal_read("s:1", TF_STR_NONE, NULL), TF_E_UNAVAILABLE);
}

static void test_never_repeats_arguments(void **state)
{
    (void)state;
    struct tf_fault fault = {0};
    assert_int_equal(tf_redis_refusal_read("s:1", TF_STR("ERR unknown command 'AUTH', with args beginning with: 'geheim' "), &fault), TF_E_CONFIG);
    assert_null(strstr(fault.text, "geheim"));
    assert_int_equal(tf_redis_refusal_read("s:1", TF_STR("STRANGE value 'geheim'"), &fault), TF_E_UNAVAILABLE);
    assert_null(strstr(fault.text, "geheim"));
    assert_non_null(strstr(fault.text, "STRANGE"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_redis_says),
        cmocka_unit_test(test_unknown_words_may_pass),
        cmocka_unit_test(test_never_repeats_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
