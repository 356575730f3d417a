#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "json_text.h"

static void test_numbers_follow_the_grammar(void **state)
{
    (void)state;
    static const char *const good[] = {"0", "-0", "1", "12", "-12.5", "0.5", "1e5", "1E-5", "1.5e+10", "1e999999",
                                       "123456789012345678901234567890.123456789012345678901234567890"};
    static const char *const bad[] = {"", "-", "+1", "01", "00", "-01", ".5", "5.", "1e", "1e+", "1.e5", "0x1", "1a", "1 ", " 1",
                                      "Infinity", "NaN", "--1", "1..2", "1e1.5"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(tf_json_text_is_number(tf_str_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (tf_json_text_is_number(tf_str_of(bad[i])))
            fail_msg("taken: %s", bad[i]);
}

static void test_strings_are_one_from_quote_to_quote(void **state)
{
    (void)state;
    static const char *const good[] = {"\"\"", "\"a\"", "\"a\\\"b\"", "\"\\\\\""};
    static const char *const bad[] = {"", "\"", "a", "\"a", "a\"", "\"a\"b\"", "\"a\":\"b\"", "\"a\\\"", "\"a\nb\"", "\"a\" "};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(tf_json_text_is_string(tf_str_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (tf_json_text_is_string(tf_str_of(bad[i])))
            fail_msg("taken: %s", bad[i]);
}

static void expect_unescaped(const char *raw, const char *expected)
{
    char bytes[128];
    size_t len = strlen(raw);
    memcpy(bytes, raw, len);
    assert_int_equal(tf_json_text_unescape(bytes, len, &len), TF_OK);
    assert_int_equal(len, strlen(expected));
    assert_memory_equal(bytes, expected, len);
}

static void test_unescape_resolves_every_escape(void **state)
{
    (void)state;
    expect_unescaped("", "");
    expect_unescaped("plain", "plain");
    expect_unescaped("\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t");
    expect_unescaped("a\\u0041\\u00e9\\u20AC\\u000f.", "aA\xC3\xA9\xE2\x82\xAC\x0f.");
    expect_unescaped("\\ud83D\\uDE02!", "\xF0\x9F\x98\x82!");
    expect_unescaped("\\uFFFF", "\xEF\xBF\xBF");
    expect_unescaped("\\\\u0041", "\\u0041");
}

static void expect_refused(const char *raw, enum tf_err err, size_t at)
{
    char bytes[128];
    size_t len = strlen(raw), ret_len = 0;
    memcpy(bytes, raw, len);
    assert_int_equal(tf_json_text_unescape(bytes, len, &ret_len), err);
    assert_int_equal(ret_len, at);
}

static void test_unescape_refuses_and_says_where(void **state)
{
    (void)state;
    expect_refused("ab\\x", TF_E_JSON, 2);
    expect_refused("ab\\", TF_E_JSON, 2);
    expect_refused("\\u12", TF_E_JSON, 0);
    expect_refused("\\u12G4", TF_E_JSON, 0);
    expect_refused("\\U0041", TF_E_JSON, 0);
    expect_refused("x\\u0000", TF_E_VALUE, 1);
    expect_refused("\\ud83d", TF_E_UTF8, 0);
    expect_refused("\\ud83dx\\ude02", TF_E_UTF8, 0);
    expect_refused("\\ud83d\\u0041", TF_E_UTF8, 0);
    expect_refused("\\ude02\\ud83d", TF_E_UTF8, 0);
    expect_refused("\\n\\ude02", TF_E_UTF8, 2);
}

static void expect_diagnosis(const char *text, size_t len, enum tf_err err, size_t at)
{
    size_t got = 999;
    assert_int_equal(tf_json_text_diagnose((struct tf_str){text, len}, 3, &got), err);
    assert_int_equal(got, at);
}

static void test_diagnose_names_the_reason(void **state)
{
    (void)state;
    expect_diagnosis("{\"a\xFF\"}", 6, TF_E_UTF8, 3);
    expect_diagnosis("{\"a\xC3", 4, TF_E_UTF8, 3);
    expect_diagnosis("[[[[", 4, TF_E_DEPTH, 3);
    expect_diagnosis("[\"[[[[[[\"", 9, TF_E_JSON, 999);
    expect_diagnosis("{\"a\":\"b", 7, TF_E_JSON, 5);
    expect_diagnosis("{\"a\nb\"}", 7, TF_E_JSON, 3);
    expect_diagnosis("{\"a\\\"", 5, TF_E_JSON, 1);
    expect_diagnosis("]]]][[[", 7, TF_E_JSON, 999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_follow_the_grammar),
        cmocka_unit_test(test_strings_are_one_from_quote_to_quote),
        cmocka_unit_test(test_unescape_resolves_every_escape),
        cmocka_unit_test(test_unescape_refuses_and_says_where),
        cmocka_unit_test(test_diagnose_names_the_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
