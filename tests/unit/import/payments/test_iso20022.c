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
        ENTRY("30.00", "CRDT", "<RvslInd>true</RvslInd><NtryDtls><TxDtls><Amt Ccy='EUR'>10.00</Amt><RltdPties><Cdtr><Nm>Alpha</Nm></Cdtr></RltdPties></TxDtls>"
                               "<TxDtls><Amt Ccy='EUR'>20.00</Amt><RltdPties><Cdtr><Nm>Beta</Nm></Cdtr></RltdPties></TxDtls></NtryDtls>")
        ENTRY("7.00", "DBIT", "<NtryDtls><TxDtls><RltdPties><Cdtr><Nm>Gamma</Nm></Cdtr></RltdPties></TxDtls></NtryDtls>"))), TF_OK);
    assert_int_equal(r.records_count, 3);
    assert_non_null(strstr(r.records[0], "\"returned\":true,\"status\":\"booked\",\"supplier\":\"Alpha\""));
    assert_non_null(strstr(r.records[1], "\"returned\":true,\"status\":\"booked\",\"supplier\":\"Beta\""));
    assert_null(strstr(r.records[2], "returned"));
}

#define TO(name, amount) "<TxDtls>" amount "<RltdPties><Cdtr><Nm>" name "</Nm></Cdtr></RltdPties></TxDtls>"

/* The sum of a batch is no amount of its payments: counted for each, it would be there several times. */
static void test_a_sum_is_of_no_payment_of_several(void **state)
{
    (void)state;
    assert_int_equal(read_text(CAMT(ENTRY("30.00", "DBIT", "<NtryDtls>" TO("Alpha", "") TO("Beta", "<Amt Ccy='EUR'>20.00</Amt>") TO("Gamma", "") "</NtryDtls>")
                                    ENTRY("7.00", "DBIT", "<NtryDtls>" TO("Delta", "") "</NtryDtls>"))), TF_OK);
    assert_int_equal(r.records_count, 2);
    assert_non_null(strstr(r.records[0], "\"amount\":\"20.00\""));
    assert_non_null(strstr(r.records[1], "\"amount\":\"7.00\""));
    assert_non_null(strstr(r.records[1], "Delta"));
    assert_int_equal(r.unreadable_count, 2);
    assert_string_equal(r.unreadable[0].path, "Amt");
}

static void test_a_payment_may_have_its_own_side_and_currency(void **state)
{
    (void)state;
    assert_int_equal(read_text(CAMT(ENTRY("8.00", "DBIT", "<NtryDtls>" TO("Alpha", "<Amt Ccy='EUR'>10.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>"
        "<AmtDtls><InstdAmt><Amt Ccy='USD'>11.00</Amt></InstdAmt><TxAmt><Amt Ccy='USD'>11.00</Amt></TxAmt></AmtDtls>")
        "<TxDtls><Amt Ccy='EUR'>2.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Nm>Customer</Nm></Dbtr></RltdPties></TxDtls>"
        TO("Beta", "<AmtDtls><TxAmt><Amt Ccy='USD'>3.00</Amt></TxAmt></AmtDtls>") "</NtryDtls>"))), TF_OK);
    assert_int_equal(r.records_count, 3);
    assert_non_null(strstr(r.records[0], "\"amount\":\"10.00\",\"currency\":\"EUR\""));
    assert_non_null(strstr(r.records[1], "\"direction\":\"sale\""));
    assert_non_null(strstr(r.records[1], "Customer"));
    assert_non_null(strstr(r.records[2], "\"amount\":\"3.00\",\"currency\":\"USD\""));
    assert_non_null(strstr(r.records[2], "\"direction\":\"purchase\""));
}

static void test_days_with_a_time_and_entries_that_are_not_booked(void **state)
{
    (void)state;
    assert_int_equal(read_text(CAMT("<Ntry><Amt Ccy='EUR'>1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><DtTm>2026-01-31T23:30:00+01:00</DtTm></BookgDt>"
        "<ValDt><Dt>2026-02-01Z</Dt></ValDt><NtryDtls>" TO("Alpha", "") "</NtryDtls></Ntry>"
        "<Ntry><Amt Ccy='EUR'>2.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts><BookgDt><Dt>2026-01-31</Dt></BookgDt><NtryDtls>" TO("Alpha", "") "</NtryDtls></Ntry>")), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_non_null(strstr(r.records[0], "\"date\":\"2026-01-31\""));
    assert_non_null(strstr(r.records[0], "\"value_date\":\"2026-02-01\""));
    assert_int_equal(r.unreadable_count, 1);
    assert_string_equal(r.unreadable[0].path, "Sts");
    assert_int_equal(read_text(PAIN(RUN("<DtTm>2026-03-02T08:00:00</DtTm>", ORDER("E1", "1.00", "Alpha", "DE02120300000000202051", "")))), TF_OK);
    assert_non_null(strstr(r.records[0], "\"date\":\"2026-03-02\""));
}

static void test_credit_notes_and_sums_of_documents(void **state)
{
    (void)state;
    assert_int_equal(read_text(PAIN(RUN("2026-03-02", ORDER("E1", "30.00", "Alpha", "DE02120300000000202051",
        "<RmtInf><Strd><RfrdDocInf><Nb>R-1</Nb></RfrdDocInf><RfrdDocAmt><RmtdAmt Ccy='EUR'>40.00</RmtdAmt></RfrdDocAmt></Strd>"
        "<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CREN</Cd></CdOrPrtry></Tp><Nb>C-1</Nb></RfrdDocInf><RfrdDocAmt><CdtNoteAmt Ccy='EUR'>10.00</CdtNoteAmt></RfrdDocAmt></Strd>"
        "<Strd><RfrdDocInf><Nb>R-2</Nb></RfrdDocInf><RfrdDocInf><Nb>R-3</Nb></RfrdDocInf><RfrdDocAmt><RmtdAmt Ccy='EUR'>9.00</RmtdAmt></RfrdDocAmt></Strd></RmtInf>")))), TF_OK);
    assert_non_null(strstr(r.records[0], "\"invoices\":[{\"amount\":\"40.00\",\"number\":\"R-1\"},{\"amount\":\"-10.00\",\"number\":\"C-1\"},"
                                         "{\"number\":\"R-2\"},{\"number\":\"R-3\"}]"));
}

static enum tf_err take_nothing(void *self, struct tf_str text, uint64_t line, const struct tf_problem *problem)
{
    (void)text;
    (void)line;
    assert_string_equal(problem->path.ptr, "ReqdExctnDt");
    ++*(int *)self;
    return TF_OK;
}

/* A run of wages is one group of many payments. */
static void test_a_group_may_be_longer_than_memory(void **state)
{
    enum { ORDERS = 20000, NAME_BYTES = 2000 };
    static const char order[] = "<CdtTrfTxInf><Amt><InstdAmt Ccy='EUR'>x</InstdAmt></Amt><Cdtr><Nm>%s</Nm></Cdtr></CdtTrfTxInf>";
    char *text = malloc((size_t)ORDERS * (sizeof order + NAME_BYTES) + 512), *end = text, name[NAME_BYTES + 1];
    const struct tf_import_options options = {.company = "X", .record_bytes_max = 1000};
    int refused = 0;
    const struct tf_import_sink sink = {.self = &refused, .record = reading_record, .unreadable = take_nothing};
    const struct tf_import_format *format;
    (void)state;
    memset(name, 'n', NAME_BYTES);
    name[NAME_BYTES] = '\0';
    end += sprintf(end, "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.09'><PmtInf>"); /* no day: none becomes a record */
    for (int i = 0; i < ORDERS; i++)
        end += sprintf(end, order, name);
    end += sprintf(end, "</PmtInf></Document>");
    int fd = reading_file(text, (size_t)(end - text));
    assert_int_equal(tf_import_sniff(fd, "p.xml", &options, &format, &r.fault), TF_OK);
    assert_int_equal(tf_import_read(format, fd, "p.xml", &options, &sink, &r.fault), TF_OK);
    assert_int_equal(refused, ORDERS);
    close(fd);
    free(text);
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
        cmocka_unit_test(test_a_sum_is_of_no_payment_of_several), cmocka_unit_test(test_a_payment_may_have_its_own_side_and_currency),
        cmocka_unit_test(test_days_with_a_time_and_entries_that_are_not_booked), cmocka_unit_test(test_credit_notes_and_sums_of_documents),
        cmocka_unit_test(test_a_group_may_be_longer_than_memory),
        cmocka_unit_test(test_other_formats_are_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
