#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "taxflow/money.h"

static struct tf_decimal parsed(const char *text)
{
    struct tf_decimal value;
    if (tf_money_parse(tf_str_of(text), &value) != TF_OK) {
        print_error("refused: \"%s\"\n", text);
        fail();
    }
    return value;
}

static void expect_text(struct tf_decimal value, uint8_t min_decimals, const char *expected)
{
    char out[TF_MONEY_TEXT_BYTES];
    struct tf_str text = tf_money_format(value, min_decimals, out);
    assert_string_equal(out, expected);
    assert_int_equal(text.len, strlen(expected));
}

static void test_parse_reads_the_lexical_forms_of_xs_decimal(void **state)
{
    (void)state;
    static const struct { const char *text, *value; } rows[] = {
        {"5", "5"}, {"+5.00", "5"}, {"05.", "5"}, {".5", "0.5"}, {"-0.10", "-0.1"}, {" 12.30\t\r\n", "12.3"}, {"-0", "0"},
        {"0.000", "0"}, {"1000", "1000"}, {"00012", "12"}, {"1234567890123456789.123456789", "1234567890123456789.123456789"},
        {"9999999999999999999999999999", "9999999999999999999999999999"}, {"0.0000000001", "0.0000000001"},
        {"1.00000000000000", "1"}, {"-9999999999999999999999999999.000", "-9999999999999999999999999999"},
        {"100000000000000000000.5", "100000000000000000000.5"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_text(parsed(rows[i].text), 0, rows[i].value);
}

static void test_parse_refuses_what_is_no_exact_decimal(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "", " ", ".", "+", "-", "+.", "1e1", "1E1", "1e999999", "1,5", "1.2.3", "--5", "+-5", "5-", "0x10", "NaN", "INF", "1 2", "٣",
        "10000000000000000000000000000", "99999999999999999999999999999", "0.000000000000000000001", "1.123456789012345678901", "5%", "1_000",
    };
    struct tf_decimal value = tf_money_of(7, 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (tf_money_parse(tf_str_of(rows[i]), &value) != TF_E_NUMBER) {
            print_error("taken: \"%s\"\n", rows[i]);
            fail();
        }
    }
    assert_int_equal(tf_money_parse(TF_STR_NONE, &value), TF_E_NUMBER);
    assert_int_equal(tf_money_parse((struct tf_str){"5\0", 2}, &value), TF_E_NUMBER);
    expect_text(value, 0, "7");
}

static void test_parse_counts_digits_that_mean_something(void **state)
{
    (void)state;
    expect_text(parsed("000000000000000000000000000000000000000000001.5"), 0, "1.5");
    expect_text(parsed("1.500000000000000000000000000000000000000000000"), 0, "1.5");
    expect_text(parsed("123456789012345678.0123456789"), 0, "123456789012345678.0123456789");
}

static void test_parse_json_takes_exponents_within_twenty(void **state)
{
    (void)state;
    static const struct { const char *text, *value; } rows[] = {
        {"1e1", "10"}, {"1E+2", "100"}, {"-1.5e3", "-1500"}, {"25e-1", "2.5"}, {"1e20", "100000000000000000000"}, {"0", "0"},
        {"0e20", "0"}, {"-0.10", "-0.1"}, {"1000e-3", "1"}, {"10000000000e-20", "0.0000000001"}, {"12.50", "12.5"},
    };
    struct tf_decimal value;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(tf_money_parse_json(tf_str_of(rows[i].text), &value), TF_OK);
        expect_text(value, 0, rows[i].value);
    }
}

static void test_parse_json_refuses_other_grammars_and_magnitudes(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "", "+5", "05", "5.", ".5", " 5", "5 ", "1e", "1e+", "1e21", "1e-21", "1e999999", "1e99999999999999999999", "1e-999999", "-",
        "1e20000", "123456789e20", "Infinity",
    };
    struct tf_decimal value;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (tf_money_parse_json(tf_str_of(rows[i]), &value) != TF_E_NUMBER) {
            print_error("taken: \"%s\"\n", rows[i]);
            fail();
        }
    }
}

static void test_of_and_signs(void **state)
{
    (void)state;
    expect_text(tf_money_of(12345, 2), 0, "123.45");
    expect_text(tf_money_neg(tf_money_of(12345, 2)), 0, "-123.45");
    expect_text(tf_money_abs(tf_money_of(-5, 1)), 0, "0.5");
    expect_text(tf_money_abs(tf_money_of(5, 1)), 0, "0.5");
    assert_int_equal(tf_money_sign(tf_money_of(-5, 1)), -1);
    assert_int_equal(tf_money_sign(tf_money_of(0, 3)), 0);
    assert_int_equal(tf_money_sign(tf_money_of(5, 1)), 1);
}

static void test_cmp_is_exact_across_scales(void **state)
{
    (void)state;
    assert_int_equal(tf_money_cmp(parsed("1.10"), parsed("1.1")), 0);
    assert_int_equal(tf_money_cmp(tf_money_of(110, 2), tf_money_of(11, 1)), 0);
    assert_int_equal(tf_money_cmp(parsed("1.1"), parsed("1.09")), 1);
    assert_int_equal(tf_money_cmp(parsed("-1.1"), parsed("-1.09")), -1);
    assert_int_equal(tf_money_cmp(parsed("-0.5"), parsed("0.5")), -1);
    assert_int_equal(tf_money_cmp(parsed("0.05"), parsed("0")), 1);
    /* Aligning these would not fit in 128 bits. */
    struct tf_decimal large = parsed("9999999999999999999999999999"), fine = {.units = 1, .scale = 20};
    assert_int_equal(tf_money_cmp(large, fine), 1);
    assert_int_equal(tf_money_cmp(fine, large), -1);
    assert_int_equal(tf_money_cmp((struct tf_decimal){.scale = 20}, fine), -1);
}

static void test_add_and_sub_are_exact(void **state)
{
    (void)state;
    struct tf_decimal sum = {0};
    assert_true(tf_money_add(parsed("0.1"), parsed("0.2"), &sum));
    assert_int_equal(tf_money_cmp(sum, parsed("0.3")), 0);
    assert_true(tf_money_add(parsed("9999999999999999999999999999"), parsed("0.0000000001"), &sum));
    expect_text(sum, 0, "9999999999999999999999999999.0000000001");
    assert_true(tf_money_sub(parsed("1"), parsed("1.01"), &sum));
    expect_text(sum, 0, "-0.01");
}

static void test_add_reports_overflow(void **state)
{
    (void)state;
    tf_int128 most = ((((tf_int128)1 << 126) - 1) << 1) + 1;
    struct tf_decimal top = {.units = most}, kept = tf_money_of(7, 0);
    assert_false(tf_money_add(top, tf_money_of(1, 0), &kept));
    assert_false(tf_money_add(top, tf_money_of(1, 1), &kept));
    assert_false(tf_money_sub(tf_money_neg(top), tf_money_of(1, 0), &kept));
    assert_false(tf_money_sub(tf_money_neg(top), tf_money_of(2, 0), &kept));
    expect_text(kept, 0, "7");
    assert_true(tf_money_add(top, tf_money_of(0, 0), &kept));
}

static void test_mul_keeps_all_decimals_and_reports_overflow(void **state)
{
    (void)state;
    struct tf_decimal product = tf_money_of(7, 0);
    assert_true(tf_money_mul(parsed("0.0000000001"), parsed("0.0000000001"), &product));
    assert_int_equal(product.scale, 20);
    assert_true(product.units == 1);
    assert_true(tf_money_mul(parsed("12.34"), parsed("-5.6"), &product));
    expect_text(product, 0, "-69.104");
    product = tf_money_of(7, 0);
    assert_false(tf_money_mul(parsed("9999999999999999999999999999"), parsed("9999999999999999999999999999"), &product));
    assert_false(tf_money_mul(parsed("99999999999999999999"), parsed("9999999999999999999"), &product));
    expect_text(product, 0, "7");
}

static void test_percent_is_two_more_decimals(void **state)
{
    (void)state;
    struct tf_decimal tax;
    expect_text(tf_money_percent(parsed("19")), 0, "0.19");
    assert_true(tf_money_mul(parsed("200.00"), tf_money_percent(parsed("19.5")), &tax));
    expect_text(tax, 2, "39.00");
}

static void test_round_half_goes_toward_plus_infinity(void **state)
{
    (void)state;
    static const struct { const char *text; uint8_t decimals; const char *rounded; } rows[] = {
        {"0.125", 2, "0.13"}, {"-0.125", 2, "-0.12"}, {"0.124", 2, "0.12"}, {"-0.126", 2, "-0.13"}, {"-0.124", 2, "-0.12"},
        {"2.5", 0, "3"}, {"-2.5", 0, "-2"}, {"-2.51", 0, "-3"}, {"1.005", 2, "1.01"}, {"0.005", 2, "0.01"}, {"-0.005", 2, "0"},
        {"7", 2, "7"}, {"1.23", 2, "1.23"}, {"0.0000000001", 2, "0"}, {"-0.0000000001", 0, "0"}, {"999.995", 2, "1000"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_text(tf_money_round_half_up(parsed(rows[i].text), rows[i].decimals), 0, rows[i].rounded);
}

static void test_to_minor_is_cents_or_nothing(void **state)
{
    (void)state;
    int64_t minor = 7;
    assert_true(tf_money_to_minor(parsed("12.345"), &minor));
    assert_int_equal(minor, 1235);
    assert_true(tf_money_to_minor(parsed("-12.345"), &minor));
    assert_int_equal(minor, -1234);
    assert_true(tf_money_to_minor(parsed("3"), &minor));
    assert_int_equal(minor, 300);
    assert_true(tf_money_to_minor(parsed("92233720368547758.07"), &minor));
    assert_true(minor == INT64_MAX);
    assert_true(tf_money_to_minor(parsed("-92233720368547758.08"), &minor));
    assert_true(minor == INT64_MIN);
    assert_false(tf_money_to_minor(parsed("92233720368547758.08"), &minor));
    assert_false(tf_money_to_minor(parsed("9999999999999999999999999999"), &minor));
    assert_true(minor == INT64_MIN);
}

static void test_format_is_plain_text(void **state)
{
    (void)state;
    expect_text(parsed("5"), 2, "5.00");
    expect_text(tf_money_of(5000, 3), 2, "5.00");
    expect_text(tf_money_of(5001, 3), 2, "5.001");
    expect_text(tf_money_of(-5, 3), 0, "-0.005");
    expect_text(tf_money_of(0, 5), 0, "0");
    expect_text(tf_money_of(0, 0), 2, "0.00");
    expect_text(tf_money_of(INT64_MIN, 0), 0, "-9223372036854775808");
    expect_text(parsed("-9999999999999999999999999999"), 10, "-9999999999999999999999999999.0000000000");
    expect_text((struct tf_decimal){.units = -1, .scale = 36}, 0, "-0.000000000000000000000000000000000001");
}

static void test_ln_of_positive_values_only(void **state)
{
    (void)state;
    assert_true(fabs(tf_money_ln(parsed("1"))) < 1e-12);
    assert_true(fabs(tf_money_ln(parsed("1234.56")) - 7.118469962) < 1e-6);
    assert_true(fabs(tf_money_ln(tf_money_of(1, 10)) + 23.025850929940457) < 1e-9);
    assert_true(isnan(tf_money_ln(tf_money_of(0, 0))));
    assert_true(isnan(tf_money_ln(tf_money_of(-1, 0))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_reads_the_lexical_forms_of_xs_decimal),
        cmocka_unit_test(test_parse_refuses_what_is_no_exact_decimal),
        cmocka_unit_test(test_parse_counts_digits_that_mean_something),
        cmocka_unit_test(test_parse_json_takes_exponents_within_twenty),
        cmocka_unit_test(test_parse_json_refuses_other_grammars_and_magnitudes),
        cmocka_unit_test(test_of_and_signs),
        cmocka_unit_test(test_cmp_is_exact_across_scales),
        cmocka_unit_test(test_add_and_sub_are_exact),
        cmocka_unit_test(test_add_reports_overflow),
        cmocka_unit_test(test_mul_keeps_all_decimals_and_reports_overflow),
        cmocka_unit_test(test_percent_is_two_more_decimals),
        cmocka_unit_test(test_round_half_goes_toward_plus_infinity),
        cmocka_unit_test(test_to_minor_is_cents_or_nothing),
        cmocka_unit_test(test_format_is_plain_text),
        cmocka_unit_test(test_ln_of_positive_values_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
