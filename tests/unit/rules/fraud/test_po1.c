#include "unit/rules/fraud/sample.h"

static struct sample sample;

static enum tf_fraud_answer pass(struct history *history, const char *order, int day)
{
    sample_invoice(&sample, "DE1", "12", "119.00", "EUR", day);
    sample.invoice.purchase_order_ref = tf_str_of(order);
    return history_pass(history, &sample);
}

/* ordered of all invoices with an order, then one without. */
static enum tf_fraud_answer after(struct history *history, int ordered, int all)
{
    for (int i = 0; i < all; i++)
        pass(history, i < ordered ? "4500001" : NULL, i);
    return pass(history, NULL, all);
}

static void no_order_where_there_is_usually_one_hits(void **state)
{
    (void)state;
    static const struct { int ordered, all; } cases[] = {{5, 5}, {8, 10}, {20, 25}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct history *history = history_create("PO1");
        assert_int_equal(after(history, cases[i].ordered, cases[i].all), TF_FRAUD_HIT);
        history_destroy(history);
    }
}

static void a_hit_says_how_usual_it_is(void **state)
{
    (void)state;
    struct history *history = history_create("PO1");
    assert_int_equal(after(history, 9, 10), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "no purchase order, where 9 of the supplier's 10 invoices before had one");
    assert_text(history->hit.threshold, "800 per mille of at least 5 invoices");
    assert_int_equal(history->hit.amount_at_risk_minor, 11900);
    history_destroy(history);
}

static void too_few_or_too_seldom_is_clear(void **state)
{
    (void)state;
    static const struct { int ordered, all; } cases[] = {{4, 4}, {7, 9}, {0, 10}, {0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct history *history = history_create("PO1");
        assert_int_equal(after(history, cases[i].ordered, cases[i].all), TF_FRAUD_CLEAR);
        history_destroy(history);
    }
}

static void an_order_of_a_line_is_one(void **state)
{
    (void)state;
    struct history *history = history_create("PO1");
    struct tf_line lines[2] = {{.order_line_ref = TF_STR(" ")}, {.order_line_ref = TF_STR("10")}};
    for (int i = 0; i < 6; i++) {
        sample_invoice(&sample, "DE1", "12", "119.00", "EUR", i);
        sample.invoice.lines.items = lines;
        sample.invoice.lines.count = 2;
        assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    }
    sample.invoice.lines.count = 1;
    sample.event.event_time_ms += TF_MS_PER_DAY;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    history_destroy(history);
}

static void other_suppliers_and_the_same_day_are_clear(void **state)
{
    (void)state;
    struct history *history = history_create("PO1");
    for (int i = 0; i < 8; i++)
        pass(history, "4500001", 5);
    assert_int_equal(pass(history, NULL, 5), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE2", "12", "119.00", "EUR", 9);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_missing_field_is_unknown_and_sales_do_not_apply(void **state)
{
    (void)state;
    struct history *history = history_create("PO1");
    sample_invoice(&sample, NULL, "12", "119.00", "EUR", 9);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "119.00", "EUR", 9);
    sample.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample.event.direction = TF_DIRECTION_SALE;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_order_where_there_is_usually_one_hits), cmocka_unit_test(a_hit_says_how_usual_it_is),
        cmocka_unit_test(too_few_or_too_seldom_is_clear), cmocka_unit_test(an_order_of_a_line_is_one),
        cmocka_unit_test(other_suppliers_and_the_same_day_are_clear), cmocka_unit_test(a_missing_field_is_unknown_and_sales_do_not_apply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
