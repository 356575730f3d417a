/*
 * Is a document of UBL 2.1 or CII put together as its schema and the official artefact's syntax rules ask? Judged while it streams
 * by, from the same events as the reader: order, how often, attributes, kinds of text (XML-…), and the artefact's UBL-CR, UBL-SR,
 * UBL-DT, CII-SR and CII-DT rules, fatal ones and warnings.
 *
 * Source: OASIS UBL 2.1 os, schemas; UN/CEFACT CII D16B (uncoupled) and D22B; EN 16931 artefact validation-1.3.16, patterns
 * UBL-syntax and EN16931-CII-Syntax. Which rules there are: include/taxflow/syntax_rules.h.
 */
#ifndef TAXFLOW_EVENT_XML_CHECK_H
#define TAXFLOW_EVENT_XML_CHECK_H

#include "taxflow/arena.h"
#include "taxflow/document.h"
#include "taxflow/err.h"
#include "xml/xml.h"

/* So many findings of one rule are kept; what is wrong more often is told no further. */
enum { TF_XML_CHECK_SAME_MAX = 20 };

struct tf_xml_check;

/**
 * A check, for document after document. Its names are added to the table: before that is bound to a parser.
 * Returns NULL when memory ran out.   Thread  one at a time.   Cost  milliseconds, half a megabyte.
 */
struct tf_xml_check *tf_xml_check_create(struct tf_xml_names *names);
struct tf_xml_check *tf_xml_check_destroy(struct tf_xml_check *check);
/** Forget the last document. Findings go to the arena, which outlives the document's check. O(rules). */
void tf_xml_check_begin(struct tf_xml_check *check, struct tf_arena *arena);
/**
 * The document's next event, as a parser tells it. The first element is ubl:Invoice, cn:CreditNote or rsm:CrossIndustryInvoice;
 * of any other nothing is judged.
 * Returns TF_OK, TF_E_LIMIT when the arena is full, TF_E_DEPTH below TF_XML_DEPTH_MAX elements.   Cost  O(1), some 50 ns.
 */
enum tf_err tf_xml_check_open(struct tf_xml_check *check, const struct tf_xml_element *element) TF_MUST_CHECK;
void tf_xml_check_text(struct tf_xml_check *check, struct tf_str text);
enum tf_err tf_xml_check_close(struct tf_xml_check *check) TF_MUST_CHECK;
/** What was found, in the order in which it showed; *ret_count findings in the arena. Once the root element is closed. */
struct tf_format_finding *tf_xml_check_findings(const struct tf_xml_check *check, size_t *ret_count);

#endif
