#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "taxflow/event.h"

/* Expected values: Python's hashlib and hmac on the bytes that DESIGN names. */
static void expect_hex(struct tf_hash16 hash, const char *expected)
{
    char hex[2 * TF_HASH16_BYTES + 1];
    tf_hash_hex(hash.bytes, sizeof hash.bytes, hex);
    assert_string_equal(hex, expected);
}

static void test_ids_are_the_hashes_of_their_parts(void **state)
{
    (void)state;
    struct tf_str source = TF_STR("/erp"), id = TF_STR("e1");
    expect_hex(tf_identity_claim(source, id, 0), "06ecb3e5c5b02e634cd30070d91b7d70");
    expect_hex(tf_identity_claim(source, id, UINT64_MAX), "3902c7adc26f9aaac1b0a1b59726e14c");
    expect_hex(tf_identity_record(source, id), "06ecb3e5c5b02e634cd30070d91b7d70"); /* of the first revision's claim */
    expect_hex(tf_identity_result(source, id, 3, TF_STR("tax"), TF_STR("ruleset-1")), "ad8d1ba5f973f91297a9303dad62d8e7");
}

static void test_parts_cannot_run_into_each_other(void **state)
{
    (void)state;
    assert_false(tf_hash16_eq(tf_identity_claim(TF_STR("ab"), TF_STR("c"), 1), tf_identity_claim(TF_STR("a"), TF_STR("bc"), 1)));
    assert_false(tf_hash16_eq(tf_identity_claim(TF_STR("a"), TF_STR("b1"), 1), tf_identity_claim(TF_STR("a"), TF_STR("b"), 11)));
    assert_false(tf_hash16_eq(tf_identity_record(TF_STR("ab"), TF_STR("")), tf_identity_record(TF_STR("a"), TF_STR("b"))));
    assert_false(tf_hash16_eq(tf_identity_result(TF_STR("a"), TF_STR("b"), 1, TF_STR("tax"), TF_STR("r")),
                              tf_identity_result(TF_STR("a"), TF_STR("b"), 1, TF_STR("fraud"), TF_STR("r"))));
}

static void test_the_key_is_a_pseudonym(void **state)
{
    (void)state;
    char key[33], other[33];
    tf_identity_key(TF_STR("secret"), TF_STR("ACME"), TF_STR("DE123"), key);
    assert_string_equal(key, "25dd1b9304ba75184af5c445f0a8d7ee");
    tf_identity_key(TF_STR("Secret"), TF_STR("ACME"), TF_STR("DE123"), other);
    assert_string_not_equal(key, other);
    tf_identity_key(TF_STR("secret"), TF_STR("ACMED"), TF_STR("E123"), other);
    assert_string_not_equal(key, other);
    tf_identity_key(TF_STR("secret"), TF_STR("ACME"), TF_STR(""), other);
    assert_int_equal(strlen(other), 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids_are_the_hashes_of_their_parts),
        cmocka_unit_test(test_parts_cannot_run_into_each_other),
        cmocka_unit_test(test_the_key_is_a_pseudonym),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
