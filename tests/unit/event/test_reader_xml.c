#include "reading.h"

#include "taxflow/buf.h"
#include "taxflow/reader_xml.h"

#define UBL                                                                                         \
    "<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'"                       \
    " xmlns:cac='urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2'"         \
    " xmlns:cbc='urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2'>"
#define LINES_OF(number) "<cac:InvoiceLine><cbc:ID>" number "</cbc:ID></cac:InvoiceLine>"

static const struct tf_envelope no_attributes;

static void xml_is_told_from_json(void **state)
{
    (void)state;
    assert_true(tf_reader_xml_sniff(TF_STR("<a/>")));
    assert_true(tf_reader_xml_sniff(TF_STR("\xEF\xBB\xBF \r\n<a/>")));
    assert_true(tf_reader_xml_sniff((struct tf_str){"\xFF\xFE<\0a\0", 6}));
    assert_true(tf_reader_xml_sniff((struct tf_str){"\xFE\xFF\0<\0a", 6}));
    assert_true(tf_reader_xml_sniff((struct tf_str){"\0<\0a", 4}));
    assert_false(tf_reader_xml_sniff(TF_STR("{\"a\":\"<\"}")));
    assert_false(tf_reader_xml_sniff(TF_STR(" ")));
    assert_false(tf_reader_xml_sniff(TF_STR("")));
}

static void refuses(struct reading *r, struct tf_str text, enum tf_err err, const char *path)
{
    if (tf_reader_xml_decode(r->reader, text, r->arena, &r->event, &r->problem) != err)
        fail_msg("%s instead of %s", tf_err_reason(r->problem.err), tf_err_reason(err));
    assert_int_equal(r->problem.err, err);
    if (!tf_str_is(r->problem.path, path))
        fail_msg("%.*s instead of %s", TF_STR_ARGS(r->problem.path), path);
    assert_true(r->problem.detail.len > 0);
}

static void what_is_no_invoice_is_refused_with_its_line(void **state)
{
    struct reading *r = *state;
    refuses(r, TF_STR("\nx"), TF_E_XML, "line 2");
    refuses(r, TF_STR("\n<Invoice/>"), TF_E_KIND, "line 2");
    refuses(r, TF_STR("<Order xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'/>"), TF_E_KIND, "line 1");
    refuses(r, TF_STR(UBL "\n<cbc:ID>\n</Invoice>"), TF_E_XML, "line 3");
    refuses(r, TF_STR("<!DOCTYPE Invoice SYSTEM 'file:///etc/passwd'>" UBL "</Invoice>"), TF_E_XML, "line 1");
    assert_int_equal(tf_reader_xml_decode(r->reader, TF_STR(UBL "</Invoice>"), r->arena, &r->event, &r->problem), TF_OK);
}

static void texts_and_lists_have_limits(void **state)
{
    struct reading *r = *state;
    struct tf_buf text;
    tf_buf_init(&text, 64 << 20);
    tf_buf_puts(&text, UBL "<cbc:ID>");
    for (int i = 0; i < 2 << 20; i++)
        tf_buf_putc(&text, 'x');
    tf_buf_puts(&text, "</cbc:ID></Invoice>");
    refuses(r, tf_buf_view(&text), TF_E_TOO_BIG, "line 1");
    tf_buf_reset(&text);
    tf_buf_puts(&text, UBL);
    for (int i = 0; i <= TF_EVENT_LIST_MAX; i++)
        tf_buf_puts(&text, "<cbc:Note/>");
    tf_buf_puts(&text, "</Invoice>");
    refuses(r, tf_buf_view(&text), TF_E_TOO_MANY, "line 1");
    tf_buf_finish(&text);
}

/* An attachment of any size passes through a reader that holds none of it. */
static void large_attachments_are_not_kept(void **state)
{
    struct reading *r = *state;
    static char piece[1 << 20];
    memset(piece, 'A', sizeof piece);
    assert_int_equal(tf_reader_xml_begin(r->reader, 0, r->arena, &r->problem), TF_OK);
    struct tf_str head = TF_STR(UBL "<cac:AdditionalDocumentReference><cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode='image/png'>");
    assert_int_equal(tf_reader_xml_feed(r->reader, head, &r->problem), TF_OK);
    for (int i = 0; i < 64; i++)
        assert_int_equal(tf_reader_xml_feed(r->reader, (struct tf_str){piece, sizeof piece}, &r->problem), TF_OK);
    struct tf_str tail = TF_STR("</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference></Invoice>");
    assert_int_equal(tf_reader_xml_feed(r->reader, tail, &r->problem), TF_OK);
    assert_int_equal(tf_reader_xml_end(r->reader, &r->event, &r->problem), TF_OK);
    assert_int_equal(r->event.as.invoice->attachments.items[0].file.bytes, 48 << 20);
    assert_true(tf_arena_used(r->arena) < 64 * 1024);
}

/* Text content beside it is of no consequence, and lists that grow long keep what they hold. */
static void long_lists_are_whole(void **state)
{
    struct reading *r = *state;
    struct tf_buf text;
    tf_buf_init(&text, 64 << 20);
    tf_buf_puts(&text, UBL);
    enum { COUNT = 5000 };
    for (int i = 0; i < COUNT; i++)
        tf_buf_printf(&text, LINES_OF("%d"), i);
    tf_buf_puts(&text, "</Invoice>");
    assert_int_equal(tf_reader_xml_decode(r->reader, tf_buf_view(&text), r->arena, &r->event, &r->problem), TF_OK);
    const struct tf_invoice *invoice = r->event.as.invoice;
    assert_int_equal(invoice->lines.count, COUNT);
    for (int i = 0; i < COUNT; i++) {
        char number[8];
        snprintf(number, sizeof number, "%d", i);
        assert_true(tf_str_is(invoice->lines.items[i].id, number));
    }
    /* Twice what the lines take, and no more: they were given room for what was to come. */
    assert_true(tf_arena_used(r->arena) < 2 * COUNT * sizeof(struct tf_line));
    tf_buf_finish(&text);
}

#define DOCUMENT                                                                                                     \
    UBL "<cbc:ID>R1</cbc:ID><cbc:IssueDate>2026-02-30</cbc:IssueDate><cac:AccountingSupplierParty><cac:Party>"       \
    "<cac:PartyTaxScheme><cbc:CompanyID>DE111111111</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>" \
    "</cac:PartyTaxScheme></cac:Party></cac:AccountingSupplierParty>" LINES_OF("1") "</Invoice>"

static void a_record_says_what_the_document_said(void **state)
{
    struct reading *r = *state;
    struct tf_envelope envelope, again;
    struct tf_event decoded;
    struct tf_str text = TF_STR(DOCUMENT);
    assert_int_equal(tf_reader_xml_read(r->reader, &no_attributes, TF_STR("ACME"), text, r->arena, &envelope, &r->event, &r->problem), TF_OK);
    assert_true(tf_str_is(envelope.type, "taxflow.invoice.v1"));
    assert_true(tf_str_is(envelope.source, "urn:taxflow:ACME"));
    assert_int_equal(tf_reader_read(r->reader, envelope.body, r->arena, &again, &decoded, &r->problem), TF_OK);
    assert_true(tf_str_eq(again.body, envelope.body));
    assert_true(tf_str_eq(again.id, envelope.id));
    const struct tf_invoice *invoice = decoded.as.invoice;
    assert_int_equal(invoice->syntax, TF_SYNTAX_UBL);
    assert_int_equal(decoded.original.bytes, text.len);
    assert_int_equal(decoded.original.sha256.len, 64);
    assert_true(tf_str_is(invoice->issue_date.text, "2026-02-30"));
    assert_false(tf_date_known(invoice->issue_date));
    assert_int_equal(invoice->format_findings.count, r->event.as.invoice->format_findings.count);
    assert_true(invoice->format_findings.count > 0);
    for (size_t i = 0; i < invoice->format_findings.count; i++) {
        const struct tf_format_finding *was = &r->event.as.invoice->format_findings.items[i], *is = &invoice->format_findings.items[i];
        assert_true(tf_str_eq(was->rule, is->rule) && tf_str_eq(was->path, is->path) && was->line == is->line && was->warning == is->warning);
    }
}

/* Only a document may say what is no date, and only where its reader found so. */
static void records_by_hand_are_read_strictly(void **state)
{
    struct reading *r = *state;
#define HAND(original) "{'kind':'invoice','company':'A','invoice':{'issue_date':'2026-02-30'}" original "}"
    static const char *const cases[] = {HAND(""), HAND(",'original':{'syntax':'ubl'}"),
        HAND(",'original':{'findings':[{'rule':'XML-DATE'}]}"), HAND(",'original':{'syntax':'ubl','findings':[{'rule':'X','warning':true}]}")};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(tf_reader_decode(r->reader, reading_json(r, cases[i]), r->arena, &r->event, &r->problem), TF_E_DATE);
    (void)reading_decode(r, HAND(",'original':{'syntax':'cii','findings':[{'rule':'XML-DATE'}]}"));
    assert_int_equal(r->event.as.invoice->syntax, TF_SYNTAX_CII);
    assert_int_equal(tf_reader_decode(r->reader, reading_json(r, "{'kind':'invoice','company':'A','invoice':{},'original':{'syntax':'edifact'}}"), r->arena, &r->event, &r->problem), TF_E_VALUE);
}

static void the_company_is_the_one_that_sells_or_buys(void **state)
{
    (void)state;
    static const char *const vat_ids[] = {"DE 111 111 111"};
    static const struct tf_company companies[] = {{.id = "OTHER"}, {.id = "ACME", .vat_ids = {vat_ids, 1}}};
    struct reading *r = reading_open(companies, 2, READING_RECORD_BYTES_MAX);
    struct tf_str text = TF_STR(DOCUMENT), other = TF_STR(UBL "</Invoice>");
    assert_int_equal(tf_reader_xml_read(r->reader, &no_attributes, TF_STR_NONE, text, r->arena, &r->envelope, &r->event, &r->problem), TF_OK);
    assert_true(tf_str_is(r->event.company, "ACME"));
    assert_int_equal(r->event.direction, TF_DIRECTION_SALE);
    assert_int_equal(tf_reader_xml_read(r->reader, &no_attributes, TF_STR_NONE, other, r->arena, &r->envelope, &r->event, &r->problem), TF_OK);
    assert_true(tf_str_is(r->event.company, TF_READER_NO_COMPANY));
    reading_close(r);
}

static void a_record_has_a_limit(void **state)
{
    (void)state;
    struct reading *r = reading_open(NULL, 0, 300);
    struct tf_str text = TF_STR(DOCUMENT);
    assert_int_equal(tf_reader_xml_read(r->reader, &no_attributes, TF_STR("A"), text, r->arena, &r->envelope, &r->event, &r->problem), TF_E_TOO_BIG);
    reading_close(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xml_is_told_from_json),
        cmocka_unit_test_setup_teardown(what_is_no_invoice_is_refused_with_its_line, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(texts_and_lists_have_limits, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(large_attachments_are_not_kept, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(long_lists_are_whole, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(a_record_says_what_the_document_said, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(records_by_hand_are_read_strictly, reading_setup, reading_teardown),
        cmocka_unit_test(the_company_is_the_one_that_sells_or_buys),
        cmocka_unit_test(a_record_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
