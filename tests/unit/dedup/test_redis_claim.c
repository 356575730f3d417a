#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "redis_claim.h"
#include "redis_peer.h"

static const struct tf_redis_keyspace keyspace = {.prefix = "p:g:", .prefix_len = 4, .window_ms = "600000"};
#define ID "\0\r\n\xff|45678901234"
#define OWNER "01234567890123456789012345678"

static enum tf_err claim_with(const char *answers, struct tf_claim *claims, size_t count, char *sent, size_t *sent_length, struct tf_fault *fault)
{
    struct redis_peer peer;
    redis_peer_open(&peer, 50);
    redis_peer_say(&peer, answers, strlen(answers));
    enum tf_err err = tf_redis_claim_run(&peer.connection, &keyspace, NULL, claims, count, fault);
    *sent_length = redis_peer_hear(&peer, sent, 4096);
    redis_peer_close(&peer);
    return err;
}

static void test_command_and_answers(void **state)
{
    (void)state;
    static const char expected[] = "*7\r\n$3\r\nSET\r\n$20\r\np:g:" ID "\r\n$29\r\n" OWNER
                                   "\r\n$2\r\nNX\r\n$3\r\nGET\r\n$2\r\nPX\r\n$6\r\n600000\r\n";
    struct tf_claim claims[2] = {{.was_owned = true}, {.was_owned = false}};
    char sent[4096];
    size_t length = 0;
    memcpy(claims[0].id.bytes, ID, sizeof claims[0].id.bytes);
    memcpy(claims[0].owner, OWNER, sizeof claims[0].owner);
    assert_int_equal(claim_with("$-1\r\n$29\r\n" OWNER "\r\n", claims, 2, sent, &length, NULL), TF_OK);
    assert_false(claims[0].was_owned);
    assert_true(claims[1].was_owned);
    assert_memory_equal(claims[1].found, OWNER, sizeof claims[1].found);
    assert_int_equal(length, 2 * (sizeof expected - 1));
    assert_memory_equal(sent, expected, sizeof expected - 1);
}

static void test_answers_that_are_no_claims(void **state)
{
    (void)state;
    static const struct { const char *answers; enum tf_err err; } cases[] = {
        {"$-1\r\n$5\r\nhello\r\n", TF_E_CONFIG},
        {"$-1\r\n$0\r\n\r\n", TF_E_CONFIG},
        {"$-1\r\n:7\r\n", TF_E_CONFIG},
        {"$-1\r\n+OK\r\n", TF_E_CONFIG},
        {"$-1\r\n-WRONGTYPE Operation against a key\r\n", TF_E_CONFIG},
        {"$-1\r\n-ERR syntax error\r\n", TF_E_CONFIG},
        {"$-1\r\n-OOM command not allowed\r\n", TF_E_UNAVAILABLE},
        {"$-1\r\n-READONLY You can't write\r\n", TF_E_UNAVAILABLE},
        {"$-1\r\n", TF_E_TIMEOUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tf_claim claims[2] = {0};
        struct tf_fault fault = {0};
        char sent[4096];
        size_t length = 0;
        assert_int_equal(claim_with(cases[i].answers, claims, 2, sent, &length, &fault), cases[i].err);
        assert_int_equal(fault.code, cases[i].err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_command_and_answers),
        cmocka_unit_test(test_answers_that_are_no_claims),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
