#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "duplicate/alike.h"

static enum tf_alike compare(const char *a, const char *b)
{
    struct tf_alike_number number;
    tf_alike_prepare(&number, tf_str_of(a));
    return tf_alike_compare(&number, tf_alike_tag(tf_str_of(b)));
}

/* What a is to b, b is to a. */
static void check(const char *a, const char *b, enum tf_alike expected)
{
    if (compare(a, b) != expected || compare(b, a) != expected)
        fail_msg("%s and %s: %d and %d, not %d", a, b, (int)compare(a, b), (int)compare(b, a), (int)expected);
}

static void slips_are_told_apart(void **state)
{
    (void)state;
    check("12345", "12345", TF_ALIKE_SAME);
    check("12345", "12345A", TF_ALIKE_LETTER);
    check("1", "1A", TF_ALIKE_LETTER);
    check("12345", "13245", TF_ALIKE_SWAPPED);
    check("12345", "21345", TF_ALIKE_SWAPPED);
    check("12345", "12354", TF_ALIKE_SWAPPED);
    check("1O345", "10345", TF_ALIKE_LOOKS);
    check("2026117", "20261I7", TF_ALIKE_LOOKS);
    check("12345", "102345", TF_ALIKE_LENGTH);
    check("12345", "123450", TF_ALIKE_LENGTH);
    check("12345", "912345", TF_ALIKE_LENGTH);
    check("12345", "12Z345", TF_ALIKE_LENGTH);
}

static void counting_and_two_slips_are_other_numbers(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"1001", "1002"},    {"10041", "10042"},   {"030110", "040110"}, {"12345", "12395"},  {"12345", "1234567"}, {"12345", "21354"},
        {"12345", "32145"},  {"A2345", "B2345"},   {"12345A", "12345B"}, {"DO345", "OD345A"}, {"1234", "1243"},      {"1234", "12340"},
        {"1O34", "1034"},    {"12345", "52341"},   {"12345", "54321"},   {"D0345", "O0345"},
        {"20251", "202512"}, {"12344", "123444"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        check(pairs[i][0], pairs[i][1], TF_ALIKE_NOT);
}

/* Every number of five digits against a few: nothing but what the definition says. */
static void no_other_number_is_taken_for_one(void **state)
{
    (void)state;
    static const char base[] = "40917";
    char other[8];
    size_t swapped = 0, others = 0;
    for (unsigned n = 10000; n <= 99999; n++) {
        snprintf(other, sizeof other, "%u", n);
        enum tf_alike how = compare(base, other);
        swapped += how == TF_ALIKE_SWAPPED;
        others += how != TF_ALIKE_SWAPPED && how != TF_ALIKE_NOT;
        bool same = strcmp(base, other) == 0;
        assert_int_equal(how == TF_ALIKE_SAME, same);
    }
    assert_int_equal(swapped, 3); /* 04917 has another length as a number of five digits */
    assert_int_equal(others, 1);
}

static void other_alphabets_and_long_numbers(void **state)
{
    (void)state;
    static const char digits[] = "1234567890123456789012345678901234567890123456789012345678901234567890";
    char longest[TF_ALIKE_BYTES_MAX + 1] = {0}, more[TF_ALIKE_BYTES_MAX + 2] = {0}, swapped[TF_ALIKE_BYTES_MAX + 2];
    memcpy(longest, digits, TF_ALIKE_BYTES_MAX);
    memcpy(more, digits, TF_ALIKE_BYTES_MAX);
    more[TF_ALIKE_BYTES_MAX] = 'A';
    memcpy(swapped, more, sizeof swapped);
    swapped[0] = '2';
    swapped[1] = '1';
    assert_int_equal(compare(longest, more), TF_ALIKE_LETTER);
    assert_int_equal(compare(more, more), TF_ALIKE_SAME);
    assert_int_equal(compare(more, swapped), TF_ALIKE_NOT); /* too long to look for slips */
    check("\xc3\x84" "123", "\xc3\x84" "132", TF_ALIKE_SWAPPED);
}

static void every_slip_has_words(void **state)
{
    (void)state;
    for (int alike = TF_ALIKE_NOT; alike <= TF_ALIKE_LENGTH; alike++)
        assert_true(strlen(tf_alike_words((enum tf_alike)alike)) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slips_are_told_apart), cmocka_unit_test(counting_and_two_slips_are_other_numbers),
        cmocka_unit_test(no_other_number_is_taken_for_one), cmocka_unit_test(other_alphabets_and_long_numbers),
        cmocka_unit_test(every_slip_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
