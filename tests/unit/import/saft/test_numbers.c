#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "saft/numbers.h"

static struct tf_saft_numbers numbers;

static int setup(void **state)
{
    (void)state;
    tf_saft_numbers_init(&numbers);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tf_saft_numbers_finish(&numbers);
    return 0;
}

static enum tf_saft_number add(const char *within, const char *id)
{
    enum tf_saft_number met = TF_SAFT_UNTOLD;
    assert_int_equal(tf_saft_numbers_add(&numbers, tf_str_of(within), tf_str_of(id), 5, &met), TF_OK);
    return met;
}

static void test_ids_are_split_at_their_last_digits(void **state)
{
    struct tf_str series;
    uint64_t number = 0;
    (void)state;
    assert_true(tf_saft_numbers_split(TF_STR("FT A2/0017"), &series, &number));
    assert_true(tf_str_is(series, "FT A2/"));
    assert_int_equal(number, 17);
    assert_true(tf_saft_numbers_split(TF_STR("0"), &series, &number));
    assert_int_equal(number, 0);
    assert_false(tf_saft_numbers_split(TF_STR("A1B"), &series, &number));
    assert_false(tf_saft_numbers_split(TF_STR(""), &series, &number));
    assert_false(tf_saft_numbers_split(TF_STR("1234567890123456789"), &series, &number));
}

static void test_runs_grow_and_join(void **state)
{
    static const char *const ids[] = {"5", "6", "4", "9", "8", "7", "1", "3", "2"};
    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        assert_int_equal(add("", ids[i]), TF_SAFT_NEW);
    assert_int_equal(numbers.series_count, 1);
    assert_int_equal(numbers.series[0].runs_count, 1);
    assert_int_equal(numbers.series[0].runs[0].first, 1);
    assert_int_equal(numbers.series[0].runs[0].last, 9);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        assert_int_equal(add("", ids[i]), TF_SAFT_AGAIN);
    assert_true(tf_saft_series_dense(&numbers.series[0]));
}

static void test_what_keeps_numbers_apart(void **state)
{
    (void)state;
    assert_int_equal(add("", "7"), TF_SAFT_NEW);
    assert_int_equal(add("", "007"), TF_SAFT_NEW);
    assert_int_equal(add("", "0007"), TF_SAFT_NEW);
    assert_int_equal(add("", "A7"), TF_SAFT_NEW);
    assert_int_equal(add("J", "7"), TF_SAFT_NEW);
    assert_int_equal(add("J", "7"), TF_SAFT_AGAIN);
    assert_int_equal(add("", "seven"), TF_SAFT_NEW);
    assert_int_equal(add("J", "seven"), TF_SAFT_NEW);
    assert_int_equal(add("", "seven"), TF_SAFT_AGAIN);
}

static void test_runs_have_a_ceiling_and_what_is_past_it_is_counted(void **state)
{
    char id[24];
    (void)state;
    for (int i = 0; i < TF_SAFT_SERIES_RUNS_MAX; i++) {
        snprintf(id, sizeof id, "%d", 3 * i);
        assert_int_equal(add("", id), TF_SAFT_NEW);
    }
    snprintf(id, sizeof id, "%d", 3 * TF_SAFT_SERIES_RUNS_MAX);
    assert_int_equal(add("", id), TF_SAFT_UNTOLD);
    assert_int_equal(numbers.untold, 1);
    assert_int_equal(add("", "3"), TF_SAFT_AGAIN);
    assert_int_equal(add("", "4"), TF_SAFT_NEW);
    assert_false(tf_saft_series_dense(&numbers.series[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_ids_are_split_at_their_last_digits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_runs_grow_and_join, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_keeps_numbers_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(test_runs_have_a_ceiling_and_what_is_past_it_is_counted, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
