#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "taxflow/supply.h"

enum { POINT = 20000, DELIVERY = 20010, ISSUE = 20020 };

static struct tf_date date(int32_t day) { return day ? (struct tf_date){TF_STR("2026-01-01"), day} : (struct tf_date){TF_STR_NONE, 0}; }

static void test_the_day(void **state)
{
    (void)state;
    static const struct { int32_t point, delivery, issue; const char *code; enum tf_tax_point is; int32_t day; } rows[] = {
        {POINT, DELIVERY, ISSUE, NULL, TF_TAX_POINT_DAY, POINT},
        {POINT, DELIVERY, ISSUE, "432", TF_TAX_POINT_DAY, POINT},
        {0, DELIVERY, ISSUE, NULL, TF_TAX_POINT_DAY, DELIVERY},
        {0, 0, ISSUE, NULL, TF_TAX_POINT_DAY, ISSUE},
        {0, DELIVERY, ISSUE, "3", TF_TAX_POINT_DAY, ISSUE},
        {0, DELIVERY, ISSUE, " 5 ", TF_TAX_POINT_DAY, ISSUE},
        {0, DELIVERY, 0, "3", TF_TAX_POINT_DAY, DELIVERY},
        {0, DELIVERY, ISSUE, "35", TF_TAX_POINT_DAY, DELIVERY},
        {0, 0, ISSUE, "29", TF_TAX_POINT_DAY, ISSUE},
        {0, DELIVERY, ISSUE, "432", TF_TAX_POINT_ON_PAYMENT, 0},
        {0, DELIVERY, ISSUE, "72", TF_TAX_POINT_ON_PAYMENT, 0},
        {0, DELIVERY, ISSUE, "999", TF_TAX_POINT_DAY, DELIVERY},
        {0, 0, 0, NULL, TF_TAX_POINT_UNKNOWN, 0},
        {TF_DATE_UNKNOWN, 0, ISSUE, NULL, TF_TAX_POINT_DAY, ISSUE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct tf_invoice invoice = {.tax_point_date = date(rows[i].point), .delivery.date = date(rows[i].delivery),
                                           .issue_date = date(rows[i].issue), .tax_point_code = tf_str_of(rows[i].code)};
        int32_t day = 0;
        assert_int_equal(tf_supply_tax_point(&invoice, &day), rows[i].is);
        if (rows[i].is == TF_TAX_POINT_DAY)
            assert_int_equal(day, rows[i].day);
    }
}

static void test_the_country(void **state)
{
    (void)state;
    static const struct { const char *representative, *seller, *seller_at, *buyer, *buyer_at, *category; bool purchase; uint16_t country; } rows[] = {
        {NULL, "DE123456789", "FR", "AT1", NULL, "S", false, TF_COUNTRY('D', 'E')}, {NULL, NULL, "FR", "AT1", NULL, "S", true, TF_COUNTRY('F', 'R')},
        {"EL123456789", "US1", "US", NULL, NULL, "S", true, TF_COUNTRY('G', 'R')},  {NULL, "DE123456789", "DE", "ATU1", "SE", "AE", true, TF_COUNTRY('A', 'T')},
        {NULL, "DE123456789", "DE", NULL, "SE", " K ", true, TF_COUNTRY('S', 'E')}, {NULL, "DE123456789", "DE", "ATU1", "SE", "K", false, TF_COUNTRY('D', 'E')},
        {NULL, "DE123456789", "DE", NULL, NULL, "AE", true, TF_COUNTRY_NONE},       {NULL, NULL, NULL, "ATU1", "AT", NULL, true, TF_COUNTRY_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct tf_invoice invoice = {
            .tax_representative.vat_id = tf_str_of(rows[i].representative),
            .seller = {.vat_id = tf_str_of(rows[i].seller), .address.country = tf_str_of(rows[i].seller_at)},
            .buyer = {.vat_id = tf_str_of(rows[i].buyer), .address.country = tf_str_of(rows[i].buyer_at)},
        };
        assert_int_equal(tf_supply_return_country(&invoice, rows[i].purchase, tf_str_of(rows[i].category)), rows[i].country);
    }
}

static struct tf_amount amount(int64_t minor) { return (struct tf_amount){TF_STR("1"), tf_money_of(minor, 2)}; }

static void test_the_tax_in_a_currency(void **state)
{
    (void)state;
    struct tf_invoice invoice = {.currency = TF_STR(" eur"), .vat_currency = TF_STR("SEK")};
    struct tf_decimal tax = tf_money_of(7, 0);
    invoice.totals.vat = amount(1900);
    assert_true(tf_supply_tax_in(&invoice, "EUR", &tax));
    assert_true(tax.units == 1900);
    assert_false(tf_supply_tax_in(&invoice, "SEK", &tax));
    invoice.totals.vat_accounting = amount(20000);
    assert_true(tf_supply_tax_in(&invoice, "SEK", &tax));
    assert_true(tax.units == 20000);
    invoice.totals.vat.value.unknown = true;
    assert_false(tf_supply_tax_in(&invoice, "EUR", &tax));
    assert_false(tf_supply_tax_in(&invoice, "USD", &tax));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_day),
        cmocka_unit_test(test_the_country),
        cmocka_unit_test(test_the_tax_in_a_currency),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
