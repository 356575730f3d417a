#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "redis_peer.h"
#include "redis_writer.h"

enum { ROOM = 1 << 20 };

/* What the writer makes of commands must be what hiredis makes of them, byte for byte. */
static void assert_same(const struct tf_str *arguments, size_t count, unsigned times)
{
    struct redis_peer peer;
    struct tf_redis_writer writer;
    const char *argv[8];
    size_t lengths[8];
    char *expected = NULL, *sent = malloc(ROOM);
    for (size_t i = 0; i < count; i++) {
        argv[i] = arguments[i].ptr;
        lengths[i] = arguments[i].len;
    }
    int length = redisFormatCommandArgv(&expected, (int)count, argv, lengths);
    assert_true(length > 0);
    assert_non_null(sent);
    redis_peer_open(&peer, 1000);
    tf_redis_writer_begin(&writer, &peer.connection, NULL);
    for (unsigned t = 0; t < times; t++) {
        tf_redis_writer_command(&writer, count);
        for (size_t i = 0; i < count; i++)
            tf_redis_writer_argument(&writer, arguments[i]);
    }
    assert_int_equal(tf_redis_writer_end(&writer), TF_OK);
    assert_int_equal(tf_redis_connection_flush(&peer.connection, NULL), TF_OK);
    assert_int_equal(redis_peer_hear(&peer, sent, ROOM), (size_t)length * times);
    for (unsigned t = 0; t < times; t++)
        assert_memory_equal(sent + (size_t)length * t, expected, (size_t)length);
    redisFreeCommand(expected);
    free(sent);
    redis_peer_close(&peer);
}

static void test_bytes_of_any_kind(void **state)
{
    (void)state;
    const struct tf_str set[] = {TF_STR("SET"), TF_STR("k\r\n\0k"), TF_STR(""), TF_STR("NX")}, one = TF_STR("PING");
    assert_same(set, 4, 1);
    assert_same(&one, 1, 3);
}

/* Pieces end wherever they may: in a mark, a number, an argument. */
static void test_pieces(void **state)
{
    (void)state;
    char value[200];
    memset(value, 'v', sizeof value);
    for (size_t length = 0; length < sizeof value; length += 7) {
        const struct tf_str set[] = {TF_STR("SET"), TF_STR("key"), {value, length}};
        assert_same(set, 3, 150);
    }
}

static void test_an_argument_larger_than_a_piece(void **state)
{
    (void)state;
    char *value = malloc(100000);
    assert_non_null(value);
    memset(value, 'v', 100000);
    for (size_t length = TF_REDIS_WRITER_BYTES - 4; length < TF_REDIS_WRITER_BYTES + 4; length++) {
        const struct tf_str set[] = {TF_STR("SET"), TF_STR("key"), {value, length}, TF_STR("NX")};
        assert_same(set, 4, 2);
    }
    const struct tf_str set[] = {TF_STR("SET"), TF_STR("key"), {value, 100000}};
    assert_same(set, 3, 2);
    free(value);
}

static void test_joined(void **state)
{
    (void)state;
    static const char expected[] = "*1\r\n$6\r\nabcdef\r\n*1\r\n$3\r\nabc\r\n*1\r\n$0\r\n\r\n";
    struct redis_peer peer;
    struct tf_redis_writer writer;
    char sent[256];
    redis_peer_open(&peer, 1000);
    tf_redis_writer_begin(&writer, &peer.connection, NULL);
    tf_redis_writer_command(&writer, 1);
    tf_redis_writer_joined(&writer, TF_STR("abcd"), TF_STR("ef"));
    tf_redis_writer_command(&writer, 1);
    tf_redis_writer_joined(&writer, TF_STR_NONE, TF_STR("abc"));
    tf_redis_writer_command(&writer, 1);
    tf_redis_writer_joined(&writer, TF_STR_NONE, TF_STR_NONE);
    assert_int_equal(tf_redis_writer_end(&writer), TF_OK);
    assert_int_equal(tf_redis_connection_flush(&peer.connection, NULL), TF_OK);
    assert_int_equal(redis_peer_hear(&peer, sent, sizeof sent), sizeof expected - 1);
    assert_memory_equal(sent, expected, sizeof expected - 1);
    redis_peer_close(&peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_of_any_kind),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_an_argument_larger_than_a_piece),
        cmocka_unit_test(test_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
