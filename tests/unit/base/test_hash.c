#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>

#include "taxflow/hash.h"

static void assert_hash(struct tf_hash16 hash, const char *expected)
{
    char text[2 * TF_HASH16_BYTES + 1];
    tf_hash_hex(hash.bytes, TF_HASH16_BYTES, text);
    assert_string_equal(text, expected);
}

static void assert_sha256(struct tf_str data, const char *expected)
{
    uint8_t digest[32];
    char text[65];
    tf_hash_sha256_full(data, digest);
    tf_hash_hex(digest, sizeof digest, text);
    assert_string_equal(text, expected);
}

/* NIST's examples for FIPS 180-4. */
static void sha256_known_answers(void **state)
{
    (void)state;
    assert_sha256(TF_STR("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_sha256(TF_STR(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_sha256(TF_STR_NONE, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_sha256(TF_STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    char *million = malloc(1000000);
    assert_non_null(million);
    memset(million, 'a', 1000000);
    assert_sha256((struct tf_str){million, 1000000}, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(million);
}

static void parts_are_one_text(void **state)
{
    (void)state;
    const struct tf_str parts[] = {TF_STR("a"), TF_STR_NONE, TF_STR(""), TF_STR("bc")};
    assert_hash(tf_hash_sha256(parts, 4), "ba7816bf8f01cfea414140de5dae2223");
    assert_hash(tf_hash_sha256(NULL, 0), "e3b0c44298fc1c149afbf4c8996fb924");
    const struct tf_str split[] = {TF_STR("ab"), TF_STR("\0"), TF_STR("c")};
    const struct tf_str other[] = {TF_STR("a"), TF_STR("\0"), TF_STR("bc")};
    assert_false(tf_hash16_eq(tf_hash_sha256(split, 3), tf_hash_sha256(other, 3)));
}

/* RFC 4231, test cases 1, 2, 3, 6 and 7, cut to 16 bytes; case 5 is the RFC's own cut to 16. */
static void hmac_known_answers(void **state)
{
    (void)state;
    char key[131], data[50];
    memset(key, 0x0b, 20);
    struct tf_str part = TF_STR("Hi There");
    assert_hash(tf_hash_hmac((struct tf_str){key, 20}, &part, 1), "b0344c61d8db38535ca8afceaf0bf12b");
    const struct tf_str parts[] = {TF_STR("what do ya want "), TF_STR_NONE, TF_STR("for nothing?")};
    assert_hash(tf_hash_hmac(TF_STR("Jefe"), parts, 3), "5bdcc146bf60754e6a042426089575c7");
    memset(key, 0xaa, sizeof key);
    memset(data, 0xdd, sizeof data);
    part = (struct tf_str){data, sizeof data};
    assert_hash(tf_hash_hmac((struct tf_str){key, 20}, &part, 1), "773ea91e36800e46854db8ebd09181a7");
    part = TF_STR("Test Using Larger Than Block-Size Key - Hash Key First");
    assert_hash(tf_hash_hmac((struct tf_str){key, 131}, &part, 1), "60e431591ee0b67f0d8a26aacbf5b77f");
    part = TF_STR("This is a test using a larger than block-size key and a larger than block-size data. "
                  "The key needs to be hashed before being used by the HMAC algorithm.");
    assert_hash(tf_hash_hmac((struct tf_str){key, 131}, &part, 1), "9b09ffa71b942fcb27635fbcd5b0e944");
    memset(key, 0x0c, 20);
    part = TF_STR("Test With Truncation");
    assert_hash(tf_hash_hmac((struct tf_str){key, 20}, &part, 1), "a3b6167473100ee06e0c796c2955552b");
}

static void a_whole_hmac_and_base64(void **state)
{
    (void)state;
    static const struct { const char *plain, *text; } cases[] = {{"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}}; /* RFC 4648 section 10 */
    static const char *const wrong[] = {"", "Zg", "Zg=", "Z===", "Zm8*", "====="};
    uint8_t digest[32], back[64];
    char hex[65], text[64];
    const struct tf_str part = TF_STR("what do ya want for nothing?");
    tf_hash_hmac_full(TF_STR("Jefe"), &part, 1, digest);
    tf_hash_hex(digest, sizeof digest, hex);
    assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t len = 0;
        tf_hash_base64((const uint8_t *)cases[i].plain, strlen(cases[i].plain), text);
        assert_string_equal(text, cases[i].text);
        assert_true(tf_hash_unbase64(tf_str_of(text), back, &len));
        assert_int_equal(len, strlen(cases[i].plain));
        assert_memory_equal(back, cases[i].plain, len);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        size_t len = 0;
        assert_false(tf_hash_unbase64(tf_str_of(wrong[i]), back, &len));
    }
}

/* A key is gone on with only while it is the same, to the last byte and in length. */
static void hmac_keys_in_turn(void **state)
{
    (void)state;
    char keys[3][21];
    struct tf_hash16 codes[3];
    const struct tf_str part = TF_STR("Hi There");
    memset(keys, 0x0b, sizeof keys);
    keys[1][19] = 0x0c;
    for (int round = 0; round < 3; round++)
        for (size_t k = 0; k < 3; k++) {
            struct tf_hash16 code = tf_hash_hmac((struct tf_str){keys[k], k == 2 ? 21 : 20}, &part, 1);
            assert_true(round == 0 || tf_hash16_eq(code, codes[k]));
            assert_true(tf_hash16_eq(tf_hash_hmac((struct tf_str){keys[k], k == 2 ? 21 : 20}, &part, 1), code));
            codes[k] = code;
        }
    assert_hash(codes[0], "b0344c61d8db38535ca8afceaf0bf12b");
    assert_false(tf_hash16_eq(codes[0], codes[1]));
    assert_false(tf_hash16_eq(codes[0], codes[2]));
}

/* The Java client's UtilsTest.testMurmur2. */
static void murmur2_known_answers(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        int32_t hash;
    } rows[] = {
        {"21", -973932308},
        {"foobar", -790332482},
        {"a-little-bit-long-string", -985981536},
        {"a-little-bit-longer-string", -1486304829},
        {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
        {"abc", 479470107},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tf_str key = tf_str_of(rows[i].key);
        assert_int_equal((int32_t)tf_hash_murmur2(key), rows[i].hash);
        assert_int_equal(tf_hash_partition(key, 12), (rows[i].hash & 0x7fffffff) % 12);
        assert_int_equal(tf_hash_partition(key, 1), 0);
    }
    assert_int_equal(tf_hash_murmur2(TF_STR("")), 275646681); /* of librdkafka's unittest_murmur2() */
    assert_int_equal(tf_hash_murmur2(TF_STR_NONE), 275646681);
}

/* xxHash's own XSUM_sanity vector for the empty input, in this machine's byte order. */
static void table_hashes(void **state)
{
    (void)state;
    struct tf_hash16 empty = tf_hash_table(TF_STR_NONE, 0);
    assert_true(tf_hash16_u64(empty) == UINT64_C(0x6001c324468d497f));
    uint64_t high;
    memcpy(&high, empty.bytes + 8, sizeof high);
    assert_true(high == UINT64_C(0x99aa06d3014798d8));
    struct tf_hash16 hash = tf_hash_table(TF_STR("key"), 1);
    assert_true(tf_hash16_eq(hash, tf_hash_table(TF_STR("key"), 1)));
    assert_false(tf_hash16_eq(hash, tf_hash_table(TF_STR("key"), 2)));
    assert_false(tf_hash16_eq(hash, tf_hash_table(TF_STR("kez"), 1)));
}

static void hex_both_ways(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0x00, 0x1f, 0xa0, 0xff};
    char text[9];
    tf_hash_hex(bytes, sizeof bytes, text);
    assert_string_equal(text, "001fa0ff");
    uint8_t back[4];
    assert_true(tf_hash_unhex(TF_STR("001Fa0fF"), back, 4));
    assert_memory_equal(back, bytes, 4);
    static const char *const bad[] = {"", "001fa0f", "001fa0ff0", "001fa0ff00", "001fa0fg", "0x1fa0ff", " 01fa0ff", "001fa0f@"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(tf_hash_unhex(tf_str_of(bad[i]), back, 4));
    assert_true(tf_hash_unhex(TF_STR_NONE, back, 0));
}

static void random_bytes_fill_all(void **state)
{
    (void)state;
    uint8_t seen[1000] = {0}, bytes[1000];
    for (int round = 0; round < 8; round++) {
        memset(bytes, 0, sizeof bytes);
        tf_hash_random(bytes, sizeof bytes);
        for (size_t i = 0; i < sizeof bytes; i++)
            seen[i] |= bytes[i];
    }
    for (size_t i = 0; i < sizeof seen; i++)
        assert_int_not_equal(seen[i], 0); /* chance of a false alarm: 1000 / 2^64 */
}

static void *hash_alone(void *argument)
{
    struct tf_hash16 *out = argument;
    struct tf_str part = TF_STR("Hi There");
    char key[20];
    memset(key, 0x0b, sizeof key);
    for (int i = 0; i < 200; i++) {
        out[0] = tf_hash_hmac((struct tf_str){key, sizeof key}, &part, 1);
        out[1] = tf_hash_sha256(&part, 1);
    }
    return NULL;
}

static void threads_do_not_share_contexts(void **state)
{
    (void)state;
    enum { COUNT = 4 };
    pthread_t threads[COUNT];
    struct tf_hash16 out[COUNT][2];
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hash_alone, out[i]), 0);
    for (int i = 0; i < COUNT; i++)
        pthread_join(threads[i], NULL);
    struct tf_str part = TF_STR("Hi There");
    for (int i = 0; i < COUNT; i++) {
        assert_hash(out[i][0], "b0344c61d8db38535ca8afceaf0bf12b");
        assert_true(tf_hash16_eq(out[i][1], tf_hash_sha256(&part, 1)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_known_answers),
        cmocka_unit_test(parts_are_one_text),
        cmocka_unit_test(hmac_known_answers),
        cmocka_unit_test(a_whole_hmac_and_base64),
        cmocka_unit_test(hmac_keys_in_turn),
        cmocka_unit_test(murmur2_known_answers),
        cmocka_unit_test(table_hashes),
        cmocka_unit_test(hex_both_ways),
        cmocka_unit_test(random_bytes_fill_all),
        cmocka_unit_test(threads_do_not_share_contexts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
