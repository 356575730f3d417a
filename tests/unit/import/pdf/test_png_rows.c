#include "pdf_file.h"

#include "pdf/png_rows.h"

/* W3C PNG (2003), section 9.2, by hand: two pixels of three bytes. */
static void test_each_prediction(void **state)
{
    static const unsigned char above[6] = {10, 20, 30, 40, 50, 60}, want[6] = {1, 2, 3, 200, 100, 7};
    static const unsigned char rows[5][7] = {
        {0, 1, 2, 3, 200, 100, 7},
        {1, 1, 2, 3, 199, 98, 4},
        {2, 247, 238, 229, 160, 50, 203},
        {3, 252, 248, 244, 180, 74, 232}, /* 200 - (1 + 40) / 2 = 180 */
        {4, 247, 238, 229, 160, 80, 233}, /* above, above, above; of 1, 40, 10 above; of 2, 50, 20 and 3, 60, 30 the corner */
    };
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        unsigned char row[7];
        memcpy(row, rows[i], sizeof row);
        assert_true(tf_png_row_restore(row, 6, above, 3));
        assert_memory_equal(row + 1, want, 6);
    }
}

static void test_paeth_takes_left_and_corner_too(void **state)
{
    (void)state;
    unsigned char left[3] = {4, 100, 0}, corner[3] = {4, 50, 0};
    assert_true(tf_png_row_restore(left, 2, (const unsigned char[]){10, 10}, 1)); /* 110, then of 110, 10, 10: 110 is nearest to 110 */
    assert_int_equal(left[1], 110);
    assert_int_equal(left[2], 110);
    assert_true(tf_png_row_restore(corner, 2, (const unsigned char[]){70, 20}, 1)); /* 120; of left 120, above 20, corner 70: 70 is the guess itself */
    assert_int_equal(corner[1], 120);
    assert_int_equal(corner[2], 70);
}

static void test_no_such_prediction(void **state)
{
    (void)state;
    unsigned char row[2] = {5, 1};
    assert_false(tf_png_row_restore(row, 1, (const unsigned char[]){0}, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_prediction), cmocka_unit_test(test_paeth_takes_left_and_corner_too),
                                       cmocka_unit_test(test_no_such_prediction)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
