#include "../reading.h"

#include "taxflow/reader_xml.h"

#define HEAD                                                                                                       \
    "<c:CrossIndustryInvoice xmlns:c='urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100'\n"             \
    " xmlns='urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100'\n"                \
    " xmlns:qdt='urn:un:unece:uncefact:data:standard:QualifiedDataType:100'\n"                                     \
    " xmlns:udt='urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100'>\n"
#define TAIL "</c:CrossIndustryInvoice>"
#define TRADE(body) "<c:SupplyChainTradeTransaction>" body "</c:SupplyChainTradeTransaction>"
#define LINE(body) TRADE("<IncludedSupplyChainTradeLineItem>" body "</IncludedSupplyChainTradeLineItem>")
#define AGREEMENT(body) TRADE("<ApplicableHeaderTradeAgreement>" body "</ApplicableHeaderTradeAgreement>")
#define SETTLEMENT(body) TRADE("<ApplicableHeaderTradeSettlement>" body "</ApplicableHeaderTradeSettlement>")
#define DATE(format, digits) "<udt:DateTimeString format='" format "'>" digits "</udt:DateTimeString>"
#define REFERENCE(id, type, more)                                                                                  \
    "<AdditionalReferencedDocument><IssuerAssignedID>" id "</IssuerAssignedID>" type more "</AdditionalReferencedDocument>"
#define TYPE(code) "<TypeCode>" code "</TypeCode>"

static const struct tf_invoice *read_all(struct reading *r, const char *text)
{
    if (tf_reader_xml_decode(r->reader, tf_str_of(text), r->arena, &r->event, &r->problem) != TF_OK) {
        reading_print(&r->problem);
        fail();
    }
    return r->event.as.invoice;
}
#define READ(r, body) read_all(r, HEAD body TAIL)

static void assert_text(struct tf_str s, const char *text)
{
    assert_true(tf_str_present(s));
    if (!tf_str_is(s, text))
        fail_msg("\"%.*s\" instead of \"%s\"", TF_STR_ARGS(s), text);
}

static void assert_stray(const struct tf_invoice *invoice, size_t i, const char *kind, const char *text)
{
    assert_in_range(i, 0, invoice->strays.count - 1);
    assert_text(invoice->strays.items[i].kind, kind);
    assert_text(invoice->strays.items[i].text, text);
}

static void test_plain_terms(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        "<c:ExchangedDocumentContext><GuidelineSpecifiedDocumentContextParameter><ID>urn:x</ID>"
        "</GuidelineSpecifiedDocumentContextParameter></c:ExchangedDocumentContext>"
        "<c:ExchangedDocument><ID>R1</ID><TypeCode>380</TypeCode><IssueDateTime>" DATE("102", " 20261123\n") "</IssueDateTime>"
        "<IncludedNote><Content>a note</Content><SubjectCode>AAI</SubjectCode></IncludedNote></c:ExchangedDocument>"
        AGREEMENT(
            "<SellerTradeParty><ID>a</ID><GlobalID schemeID='0088'>b</GlobalID><Name>S</Name>"
            "<SpecifiedLegalOrganization><ID schemeID='0002'>c</ID></SpecifiedLegalOrganization>"
            "<PostalTradeAddress><CountryID>DE</CountryID></PostalTradeAddress>"
            "<SpecifiedTaxRegistration><ID schemeID='FC'>f</ID></SpecifiedTaxRegistration>"
            "<SpecifiedTaxRegistration><ID schemeID='VA'>v</ID></SpecifiedTaxRegistration></SellerTradeParty>"));
    assert_int_equal(invoice->syntax, TF_SYNTAX_CII);
    assert_int_equal(((struct reading *)*state)->event.kind, TF_KIND_INVOICE);
    assert_text(invoice->process.specification, "urn:x");
    assert_text(invoice->issue_date.text, " 2026-11-23 ");
    assert_true(tf_date_known(invoice->issue_date));
    assert_text(invoice->notes.items[0].subject_code, "AAI");
    assert_int_equal(invoice->seller.ids.count, 2);
    assert_false(tf_str_present(invoice->seller.ids.items[0].scheme));
    assert_text(invoice->seller.ids.items[1].scheme, "0088");
    assert_text(invoice->seller.legal_id.scheme, "0002");
    assert_text(invoice->seller.vat_id, "v");
    assert_text(invoice->seller.tax_id, "f");
    assert_true(invoice->seller.address.present);
    assert_false(invoice->buyer.present);
    assert_int_equal(reading_found(invoice, "XML-DATE"), 0);
    assert_false(invoice->strays.present);
}

/* A date of another format is given and blank; one of format 102 that is no day stays as it is. Both are findings. */
static void test_dates_that_are_none(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        "<c:ExchangedDocument><IssueDateTime>" DATE("610", "202611") "</IssueDateTime></c:ExchangedDocument>"
        SETTLEMENT("<BillingSpecifiedPeriod><StartDateTime>" DATE("102", "20261301") "</StartDateTime><EndDateTime/>"
                   "</BillingSpecifiedPeriod>"));
    assert_text(invoice->issue_date.text, "");
    assert_text(invoice->period.start.text, "20261301");
    assert_false(tf_date_known(invoice->period.start));
    assert_text(invoice->period.end.text, "");
    assert_int_equal(reading_found(invoice, "XML-DATE"), 2);
}

#define CHARGE(indicator, amount, vat)                                                                             \
    "<SpecifiedTradeAllowanceCharge><ChargeIndicator><udt:Indicator>" indicator "</udt:Indicator></ChargeIndicator>" \
    "<ActualAmount>" amount "</ActualAmount>" vat "</SpecifiedTradeAllowanceCharge>"
#define CATEGORY(kind, code) "<CategoryTradeTax><TypeCode>" kind "</TypeCode><CategoryCode>" code "</CategoryCode></CategoryTradeTax>"

static void test_allowances_and_charges(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        LINE("<SpecifiedLineTradeSettlement>" CHARGE("true", "3", "") "</SpecifiedLineTradeSettlement>")
        SETTLEMENT(CHARGE("true", "1", CATEGORY("vat", "S")) CHARGE(" 0 ", "2", CATEGORY("GST", "Z"))
                   CHARGE("perhaps", "4", CATEGORY("VAT", "E"))));
    assert_int_equal(invoice->charges.count, 1);
    assert_int_equal(invoice->allowances.count, 1);
    assert_text(invoice->charges.items[0].vat_category, "S");
    assert_false(tf_str_present(invoice->charges.items[0].vat_scheme));
    assert_text(invoice->allowances.items[0].amount.text, "2");
    assert_text(invoice->allowances.items[0].vat_scheme, "GST");
    assert_text(invoice->lines.items[0].charges.items[0].amount.text, "3");
    assert_stray(invoice, 0, "indicator", "0");
    assert_stray(invoice, 1, "indicator", "perhaps");
    assert_stray(invoice, 2, "adjustment_vat_category", "E");
}

/* What is no VAT keeps its name; without a kind of tax it is no VAT either. The artefact trims nothing. */
static void test_kinds_of_tax(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        SETTLEMENT("<ApplicableTradeTax>" TYPE("VAT") "</ApplicableTradeTax><ApplicableTradeTax><CategoryCode>S</CategoryCode>"
                   "</ApplicableTradeTax><ApplicableTradeTax>" TYPE(" VAT") "</ApplicableTradeTax>"));
    assert_int_equal(invoice->vat_breakdown.count, 3);
    assert_false(tf_str_present(invoice->vat_breakdown.items[0].scheme));
    assert_text(invoice->vat_breakdown.items[1].scheme, "");
    assert_text(invoice->vat_breakdown.items[2].scheme, " VAT");
}

/* A line's first category is the model's, a second a stray with its rate behind it. */
static void test_two_categories_of_a_line(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        LINE("<SpecifiedLineTradeSettlement><ApplicableTradeTax>" TYPE("VAT") "<CategoryCode>S</CategoryCode>"
             "<RateApplicablePercent>19</RateApplicablePercent></ApplicableTradeTax><ApplicableTradeTax>" TYPE("VAT")
             "<CategoryCode>Z</CategoryCode><RateApplicablePercent>0</RateApplicablePercent></ApplicableTradeTax>"
             "</SpecifiedLineTradeSettlement>"));
    assert_text(invoice->lines.items[0].vat.category, "S");
    assert_text(invoice->lines.items[0].vat.rate.text, "19");
    assert_stray(invoice, 0, "line_vat_category", "Z");
    assert_stray(invoice, 1, "line_vat_rate", "0");
    assert_int_equal(invoice->strays.items[1].item, 1);
}

static void test_references_by_their_type(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        LINE("<SpecifiedLineTradeSettlement>" REFERENCE("o2", TYPE("130"), "<ReferenceTypeCode>ABZ</ReferenceTypeCode>")
             "</SpecifiedLineTradeSettlement>")
        AGREEMENT(REFERENCE("t", TYPE("50"), "") REFERENCE("o", TYPE("130"), "<ReferenceTypeCode>AAA</ReferenceTypeCode>")
                  REFERENCE("s", TYPE("916"), "<AttachmentBinaryObject mimeCode='text/csv' filename='a.csv'>YWJj</AttachmentBinaryObject>")
                  REFERENCE("", TYPE("130"), "") REFERENCE("n", "", "<URIID>u</URIID>")));
    assert_text(invoice->tender_ref, "t");
    assert_text(invoice->object_id.id, "o");
    assert_text(invoice->object_id.scheme, "AAA");
    assert_text(invoice->lines.items[0].object_id.id, "o2");
    assert_text(invoice->lines.items[0].object_id.scheme, "ABZ");
    assert_int_equal(invoice->attachments.count, 3);
    assert_text(invoice->attachments.items[0].file.mime, "text/csv");
    assert_int_equal(invoice->attachments.items[0].file.bytes, 3);
    assert_text(invoice->attachments.items[1].ref, "");
    assert_text(invoice->attachments.items[2].uri, "u");
}

#define MEANS(code, body) "<SpecifiedTradeSettlementPaymentMeans>" TYPE(code) body "</SpecifiedTradeSettlementPaymentMeans>"
#define ACCOUNT(body) "<PayeePartyCreditorFinancialAccount>" body "</PayeePartyCreditorFinancialAccount>"
#define BANK(bic) "<PayeeSpecifiedCreditorFinancialInstitution><BICID>" bic "</BICID></PayeeSpecifiedCreditorFinancialInstitution>"

/* Accounts are IBANs or others, banks stand beside them, and what concerns a direct debit stands outside its means of payment. */
static void test_payment(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        SETTLEMENT("<CreditorReferenceID>cr</CreditorReferenceID><PaymentReference>r</PaymentReference>"
                   MEANS("58", ACCOUNT("<IBANID>i</IBANID>") BANK("b"))
                   MEANS("58", ACCOUNT("<IBANID/><ProprietaryID>p</ProprietaryID>"))
                   MEANS("59", "<PayerPartyDebtorFinancialAccount><IBANID>d</IBANID></PayerPartyDebtorFinancialAccount>")
                   "<SpecifiedTradePaymentTerms><DirectDebitMandateID>m</DirectDebitMandateID></SpecifiedTradePaymentTerms>"));
    assert_int_equal(invoice->payments.count, 3);
    const struct tf_payment_means *means = invoice->payments.items;
    assert_text(means[0].transfers.items[0].account, "i");
    assert_text(means[0].transfers.items[0].bic, "b");
    assert_text(means[0].remittance, "r");
    assert_false(means[0].direct_debit.present);
    assert_text(means[1].transfers.items[0].account, "p");
    assert_text(means[2].direct_debit.account, "d");
    assert_text(means[2].direct_debit.mandate, "m");
    assert_text(means[2].direct_debit.creditor_id, "cr");
}

#define PRICE(name, body) "<" name "PriceProductTradePrice>" body "</" name "PriceProductTradePrice>"
#define BASE(unit, quantity) "<BasisQuantity unitCode='" unit "'>" quantity "</BasisQuantity>"

/* The base quantity is the net price's, else the gross price's. */
static void test_base_quantity(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        LINE("<SpecifiedLineTradeAgreement>" PRICE("Gross", BASE("C62", "10")) PRICE("Net", BASE("KGM", "5"))
             "</SpecifiedLineTradeAgreement>")
        LINE("<SpecifiedLineTradeAgreement>" PRICE("Gross", BASE("C62", "10")) PRICE("Net", "<ChargeAmount>1</ChargeAmount>")
             "</SpecifiedLineTradeAgreement>"));
    assert_text(invoice->lines.items[0].price.base_quantity.text, "5");
    assert_text(invoice->lines.items[0].price.base_unit, "KGM");
    assert_text(invoice->lines.items[1].price.base_quantity.text, "10");
    assert_text(invoice->lines.items[1].price.base_unit, "C62");
}

/* Codes that rules ask for wherever they stand. */
static void test_strays(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        "<c:ExchangedDocument><ID schemeID='x1'>1</ID></c:ExchangedDocument>"
        SETTLEMENT("<PayeeTradeParty><PostalTradeAddress><CountryID>IT</CountryID></PostalTradeAddress>"
                   "<SpecifiedTaxRegistration><ID schemeID='VA'>IT1</ID></SpecifiedTaxRegistration></PayeeTradeParty>"
                   "<InvoiceeTradeParty><GlobalID schemeID='x2'>1</GlobalID></InvoiceeTradeParty>"
                   "<SpecifiedTradeSettlementHeaderMonetarySummation><TaxTotalAmount currencyID='EUR'>1</TaxTotalAmount>"
                   "</SpecifiedTradeSettlementHeaderMonetarySummation>"));
    assert_stray(invoice, 0, "legal_scheme", "x1");
    assert_stray(invoice, 1, "country", "IT");
    assert_stray(invoice, 2, "vat_id", "IT1");
    assert_stray(invoice, 3, "party_scheme", "x2");
    assert_stray(invoice, 4, "party_id", "1");
    assert_stray(invoice, 5, "currency", "EUR");
    assert_int_equal(invoice->strays.count, 6);
    assert_text(invoice->vat_totals.items[0].currency, "EUR");
}

/* The second of a kind, and what stands where only CII has a place for it. */
static void test_more_strays(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        LINE("<AssociatedDocumentLineDocument><ParentLineID>1</ParentLineID></AssociatedDocumentLineDocument>"
             "<SpecifiedLineTradeAgreement>" PRICE("Gross", BASE("C62", "10")) PRICE("Net", BASE("KGM", "5"))
             "</SpecifiedLineTradeAgreement>"
             "<SpecifiedLineTradeSettlement>" REFERENCE("", TYPE("130"), "") "</SpecifiedLineTradeSettlement>")
        AGREEMENT(REFERENCE("a", TYPE("50"), "") REFERENCE("b", TYPE("50"), ""))
        SETTLEMENT(MEANS("59", "") MEANS("59", "<PayerSpecifiedDebtorFinancialInstitution><BICID>b</BICID></PayerSpecifiedDebtorFinancialInstitution>")
                   "<ApplicableTradeTax><DueDateTypeCode>5</DueDateTypeCode></ApplicableTradeTax>"
                   "<ApplicableTradeTax><DueDateTypeCode>29</DueDateTypeCode></ApplicableTradeTax>"));
    assert_stray(invoice, 0, "parent_line", "1");
    assert_int_equal(invoice->strays.items[0].item, 1);
    assert_stray(invoice, 1, "unit", "C62");
    assert_stray(invoice, 2, "gross_base", "10");
    assert_text(invoice->strays.items[2].scheme, "C62");
    assert_stray(invoice, 3, "empty", "ram:IssuerAssignedID");
    assert_stray(invoice, 4, "blank_reference", "");
    assert_stray(invoice, 5, "reference", "50");
    assert_stray(invoice, 6, "debtor_bank", "");
    assert_int_equal(invoice->strays.items[6].item, 2);
    assert_stray(invoice, 7, "tax_point_code", "29");
    assert_text(invoice->tax_point_code, "5");
}

/* Where the schema allows several, the first counts, and the second is a finding. */
static void test_what_stands_once(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        LINE("<SpecifiedTradeProduct><Name>a</Name><Name>b</Name></SpecifiedTradeProduct>")
        SETTLEMENT("<ApplicableTradeTax><BasisAmount>1</BasisAmount></ApplicableTradeTax>"
                   "<ApplicableTradeTax><BasisAmount>2</BasisAmount><BasisAmount>3</BasisAmount></ApplicableTradeTax>"));
    assert_text(invoice->lines.items[0].item.name, "a");
    assert_text(invoice->vat_breakdown.items[1].taxable.text, "2");
    size_t found = 0;
    for (size_t i = 0; i < invoice->format_findings.count; i++)
        found += tf_str_is(invoice->format_findings.items[i].rule, "XML-ONCE");
    assert_int_equal(found, 2);
}

static void test_a_credit_note_by_its_type_code(void **state)
{
    (void)READ(*state, "<c:ExchangedDocument><TypeCode>381</TypeCode></c:ExchangedDocument>");
    assert_int_equal(((struct reading *)*state)->event.kind, TF_KIND_CREDIT_NOTE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, reading_setup, reading_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_plain_terms),
        TEST(test_dates_that_are_none),
        TEST(test_allowances_and_charges),
        TEST(test_kinds_of_tax),
        TEST(test_two_categories_of_a_line),
        TEST(test_references_by_their_type),
        TEST(test_payment),
        TEST(test_base_quantity),
        TEST(test_strays),
        TEST(test_more_strays),
        TEST(test_what_stands_once),
        TEST(test_a_credit_note_by_its_type_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
