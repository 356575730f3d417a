/*
 * One XML parser, used for document after document: libxml2's push parser with SAX2 callbacks, held to what an invoice needs.
 * No DTD (a DOCTYPE is refused), no entities but the five of XML itself, nothing read from disk or network, and limits on depth,
 * attributes and sizes. Names come as numbers (names.h), namespaces by their URI.
 */
#ifndef TAXFLOW_EVENT_XML_XML_H
#define TAXFLOW_EVENT_XML_XML_H

#include "names.h"
#include "taxflow/err.h"

enum {
    TF_XML_DEPTH_MAX = 64,
    TF_XML_ATTRIBUTES_MAX = 32,
};

struct tf_xml_attribute {
    uint32_t name;       /* TF_XML_NAME_UNKNOWN when nobody asked for it */
    struct tf_str value; /* normalized, entities resolved; not terminated */
    struct tf_str uri, local; /* as the document says; uri absent without a prefix */
};

struct tf_xml_element {
    uint32_t name;
    const struct tf_xml_attribute *attributes;
    size_t attributes_count;
    uint32_t line;            /* in the document, from 1: where its start tag ends */
    struct tf_str uri, local; /* as the document says; uri absent without a namespace */
};

/* Whom a parser tells. All views are good during the call alone. Any other return than TF_OK ends the document with that code. */
struct tf_xml_sink {
    enum tf_err (*open)(void *self, const struct tf_xml_element *element);
    enum tf_err (*text)(void *self, struct tf_str text); /* in pieces */
    enum tf_err (*close)(void *self);
};

/* Why a document cannot be read: never with text of the document in it. */
struct tf_xml_fault {
    enum tf_err err;
    uint32_t line;
    const char *detail; /* static: one sentence; NULL where the sink ended the document */
};

struct tf_xml;

/**
 * A parser that tells sink.
 * names  bound to the parser's dictionary; all names stand in it already. Borrowed, as sink and self, until the parser's end.
 * Returns NULL when memory ran out.   Thread  one at a time.
 */
struct tf_xml *tf_xml_create(struct tf_xml_names *names, const struct tf_xml_sink *sink, void *self);
struct tf_xml *tf_xml_destroy(struct tf_xml *xml);
/** Forget the last document and await the next one. TF_E_MEMORY. */
enum tf_err tf_xml_begin(struct tf_xml *xml) TF_MUST_CHECK;
/** The document's next bytes, any number; nothing of them is needed afterwards. TF_E_XML, TF_E_DEPTH …, or what the sink returned: tf_xml_fault says more. */
enum tf_err tf_xml_feed(struct tf_xml *xml, struct tf_str bytes) TF_MUST_CHECK;
/** The document is complete. Returns as tf_xml_feed. */
enum tf_err tf_xml_end(struct tf_xml *xml) TF_MUST_CHECK;
struct tf_xml_fault tf_xml_fault(const struct tf_xml *xml);
/** Bytes of the document that were parsed so far, about. */
size_t tf_xml_consumed(const struct tf_xml *xml);

#endif
