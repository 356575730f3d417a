#include "reading.h"

#define INVOICE(members) "{'kind':'invoice','company':'A','invoice':{'currency':'EUR','vat_currency':'SEK'," members "}}"

static void test_totals_and_breakdown_make_the_list(void **state)
{
    struct reading *r = *state;
    const struct tf_invoice *v =
        reading_decode(r, INVOICE("'totals':{'vat':'19','vat_accounting':'200'},'vat_breakdown':[{'tax':'19'}]"))->as.invoice;
    assert_false(v->vat_totals.present);
    assert_int_equal(v->vat_totals.count, 2);
    const struct tf_vat_total *totals = v->vat_totals.items;
    reading_str(totals[0].amount.text, "19");
    reading_str(totals[0].currency, "EUR");
    assert_true(totals[0].has_breakdown);
    assert_int_equal(totals[0].breakdown.count, 1);
    reading_str(totals[0].breakdown.items[0].tax.text, "19");
    reading_str(totals[1].amount.text, "200");
    reading_str(totals[1].currency, "SEK");
    assert_false(totals[1].has_breakdown);
}

static void test_one_total_makes_one(void **state)
{
    struct reading *r = *state;
    const struct tf_invoice *v = reading_decode(r, INVOICE("'totals':{'vat_accounting':'200'}"))->as.invoice;
    assert_int_equal(v->vat_totals.count, 1);
    reading_str(v->vat_totals.items[0].currency, "SEK");
    v = reading_decode(r, INVOICE("'totals':{'vat':'0'}"))->as.invoice;
    assert_int_equal(v->vat_totals.count, 1);
    assert_false(v->vat_totals.items[0].has_breakdown);
    v = reading_decode(r, INVOICE("'totals':{}"))->as.invoice;
    assert_int_equal(v->vat_totals.count, 0);
}

static void test_a_written_list_fills_the_rest(void **state)
{
    struct reading *r = *state;
    const struct tf_invoice *v = reading_decode(r, INVOICE("'vat_totals':[{'amount':'200','currency':'SEK'},"
                                                           "{'amount':'19','currency':'EUR','breakdown':[{'tax':'12'},{'tax':'7'}]}]"))
                                     ->as.invoice;
    assert_true(v->vat_totals.present);
    assert_int_equal(v->vat_totals.count, 2);
    assert_false(v->vat_totals.items[0].has_breakdown);
    assert_true(v->vat_totals.items[1].has_breakdown);
    reading_str(v->totals.vat.text, "19");
    reading_str(v->totals.vat_accounting.text, "200");
    assert_false(v->totals.present);
    assert_false(v->vat_breakdown.present);
    assert_int_equal(v->vat_breakdown.count, 2);
    reading_str(v->vat_breakdown.items[1].tax.text, "7");
}

static void test_what_was_written_stays(void **state)
{
    struct reading *r = *state;
    const struct tf_invoice *v = reading_decode(r, INVOICE("'totals':{'vat':'1'},'vat_breakdown':[],'vat_totals':["
                                                           "{'amount':'2','currency':'EUR','breakdown':[{'tax':'2'}]},"
                                                           "{'amount':'3','currency':'EUR'},{'amount':'4'}]"))
                                     ->as.invoice;
    reading_str(v->totals.vat.text, "1");
    assert_int_equal(v->vat_breakdown.count, 0);
    assert_int_equal(v->vat_totals.count, 3);
    assert_false(tf_amount_present(v->totals.vat_accounting));
    v = reading_decode(r, INVOICE("'totals':{'vat':'1'},'vat_totals':[]"))->as.invoice;
    assert_true(v->vat_totals.present);
    assert_int_equal(v->vat_totals.count, 0);
}

static void test_one_currency_is_no_accounting_currency(void **state)
{
    struct reading *r = *state;
    const struct tf_invoice *v =
        reading_decode(r, "{'kind':'invoice','company':'A','invoice':{'currency':'EUR','vat_currency':'EUR','vat_totals':[{'amount':'2','currency':'EUR'}]}}")
            ->as.invoice;
    reading_str(v->totals.vat.text, "2");
    assert_false(tf_amount_present(v->totals.vat_accounting));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        READING_TEST(test_totals_and_breakdown_make_the_list),
        READING_TEST(test_one_total_makes_one),
        READING_TEST(test_a_written_list_fills_the_rest),
        READING_TEST(test_what_was_written_stays),
        READING_TEST(test_one_currency_is_no_accounting_currency),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
