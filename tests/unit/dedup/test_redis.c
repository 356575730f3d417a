#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/redis_server.h"
#include "taxflow/dedup.h"

static void test_refuses_what_it_cannot_use(void **state)
{
    (void)state;
    const char *good[] = {"localhost:6379"}, *bad[] = {"localhost"};
    char long_prefix[300];
    struct tf_dedup *dedup = NULL;
    struct tf_fault fault = {0};

    struct tf_config config = test_redis_config(good, 1, 100);
    assert_int_equal(tf_dedup_create_redis(&config, "", &dedup, &fault), TF_E_CONFIG);
    config = test_redis_config(bad, 1, 100);
    assert_int_equal(tf_dedup_create_redis(&config, "g", &dedup, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "redis.servers"));
    config = test_redis_config(good, 1, 100);
    config.redis.password_file = "/nonexistent";
    assert_int_equal(tf_dedup_create_redis(&config, "g", &dedup, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "redis.password_file"));
    config = test_redis_config(good, 1, 100);
    memset(long_prefix, 'p', sizeof long_prefix - 1);
    long_prefix[sizeof long_prefix - 1] = '\0';
    config.kafka.topic_prefix = long_prefix;
    assert_int_equal(tf_dedup_create_redis(&config, "g", &dedup, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "kafka.topic_prefix"));
    assert_null(dedup);
}

static void test_connects_only_when_needed(void **state)
{
    (void)state;
    const char *nobody[] = {"unix:/nonexistent/redis.sock"};
    struct tf_config config = test_redis_config(nobody, 1, 100);
    struct tf_dedup *dedup = NULL;
    struct tf_fault fault = {0};
    struct tf_claim claim = {0};
    struct tf_buf out;
    bool found = true;
    char run_id[41] = "x", long_key[600] = {0};
    assert_int_equal(tf_dedup_create_redis(&config, "g", &dedup, &fault), TF_OK);
    assert_int_equal(tf_dedup_claim(dedup, NULL, 0, &fault), TF_OK);
    tf_dedup_run_id(dedup, run_id);
    assert_string_equal(run_id, "");
    assert_int_equal(tf_dedup_claim(dedup, &claim, 1, &fault), TF_E_UNAVAILABLE);
    assert_int_equal(tf_dedup_put(dedup, TF_STR("a"), TF_STR("b"), false, NULL), TF_E_UNAVAILABLE);
    assert_int_equal(tf_dedup_ping(dedup, NULL), TF_E_UNAVAILABLE);
    tf_buf_init(&out, 10);
    assert_int_equal(tf_dedup_get(dedup, TF_STR("a"), &out, &found, NULL), TF_E_UNAVAILABLE);
    assert_int_equal(tf_dedup_get(dedup, (struct tf_str){long_key, sizeof long_key}, &out, &found, &fault), TF_E_LIMIT);
    assert_int_equal(tf_dedup_get(dedup, TF_STR(""), &out, &found, &fault), TF_E_LIMIT);
    tf_dedup_destroy(dedup);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refuses_what_it_cannot_use),
        cmocka_unit_test(test_connects_only_when_needed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
