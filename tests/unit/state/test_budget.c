#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "budget.h"

static void every_byte_is_counted_and_comes_back(void **state)
{
    (void)state;
    struct tf_budget budget = {.max = 10000};
    char *a = tf_budget_take(&budget, 100), *b = tf_budget_take(&budget, 1);
    assert_non_null(a);
    assert_non_null(b);
    assert_true(budget.used >= 101 + 2 * sizeof(size_t));
    a[99] = 'x';
    a = tf_budget_resize(&budget, a, 100, 1000);
    assert_non_null(a);
    assert_int_equal(a[99], 'x');
    assert_true(budget.used >= 1001);
    a = tf_budget_resize(&budget, a, 1000, 10);
    assert_non_null(a);
    assert_true(budget.used < 100);
    tf_budget_give(&budget, a, 10);
    tf_budget_give(&budget, b, 1);
    tf_budget_give(&budget, NULL, 5000);
    assert_int_equal(budget.used, 0);
}

static void the_ceiling_holds(void **state)
{
    (void)state;
    struct tf_budget budget = {.max = 256};
    void *a = tf_budget_take(&budget, 100);
    assert_non_null(a);
    assert_null(tf_budget_take(&budget, 200));
    assert_null(tf_budget_resize(&budget, a, 100, 300));
    void *b = tf_budget_resize(&budget, NULL, 0, 100);
    assert_non_null(b);
    size_t used = budget.used;
    assert_null(tf_budget_take(&budget, 100));
    assert_int_equal(budget.used, used);
    tf_budget_give(&budget, a, 100);
    tf_budget_give(&budget, b, 100);
    assert_int_equal(budget.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_byte_is_counted_and_comes_back), cmocka_unit_test(the_ceiling_holds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
