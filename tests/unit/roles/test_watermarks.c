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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_partitions_stand_apart),
        cmocka_unit_test(test_an_abort_takes_the_batch_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
