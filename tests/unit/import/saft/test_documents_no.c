#include "../reading.h"
#include "saft_file.h"

static struct reading r;

static enum tf_err read_text(const char *text) { return reading_read(&r, text, strlen(text), NULL); }

#define SUPPLIERS "<n1:Suppliers><n1:Supplier><n1:RegistrationNumber>923609016</n1:RegistrationNumber><n1:Name>Leverand</n1:Name><n1:Address><n1:Country>NO</n1:Country>" \
                  "</n1:Address><n1:SupplierID>L1</n1:SupplierID></n1:Supplier><n1:Supplier><n1:Name>To</n1:Name><n1:SupplierID>L2</n1:SupplierID></n1:Supplier></n1:Suppliers>"
#define CODE(code, rate) "<n1:TaxCodeDetails><n1:TaxCode>" code "</n1:TaxCode><n1:TaxPercentage>" rate "</n1:TaxPercentage><n1:StandardTaxCode>" code \
                  "</n1:StandardTaxCode></n1:TaxCodeDetails>"
#define MASTERS   "<n1:MasterFiles><n1:Customers>" NO_CUSTOMER("K1", "") "</n1:Customers>" SUPPLIERS "<n1:TaxTable><n1:TaxTableEntry><n1:TaxType>MVA</n1:TaxType>" \
                  CODE("1", "25") CODE("3", "25") CODE("52", "0") "</n1:TaxTableEntry></n1:TaxTable></n1:MasterFiles>\n"
#define TAX(side, code, rate, base, tax) "<n1:TaxInformation><n1:TaxCode>" code "</n1:TaxCode><n1:TaxPercentage>" rate "</n1:TaxPercentage><n1:TaxBase>" base \
                  "</n1:TaxBase><n1:" side "TaxAmount><n1:Amount>" tax "</n1:Amount></n1:" side "TaxAmount></n1:TaxInformation>"
#define DOC_LINE(amount, side, more) "<n1:Line><n1:LineNumber>1</n1:LineNumber><n1:Quantity>2</n1:Quantity><n1:InvoiceUOM>KG</n1:InvoiceUOM><n1:UnitPrice>50.00</n1:UnitPrice>" \
                  "<n1:Description>Stol</n1:Description><n1:InvoiceLineAmount><n1:Amount>" amount "</n1:Amount></n1:InvoiceLineAmount>" \
                  "<n1:DebitCreditIndicator>" side "</n1:DebitCreditIndicator>" more "</n1:Line>"
#define DOC_TOTALS(net, gross) "<n1:DocumentTotals><n1:NetTotal>" net "</n1:NetTotal><n1:GrossTotal>" gross "</n1:GrossTotal></n1:DocumentTotals>"
#define CUSTOMER  "<n1:CustomerInfo><n1:CustomerID>K1</n1:CustomerID><n1:BillingAddress><n1:City>Bergen</n1:City><n1:Country>NO</n1:Country></n1:BillingAddress></n1:CustomerInfo>"
#define SUPPLIER  "<n1:SupplierInfo><n1:SupplierID>L1</n1:SupplierID><n1:BillingAddress/></n1:SupplierInfo>"
#define DOCUMENT(number, party, day, type, lines) "<n1:Invoice><n1:InvoiceNo>" number "</n1:InvoiceNo>" party "<n1:InvoiceDate>" day "</n1:InvoiceDate>" type \
                  "<n1:SourceID>kari</n1:SourceID><n1:TransactionID>7</n1:TransactionID>" lines "</n1:Invoice>\n"
#define SECTION(name, count, debit, credit, documents) "<n1:" name "><n1:NumberOfEntries>" count "</n1:NumberOfEntries><n1:TotalDebit>" debit "</n1:TotalDebit><n1:TotalCredit>" \
                  credit "</n1:TotalCredit>" documents "</n1:" name ">\n"
#define FILE_OF(sections) NO_FILE(NO_HEADER MASTERS "<n1:SourceDocuments>" sections "</n1:SourceDocuments>\n")
#define SALE_LINE DOC_LINE("100.00", "C", TAX("Credit", "3", "25", "100.00", "25.00"))

enum { MASTERS_RECORDS = 3 };

static const char *document(size_t i) { return r.records[MASTERS_RECORDS + i]; }

static void assert_has(const char *record, const char *part)
{
    if (!strstr(record, part))
        fail_msg("%s\nis not in\n%s", part, record);
}

static void assert_one(const char *rule, const char *observed, const char *expected)
{
    assert_int_equal(r.findings_count, 1);
    assert_string_equal(r.findings[0].rule, rule);
    assert_string_equal(r.findings[0].observed, observed);
    assert_string_equal(r.findings[0].expected, expected);
}

static void test_a_sale_is_an_invoice(void **state)
{
    (void)state;
    assert_int_equal(read_text(FILE_OF(SECTION("SalesInvoices", "1", "0", "100.00", DOCUMENT("1001", CUSTOMER, "2025-02-03", "", SALE_LINE DOC_TOTALS("100.00", "125.00"))))), TF_OK);
    assert_int_equal(r.findings_count, 0);
    assert_int_equal(r.unreadable_count, 0);
    assert_int_equal(r.records_count, MASTERS_RECORDS + 1);
    assert_string_equal(document(0),
        "{\"company\":\"888888888\",\"kind\":\"invoice\",\"invoice\":{\"lines\":[{\"id\":\"1\",\"item\":{\"name\":\"Stol\"},\"net\":\"100.00\",\"price\":{\"net\":\"50.00\"},"
        "\"quantity\":\"2\",\"unit\":\"KGM\",\"unit_text\":\"KG\"}],\"currency\":\"NOK\",\"issue_date\":\"2025-02-03\",\"ledger_entry\":\"7\",\"number\":\"1001\","
        "\"process\":{\"specification\":\"urn:StandardAuditFile-Taxation-Financial:NO\"},\"seller\":{\"address\":{\"country\":\"NO\"},\"legal_id\":{\"id\":\"888888888\"},"
        "\"name\":\"Tre AS\",\"vat_id\":\"NO888888888MVA\"},\"buyer\":{\"address\":{\"city\":\"Bergen\",\"country\":\"NO\"},\"ids\":[{\"id\":\"K1\"}],\"name\":\"Kunde\"},"
        "\"totals\":{\"due\":\"125.00\",\"gross\":\"125.00\",\"line_net\":\"100.00\",\"net\":\"100.00\",\"vat\":\"25.00\"},\"type_code\":\"380\","
        "\"vat_breakdown\":[{\"category\":\"S\",\"rate\":\"25\",\"tax\":\"25.00\",\"taxable\":\"100.00\"}]},\"direction\":\"sale\",\"user\":\"kari\"}");
    assert_non_null(strstr(r.summary, "\"invoices\":1,"));
}

static void test_a_purchase_stands_in_debit(void **state)
{
    (void)state;
    assert_int_equal(read_text(FILE_OF(SECTION("PurchaseInvoices", "1", "125.00", "0", /* the total has the tax in it: the schema leaves it open */
                                               DOCUMENT("F-9", SUPPLIER, "2025-02-03", "", DOC_LINE("100.00", "D", TAX("Debit", "1", "25", "100.00", "25.00")))))), TF_OK);
    assert_int_equal(r.findings_count, 0);
    assert_has(document(0), "\"net\":\"100.00\",\"price\"");
    assert_has(document(0), "\"buyer\":{\"address\":{\"country\":\"NO\"},\"legal_id\":{\"id\":\"888888888\"}");
    assert_has(document(0), "\"seller\":{\"address\":{\"country\":\"NO\"},\"ids\":[{\"id\":\"L1\"}],\"legal_id\":{\"id\":\"923609016\"},\"name\":\"Leverand\",\"tax_id\":\"923609016\"}");
    assert_has(document(0), "\"gross\":\"125.00\""); /* of the lines, where there are no DocumentTotals */
    assert_has(document(0), "\"direction\":\"purchase\"");
    assert_non_null(strstr(r.summary, "\"purchase_invoices\":1,"));
}

static void test_a_credit_note_by_what_it_refers_to_or_its_type(void **state)
{
    (void)state;
#define BACK(type, reference) \
    read_text(FILE_OF(SECTION("SalesInvoices", "1", "100.00", "0", DOCUMENT("1002", CUSTOMER, "2025-02-03", type, \
              DOC_LINE("100.00", "D", reference TAX("Debit", "3", "25", "100.00", "25.00")) DOC_TOTALS("100.00", "125.00")))))
    assert_int_equal(BACK("", "<n1:References><n1:CreditNote><n1:Reference>1001</n1:Reference></n1:CreditNote></n1:References>"), TF_OK);
    assert_int_equal(r.findings_count, 0);
    assert_has(document(0), "\"kind\":\"credit_note\"");
    assert_has(document(0), "\"preceding\":[{\"number\":\"1001\"}]");
    assert_has(document(0), "\"line_net\":\"100.00\",\"net\":\"100.00\",\"vat\":\"25.00\"");
    assert_has(document(0), "\"tax\":\"25.00\",\"taxable\":\"100.00\"");
    assert_int_equal(BACK("<n1:InvoiceType>381</n1:InvoiceType>", ""), TF_OK);
    assert_has(document(0), "\"kind\":\"credit_note\"");
    assert_int_equal(BACK("", ""), TF_OK); /* nothing says so: an invoice below zero */
    assert_has(document(0), "\"kind\":\"invoice\"");
    assert_has(document(0), "\"gross\":\"-125.00\",\"line_net\":\"-100.00\",\"net\":\"-100.00\",\"vat\":\"-25.00\"");
    assert_has(document(0), "\"tax\":\"-25.00\",\"taxable\":\"-100.00\"");
#undef BACK
}

static void test_what_the_totals_say_of_tax_goes_before_the_lines(void **state)
{
    (void)state;
    assert_int_equal(read_text(FILE_OF(SECTION("SalesInvoices", "1", "0", "110.00", DOCUMENT("1001", CUSTOMER, "2025-02-03", "",
        SALE_LINE DOC_LINE("10.00", "C", TAX("Credit", "52", "0", "10.00", "0.00")) "<n1:DocumentTotals><n1:TaxInformationTotals><n1:TaxCode>3</n1:TaxCode>"
        "<n1:TaxPercentage>25</n1:TaxPercentage><n1:TaxBase>100.00</n1:TaxBase><n1:CreditTaxAmount><n1:Amount>25.10</n1:Amount></n1:CreditTaxAmount></n1:TaxInformationTotals>"
        "<n1:TaxInformationTotals><n1:TaxCode>52</n1:TaxCode><n1:TaxPercentage>0</n1:TaxPercentage><n1:TaxBase>10.00</n1:TaxBase><n1:CreditTaxAmount><n1:Amount>0</n1:Amount>"
        "</n1:CreditTaxAmount></n1:TaxInformationTotals><n1:ShippingCostsAmountTotal>5.00</n1:ShippingCostsAmountTotal><n1:NetTotal>110.00</n1:NetTotal>"
        "<n1:GrossTotal>140.10</n1:GrossTotal></n1:DocumentTotals>")))), TF_OK);
    assert_int_equal(r.findings_count, 0);
    assert_has(document(0), "\"vat_breakdown\":[{\"category\":\"S\",\"rate\":\"25\",\"tax\":\"25.10\",\"taxable\":\"100.00\"},{\"category\":\"G\",\"rate\":\"0\",\"tax\":\"0.00\",\"taxable\":\"10.00\"}]");
    assert_has(document(0), "\"totals\":{\"charges\":\"5.00\",\"due\":\"140.10\",\"gross\":\"140.10\",\"line_net\":\"110.00\",\"net\":\"115.00\",\"vat\":\"25.10\"}");
}

static void test_sums_of_documents_and_sections(void **state)
{
    (void)state;
#define SALES(count, debit, credit, totals) read_text(FILE_OF(SECTION("SalesInvoices", count, debit, credit, DOCUMENT("1001", CUSTOMER, "2025-02-03", "", SALE_LINE totals))))
    assert_int_equal(SALES("1", "0", "100.00", DOC_TOTALS("100.00", "125.01")), TF_OK);
    assert_one("SAFT-19", "125.01", "125.00");
    assert_int_equal(SALES("1", "0", "100.00", DOC_TOTALS("100.02", "125.02")), TF_OK);
    assert_one("SAFT-19", "100.02", "100.00");
    assert_int_equal(SALES("2", "0", "100.00", ""), TF_OK);
    assert_one("SAFT-01", "2", "1");
    assert_int_equal(SALES("1", "0", "100.01", ""), TF_OK);
    assert_one("SAFT-03", "100.01", "100.00");
    assert_int_equal(SALES("1", "1", "125.00", ""), TF_OK);
    assert_one("SAFT-02", "1", "0.00");
#undef SALES
}

static void test_numbers_and_days(void **state)
{
    (void)state;
#define TWO(section, party, side, first, second, day) read_text(FILE_OF(SECTION(section, "2", "", "", \
        DOCUMENT(first, party, "2025-02-03", "", DOC_LINE("1", side, "")) DOCUMENT(second, party, day, "", DOC_LINE("1", side, "")))))
    assert_int_equal(TWO("SalesInvoices", CUSTOMER, "C", "1", "1", "2025-02-03"), TF_OK);
    assert_one("SAFT-13", "1", "a number that was not met before");
    assert_int_equal(TWO("PurchaseInvoices", SUPPLIER, "D", "1", "1", "2025-02-03"), TF_OK); /* of two sellers, for all that is known */
    assert_int_equal(r.findings_count, 0);
    assert_int_equal(TWO("SalesInvoices", CUSTOMER, "C", "1", "3", "2025-02-03"), TF_OK);
    assert_one("SAFT-14", "2 is missing", "");
    assert_int_equal(TWO("SalesInvoices", CUSTOMER, "C", "1", "2", "2026-02-03"), TF_OK);
    assert_one("SAFT-15", "2026-02-03", "a date in the period of the header");
    assert_int_equal(TWO("SalesInvoices", "<n1:CustomerInfo><n1:CustomerID>K9</n1:CustomerID></n1:CustomerInfo>", "C", "1", "2", "2025-02-03"), TF_OK);
    assert_int_equal(r.findings_count, 2);
    assert_string_equal(r.findings[0].rule, "SAFT-08");
#undef TWO
}

static void test_what_cannot_be_a_record(void **state)
{
    (void)state;
    assert_int_equal(read_text(FILE_OF(SECTION("SalesInvoices", "3", "", "", DOCUMENT("1", CUSTOMER, "2025-02-03", "", DOC_LINE("x", "C", ""))
                                               DOCUMENT("2", CUSTOMER, "2025-02-03", "", DOC_LINE("1", "K", "")) DOCUMENT("3", CUSTOMER, "2025-02-03", "", DOC_LINE("1", "C", ""))))), TF_OK);
    assert_int_equal(r.unreadable_count, 2);
    assert_string_equal(r.unreadable[0].path, "Line Amount");
    assert_string_equal(r.unreadable[1].path, "DebitCreditIndicator");
    assert_int_equal(r.records_count, MASTERS_RECORDS + 1);
}

#define PAID(amount, side, party, document) "<n1:Line>" document party "<n1:DebitCreditIndicator>" side "</n1:DebitCreditIndicator><n1:PaymentLineAmount><n1:Amount>" amount \
        "</n1:Amount></n1:PaymentLineAmount></n1:Line>"
#define L(number) "<n1:SupplierID>L" number "</n1:SupplierID>"
#define OF(number) "<n1:SourceDocumentID>" number "</n1:SourceDocumentID>"
#define PAYMENT(lines) "<n1:Payment><n1:PaymentRefNo>B1</n1:PaymentRefNo><n1:TransactionID>8</n1:TransactionID><n1:TransactionDate>2025-03-01</n1:TransactionDate>" \
        "<n1:Description>Betaling</n1:Description><n1:SourceID>ola</n1:SourceID>" lines "</n1:Payment>"

static void test_a_payment_to_a_supplier(void **state)
{
    (void)state;
    assert_int_equal(read_text(FILE_OF(SECTION("Payments", "1", "150.00", "150.00", PAYMENT(PAID("100.00", "D", L("1"), OF("F-9")) PAID("50.00", "D", L("1"), OF("F-10"))
                                                                                             PAID("150.00", "C", "", ""))))), TF_OK);
    assert_int_equal(r.findings_count, 0);
    assert_string_equal(document(0),
        "{\"company\":\"888888888\",\"kind\":\"payment\",\"payment\":{\"invoices\":[{\"amount\":\"100.00\",\"number\":\"F-9\"},{\"amount\":\"50.00\",\"number\":\"F-10\"}],"
        "\"amount\":\"150.00\",\"currency\":\"NOK\",\"date\":\"2025-03-01\",\"direction\":\"purchase\",\"end_to_end_id\":\"B1\",\"ledger_entry\":\"8\",\"supplier\":\"923609016\"},"
        "\"direction\":\"purchase\",\"user\":\"ola\"}");
    assert_non_null(strstr(r.summary, "\"payments\":1,"));
}

static void test_partners_of_one_payment_are_payments_of_their_own(void **state)
{
    (void)state;
    assert_int_equal(read_text(FILE_OF(SECTION("Payments", "1", "140.00", "110.00",
        PAYMENT(PAID("100.00", "D", L("1"), OF("F-9")) PAID("40.00", "D", L("2"), "") PAID("110.00", "C", "<n1:CustomerID>K1</n1:CustomerID>", OF("1001")) DOC_TOTALS("1", "1"))))), TF_OK);
    assert_int_equal(r.records_count, MASTERS_RECORDS + 3);
    assert_has(document(0), "\"amount\":\"100.00\",\"currency\"");
    assert_has(document(1), "\"invoices\":[],\"amount\":\"40.00\"");
    assert_has(document(1), "\"supplier\":\"L2\"");
    assert_has(document(2), "\"amount\":\"110.00\",\"currency\":\"NOK\",\"date\":\"2025-03-01\",\"direction\":\"sale\"");
    assert_int_equal(read_text(FILE_OF(SECTION("Payments", "1", "", "", PAYMENT(PAID("1", "D", "", ""))))), TF_OK);
    assert_int_equal(r.unreadable_count, 1);
    assert_string_equal(r.unreadable[0].detail, "no line of the payment names a supplier or a customer");
}

static void test_what_is_not_read_is_told(void **state)
{
    (void)state;
    assert_int_equal(read_text(FILE_OF("<n1:MovementOfGoods><n1:NumberOfMovementLines>1</n1:NumberOfMovementLines><n1:StockMovement><n1:MovementReference>1</n1:MovementReference>"
                                       "<n1:MovementDate>2025-02-02</n1:MovementDate></n1:StockMovement></n1:MovementOfGoods><n1:AssetTransactions/>")), TF_OK);
    assert_int_equal(r.records_count, MASTERS_RECORDS);
    assert_int_equal(r.findings_count, 2);
    assert_string_equal(r.findings[0].rule, "SAFT-17");
    assert_string_equal(r.findings[0].path, "SourceDocuments/MovementOfGoods");
    assert_string_equal(r.findings[1].path, "SourceDocuments/AssetTransactions");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sale_is_an_invoice), cmocka_unit_test(test_a_purchase_stands_in_debit),
        cmocka_unit_test(test_a_credit_note_by_what_it_refers_to_or_its_type), cmocka_unit_test(test_what_the_totals_say_of_tax_goes_before_the_lines),
        cmocka_unit_test(test_sums_of_documents_and_sections), cmocka_unit_test(test_numbers_and_days), cmocka_unit_test(test_what_cannot_be_a_record),
        cmocka_unit_test(test_a_payment_to_a_supplier), cmocka_unit_test(test_partners_of_one_payment_are_payments_of_their_own),
        cmocka_unit_test(test_what_is_not_read_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
