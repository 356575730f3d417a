#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "taxflow/document.h"

#define PLACE(...) &(const struct tf_mark_place){__VA_ARGS__}

static const struct tf_mark marks[] = {
    {PLACE(NULL), 0, 0, 1, '\0'},
    {PLACE(.term = "number"), 0, 0, 2, 'n'},
    {PLACE(.term = "seller"), 0, 0, 3, 's'},
    {PLACE(.term = "seller.name"), 0, 0, 4, 's'},
    {PLACE(.list = "seller.ids", .term = "id"), 0, 0, 5, TF_MARK_IN_LIST},
    {PLACE(.list = "lines"), 0, 0, 10, TF_MARK_IN_LIST},
    {PLACE(.list = "lines", .term = "id"), 0, 0, 11, TF_MARK_IN_LIST},
    {PLACE(.list = "lines", .term = "price"), 0, 0, 12, TF_MARK_IN_LIST},
    {PLACE(.list = "lines", .term = "price.net"), 0, 0, 13, TF_MARK_IN_LIST},
    {PLACE(.list = "lines"), 1, 0, 20, TF_MARK_IN_LIST},
    {PLACE(.list = "lines", .sublist = "charges"), 1, 0, 21, TF_MARK_IN_LIST},
    {PLACE(.list = "lines", .sublist = "charges", .term = "amount"), 1, 0, 22, TF_MARK_IN_LIST},
    {PLACE(.list = "lines", .sublist = "charges"), 1, 1, 23, TF_MARK_IN_LIST},
    {PLACE(.list = "lines", .term = "item"), 1, 0, 24, TF_MARK_IN_LIST},
    {PLACE(.list = "lines", .sublist = "item.attributes"), 1, 0, 25, TF_MARK_IN_LIST},
    {PLACE(.list = "lines"), 2, 0, 30, TF_MARK_IN_LIST},
    {PLACE(.term = "totals"), 0, 0, 40, 't'},
};
enum { COUNT = sizeof marks / sizeof marks[0] };

static uint64_t line(struct tf_mark_place place, uint32_t index, uint32_t subindex)
{
    return tf_mark_line(marks, COUNT, &place, index, subindex);
}
#define LINE(index, subindex, ...) line((struct tf_mark_place){__VA_ARGS__}, index, subindex)

static void a_member_that_is_there_has_its_line(void **state)
{
    (void)state;
    assert_int_equal(LINE(0, 0, .term = "seller.name"), 4);
    assert_int_equal(LINE(0, 0, .list = "seller.ids", .term = "id"), 5);
    assert_int_equal(LINE(0, 0, .list = "lines", .term = "price.net"), 13);
    assert_int_equal(LINE(1, 0, .list = "lines", .sublist = "charges", .term = "amount"), 22);
    assert_int_equal(LINE(1, 1, .list = "lines", .sublist = "charges"), 23);
    assert_int_equal(LINE(2, 0, .list = "lines"), 30);
}

static void one_that_is_absent_has_the_line_of_what_is_around_it(void **state)
{
    (void)state;
    assert_int_equal(LINE(0, 0, .term = "buyer.name"), 1);
    assert_int_equal(LINE(0, 0, .term = "seller.address.country"), 3);
    assert_int_equal(LINE(0, 0, .term = "sellers"), 1);
    assert_int_equal(LINE(0, 0, .term = "totals.net"), 40);
    assert_int_equal(LINE(0, 0, .list = "lines", .term = "price.gross"), 12);
    assert_int_equal(LINE(2, 0, .list = "lines", .term = "price.net"), 30);
    assert_int_equal(LINE(1, 1, .list = "lines", .sublist = "charges", .term = "amount"), 23);
    assert_int_equal(LINE(1, 4, .list = "lines", .sublist = "item.attributes", .term = "name"), 24);
    assert_int_equal(LINE(2, 0, .list = "lines", .sublist = "charges", .term = "amount"), 30);
    assert_int_equal(LINE(9, 0, .list = "lines"), 1);
    assert_int_equal(LINE(3, 0, .list = "seller.ids", .term = "id"), 3);
}

static void a_record_has_no_lines(void **state)
{
    (void)state;
    struct tf_mark_place place = {.term = "number"};
    assert_int_equal(tf_mark_line(NULL, 0, &place, 0, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_that_is_there_has_its_line),
        cmocka_unit_test(one_that_is_absent_has_the_line_of_what_is_around_it),
        cmocka_unit_test(a_record_has_no_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
