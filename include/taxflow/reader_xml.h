/* Reading invoices and credit notes in XML: UBL 2.1 and CII, by the same reader as records (event.h). */
#ifndef TAXFLOW_READER_XML_H
#define TAXFLOW_READER_XML_H

#include "taxflow/event.h"

/* The company of a document of which nobody says whose it is. */
#define TF_READER_NO_COMPANY "unassigned"

/** Whether the bytes look like XML: the first that counts is '<', in UTF-8, UTF-16 or UTF-32, with a byte order mark or without. O(1). */
bool tf_reader_xml_sniff(struct tf_str bytes);

/**
 * Decode one XML document to an event; its kind comes from the root element, company is absent.
 * Numbers and dates that cannot be read do not refuse it: their text stays, the value is unknown, and the invoice has a fatal
 * finding of format. Attachments are hashed and dropped. Namespaces count by their URI, whatever the prefixes. No DTD, no entities of its
 * own, no other file or host is ever looked at.
 *
 * text         the whole document; borrowed during the call alone. Any encoding that libxml2 knows and the document declares.
 * arena        receives everything the event points to.
 * ret_event    filled on TF_OK.
 * ret_problem  filled on failure; path is "line N".
 * Returns TF_OK; TF_E_XML (not well-formed, a DOCTYPE), TF_E_KIND (no invoice), TF_E_DEPTH, TF_E_TOO_MANY, TF_E_TOO_BIG; TF_E_LIMIT.
 * Cost  one pass, O(bytes).
 */
enum tf_err tf_reader_xml_decode(struct tf_reader *reader, struct tf_str text, struct tf_arena *arena, struct tf_event *ret_event,
                                 struct tf_problem *ret_problem) TF_MUST_CHECK;

/**
 * The same for a document that comes in pieces, so that one with large attachments is never held whole: begin, any number of
 * feeds, end. After a failure the next call is begin. bytes_expected: the document's length where it is known, else 0.
 */
enum tf_err tf_reader_xml_begin(struct tf_reader *reader, size_t bytes_expected, struct tf_arena *arena,
                                struct tf_problem *ret_problem) TF_MUST_CHECK;
enum tf_err tf_reader_xml_feed(struct tf_reader *reader, struct tf_str bytes, struct tf_problem *ret_problem) TF_MUST_CHECK;
enum tf_err tf_reader_xml_end(struct tf_reader *reader, struct tf_event *ret_event, struct tf_problem *ret_problem) TF_MUST_CHECK;

/**
 * Read an XML document to what the collector sends: the canonical record, whose "original" says what the document was, its
 * syntax, its strays and its format findings; so whoever decodes the record judges it as it would the document.
 *
 * attributes  as tf_reader_read_binary's; NULL: none came with it.
 * company     whose record it is; absent: of the configured companies the one that is seller or buyer, else "unassigned".
 * Returns and costs as tf_reader_xml_decode; TF_E_CLOUDEVENT; TF_E_TOO_BIG where the record passes max_record_bytes.
 */
enum tf_err tf_reader_xml_read(struct tf_reader *reader, const struct tf_envelope *attributes, struct tf_str company,
                               struct tf_str text, struct tf_arena *arena, struct tf_envelope *ret_envelope,
                               struct tf_event *ret_event, struct tf_problem *ret_problem) TF_MUST_CHECK;

#endif
