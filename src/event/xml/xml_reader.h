/* Documents of every dialect to struct tf_invoice: names, maps, parser and walk together, used for document after document. */
#ifndef TAXFLOW_EVENT_XML_XML_READER_H
#define TAXFLOW_EVENT_XML_XML_READER_H

#include "dialect.h"
#include "taxflow/arena.h"

struct tf_xml_reader;

/**
 * Create a reader. dialects end with NULL and outlive it.
 * Returns NULL when memory ran out or a dialect names what there is not (a mistake of ours that every test would show).
 * Thread  one at a time.
 */
struct tf_xml_reader *tf_xml_reader_create(const struct tf_xml_dialect *const *dialects);
struct tf_xml_reader *tf_xml_reader_destroy(struct tf_xml_reader *reader);

/** Begin a document; all that comes of it goes to the arena. bytes_expected: its length where it is known, else 0. */
enum tf_err tf_xml_reader_begin(struct tf_xml_reader *reader, size_t bytes_expected, struct tf_arena *arena,
                                struct tf_problem *ret_problem) TF_MUST_CHECK;
/** Its next bytes; nothing of them is needed afterwards. */
enum tf_err tf_xml_reader_feed(struct tf_xml_reader *reader, struct tf_str bytes, struct tf_problem *ret_problem) TF_MUST_CHECK;
/**
 * It is complete.
 * ret_kind, ret_invoice  what it says; in the arena. Nothing is derived yet (VAT totals, direction, time).
 * Returns TF_OK; TF_E_XML, TF_E_DEPTH, TF_E_KIND, TF_E_TOO_MANY, TF_E_TOO_BIG with the problem filled, as the other two may; TF_E_LIMIT.
 */
enum tf_err tf_xml_reader_end(struct tf_xml_reader *reader, enum tf_kind *ret_kind, struct tf_invoice **ret_invoice,
                              struct tf_problem *ret_problem) TF_MUST_CHECK;

#endif
