#include "checked.h"

struct edit {
    const char *old, *new, *expected;
};

static void run(struct checked *c, const struct edit *edits, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_string_equal(checked_ids(c, checked_edit(c, invoice, edits[i].old, edits[i].new), "UBL-"), edits[i].expected);
}
#define RUN(state, edits) run(*(state), edits, sizeof(edits) / sizeof(*(edits)))

#define SELLER "<cac:AccountingSupplierParty><cac:Party>"
#define TOTAL "<cac:LegalMonetaryTotal>"
#define END "</cac:InvoiceLine>"

static void a_document_without_faults_breaks_no_rule(void **state)
{
    static const struct edit edits[] = {{NULL, NULL, ""}};
    RUN(state, edits);
}

#define REFERENCE(inside) "<cac:AdditionalDocumentReference>" inside "</cac:AdditionalDocumentReference>" SELLER

static void an_object_reference_has_type_130_and_nothing_else_a_scheme(void **state)
{
    static const struct edit edits[] = {
        {SELLER, REFERENCE("<cbc:ID schemeID='AAA'>1</cbc:ID><cbc:DocumentTypeCode>130</cbc:DocumentTypeCode>"), ""},
        {SELLER, REFERENCE("<cbc:ID>1</cbc:ID>"), ""},
        {SELLER, REFERENCE("<cbc:ID schemeID='AAA'>1</cbc:ID>"), "UBL-SR-43 UBL-CR-665"},
        {SELLER, REFERENCE("<cbc:ID>1</cbc:ID><cbc:DocumentTypeCode>50</cbc:DocumentTypeCode>"), "UBL-SR-43"},
        {SELLER, REFERENCE("<cbc:ID>1</cbc:ID><cbc:DocumentTypeCode> 130</cbc:DocumentTypeCode>"), "UBL-SR-43"}, /* no trimming */
        {SELLER, REFERENCE("<cbc:ID>1</cbc:ID><cbc:DocumentTypeCode>130</cbc:DocumentTypeCode><cac:Attachment/>"), "UBL-CR-666"},
        {SELLER,
         REFERENCE("<cbc:ID>1</cbc:ID><cbc:DocumentTypeCode>130</cbc:DocumentTypeCode><cbc:DocumentDescription/>"), "UBL-CR-673"},
        {SELLER,
         REFERENCE("<cbc:ID>1</cbc:ID><cbc:DocumentTypeCode>130</cbc:DocumentTypeCode></cac:AdditionalDocumentReference>"
                   "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cbc:DocumentTypeCode>130</cbc:DocumentTypeCode>"),
         "UBL-SR-04"},
    };
    RUN(state, edits);
}

static void a_credit_note_may_refer_to_a_project(void **state)
{
    struct checked *c = *state;
    static const char note[] = "<CreditNote xmlns='urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2'" UBL_SPACES ">"
                               "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cbc:DocumentTypeCode>50</cbc:DocumentTypeCode>"
                               "</cac:AdditionalDocumentReference><cac:PaymentMeans><cbc:PaymentDueDate/></cac:PaymentMeans></CreditNote>";
    assert_string_equal(checked_ids(c, tf_str_of(note), "UBL-"), "");
}

static void an_invoice_gives_no_due_date_with_the_payment(void **state)
{
    static const struct edit edits[] = {{TOTAL, "<cac:PaymentMeans><cbc:PaymentDueDate/></cac:PaymentMeans>" TOTAL, "UBL-CR-412"}};
    RUN(state, edits);
}

#define PRICE(inside) "<cac:Price>" inside "</cac:Price>" END
#define LONG "<cbc:Amount currencyID='EUR'>1.001</cbc:Amount>"
#define ALLOWANCE "<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator></cac:AllowanceCharge>"

static void amounts_have_two_decimals_but_not_in_a_price_with_an_allowance(void **state)
{
    static const struct edit edits[] = {
        {"1.00<", "1.001<", "UBL-DT-01"},
        {"1.00<", "1.00\n<", "UBL-DT-01"}, /* white space counts */
        {"1.00<", "1.\xc3\xa9\xc3\xa9<", ""}, /* characters, not bytes */
        {"1.00<", "1.0.1<", "UBL-DT-01"},
        {END, PRICE("<cbc:PriceAmount currencyID='EUR'>1.0001</cbc:PriceAmount>"), ""},
        {END, PRICE("<cac:AllowanceCharge>" LONG "</cac:AllowanceCharge>"), ""},
        {END, PRICE(LONG), "UBL-DT-01"},
        {END, PRICE(LONG ALLOWANCE), ""}, /* which shows behind it */
        {END, PRICE("<cac:Price>" LONG "</cac:Price>" ALLOWANCE), ""},
        {END, PRICE("<cac:Price>" LONG "</cac:Price>"), "UBL-DT-01"},
        {END, "<x xmlns='urn:x'><FooAmount>1.234</FooAmount></x>" END, "UBL-DT-01"}, /* of any namespace */
    };
    RUN(state, edits);
}

static void an_allowance_and_a_charge_have_one_reason(void **state)
{
    static const struct edit edits[] = {
        {TOTAL,
         "<cac:AllowanceCharge><cbc:ChargeIndicator> 0 </cbc:ChargeIndicator><cbc:AllowanceChargeReason/><cbc:AllowanceChargeReason/>"
         "</cac:AllowanceCharge>" TOTAL,
         "UBL-SR-30"},
        {TOTAL,
         "<cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator><cbc:AllowanceChargeReason/><cbc:AllowanceChargeReason/>"
         "</cac:AllowanceCharge>" TOTAL,
         "UBL-SR-31"},
        {TOTAL, "<cac:AllowanceCharge><cbc:AllowanceChargeReason/><cbc:AllowanceChargeReason/></cac:AllowanceCharge>" TOTAL, ""},
    };
    RUN(state, edits);
}

#define SCHEME(id) "<cac:PartyTaxScheme><cbc:CompanyID>1</cbc:CompanyID><cac:TaxScheme><cbc:ID>" id "</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"
#define BUYER "<cac:AccountingCustomerParty/>"

static void a_party_has_one_tax_number_of_a_kind(void **state)
{
    static const struct edit edits[] = {
        {SELLER, SELLER SCHEME("VAT") SCHEME("TAX"), ""},
        {SELLER, SELLER SCHEME("VAT") SCHEME("vat"), "UBL-SR-12"},
        {SELLER, SELLER SCHEME("TAX") SCHEME("LOC"), "UBL-SR-13"},
        {BUYER, "<cac:AccountingCustomerParty><cac:Party>" SCHEME("VAT") SCHEME("VAT") "</cac:Party></cac:AccountingCustomerParty>", "UBL-SR-18"},
        {BUYER, "<cac:AccountingCustomerParty><cac:Party>" SCHEME("TAX") SCHEME("TAX") "</cac:Party></cac:AccountingCustomerParty>", ""},
        {SELLER, SELLER "<cac:PartyTaxScheme><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>", "UBL-SR-53"},
    };
    RUN(state, edits);
}

#define PAYEE(inside) "<cac:PayeeParty>" inside "</cac:PayeeParty>" TOTAL
#define PAYEE_NAME(name) "<cac:PartyName><cbc:Name>" name "</cbc:Name></cac:PartyName>"

static void a_payee_has_one_name_that_is_not_the_sellers(void **state)
{
    static const struct edit edits[] = {
        {TOTAL, PAYEE(PAYEE_NAME("Inkasso AB")), ""},
        {TOTAL, PAYEE(PAYEE_NAME("Nord AB")), "UBL-SR-19 UBL-SR-20 UBL-SR-21"},
        {TOTAL, PAYEE(""), "UBL-SR-19 UBL-SR-20 UBL-SR-21"},
        {TOTAL, PAYEE(PAYEE_NAME("Inkasso AB") PAYEE_NAME("Nord AB")), "UBL-SR-19"},
        {TOTAL,
         PAYEE(PAYEE_NAME("Inkasso AB") "<cac:PartyIdentification><cbc:ID>1</cbc:ID><cbc:ID>2</cbc:ID></cac:PartyIdentification>"),
         "UBL-SR-20"},
        {TOTAL,
         PAYEE(PAYEE_NAME("Inkasso AB") "<cac:PartyIdentification><cbc:ID>1</cbc:ID><cbc:ID schemeID='sepa'>2</cbc:ID></cac:PartyIdentification>"),
         ""},
        {TOTAL,
         PAYEE(PAYEE_NAME("Inkasso AB") "<cac:PartyLegalEntity><cbc:CompanyID>1</cbc:CompanyID><cbc:CompanyID>1</cbc:CompanyID></cac:PartyLegalEntity>"),
         "UBL-SR-21"},
        /* The seller may stand behind it. */
        {"<cbc:IssueDate>", "<cac:PayeeParty>" PAYEE_NAME("Nord AB") "</cac:PayeeParty><cbc:IssueDate>", "UBL-SR-19 UBL-SR-20 UBL-SR-21"},
        /* In a place that has no seller beside it. */
        {END, "<cac:PayeeParty>" PAYEE_NAME("Inkasso AB") "</cac:PayeeParty>" END, "UBL-SR-19 UBL-SR-20 UBL-SR-21"},
    };
    RUN(state, edits);
}

#define MEANS(code, id) "<cac:PaymentMeans><cbc:PaymentMeansCode>" code "</cbc:PaymentMeansCode><cbc:PaymentID>" id "</cbc:PaymentID></cac:PaymentMeans>"

static void payment_codes_and_references_are_the_same_wherever_they_stand(void **state)
{
    static const struct edit edits[] = {
        {TOTAL, MEANS("30", "a") MEANS("30", "a") TOTAL, ""},
        {TOTAL, MEANS("30", "a") MEANS("30", "b") TOTAL, "UBL-SR-44"},
        {TOTAL, MEANS("30", "a") MEANS("58", "a") TOTAL, "UBL-SR-47"},
    };
    RUN(state, edits);
}

static void a_version_is_2_1(void **state)
{
    static const struct edit edits[] = {
        {"<cbc:ID>", "<cbc:UBLVersionID>2.1</cbc:UBLVersionID><cbc:ID>", ""},
        {"<cbc:ID>", "<cbc:UBLVersionID>2.0</cbc:UBLVersionID><cbc:ID>", "UBL-CR-002"},
    };
    RUN(state, edits);
}

static void a_name_attribute_belongs_to_a_payment_code_alone(void **state)
{
    static const struct edit edits[] = {
        {TOTAL, "<cac:PaymentMeans><cbc:PaymentMeansCode name='a'>30</cbc:PaymentMeansCode></cac:PaymentMeans>" TOTAL, ""},
        {"<cac:TaxScheme/>", "<cac:TaxScheme><cbc:TaxTypeCode name='a'/></cac:TaxScheme>", "UBL-CR-605 UBL-DT-18"},
    };
    RUN(state, edits);
}

static void a_broken_rule_names_the_element_and_its_line(void **state)
{
    struct checked *c = *state;
    size_t count;
    struct tf_str document = checked_edit(c, invoice, END, "<cbc:UUID/>\n<cbc:UUID/>" END);
    const struct tf_format_finding *findings = checked_read(c, document, document.len, &count), *it = NULL;
    for (size_t i = 0; i < count; i++) {
        if (tf_str_is(findings[i].rule, "UBL-CR-515"))
            it = &findings[i];
    }
    assert_non_null(it);
    assert_true(it->warning);
    assert_int_equal(it->line, 13);
    assert_true(tf_str_is(it->path, "/Invoice/cac:InvoiceLine[1]/cbc:UUID"));
    assert_true(tf_str_is(it->observed, "cbc:UUID"));
    assert_true(tf_str_is(it->message, "(cac:InvoiceLine|cac:CreditNoteLine)/cbc:UUID is not used"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, checked_setup, checked_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_document_without_faults_breaks_no_rule),
        TEST(an_object_reference_has_type_130_and_nothing_else_a_scheme),
        TEST(a_credit_note_may_refer_to_a_project),
        TEST(an_invoice_gives_no_due_date_with_the_payment),
        TEST(amounts_have_two_decimals_but_not_in_a_price_with_an_allowance),
        TEST(an_allowance_and_a_charge_have_one_reason),
        TEST(a_party_has_one_tax_number_of_a_kind),
        TEST(a_payee_has_one_name_that_is_not_the_sellers),
        TEST(payment_codes_and_references_are_the_same_wherever_they_stand),
        TEST(a_version_is_2_1),
        TEST(a_name_attribute_belongs_to_a_payment_code_alone),
        TEST(a_broken_rule_names_the_element_and_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
