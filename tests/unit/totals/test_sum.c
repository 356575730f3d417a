#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "taxflow/sum.h"

static struct tf_decimal decimal(const char *text)
{
    struct tf_decimal value;
    assert_int_equal(tf_money_parse(tf_str_of(text), &value), TF_OK);
    return value;
}

static void expect(const struct tf_sum *sum, const char *text)
{
    char out[TF_SUM_TEXT_BYTES];
    const struct tf_str written = tf_sum_format(sum, out);
    assert_string_equal(out, text);
    assert_int_equal(written.len, strlen(text));
}

static struct tf_sum sum_of(const char *const *texts, size_t count)
{
    struct tf_sum sum = {.rest = 0};
    for (size_t i = 0; i < count; i++)
        assert_true(tf_sum_add(&sum, decimal(texts[i])));
    return sum;
}

static void test_nothing_is_rounded(void **state)
{
    (void)state;
    static const struct { const char *add[4], *text; } rows[] = {
        {{"0"}, "0.00"}, {{"1"}, "1.00"}, {{"0.1", "0.2"}, "0.30"}, {{"-0.01"}, "-0.01"}, {{"0.005", "0.005"}, "0.01"},
        {{"-0.005"}, "-0.005"}, {{"-0.005", "-0.005"}, "-0.01"}, {{"0.01", "-0.005"}, "0.005"}, {{"-1.23456", "0.23456"}, "-1.00"},
        {{"0.00000000000000000001"}, "0.00000000000000000001"}, {{"-0.00000000000000000001"}, "-0.00000000000000000001"},
        {{"0.99999999999999999999", "0.00000000000000000001"}, "1.00"},
        {{"9999999999999999999999999999", "0.00000000000000000001"}, "9999999999999999999999999999.00000000000000000001"},
        {{"9999999999999999999999999999", "-9999999999999999999999999999", "0.07"}, "0.07"},
        {{"-9999999999999999999999999999", "-0.00000000000000000001"}, "-9999999999999999999999999999.00000000000000000001"},
        {{"100", "-100.001", "0.001"}, "0.00"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t count = 0;
        while (count < 4 && rows[i].add[count])
            count++;
        const struct tf_sum sum = sum_of(rows[i].add, count);
        assert_true(sum.rest >= 0 && sum.rest < INT64_C(1000000000000000000));
        expect(&sum, rows[i].text);
    }
}

static void test_what_is_added_and_taken_off_leaves_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {"12.34", "-0.005", "0.00000000000000000007", "-99999999.999", "5"};
    struct tf_sum sum = sum_of(texts, 5), back = tf_sum_negated(&sum), twice = tf_sum_negated(&back);
    assert_true(tf_sum_eq(&sum, &twice));
    assert_false(tf_sum_is_zero(&sum));
    assert_true(tf_sum_join(&sum, &back));
    assert_true(tf_sum_is_zero(&sum));
}

static void test_order_does_not_show(void **state)
{
    (void)state;
    static const char *const there[] = {"0.333", "-1.01", "7.5", "-0.00000000000000000003"}, *const back[] = {"-0.00000000000000000003", "7.5", "-1.01", "0.333"};
    const struct tf_sum a = sum_of(there, 4), b = sum_of(back, 4);
    assert_true(tf_sum_eq(&a, &b));
}

static void test_full_is_said_and_changes_nothing(void **state)
{
    (void)state;
    const tf_int128 most = ((((tf_int128)1 << 126) - 1) << 1) + 1;
    struct tf_sum sum = {.cents = most, .rest = 5}, before = sum;
    assert_false(tf_sum_add(&sum, decimal("0.01")));
    assert_true(tf_sum_eq(&sum, &before));
    assert_false(tf_sum_join(&sum, &(struct tf_sum){0, INT64_C(999999999999999999)})); /* the carry */
    assert_true(tf_sum_eq(&sum, &before));
    assert_false(tf_sum_add(&sum, (struct tf_decimal){.units = most / 10, .scale = 0}));
    assert_true(tf_sum_add(&sum, decimal("-0.01")));
}

static void test_minor_units_only_where_they_are_exact(void **state)
{
    (void)state;
    int64_t minor = 7;
    const struct tf_sum fine = {.cents = 1, .rest = 1}, large = {.cents = (tf_int128)INT64_MAX + 1}, least = {.cents = INT64_MIN};
    assert_false(tf_sum_to_minor(&fine, &minor));
    assert_false(tf_sum_to_minor(&large, &minor));
    assert_int_equal(minor, 7);
    assert_true(tf_sum_to_minor(&least, &minor));
    assert_true(minor == INT64_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_rounded),
        cmocka_unit_test(test_what_is_added_and_taken_off_leaves_nothing),
        cmocka_unit_test(test_order_does_not_show),
        cmocka_unit_test(test_full_is_said_and_changes_nothing),
        cmocka_unit_test(test_minor_units_only_where_they_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
