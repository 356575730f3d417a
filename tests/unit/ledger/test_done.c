/* Positions judged before, a bit each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "done.h"

static void test_only_what_was_added(void **state)
{
    (void)state;
    struct tf_done *done = tf_done_create(100, 300);
    assert_non_null(done);
    for (int64_t offset = 100; offset <= 300; offset += 3)
        tf_done_add(done, offset);
    tf_done_add(done, 100);
    tf_done_add(done, 99); /* outside: of no interest */
    tf_done_add(done, 301);
    tf_done_add(done, -1);
    assert_int_equal(tf_done_count(done), 67);
    for (int64_t offset = 90; offset < 310; offset++)
        assert_true(tf_done_has(done, offset) == (offset >= 100 && offset <= 300 && (offset - 100) % 3 == 0));
    assert_false(tf_done_passed(done, 300));
    assert_true(tf_done_passed(done, 301));
    assert_null(tf_done_destroy(done));
}

static void test_nothing_to_remember(void **state)
{
    (void)state;
    struct tf_done *done = tf_done_create(5, 4);
    tf_done_add(done, 5);
    tf_done_add(done, 4);
    assert_int_equal(tf_done_count(done), 0);
    assert_false(tf_done_has(done, 4));
    tf_done_destroy(done);
    assert_null(tf_done_destroy(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_what_was_added),
        cmocka_unit_test(test_nothing_to_remember),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
