/* Do partitions keep their newest times apart, and does an abort take a batch's back? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fraud/watermarks.h"

static void test_partitions_stand_apart(void **state)
{
    (void)state;
    struct tf_watermarks *marks = tf_watermarks_create();
    assert_true(tf_watermarks_newest(marks, 3) == INT64_MIN);
    assert_true(tf_watermarks_slowest(marks) == INT64_MIN);
    assert_int_equal(tf_watermarks_see(marks, 3, 5000), TF_OK);
    assert_int_equal(tf_watermarks_see(marks, 3, 4000), TF_OK);
    assert_int_equal(tf_watermarks_see(marks, 1, 100), TF_OK);
    assert_int_equal(tf_watermarks_newest(marks, 3), 5000);
    assert_int_equal(tf_watermarks_newest(marks, 1), 100);
    assert_true(tf_watermarks_newest(marks, 0) == INT64_MIN);
    assert_true(tf_watermarks_slowest(marks) == INT64_MIN); /* nothing committed yet */
    tf_watermarks_commit(marks);
    assert_int_equal(tf_watermarks_slowest(marks), 100); /* the partitions without a record do not count */
    tf_watermarks_destroy(marks);
}

static void test_an_abort_takes_the_batch_back(void **state)
{
    (void)state;
    struct tf_watermarks *marks = tf_watermarks_create();
    assert_int_equal(tf_watermarks_see(marks, 0, 10), TF_OK);
    tf_watermarks_commit(marks);
    assert_int_equal(tf_watermarks_see(marks, 0, 90), TF_OK);
    assert_int_equal(tf_watermarks_see(marks, 1, 70), TF_OK);
    tf_watermarks_abort(marks);
    assert_int_equal(tf_watermarks_newest(marks, 0), 10);
    assert_true(tf_watermarks_newest(marks, 1) == INT64_MIN);
    assert_int_equal(tf_watermarks_slowest(marks), 10);
    assert_null(tf_watermarks_destroy(marks));
    assert_null(tf_watermarks_destroy(NULL));
}

/* What an earlier run committed is where this one begins; what is not ours any more is not known. */
static void test_marks_come_back_and_go(void **state)
{
    (void)state;
    struct tf_watermarks *marks = tf_watermarks_create();
    assert_int_equal(tf_watermarks_count(marks), 0);
    assert_false(tf_watermarks_moved(marks, 2));
    assert_int_equal(tf_watermarks_put(marks, 2, 500), TF_OK);
    assert_int_equal(tf_watermarks_put(marks, 2, 400), TF_OK); /* an older row, read once more */
    assert_int_equal(tf_watermarks_count(marks), 3);
    assert_int_equal(tf_watermarks_newest(marks, 2), 500);
    assert_int_equal(tf_watermarks_slowest(marks), 500);
    assert_false(tf_watermarks_moved(marks, 2));
    assert_int_equal(tf_watermarks_see(marks, 2, 450), TF_OK);
    assert_false(tf_watermarks_moved(marks, 2));
    assert_int_equal(tf_watermarks_see(marks, 2, 600), TF_OK);
    assert_true(tf_watermarks_moved(marks, 2));
    assert_false(tf_watermarks_moved(marks, 0));
    tf_watermarks_commit(marks);
    assert_false(tf_watermarks_moved(marks, 2));
    tf_watermarks_forget(marks, 2);
    tf_watermarks_forget(marks, 7);
    assert_true(tf_watermarks_newest(marks, 2) == INT64_MIN);
    assert_true(tf_watermarks_slowest(marks) == INT64_MIN);
    tf_watermarks_destroy(marks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_partitions_stand_apart),
        cmocka_unit_test(test_an_abort_takes_the_batch_back),
        cmocka_unit_test(test_marks_come_back_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
