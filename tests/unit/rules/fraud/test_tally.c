#include "unit/rules/fraud/sample.h"

/* Every day of 150 years against the calendar's own text. */
static void months_are_the_calendar_s(void **state)
{
    (void)state;
    for (int32_t day = 0; day < 55000; day++) {
        char date[11], month[TF_FRAUD_MONTH_BYTES];
        tf_clock_format_date(day, date);
        int32_t of = tf_fraud_month_of((int64_t)day * TF_MS_PER_DAY + (day % 2 ? TF_MS_PER_DAY - 1 : 0));
        assert_true(of >= 0);
        tf_fraud_month_format((unsigned)of, month);
        assert_int_equal(strncmp(date, month, 7), 0);
    }
}

static void times_past_the_months_are_none(void **state)
{
    (void)state;
    assert_int_equal(tf_fraud_month_of(-1), TF_FRAUD_MONTH_NONE);
    assert_int_equal(tf_fraud_month_of(INT64_MIN), TF_FRAUD_MONTH_NONE);
    assert_int_equal(tf_fraud_month_of(INT64_MAX), TF_FRAUD_MONTH_NONE);
    int64_t last_ms = (int64_t)tf_clock_days_from_civil(2311, 4, 30) * TF_MS_PER_DAY;
    assert_int_equal(tf_fraud_month_of(last_ms), TF_FRAUD_MONTH_MAX);
    assert_int_equal(tf_fraud_month_of(last_ms + TF_MS_PER_DAY), TF_FRAUD_MONTH_NONE);
    assert_int_equal(tf_fraud_month_of(0), 0);
}

static void a_counter_keeps_its_three_parts(void **state)
{
    (void)state;
    struct tf_fraud_count count = tf_fraud_count_of(TF_FRAUD_MONTH_MAX, TF_FRAUD_CELLS_MAX - 1);
    assert_int_equal(tf_fraud_count_value(count), 0);
    count.bits += 4000000000000u;
    assert_int_equal(tf_fraud_count_month(count), TF_FRAUD_MONTH_MAX);
    assert_int_equal(tf_fraud_count_cell(count), TF_FRAUD_CELLS_MAX - 1);
    assert_int_equal(tf_fraud_count_value(count), 4000000000000);
    assert_true(tf_fraud_count_of(3, 1023).bits < tf_fraud_count_of(4, 0).bits);
}

static void sums_are_over_months_and_within_cells(void **state)
{
    (void)state;
    const struct tf_fraud_count counts[] = {{tf_fraud_count_of(1, 2).bits + 5}, {tf_fraud_count_of(1, 3).bits + 7}, {tf_fraud_count_of(2, 2).bits + 11}};
    const struct tf_fraud_tally_view view = {counts, 3};
    int64_t cells[TF_FRAUD_CELLS_MAX] = {0};
    assert_int_equal(tf_fraud_tally_sum(&view, 2, 3), 16);
    assert_int_equal(tf_fraud_tally_sum(&view, 0, TF_FRAUD_CELLS_MAX), 23);
    assert_int_equal(tf_fraud_tally_sum(&view, 4, 9), 0);
    tf_fraud_tally_spread(&view, cells);
    assert_int_equal(cells[2], 16);
    assert_int_equal(cells[3], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(months_are_the_calendar_s), cmocka_unit_test(times_past_the_months_are_none),
                                       cmocka_unit_test(a_counter_keeps_its_three_parts), cmocka_unit_test(sums_are_over_months_and_within_cells)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
