/* Answers read without an object for each: what hiredis's own functions would have said of them, and no leak or crash where they break off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "redis_answer.h"
#include "redis_peer.h"

static enum tf_err next(struct redis_peer *peer, struct tf_redis_answer *answer)
{
    struct tf_fault fault = {0};
    return tf_redis_answer_next(&peer->connection, answer, &fault);
}

static void test_every_type(void **state)
{
    (void)state;
    struct redis_peer peer;
    struct tf_redis_answer answer;
    redis_peer_open(&peer, 1000);
    static const char bytes[] = "$-1\r\n$3\r\na\r\n\r\n+OK\r\n:42\r\n*2\r\n$1\r\nx\r\n:1\r\n$0\r\n\r\n";
    redis_peer_say(&peer, bytes, sizeof bytes - 1);
    assert_int_equal(next(&peer, &answer), TF_OK);
    assert_int_equal(answer.type, REDIS_REPLY_NIL);
    assert_int_equal(next(&peer, &answer), TF_OK);
    assert_int_equal(answer.type, REDIS_REPLY_STRING);
    assert_int_equal(answer.len, 3);
    assert_memory_equal(answer.bytes, "a\r\n", 3);
    assert_int_equal(next(&peer, &answer), TF_OK);
    assert_int_equal(answer.type, REDIS_REPLY_STATUS);
    assert_memory_equal(answer.bytes, "OK", 2);
    assert_int_equal(next(&peer, &answer), TF_OK);
    assert_int_equal(answer.type, REDIS_REPLY_INTEGER);
    assert_int_equal(next(&peer, &answer), TF_OK);
    assert_int_equal(answer.type, REDIS_REPLY_ARRAY);
    assert_int_equal(next(&peer, &answer), TF_OK);
    assert_int_equal(answer.type, REDIS_REPLY_STRING);
    assert_int_equal(answer.len, 0);
    redis_peer_close(&peer);
}

static void test_a_long_string_is_cut(void **state)
{
    (void)state;
    struct redis_peer peer;
    struct tf_redis_answer answer;
    char text[2 * TF_REDIS_ANSWER_BYTES + 32];
    int head = snprintf(text, sizeof text, "$%d\r\n", 2 * TF_REDIS_ANSWER_BYTES);
    memset(text + head, 'v', 2 * TF_REDIS_ANSWER_BYTES);
    memcpy(text + head + 2 * TF_REDIS_ANSWER_BYTES, "\r\n", 3);
    redis_peer_open(&peer, 1000);
    redis_peer_say(&peer, text, strlen(text));
    assert_int_equal(next(&peer, &answer), TF_OK);
    assert_int_equal(answer.len, 2 * TF_REDIS_ANSWER_BYTES);
    assert_int_equal(answer.bytes[TF_REDIS_ANSWER_BYTES - 1], 'v');
    redis_peer_close(&peer);
}

/* Refusals have their own codes, and the usual functions work again afterwards. */
static void test_an_error_is_a_failure(void **state)
{
    (void)state;
    struct redis_peer peer;
    struct tf_redis_answer answer;
    redisReply *reply = NULL;
    redis_peer_open(&peer, 1000);
    static const char bytes[] = "-OOM command not allowed when used memory > 'maxmemory'.\r\n+PONG\r\n";
    redis_peer_say(&peer, bytes, sizeof bytes - 1);
    assert_int_equal(next(&peer, &answer), TF_E_UNAVAILABLE);
    assert_int_equal(tf_redis_connection_reply(&peer.connection, &reply, NULL), TF_OK);
    assert_int_equal(reply->type, REDIS_REPLY_STATUS);
    assert_string_equal(reply->str, "PONG");
    freeReplyObject(reply);
    redis_peer_close(&peer);
}

/* Broken off inside an array and inside a string: closing the connection frees what hiredis holds, and nothing of ours. */
static void test_half_an_answer(void **state)
{
    (void)state;
    static const char *const halves[] = {"*3\r\n$1\r\nx\r\n", "$10\r\nabc", "?what\r\n"};
    for (size_t i = 0; i < sizeof halves / sizeof halves[0]; i++) {
        struct redis_peer peer;
        struct tf_redis_answer answer;
        redis_peer_open(&peer, 50);
        redis_peer_say(&peer, halves[i], strlen(halves[i]));
        assert_int_not_equal(next(&peer, &answer), TF_OK);
        redis_peer_close(&peer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_type),
        cmocka_unit_test(test_a_long_string_is_cut),
        cmocka_unit_test(test_an_error_is_a_failure),
        cmocka_unit_test(test_half_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
