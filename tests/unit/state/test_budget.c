#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

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

/* Small, in runs of their own, and the heap's: all at once, whatever was given back before; and the budget is as new. */
static void all_goes_at_once(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 40, 1024, 1025, 40000, 70000, 3 << 20};
    enum { SIZES = sizeof sizes / sizeof sizes[0], ROUNDS = 40 };
    struct tf_budget budget = {.max = SIZE_MAX};
    for (int again = 0; again < 2; again++) {
        char *pieces[ROUNDS][SIZES];
        for (int r = 0; r < ROUNDS; r++)
            for (int s = 0; s < SIZES; s++) {
                assert_non_null(pieces[r][s] = tf_budget_take(&budget, sizes[s]));
                memset(pieces[r][s], r, sizes[s]);
            }
        for (int s = 0; s < SIZES; s++) {
            tf_budget_give(&budget, pieces[7][s], sizes[s]);
            assert_non_null(pieces[9][s] = tf_budget_resize(&budget, pieces[9][s], sizes[s], 5000));
            for (int r = 8; r < ROUNDS; r++)
                assert_int_equal(pieces[r][s][0], r);
        }
        if (!tf_budget_drop(&budget))
            for (int r = 0; r < ROUNDS; r++)
                for (int s = 0; s < SIZES; s++)
                    tf_budget_give(&budget, r == 7 ? NULL : pieces[r][s], r == 9 ? 5000 : sizes[s]);
        assert_int_equal(budget.used, 0);
        assert_null(budget.pieces);
        assert_null(budget.slab.all);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_byte_is_counted_and_comes_back), cmocka_unit_test(the_ceiling_holds),
                                       cmocka_unit_test(all_goes_at_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
