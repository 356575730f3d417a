#include "reading.h"

static struct reading r;

#define ENVELOPE(inside) "<sh:StandardBusinessDocument xmlns:sh='http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader' xmlns:cbc='urn:b'>\n" \
                         "<sh:StandardBusinessDocumentHeader><sh:HeaderVersion>1.0</sh:HeaderVersion></sh:StandardBusinessDocumentHeader>\n" inside "</sh:StandardBusinessDocument>"
#define INVOICE "<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'><cbc:ID>\xc3\xa4 1</cbc:ID></Invoice>"

static enum tf_err read_text(const char *text) { return reading_read(&r, text, strlen(text), NULL); }

static void test_the_invoice_is_taken_out(void **state)
{
    (void)state;
    assert_int_equal(read_text(ENVELOPE(INVOICE)), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_int_equal(r.lines[0], 3);
    assert_non_null(strstr(r.records[0], "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\""));
    assert_non_null(strstr(r.records[0], "xmlns:cbc=\"urn:b\""));
    assert_non_null(strstr(r.records[0], "<cbc:ID>\xc3\xa4 1</cbc:ID>"));
    assert_null(strstr(r.records[0], "HeaderVersion"));
}

static void test_what_is_no_envelope_of_one_document(void **state)
{
    (void)state;
    assert_int_equal(read_text(ENVELOPE("")), TF_E_VALUE);
    assert_fault(&r, "holds no document");
    assert_int_equal(read_text(ENVELOPE(INVOICE INVOICE)), TF_E_VALUE);
    assert_fault(&r, "more than one document");
    assert_int_equal(read_text(ENVELOPE("<Invoice>")), TF_E_XML);
    assert_int_equal(read_text("<!DOCTYPE a>" ENVELOPE(INVOICE)), TF_E_XML);
}

#define DECLARED "<?xml version='1.0' encoding='UTF-16'?>" /* which tells it where no mark does (XML 1.0, F.1) */

static void test_an_envelope_in_utf16(void **state)
{
    char wide[2048];
    (void)state;
    for (unsigned form = 0; form < 4; form++) {
        assert_int_equal(reading_read(&r, wide, reading_widen(DECLARED ENVELOPE("<a>&#228;</a>"), form & 1, form & 2, wide), NULL), TF_OK);
        assert_non_null(strstr(r.records[0], "\xc3\xa4</a>"));
        assert_int_equal(reading_read(&r, wide, reading_widen(DECLARED "<!DOCTYPE a [<!ENTITY e 'x'>]>" ENVELOPE("<a>&e;</a>"), form & 1, form & 2, wide), NULL), TF_E_XML);
        assert_fault(&r, "document type");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_invoice_is_taken_out), cmocka_unit_test(test_what_is_no_envelope_of_one_document),
                                       cmocka_unit_test(test_an_envelope_in_utf16)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
