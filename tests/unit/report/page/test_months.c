#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "months.h"
#include "taxflow/clock.h"

static struct tf_months months;

static int set_up(void **state)
{
    (void)state;
    memset(&months, 0, sizeof months);
    return 0;
}

static void add(int year, unsigned month, unsigned day, int64_t ms) { tf_months_add(&months, true, tf_clock_days_from_civil(year, month, day) * (int64_t)TF_MS_PER_DAY + ms, TF_FRAUD_REVIEW); }

static size_t place(size_t year, size_t month) { return (year - TF_MONTHS_FIRST_YEAR) * 12 + month - 1; }

static void months_begin_and_end_at_midnight(void **state)
{
    size_t first, last;
    (void)state;
    add(2026, 3, 1, 0);
    add(2026, 2, 28, TF_MS_PER_DAY - 1);
    add(2028, 2, 29, 5);
    add(1970, 1, 1, 0);
    assert_int_equal(months.records[place(2026, 3)][TF_FRAUD_REVIEW], 1);
    assert_int_equal(months.records[place(2026, 2)][TF_FRAUD_REVIEW], 1);
    assert_int_equal(months.records[place(2028, 2)][TF_FRAUD_REVIEW], 1);
    assert_int_equal(months.records[place(2026, 3)][TF_FRAUD_BLOCK], 0);
    assert_true(tf_months_span(&months, &first, &last));
    assert_int_equal(first, 0);
    assert_int_equal(last, place(2028, 2));
}

static void other_times_are_counted_apart(void **state)
{
    size_t first, last;
    (void)state;
    add(1969, 12, 31, TF_MS_PER_DAY - 1);
    add(TF_MONTHS_FIRST_YEAR + TF_MONTHS_YEARS, 1, 1, 0);
    tf_months_add(&months, true, INT64_MAX, TF_FRAUD_BLOCK);
    tf_months_add(&months, true, INT64_MIN, TF_FRAUD_BLOCK);
    tf_months_add(&months, false, 0, TF_FRAUD_APPROVE);
    assert_int_equal(months.outside[TF_FRAUD_REVIEW], 2);
    assert_int_equal(months.outside[TF_FRAUD_BLOCK], 2);
    assert_int_equal(months.outside[TF_FRAUD_APPROVE], 1);
    assert_false(tf_months_span(&months, &first, &last));
    add(TF_MONTHS_FIRST_YEAR + TF_MONTHS_YEARS - 1, 12, 31, TF_MS_PER_DAY - 1);
    assert_true(tf_months_span(&months, &first, &last));
    assert_int_equal(first, TF_MONTHS - 1);
    assert_int_equal(last, first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup(months_begin_and_end_at_midnight, set_up), cmocka_unit_test_setup(other_times_are_counted_apart, set_up)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
