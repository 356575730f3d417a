#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "taxflow/str.h"

static void absent_is_not_empty(void **state)
{
    (void)state;
    assert_false(tf_str_present(tf_str_of(NULL)));
    assert_true(tf_str_present(tf_str_of("")));
    assert_true(tf_str_eq(TF_STR_NONE, TF_STR("")));
    assert_false(tf_str_present(tf_str_trim(TF_STR_NONE)));
    assert_true(tf_str_blank(TF_STR_NONE));
    assert_true(tf_str_is(TF_STR("abc"), "abc"));
    assert_false(tf_str_is(TF_STR("abc"), "abd"));
}

static void order_is_that_of_unsigned_bytes(void **state)
{
    (void)state;
    assert_int_equal(tf_str_cmp(TF_STR("a"), TF_STR("b")), -1);
    assert_int_equal(tf_str_cmp(TF_STR("b"), TF_STR("a")), 1);
    assert_int_equal(tf_str_cmp(TF_STR("ab"), TF_STR("abc")), -1);
    assert_int_equal(tf_str_cmp(TF_STR("abc"), TF_STR("ab")), 1);
    assert_int_equal(tf_str_cmp(TF_STR("abc"), TF_STR("abc")), 0);
    assert_int_equal(tf_str_cmp(TF_STR_NONE, TF_STR("")), 0);
    assert_int_equal(tf_str_cmp(TF_STR("z"), TF_STR("\xc3\xa4")), -1);
    assert_int_equal(tf_str_cmp(TF_STR("a\0b"), TF_STR("a\0a")), 1);
}

static void trimming_takes_only_xml_space(void **state)
{
    (void)state;
    assert_true(tf_str_is(tf_str_trim(TF_STR(" \t\r\na b\n ")), "a b"));
    assert_true(tf_str_is(tf_str_trim(TF_STR("\va\f")), "\va\f"));
    assert_true(tf_str_present(tf_str_trim(TF_STR("  "))));
    assert_true(tf_str_blank(TF_STR(" \t\r\n")));
    assert_false(tf_str_blank(TF_STR(" x ")));
    assert_false(tf_str_blank(TF_STR("\xc2\xa0"))); /* no-break space */
}

static void case_is_ascii_only(void **state)
{
    (void)state;
    assert_true(tf_str_ieq(TF_STR("DE-aZ"), TF_STR("de-Az")));
    assert_false(tf_str_ieq(TF_STR("@["), TF_STR("`{")));
    assert_false(tf_str_ieq(TF_STR("\xc3\x84"), TF_STR("\xc3\xa4")));
    assert_false(tf_str_ieq(TF_STR("a"), TF_STR("ab")));
}

static void prefixes(void **state)
{
    (void)state;
    assert_true(tf_str_starts(TF_STR("kafka.x"), TF_STR("kafka.")));
    assert_true(tf_str_starts(TF_STR("x"), TF_STR("")));
    assert_true(tf_str_starts(TF_STR_NONE, TF_STR_NONE));
    assert_false(tf_str_starts(TF_STR("kaf"), TF_STR("kafka")));
    assert_false(tf_str_starts(TF_STR("kafke"), TF_STR("kafka")));
}

static void numbers_within_their_maximum(void **state)
{
    (void)state;
    uint64_t value = 7;
    assert_true(tf_str_to_u64(TF_STR("18446744073709551615"), UINT64_MAX, &value));
    assert_true(value == UINT64_MAX);
    assert_true(tf_str_to_u64(TF_STR("000"), 0, &value));
    assert_int_equal(value, 0);
    assert_true(tf_str_to_u64(TF_STR("255"), 255, &value));
    assert_int_equal(value, 255);
    value = 7;
    static const char *const bad[] = {"", "-1", "+1", " 1", "1 ", "0x1", "1.0", "18446744073709551616", "99999999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(tf_str_to_u64(tf_str_of(bad[i]), UINT64_MAX, &value));
    assert_false(tf_str_to_u64(TF_STR_NONE, 9, &value));
    assert_false(tf_str_to_u64(TF_STR("256"), 255, &value));
    assert_false(tf_str_to_u64(TF_STR("5"), 3, &value));
    assert_int_equal(value, 7);
}

static void distances(void **state)
{
    (void)state;
    assert_int_equal(tf_str_distance(TF_STR("kitten"), TF_STR("sitting")), 3);
    assert_int_equal(tf_str_distance(TF_STR("partitions"), TF_STR("partitoins")), 1); /* one swap */
    assert_int_equal(tf_str_distance(TF_STR("ca"), TF_STR("abc")), 3);                /* alignment, not full Damerau */
    assert_int_equal(tf_str_distance(TF_STR("ABC"), TF_STR("abc")), 0);
    assert_int_equal(tf_str_distance(TF_STR(""), TF_STR("abc")), 3);
    assert_int_equal(tf_str_distance(TF_STR_NONE, TF_STR_NONE), 0);
    char text[65];
    memset(text, 'a', sizeof text);
    assert_int_equal(tf_str_distance((struct tf_str){text, 64}, TF_STR("b")), 64);
    assert_true(tf_str_distance((struct tf_str){text, 65}, TF_STR("b")) == SIZE_MAX);
}

static void well_formed_utf8(void **state)
{
    (void)state;
    static const char *const good[] = {
        "", "plain ascii, longer than a word", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "12345678\xe2\x82\xac!", "1234567\xc3\xa4",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(tf_str_utf8_valid(tf_str_of(good[i])));
    assert_true(tf_str_utf8_valid(TF_STR("a\0b")));
    assert_true(tf_str_utf8_valid(TF_STR_NONE));
}

static void malformed_utf8(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", /* overlong */
        "\xed\xa0\x80", "\xed\xbf\xbf",                                                     /* surrogates */
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xfe",                             /* past U+10FFFF */
        "\xc2", "\xe2\x82", "\xf0\x9f\x98", "\xf0", "\xe2",                                 /* cut off */
        "\xc2" "a", "\xe2\x82" "a", "\xf0\x9f\x98" "a", "\xe2" "a\x82", "12345678\xff", "1234567\xe2\x82",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(tf_str_utf8_valid(tf_str_of(bad[i])));
}

static void sequence_lengths(void **state)
{
    (void)state;
    assert_int_equal(tf_str_utf8_len(TF_STR("")), 0);
    assert_int_equal(tf_str_utf8_len(TF_STR("\0")), 1);
    assert_int_equal(tf_str_utf8_len(TF_STR("ab")), 1);
    assert_int_equal(tf_str_utf8_len(TF_STR("\xc3\xa4" "b")), 2);
    assert_int_equal(tf_str_utf8_len(TF_STR("\xe2\x82\xac")), 3);
    assert_int_equal(tf_str_utf8_len(TF_STR("\xf0\x9f\x98\x80")), 4);
    assert_int_equal(tf_str_utf8_len((struct tf_str){"\xe2\x82\xac", 2}), 0);
}

static void test_of_u64(void **state)
{
    (void)state;
    static const struct { uint64_t value; const char *text; } cases[] = {
        {0, "0"}, {9, "9"}, {10, "10"}, {1234567890, "1234567890"}, {UINT64_MAX, "18446744073709551615"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char digits[TF_STR_NUMBER_BYTES];
        assert_true(tf_str_is(tf_str_of_u64(cases[i].value, digits), cases[i].text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_u64),
        cmocka_unit_test(absent_is_not_empty),
        cmocka_unit_test(order_is_that_of_unsigned_bytes),
        cmocka_unit_test(trimming_takes_only_xml_space),
        cmocka_unit_test(case_is_ascii_only),
        cmocka_unit_test(prefixes),
        cmocka_unit_test(numbers_within_their_maximum),
        cmocka_unit_test(distances),
        cmocka_unit_test(well_formed_utf8),
        cmocka_unit_test(malformed_utf8),
        cmocka_unit_test(sequence_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
