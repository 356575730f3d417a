/* Claims against a real Redis, over its unix socket and TCP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/redis_server.h"
#include "taxflow/dedup.h"

enum { COUNT = 100000 };

static struct test_redis redis;

static int start(void **state)
{
    (void)state;
    if (!test_redis_installed())
        return 0;
    return test_redis_start(&redis, NULL, NULL) ? 0 : -1;
}

static int finish(void **state)
{
    (void)state;
    test_redis_finish(&redis);
    return 0;
}

static void need_redis(void)
{
    if (!test_redis_installed()) {
        print_message("skipped: redis-server is not installed\n");
        skip();
    }
}

static struct tf_dedup *connect_to(const char *name, const char *generation, int64_t window_s)
{
    struct tf_config config = test_redis_config(&name, 1, 2000);
    struct tf_dedup *dedup = NULL;
    struct tf_fault fault = {0};
    config.redis.window_s = window_s;
    if (tf_dedup_create_redis(&config, generation, &dedup, &fault) != TF_OK)
        fail_msg("%s", fault.text);
    return dedup;
}

static void fill(struct tf_claim *claim, uint32_t id, uint8_t owner)
{
    *claim = (struct tf_claim){0};
    /* Bytes that a text protocol would trip over: NUL, CR, LF. */
    memcpy(claim->id.bytes, "\0\r\n ", 4);
    memcpy(claim->id.bytes + 4, &id, sizeof id);
    memset(claim->owner, owner, sizeof claim->owner);
    memcpy(claim->owner + 1, &id, sizeof id);
}

static void claim_all(struct tf_dedup *dedup, struct tf_claim *claims, size_t count)
{
    struct tf_fault fault = {0};
    if (tf_dedup_claim(dedup, claims, count, &fault) != TF_OK)
        fail_msg("%s", fault.text);
}

static void claim_again_and_again(const char *name, const char *generation)
{
    struct tf_dedup *dedup = connect_to(name, generation, 600);
    struct tf_claim *claims = calloc(COUNT, sizeof *claims), first;
    for (uint32_t i = 0; i < COUNT; i++)
        fill(&claims[i], i, 1);
    claim_all(dedup, claims, COUNT);
    for (uint32_t i = 0; i < COUNT; i++)
        assert_false(claims[i].was_owned);

    claim_all(dedup, claims, COUNT); /* redelivery: each finds itself */
    for (uint32_t i = 0; i < COUNT; i++) {
        assert_true(claims[i].was_owned);
        assert_memory_equal(claims[i].found, claims[i].owner, sizeof claims[i].owner);
    }
    for (uint32_t i = 0; i < COUNT; i++)
        fill(&claims[i], i, 2);
    claim_all(dedup, claims, COUNT); /* others: each finds the first, which stays */
    for (uint32_t i = 0; i < COUNT; i++) {
        fill(&first, i, 1);
        assert_true(claims[i].was_owned);
        assert_memory_equal(claims[i].found, first.owner, sizeof first.owner);
    }
    free(claims);
    tf_dedup_destroy(dedup);
}

static void test_hundred_thousand_over_the_unix_socket(void **state)
{
    (void)state;
    need_redis();
    claim_again_and_again(redis.unix_name, "unix");
}

static void test_hundred_thousand_over_tcp(void **state)
{
    (void)state;
    need_redis();
    claim_again_and_again(redis.tcp_name, "tcp");
}

static void test_key_and_expiry_are_as_designed(void **state)
{
    (void)state;
    need_redis();
    struct tf_dedup *dedup = connect_to(redis.unix_name, "g7", 600);
    struct tf_claim claim;
    fill(&claim, 5, 9);
    claim_all(dedup, &claim, 1);
    const char *const prefix = "taxflow:g7:";
    char key[64];
    memcpy(key, prefix, strlen(prefix));
    memcpy(key + strlen(prefix), claim.id.bytes, sizeof claim.id.bytes);
    const size_t length = strlen(prefix) + sizeof claim.id.bytes;
    redisReply *value = test_redis_command(&redis, "GET %b", key, length);
    redisReply *expiry = test_redis_command(&redis, "PTTL %b", key, length);
    assert_int_equal(value->type, REDIS_REPLY_STRING);
    assert_int_equal(value->len, sizeof claim.owner);
    assert_memory_equal(value->str, claim.owner, sizeof claim.owner);
    assert_in_range(expiry->integer, 590000, 600000);
    freeReplyObject(value);
    freeReplyObject(expiry);
    tf_dedup_destroy(dedup);
}

static void test_generations_do_not_meet(void **state)
{
    (void)state;
    need_redis();
    struct tf_dedup *old = connect_to(redis.unix_name, "old", 600), *new = connect_to(redis.unix_name, "new", 600);
    struct tf_claim claim;
    fill(&claim, 5, 9);
    claim_all(old, &claim, 1);
    claim_all(new, &claim, 1);
    assert_false(claim.was_owned);
    tf_dedup_destroy(old);
    tf_dedup_destroy(new);
}

static bool is_free_again(void *argument)
{
    struct tf_claim claim;
    fill(&claim, 77, 2);
    claim_all(argument, &claim, 1);
    return !claim.was_owned;
}

static void test_a_claim_ends_with_its_window(void **state)
{
    (void)state;
    need_redis();
    struct tf_dedup *dedup = connect_to(redis.unix_name, "short", 1);
    struct tf_claim claim;
    fill(&claim, 77, 1);
    int64_t started = tf_clock_mono_ms();
    claim_all(dedup, &claim, 1);
    assert_true(test_redis_wait(is_free_again, dedup));
    /* Claims in between did not prolong the first: the window counts from it. */
    assert_in_range(tf_clock_mono_ms() - started, 900, 4000);
    tf_dedup_destroy(dedup);
}

/* Values come in the order of their suffixes; every other one is there. */
static void check_value(void *self, size_t number, struct tf_str value)
{
    size_t *next = self;
    assert_int_equal(number, (*next)++);
    assert_true(number % 2 ? !tf_str_present(value) : tf_str_eq(value, TF_STR("v\0\r\n")));
}

static void get_many(struct tf_dedup *dedup, const struct tf_dedup_pair *pairs, size_t count)
{
    struct tf_str *suffixes = calloc(2 * count, sizeof *suffixes);
    size_t next = 0;
    for (size_t i = 0; i < 2 * count; i++)
        suffixes[i] = i % 2 ? TF_STR("absent") : pairs[i / 2].suffix;
    assert_int_equal(tf_dedup_get_all(dedup, suffixes, 2 * count, check_value, &next, NULL), TF_OK);
    assert_int_equal(next, 2 * count);
    free(suffixes);
}

static void test_puts_and_gets(void **state)
{
    (void)state;
    need_redis();
    enum { PAIRS = 3000 };
    struct tf_dedup *dedup = connect_to(redis.unix_name, "puts", 600);
    struct tf_dedup_pair *pairs = calloc(PAIRS, sizeof *pairs);
    char(*names)[16] = calloc(PAIRS, sizeof *names);
    struct tf_buf out;
    bool found = true;
    tf_buf_init(&out, 1000);
    for (int i = 0; i < PAIRS; i++)
        pairs[i] = (struct tf_dedup_pair){{names[i], (size_t)snprintf(names[i], 16, "ck:tax:%d", i)}, TF_STR("v\0\r\n")};
    assert_int_equal(tf_dedup_get(dedup, TF_STR("ck:tax:2999"), &out, &found, NULL), TF_OK);
    assert_false(found);
    assert_int_equal(tf_dedup_put_all(dedup, pairs, PAIRS, false, NULL), TF_OK);
    assert_int_equal(tf_dedup_get(dedup, TF_STR("ck:tax:2999"), &out, &found, NULL), TF_OK);
    assert_true(found);
    assert_true(tf_str_eq(tf_buf_view(&out), TF_STR("v\0\r\n")));
    get_many(dedup, pairs, PAIRS);
    redisReply *forever = test_redis_command(&redis, "PTTL taxflow:puts:ck:tax:2999");
    assert_int_equal(forever->integer, -1);
    freeReplyObject(forever);
    assert_int_equal(tf_dedup_put(dedup, TF_STR("ck:tax:2999"), TF_STR("new"), true, NULL), TF_OK);
    redisReply *expiry = test_redis_command(&redis, "PTTL taxflow:puts:ck:tax:2999");
    assert_in_range(expiry->integer, 590000, 600000);
    freeReplyObject(expiry);
    tf_buf_finish(&out);
    free(names);
    free(pairs);
    tf_dedup_destroy(dedup);
}

static void test_another_programs_value_is_named(void **state)
{
    (void)state;
    need_redis();
    struct tf_dedup *dedup = connect_to(redis.unix_name, "foreign", 600);
    struct tf_claim claim = {0};
    struct tf_fault fault = {0};
    memcpy(claim.id.bytes, "0123456789abcdef", sizeof claim.id.bytes);
    assert_true(test_redis_tell(&redis, "SET taxflow:foreign:0123456789abcdef something"));
    assert_int_equal(tf_dedup_claim(dedup, &claim, 1, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "another program"));
    tf_dedup_destroy(dedup);
}

/* xorshift64: the same numbers in every run. */
static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void test_table_and_redis_answer_the_same(void **state)
{
    (void)state;
    need_redis();
    enum { CLAIMS = 50000, IDS = 20000, CALL_MAX = 9000 };
    struct tf_dedup *in_redis = connect_to(redis.unix_name, "same", 600), *in_table = NULL;
    struct tf_claim *left = calloc(CLAIMS, sizeof *left), *right = calloc(CLAIMS, sizeof *right);
    uint64_t seed = 20260101;
    size_t owned = 0;
    assert_int_equal(tf_dedup_create_table(IDS, &in_table), TF_OK);
    for (size_t done = 0; done < CLAIMS;) {
        size_t count = 1 + next_random(&seed) % CALL_MAX;
        if (count > CLAIMS - done)
            count = CLAIMS - done;
        for (size_t i = done; i < done + count; i++) {
            fill(&left[i], (uint32_t)(next_random(&seed) % IDS), (uint8_t)(next_random(&seed) % 3));
            right[i] = left[i];
        }
        claim_all(in_redis, left + done, count);
        claim_all(in_table, right + done, count);
        done += count;
    }
    for (size_t i = 0; i < CLAIMS; i++) {
        assert_int_equal(left[i].was_owned, right[i].was_owned);
        if (left[i].was_owned)
            assert_memory_equal(left[i].found, right[i].found, sizeof left[i].found);
        owned += left[i].was_owned;
    }
    assert_in_range(owned, CLAIMS - IDS, CLAIMS); /* both answers occurred, often */
    free(left);
    free(right);
    tf_dedup_destroy(in_table);
    tf_dedup_destroy(in_redis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hundred_thousand_over_the_unix_socket),
        cmocka_unit_test(test_hundred_thousand_over_tcp),
        cmocka_unit_test(test_key_and_expiry_are_as_designed),
        cmocka_unit_test(test_generations_do_not_meet),
        cmocka_unit_test(test_a_claim_ends_with_its_window),
        cmocka_unit_test(test_puts_and_gets),
        cmocka_unit_test(test_another_programs_value_is_named),
        cmocka_unit_test(test_table_and_redis_answer_the_same),
    };
    return cmocka_run_group_tests(tests, start, finish);
}
