#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "redis_server.h"
#include "taxflow/str.h"

static void test_reads_what_people_write(void **state)
{
    (void)state;
    static const struct { const char *entry, *host; int port; const char *path; } cases[] = {
        {"localhost:6379", "localhost", 6379, NULL},   {"10.0.0.7:1", "10.0.0.7", 1, NULL},
        {"[::1]:65535", "::1", 65535, NULL},           {"redis-0.redis.svc:6380", "redis-0.redis.svc", 6380, NULL},
        {"unix:/run/redis/redis.sock", NULL, 0, "/run/redis/redis.sock"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tf_redis_server server;
        assert_int_equal(tf_redis_server_parse(cases[i].entry, &server, NULL), TF_OK);
        assert_string_equal(server.name, cases[i].entry);
        assert_int_equal(server.port, cases[i].port);
        assert_true(tf_str_eq(tf_str_of(server.host), tf_str_of(cases[i].host)));
        assert_true(tf_str_eq(tf_str_of(server.path), tf_str_of(cases[i].path)));
        tf_redis_server_finish(&server);
    }
}

static void test_refuses_the_rest_with_a_remedy(void **state)
{
    (void)state;
    static const struct { const char *entry, *hint; } cases[] = {
        {"", "host:port"},           {"localhost", "host:port"},        {":6379", "host:port"},     {"a b:6379", "host:port"},
        {"::1:6379", "host:port"},   {"redis://host:6379", "host:port"}, {"[]:6379", "host:port"},  {"localhost:", "port"},
        {"localhost:0", "port"},     {"localhost:65536", "port"},       {"localhost:63x9", "port"}, {"localhost:-1", "port"},
        {"unix:redis.sock", "absolute path"}, {"unix:", "absolute path"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tf_redis_server server;
        struct tf_fault fault = {0};
        assert_int_equal(tf_redis_server_parse(cases[i].entry, &server, &fault), TF_E_CONFIG);
        assert_non_null(strstr(fault.text, cases[i].hint));
        assert_non_null(strstr(fault.text, "redis.servers"));
    }
}

static void test_path_longer_than_a_socket_address(void **state)
{
    (void)state;
    char entry[200];
    struct tf_redis_server server;
    struct tf_fault fault = {0};
    snprintf(entry, sizeof entry, "unix:/%0107d", 0);
    assert_int_equal(tf_redis_server_parse(entry, &server, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "longer"));
    entry[strlen(entry) - 1] = '\0';
    assert_int_equal(tf_redis_server_parse(entry, &server, &fault), TF_OK);
    tf_redis_server_finish(&server);
}

static void test_never_repeats_a_password(void **state)
{
    (void)state;
    struct tf_redis_server server;
    struct tf_fault fault = {0};
    assert_int_equal(tf_redis_server_parse("redis://:geheim@host:6379", &server, &fault), TF_E_CONFIG);
    assert_null(strstr(fault.text, "geheim"));
    assert_non_null(strstr(fault.text, "redis.password_file"));
}

static void test_list(void **state)
{
    (void)state;
    const char *good[] = {"a:1", "unix:/b"}, *bad[] = {"a:1", "nonsense"};
    struct tf_redis_servers servers;
    assert_int_equal(tf_redis_servers_parse(&(struct tf_string_list){good, 2}, &servers, NULL), TF_OK);
    assert_int_equal(servers.count, 2);
    assert_string_equal(servers.items[1].path, "/b");
    tf_redis_servers_finish(&servers);
    assert_int_equal(tf_redis_servers_parse(&(struct tf_string_list){bad, 2}, &servers, NULL), TF_E_CONFIG);
    tf_redis_servers_finish(&servers);
    assert_int_equal(tf_redis_servers_parse(&(struct tf_string_list){NULL, 0}, &servers, NULL), TF_E_CONFIG);
    tf_redis_servers_finish(&servers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_what_people_write),
        cmocka_unit_test(test_refuses_the_rest_with_a_remedy),
        cmocka_unit_test(test_path_longer_than_a_socket_address),
        cmocka_unit_test(test_never_repeats_a_password),
        cmocka_unit_test(test_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
