#include "unit/rules/fraud/sample.h"

static void check(const char *number, const char *expected)
{
    struct tf_arena *arena = tf_arena_create(4096);
    assert_non_null(arena);
    struct tf_str actual = tf_fraud_normalise_number(tf_str_of(number), arena);
    if (!expected)
        assert_null(actual.ptr);
    else
        assert_text(actual, expected);
    tf_arena_destroy(arena);
}

static void case_and_punctuation_go(void **state)
{
    (void)state;
    check("ab-12/3.c", "AB123C");
    check("  7 ", "7");
    check("2026_0001", "20260001");
    check("\xc3\x84-7", "\xc3\x84" "7");
}

static void prefixes_and_zeros_go(void **state)
{
    (void)state;
    check("INV-00012", "12");
    check("Invoice No. 12", "12");
    check("RE 2026/0012", "20260012");
    check("Rechnungs-Nr.: 0012", "12");
    check("FA000120", "120");
    check("0012A", "12A");
}

static void words_that_stand_alone_go_before_letters_as_well(void **state)
{
    (void)state;
    check("INV-X12", "X12");
    check("Inv. No. AB-7", "AB7");
    check("FA/E3-2178", "E32178");
    check("re e3-5182", "E35182");
    check("INVX12", "INVX12");
    check("REX-12", "REX12");
    check("12 RE X", "12REX");
    check("INV-", NULL);
}

static void other_letters_stay(void **state)
{
    (void)state;
    check("REX12", "REX12");
    check("A-0012", "A0012");
    check("12INV", "12INV");
    check("KINV12", "KINV12");
}

static void nothing_left_is_absent(void **state)
{
    (void)state;
    check(NULL, NULL);
    check("", NULL);
    check("---", NULL);
    check("000", NULL);
    check("INV-000", NULL);
    check("Rechnung", NULL);
}

static void long_numbers_differ_to_the_last_character(void **state)
{
    (void)state;
    char a[600], b[600];
    struct tf_arena *arena = tf_arena_create(8192);
    assert_non_null(arena);
    memset(a, '7', sizeof a);
    memset(b, '7', sizeof b);
    b[599] = '8';
    struct tf_str left = tf_fraud_normalise_number((struct tf_str){a, 600}, arena);
    struct tf_str right = tf_fraud_normalise_number((struct tf_str){b, 600}, arena);
    assert_true(left.len > 0 && left.len <= 256 && right.len == left.len);
    assert_false(tf_str_eq(left, right));
    assert_true(tf_str_eq(left, tf_fraud_normalise_number((struct tf_str){a, 600}, arena)));
    tf_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_and_punctuation_go), cmocka_unit_test(prefixes_and_zeros_go),
        cmocka_unit_test(words_that_stand_alone_go_before_letters_as_well), cmocka_unit_test(other_letters_stay),
        cmocka_unit_test(nothing_left_is_absent), cmocka_unit_test(long_numbers_differ_to_the_last_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
