#include "../reading.h"

static struct reading r;

#define PAIN(body) "<?xml version='1.0' encoding='UTF-8'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.09'><CstmrCdtTrfInitn>" \
                   "<GrpHdr><MsgId>M1</MsgId></GrpHdr>" body "</CstmrCdtTrfInitn></Document>"
#define RUN(date, orders) "<PmtInf><PmtInfId>P1</PmtInfId><ReqdExctnDt>" date "</ReqdExctnDt><DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>" orders "</PmtInf>"
#define ORDER(id, amount, name, iban, rest) "<CdtTrfTxInf><PmtId><EndToEndId>" id "</EndToEndId></PmtId><Amt><InstdAmt Ccy='EUR'>" amount "</InstdAmt></Amt>" \
                   "<Cdtr><Nm>" name "</Nm></Cdtr><CdtrAcct><Id><IBAN>" iban "</IBAN></Id></CdtrAcct>" rest "</CdtTrfTxInf>"

static enum tf_err read_text(const char *text) { return reading_read(&r, text, strlen(text), NULL); }

static void test_orders_are_payments(void **state)
{
    (void)state;
    assert_int_equal(read_text(PAIN(RUN("<Dt>2026-03-02</Dt>", ORDER("E1", "119.00", "Alpha", "DE02120300000000202051", "<RmtInf><Ustrd>RE-17</Ustrd></RmtInf>")
                                                               ORDER("E2", "5.00", "Beta &amp; Co", "FR1420041010050500013M02606", "<RmtInf><Ustrd>two words</Ustrd></RmtInf>"))
                                    RUN("2026-03-03", ORDER("E3", "7.00", "Alpha", "DE02120300000000202051", "")))), TF_OK);
    assert_int_equal(r.records_count, 3);
    assert_string_equal(r.records[0], "{\"company\":\"ACME\",\"kind\":\"payment\",\"payment\":{\"account\":\"DE02120300000000202051\",\"amount\":\"119.00\",\"currency\":\"EUR\","
                                      "\"date\":\"2026-03-02\",\"direction\":\"purchase\",\"end_to_end_id\":\"E1\",\"invoice_number\":\"RE-17\",\"status\":\"ordered\",\"supplier\":\"Alpha\"}}");
    assert_non_null(strstr(r.records[1], "\"supplier\":\"Beta & Co\""));
    assert_null(strstr(r.records[1], "invoice_number"));
    assert_non_null(strstr(r.records[2], "\"date\":\"2026-03-03\""));
}

static void test_a_payment_may_settle_several_invoices(void **state)
{
    (void)state;
    assert_int_equal(read_text(PAIN(RUN("2026-03-02", ORDER("E1", "30.00", "Alpha", "DE02120300000000202051",
        "<RmtInf><Strd><RfrdDocInf><Nb>R-1</Nb></RfrdDocInf><RfrdDocAmt><RmtdAmt Ccy='EUR'>10.00</RmtdAmt></RfrdDocAmt></Strd>"
        "<Strd><RfrdDocInf><Nb>R-2</Nb></RfrdDocInf><RfrdDocAmt><DuePyblAmt Ccy='EUR'>20.00</DuePyblAmt></RfrdDocAmt></Strd></RmtInf>")))), TF_OK);
    assert_non_null(strstr(r.records[0], "\"invoices\":[{\"amount\":\"10.00\",\"number\":\"R-1\"},{\"amount\":\"20.00\",\"number\":\"R-2\"}]"));
    assert_non_null(strstr(r.records[0], "\"currency\":\"EUR\""));
}

static void test_the_paying_account_tells_the_company(void **state)
{
    static const char *const ibans[] = {"DE89 3704 0044 0532 0130 00"};
    static const struct tf_company companies[] = {{.id = "ACME-DE", .ibans = {ibans, 1}}};
    static const char text[] = PAIN(RUN("2026-03-02", ORDER("E1", "1.00", "Alpha", "DE02120300000000202051", "")));
    const struct tf_import_options options = {.company = "X", .companies = companies, .companies_count = 1, .record_bytes_max = 4096};
    const struct tf_import_sink sink = {&r, reading_record, reading_unreadable, NULL, NULL, reading_part, NULL, NULL};
    const struct tf_import_format *format;
    int fd = reading_file(text, sizeof text - 1);
    (void)state;
    memset(&r, 0, sizeof r);
    assert_int_equal(tf_import_sniff(fd, "p.xml", &options, &format, &r.fault), TF_OK);
    assert_string_equal(format->name, "pain.001");
    assert_int_equal(tf_import_read(format, fd, "p.xml", &options, &sink, &r.fault), TF_OK);
    assert_non_null(strstr(r.records[0], "\"company\":\"ACME-DE\""));
    close(fd);
}

static void test_orders_that_lack_something_are_told(void **state)
{
    (void)state;
    assert_int_equal(read_text(PAIN(RUN("2026-03-02", "<CdtTrfTxInf><PmtId><EndToEndId>E1</EndToEndId></PmtId></CdtTrfTxInf>"
                                                      "<CdtTrfTxInf><Amt><InstdAmt Ccy='EUR'>1.00</InstdAmt></Amt></CdtTrfTxInf>"))), TF_OK);
    assert_int_equal(r.records_count, 0);
    assert_int_equal(r.unreadable_count, 2);
    assert_string_equal(r.unreadable[0].path, "Amt");
    assert_string_equal(r.unreadable[0].text, "E1");
    assert_string_equal(r.unreadable[1].path, "Cdtr");
    assert_int_equal(read_text(PAIN("<PmtInf>" ORDER("E1", "1.00", "A", "B", "") "</PmtInf>")), TF_OK);
    assert_string_equal(r.unreadable[0].path, "ReqdExctnDt");
}

#define CAMT(entries) "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'><BkToCstmrStmt><Stmt><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>" \
                      entries "</Stmt></BkToCstmrStmt></Document>"
#define ENTRY(amount, side, details) "<Ntry><Amt Ccy='EUR'>" amount "</Amt><CdtDbtInd>" side "</CdtDbtInd><BookgDt><Dt>2026-03-05</Dt></BookgDt>" \
                      "<ValDt><Dt>2026-03-06</Dt></ValDt>" details "</Ntry>"

static void test_statements_tell_what_was_paid(void **state)
{
    (void)state;
    assert_int_equal(read_text(CAMT(
        ENTRY("30.00", "DBIT", "<NtryDtls><Btch/><TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs><Amt Ccy='EUR'>10.00</Amt><RltdPties><Cdtr><Pty><Nm>Alpha</Nm></Pty></Cdtr>"
                               "</RltdPties></TxDtls><TxDtls><Amt Ccy='EUR'>20.00</Amt><RltdPties><Cdtr><Nm>Beta</Nm></Cdtr></RltdPties></TxDtls></NtryDtls>")
        ENTRY("5.00", "CRDT", "<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Customer</Nm></Dbtr><DbtrAcct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id></DbtrAcct></RltdPties></TxDtls></NtryDtls>")
        ENTRY("10.00", "CRDT", "<NtryDtls><TxDtls><RltdPties><Cdtr><Nm>Alpha</Nm></Cdtr></RltdPties><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls></NtryDtls>")
        ENTRY("3.00", "DBIT", ""))), TF_OK);
    assert_int_equal(r.records_count, 4);
    assert_string_equal(r.records[0], "{\"company\":\"ACME\",\"kind\":\"payment\",\"payment\":{\"amount\":\"10.00\",\"currency\":\"EUR\",\"date\":\"2026-03-05\",\"direction\":"
                                      "\"purchase\",\"end_to_end_id\":\"E1\",\"status\":\"booked\",\"supplier\":\"Alpha\",\"value_date\":\"2026-03-06\"}}");
    assert_non_null(strstr(r.records[1], "\"amount\":\"20.00\""));
    assert_non_null(strstr(r.records[2], "\"direction\":\"sale\",\"status\":\"booked\",\"supplier\":\"Customer\""));
    assert_non_null(strstr(r.records[3], "\"returned\":true,\"status\":\"booked\",\"supplier\":\"Alpha\""));
    assert_int_equal(r.unreadable_count, 1);
}

static void test_a_reversal_takes_back_all_payments_of_its_entry(void **state)
{
    (void)state;
    assert_int_equal(read_text(CAMT(
        ENTRY("30.00", "CRDT", "<RvslInd>true</RvslInd><NtryDtls><TxDtls><RltdPties><Cdtr><Nm>Alpha</Nm></Cdtr></RltdPties></TxDtls>"
                               "<TxDtls><RltdPties><Cdtr><Nm>Beta</Nm></Cdtr></RltdPties></TxDtls></NtryDtls>")
        ENTRY("7.00", "DBIT", "<NtryDtls><TxDtls><RltdPties><Cdtr><Nm>Gamma</Nm></Cdtr></RltdPties></TxDtls></NtryDtls>"))), TF_OK);
    assert_int_equal(r.records_count, 3);
    assert_non_null(strstr(r.records[0], "\"returned\":true,\"status\":\"booked\",\"supplier\":\"Alpha\""));
    assert_non_null(strstr(r.records[1], "\"returned\":true,\"status\":\"booked\",\"supplier\":\"Beta\""));
    assert_null(strstr(r.records[2], "returned"));
}

static void test_hostile_files_are_refused(void **state)
{
    (void)state;
    assert_int_equal(read_text("<!DOCTYPE d [<!ENTITY x 'y'>]><Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.09'>&x;</Document>"), TF_E_XML);
    assert_fault(&r, "document type");
    assert_int_equal(read_text(PAIN("<PmtInf>")), TF_E_XML);
    assert_fault(&r, "well-formed");
    char deep[4096] = "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.09'>";
    for (int i = 0; i < 100; i++)
        strcat(deep, "<a>");
    assert_int_equal(read_text(deep), TF_E_TOO_BIG);
}

static void test_other_formats_are_refused_by_name(void **state)
{
    static const struct { const char *begin, *says; } rows[] = {
        {"<p:FatturaElettronica xmlns:p='x'/>", "FatturaPA"}, {"<Faktura xmlns='http://crd.gov.pl/wzor/2023/06/29/12648/'/>", "KSeF"},
        {"<fe:Facturae xmlns:fe='x'/>", "Facturae"},          {"UNA:+.? 'UNB+UNOC:3+1+2'", "EDIFACT"},
        {"EDI_DC40  100000", "IDoc"},                         {"<INVOIC02><IDOC><EDI_DC40/></IDOC></INVOIC02>", "IDoc"},
        {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(read_text(rows[i].begin), TF_E_FORMAT);
        assert_fault(&r, rows[i].says);
    }
    assert_int_equal(read_text("<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'/>"), TF_E_KIND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders_are_payments), cmocka_unit_test(test_a_payment_may_settle_several_invoices),
        cmocka_unit_test(test_the_paying_account_tells_the_company), cmocka_unit_test(test_orders_that_lack_something_are_told),
        cmocka_unit_test(test_statements_tell_what_was_paid), cmocka_unit_test(test_a_reversal_takes_back_all_payments_of_its_entry), cmocka_unit_test(test_hostile_files_are_refused),
        cmocka_unit_test(test_other_formats_are_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
