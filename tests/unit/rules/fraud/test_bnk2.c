#include "unit/rules/fraud/sample.h"

static struct sample sample;
static struct tf_party party;
static struct tf_party_change changes[2];
static struct tf_transfer transfers[2];
static struct tf_payment_means means;

#define IBAN "DE89 3704 0044 0532 0130 00"

static void pays(const char *supplier, const char *account, int day)
{
    sample_payment(&sample, supplier, "1", "500.00", "EUR", day);
    sample.payment.account = tf_str_of(account);
}

static void bills(const char *supplier, const char *account, const char *vat_id, int day)
{
    sample_invoice(&sample, supplier, "1", "500.00", "EUR", day);
    sample.invoice.seller.vat_id = tf_str_of(vat_id);
    transfers[0] = (struct tf_transfer){.account = tf_str_of(account)};
    means.transfers.items = transfers;
    means.transfers.count = account ? 1 : 0;
    sample.invoice.payments.items = &means;
    sample.invoice.payments.count = 1;
}

static void changes_to(const char *who, const char *kind, const char *field, const char *value, int day)
{
    sample_base(&sample, TF_KIND_PARTY, who, day);
    party = (struct tf_party){.party = tf_str_of(who), .kind = tf_str_of(kind)};
    changes[0] = (struct tf_party_change){.field = tf_str_of(field), .new_value = tf_str_of(value), .at_ms = sample_time(day)};
    party.changes.items = changes;
    party.changes.count = field ? 1 : 0;
    sample.event.as.party_record = &party;
}

static void one_account_of_two_suppliers_hits_once_for_each(void **state)
{
    (void)state;
    struct history *history = history_create("BNK2");
    pays("V1", IBAN, 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    pays("V2", "de89370400440532013000", 1);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    assert_int_equal(history->hit.related_count, 1);
    assert_text(history->hit.related[0], "e0");
    assert_text(history->hit.observed, "an account, address or tax id of this party is also that of 1 other");
    assert_text(history->hit.threshold, "1 other supplier, or a supplier and an employee, within 730 days");
    assert_int_equal(history->hit.amount_at_risk_minor, 50000);
    pays("V1", IBAN, 2); /* the first one is told as well */
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    assert_text(history->hit.related[0], "e1");
    for (int day = 3; day < 6; day++) {
        pays(day % 2 ? "V1" : "V2", IBAN, day);
        assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    }
    pays("V3", IBAN, 7); /* one more joins: told to each again */
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    assert_int_equal(history->hit.related_count, 2);
    pays("V2", IBAN, 8);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    history_destroy(history);
}

static void an_employee_and_a_supplier_hit_by_all_three(void **state)
{
    (void)state;
    static const struct { const char *field, *theirs, *his; } shared[] = {
        {"account", IBAN, "DE89370400440532013000"}, {"address", "Musterweg 1, 12345 Ort", "musterweg 1 12345 ORT"}, {"vat_id", "DE 123", "DE123"}};
    for (size_t i = 0; i < 3; i++) {
        struct history *history = history_create("BNK2");
        changes_to("E17", "employee", shared[i].field, shared[i].theirs, 0);
        assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
        changes_to("V1", "supplier", shared[i].field, shared[i].his, 400);
        assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
        assert_text(history->hit.related[0], "e0");
        assert_text(history->hit.observed, "an account, address or tax id of this party is also that of 1 other; an employee is among them");
        history_destroy(history);
    }
}

static void employees_are_compared_with_invoices_too(void **state)
{
    (void)state;
    struct history *history = history_create("BNK2");
    bills("DE123", IBAN, "DE123", 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    changes_to("E17", "employee", "account", IBAN, 1);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    changes_to("E18", "employee", "vat_id", "DE123", 1);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    history_destroy(history);
}

static void the_seller_of_an_invoice_is_no_other_than_the_supplier_in_the_books(void **state)
{
    (void)state;
    struct history *history = history_create("BNK2");
    bills("DE123", IBAN, "DE123", 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    pays("V1", IBAN, 5);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    bills("DE123", IBAN, "DE123", 6);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    bills("DE124", IBAN, "DE124", 7);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    assert_int_equal(history->hit.related_count, 1);
    history_destroy(history);
}

static void others_are_clear(void **state)
{
    (void)state;
    struct history *history = history_create("BNK2");
    pays("V1", IBAN, 0);
    history_add(history, &sample);
    pays("V2", "DE02120300000000202051", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    pays("V2", IBAN, 731);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    pays("V2", IBAN, 0);
    sample.event.company = TF_STR("ACME-AT");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    pays("V2", IBAN, 0);
    sample.payment.returned = true;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    changes_to("V2", "supplier", "name", IBAN, 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    changes_to("V2", "supplier", "address", IBAN, 0); /* an address is no account */
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    changes_to("E1", "employee", "address", "Weg 1", 0);
    history_add(history, &sample);
    changes_to("E2", "employee", "address", "Weg 1", 0); /* one household */
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    changes_to("K1", "customer", "account", IBAN, 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    pays("K2", IBAN, 0);
    sample.event.direction = TF_DIRECTION_SALE;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("BNK2");
    pays("V1", " - ", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    pays(NULL, IBAN, 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    bills("DE1", NULL, NULL, 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    changes_to("V1", NULL, "account", IBAN, 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    pays("V1", IBAN, 0);
    sample.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_account_of_two_suppliers_hits_once_for_each),
        cmocka_unit_test(an_employee_and_a_supplier_hit_by_all_three),
        cmocka_unit_test(employees_are_compared_with_invoices_too),
        cmocka_unit_test(the_seller_of_an_invoice_is_no_other_than_the_supplier_in_the_books),
        cmocka_unit_test(others_are_clear),
        cmocka_unit_test(a_missing_field_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
