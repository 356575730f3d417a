#include "../reading.h"

#include "taxflow/reader_xml.h"

#define HEAD                                                                                           \
    "<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'\n"                        \
    " xmlns:cac='urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2'\n"          \
    " xmlns:cbc='urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2'>\n"
#define TAIL "</Invoice>"
#define VAT "<cac:TaxScheme><cbc:ID> vat </cbc:ID></cac:TaxScheme>"

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

static void plain_terms_are_read(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        "<cbc:CustomizationID>urn:x</cbc:CustomizationID><cbc:ID>R<!-- a comment -->1</cbc:ID>"
        "<cbc:IssueDate>2026-11-23</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>"
        "<cac:AccountingSupplierParty><cac:Party><cbc:EndpointID schemeID='0088'>1</cbc:EndpointID>"
        "<cac:PartyIdentification><cbc:ID>a</cbc:ID></cac:PartyIdentification>"
        "<cac:PartyIdentification><cbc:ID schemeID='0002'><![CDATA[<b>]]></cbc:ID></cac:PartyIdentification>"
        "<cac:PostalAddress><cac:Country><cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>"
        "</cac:Party></cac:AccountingSupplierParty>"
        "<cac:LegalMonetaryTotal><cbc:PayableAmount currencyID='EUR'> 119.00</cbc:PayableAmount></cac:LegalMonetaryTotal>");
    assert_int_equal(invoice->syntax, TF_SYNTAX_UBL);
    assert_text(invoice->process.specification, "urn:x");
    assert_true(invoice->process.present);
    assert_text(invoice->number, "R1");
    assert_true(tf_date_known(invoice->issue_date));
    assert_text(invoice->type_code, "380");
    assert_true(invoice->seller.present && invoice->seller.address.present);
    assert_false(invoice->buyer.present);
    assert_int_equal(invoice->seller.ids.count, 2);
    assert_false(tf_str_present(invoice->seller.ids.items[0].scheme));
    assert_text(invoice->seller.ids.items[1].id, "<b>");
    assert_text(invoice->seller.ids.items[1].scheme, "0002");
    assert_text(invoice->seller.endpoint.scheme, "0088");
    assert_text(invoice->seller.address.country, "DE");
    assert_text(invoice->totals.due.text, " 119.00");
    assert_true(tf_amount_known(invoice->totals.due));
    assert_int_equal(tf_money_cmp(invoice->totals.due.value, tf_money_of(119, 0)), 0);
    assert_false(tf_amount_present(invoice->totals.net));
    assert_int_equal(reading_found(invoice, "XML-DATE") + reading_found(invoice, "XML-DECIMAL"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(plain_terms_are_read, reading_setup, reading_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
