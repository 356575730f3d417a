#include "../reading.h"
#include "saft_file.h"

static struct reading r;

static enum tf_err read_text(const char *text) { return reading_read(&r, text, strlen(text), NULL); }

static void assert_record(size_t i, const char *json)
{
    assert_true(i < r.records_count);
    assert_string_equal(r.records[i], json);
}

static void assert_one(const char *rule, const char *observed, const char *expected)
{
    if (r.findings_count != 1 || strcmp(r.findings[0].rule, rule) != 0)
        fail_msg("%zu findings, the first %s: %s", r.findings_count, r.findings[0].rule, r.findings[0].observed);
    assert_string_equal(r.findings[0].observed, observed);
    assert_string_equal(r.findings[0].expected, expected);
}

static void test_a_good_file_is_records_without_a_finding(void **state)
{
    (void)state;
    assert_int_equal(read_text(NO_GOOD), TF_OK);
    assert_int_equal(r.findings_count, 0);
    assert_int_equal(r.unreadable_count, 0);
    assert_int_equal(r.records_count, 4);
    assert_record(
        0,
        "{\"company\":\"888888888\",\"kind\":\"account\",\"account\":{\"closing\":\"135.00\",\"kind\":\"GL\",\"name\":\"Konto\",\"number\":\"1500\","
        "\"opening\":\"10.00\",\"standard_code\":\"15\"}}");
    assert_record(2, "{\"company\":\"888888888\",\"kind\":\"party\",\"party\":{\"kind\":\"customer\",\"name\":\"Kunde\",\"party\":\"K1\"}}");
    assert_record(3,
                  "{\"company\":\"888888888\",\"kind\":\"journal\",\"journal\":{\"lines\":["
                  "{\"account\":\"1500\",\"currency\":\"NOK\",\"debit\":\"125.00\",\"partner\":\"K1\",\"partner_kind\":\"customer\",\"text\":\"L\"},"
                  "{\"tax_amount\":\"25\",\"tax_base\":\"100\",\"tax_code\":\"3\",\"tax_rate\":\"25\",\"account\":\"3000\",\"credit\":\"125\","
                  "\"currency\":\"NOK\"}],"
                  "\"document_date\":\"2025-03-31\",\"id\":\"7\",\"period\":\"2025-01\",\"posting_date\":\"2025-03-31\",\"source\":\"GL\",\"text\":"
                  "\"T\",\"type\":\"GL\"},"
                  "\"recorded_at\":\"2025-03-31T00:00:00Z\",\"user\":\"kari\"}");
    assert_non_null(strstr(r.summary, "\"transactions\":1,"));
    assert_int_equal(r.books, TF_IMPORT_SAFT_NO);
    assert_non_null(strstr(r.summary, "\"credit\":\"125.00\""));
}

static void test_control_totals(void **state)
{
    (void)state;
    const char *transaction =
        NO_FILE(NO_HEADER NO_GOOD_MASTERS NO_ENTRIES("2", "125.00", "125", NO_JOURNAL("GL", NO_TRANSACTION("7", "2025-03-31", NO_GOOD_LINES))));
    assert_int_equal(read_text(transaction), TF_OK);
    assert_one("SAFT-01", "2", "1");
    assert_string_equal(r.findings[0].path, "GeneralLedgerEntries/NumberOfEntries");
    assert_int_equal(r.findings[0].line, 9);
    assert_int_equal(read_text(NO_FILE(NO_HEADER NO_GOOD_MASTERS NO_ENTRIES("1", "125.01", "125",
                                                                            NO_JOURNAL("GL", NO_TRANSACTION("7", "2025-03-31", NO_GOOD_LINES))))),
                     TF_OK);
    assert_one("SAFT-02", "125.01", "125.00");
    assert_int_equal(read_text(NO_FILE(NO_HEADER NO_GOOD_MASTERS NO_ENTRIES("1", "125.00", "x",
                                                                            NO_JOURNAL("GL", NO_TRANSACTION("7", "2025-03-31", NO_GOOD_LINES))))),
                     TF_OK);
    assert_one("SAFT-03", "x", "125.00");
}

#define ONE(masters, debit, credit, lines)                                                                                                           \
    NO_FILE(NO_HEADER masters NO_ENTRIES("1", debit, credit, NO_JOURNAL("GL", NO_TRANSACTION("7", "2025-03-31", lines))))

/* Without an old value it is no change: it is what is known at the end of what the file is of. */
static void test_accounts_and_tax_id_of_a_party_are_those_of_the_last_day(void **state)
{
    (void)state;
#define SUPPLIER "<n1:MasterFiles><n1:Suppliers><n1:Supplier><n1:Name>L</n1:Name><n1:TaxRegistration><n1:TaxRegistrationNumber>923609016MVA</n1:TaxRegistrationNumber>" \
                 "</n1:TaxRegistration><n1:BankAccount><n1:IBANNumber>NO9386011117947</n1:IBANNumber></n1:BankAccount><n1:BankAccount><n1:BankAccountNumber>15030000005" \
                 "</n1:BankAccountNumber></n1:BankAccount><n1:SupplierID>L1</n1:SupplierID></n1:Supplier></n1:Suppliers></n1:MasterFiles>"
#define HEADER_OF(selection) "<n1:Header><n1:Company><n1:RegistrationNumber>888888888</n1:RegistrationNumber></n1:Company><n1:SelectionCriteria>" selection "</n1:SelectionCriteria></n1:Header>"
#define KNOWN(day) "{\"company\":\"888888888\",\"kind\":\"party\",\"party\":{\"changes\":[{\"at\":\"" day "T00:00:00Z\",\"field\":\"account\",\"new\":\"NO9386011117947\"}," \
                   "{\"at\":\"" day "T00:00:00Z\",\"field\":\"account\",\"new\":\"15030000005\"},{\"at\":\"" day "T00:00:00Z\",\"field\":\"vat_id\",\"new\":\"923609016MVA\"}]," \
                   "\"kind\":\"supplier\",\"name\":\"L\",\"party\":\"L1\",\"tax_id\":\"923609016MVA\"}}"
    assert_int_equal(read_text(NO_FILE(NO_HEADER SUPPLIER)), TF_OK);
    assert_record(0, KNOWN("2025-12-31"));
    assert_int_equal(read_text(NO_FILE(HEADER_OF("<n1:PeriodEnd>2</n1:PeriodEnd><n1:PeriodEndYear>2024</n1:PeriodEndYear>") SUPPLIER)), TF_OK);
    assert_record(0, KNOWN("2024-02-29"));
    assert_int_equal(read_text(NO_FILE(HEADER_OF("<n1:PeriodEnd>13</n1:PeriodEnd><n1:PeriodEndYear>2024</n1:PeriodEndYear>") SUPPLIER)), TF_OK);
    assert_record(0, KNOWN("2024-12-31"));
    assert_int_equal(read_text(NO_FILE(HEADER_OF("") SUPPLIER)), TF_OK); /* no day, no knowledge of one */
    assert_null(strstr(r.records[0], "changes"));
}

static void test_sums_and_balances(void **state)
{
    (void)state;
    assert_int_equal(read_text(ONE(NO_MASTERS(NO_ACCOUNT("1", "0", "0.01"), ""), "5.00", "4.99",
                                   NO_LINE("1", "Debit", "5.00", "") NO_LINE("1", "Credit", "4.99", ""))),
                     TF_OK);
    assert_one("SAFT-04", "debit 5.00, credit 4.99", "equal sums");
    assert_int_equal(
        read_text(ONE(NO_MASTERS(NO_ACCOUNT("1", "1", "1.01"), ""), "5", "5", NO_LINE("1", "Debit", "5", "") NO_LINE("1", "Credit", "5", ""))),
        TF_OK);
    assert_one("SAFT-05", "1: closing 1.01", "1.00 + 0.00");
    assert_int_equal(r.findings[0].line, 4);
    assert_int_equal(read_text(ONE(NO_MASTERS(NO_ACCOUNT("1", "0", "0"), NO_CUSTOMER("K1", NO_BALANCE("1", "0", "5"))), "5", "5",
                                   NO_LINE("1", "Debit", "5", "<n1:CustomerID>K1</n1:CustomerID>")
                                       NO_LINE("1", "Credit", "5", "<n1:CustomerID>K1</n1:CustomerID>"))),
                     TF_OK);
    assert_one("SAFT-06", "K1: closing 5.00", "0.00 + 0.00");
}

static void test_references(void **state)
{
    (void)state;
    assert_int_equal(
        read_text(ONE(NO_MASTERS(NO_ACCOUNT("1", "0", "-5"), ""), "5", "5", NO_LINE("2", "Debit", "5", "") NO_LINE("1", "Credit", "5", ""))), TF_OK);
    assert_one("SAFT-07", "2", "an account of MasterFiles");
    assert_int_equal(read_text(ONE(NO_MASTERS(NO_ACCOUNT("1", "0", "0"), ""), "5", "5",
                                   NO_LINE("1", "Debit", "5", "<n1:CustomerID>K9</n1:CustomerID>") NO_LINE("1", "Credit", "5", ""))),
                     TF_OK);
    assert_one("SAFT-08", "K9", "a customer of MasterFiles");
    assert_int_equal(read_text(ONE(NO_MASTERS(NO_ACCOUNT("1", "0", "0"), ""), "5", "5",
                                   NO_LINE("1", "Debit", "5", "<n1:SupplierID>L9</n1:SupplierID>") NO_LINE("1", "Credit", "5", ""))),
                     TF_OK);
    assert_one("SAFT-09", "L9", "a supplier of MasterFiles");
    assert_int_equal(read_text(ONE(NO_MASTERS(NO_ACCOUNT("1", "0", "0") NO_ACCOUNT("1", "0", "0"), ""), "5", "5",
                                   NO_LINE("1", "Debit", "5", "") NO_LINE("1", "Credit", "5", ""))),
                     TF_OK);
    assert_one("SAFT-16", "1", "");
}

static void test_tax_codes_rates_and_amounts(void **state)
{
    (void)state;
#define TAXED(code, rate, base, tax)                                                                                                                 \
    ONE(NO_MASTERS(NO_ACCOUNT("1", "0", "0"), ""), "5", "5", NO_LINE("1", "Debit", "5", "") NO_TAXED("1", "Credit", "5", code, rate, base, tax))
    assert_int_equal(read_text(TAXED("3", "25", "100", "25.50")), TF_OK); /* whole units of the currency */
    assert_int_equal(r.findings_count, 0);
    assert_int_equal(read_text(TAXED("3", "25", "100", "25.51")), TF_OK);
    assert_one("SAFT-11", "25.51", "25.00");
    assert_int_equal(read_text(TAXED("3", "25.0", "-100", "25")), TF_OK); /* the side says the sign */
    assert_int_equal(r.findings_count, 0);
    assert_int_equal(read_text(TAXED("4", "25", "100", "25")), TF_OK);
    assert_one("SAFT-10", "4", "a code of MasterFiles/TaxTable");
    assert_int_equal(read_text(TAXED("3", "15", "100", "15")), TF_OK);
    assert_one("SAFT-12", "15", "a rate that the code has in MasterFiles/TaxTable");
}

static void test_several_taxes_of_a_line_are_all_kept(void **state)
{
    (void)state;
    const char *line = "<n1:Line><n1:AccountID>1</n1:AccountID><n1:CreditAmount><n1:Amount>5</n1:Amount></n1:CreditAmount>"
                       "<n1:TaxInformation><n1:TaxCode>3</n1:TaxCode></n1:TaxInformation><n1:TaxInformation><n1:TaxCode>3</"
                       "n1:TaxCode><n1:TaxPercentage>25</n1:TaxPercentage>"
                       "</n1:TaxInformation></n1:Line>";
    char text[4096];
    snprintf(text, sizeof text, ONE(NO_MASTERS(NO_ACCOUNT("1", "0", "0"), ""), "5", "5", NO_LINE("1", "Debit", "5", "") "%s"), line);
    assert_int_equal(read_text(text), TF_OK);
    assert_int_equal(r.findings_count, 0);
    assert_non_null(strstr(r.records[1], "{\"tax_code\":\"3\",\"more_taxes\":[{\"tax_code\":\"3\",\"tax_rate\":\"25\"}],\"account\":\"1\""));
}

#define PAIR NO_LINE("1", "Debit", "5", "") NO_LINE("1", "Credit", "5", "")
#define NUMBERED(count, total, journals) NO_FILE(NO_HEADER NO_MASTERS(NO_ACCOUNT("1", "0", "0"), "") NO_ENTRIES(count, total, total, journals))

static void test_numbers_that_repeat_and_that_are_missing(void **state)
{
    (void)state;
    assert_int_equal(read_text(NUMBERED("3", "15",
                                        NO_JOURNAL("A", NO_TRANSACTION("1", "2025-01-01", PAIR) NO_TRANSACTION("2", "2025-01-01", PAIR)
                                                            NO_TRANSACTION("1", "2025-01-01", PAIR)))),
                     TF_OK);
    assert_one("SAFT-13", "1", "a number that was not met before");
    assert_int_equal(read_text(NUMBERED("3", "15",
                                        NO_JOURNAL("A", NO_TRANSACTION("B-1", "2025-01-01", PAIR) NO_TRANSACTION("B-4", "2025-01-01", PAIR)
                                                            NO_TRANSACTION("B-2", "2025-01-01", PAIR)))),
                     TF_OK);
    assert_one("SAFT-14", "B-3 is missing", "");
    /* one count over two journals has no gap ... */
    assert_int_equal(read_text(NUMBERED("3", "15",
                                        NO_JOURNAL("A", NO_TRANSACTION("1", "2025-01-01", PAIR) NO_TRANSACTION("3", "2025-01-01", PAIR))
                                            NO_JOURNAL("B", NO_TRANSACTION("2", "2025-01-01", PAIR)))),
                     TF_OK);
    assert_int_equal(r.findings_count, 0);
    /* ... nor has one that each journal begins anew, where a number that comes again is none */
    assert_int_equal(read_text(NUMBERED("3", "15",
                                        NO_JOURNAL("A", NO_TRANSACTION("1", "2025-01-01", PAIR) NO_TRANSACTION("2", "2025-01-01", PAIR))
                                            NO_JOURNAL("B", NO_TRANSACTION("1", "2025-01-01", PAIR)))),
                     TF_OK);
    assert_int_equal(r.findings_count, 0);
}

static void test_a_date_outside_of_the_period(void **state)
{
    (void)state;
    assert_int_equal(read_text(NUMBERED("1", "5", NO_JOURNAL("A", NO_TRANSACTION("1", "2026-01-01", PAIR)))), TF_OK);
    assert_one("SAFT-15", "2026-01-01", "a date in the period of the header");
}

static void test_what_cannot_be_a_record_is_told(void **state)
{
    (void)state;
    assert_int_equal(
        read_text(NUMBERED(
            "2", "5", NO_JOURNAL("A", NO_TRANSACTION("1", "2025-01-01", NO_LINE("1", "Debit", "5,00", "")) NO_TRANSACTION("2", "2025-01-01", PAIR)))),
        TF_OK);
    assert_int_equal(r.unreadable_count, 1);
    assert_int_equal(r.unreadable[0].err, TF_E_NUMBER);
    assert_string_equal(r.unreadable[0].path, "DebitAmount");
    assert_string_equal(r.unreadable[0].text, "1");
    assert_int_equal(r.records_count, 2); /* the account, and the other transaction */
    assert_int_equal(
        read_text(NUMBERED("1", "0", NO_JOURNAL("A", NO_TRANSACTION("1", "2025-01-01", "<n1:Line><n1:AccountID>1</n1:AccountID></n1:Line>")))),
        TF_OK);
    assert_int_equal(r.unreadable_count, 1);
    assert_int_equal(r.unreadable[0].err, TF_E_MISSING);
}

static void test_equal_transactions_stay_two(void **state)
{
    (void)state;
    assert_int_equal(read_text(NUMBERED("2", "10", NO_JOURNAL("A", NO_TRANSACTION("1", "2025-01-01", PAIR) NO_TRANSACTION("1", "2025-01-01", PAIR)))),
                     TF_OK);
    assert_int_equal(r.records_count, 3);
    assert_string_not_equal(r.records[1], r.records[2]);
    assert_non_null(strstr(r.records[2], "\"source\":\"urn:taxflow:import\""));
}

static void test_a_configured_company_is_found_by_its_number(void **state)
{
    (void)state;
    const char *const numbers[] = {"NO888888888MVA"};
    const struct tf_company company = {.id = "ACME-NO", .vat_ids = {numbers, 1}};
    const struct tf_import_options options = {.companies = &company, .companies_count = 1, .record_bytes_max = 4096};
    assert_int_equal(reading_read_with(&r, NO_GOOD, strlen(NO_GOOD), &options), TF_OK);
    assert_non_null(strstr(r.records[0], "\"company\":\"ACME-NO\""));
}

static void test_a_record_too_long_is_told_and_its_sums_are_kept(void **state)
{
    (void)state;
    const struct tf_import_options options = {.record_bytes_max = 200};
    assert_int_equal(reading_read_with(&r, NO_GOOD, strlen(NO_GOOD), &options), TF_OK);
    assert_int_equal(r.unreadable_count, 1);
    assert_int_equal(r.unreadable[0].err, TF_E_TOO_BIG);
    assert_int_equal(r.findings_count, 0);
}

static void test_what_is_no_saft_that_is_read(void **state)
{
    (void)state;
    assert_int_equal(read_text("<AuditFile xmlns='urn:OECD:StandardAuditFile-Taxation/2.00'><Header/></AuditFile>"), TF_E_VALUE);
    assert_fault(&r, "a country or version that is not read");
    assert_int_equal(read_text("<auditfile xmlns='urn:StandardAuditFile-Taxation-CashRegister:NO'/>"), TF_E_FORMAT);
    assert_fault(&r, "SAF-T Cash Register (Norway), which is not read; it has sales of a till");
    assert_int_equal(read_text("<!DOCTYPE a [<!ENTITY b 'c'>]>" NO_GOOD), TF_E_XML);
    assert_int_equal(read_text(NO_FILE(NO_HEADER "<n1:MasterFiles>")), TF_E_XML);
    assert_fault(&r, "no well-formed XML");
    assert_int_equal(read_text(NO_FILE("<n1:Header><n1:AuditFileVersion>\xe6</n1:AuditFileVersion></n1:Header>")), TF_E_XML);
    assert_fault(&r, "encoding that the first line declares");
}

static void test_hostile_shapes_are_bounded(void **state)
{
    (void)state;
    static char text[400000];
    char *at = stpcpy(text, "<AuditFile xmlns='urn:StandardAuditFile-Taxation-Financial:NO'>");
    for (int i = 0; i < 100; i++)
        at = stpcpy(at, "<a>");
    assert_int_equal(read_text(text), TF_E_TOO_BIG);
    at = stpcpy(text, "<AuditFile xmlns='urn:StandardAuditFile-Taxation-Financial:NO'><Header><AuditFileVersion>");
    memset(at, 'x', 70000);
    at[70000] = '\0';
    assert_int_equal(read_text(text), TF_E_TOO_BIG);
    assert_fault(&r, "64 KiB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_good_file_is_records_without_a_finding),
        cmocka_unit_test(test_control_totals),
        cmocka_unit_test(test_sums_and_balances), cmocka_unit_test(test_accounts_and_tax_id_of_a_party_are_those_of_the_last_day),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_tax_codes_rates_and_amounts),
        cmocka_unit_test(test_several_taxes_of_a_line_are_all_kept),
        cmocka_unit_test(test_numbers_that_repeat_and_that_are_missing),
        cmocka_unit_test(test_a_date_outside_of_the_period),
        cmocka_unit_test(test_what_cannot_be_a_record_is_told),
        cmocka_unit_test(test_equal_transactions_stay_two),
        cmocka_unit_test(test_a_configured_company_is_found_by_its_number),
        cmocka_unit_test(test_a_record_too_long_is_told_and_its_sums_are_kept),
        cmocka_unit_test(test_what_is_no_saft_that_is_read),
        cmocka_unit_test(test_hostile_shapes_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
