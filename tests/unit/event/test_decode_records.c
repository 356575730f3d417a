#include "reading.h"

#define RECORD(kind, members) "{'kind':'" kind "','company':'ACME','" kind "':{" members "}}"
#define PAYMENT_MUST "'supplier':'S1','amount':'12.50','currency':'EUR','date':'2026-11-23'"
#define JOURNAL_MUST "'id':'J1','posting_date':'2026-11-23','lines':[{}]"
#define RETURN_MUST "'period':'2026-11','code':'66','declared':'100.00'"

static void test_a_payment_is_read(void **state)
{
    struct reading *r = *state;
    const struct tf_payment *p =
        reading_decode(r, RECORD("payment", PAYMENT_MUST ",'account':'DE89','value_date':'2026-11-24','direction':'purchase','end_to_end_id':'E1',"
                                                         "'returned':true,'invoices':[{'number':'I1','amount':'10'},{'number':'I2'}]"))
            ->as.payment;
    assert_int_equal(r->event.kind, TF_KIND_PAYMENT);
    const struct { struct tf_str got; const char *expected; } rows[] = {
        {p->supplier, "S1"}, {p->account, "DE89"}, {p->currency, "EUR"}, {p->direction, "purchase"}, {p->end_to_end_id, "E1"},
        {p->amount.text, "12.50"}, {p->date.text, "2026-11-23"}, {p->value_date.text, "2026-11-24"}, {p->invoices.items[0].number, "I1"},
        {p->invoices.items[0].amount.text, "10"}, {p->invoices.items[1].number, "I2"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        reading_str(rows[i].got, rows[i].expected);
    assert_true(p->returned);
    assert_int_equal(p->invoices.count, 2);
    assert_false(tf_amount_present(p->invoices.items[1].amount));
}

static void test_invoice_number_is_sugar(void **state)
{
    struct reading *r = *state;
    const struct tf_payment *p = reading_decode(r, RECORD("payment", PAYMENT_MUST ",'invoice_number':'I9'"))->as.payment;
    assert_int_equal(p->invoices.count, 1);
    reading_str(p->invoices.items[0].number, "I9");
    assert_false(tf_amount_present(p->invoices.items[0].amount));
    p = reading_decode(r, RECORD("payment", PAYMENT_MUST ",'invoice_number':'I9','invoices':[]"))->as.payment;
    assert_int_equal(p->invoices.count, 0);
    p = reading_decode(r, RECORD("payment", PAYMENT_MUST ",'invoice_number':' '"))->as.payment;
    assert_int_equal(p->invoices.count, 0);
    reading_refused(r, RECORD("payment", PAYMENT_MUST ",'invoice_number':9"), TF_E_TYPE, "$.payment.invoice_number");
}

static void test_a_journal_is_read(void **state)
{
    struct reading *r = *state;
    const struct tf_journal *j =
        reading_decode(r, RECORD("journal", "'id':'J1','type':'SA','document_date':'2026-11-22','posting_date':'2026-11-23','period':'2026-11',"
                                            "'text':'t','source':'manual','reversal_of':'J0','lines':[{'account':'4400','debit':'1','credit':2,"
                                            "'currency':'EUR','local_amount':'3','rate':'1.1','partner':'P','partner_kind':'customer','tax_code':'V1',"
                                            "'tax_base':'4','tax_amount':'5','ref':'r','text':'lt','cost_centre':'cc','cleared_by':'cb'},{}]"))
            ->as.journal;
    const struct tf_journal_line *l = &j->lines.items[0];
    const struct { struct tf_str got; const char *expected; } rows[] = {
        {j->id, "J1"}, {j->type, "SA"}, {j->document_date.text, "2026-11-22"}, {j->posting_date.text, "2026-11-23"}, {j->period, "2026-11"},
        {j->text, "t"}, {j->source, "manual"}, {j->reversal_of, "J0"}, {l->account, "4400"}, {l->debit.text, "1"}, {l->credit.text, "2"},
        {l->currency, "EUR"}, {l->local_amount.text, "3"}, {l->rate.text, "1.1"}, {l->partner, "P"}, {l->partner_kind, "customer"},
        {l->tax_code, "V1"}, {l->tax_base.text, "4"}, {l->tax_amount.text, "5"}, {l->ref, "r"}, {l->text, "lt"}, {l->cost_centre, "cc"},
        {l->cleared_by, "cb"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        reading_str(rows[i].got, rows[i].expected);
    assert_int_equal(j->lines.count, 2);
    assert_false(tf_str_present(j->lines.items[1].account));
}

static void test_a_party_is_read(void **state)
{
    struct reading *r = *state;
    const struct tf_party *p =
        reading_decode(r, RECORD("party", "'party':'P1','kind':'supplier','registered_on':'2020-01-01',"
                                          "'vat_check':{'status':'valid','at':'1970-01-01T00:00:02Z','reference':'ref'},"
                                          "'changes':[{'field':'account','old':'o','new':'n','at':'1970-01-01T00:00:03Z','by':'u1'},{}]"))
            ->as.party_record;
    const struct { struct tf_str got; const char *expected; } rows[] = {
        {p->party, "P1"}, {p->kind, "supplier"}, {p->registered_on.text, "2020-01-01"}, {p->vat_status, "valid"}, {p->vat_reference, "ref"},
        {p->changes.items[0].field, "account"}, {p->changes.items[0].old_value, "o"}, {p->changes.items[0].new_value, "n"},
        {p->changes.items[0].by, "u1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        reading_str(rows[i].got, rows[i].expected);
    assert_int_equal(p->vat_checked_at_ms, 2000);
    assert_int_equal(p->changes.items[0].at_ms, 3000);
    assert_int_equal(p->changes.items[1].at_ms, 0);
}

static void test_a_return_and_an_account_are_read(void **state)
{
    struct reading *r = *state;
    const struct tf_return *t = reading_decode(r, RECORD("return", RETURN_MUST ",'company':'OTHER'"))->as.tax_return;
    reading_str(t->company, "OTHER");
    reading_str(t->period, "2026-11");
    reading_str(t->code, "66");
    reading_str(t->declared.text, "100.00");
    reading_str(reading_decode(r, RECORD("return", RETURN_MUST))->as.tax_return->company, "ACME");
    reading_str(reading_decode(r, RECORD("return", RETURN_MUST ",'company':''"))->as.tax_return->company, "ACME");
    const struct tf_account *a =
        reading_decode(r, RECORD("account", "'number':'4400','name':'Revenue','kind':'income','standard_code':'s','opening':'1','closing':-2.50"))
            ->as.account;
    reading_str(a->number, "4400");
    reading_str(a->name, "Revenue");
    reading_str(a->kind, "income");
    reading_str(a->standard_code, "s");
    reading_str(a->opening.text, "1");
    reading_str(a->closing.text, "-2.50");
}

static void test_required_members_are_missed(void **state)
{
    struct reading *r = *state;
    static const struct { const char *record, *path; } rows[] = {
        {RECORD("payment", "'amount':'1','currency':'EUR','date':'2026-11-23'"), "$.payment.supplier"},
        {RECORD("payment", "'supplier':' ','amount':'1','currency':'EUR','date':'2026-11-23'"), "$.payment.supplier"},
        {RECORD("payment", "'supplier':'S','currency':'EUR','date':'2026-11-23'"), "$.payment.amount"},
        {RECORD("payment", "'supplier':'S','amount':null,'currency':'EUR','date':'2026-11-23'"), "$.payment.amount"},
        {RECORD("payment", "'supplier':'S','amount':'1','date':'2026-11-23'"), "$.payment.currency"},
        {RECORD("payment", "'supplier':'S','amount':'1','currency':'','date':'2026-11-23'"), "$.payment.currency"},
        {RECORD("payment", "'supplier':'S','amount':'1','currency':'EUR'"), "$.payment.date"},
        {RECORD("payment", "'supplier':'S','amount':'1','currency':'EUR','date':''"), "$.payment.date"},
        {RECORD("journal", "'posting_date':'2026-11-23','lines':[{}]"), "$.journal.id"},
        {RECORD("journal", "'id':'J','lines':[{}]"), "$.journal.posting_date"},
        {RECORD("journal", "'id':'J','posting_date':' ','lines':[{}]"), "$.journal.posting_date"},
        {RECORD("journal", "'id':'J','posting_date':'2026-11-23'"), "$.journal.lines"},
        {RECORD("journal", "'id':'J','posting_date':'2026-11-23','lines':[]"), "$.journal.lines"},
        {RECORD("party", "'kind':'supplier'"), "$.party.party"},
        {RECORD("party", "'party':''"), "$.party.party"},
        {RECORD("return", "'code':'66','declared':'1'"), "$.return.period"},
        {RECORD("return", "'period':'2026','declared':'1'"), "$.return.code"},
        {RECORD("return", "'period':'2026','code':'66'"), "$.return.declared"},
        {RECORD("account", "'name':'x'"), "$.account.number"},
        {RECORD("account", "'number':'\\t'"), "$.account.number"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        reading_refused(r, rows[i].record, TF_E_MISSING, rows[i].path);
}

static void test_wrong_types_name_their_path(void **state)
{
    struct reading *r = *state;
    static const struct { const char *record; enum tf_err err; const char *path; } rows[] = {
        {RECORD("payment", "'supplier':7,'amount':'1','currency':'EUR','date':'2026-11-23'"), TF_E_TYPE, "$.payment.supplier"},
        {RECORD("payment", PAYMENT_MUST ",'invoices':['I1']"), TF_E_TYPE, "$.payment.invoices[0]"},
        {RECORD("payment", PAYMENT_MUST ",'invoices':[{'number':1}]"), TF_E_TYPE, "$.payment.invoices[0].number"},
        {RECORD("payment", PAYMENT_MUST ",'value_date':'soon'"), TF_E_DATE, "$.payment.value_date"},
        {RECORD("journal", "'id':'J','posting_date':'2026-11-23','lines':{}"), TF_E_TYPE, "$.journal.lines"},
        {RECORD("journal", "'id':'J','posting_date':'2026-11-23','lines':[{'debit':'x'}]"), TF_E_NUMBER, "$.journal.lines[0].debit"},
        {RECORD("journal", JOURNAL_MUST ",'document_date':'2026-11-31'"), TF_E_DATE, "$.journal.document_date"},
        {RECORD("party", "'party':'P','vat_check':'valid'"), TF_E_TYPE, "$.party.vat_check"},
        {RECORD("party", "'party':'P','vat_check':{'at':'yesterday'}"), TF_E_DATE, "$.party.vat_check.at"},
        {RECORD("party", "'party':'P','changes':[{'at':7}]"), TF_E_TYPE, "$.party.changes[0].at"},
        {RECORD("party", "'party':'P','changes':[{'new':{}}]"), TF_E_TYPE, "$.party.changes[0].new"},
        {RECORD("return", "'period':2026,'code':'66','declared':'1'"), TF_E_TYPE, "$.return.period"},
        {RECORD("return", "'period':'2026','code':'66','declared':''"), TF_E_NUMBER, "$.return.declared"},
        {RECORD("account", "'number':'1','opening':'1e5'"), TF_E_NUMBER, "$.account.opening"},
        {RECORD("account", "'number':4400"), TF_E_TYPE, "$.account.number"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        reading_refused(r, rows[i].record, rows[i].err, rows[i].path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        READING_TEST(test_a_payment_is_read),
        READING_TEST(test_invoice_number_is_sugar),
        READING_TEST(test_a_journal_is_read),
        READING_TEST(test_a_party_is_read),
        READING_TEST(test_a_return_and_an_account_are_read),
        READING_TEST(test_required_members_are_missed),
        READING_TEST(test_wrong_types_name_their_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
