/*
 * Envelopes of Peppol: a StandardBusinessDocument (UN/CEFACT SBDH 1.3; Peppol Business Message Envelope 2.0) is opened, and the one document that stands behind
 * its header handed on as an invoice in XML of its own, with the namespaces that it had from the envelope.
 */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "import_internal.h"

enum { ENVELOPE_BYTES_MAX = 96 << 20 };

struct envelope {
    const char *name;
    const struct tf_import_sink *sink;
    struct tf_buf bytes;
    xmlDocPtr document;
    struct tf_fault *fault;
};

static enum tf_err refuse(const struct envelope *e, enum tf_err err, const char *why)
{
    return tf_fault_set(e->fault, err, "%s: %s", e->name, why);
}

static bool is_named(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

/* The document behind the header. */
static enum tf_err find_document(const struct envelope *e, xmlNodePtr *ret_document)
{
    *ret_document = NULL;
    xmlNodePtr root = xmlDocGetRootElement(e->document);
    for (xmlNodePtr node = root ? root->children : NULL; node; node = node->next) {
        if (node->type != XML_ELEMENT_NODE || is_named(node, "StandardBusinessDocumentHeader"))
            continue;
        if (*ret_document)
            return refuse(e, TF_E_VALUE, "the envelope holds more than one document; send each in an envelope of its own");
        *ret_document = node;
    }
    return *ret_document ? TF_OK : refuse(e, TF_E_VALUE, "the envelope holds no document behind its header");
}

static enum tf_err hand_on(const struct envelope *e, xmlNodePtr node)
{
    uint64_t line = (uint64_t)xmlGetLineNo(node);
    xmlDocPtr alone = xmlNewDoc((const xmlChar *)"1.0");
    xmlNodePtr copy = alone ? xmlDocCopyNode(node, alone, 1) : NULL;
    xmlChar *bytes = NULL;
    int len = 0;
    if (copy) {
        xmlDocSetRootElement(alone, copy);
        xmlReconciliateNs(alone, copy);
        xmlDocDumpMemoryEnc(alone, &bytes, &len, "UTF-8");
    }
    xmlFreeDoc(alone);
    if (!bytes)
        return TF_E_MEMORY;
    enum tf_err err = e->sink->record(e->sink->self, (struct tf_str){(const char *)bytes, (size_t)len}, line);
    xmlFree(bytes);
    return err;
}

static enum tf_err open_envelope(struct envelope *e, int fd)
{
    xmlNodePtr node;
    TF_TRY(tf_import_bytes(fd, e->name, &e->bytes, e->fault)); /* its declaration, or its mark, says the encoding */
    struct tf_str bytes = tf_buf_view(&e->bytes);
    if (memmem(bytes.ptr, bytes.len, "<!DOCTYPE", 9))
        return refuse(e, TF_E_XML, "a document type is declared; an envelope has none");
    e->document = xmlReadMemory(bytes.ptr, (int)bytes.len, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES);
    if (!e->document)
        return refuse(e, TF_E_XML, "the envelope is no well-formed XML");
    if (e->document->intSubset) /* in another encoding */
        return refuse(e, TF_E_XML, "a document type is declared; an envelope has none");
    TF_TRY(find_document(e, &node));
    return hand_on(e, node);
}

enum tf_err tf_sbdh_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    struct envelope e = {.name = name, .sink = sink, .fault = fault};
    (void)options;
    tf_buf_init(&e.bytes, ENVELOPE_BYTES_MAX);
    enum tf_err err = open_envelope(&e, fd);
    xmlFreeDoc(e.document);
    tf_buf_finish(&e.bytes);
    return err;
}
