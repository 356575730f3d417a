#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "redis_peer.h"
#include "sigpipe.h"

static void test_arguments_are_bytes(void **state)
{
    (void)state;
    static const char expected[] = "*3\r\n$3\r\nSET\r\n$4\r\na\0\r\n\r\n$0\r\n\r\n";
    const struct tf_str arguments[] = {TF_STR("SET"), TF_STR("a\0\r\n"), TF_STR_NONE};
    struct redis_peer peer;
    char sent[256];
    redis_peer_open(&peer, 1000);
    assert_int_equal(tf_redis_connection_append(&peer.connection, arguments, 3, NULL), TF_OK);
    assert_int_equal(redis_peer_hear(&peer, sent, sizeof sent), 0);
    assert_int_equal(tf_redis_connection_flush(&peer.connection, NULL), TF_OK);
    assert_int_equal(redis_peer_hear(&peer, sent, sizeof sent), sizeof expected - 1);
    assert_memory_equal(sent, expected, sizeof expected - 1);
    redis_peer_close(&peer);
}

static enum tf_err reply_to(const char *said, bool hang_up, struct tf_fault *fault)
{
    struct redis_peer peer;
    redisReply *reply = NULL;
    redis_peer_open(&peer, 30);
    if (*said)
        redis_peer_say(&peer, said, strlen(said));
    if (hang_up)
        redis_peer_hang_up(&peer);
    enum tf_err err = tf_redis_connection_reply(&peer.connection, &reply, fault);
    assert_true((reply != NULL) == (err == TF_OK));
    tf_redis_connection_free_reply(&reply);
    redis_peer_close(&peer);
    return err;
}

static void test_ways_to_fail(void **state)
{
    (void)state;
    struct tf_fault fault = {0};
    assert_int_equal(reply_to("+OK\r\n", false, &fault), TF_OK);
    assert_int_equal(reply_to("", false, &fault), TF_E_TIMEOUT);
    assert_non_null(strstr(fault.text, "peer:1 did not answer within 30 ms"));
    assert_int_equal(reply_to("$10\r\nhalf", false, &fault), TF_E_TIMEOUT);
    assert_int_equal(reply_to("", true, &fault), TF_E_UNAVAILABLE);
    assert_int_equal(reply_to("$10\r\nhalf", true, &fault), TF_E_UNAVAILABLE);
    assert_non_null(strstr(fault.text, "peer:1"));
    assert_int_equal(reply_to("?nonsense\r\n", false, &fault), TF_E_UNAVAILABLE);
    assert_int_equal(reply_to("-OOM command not allowed\r\n", false, &fault), TF_E_UNAVAILABLE);
    assert_int_equal(reply_to("-NOAUTH Authentication required.\r\n", false, &fault), TF_E_CONFIG);
}

static void test_writing_to_a_dead_peer_is_an_error_not_a_signal(void **state)
{
    (void)state;
    const struct tf_str ping = TF_STR("PING");
    struct redis_peer peer;
    struct tf_sigpipe hold;
    struct tf_fault fault = {0};
    redis_peer_open(&peer, 1000);
    redis_peer_hang_up(&peer);
    tf_sigpipe_hold(&hold);
    assert_int_equal(tf_redis_connection_append(&peer.connection, &ping, 1, &fault), TF_OK);
    assert_int_equal(tf_redis_connection_flush(&peer.connection, &fault), TF_E_UNAVAILABLE);
    tf_sigpipe_release(&hold);
    redis_peer_close(&peer);
}

static void test_idle_connections_that_died(void **state)
{
    (void)state;
    struct redis_peer peer;
    redis_peer_open(&peer, 1000);
    assert_true(tf_redis_connection_alive(&peer.connection));
    redis_peer_say(&peer, "+", 1); /* an answer to nothing: out of step */
    assert_false(tf_redis_connection_alive(&peer.connection));
    redis_peer_close(&peer);
    redis_peer_open(&peer, 1000);
    redis_peer_hang_up(&peer);
    assert_false(tf_redis_connection_alive(&peer.connection));
    redis_peer_close(&peer);
}

static void test_nobody_listens(void **state)
{
    (void)state;
    struct tf_redis_server server;
    struct tf_redis_connection *connection = NULL;
    struct tf_fault fault = {0};
    assert_int_equal(tf_redis_server_parse("unix:/nonexistent/redis.sock", &server, NULL), TF_OK);
    assert_int_equal(tf_redis_connection_open(&server, TF_STR_NONE, 100, 100, &connection, &fault), TF_E_UNAVAILABLE);
    assert_null(connection);
    assert_non_null(strstr(fault.text, "unix:/nonexistent/redis.sock cannot be reached"));
    assert_non_null(strstr(fault.text, "redis.servers"));
    tf_redis_server_finish(&server);
    assert_null(tf_redis_connection_close(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arguments_are_bytes),
        cmocka_unit_test(test_ways_to_fail),
        cmocka_unit_test(test_writing_to_a_dead_peer_is_an_error_not_a_signal),
        cmocka_unit_test(test_idle_connections_that_died),
        cmocka_unit_test(test_nobody_listens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
