#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "../reading.h"
#include "saft_file.h"
#include "taxflow/hash.h"

static struct reading r;

static enum tf_err read_text(const char *text) { return reading_read(&r, text, strlen(text), NULL); }

static bool found(const char *rule, const char *observed)
{
    for (size_t i = 0; i < r.findings_count; i++)
        if (strcmp(r.findings[i].rule, rule) == 0 && strcmp(r.findings[i].observed, observed) == 0)
            return true;
    return false;
}

#define HASH "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMw=="
#define ONE_LINE PT_LINE("Credit", "100.00", "NOR", "23", "")
#define FT(number, day) PT_INVOICE(number, "N", HASH, day, "FT", ONE_LINE, "23.00", "100.00", "123.00")
#define SALES(encoding, count, debit, credit, invoices)                                                                                              \
    PT_FILE(encoding, PT_HEADER PT_MASTERS(PT_CUSTOMER("C1", "508650704", "Jos\xc3\xa9")) PT_SOURCES(PT_SALES(count, debit, credit, invoices)))

static void test_an_invoice_is_a_record(void **state)
{
    (void)state;
    assert_int_equal(read_text(SALES("UTF-8", "1", "0", "100.00", FT("FT A/1", "2025-02-03"))), TF_OK);
    assert_int_equal(r.unreadable_count, 0);
    assert_int_equal(r.findings_count, 1); /* that nothing was verified */
    assert_true(found("SAFT-24", "1 signatures were not verified: import.saft_pt_key names no public key"));
    assert_int_equal(r.records_count, 2);
    assert_string_equal(
        r.records[1],
        "{\"company\":\"599999993\",\"kind\":\"invoice\",\"invoice\":{\"lines\":[{\"id\":\"1\",\"item\":{\"name\":\"Cadeira\"},\"net\":\"100.00\","
        "\"price\":{\"net\":\"50\"},"
        "\"quantity\":\"2\",\"unit\":\"C62\",\"unit_text\":\"UN\",\"vat\":{\"category\":\"S\",\"rate\":\"23\"}}],\"buyer\":{\"address\":{\"country\":"
        "\"PT\"},\"name\":\"Jos\xc3\xa9\",\"vat_id\":\"PT508650704\"},"
        "\"currency\":\"EUR\",\"issue_date\":\"2025-02-03\",\"number\":\"FT "
        "A/"
        "1\",\"process\":{\"specification\":\"urn:OECD:StandardAuditFile-Tax:PT_1.04_01\"},\"seller\":{\"address\":{\"city\":\"Lisboa\",\"country\":"
        "\"PT\",\"line1\":\"Rua 1\",\"postcode\":\"1000-001\"},"
        "\"name\":\"Venda\",\"vat_id\":\"PT599999993\"},\"totals\":{\"due\":\"123.00\",\"gross\":\"123.00\",\"line_net\":\"100.00\",\"net\":\"100."
        "00\",\"vat\":\"23.00\"},\"type_code\":\"380\","
        "\"vat_breakdown\":[{\"category\":\"S\",\"rate\":\"23\",\"tax\":\"23.00\",\"taxable\":\"100.00\"}]},\"direction\":\"sale\",\"manual\":false,"
        "\"recorded_at\":\"2025-02-03T10:00:00Z\",\"user\":\"ana\"}");
}

static void test_windows_1252_as_the_first_line_says(void **state)
{
    (void)state;
    assert_int_equal(read_text(PT_FILE("Windows-1252", PT_HEADER PT_MASTERS(PT_CUSTOMER("C1", "508650704", "Jos\xe9 \x80")))), TF_OK);
    assert_non_null(strstr(r.records[0], "\"name\":\"Jos\xc3\xa9 \xe2\x82\xac\""));
}

static void test_a_credit_note_and_an_exemption(void **state)
{
    (void)state;
    const char *note =
        SALES("UTF-8", "2", "40.00", "100.00",
              FT("FT A/1", "2025-02-03") PT_INVOICE(
                  "NC A/1", "N", HASH, "2025-02-04", "NC",
                  PT_LINE("Debit", "40.00", "ISE", "0", "<TaxExemptionReason>Exporta</TaxExemptionReason><TaxExemptionCode>M05</TaxExemptionCode>"),
                  "0.00", "40.00", "40.00"));
    assert_int_equal(read_text(note), TF_OK);
    assert_int_equal(r.findings_count, 1);
    assert_non_null(strstr(r.records[2], "\"kind\":\"credit_note\",\"invoice\":"));
    assert_non_null(strstr(r.records[2], "\"net\":\"40.00\",\"price\""));
    assert_non_null(
        strstr(r.records[2], "{\"category\":\"G\",\"rate\":\"0\",\"exemption_reason\":\"Exporta\",\"tax\":\"0.00\",\"taxable\":\"40.00\"}"));
    assert_non_null(strstr(r.records[2], "\"type_code\":\"381\""));
}

static void test_of_what_is_annulled_or_billed_elsewhere_the_number_counts(void **state)
{
    (void)state;
    assert_int_equal(
        read_text(SALES("UTF-8", "3", "0", "100",
                        FT("FT A/1", "2025-02-03") PT_INVOICE("FT A/2", "A", HASH, "2025-02-03", "FT", ONE_LINE, "23.00", "100.00", "123.00")
                            PT_INVOICE("FT A/3", "F", HASH, "2025-02-03", "FT", ONE_LINE, "23.00", "100.00", "123.00"))),
        TF_OK);
    assert_int_equal(r.findings_count, 1); /* the control total is that of the first document */
    assert_int_equal(r.records_count, 4);
    assert_null(strstr(r.records[1], "voided"));
    assert_non_null(strstr(r.records[2], "\"number\":\"FT A/2\""));
    assert_non_null(strstr(r.records[2], ",\"user\":\"ana\",\"voided\":true}"));
    assert_non_null(strstr(r.records[3], ",\"voided\":true}"));
    assert_non_null(strstr(r.summary, "\"annulled\":1,"));
    assert_int_equal(r.books, TF_IMPORT_SAFT_PT);
}

static void test_a_receipt_is_a_payment(void **state)
{
    (void)state;
    assert_int_equal(
        read_text(PT_FILE(
            "UTF-8", PT_HEADER PT_MASTERS(PT_CUSTOMER("C1", "508650704", "Ana"))
                         PT_SOURCES("<Payments><NumberOfEntries>1</NumberOfEntries><TotalDebit>0</TotalDebit><TotalCredit>300</"
                                    "TotalCredit><Payment><PaymentRefNo>RG A/1</PaymentRefNo>"
                                    "<TransactionDate>2025-05-06</TransactionDate><PaymentType>RG</PaymentType><DocumentStatus><PaymentStatus>N</"
                                    "PaymentStatus><SourcePayment>P</SourcePayment></DocumentStatus>"
                                    "<CustomerID>C1</CustomerID><Line><SourceDocumentID><OriginatingON>FT "
                                    "A/1</OriginatingON></SourceDocumentID><CreditAmount>123</CreditAmount></Line>"
                                    "<Line><SourceDocumentID><OriginatingON>FT "
                                    "A/2</OriginatingON></SourceDocumentID><SourceDocumentID><OriginatingON>FT A/3</OriginatingON></SourceDocumentID>"
                                    "<CreditAmount>177</CreditAmount></Line>"
                                    "<DocumentTotals><TaxPayable>0</TaxPayable><NetTotal>300</NetTotal><GrossTotal>300.00</GrossTotal></"
                                    "DocumentTotals></Payment></Payments>"))),
        TF_OK);
    assert_int_equal(r.findings_count, 0);
    assert_string_equal(
        r.records[1],
        "{\"company\":\"599999993\",\"kind\":\"payment\",\"payment\":{\"invoices\":[{\"amount\":\"123.00\",\"number\":\"FT A/1\"},{\"number\":\"FT "
        "A/2\"},"
        "{\"number\":\"FT A/3\"}],\"amount\":\"300.00\",\"currency\":\"EUR\",\"date\":\"2025-05-06\",\"direction\":\"sale\",\"end_to_end_id\":\"RG "
        "A/1\","
        "\"supplier\":\"PT508650704\"},\"direction\":\"sale\",\"manual\":false}");
}

static void test_ledger_lines_of_either_side(void **state)
{
    (void)state;
    assert_int_equal(
        read_text(PT_FILE("UTF-8", PT_HEADER
                          "<MasterFiles><GeneralLedgerAccounts><Account><AccountID>11</AccountID><AccountDescription>Caixa</AccountDescription>"
                          "<OpeningDebitBalance>0</OpeningDebitBalance><OpeningCreditBalance>0</OpeningCreditBalance><ClosingDebitBalance>1</"
                          "ClosingDebitBalance><ClosingCreditBalance>0</ClosingCreditBalance>"
                          "<GroupingCategory>GM</GroupingCategory></Account></GeneralLedgerAccounts></"
                          "MasterFiles><GeneralLedgerEntries><NumberOfEntries>1</NumberOfEntries><TotalDebit>7</TotalDebit>"
                          "<TotalCredit>7</TotalCredit><Journal><JournalID>V</JournalID><Description>V</"
                          "Description><Transaction><TransactionID>2025-02-03 V 1</TransactionID><Period>2</Period>"
                          "<TransactionDate>2025-02-03</TransactionDate><SourceID>ana</SourceID><Description>D</Description><DocArchivalNumber>1</"
                          "DocArchivalNumber><TransactionType>N</TransactionType>"
                          "<GLPostingDate>2025-02-03</GLPostingDate><SupplierID>S9</SupplierID><Lines><DebitLine><RecordID>1</"
                          "RecordID><AccountID>11</AccountID><SystemEntryDate>2025-02-03T09:30:00</SystemEntryDate>"
                          "<Description>a</Description><DebitAmount>7</DebitAmount></DebitLine><CreditLine><RecordID>2</RecordID><AccountID>11</"
                          "AccountID><Description>b</Description>"
                          "<CreditAmount>7</CreditAmount></CreditLine></Lines></Transaction></Journal></GeneralLedgerEntries>")),
        TF_OK);
    assert_int_equal(r.findings_count, 2);
    assert_true(found("SAFT-09", "S9"));
    assert_true(found("SAFT-05", "11: closing 1.00"));
    assert_string_equal(r.records[1], "{\"company\":\"599999993\",\"kind\":\"journal\",\"journal\":{\"lines\":[{\"account\":\"11\",\"currency\":"
                                      "\"EUR\",\"debit\":\"7\",\"partner\":\"S9\","
                                      "\"partner_kind\":\"supplier\",\"text\":\"a\"},{\"account\":\"11\",\"credit\":\"7\",\"currency\":\"EUR\","
                                      "\"partner\":\"S9\",\"partner_kind\":\"supplier\",\"text\":\"b\"}],"
                                      "\"document_date\":\"2025-02-03\",\"id\":\"2025-02-03 V "
                                      "1\",\"period\":\"2025-02\",\"posting_date\":\"2025-02-03\",\"source\":\"V\",\"text\":\"D\",\"type\":\"N\"},"
                                      "\"recorded_at\":\"2025-02-03T09:30:00Z\",\"user\":\"ana\"}");
}

static void test_sums_numbers_and_forms_of_documents(void **state)
{
    (void)state;
    assert_int_equal(
        read_text(SALES("UTF-8", "1", "0", "100", PT_INVOICE("FT A/1", "N", HASH, "2025-02-03", "FT", ONE_LINE, "23.00", "100.00", "123.01"))),
        TF_OK);
    assert_true(found("SAFT-19", "123.01"));
    assert_int_equal(
        read_text(SALES("UTF-8", "1", "0", "100", PT_INVOICE("FT A/1", "N", HASH, "2025-02-03", "FT", ONE_LINE, "23.00", "100.02", "123.02"))),
        TF_OK);
    assert_true(found("SAFT-19", "100.02"));
    assert_int_equal(read_text(SALES("UTF-8", "3", "0", "300", FT("FT A/1", "2025-02-03") FT("FT A/3", "2025-02-02") FT("FTA4", "2025-02-03"))),
                     TF_OK);
    assert_true(found("SAFT-14", "FT A/2 is missing"));
    assert_true(found("SAFT-22", "FT A/3"));
    assert_true(found("SAFT-20", "FTA4"));
    assert_int_equal(
        read_text(SALES("UTF-8", "1", "0", "100", PT_INVOICE("FT A/1", "N", "short", "2025-02-03", "FT", ONE_LINE, "23.00", "100.00", "123.00"))),
        TF_OK);
    assert_true(found("SAFT-21", "short"));
    assert_int_equal(
        read_text(SALES("UTF-8", "1", "0", "100",
                        PT_INVOICE("FT A/1", "N", "0", "2025-02-03", "FT", PT_LINE("Credit", "100", "RED", "6", ""), "6.00", "100.00", "106.00"))),
        TF_OK);
    assert_true(found("SAFT-10", "IVA/PT/RED"));
    assert_false(found("SAFT-21", "0")); /* no certified program: no signature */
}

/* ---- Signatures ---- */

static void sign(EVP_PKEY *key, const char *text, char *out)
{
    unsigned char bytes[512];
    size_t len = sizeof bytes;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha1(), NULL, key), 1);
    assert_int_equal(EVP_DigestSign(context, bytes, &len, (const unsigned char *)text, strlen(text)), 1);
    EVP_MD_CTX_free(context);
    tf_hash_base64(bytes, len, out);
}

static void write_public(EVP_PKEY *key, const char *path)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(PEM_write_PUBKEY(file, key), 1);
    fclose(file);
}

static void test_a_chain_of_signatures(void **state)
{
    (void)state;
    char path[] = "/tmp/taxflow-key-XXXXXX", first[1024], second[1024], message[2048];
    static char text[8192];
    close(mkstemp(path));
    EVP_PKEY *key = EVP_RSA_gen(1024);
    write_public(key, path);
    sign(key, "2025-02-03;2025-02-03T10:00:00;FT A/1;123.00;", first);
    snprintf(message, sizeof message, "2025-02-04;2025-02-04T10:00:00;FT A/2;123.00;%s", first);
    sign(key, message, second);
    EVP_PKEY_free(key);
    const struct tf_import_options options = {.record_bytes_max = 4096, .saft_pt_key = path};
#define CHAIN                                                                                                                                        \
    SALES("UTF-8", "3", "0", "300",                                                                                                                  \
          PT_INVOICE("FT A/1", "N", "%s", "2025-02-03", "FT", ONE_LINE, "23.00", "100.00", "123.00")                                                 \
              PT_INVOICE("FT A/2", "N", "%s", "2025-02-04", "FT", ONE_LINE, "23.00", "100.00", "123.00") FT("FT B/7", "2025-02-05"))
    snprintf(text, sizeof text, CHAIN, first, second);
    assert_int_equal(reading_read_with(&r, text, strlen(text), &options), TF_OK);
    assert_non_null(strstr(r.summary, "\"signatures_failed\":0,\"signatures_unverified\":1,\"signatures_verified\":2"));
    assert_int_equal(r.findings_count, 1); /* of series B only a later document is here */
    snprintf(text, sizeof text, CHAIN, first, first);
    assert_int_equal(reading_read_with(&r, text, strlen(text), &options), TF_OK);
    assert_true(found("SAFT-23", "FT A/2"));
    assert_false(found("SAFT-23", "FT A/1"));
    unlink(path);
    assert_int_equal(reading_read_with(&r, text, strlen(text), &options), TF_E_CONFIG);
    assert_fault(&r, "the public key cannot be read");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_invoice_is_a_record),
        cmocka_unit_test(test_windows_1252_as_the_first_line_says),
        cmocka_unit_test(test_a_credit_note_and_an_exemption),
        cmocka_unit_test(test_of_what_is_annulled_or_billed_elsewhere_the_number_counts),
        cmocka_unit_test(test_a_receipt_is_a_payment),
        cmocka_unit_test(test_ledger_lines_of_either_side),
        cmocka_unit_test(test_sums_numbers_and_forms_of_documents),
        cmocka_unit_test(test_a_chain_of_signatures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
