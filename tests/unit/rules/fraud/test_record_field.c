#include "unit/rules/fraud/sample.h"

#include "record_field.h"

static struct sample sample;

static bool is_it(void *self, struct tf_str value)
{
    return tf_str_is(value, self);
}

static bool has(enum tf_record_field field, const char *value)
{
    const struct tf_fraud_facts facts = tf_fraud_facts_of(&sample.event);
    char wanted[64];
    snprintf(wanted, sizeof wanted, "%s", value);
    return tf_record_any(&facts, field, is_it, wanted);
}

static void values_have_one_form(void **state)
{
    (void)state;
    static const struct { enum tf_record_field field; const char *text, *expected; } cases[] = {
        {TF_RECORD_SUPPLIER, "  Müller & Co. \n", "MüLLER & CO."}, {TF_RECORD_ACCOUNT, "de89 3704-0044 0532.0130 00", "DE89370400440532013000"},
        {TF_RECORD_VAT_ID, "DE 123.456/789", "DE123456789"},        {TF_RECORD_VAT_ID, " -./ ", NULL},
        {TF_RECORD_USER, " \t", NULL},                              {TF_RECORD_NONE, "plug", "PLUG"},
    };
    char room[TF_RECORD_VALUE_BYTES_MAX], long_text[TF_RECORD_VALUE_BYTES_MAX + 2];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tf_str value = tf_record_comparable(cases[i].field, tf_str_of(cases[i].text), room);
        assert_int_equal(tf_str_present(value), cases[i].expected != NULL);
        if (cases[i].expected)
            assert_text(value, cases[i].expected);
    }
    memset(long_text, 'x', sizeof long_text);
    assert_int_equal(tf_record_comparable(TF_RECORD_USER, (struct tf_str){long_text, TF_RECORD_VALUE_BYTES_MAX}, room).len, TF_RECORD_VALUE_BYTES_MAX);
    assert_false(tf_str_present(tf_record_comparable(TF_RECORD_USER, (struct tf_str){long_text, TF_RECORD_VALUE_BYTES_MAX + 1}, room)));
}

static void a_payment_has_supplier_account_and_people(void **state)
{
    (void)state;
    sample_payment(&sample, "S1", "12", "70.00", "EUR", 0);
    sample.event.approver = TF_STR("u3");
    assert_true(has(TF_RECORD_SUPPLIER, "S1"));
    assert_true(has(TF_RECORD_ACCOUNT, "DE89370400440532013000"));
    assert_true(has(TF_RECORD_USER, "U17"));
    assert_true(has(TF_RECORD_APPROVER, "U3"));
    assert_true(has(TF_RECORD_COMPANY, "ACME-DE"));
    assert_false(has(TF_RECORD_VAT_ID, "S1"));
    assert_false(has(TF_RECORD_NONE, "S1"));
}

/* However many accounts a document names: none of them is hidden by the others. */
static void every_account_of_a_document_is_asked(void **state)
{
    (void)state;
    enum { ACCOUNTS = 300 };
    static struct tf_transfer transfers[ACCOUNTS];
    static struct tf_payment_means means[2];
    for (size_t i = 0; i < ACCOUNTS; i++)
        transfers[i].account = TF_STR("GB1");
    transfers[ACCOUNTS - 1].account = TF_STR("fr76 1");
    means[1].transfers.items = transfers;
    means[1].transfers.count = ACCOUNTS;
    sample_invoice(&sample, "S1", "12", "70.00", "EUR", 0);
    sample.invoice.payments.items = means;
    sample.invoice.payments.count = 2;
    assert_true(has(TF_RECORD_ACCOUNT, "FR761"));
    assert_true(has(TF_RECORD_ACCOUNT, "GB1"));
    assert_false(has(TF_RECORD_ACCOUNT, "FR762"));
}

static void a_vat_number_is_of_the_other_side(void **state)
{
    (void)state;
    sample_invoice(&sample, "S1", "12", "70.00", "EUR", 0);
    sample.invoice.seller.vat_id = TF_STR("DE 1");
    sample.invoice.buyer.vat_id = TF_STR("FR 2");
    static const struct { enum tf_direction direction; bool seller, buyer; } cases[] = {
        {TF_DIRECTION_PURCHASE, true, false}, {TF_DIRECTION_SALE, false, true}, {TF_DIRECTION_UNKNOWN, true, true}, {TF_DIRECTION_INTERCOMPANY, true, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sample.event.direction = cases[i].direction;
        assert_int_equal(has(TF_RECORD_VAT_ID, "DE1"), cases[i].seller);
        assert_int_equal(has(TF_RECORD_VAT_ID, "FR2"), cases[i].buyer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_have_one_form),
        cmocka_unit_test(a_payment_has_supplier_account_and_people),
        cmocka_unit_test(every_account_of_a_document_is_asked),
        cmocka_unit_test(a_vat_number_is_of_the_other_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
