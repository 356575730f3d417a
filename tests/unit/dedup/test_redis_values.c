#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "redis_peer.h"
#include "redis_values.h"

static const struct tf_redis_keyspace keyspace = {.prefix = "p:g:", .prefix_len = 4, .window_ms = "600000"};

enum { MANY = TF_REDIS_VALUES_CHUNK + 3, SENT_MAX = 256 * 1024, SEEN_MAX = 4 };

struct seen {
    size_t numbers[SEEN_MAX], count;
    char values[SEEN_MAX][16];
    bool present[SEEN_MAX];
};

static void see(void *self, size_t number, struct tf_str value)
{
    struct seen *seen = self;
    assert_true(seen->count < SEEN_MAX && value.len < sizeof seen->values[0]);
    seen->numbers[seen->count] = number;
    seen->present[seen->count] = tf_str_present(value);
    if (value.len > 0)
        memcpy(seen->values[seen->count], value.ptr, value.len);
    seen->count++;
}

static void test_puts(void **state)
{
    (void)state;
    static const char lasting[] = "*3\r\n$3\r\nSET\r\n$6\r\np:g:ab\r\n$3\r\nx\r\n\r\n*3\r\n$3\r\nSET\r\n$5\r\np:g:c\r\n$0\r\n\r\n";
    static const char expiring[] = "*5\r\n$3\r\nSET\r\n$6\r\np:g:ab\r\n$3\r\nx\r\n\r\n$2\r\nPX\r\n$6\r\n600000\r\n";
    const struct tf_dedup_pair pairs[] = {{TF_STR("ab"), TF_STR("x\r\n")}, {TF_STR("c"), TF_STR("")}};
    struct redis_peer peer;
    char sent[256];
    redis_peer_open(&peer, 50);
    redis_peer_say(&peer, "+OK\r\n+OK\r\n", 10);
    assert_int_equal(tf_redis_values_put(&peer.connection, &keyspace, pairs, 2, false, NULL), TF_OK);
    assert_int_equal(redis_peer_hear(&peer, sent, sizeof sent), sizeof lasting - 1);
    assert_memory_equal(sent, lasting, sizeof lasting - 1);
    redis_peer_say(&peer, "+OK\r\n", 5);
    assert_int_equal(tf_redis_values_put(&peer.connection, &keyspace, pairs, 1, true, NULL), TF_OK);
    assert_int_equal(redis_peer_hear(&peer, sent, sizeof sent), sizeof expiring - 1);
    assert_memory_equal(sent, expiring, sizeof expiring - 1);
    redis_peer_close(&peer);
}

static void test_gets(void **state)
{
    (void)state;
    static const char expected[] = "*2\r\n$3\r\nGET\r\n$6\r\np:g:ab\r\n*2\r\n$3\r\nGET\r\n$5\r\np:g:c\r\n*2\r\n$3\r\nGET\r\n$5\r\np:g:d\r\n";
    const struct tf_str suffixes[] = {TF_STR("ab"), TF_STR("c"), TF_STR("d")};
    struct redis_peer peer;
    struct seen seen = {.count = 0};
    char sent[256];
    redis_peer_open(&peer, 50);
    redis_peer_say(&peer, "$5\r\nhello\r\n$-1\r\n$0\r\n\r\n", 22);
    assert_int_equal(tf_redis_values_get(&peer.connection, &keyspace, suffixes, 3, see, &seen, NULL), TF_OK);
    assert_int_equal(redis_peer_hear(&peer, sent, sizeof sent), sizeof expected - 1);
    assert_memory_equal(sent, expected, sizeof expected - 1);
    assert_int_equal(seen.count, 3);
    assert_string_equal(seen.values[0], "hello");
    assert_true(seen.present[0]);
    assert_false(seen.present[1]);
    assert_true(seen.present[2]);
    assert_int_equal(seen.numbers[2], 2);
    redis_peer_close(&peer);
}

static void test_answers_that_are_none(void **state)
{
    (void)state;
    static const struct { const char *answers; enum tf_err put, get; } cases[] = {
        {"+OK\r\n:7\r\n", TF_E_CONFIG, TF_E_CONFIG},
        {"-OOM command not allowed\r\n", TF_E_UNAVAILABLE, TF_E_UNAVAILABLE},
        {"-WRONGTYPE Operation against a key\r\n", TF_E_CONFIG, TF_E_CONFIG},
        {"$1\r\nx\r\n", TF_E_CONFIG, TF_E_TIMEOUT},
        {"", TF_E_TIMEOUT, TF_E_TIMEOUT},
    };
    const struct tf_dedup_pair pairs[] = {{TF_STR("a"), TF_STR("x")}, {TF_STR("b"), TF_STR("x")}};
    const struct tf_str suffixes[] = {TF_STR("a"), TF_STR("b")};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct redis_peer peer;
        struct seen seen = {.count = 0};
        redis_peer_open(&peer, 50);
        redis_peer_say(&peer, cases[i].answers, strlen(cases[i].answers));
        assert_int_equal(tf_redis_values_put(&peer.connection, &keyspace, pairs, 2, true, NULL), cases[i].put);
        redis_peer_close(&peer);
        redis_peer_open(&peer, 50);
        redis_peer_say(&peer, cases[i].answers, strlen(cases[i].answers));
        assert_int_equal(tf_redis_values_get(&peer.connection, &keyspace, suffixes, 2, see, &seen, NULL), cases[i].get);
        redis_peer_close(&peer);
    }
}

/* However many there are, no more than a chunk is asked before its answers were read: a server that is silent hears no more than that. */
static void test_many_go_in_chunks(void **state)
{
    (void)state;
    struct tf_dedup_pair *pairs = calloc(MANY, sizeof *pairs);
    char *sent = malloc(SENT_MAX);
    struct redis_peer peer;
    size_t commands = 0;
    for (size_t i = 0; i < MANY; i++)
        pairs[i] = (struct tf_dedup_pair){TF_STR("k"), TF_STR("v")};
    redis_peer_open(&peer, 50);
    assert_int_equal(tf_redis_values_put(&peer.connection, &keyspace, pairs, MANY, false, NULL), TF_E_TIMEOUT);
    size_t length = redis_peer_hear(&peer, sent, SENT_MAX);
    for (size_t i = 0; i < length; i++)
        commands += sent[i] == '*';
    assert_int_equal(commands, TF_REDIS_VALUES_CHUNK);
    redis_peer_close(&peer);
    free(sent);
    free(pairs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_puts),
        cmocka_unit_test(test_gets),
        cmocka_unit_test(test_answers_that_are_none),
        cmocka_unit_test(test_many_go_in_chunks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
