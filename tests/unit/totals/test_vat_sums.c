#include "unit/event/reading.h"

#include <string.h>

#include "taxflow/vat_sums.h"

struct world {
    struct reading *reading;
    struct tf_vat_sums *sums;
    struct tf_book accepted;
};

static int open_world(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    world->reading = reading_open(NULL, 0, READING_RECORD_BYTES_MAX);
    world->sums = tf_vat_sums_create();
    *state = world;
    return world->sums ? 0 : -1;
}

static int close_world(void **state)
{
    struct world *world = *state;
    tf_vat_sums_destroy(world->sums);
    tf_book_finish(&world->accepted);
    reading_close(world->reading);
    free(world);
    return 0;
}

static const struct tf_event *event_of(struct world *world, const char *text)
{
    memset(&world->reading->event, 0, sizeof world->reading->event);
    return reading_decode(world->reading, text);
}

static struct tf_hash16 identity(unsigned number) { return (struct tf_hash16){.bytes = {(uint8_t)number, 1}}; }

static struct tf_vat_added add(struct world *world, unsigned who, const char *text)
{
    struct tf_vat_added added;
    const struct tf_event *event = event_of(world, text);
    assert_int_equal(tf_book_add(&world->accepted, event), TF_OK);
    assert_int_equal(tf_vat_sums_add(world->sums, event, identity(who), true, &added), TF_OK);
    return added;
}

#define HEAD(kind, direction, rest) "{'kind':'" kind "','company':'A','direction':'" direction "'," rest
#define INVOICE(direction, inside) HEAD("invoice", direction, "'invoice':{'number':'1','issue_date':'2026-03-31','currency':'EUR'," inside "}}")

/* The rows, one a line: company period direction country tax category rate currency part documents net vat */
static void expect(struct world *world, const char *const *rows, size_t rows_count)
{
    struct tf_fault fault = {0};
    size_t count;
    const struct tf_vat_group **groups = tf_vat_sums_sorted(world->sums, &count);
    assert_non_null(groups);
    for (size_t i = 0; i < count && i < rows_count; i++) {
        struct tf_vat_cells c;
        char text[512];
        tf_vat_cells_of(groups[i], &c);
        snprintf(text, sizeof text, "%s %s %s %s %s %s %s %s %s %llu %s %s", c.company, c.period, c.direction, c.country, c.tax, c.category, c.rate, c.currency,
                 c.part, (unsigned long long)c.documents, c.net, c.vat);
        assert_string_equal(text, rows[i]);
    }
    assert_int_equal(count, rows_count);
    free(groups);
    if (tf_vat_sums_check(world->sums, &world->accepted, &fault) != TF_OK)
        fail_msg("%s", fault.text);
}
#define EXPECT(world, ...)                                                   \
    do {                                                                     \
        static const char *const rows_[] = {__VA_ARGS__};                    \
        expect((world), rows_, sizeof rows_ / sizeof rows_[0]);              \
    } while (0)

static void test_categories_and_rates_have_rows_and_credit_notes_are_taken_off(void **state)
{
    struct world *world = *state;
    add(world, 1, INVOICE("sale", "'seller':{'vat_id':'DE1'},'vat_breakdown':[{'category':'S','rate':'19.00','taxable':'100.00','tax':'19.00'},"
                                  "{'category':'S','rate':7,'taxable':'10.00','tax':'0.70'},{'category':'E','rate':'0','taxable':'5','tax':'0'}],"
                                  "'totals':{'net':'115.00','vat':'19.70','gross':'134.70'}"));
    add(world, 2, INVOICE("sale", "'seller':{'vat_id':'DE1'},'vat_breakdown':[{'category':'S','rate':'19','taxable':'0.01','tax':'0.00'}],"
                                  "'totals':{'net':'0.01','vat':'0.00'}"));
    add(world, 3, HEAD("credit_note", "sale", "'invoice':{'number':'1','issue_date':'2026-03-01','currency':'EUR','seller':{'vat_id':'DE1'},"
                       "'vat_breakdown':[{'category':'S','rate':'19.0','taxable':'50.00','tax':'9.50'}],'totals':{'net':'50.00','vat':'9.50'}}}"));
    EXPECT(world, "A 2026-03 sale DE VAT E 0 EUR breakdown 1 5.00 0.00", "A 2026-03 sale DE VAT S 7 EUR breakdown 1 10.00 0.70",
           "A 2026-03 sale DE VAT S 19 EUR breakdown 3 50.01 9.50");
}

static void test_what_the_breakdown_does_not_say_is_told_apart(void **state)
{
    struct world *world = *state;
    add(world, 1, INVOICE("purchase", "'seller':{'address':{'country':'at'}},'totals':{'net':'100','vat':'20','gross':'120'}"));
    add(world, 2, INVOICE("purchase", "'seller':{'address':{'country':'AT'}},'vat_breakdown':[{'category':'S','rate':'20','taxable':'100','tax':'20'}],"
                                      "'totals':{'net':'100','vat':'20.01'}"));
    EXPECT(world, "A 2026-03 purchase AT VAT S 20 EUR breakdown 1 100.00 20.00", "A 2026-03 purchase AT    EUR rest 2 100.00 20.01");
}

static void test_a_total_that_is_not_told_is_no_difference(void **state)
{
    struct world *world = *state;
    add(world, 1, INVOICE("sale", "'vat_breakdown':[{'category':'S','rate':'20','taxable':'100','tax':'20'}],'totals':{'net':'100'}"));
    add(world, 2, INVOICE("sale", "'vat_breakdown':[{'category':'S','rate':'20','taxable':'1','tax':'0.2'}]"));
    EXPECT(world, "A 2026-03 sale  VAT S 20 EUR breakdown 2 101.00 20.20");
}

static void test_the_accounting_currency_is_told_of_the_document(void **state)
{
    struct world *world = *state;
    add(world, 1, INVOICE("sale", "'vat_currency':'SEK','vat_breakdown':[{'category':'S','rate':'25','taxable':'100','tax':'25'},"
                                  "{'category':'S','rate':'6','taxable':'10','tax':'0.6'}],'totals':{'net':'110','vat':'25.60','vat_accounting':'281.60'}"));
    add(world, 2, INVOICE("sale", "'vat_currency':'EUR','vat_breakdown':[{'category':'S','rate':'25','taxable':'100','tax':'25'}],"
                                  "'totals':{'net':'100','vat':'25','vat_accounting':'25'}"));
    EXPECT(world, "A 2026-03 sale  VAT S 6 EUR breakdown 1 10.00 0.60", "A 2026-03 sale  VAT S 25 EUR breakdown 2 200.00 50.00",
           "A 2026-03 sale     SEK accounting 1  281.60");
}

static void test_reverse_charge_belongs_to_the_buyers_country(void **state)
{
    struct world *world = *state;
    add(world, 1, INVOICE("purchase", "'seller':{'vat_id':'FR1'},'buyer':{'vat_id':'DE1'},'vat_breakdown':[{'category':'AE','rate':'0','taxable':'7','tax':'0'},"
                                      "{'category':'S','rate':'20','taxable':'1','tax':'0.2'}],'totals':{'net':'8','vat':'0.2'}"));
    add(world, 2, INVOICE("sale", "'seller':{'vat_id':'DE1'},'buyer':{'vat_id':'FR1'},'vat_breakdown':[{'category':'K','rate':'0','taxable':'9','tax':'0'}],"
                                  "'totals':{'net':'9','vat':'0'}"));
    EXPECT(world, "A 2026-03 purchase DE VAT AE 0 EUR breakdown 1 7.00 0.00", "A 2026-03 purchase FR VAT S 20 EUR breakdown 1 1.00 0.20",
           "A 2026-03 sale DE VAT K 0 EUR breakdown 1 9.00 0.00");
}

static void test_the_tax_point_tells_the_period(void **state)
{
    struct world *world = *state;
#define ROW "'vat_breakdown':[{'category':'S','rate':'20','taxable':'1','tax':'0.2'}],'totals':{'net':'1','vat':'0.2'}"
    add(world, 1, INVOICE("sale", "'tax_point_date':'2026-02-28'," ROW));
    add(world, 2, INVOICE("sale", "'delivery':{'date':'2026-01-31'}," ROW));
    add(world, 3, INVOICE("sale", "'tax_point_code':'3','delivery':{'date':'2026-01-31'}," ROW));
    add(world, 4, INVOICE("sale", "'tax_point_code':'432'," ROW));
    add(world, 5, HEAD("invoice", "sale", "'invoice':{'number':'1','currency':'EUR'," ROW "}}"));
#undef ROW
    EXPECT(world, "A  sale  VAT S 20 EUR breakdown 1 1.00 0.20", "A 2026-01 sale  VAT S 20 EUR breakdown 1 1.00 0.20",
           "A 2026-02 sale  VAT S 20 EUR breakdown 1 1.00 0.20", "A 2026-03 sale  VAT S 20 EUR breakdown 1 1.00 0.20",
           "A on payment sale  VAT S 20 EUR breakdown 1 1.00 0.20");
}

static void test_an_amendment_takes_the_place_of_what_it_amends(void **state)
{
#define REVISION(number, month, net, vat)                                                                                                        \
    HEAD("invoice", "sale", number "'invoice':{'number':'1','issue_date':'2026-" month "-01','currency':'EUR',"                 \
         "'vat_breakdown':[{'category':'S','rate':'20','taxable':'" net "','tax':'" vat "'}],'totals':{'net':'" net "'}}}")
    struct world *world = *state;
    assert_int_equal(tf_vat_sums_expect(world->sums, event_of(world, REVISION("'revision':2,", "04", "5", "1")), identity(1)), TF_OK);
    assert_int_equal(tf_vat_sums_expect(world->sums, event_of(world, REVISION("'revision':1,", "04", "5", "1")), identity(1)), TF_OK);
    assert_int_equal(tf_vat_sums_expect(world->sums, event_of(world, REVISION("", "04", "5", "1")), identity(9)), TF_OK);
    assert_int_equal(add(world, 9, REVISION("", "04", "5", "1")).replaces, 0);
    assert_int_equal(add(world, 1, REVISION("", "03", "10", "2")).replaces, 0);
    assert_int_equal(add(world, 1, REVISION("'revision':2,", "04", "30", "6")).replaces, 2);
    const struct tf_vat_added late = add(world, 1, REVISION("'revision':1,", "05", "20", "4"));
    assert_false(late.counts);
    assert_int_equal(late.count, 1);
    EXPECT(world, "A 2026-04 sale  VAT S 20 EUR breakdown 2 35.00 7.00");
}

static void test_what_is_voided_adds_nothing_and_takes_out_what_it_amends(void **state)
{
    struct world *world = *state;
    assert_int_equal(tf_vat_sums_expect(world->sums, event_of(world, REVISION("'revision':1,", "04", "5", "1")), identity(1)), TF_OK);
    assert_int_equal(add(world, 9, REVISION("'voided':true,", "04", "7", "1.4")).count, 0);
    add(world, 2, REVISION("", "04", "5", "1"));
    add(world, 1, REVISION("", "04", "10", "2"));
    const struct tf_vat_added voided = add(world, 1, REVISION("'revision':1,'voided':true,", "04", "10", "2"));
    assert_int_equal(voided.replaces, 3);
    assert_int_equal(voided.count, 0);
    EXPECT(world, "A 2026-04 sale  VAT S 20 EUR breakdown 1 5.00 1.00");
}

static void test_a_copy_is_worked_out_and_not_counted(void **state)
{
    struct world *world = *state;
    struct tf_vat_added added;
    const struct tf_event *event = event_of(world, INVOICE("sale", "'totals':{'net':'1','vat':'0.2'}"));
    assert_int_equal(tf_vat_sums_add(world->sums, event, identity(1), false, &added), TF_OK);
    assert_false(added.counts);
    assert_int_equal(added.count, 1);
    assert_int_equal(tf_vat_sums_group(world->sums, added.entries[0].group)->documents, 0);
    expect(world, NULL, 0);
    assert_int_equal(tf_vat_sums_add(world->sums, event_of(world, "{'kind':'payment','company':'A','payment':{'supplier':'S','amount':'1','currency':'EUR',"
                                                                  "'date':'2026-01-01'}}"), identity(2), true, &added), TF_OK);
    assert_int_equal(added.count, 0);
}

static void test_rows_of_one_document_count_it_once(void **state)
{
    struct world *world = *state;
    add(world, 1, INVOICE("sale", "'vat_breakdown':[{'category':'S','rate':'20','taxable':'1','tax':'0.2'},{'category':' S','rate':'20.0','taxable':'2',"
                                  "'tax':'0.4'},{'category':'NOCATEGORY','taxable':'3'}],'totals':{'net':'6','vat':'0.6'}"));
    EXPECT(world, "A 2026-03 sale  VAT S 20 EUR breakdown 1 3.00 0.60", "A 2026-03 sale  VAT other  EUR breakdown 1 3.00 0.00");
}

static void test_a_difference_is_told(void **state)
{
    struct world *world = *state;
    struct tf_fault fault = {0};
    add(world, 1, INVOICE("sale", "'totals':{'net':'1','vat':'0.2'}"));
    assert_int_equal(tf_book_put(&world->accepted, "EUR", TF_BOOK_VAT, &(struct tf_sum){.cents = 3}), TF_OK);
    assert_int_equal(tf_vat_sums_check(world->sums, &world->accepted, &fault), TF_E_BREACH);
    assert_non_null(strstr(fault.text, "vat in EUR is -0.03 more"));
}

/* Rates nobody has thought of make groups without end: past the limit they share one, and nothing is lost. */
static void test_groups_are_bounded(void **state)
{
    struct world *world = *state;
    struct tf_event event = *event_of(world, INVOICE("sale", "'vat_breakdown':[{'category':'S','rate':'1','taxable':'1','tax':'0.01'}],"
                                                              "'totals':{'net':'1','vat':'0.01'}"));
    struct tf_vat_breakdown *row = event.as.invoice->vat_breakdown.items;
    struct tf_vat_added added;
    size_t count;
    enum { BEYOND = 5 };
    for (int i = 0; i < TF_VAT_GROUPS_MAX + BEYOND; i++) {
        row->rate.value = tf_money_of(i, 0);
        assert_int_equal(tf_book_add(&world->accepted, &event), TF_OK);
        assert_int_equal(tf_vat_sums_add(world->sums, &event, identity(1), true, &added), TF_OK);
    }
    const struct tf_vat_group **groups = tf_vat_sums_sorted(world->sums, &count);
    struct tf_vat_cells cells;
    struct tf_fault fault;
    assert_int_equal(count, TF_VAT_GROUPS_MAX + 1);
    tf_vat_cells_of(groups[count - 1], &cells);
    assert_string_equal(cells.company, "(further)");
    assert_string_equal(cells.net, "5.00");
    assert_int_equal(cells.documents, BEYOND);
    assert_int_equal(tf_vat_sums_check(world->sums, &world->accepted, &fault), TF_OK);
    free(groups);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_categories_and_rates_have_rows_and_credit_notes_are_taken_off), TEST(test_what_the_breakdown_does_not_say_is_told_apart),
        TEST(test_a_total_that_is_not_told_is_no_difference), TEST(test_the_accounting_currency_is_told_of_the_document),
        TEST(test_reverse_charge_belongs_to_the_buyers_country), TEST(test_the_tax_point_tells_the_period),
        TEST(test_an_amendment_takes_the_place_of_what_it_amends), TEST(test_what_is_voided_adds_nothing_and_takes_out_what_it_amends), TEST(test_a_copy_is_worked_out_and_not_counted),
        TEST(test_rows_of_one_document_count_it_once), TEST(test_a_difference_is_told), TEST(test_groups_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
