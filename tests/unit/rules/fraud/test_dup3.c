#include "unit/rules/fraud/sample.h"

static struct sample sample;

static void the_same_document_of_another_supplier_hits(void **state)
{
    (void)state;
    struct history *history = history_create("DUP3");
    sample_invoice(&sample, "DE1", "INV-0012", "1000.00", "EUR", 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE2", "12", "1000.00", "EUR", 3);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    assert_int_equal(history->hit.related_count, 1);
    assert_text(history->hit.related[0], "e0");
    assert_text(history->hit.observed, "1 invoices of other suppliers with the same number and amount, this one of 1000.00 EUR");
    assert_text(history->hit.threshold, "1 from 1000.00 EUR on, dated at most 3 days apart");
    assert_int_equal(history->hit.amount_at_risk_minor, 100000);
    history_destroy(history);
}

static void payments_hit_by_each_number_and_its_own_amount(void **state)
{
    (void)state;
    struct history *history = history_create("DUP3");
    sample_payment(&sample, "V1", NULL, "3000.00", "EUR", 5);
    sample_pays(&sample, "77", "1800.00");
    sample_pays(&sample, "78", "1200.00");
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    sample_payment(&sample, "V2", "78", "1200.00", "EUR", 2); /* late, and before it */
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    assert_text(history->hit.related[0], "e0");
    sample_payment(&sample, "V3", "77", "1800.00", "EUR", 8);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    history_destroy(history);
}

static void all_other_suppliers_are_related(void **state)
{
    (void)state;
    struct history *history = history_create("DUP3");
    for (int i = 0; i < 3; i++) {
        char supplier[] = {'D', (char)('1' + i), '\0'};
        sample_invoice(&sample, supplier, "12", "10000.00", "SEK", i);
        assert_int_equal(history_pass(history, &sample), i == 0 ? TF_FRAUD_CLEAR : TF_FRAUD_HIT);
        assert_int_equal(history->hit.related_count, i);
    }
    history_destroy(history);
}

static void any_other_part_is_clear(void **state)
{
    (void)state;
    static const struct { const char *supplier, *number, *amount, *currency; int day; } other[] = {
        {"DE1", "12", "1000.00", "EUR", 0}, {"DE2", "13", "1000.00", "EUR", 0}, {"DE2", "12", "1000.01", "EUR", 0},
        {"DE2", "12", "1000.00", "USD", 0}, {"DE2", "12", "1000.00", "EUR", 4}, {"DE2", "12", "1000.00", "EUR", -4},
        {"DE2", "12", "999.99", "EUR", 0},  {"DE2", "12", "-1000.00", "EUR", 0},
    };
    struct history *history = history_create("DUP3");
    sample_invoice(&sample, "DE1", "12", "1000.00", "EUR", 0);
    history_add(history, &sample);
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        sample_invoice(&sample, other[i].supplier, other[i].number, other[i].amount, other[i].currency, other[i].day);
        assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    }
    sample_payment(&sample, "DE2", "12", "1000.00", "EUR", 0); /* the payment of an invoice is none itself */
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE2", "12", "1000.00", "EUR", 0);
    sample.event.company = TF_STR("ACME-AT");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample.event.company = TF_STR("ACME-DE");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    history_destroy(history);
}

static void what_spends_nothing_is_not_asked(void **state)
{
    (void)state;
    struct history *history = history_create("DUP3");
    sample_invoice(&sample, "DE1", "12", "1000.00", "EUR", 0);
    history_add(history, &sample);
    sample_invoice(&sample, "DE2", "12", "1000.00", "EUR", 0);
    sample.event.direction = TF_DIRECTION_SALE;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    sample_credit_note(&sample, "DE2", "12", "1000.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    sample_payment(&sample, "V1", "12", "1000.00", "EUR", 0);
    history_add(history, &sample);
    sample_payment(&sample, "V2", "12", "1000.00", "EUR", 0);
    sample.payment.returned = true;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("DUP3");
    sample_invoice(&sample, NULL, "12", "1000.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "--", "1000.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_payment(&sample, "DE1", NULL, "1000.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", NULL, "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "1000.00", "E", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "1000.00", "EUR", 0);
    sample.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, NULL, NULL, "999.99", "EUR", 0); /* whatever is missing, it is too small */
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_document_of_another_supplier_hits), cmocka_unit_test(payments_hit_by_each_number_and_its_own_amount),
        cmocka_unit_test(all_other_suppliers_are_related),            cmocka_unit_test(any_other_part_is_clear),
        cmocka_unit_test(what_spends_nothing_is_not_asked),           cmocka_unit_test(a_missing_field_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
