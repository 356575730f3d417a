/* A document through parser and check, and what was found as text. Fixtures of test_check_*.c. */
#ifndef TAXFLOW_TESTS_EVENT_XML_CHECKED_H
#define TAXFLOW_TESTS_EVENT_XML_CHECKED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "check.h"
#include "taxflow/buf.h"

struct checked {
    struct tf_xml_names *names;
    struct tf_xml_check *check;
    struct tf_xml *xml;
    struct tf_arena *arena;
    struct tf_buf document;
};

static enum tf_err checked_open(void *self, const struct tf_xml_element *element)
{
    return tf_xml_check_open(((struct checked *)self)->check, element);
}

static enum tf_err checked_text(void *self, struct tf_str text)
{
    tf_xml_check_text(((struct checked *)self)->check, text);
    return TF_OK;
}

static enum tf_err checked_close(void *self) { return tf_xml_check_close(((struct checked *)self)->check); }

static int checked_setup(void **state)
{
    static const struct tf_xml_sink sink = {checked_open, checked_text, checked_close};
    struct checked *c = calloc(1, sizeof(*c));
    assert_non_null(c);
    c->names = tf_xml_names_create();
    assert_non_null(c->names);
    c->check = tf_xml_check_create(c->names);
    assert_non_null(c->check);
    c->xml = tf_xml_create(c->names, &sink, c);
    c->arena = tf_arena_create(64 << 20);
    assert_true(c->xml && c->arena);
    tf_buf_init(&c->document, 16 << 20);
    *state = c;
    return 0;
}

static int checked_teardown(void **state)
{
    struct checked *c = *state;
    tf_xml_destroy(c->xml);
    tf_xml_check_destroy(c->check);
    tf_xml_names_destroy(c->names);
    tf_arena_destroy(c->arena);
    tf_buf_finish(&c->document);
    free(c);
    return 0;
}

/* Through the parser in pieces of so many bytes; what was found. */
static struct tf_format_finding *checked_read(struct checked *c, struct tf_str document, size_t piece, size_t *ret_count)
{
    tf_arena_rewind(c->arena);
    tf_xml_check_begin(c->check, c->arena);
    assert_int_equal(tf_xml_begin(c->xml), TF_OK);
    for (size_t at = 0; at < document.len; at += piece) {
        size_t len = document.len - at < piece ? document.len - at : piece;
        if (tf_xml_feed(c->xml, (struct tf_str){document.ptr + at, len}) != TF_OK)
            break; /* which the end says again */
    }
    if (tf_xml_end(c->xml) != TF_OK)
        fail_msg("%s in line %u of %.*s", tf_xml_fault(c->xml).detail, tf_xml_fault(c->xml).line, TF_STR_ARGS(document));
    return tf_xml_check_findings(c->check, ret_count);
}

/* The base with the first occurrence of one text replaced by another; NULL: as it is. */
static inline struct tf_str checked_edit(struct checked *c, const char *base, const char *old, const char *new)
{
    const char *at = old ? strstr(base, old) : base;
    assert_non_null(at);
    tf_buf_reset(&c->document);
    tf_buf_put(&c->document, base, (size_t)(at - base));
    tf_buf_puts(&c->document, new ? new : "");
    tf_buf_puts(&c->document, at + (old ? strlen(old) : 0));
    return tf_buf_view(&c->document);
}

/* "UBL-SR-43 XML-ORDER": the ids that begin so, each once, in the order in which they showed. */
static inline const char *checked_ids(struct checked *c, struct tf_str document, const char *prefix)
{
    size_t count;
    const struct tf_format_finding *findings = checked_read(c, document, document.len, &count);
    char *said = tf_arena_alloc(c->arena, 16 * count + 1);
    assert_non_null(said);
    said[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        struct tf_str id = tf_arena_printf(c->arena, "%.*s ", TF_STR_ARGS(findings[i].rule));
        if (tf_str_starts(id, tf_str_of(prefix)) && !strstr(said, id.ptr))
            strcat(said, id.ptr);
    }
    if (said[0])
        said[strlen(said) - 1] = '\0';
    return said;
}

#define UBL_SPACES                                                                           \
    " xmlns:cac='urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2'"  \
    " xmlns:cbc='urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2'"      \
    " xmlns:ext='urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2'"

/* As short as the schema allows, an element a line. */
static const char invoice[] =
    "<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'" UBL_SPACES ">\n"
    "<cbc:ID>1</cbc:ID>\n"
    "<cbc:IssueDate>2026-11-27</cbc:IssueDate>\n"
    "<cac:AccountingSupplierParty><cac:Party>\n"
    "<cac:PartyLegalEntity><cbc:RegistrationName>Nord AB</cbc:RegistrationName></cac:PartyLegalEntity>\n"
    "</cac:Party></cac:AccountingSupplierParty>\n"
    "<cac:AccountingCustomerParty/>\n"
    "<cac:LegalMonetaryTotal><cbc:PayableAmount currencyID='EUR'>1.00</cbc:PayableAmount></cac:LegalMonetaryTotal>\n"
    "<cac:InvoiceLine>\n"
    "<cbc:ID>1</cbc:ID>\n"
    "<cbc:LineExtensionAmount currencyID='EUR'>1.00</cbc:LineExtensionAmount>\n"
    "<cac:Item><cac:ClassifiedTaxCategory><cac:TaxScheme/></cac:ClassifiedTaxCategory></cac:Item>\n"
    "</cac:InvoiceLine>\n"
    "</Invoice>\n";

static const char cross_industry[] =
    "<rsm:CrossIndustryInvoice xmlns:rsm='urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100'"
    " xmlns:ram='urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100'"
    " xmlns:qdt='urn:un:unece:uncefact:data:standard:QualifiedDataType:100'"
    " xmlns:udt='urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100'>\n"
    "<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>x</ram:ID>"
    "</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>\n"
    "<rsm:ExchangedDocument><ram:ID>1</ram:ID><ram:TypeCode>380</ram:TypeCode>"
    "<ram:IssueDateTime><udt:DateTimeString format='102'>20261127</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>\n"
    "<rsm:SupplyChainTradeTransaction>\n"
    "<ram:IncludedSupplyChainTradeLineItem>\n"
    "<ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID></ram:AssociatedDocumentLineDocument>\n"
    "<ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>1</ram:ChargeAmount></ram:NetPriceProductTradePrice>"
    "</ram:SpecifiedLineTradeAgreement>\n"
    "<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax/><ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>1</ram:LineTotalAmount>"
    "</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>\n"
    "</ram:IncludedSupplyChainTradeLineItem>\n"
    "<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty/><ram:BuyerTradeParty/></ram:ApplicableHeaderTradeAgreement>\n"
    "<ram:ApplicableHeaderTradeDelivery/>\n"
    "<ram:ApplicableHeaderTradeSettlement/>\n"
    "</rsm:SupplyChainTradeTransaction>\n"
    "</rsm:CrossIndustryInvoice>\n";

#endif
