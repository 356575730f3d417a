#include "../reading.h"

#include "taxflow/reader_xml.h"

#define HEAD                                                                                           \
    "<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'\n"                        \
    " xmlns:cac='urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2'\n"          \
    " xmlns:cbc='urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2'>\n"
#define TAIL "</Invoice>"
#define SCHEME(id) "<cac:TaxScheme><cbc:ID>" id "</cbc:ID></cac:TaxScheme>"
#define CATEGORY(name, code, rate, scheme) \
    "<cac:" name "><cbc:ID>" code "</cbc:ID><cbc:Percent>" rate "</cbc:Percent>" scheme "</cac:" name ">"
#define TAX_NUMBER(number, scheme) "<cac:PartyTaxScheme><cbc:CompanyID>" number "</cbc:CompanyID>" SCHEME(scheme) "</cac:PartyTaxScheme>"

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
    if (!tf_str_present(s) || !tf_str_is(s, text))
        fail_msg("\"%.*s\" instead of \"%s\"", TF_STR_ARGS(s), text);
}

static const struct tf_stray *stray_of(const struct tf_invoice *invoice, const char *kind)
{
    for (size_t i = 0; i < invoice->strays.count; i++)
        if (tf_str_is(invoice->strays.items[i].kind, kind))
            return &invoice->strays.items[i];
    return NULL;
}

static void assert_stray(const struct tf_invoice *invoice, const char *kind, const char *text)
{
    const struct tf_stray *stray = stray_of(invoice, kind);
    if (stray == NULL)
        fail_msg("no stray %s", kind);
    assert_text(stray->text, text);
}

static const struct tf_format_finding *finding_of(const struct tf_invoice *invoice, const char *rule)
{
    for (size_t i = 0; i < invoice->format_findings.count; i++)
        if (tf_str_is(invoice->format_findings.items[i].rule, rule))
            return &invoice->format_findings.items[i];
    return NULL;
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
}

static void the_root_says_which_kind(void **state)
{
    struct reading *r = *state;
    (void)READ(r, "");
    assert_int_equal(r->event.kind, TF_KIND_INVOICE);
    const struct tf_invoice *invoice = read_all(r,
        "<n:CreditNote xmlns:n='urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2'"
        " xmlns='urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2'"
        " xmlns:b='urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2'>"
        "<b:CreditNoteTypeCode>381</b:CreditNoteTypeCode><PaymentMeans><b:PaymentDueDate>2026-12-01</b:PaymentDueDate></PaymentMeans>"
        "<AdditionalDocumentReference><b:ID>P1</b:ID><b:DocumentTypeCode>50</b:DocumentTypeCode></AdditionalDocumentReference>"
        "<CreditNoteLine><b:CreditedQuantity unitCode='C62'>3</b:CreditedQuantity></CreditNoteLine></n:CreditNote>");
    assert_int_equal(r->event.kind, TF_KIND_CREDIT_NOTE);
    assert_text(invoice->type_code, "381");
    assert_text(invoice->due_date.text, "2026-12-01");
    assert_text(invoice->project_ref, "P1");
    assert_int_equal(invoice->attachments.count, 0);
    assert_text(invoice->lines.items[0].quantity.text, "3");
    assert_text(invoice->lines.items[0].unit, "C62");
}

static void absent_and_empty_differ(void **state)
{
    const struct tf_invoice *invoice = READ(*state, "<cbc:ID/><cac:PayeeParty/><cac:InvoiceLine/>");
    assert_text(invoice->number, "");
    assert_false(tf_str_present(invoice->buyer_reference));
    assert_true(invoice->payee.present);
    assert_false(invoice->delivery.present);
    assert_int_equal(invoice->lines.count, 1);
    assert_false(invoice->lines.items[0].item.present);
    assert_stray(invoice, "empty", "cbc:ID");
}

static void what_stands_twice_counts_as_it_stands_first(void **state)
{
    const struct tf_invoice *invoice = READ(*state, "<cbc:ID>1</cbc:ID><cbc:ID>2</cbc:ID>");
    assert_text(invoice->number, "1");
}

static void the_tax_scheme_tells_numbers_apart(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        "<cac:AccountingSupplierParty><cac:Party>" TAX_NUMBER("1", "FC") TAX_NUMBER("DE2", " vat ") TAX_NUMBER("DE3", "VAT")
        "</cac:Party></cac:AccountingSupplierParty>"
        "<cac:AccountingCustomerParty><cac:Party><cac:PartyTaxScheme><cbc:CompanyID>4</cbc:CompanyID></cac:PartyTaxScheme></cac:Party>"
        "</cac:AccountingCustomerParty><cac:PayeeParty>" TAX_NUMBER("FR5", "VAT") "</cac:PayeeParty>");
    assert_text(invoice->seller.tax_id, "1");
    assert_text(invoice->seller.vat_id, "DE2");
    assert_false(tf_str_present(invoice->buyer.vat_id));
    assert_text(invoice->buyer.tax_id, "4");
    assert_stray(invoice, "vat_id", "DE3");
    assert_int_equal(invoice->strays.count, 2);
    assert_text(invoice->strays.items[1].text, "FR5");
}

static void a_category_keeps_a_scheme_that_is_not_vat(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        "<cac:TaxTotal><cbc:TaxAmount currencyID='EUR'>19</cbc:TaxAmount><cac:TaxSubtotal>" CATEGORY("TaxCategory", "S", "19", SCHEME("VAT"))
        "</cac:TaxSubtotal></cac:TaxTotal>"
        "<cac:InvoiceLine><cac:Item>" CATEGORY("ClassifiedTaxCategory", "S", "19", "") CATEGORY("ClassifiedTaxCategory", "E", "0", SCHEME("VAT"))
        "</cac:Item></cac:InvoiceLine>");
    const struct tf_line *line = &invoice->lines.items[0];
    assert_int_equal(invoice->vat_totals.count, 1);
    assert_true(invoice->vat_totals.items[0].has_breakdown);
    assert_text(invoice->vat_totals.items[0].currency, "EUR");
    assert_text(invoice->vat_breakdown.items[0].category, "S");
    assert_text(invoice->vat_breakdown.items[0].rate.text, "19");
    assert_false(tf_str_present(invoice->vat_breakdown.items[0].scheme));
    assert_text(line->vat.category, "S");
    assert_text(line->vat.scheme, "");
    assert_stray(invoice, "line_vat_category", "E");
    assert_false(tf_str_present(stray_of(invoice, "line_vat_category")->scheme));
    assert_int_equal(stray_of(invoice, "line_vat_category")->item, 1);
}

static void an_indicator_parts_allowances_from_charges(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        "<cac:AllowanceCharge><cbc:ChargeIndicator> 1 </cbc:ChargeIndicator><cbc:Amount>5</cbc:Amount>" CATEGORY("TaxCategory", "S", "19", SCHEME("VAT"))
        "</cac:AllowanceCharge><cac:AllowanceCharge><cbc:Amount>6</cbc:Amount><cbc:ChargeIndicator>false</cbc:ChargeIndicator></cac:AllowanceCharge>"
        "<cac:AllowanceCharge><cbc:BaseAmount>7</cbc:BaseAmount>" CATEGORY("TaxCategory", "Z", "0", SCHEME("VAT")) "</cac:AllowanceCharge>"
        "<cac:InvoiceLine><cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:AllowanceChargeReasonCode>95</cbc:AllowanceChargeReasonCode>"
        "</cac:AllowanceCharge></cac:InvoiceLine>");
    assert_int_equal(invoice->charges.count, 1);
    assert_text(invoice->charges.items[0].amount.text, "5");
    assert_text(invoice->charges.items[0].vat_category, "S");
    assert_int_equal(invoice->allowances.count, 1);
    assert_text(invoice->allowances.items[0].amount.text, "6");
    assert_false(tf_str_present(invoice->allowances.items[0].vat_category));
    assert_stray(invoice, "adjustment_vat_category", "Z");
    assert_stray(invoice, "indicator", "1");
    assert_text(invoice->lines.items[0].allowances.items[0].reason_code, "95");
}

static void references_go_by_their_type(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        "<cac:AdditionalDocumentReference><cbc:ID>A</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode='text/csv' filename='a.csv'>"
        "YSxi\nCg==</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
        "<cac:AdditionalDocumentReference><cbc:ID schemeID='ABO'>O</cbc:ID><cbc:DocumentTypeCode>130</cbc:DocumentTypeCode></cac:AdditionalDocumentReference>"
        "<cac:AdditionalDocumentReference><cbc:ID>B</cbc:ID></cac:AdditionalDocumentReference>"
        "<cac:InvoiceLine><cac:DocumentReference><cbc:ID schemeID='AAJ'>L</cbc:ID><cbc:DocumentTypeCode>130</cbc:DocumentTypeCode></cac:DocumentReference>"
        "<cac:DocumentReference><cbc:ID>M</cbc:ID></cac:DocumentReference></cac:InvoiceLine>");
    assert_text(invoice->object_id.id, "O");
    assert_text(invoice->object_id.scheme, "ABO");
    assert_int_equal(invoice->attachments.count, 2);
    const struct tf_attachment *attachment = &invoice->attachments.items[0];
    assert_text(attachment->file.mime, "text/csv");
    assert_text(attachment->file.name, "a.csv");
    assert_int_equal(attachment->file.bytes, 4);
    assert_text(attachment->file.sha256, "5be08c9684a1d25efcee09318204824278b08bbfb4aef973ffefd0b9d7478313");
    assert_text(invoice->attachments.items[1].ref, "B");
    assert_text(invoice->lines.items[0].object_id.id, "L");
    assert_stray(invoice, "line_reference", "");
}

static void a_note_may_begin_with_its_subject(void **state)
{
    const struct tf_invoice *invoice = READ(*state, "<cbc:Note>#AAI#text</cbc:Note><cbc:Note>more #REG# text</cbc:Note><cbc:Note>#1 and #2</cbc:Note>");
    assert_text(invoice->notes.items[0].subject_code, "AAI");
    assert_text(invoice->notes.items[0].text, "text");
    assert_text(invoice->notes.items[1].subject_code, "REG");
    assert_text(invoice->notes.items[1].text, "more #REG# text");
    assert_false(tf_str_present(invoice->notes.items[2].subject_code));
}

static void numbers_and_dates_that_are_none_are_kept_and_found(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        "<cbc:IssueDate>2026-02-30</cbc:IssueDate>\n<cac:LegalMonetaryTotal>\n<cbc:PayableAmount currencyID='EUR'>1e1</cbc:PayableAmount>\n"
        "<cbc:TaxExclusiveAmount currencyID='EUR'>1234567890123456789012345678901234567890</cbc:TaxExclusiveAmount></cac:LegalMonetaryTotal>");
    assert_text(invoice->issue_date.text, "2026-02-30");
    assert_false(tf_date_known(invoice->issue_date));
    assert_text(invoice->totals.due.text, "1e1");
    assert_false(tf_amount_known(invoice->totals.due));
    assert_false(tf_amount_known(invoice->totals.net));
    /* The schema knows no decimal that is too long; it finds the other two itself. */
    const struct tf_format_finding *number = finding_of(invoice, "XML-DECIMAL"), *value = finding_of(invoice, "XML-VALUE");
    assert_non_null(number);
    assert_non_null(value);
    assert_int_equal(number->line, 7);
    assert_int_equal(value->line, 4);
    assert_false(number->warning);
    assert_text(number->path, "/Invoice/cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount");
}

static void lines_of_members_are_known(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        "<cbc:ID>1</cbc:ID>\n<cac:InvoiceLine>\n<cbc:ID>1</cbc:ID>\n<cac:Item>\n" CATEGORY("ClassifiedTaxCategory", "S", "\n\n19", "") "\n</cac:Item>"
        "</cac:InvoiceLine>\n<cac:InvoiceLine>\n<cac:Price>\n<cbc:PriceAmount>5</cbc:PriceAmount></cac:Price></cac:InvoiceLine>");
    const struct { struct tf_mark_place place; uint32_t index; uint64_t line; } cases[] = {
        {{.term = "number"}, 0, 4},
        {{.term = "buyer.name"}, 0, 3},
        {{.list = "lines"}, 0, 5},
        {{.list = "lines", .term = "vat.rate"}, 0, 8},
        {{.list = "lines", .term = "price.net"}, 0, 5},
        {{.list = "lines", .term = "price.net"}, 1, 14},
        {{.list = "lines", .term = "price.gross"}, 1, 13},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(tf_mark_line(invoice->marks.items, invoice->marks.count, &cases[i].place, cases[i].index, 0), cases[i].line);
}

static void codes_at_places_of_no_term_are_strays(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        "<cac:PaymentMeans><cac:PaymentMandate><cac:PayerParty><cbc:EndpointID schemeID='X1'>e</cbc:EndpointID>"
        "<cac:PartyIdentification><cbc:ID schemeID='X2'>i</cbc:ID></cac:PartyIdentification>"
        "<cac:PostalAddress><cac:Country><cbc:IdentificationCode>X3</cbc:IdentificationCode></cac:Country></cac:PostalAddress>"
        "</cac:PayerParty></cac:PaymentMandate></cac:PaymentMeans>"
        "<cac:InvoiceLine><cbc:LineExtensionAmount currencyID='X4'>5</cbc:LineExtensionAmount>"
        "<cac:Delivery><cac:DeliveryLocation><cbc:ID schemeID='X5'>1</cbc:ID><cac:Address/></cac:DeliveryLocation></cac:Delivery>"
        "<cac:TaxTotal><cbc:TaxAmount currencyID='X6'>1</cbc:TaxAmount><cac:TaxSubtotal><cbc:TaxAmount>1</cbc:TaxAmount></cac:TaxSubtotal></cac:TaxTotal>"
        "<cac:Price><cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator><cbc:AllowanceChargeReasonCode>X7</cbc:AllowanceChargeReasonCode>"
        "<cbc:Amount>1</cbc:Amount></cac:AllowanceCharge></cac:Price></cac:InvoiceLine>");
    assert_stray(invoice, "endpoint_scheme", "X1");
    assert_stray(invoice, "party_scheme", "X2");
    assert_stray(invoice, "party_id", "e");
    assert_stray(invoice, "country", "X3");
    assert_stray(invoice, "currency", "X4");
    assert_stray(invoice, "location_scheme", "X5");
    assert_stray(invoice, "delivery_country", "");
    assert_stray(invoice, "vat_currency", "X6");
    assert_stray(invoice, "charge_reason", "X7");
    assert_stray(invoice, "price_indicator", "true");
    assert_int_equal(invoice->lines.items[0].vat_breakdown.count, 1);
}

#define SUB(net, below) "<cac:SubInvoiceLine><cbc:LineExtensionAmount>" net "</cbc:LineExtensionAmount>" below "</cac:SubInvoiceLine>"
static void lines_below_lines_are_added_up(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        "<cac:InvoiceLine><cbc:LineExtensionAmount>10</cbc:LineExtensionAmount>" SUB("4.5", SUB("1", "") SUB("3", "")) SUB("5.50", "<cac:Item/>")
        "</cac:InvoiceLine><cac:InvoiceLine/>");
    assert_int_equal(invoice->lines.count, 2);
    const struct tf_stray *inner = stray_of(invoice, "sub_lines"), *outer = NULL;
    for (size_t i = 0; i < invoice->strays.count; i++)
        if (tf_str_is(invoice->strays.items[i].kind, "sub_lines"))
            outer = &invoice->strays.items[i];
    assert_text(inner->text, "4");
    assert_text(inner->scheme, "4.5");
    assert_text(outer->text, "10");
    assert_text(outer->scheme, "10");
    assert_stray(invoice, "sub_line_vat", "0");
}

static void the_creditor_is_the_sellers_sepa_identifier(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        "<cac:AccountingSupplierParty><cac:Party><cac:PartyIdentification><cbc:ID schemeID='SEPA'>DE98ZZZ</cbc:ID></cac:PartyIdentification>"
        "</cac:Party></cac:AccountingSupplierParty><cac:PaymentMeans/><cac:PaymentMeans><cac:PaymentMandate/></cac:PaymentMeans>");
    assert_false(tf_str_present(invoice->payments.items[0].direct_debit.creditor_id));
    assert_text(invoice->payments.items[1].direct_debit.creditor_id, "DE98ZZZ");
}

/* Each of two sellers is asked by itself; together they are the model's one. */
static void a_party_that_stands_again_is_read_by_itself(void **state)
{
    const struct tf_invoice *invoice = READ(*state,
        "<cac:AccountingSupplierParty><cac:Party><cac:PostalAddress/></cac:Party></cac:AccountingSupplierParty>"
        "<cac:AccountingSupplierParty><cac:Party><cac:PartyIdentification><cbc:ID schemeID='0088'>1</cbc:ID></cac:PartyIdentification>"
        "<cac:PostalAddress><cac:Country><cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>"
        "<cac:PartyLegalEntity><cbc:RegistrationName>S</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>"
        "<cac:TaxRepresentativeParty/>");
    assert_text(invoice->seller.name, "S");
    assert_text(invoice->seller.address.country, "DE");
    assert_int_equal(invoice->seller.ids.count, 1);
    assert_stray(invoice, "seller_unknown", "");
    assert_stray(invoice, "seller_country", "");
    assert_stray(invoice, "country", "DE");
    assert_stray(invoice, "party_scheme", "0088");
    assert_null(stray_of(invoice, "representative_name"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(plain_terms_are_read, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(the_root_says_which_kind, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(absent_and_empty_differ, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(what_stands_twice_counts_as_it_stands_first, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(the_tax_scheme_tells_numbers_apart, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(a_category_keeps_a_scheme_that_is_not_vat, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(an_indicator_parts_allowances_from_charges, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(references_go_by_their_type, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(a_note_may_begin_with_its_subject, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(numbers_and_dates_that_are_none_are_kept_and_found, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(lines_of_members_are_known, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(codes_at_places_of_no_term_are_strays, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(lines_below_lines_are_added_up, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(a_party_that_stands_again_is_read_by_itself, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(the_creditor_is_the_sellers_sepa_identifier, reading_setup, reading_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
