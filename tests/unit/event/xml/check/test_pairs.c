#include "pairs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_pair_that_was_put_is_found_and_no_other(void **state)
{
    enum { SIDE = 60 };
    struct tf_pairs pairs;
    (void)state;
    tf_pairs_init(&pairs);
    assert_int_equal(tf_pairs_get(&pairs, 1, 1), 0);
    for (uint32_t a = 1; a <= SIDE; a++) {
        for (uint32_t b = 1; b <= SIDE; b++)
            assert_true(tf_pairs_put(&pairs, a, b, a * 1000 + b));
    }
    for (uint32_t a = 0; a <= SIDE + 1; a++) {
        for (uint32_t b = 0; b <= SIDE + 1; b++) {
            bool is_there = a >= 1 && a <= SIDE && b >= 1 && b <= SIDE;
            assert_int_equal(tf_pairs_get(&pairs, a, b), is_there ? a * 1000 + b : 0);
        }
    }
    tf_pairs_finish(&pairs);
    assert_int_equal(tf_pairs_get(&pairs, 1, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_pair_that_was_put_is_found_and_no_other)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
