#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "xrechnung/xrechnung.h"

#define SKONTO "#SKONTO#TAGE=14#PROZENT=2.00#"

static void test_cases(void **state)
{
    (void)state;
    static const struct {
        const char *terms;
        bool fits;
    } cases[] = {
        {"", true},
        {"30 days net", true},
        {"30 days # net", true},
        {SKONTO "\n", true},
        {"net 30\n" SKONTO "\n", true},
        {SKONTO "\r\n", true},
        {" " SKONTO " \n", true},
        {SKONTO "\n#SKONTO#TAGE=7#PROZENT=3.50#BASISBETRAG=-100.00#\nrest", true},
        {SKONTO " \t\n\n", true},
        {SKONTO, false},
        {SKONTO " ", false},
        {SKONTO "\n" SKONTO, false},
        {SKONTO " rest\n", false},
        {SKONTO SKONTO "\n", false},
        {"#SKONTO#TAGE=14#PROZENT=2.0#\n", false},
        {"#SKONTO#TAGE=14#PROZENT=2.000#\n", false},
        {"#SKONTO#TAGE=14#PROZENT=2.00\n", false},
        {"#SKONTO#TAGE=#PROZENT=2.00#\n", false},
        {"#SKONTO#TAGE=-14#PROZENT=2.00#\n", false},
        {"#SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=100#\n", false},
        {"#Skonto#TAGE=14#PROZENT=2.00#\n", false},
        {"#VERZUG#TAGE=14#PROZENT=2.00#\n", false},
        {"#\n", false},
        {"##\n", false},
        {"#", false},
        {"\n#", false},
        /* What follows the last marked line decides, whatever that line is. */
        {SKONTO "\nsee #1# or", false},
        {SKONTO "\nsee #1#\n", true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (tf_xrechnung_skonto_fits(tf_str_of(cases[i].terms)) != cases[i].fits)
            fail_msg("%s", cases[i].terms);
    assert_true(tf_xrechnung_skonto_fits(TF_STR_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
