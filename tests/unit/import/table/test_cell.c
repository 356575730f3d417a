#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cell.h"

static void test_amounts_of_many_countries(void **state)
{
    static const struct { const char *cell; char decimal; const char *amount; } rows[] = {
        {"1234.56", '.', "1234.56"},     {"1.234,56", ',', "1234.56"},    {"1,234.56", '.', "1234.56"},
        {"1 234,56", ',', "1234.56"},    {"1\xc2\xa0" "234,56", ',', "1234.56"}, {"1'234.56", '.', "1234.56"},
        {"1234,56-", ',', "-1234.56"},   {"-1234,56", ',', "-1234.56"},   {"(1,234.56)", '.', "-1234.56"},
        {"+7", '.', "7"},                {" 7 ", ',', "7"},               {"1.234.567", ',', "1234567"},
        {",50", ',', "0.50"},            {"12.", '.', "12"},              {"0", '.', "0"},
        {"1.234", ',', "1234"},          {"1.234", '.', "1.234"},         {"-0,01", ',', "-0.01"},
        {"12 345 678,90", ',', "12345678.90"}, {"1'234'567.8", '.', "1234567.8"}, {"1\xe2\x80\xaf" "234-", ',', "-1234"}, {"- 1 234", ',', "-1234"},
        {"\xc2\xa0" "7,5 \xc2\xa0", ',', "7.5"}, {"(1 234,5)\xe2\x80\xaf", ',', "-1234.5"}, {"1 234.567", '.', "1234.567"},
    };
    char out[TF_CELL_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!tf_cell_amount(tf_str_of(rows[i].cell), rows[i].decimal, out) || strcmp(out, rows[i].amount) != 0)
            fail_msg("%s: got %s, not %s", rows[i].cell, out, rows[i].amount);
    }
}

static void test_what_is_no_amount(void **state)
{
    static const struct { const char *cell; char decimal; } rows[] = {
        {"", '.'}, {"-", '.'}, {"EUR 5", '.'}, {"5 EUR", '.'}, {"1,2,3", ','}, {"12,34.5", '.'}, {"1234,567.00", '.'}, {"1.23,45.6", ','},
        {"1e3", '.'}, {"1..2", '.'}, {"1.2345,6", ','}, {"--1", '.'}, {"1,234,", '.'},
        {"1 2", ','}, {"12 34,5", ','}, {"1234 567,8", ','}, {"1 2345", ','}, {"1  234", ','}, {"1 234 5", '.'}, {"1,5 678", '.'}, {"1 234.567,8", ','},
        {"1.234 567", ','}, {"1'2", '.'}, {"'1", '.'}, {"10 2024", '.'},
    };
    char out[TF_CELL_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (tf_cell_amount(tf_str_of(rows[i].cell), rows[i].decimal, out))
            fail_msg("%s was read as %s", rows[i].cell, out);
}

static void test_a_column_shows_its_decimal_sign(void **state)
{
    static const struct { const char *cell; bool point, comma, open_point, open_comma; } rows[] = {
        {"1.234,56", false, true, false, false}, {"1,234.56", true, false, false, false}, {"12.5", true, false, false, false},
        {"12,5", false, true, false, false},     {"1.234", false, false, true, false},    {"1,234", false, false, false, true},
        {"1.234.567", false, true, false, false}, {"0.123", true, false, false, false},   {"1234.567", true, false, false, false},
        {"1234", false, false, false, false},    {"text", false, false, false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tf_cell_signs signs = {.point = false};
        tf_cell_learn_amount(&signs, tf_str_of(rows[i].cell));
        if (signs.point != rows[i].point || signs.comma != rows[i].comma || signs.open_point != rows[i].open_point || signs.open_comma != rows[i].open_comma)
            fail_msg("%s: point %d comma %d open %d %d", rows[i].cell, signs.point, signs.comma, signs.open_point, signs.open_comma);
    }
}

static void test_dates_of_many_countries(void **state)
{
    static const struct { const char *cell; enum tf_cell_dates dates; const char *date; } rows[] = {
        {"2026-01-31", TF_DATES_DAY_FIRST, "2026-01-31"}, {"20260131", TF_DATES_MONTH_FIRST, "2026-01-31"},
        {"31.01.2026", TF_DATES_DAY_FIRST, "2026-01-31"}, {"31.1.2026", TF_DATES_MONTH_FIRST, "2026-01-31"},
        {"31/01/2026", TF_DATES_DAY_FIRST, "2026-01-31"}, {"01/31/2026", TF_DATES_MONTH_FIRST, "2026-01-31"},
        {"2026-01-31 10:00:00", TF_DATES_DAY_FIRST, "2026-01-31"}, {"2026-01-31T10:00:00Z", TF_DATES_DAY_FIRST, "2026-01-31"},
        {"29-02-2024", TF_DATES_DAY_FIRST, "2024-02-29"},
    };
    char out[TF_CELL_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (!tf_cell_date(tf_str_of(rows[i].cell), rows[i].dates, out) || strcmp(out, rows[i].date) != 0)
            fail_msg("%s: got %s, not %s", rows[i].cell, out, rows[i].date);
}

static void test_what_is_no_date(void **state)
{
    static const char *const cells[] = {"", "31.01.26", "2026-13-01", "30.02.2026", "2026/1", "1/2/3", "2026-01-31x", "31.01/2026", "2026010", "2026-01-2026", "soon"};
    char out[TF_CELL_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++)
        if (tf_cell_date(tf_str_of(cells[i]), TF_DATES_DAY_FIRST, out))
            fail_msg("%s was read as %s", cells[i], out);
    assert_false(tf_cell_date(TF_STR("03/04/2026"), TF_DATES_YEAR_FIRST, out)); /* where the year comes first, nobody says what does here */
    assert_true(tf_cell_date(TF_STR("03.04.2026"), TF_DATES_YEAR_FIRST, out));
}

static void test_a_column_shows_the_order_of_its_dates(void **state)
{
    static const struct { const char *cell; bool day, month, open; } rows[] = {
        {"31/01/2026", true, false, false}, {"01/31/2026", false, true, false}, {"03/04/2026", false, false, true},
        {"04/04/2026", false, false, false}, {"03.04.2026", false, false, false}, {"2026-03-04", false, false, false}, {"20260304", false, false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tf_cell_signs signs = {.point = false};
        tf_cell_learn_date(&signs, tf_str_of(rows[i].cell));
        if (signs.day_first != rows[i].day || signs.month_first != rows[i].month || signs.open_date != rows[i].open)
            fail_msg("%s: %d %d %d", rows[i].cell, signs.day_first, signs.month_first, signs.open_date);
    }
}

static void test_times_and_flags(void **state)
{
    char out[TF_CELL_BYTES];
    bool flag;
    (void)state;
    assert_true(tf_cell_time(TF_STR("31.01.2026 08:30"), TF_DATES_DAY_FIRST, out));
    assert_string_equal(out, "2026-01-31T08:30:00Z");
    assert_true(tf_cell_time(TF_STR("2026-01-31T08:30:15+01:00"), TF_DATES_DAY_FIRST, out));
    assert_string_equal(out, "2026-01-31T08:30:15+01:00");
    assert_true(tf_cell_time(TF_STR("20260131"), TF_DATES_DAY_FIRST, out));
    assert_string_equal(out, "2026-01-31T00:00:00Z");
    assert_false(tf_cell_time(TF_STR("31.01.2026 25:00"), TF_DATES_DAY_FIRST, out));
    assert_false(tf_cell_time(TF_STR("31.01.2026 8"), TF_DATES_DAY_FIRST, out));
    assert_true(tf_cell_flag(TF_STR("Ja"), &flag) && flag);
    assert_true(tf_cell_flag(TF_STR(" x "), &flag) && flag);
    assert_true(tf_cell_flag(TF_STR(""), &flag) && !flag);
    assert_false(tf_cell_flag(TF_STR("perhaps"), &flag));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amounts_of_many_countries), cmocka_unit_test(test_what_is_no_amount),
        cmocka_unit_test(test_a_column_shows_its_decimal_sign), cmocka_unit_test(test_dates_of_many_countries),
        cmocka_unit_test(test_what_is_no_date), cmocka_unit_test(test_a_column_shows_the_order_of_its_dates),
        cmocka_unit_test(test_times_and_flags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
