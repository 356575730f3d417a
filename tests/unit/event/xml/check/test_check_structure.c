#include "checked.h"

/* Each finding of structure as "ID:line path". */
static void assert_structure(struct checked *c, struct tf_str document, const char *expected)
{
    size_t count;
    const struct tf_format_finding *findings = checked_read(c, document, document.len, &count);
    struct tf_buf said;
    tf_buf_init(&said, 1 << 16);
    for (size_t i = 0; i < count; i++) {
        if (tf_str_starts(findings[i].rule, TF_STR("XML-")))
            tf_buf_printf(&said, "%s%.*s:%u %.*s", said.len ? "; " : "", TF_STR_ARGS(findings[i].rule), (unsigned)findings[i].line,
                          TF_STR_ARGS(findings[i].path));
        assert_true(findings[i].message.len > 0);
    }
    tf_buf_putc(&said, '\0');
    assert_string_equal(said.ptr, expected);
    tf_buf_finish(&said);
}

struct edit {
    const char *old, *new, *expected;
};

static void run(struct checked *c, const char *base, const struct edit *edits, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_structure(c, checked_edit(c, base, edits[i].old, edits[i].new), edits[i].expected);
}
#define RUN(state, base, edits) run(*(state), base, edits, sizeof(edits) / sizeof(*(edits)))

static void a_document_as_the_schema_asks_has_no_finding(void **state)
{
    static const struct edit whole[] = {{NULL, NULL, ""}};
    RUN(state, invoice, whole);
    RUN(state, cross_industry, whole);
}

static void an_element_without_a_place_is_told_once(void **state)
{
    static const struct edit edits[] = {
        {"<cac:AccountingCustomerParty/>", "<cac:AccountingCustomerParty><cbc:Nonsense><cbc:More/></cbc:Nonsense></cac:AccountingCustomerParty>",
         "XML-UNEXPECTED:7 /Invoice/cac:AccountingCustomerParty/*:Nonsense"},
        {"<cbc:ID>1</cbc:ID>", "<cbc:ID>1<cbc:Name/></cbc:ID>", "XML-UNEXPECTED:2 /Invoice/cbc:ID/cbc:Name"},
        {"<cac:TaxScheme/>", "<cac:TaxScheme/><x xmlns='urn:x'/>",
         "XML-UNEXPECTED:12 /Invoice/cac:InvoiceLine[1]/cac:Item/cac:ClassifiedTaxCategory[1]/*:x"},
    };
    RUN(state, invoice, edits);
}

static void one_element_in_the_wrong_place_is_one_finding(void **state)
{
    static const struct edit edits[] = {
        /* Moved to the front, to the back, and a pair that changed places. */
        {"<cbc:ID>1</cbc:ID>", "<cbc:Note>n</cbc:Note>\n<cbc:ID>1</cbc:ID>", "XML-ORDER:2 /Invoice/cbc:Note[1]"},
        {"<cac:LegalMonetaryTotal>", "<cbc:DueDate>2026-12-01</cbc:DueDate><cac:LegalMonetaryTotal>", "XML-ORDER:8 /Invoice/cbc:DueDate"},
        {"<cbc:ID>1</cbc:ID>\n<cbc:IssueDate>2026-11-27</cbc:IssueDate>", "<cbc:IssueDate>2026-11-27</cbc:IssueDate>\n<cbc:ID>1</cbc:ID>",
         "XML-ORDER:2 /Invoice/cbc:IssueDate"},
        {"<cbc:ID>1</cbc:ID>\n<cbc:IssueDate>2026-11-27</cbc:IssueDate>",
         "<cbc:ID>1</cbc:ID>\n<cbc:IssueDate>2026-11-27</cbc:IssueDate>\n<cbc:Note>n</cbc:Note>\n<cbc:DueDate>2026-12-01</cbc:DueDate>",
         "XML-ORDER:5 /Invoice/cbc:DueDate"},
    };
    RUN(state, invoice, edits);
}

static void an_element_too_often_is_told_where_it_stands_again(void **state)
{
    static const struct edit edits[] = {
        {"<cbc:ID>1</cbc:ID>", "<cbc:ID>1</cbc:ID><cbc:ID>2</cbc:ID><cbc:ID>3</cbc:ID>", "XML-REPEATED:2 /Invoice/cbc:ID[2]"},
        {"<cac:LegalMonetaryTotal>", "<cbc:ID>2</cbc:ID>\n<cac:LegalMonetaryTotal>", "XML-REPEATED:8 /Invoice/cbc:ID[2]"},
        {"<cbc:IssueDate>", "<cbc:Note>a</cbc:Note><cbc:IssueDate>", "XML-ORDER:3 /Invoice/cbc:Note[1]"},
    };
    RUN(state, invoice, edits);
}

static void a_missing_element_is_told_where_it_should_stand(void **state)
{
    static const struct edit edits[] = {
        {"<cbc:ID>1</cbc:ID>\n", "", "XML-MISSING:2 /Invoice/cbc:ID"},
        {"<cac:AccountingCustomerParty/>", "", "XML-MISSING:8 /Invoice/cac:AccountingCustomerParty"},
        {"<cac:TaxScheme/>", "", "XML-MISSING:12 /Invoice/cac:InvoiceLine[1]/cac:Item/cac:ClassifiedTaxCategory[1]/cac:TaxScheme"},
    };
    RUN(state, invoice, edits);
}

static void a_choice_takes_one_of_its_elements(void **state)
{
    static const struct edit edits[] = {
        {"<udt:DateTimeString format='102'>20261127</udt:DateTimeString>", "<udt:DateTime>2026-01-01T00:00:00</udt:DateTime>", ""},
        {"<udt:DateTimeString format='102'>20261127</udt:DateTimeString>", "",
         "XML-MISSING:3 /rsm:CrossIndustryInvoice/rsm:ExchangedDocument/ram:IssueDateTime"},
        {"</udt:DateTimeString>", "</udt:DateTimeString><udt:DateTime>2026-01-01T00:00:00</udt:DateTime>",
         "XML-UNEXPECTED:3 /rsm:CrossIndustryInvoice/rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTime"},
    };
    RUN(state, cross_industry, edits);
}

/* ram:CategoryCode of a document line came with D22B, ram:TestIndicator was always there. */
static void both_versions_of_cii_are_taken(void **state)
{
    static const struct edit edits[] = {
        {"</ram:LineID>", "</ram:LineID><ram:CategoryCode>1</ram:CategoryCode>", ""},
        {"<ram:GuidelineSpecifiedDocumentContextParameter>",
         "<ram:TestIndicator><udt:Indicator>true</udt:Indicator></ram:TestIndicator><ram:GuidelineSpecifiedDocumentContextParameter>", ""},
    };
    RUN(state, cross_industry, edits);
}

static void attributes_are_those_of_the_type(void **state)
{
    static const struct edit edits[] = {
        {"<cbc:ID>", "<cbc:ID schemeID='a'>", ""},
        {"<cbc:ID>", "<cbc:ID unitCode='a'>", "XML-ATTRIBUTE:2 /Invoice/cbc:ID/@unitCode"},
        {"<cbc:ID>", "<cbc:ID x='a'>", "XML-ATTRIBUTE:2 /Invoice/cbc:ID"},
        {"<cac:InvoiceLine>", "<cac:InvoiceLine schemeID='a'>", "XML-ATTRIBUTE:9 /Invoice/cac:InvoiceLine[1]/@schemeID"},
        {" currencyID='EUR'", "", "XML-ATTRIBUTE:8 /Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount/@currencyID"},
        {"<Invoice", "<Invoice xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='a b'", ""},
        {"<Invoice", "<Invoice xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil='true'", "XML-ATTRIBUTE:1 /Invoice"},
        {"<cbc:IssueDate>", "<cbc:IssueDate xml:lang='en'>", "XML-ATTRIBUTE:3 /Invoice/cbc:IssueDate"},
    };
    RUN(state, invoice, edits);
}

static void a_fixed_attribute_has_its_value(void **state)
{
    static const struct edit edits[] = {
        {"<ram:TypeCode>", "<ram:TypeCode listAgencyID=' 6 ' listID='1001'>", ""},
        {"<ram:TypeCode>", "<ram:TypeCode listAgencyID='7'>",
         "XML-ATTRIBUTE:3 /rsm:CrossIndustryInvoice/rsm:ExchangedDocument/ram:TypeCode/@listAgencyID"},
    };
    RUN(state, cross_industry, edits);
}

static void a_text_is_of_the_kind_that_its_type_asks(void **state)
{
    static const struct edit edits[] = {
        {"2026-11-27", " 2026-11-27 ", ""},
        {"2026-11-27", "2026-11-31", "XML-VALUE:3 /Invoice/cbc:IssueDate"},
        {">1.00<", ">1,00<", "XML-VALUE:8 /Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount"},
        {">1.00<", "><", "XML-VALUE:8 /Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount"},
        {"<cac:InvoiceLine>", "<cac:InvoiceLine>x", "XML-TEXT:9 /Invoice/cac:InvoiceLine[1]"},
    };
    RUN(state, invoice, edits);
}

#define ATTACHED(text)                                                                                                            \
    "<cac:AdditionalDocumentReference><cbc:ID>a</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode='text/csv'>" text \
    "</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference><cac:AccountingSupplierParty>"
#define ATTACHMENT "/Invoice/cac:AdditionalDocumentReference[1]/cac:Attachment/cbc:EmbeddedDocumentBinaryObject"

static void an_attachment_is_base64_in_pieces_of_any_size(void **state)
{
    struct checked *c = *state;
    static const struct edit edits[] = {
        {"<cac:AccountingSupplierParty>", ATTACHED("QUJD\nREU="), ""},
        {"<cac:AccountingSupplierParty>", ATTACHED("QUJDR"), "XML-VALUE:4 " ATTACHMENT},
    };
    RUN(state, invoice, edits);
    struct tf_str document = checked_edit(c, invoice, edits[0].old, edits[0].new);
    for (size_t piece = 1; piece < 9; piece++) {
        size_t count;
        const struct tf_format_finding *findings = checked_read(c, document, piece, &count);
        for (size_t i = 0; i < count; i++)
            assert_false(tf_str_starts(findings[i].rule, TF_STR("XML-")));
    }
}

#define EXTENDED(content)                                                                                              \
    "<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent>" content "</ext:ExtensionContent></ext:UBLExtension>" \
    "</ext:UBLExtensions>\n<cbc:ID>1</cbc:ID>"
#define EXTENSION "/Invoice/ext:UBLExtensions/ext:UBLExtension[1]/ext:ExtensionContent"

static void an_extension_holds_one_element_of_any_kind(void **state)
{
    static const struct edit edits[] = {
        {"<cbc:ID>1</cbc:ID>", EXTENDED("<a xmlns='urn:x' b='c'>text<d><e/></d></a>"), ""},
        {"<cbc:ID>1</cbc:ID>", EXTENDED("<a/>"), "XML-UNEXPECTED:2 " EXTENSION "/*:a"}, /* of the invoice's own namespace, but no other */
        {"<cbc:ID>1</cbc:ID>", EXTENDED(""), "XML-MISSING:2 " EXTENSION},
        {"<cbc:ID>1</cbc:ID>", EXTENDED("<ext:a/>"), "XML-UNEXPECTED:2 " EXTENSION "/*:a"},
        /* What the schema knows is judged there too. */
        {"<cbc:ID>1</cbc:ID>", EXTENDED("<a xmlns='urn:x'><cbc:IssueDate>x</cbc:IssueDate></a>"), "XML-VALUE:2 " EXTENSION "/*:a/cbc:IssueDate"},
    };
    struct edit own = edits[1];
    own.expected = "";
    run(*state, invoice, &edits[0], 1);
    run(*state, invoice, &own, 1);
    run(*state, invoice, &edits[2], 3);
}

static void a_finding_names_what_was_expected(void **state)
{
    struct checked *c = *state;
    size_t count;
    struct tf_str document = checked_edit(c, invoice, "<cac:LegalMonetaryTotal>", "<cac:LegalMonetaryTotal><cbc:Note/>");
    const struct tf_format_finding *findings = checked_read(c, document, document.len, &count);
    assert_int_equal(count, 1);
    assert_false(findings[0].warning);
    assert_true(tf_str_is(findings[0].observed, "cbc:Note"));
    assert_true(tf_str_is(findings[0].message, "cbc:Note has no place in cac:LegalMonetaryTotal"));
    assert_true(tf_str_starts(findings[0].expected, TF_STR("cbc:LineExtensionAmount, cbc:TaxExclusiveAmount, ")));
}

/* So many findings of one rule, and no more, whatever a document brings. */
static void findings_of_a_rule_have_an_end(void **state)
{
    struct checked *c = *state;
    struct tf_buf lines;
    tf_buf_init(&lines, 1 << 20);
    for (int i = 0; i < 1000; i++) /* far past what is kept */
        tf_buf_puts(&lines, "<cac:Delivery><cbc:Nonsense/></cac:Delivery>");
    tf_buf_puts(&lines, "<cac:LegalMonetaryTotal>");
    tf_buf_putc(&lines, '\0');
    struct tf_str document = checked_edit(c, invoice, "<cac:LegalMonetaryTotal>", lines.ptr);
    size_t count, unexpected = 0;
    const struct tf_format_finding *findings = checked_read(c, document, document.len, &count);
    for (size_t i = 0; i < count; i++)
        unexpected += tf_str_is(findings[i].rule, "XML-UNEXPECTED");
    assert_int_equal(unexpected, TF_XML_CHECK_SAME_MAX);
    assert_true(tf_arena_used(c->arena) < 64 * 1024);
    tf_buf_finish(&lines);
}

static void a_document_of_another_kind_is_not_judged(void **state)
{
    struct checked *c = *state;
    assert_structure(c, checked_edit(c, "<Order xmlns='urn:x'><cbc:ID xmlns:cbc='urn:y'>1</cbc:ID></Order>", NULL, NULL), "");
}

static void an_arena_that_is_full_ends_the_document(void **state)
{
    struct checked *c = *state;
    struct tf_arena *small = tf_arena_create(4096);
    tf_xml_check_begin(c->check, small);
    assert_int_equal(tf_xml_begin(c->xml), TF_OK);
    struct tf_str head = TF_STR("<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'>");
    assert_int_equal(tf_xml_feed(c->xml, head), TF_OK);
    enum tf_err err = TF_OK;
    for (int i = 0; i < 100 && err == TF_OK; i++)
        err = tf_xml_feed(c->xml, TF_STR("<a x='1'>t<b/></a>"));
    assert_int_equal(err, TF_E_LIMIT);
    tf_arena_destroy(small);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, checked_setup, checked_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_document_as_the_schema_asks_has_no_finding),
        TEST(an_element_without_a_place_is_told_once),
        TEST(one_element_in_the_wrong_place_is_one_finding),
        TEST(an_element_too_often_is_told_where_it_stands_again),
        TEST(a_missing_element_is_told_where_it_should_stand),
        TEST(a_choice_takes_one_of_its_elements),
        TEST(both_versions_of_cii_are_taken),
        TEST(attributes_are_those_of_the_type),
        TEST(a_fixed_attribute_has_its_value),
        TEST(a_text_is_of_the_kind_that_its_type_asks),
        TEST(an_attachment_is_base64_in_pieces_of_any_size),
        TEST(an_extension_holds_one_element_of_any_kind),
        TEST(a_finding_names_what_was_expected),
        TEST(findings_of_a_rule_have_an_end),
        TEST(a_document_of_another_kind_is_not_judged),
        TEST(an_arena_that_is_full_ends_the_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
