#include "mtic/commodity.h"
#include "unit/rules/fraud/records.h"

static struct invoice_sample sample;
static struct party_sample party;

static void prepare(const char *amount, const char *item, int day)
{
    records_invoice(&sample, amount, day);
    sample.lines[0].item.name = tf_str_of(item);
}

static enum tf_fraud_answer sells(struct history *history, const char *amount, const char *item, int day)
{
    prepare(amount, item, day);
    return history_pass(history, &sample.base);
}

/* Master data of the seller of all these invoices, told on a day. */
static void registered(struct history *history, int registered_day, int day)
{
    records_party(&party, "DE136695976", day);
    party.party.registered_on = records_date(registered_day);
    assert_int_equal(history_pass(history, &party.base), TF_FRAUD_NOT_APPLICABLE);
}

static void a_large_turnover_of_a_young_supplier_hits(void **state)
{
    (void)state;
    struct history *history = history_create("MTIC1");
    registered(history, 0, 1);
    assert_int_equal(sells(history, "60000.00", "Mobile phones, boxed", 100), TF_FRAUD_CLEAR);
    assert_int_equal(sells(history, "40000.00", "100 x MOBILE PHONE", 129), TF_FRAUD_HIT);
    assert_int_equal(history->hit.amount_at_risk_minor, 10000000);
    assert_int_equal(history->hit.related_count, 1);
    assert_text(history->hit.related[0], "e1");
    assert_text(history->hit.observed,
                "100000.00 EUR in 30 days, 0.00 EUR in those before, of a supplier registered 129 days ago; it sells MOBILE PHONE");
    assert_text(history->hit.threshold, "100000.00 EUR or 10 times the turnover before, 180 days old at most, a commodity at risk");
    assert_int_equal(sells(history, "40000.00", "Mobile phones", 130), TF_FRAUD_CLEAR); /* the first one is out of the thirty days */
    history_destroy(history);
}

static void a_sudden_growth_hits(void **state)
{
    (void)state;
    struct history *history = history_create("MTIC1");
    assert_int_equal(sells(history, "1500.00", "Paper", 10), TF_FRAUD_CLEAR);
    assert_int_equal(sells(history, "15000.00", "CPU, tray", 45), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "15000.00 EUR in 30 days, 1500.00 EUR in those before, of a supplier first seen 35 days ago; it sells CPU");
    history->count--;
    assert_int_equal(sells(history, "14999.99", "CPU, tray", 45), TF_FRAUD_CLEAR);
    history_destroy(history);
    history = history_create("MTIC1");
    assert_int_equal(sells(history, "500.00", "Paper", 10), TF_FRAUD_CLEAR);
    assert_int_equal(sells(history, "9999.99", "CPU, tray", 45), TF_FRAUD_CLEAR); /* growth of small sums says nothing */
    assert_int_equal(sells(history, "0.01", "CPU, tray", 45), TF_FRAUD_HIT);
    history_destroy(history);
}

static void the_first_invoice_may_be_enough(void **state)
{
    (void)state;
    struct history *history = history_create("MTIC1");
    prepare("250000.00", NULL, 10);
    sample.class_ids[0] = (struct tf_class_id){.id = TF_STR("43.19.15.01"), .list = TF_STR("tst")};
    sample.lines[0].item.class_ids.items = sample.class_ids;
    sample.lines[0].item.class_ids.count = 1;
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_HIT);
    sample.class_ids[0].list = TF_STR("HS"); /* the same digits in another list */
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_CLEAR);
    sample.class_ids[0].id = TF_STR("8542");
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_HIT);
    sample.class_ids[0].id = TF_STR("854");
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void an_old_supplier_is_clear(void **state)
{
    (void)state;
    struct history *history = history_create("MTIC1");
    registered(history, -200, 1);
    assert_int_equal(sells(history, "500000.00", "Smartphones", 5), TF_FRAUD_CLEAR); /* first seen, but registered long ago */
    history_destroy(history);
    history = history_create("MTIC1");
    assert_int_equal(sells(history, "100.00", "Paper", 0), TF_FRAUD_CLEAR);
    assert_int_equal(sells(history, "500000.00", "Smartphones", 181), TF_FRAUD_CLEAR);
    assert_int_equal(sells(history, "500000.00", "Smartphones", 180), TF_FRAUD_HIT);
    registered(history, 175, 179);
    assert_int_equal(sells(history, "500000.00", "Smartphones", 200), TF_FRAUD_HIT); /* what the register says counts */
    history_destroy(history);
}

static void other_goods_and_small_sums_are_clear(void **state)
{
    (void)state;
    struct history *history = history_create("MTIC1");
    assert_int_equal(sells(history, "99999.99", "Smartphones", 0), TF_FRAUD_CLEAR);
    assert_int_equal(sells(history, "500000.00", "Headphones and phone-books", 5), TF_FRAUD_CLEAR);
    prepare("500000.00", "Smartphones", 5);
    sample.base.event.direction = TF_DIRECTION_SALE;
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

static void credit_notes_take_their_sums_off(void **state)
{
    (void)state;
    struct history *history = history_create("MTIC1");
    assert_int_equal(sells(history, "90000.00", "Laptops", 0), TF_FRAUD_CLEAR);
    prepare("50000.00", "Laptops", 1);
    sample.base.event.kind = TF_KIND_CREDIT_NOTE;
    assert_int_equal(history_pass(history, &sample.base), TF_FRAUD_NOT_APPLICABLE);
    assert_int_equal(sells(history, "59999.99", "Laptops", 2), TF_FRAUD_CLEAR);
    assert_int_equal(sells(history, "0.01", "Laptops", 3), TF_FRAUD_HIT);
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("MTIC1");
    assert_int_equal(sells(history, "500000.00", NULL, 0), TF_FRAUD_UNKNOWN); /* what does it sell? */
    assert_int_equal(sells(history, "5.00", NULL, 90), TF_FRAUD_CLEAR);       /* little, whatever it is */
    assert_int_equal(sells(history, NULL, "Laptops", 0), TF_FRAUD_UNKNOWN);
    assert_int_equal(sells(history, "90000000000000000.00", "Laptops", 0), TF_FRAUD_UNKNOWN); /* two of them would not add up */
    prepare("500000.00", "Laptops", 5);
    sample.base.event.party = TF_STR_NONE;
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_UNKNOWN);
    prepare("500000.00", "Laptops", 5);
    sample.base.invoice.currency = TF_STR_NONE;
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_UNKNOWN);
    prepare("500000.00", "Laptops", 5);
    sample.base.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

static void words_are_whole_words(void **state)
{
    (void)state;
    static const char *const entries[] = {"CPU", "TABLET PC"};
    static const struct { const char *name; bool found; } cases[] = {
        {"CPU", true}, {"a cpu.", true}, {"CPUs", false}, {"xCPU", false}, {"CPU\xc3\xa9", false}, {"Tablet PC 10\"", true},
        {"Tablet  PC", false}, {"PC", false}, {"", false},
    };
    const struct tf_string_list list = {entries, 2};
    struct tf_line line = {.id = TF_STR("1")};
    struct tf_invoice invoice = {.lines = {.items = &line, .count = 1}};
    bool described;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        line.item.name = tf_str_of(cases[i].name);
        if ((tf_commodity_at_risk(&invoice, &list, &described) != NULL) != cases[i].found)
            fail_msg("\"%s\"", cases[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_turnover_of_a_young_supplier_hits), cmocka_unit_test(a_sudden_growth_hits),
        cmocka_unit_test(the_first_invoice_may_be_enough), cmocka_unit_test(an_old_supplier_is_clear),
        cmocka_unit_test(other_goods_and_small_sums_are_clear), cmocka_unit_test(credit_notes_take_their_sums_off),
        cmocka_unit_test(a_missing_field_is_unknown), cmocka_unit_test(words_are_whole_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
