#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "taxflow/event.h"

static void the_forms_of_a_period(void **state)
{
    (void)state;
    static const struct { const char *period; int32_t first, last; } good[] = {
        {"1970", 0, 364}, {"1970-01", 0, 30}, {"1972-02", 761, 789}, {"1970-12", 334, 364}, {"1970-Q1", 0, 89}, {"1970-Q4", 273, 364},
        {"1970-01-01/1970-01-15", 0, 14}, {"1970-01-15/1970-01-15", 14, 14}, {" 1970 ", 0, 364}, {"9999", 2932532, 2932896},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int32_t first = -1, last = -1;
        assert_true(tf_period_parse(tf_str_of(good[i].period), &first, &last));
        assert_int_equal(first, good[i].first);
        assert_int_equal(last, good[i].last);
    }
}

static void other_forms_are_none(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "70", "0000", "1970-", "1970-00", "1970-13", "1970-1", "1970-Q0", "1970-Q5", "1970-q1", "1970Q1", "1970/01",
                                      "1970-01-01", "1970-01-01/", "1970-01-01/1969-12-31", "1970-01-01/1970-02-30", "1970-01-01-1970-01-02",
                                      "1970-01-01/1970-01-02x", "year", "19700", "197"};
    int32_t first = 7, last = 8;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (tf_period_parse(tf_str_of(bad[i]), &first, &last))
            fail_msg("taken: %s", bad[i]);
    assert_false(tf_period_parse(TF_STR_NONE, &first, &last));
    assert_int_equal(first, 7);
    assert_int_equal(last, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_forms_of_a_period), cmocka_unit_test(other_forms_are_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
