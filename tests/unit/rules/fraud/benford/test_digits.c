#include "unit/rules/fraud/sample.h"

#include "benford/digits.h"

static struct tf_decimal decimal(const char *text)
{
    struct tf_decimal value;
    assert_int_equal(tf_money_parse(tf_str_of(text), &value), TF_OK);
    return value;
}

static void first_digits_are_those_of_the_text(void **state)
{
    (void)state;
    static const struct { const char *text; unsigned two; int decade; } cases[] = {
        {"123.45", 12, 2}, {"-987", 98, 2}, {"5", 50, 0}, {"5.07", 50, 0}, {"0.05", 50, -2}, {"0.059", 59, -2}, {"10", 10, 1}, {"99.999", 99, 1},
        {"0.29", 29, -1}, {"1.1", 11, 0}, {"1000000000000000000000000", 10, 24}, {"0.00000000000000000037", 37, -19}, {"4.35", 43, 0},
        {"1.15", 11, 0}, {"64.1", 64, 1}, {"9223372036854775807", 92, 18}, {"9999999999999999999999999999", 99, 27}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tf_digits digits;
        assert_true(tf_digits_first(decimal(cases[i].text), &digits));
        assert_int_equal(digits.first_two, cases[i].two);
        assert_int_equal(digits.decade, cases[i].decade);
    }
}

static void nothing_has_no_digits(void **state)
{
    (void)state;
    struct tf_digits digits;
    unsigned last;
    assert_false(tf_digits_first(decimal("0.00"), &digits));
    assert_false(tf_digits_first((struct tf_decimal){.units = 5, .unknown = true}, &digits));
    assert_false(tf_digits_last_two((struct tf_decimal){.units = 5, .unknown = true}, 2, &last));
}

/* Every amount of two decimals up to 10,000 against its text: where binary fractions fail, integers do not. */
static void every_amount_agrees_with_its_text(void **state)
{
    (void)state;
    for (int64_t cents = 1; cents <= 1000000; cents++) {
        char text[TF_MONEY_TEXT_BYTES], digits_only[TF_MONEY_TEXT_BYTES] = {0};
        struct tf_str view = tf_money_format(tf_money_of(cents, 2), 2, text);
        size_t count = 0;
        for (size_t i = 0; i < view.len; i++)
            if (text[i] != '.' && (count > 0 || text[i] != '0'))
                digits_only[count++] = text[i];
        struct tf_digits digits;
        unsigned last;
        assert_true(tf_digits_first(tf_money_of(cents, 2), &digits));
        assert_int_equal(digits.first_two, (unsigned)(digits_only[0] - '0') * 10 + (count > 1 ? (unsigned)(digits_only[1] - '0') : 0));
        assert_true(tf_digits_last_two(tf_money_of(cents, 2), 2, &last));
        assert_int_equal(last, (unsigned)(text[view.len - 2] - '0') * 10 + (unsigned)(text[view.len - 1] - '0'));
    }
}

static void last_digits_are_those_of_the_currency(void **state)
{
    (void)state;
    static const struct { const char *text; unsigned decimals, digits; } cases[] = {
        {"123.45", 2, 45}, {"123.4", 2, 40}, {"123", 2, 0}, {"123", 0, 23}, {"7", 0, 7}, {"12.3450", 3, 45}, {"-19.99", 2, 99}, {"100.00", 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned last;
        assert_true(tf_digits_last_two(decimal(cases[i].text), cases[i].decimals, &last));
        assert_int_equal(last, cases[i].digits);
    }
    unsigned last;
    assert_false(tf_digits_last_two(decimal("123.456"), 2, &last)); /* more than the currency has */
    assert_false(tf_digits_last_two(decimal("123.4"), 0, &last));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(first_digits_are_those_of_the_text), cmocka_unit_test(nothing_has_no_digits),
                                       cmocka_unit_test(every_amount_agrees_with_its_text), cmocka_unit_test(last_digits_are_those_of_the_currency)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
