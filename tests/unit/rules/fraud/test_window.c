#include "unit/rules/fraud/sample.h"

#include "window.h"

/* Every question to every length, against the plain walk. */
static void the_first_entry_at_or_after_is_found(void **state)
{
    (void)state;
    struct tf_fraud_entry entries[70] = {{.time_ms = 0}};
    for (size_t count = 0; count < 70; count++) {
        for (size_t i = 0; i < count; i++)
            entries[i].time_ms = (int64_t)(i * i / 7); /* with runs of equal times at the front */
        struct tf_fraud_window window = {.entries = entries, .count = count, .highest = INT64_MAX};
        for (int64_t time = -2; time < 700; time++) {
            size_t expected = 0;
            while (expected < count && entries[expected].time_ms < time)
                expected++;
            assert_int_equal(tf_window_from(&window, time), expected);
            for (size_t guess = 0; guess <= count; guess++)
                assert_int_equal(tf_window_near(&window, guess, time), expected);
        }
    }
}

static void any_entries_are_summed(void **state)
{
    (void)state;
    struct tf_fraud_entry entries[20] = {{.time_ms = 0}};
    const uint64_t before = UINT64_MAX - 100; /* it wraps on the way */
    int64_t values[20];
    for (size_t i = 0; i < 20; i++) {
        values[i] = (int64_t)(i * i) - 50;
        entries[i].total = (i > 0 ? entries[i - 1].total : before) + (uint64_t)values[i];
    }
    const struct tf_fraud_window window = {.entries = entries, .count = 20, .highest = INT64_MAX, .before = before};
    for (size_t first = 0; first <= 20; first++) {
        int64_t sum = 0;
        if (first < 20)
            assert_int_equal(tf_fraud_value_at(&window, first), values[first]);
        for (size_t end = first; end <= 20; end++) {
            assert_int_equal(tf_window_sum(&window, first, end), sum);
            sum += end < 20 ? values[end] : 0;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_first_entry_at_or_after_is_found), cmocka_unit_test(any_entries_are_summed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
