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
        struct tf_fraud_window window = {entries, count};
        for (int64_t time = -2; time < 700; time++) {
            size_t expected = 0;
            while (expected < count && entries[expected].time_ms < time)
                expected++;
            assert_int_equal(tf_window_from(&window, time), expected);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_first_entry_at_or_after_is_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
