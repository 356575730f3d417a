#include "en16931/binary64.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ROUNDS = 200000 };

static double hardware(struct tf_binary64 a)
{
    return ldexp((double)a.mantissa, a.exponent);
}

static double parsed(struct tf_decimal a)
{
    char text[64];
    (void)snprintf(text, sizeof text, "%llde-%u", (long long)a.units, a.scale);
    return strtod(text, NULL);
}

static struct tf_decimal any_decimal(void)
{
    return tf_money_of((int64_t)(mrand48() * (lrand48() % 3 ? 1 : lrand48())) >> (lrand48() % 31), (uint8_t)(lrand48() % 11));
}

/* Every step rounds as the machine's own binary64 does. */
static void test_agrees_with_the_machine(void **state)
{
    (void)state;
    srand48(1);
    for (int i = 0; i < ROUNDS; i++) {
        const struct tf_decimal left = any_decimal(), right = any_decimal();
        const double x = parsed(left), y = parsed(right);
        const struct tf_binary64 a = tf_binary64_of(left), b = tf_binary64_of(right);
        assert_true(hardware(a) == x && hardware(b) == y);
        assert_true(hardware(tf_binary64_add(a, b)) == x + y);
        assert_true(hardware(tf_binary64_mul(a, b)) == x * y);
        assert_int_equal(tf_binary64_less(a, b), x < y);
        assert_int_equal(tf_binary64_eq(a, b), x == y);
        const double rounded = x - floor(x) >= 0.5 ? floor(x) + 1 : floor(x);
        assert_true(hardware(tf_binary64_round_hundredth(a)) == rounded / 100);
    }
}

/* What a binary64 exactly is, against decimals beside it: 0.1 is a little more than a tenth. */
static void test_compares_with_decimals_exactly(void **state)
{
    (void)state;
    static const struct { int64_t units; uint8_t scale; int order; } rows[] = {
        {1, 1, 1}, {3, 1, -1}, {5, 1, 0}, {-1, 1, -1}, {100, 0, 0}, {237568, 2, -1}, {0, 0, 0}, {INT64_C(4611686018427387904), 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct tf_decimal decimal = tf_money_of(rows[i].units, rows[i].scale);
        assert_int_equal(tf_binary64_cmp(tf_binary64_of(decimal), decimal), rows[i].order);
    }
    assert_int_equal(tf_binary64_cmp(tf_binary64_of(tf_money_of(1, 0)), tf_money_of(2, 0)), -1);
    assert_int_equal(tf_binary64_cmp(tf_binary64_of(tf_money_of(-1, 10)), tf_money_of(-2, 10)), 1);
    assert_int_equal(tf_binary64_cmp(tf_binary64_of(tf_money_of(1, 20)), tf_money_of(0, 0)), 1);
}

static int64_t cents(int64_t units, uint8_t scale)
{
    const struct tf_decimal rounded = tf_binary64_cents(tf_binary64_of(tf_money_of(units, scale)));
    assert_int_equal(rounded.scale, 2);
    return (int64_t)rounded.units;
}

/* 1.005 and 100.005 are a little less than half a cent up, 0.125 is exactly that, 8.345 a little more. */
static void test_cents_of_what_it_exactly_is(void **state)
{
    (void)state;
    assert_int_equal(cents(1005, 3), 100);
    assert_int_equal(cents(100005, 3), 10000);
    assert_int_equal(cents(125, 3), 13);
    assert_int_equal(cents(8345, 3), 835);
    assert_int_equal(cents(-125, 3), -12);
    assert_int_equal(cents(1, 10), 0);
    assert_int_equal(cents(0, 0), 0);
}

/* The largest amounts there are, and a sum of many of them. */
static void test_large_amounts(void **state)
{
    (void)state;
    struct tf_decimal large;
    assert_int_equal(tf_money_parse(TF_STR("9999999999999999999999999999"), &large), TF_OK);
    struct tf_binary64 sum = tf_binary64_of(large);
    assert_true(hardware(sum) == 1e28);
    for (int i = 0; i < 40; i++)
        sum = tf_binary64_add(sum, sum);
    assert_true(hardware(sum) == ldexp(1e28, 40));
    assert_true(tf_binary64_less(tf_binary64_of(large), tf_binary64_round_hundredth(sum)));
}

/* Signs of zero as IEEE 754, 6.3 has them: only two negative ones add up to a negative one. */
static void test_negative_zero(void **state)
{
    (void)state;
    const struct tf_binary64 negative = TF_BINARY64_NEGATIVE_ZERO, zero = {0, 0}, one = tf_binary64_of(tf_money_of(1, 0));
    struct tf_amount amount = {.text = TF_STR(" -0.00"), .value = {.scale = 2}};
    assert_true(tf_binary64_eq(tf_binary64_of_amount(amount), negative));
    amount.text = TF_STR("0.00");
    assert_true(tf_binary64_eq(tf_binary64_of_amount(amount), zero));
    assert_false(tf_binary64_eq(negative, zero));
    assert_false(tf_binary64_less(negative, zero));
    assert_true(tf_binary64_eq(tf_binary64_add(negative, negative), negative));
    assert_true(tf_binary64_eq(tf_binary64_add(negative, zero), zero));
    assert_true(tf_binary64_eq(tf_binary64_add(negative, one), one));
    assert_true(tf_binary64_eq(tf_binary64_mul(negative, one), negative));
    assert_true(tf_binary64_eq(tf_binary64_round_hundredth(tf_binary64_of(tf_money_of(-4, 1))), negative));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compares_with_decimals_exactly),
        cmocka_unit_test(test_agrees_with_the_machine),
        cmocka_unit_test(test_cents_of_what_it_exactly_is),
        cmocka_unit_test(test_large_amounts),
        cmocka_unit_test(test_negative_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
