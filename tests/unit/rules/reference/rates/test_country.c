#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "taxflow/country.h"
#include "taxflow/clock.h"

static uint16_t code(const char *text) { return tf_country_of(tf_str_of(text)); }
static uint16_t number(const char *text) { return tf_country_of_vat_id(tf_str_of(text)); }
static int32_t day(int32_t year, unsigned month, unsigned of_month) { return tf_clock_days_from_civil(year, month, of_month); }

static void test_codes(void **state)
{
    (void)state;
    assert_int_equal(code(" de "), TF_COUNTRY('D', 'E'));
    assert_int_equal(code("EL"), code("GR"));
    assert_int_equal(code("UK"), code("GB"));
    assert_int_not_equal(code("XI"), code("GB"));
    assert_int_equal(code("DEU"), TF_COUNTRY_NONE);
    assert_int_equal(code("D1"), TF_COUNTRY_NONE);
    assert_int_equal(code(""), TF_COUNTRY_NONE);
    assert_int_equal(tf_country_of(TF_STR_NONE), TF_COUNTRY_NONE);
}

static void test_vat_numbers(void **state)
{
    (void)state;
    assert_int_equal(number("EL123456789"), code("GR"));
    assert_int_equal(number("xi110305878"), code("XI"));
    assert_int_equal(number("CHE-116.281.710 MWST"), code("CH"));
    assert_int_equal(number("EU528003646"), TF_COUNTRY_NONE); /* one-stop shop: any country's */
    assert_int_equal(number("IM2760000742"), TF_COUNTRY_NONE);
    assert_int_equal(number("123456789MVA"), TF_COUNTRY_NONE);
    assert_int_equal(number("DE"), TF_COUNTRY_NONE);
}

static void test_the_union_by_date(void **state)
{
    (void)state;
    assert_true(tf_country_in_union(code("GB"), day(2020, 12, 31)));
    assert_false(tf_country_in_union(code("GB"), day(2021, 1, 1)));
    assert_false(tf_country_in_union(code("XI"), day(2020, 12, 31)));
    assert_true(tf_country_in_union(code("XI"), day(2021, 1, 1)));
    assert_true(tf_country_in_union(code("EL"), day(2024, 1, 1)));
    assert_true(tf_country_in_union(code("MC"), day(2024, 1, 1)));
    assert_false(tf_country_in_union(code("NO"), day(2024, 1, 1)));
    assert_false(tf_country_in_union(TF_COUNTRY_NONE, day(2024, 1, 1)));
}

static void test_countries_that_share_vat_numbers(void **state)
{
    (void)state;
    assert_true(tf_country_same_vat(code("XI"), code("GB")));
    assert_true(tf_country_same_vat(code("FR"), code("RE")));
    assert_true(tf_country_same_vat(code("MC"), code("RE")));
    assert_true(tf_country_same_vat(code("DE"), code("DE")));
    assert_false(tf_country_same_vat(code("DE"), code("AT")));
}

static void test_places_outside_the_vat_area(void **state)
{
    (void)state;
    assert_int_equal(tf_country_vat_area(code("ES"), TF_STR("35001")), TF_COUNTRY_OUTSIDE);
    assert_int_equal(tf_country_vat_area(code("ES"), TF_STR("E-52001")), TF_COUNTRY_OUTSIDE);
    assert_int_equal(tf_country_vat_area(code("ES"), TF_STR("28001")), TF_COUNTRY_INSIDE);
    assert_int_equal(tf_country_vat_area(code("ES"), TF_STR(" ")), TF_COUNTRY_UNSURE);
    assert_int_equal(tf_country_vat_area(code("DE"), TF_STR("78266")), TF_COUNTRY_OUTSIDE);
    assert_int_equal(tf_country_vat_area(code("PL"), TF_STR_NONE), TF_COUNTRY_INSIDE);
}

static void test_postcodes(void **state)
{
    (void)state;
    assert_true(tf_country_postcode_among(TF_STR(" F-97110"), "971"));
    assert_true(tf_country_postcode_among(TF_STR("9500-100"), "95 96"));
    assert_false(tf_country_postcode_among(TF_STR("1950"), "95 96"));
    assert_false(tf_country_postcode_among(TF_STR("95000"), ""));
    assert_true(tf_str_is(tf_country_postcode(TF_STR("BT1 1AA")), "BT1 1AA"));
    assert_true(tf_str_is(tf_country_postcode(TF_STR("LT-01100")), "01100"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_vat_numbers),
        cmocka_unit_test(test_the_union_by_date),
        cmocka_unit_test(test_countries_that_share_vat_numbers),
        cmocka_unit_test(test_places_outside_the_vat_area),
        cmocka_unit_test(test_postcodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
