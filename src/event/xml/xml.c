#include "xml.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <stdlib.h>

enum {
    FEED_BYTES = 64 * 1024,      /* libxml2 keeps what it was given until it is parsed */
    SNIFFED_BYTES = 4,           /* what it looks at to know UTF-16 from UTF-8 */
    DICT_BYTES_MAX = 512 * 1024, /* past it the names of strangers are forgotten with the context; four times that in one document is refused */
    TAG_BYTES_MAX = 64 * 1024,   /* that wait for their '>' */
    FIELDS = 5,                  /* of an attribute in libxml2's array: local, prefix, URI, value, end */
};

struct tf_xml {
    xmlParserCtxt *context;
    struct tf_xml_names *names;
    const struct tf_xml_sink *sink;
    void *self;
    struct tf_xml_fault fault;
    size_t fed;
    unsigned depth;
    char first[SNIFFED_BYTES];
    struct tf_str uri; /* the last one: most elements have the same */
    struct tf_xml_attribute attributes[TF_XML_ATTRIBUTES_MAX];
    bool begun;    /* libxml2 has the document's first bytes */
    bool complete; /* the root element was closed */
};

/* What libxml2 calls the errors that people meet, in words of ours: its own texts may quote the document. */
static const struct { int code; const char *detail; } details[] = {
    {XML_ERR_DOCUMENT_EMPTY, "the document is empty"},
    {XML_ERR_DOCUMENT_END, "the document ends too early, or something follows its root element"},
    {XML_ERR_TAG_NAME_MISMATCH, "an end tag does not fit its start tag"},
    {XML_ERR_TAG_NOT_FINISHED, "an element is not closed"},
    {XML_ERR_LTSLASH_REQUIRED, "an end tag is missing"},
    {XML_ERR_GT_REQUIRED, "a tag is not closed by '>'"},
    {XML_ERR_INVALID_CHAR, "a character that XML does not allow"},
    {XML_ERR_INVALID_CHARREF, "a character reference names a character that XML does not allow"},
    {XML_ERR_INVALID_ENCODING, "the bytes do not fit the document's encoding"},
    {XML_I18N_CONV_FAILED, "the bytes do not fit the document's encoding"},
    {XML_ERR_UNKNOWN_ENCODING, "the document's encoding is not known: use UTF-8"},
    {XML_ERR_UNSUPPORTED_ENCODING, "the document's encoding is not known: use UTF-8"},
    {XML_ERR_UNDECLARED_ENTITY, "an entity that is not one of XML's own: amp, lt, gt, quot, apos"},
    {XML_WAR_UNDECLARED_ENTITY, "an entity that is not one of XML's own: amp, lt, gt, quot, apos"},
    {XML_ERR_ATTRIBUTE_REDEFINED, "an element has an attribute twice"},
    {XML_ERR_ATTRIBUTE_NOT_STARTED, "an attribute's value is not quoted"},
    {XML_ERR_ATTRIBUTE_NOT_FINISHED, "an attribute's value is not closed"},
    {XML_ERR_LT_IN_ATTRIBUTE, "an attribute's value has a '<' in it"},
    {XML_ERR_NAME_REQUIRED, "a '<' or '&' that begins no tag or entity: write &lt; or &amp;"},
    {XML_ERR_ENTITYREF_SEMICOL_MISSING, "an entity without its semicolon, or a '&' that should be &amp;"},
    {XML_ERR_RESERVED_XML_NAME, "the XML declaration must stand at the very beginning"},
    {XML_NS_ERR_UNDEFINED_NAMESPACE, "a prefix without a namespace"},
    {XML_ERR_INTERNAL_ERROR, "a comment, CDATA section or instruction passes 10 MB"}, /* "Huge input lookup" */
};

static const char *detail_of(int code)
{
    for (size_t i = 0; i < sizeof details / sizeof details[0]; i++)
        if (details[i].code == code)
            return details[i].detail;
    return "the text is not well-formed XML";
}

static void stop(struct tf_xml *xml, enum tf_err err, const char *detail)
{
    if (xml->fault.err != TF_OK)
        return;
    xml->fault = (struct tf_xml_fault){err, (uint32_t)xml->context->input->line, detail};
    xmlStopParser(xml->context);
}

static struct tf_str view(const xmlChar *text)
{
    return tf_str_of((const char *)text);
}

static struct tf_str uri_of(struct tf_xml *xml, const xmlChar *uri)
{
    if (xml->uri.ptr != (const char *)uri)
        xml->uri = view(uri);
    return xml->uri;
}

static void on_open(void *user, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, int namespaces_count,
                    const xmlChar **namespaces, int count, int defaulted, const xmlChar **fields)
{
    (void)prefix, (void)namespaces_count, (void)namespaces, (void)defaulted;
    struct tf_xml *xml = user;
    if (xml->fault.err != TF_OK)
        return;
    if (++xml->depth > TF_XML_DEPTH_MAX) {
        stop(xml, TF_E_DEPTH, "elements are nested too deep: at most 64 levels");
        return;
    }
    if (count > TF_XML_ATTRIBUTES_MAX) {
        stop(xml, TF_E_TOO_MANY, "an element has too many attributes: at most 32");
        return;
    }
    for (int i = 0; i < count; i++, fields += FIELDS)
        xml->attributes[i] = (struct tf_xml_attribute){
            .name = tf_xml_names_find(xml->names, fields[2] != NULL ? fields[2] : xml->names->attributes, fields[0]),
            .value = {(const char *)fields[3], (size_t)(fields[4] - fields[3])},
            .uri = view(fields[2]),
            .local = view(fields[0]),
        };
    const struct tf_xml_element element = {
        .name = tf_xml_names_find(xml->names, uri, local),
        .attributes = xml->attributes,
        .attributes_count = (size_t)count,
        .line = (uint32_t)xml->context->input->line,
        .uri = uri_of(xml, uri),
        .local = view(local),
    };
    enum tf_err err = xml->sink->open(xml->self, &element);
    if (err != TF_OK)
        stop(xml, err, NULL);
}

static void on_close(void *user, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
    (void)local, (void)prefix, (void)uri;
    struct tf_xml *xml = user;
    if (xml->fault.err != TF_OK)
        return;
    xml->complete = --xml->depth == 0;
    enum tf_err err = xml->sink->close(xml->self);
    if (err != TF_OK)
        stop(xml, err, NULL);
}

static void on_text(void *user, const xmlChar *text, int len)
{
    struct tf_xml *xml = user;
    if (xml->fault.err != TF_OK)
        return;
    enum tf_err err = xml->sink->text(xml->self, (struct tf_str){(const char *)text, (size_t)len});
    if (err != TF_OK)
        stop(xml, err, NULL);
}

/* Comes with the name of a DOCTYPE, before anything inside it is looked at. */
static void on_doctype(void *user, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    stop(user, TF_E_XML, "a DOCTYPE is not allowed: an invoice needs none, and it could name other files");
}

static xmlSAXHandler handler = {
    .initialized = XML_SAX2_MAGIC,
    .startElementNs = on_open,
    .endElementNs = on_close,
    .characters = on_text,
    .cdataBlock = on_text,
    .ignorableWhitespace = on_text,
    .internalSubset = on_doctype,
};

static bool make_context(struct tf_xml *xml)
{
    xmlFreeParserCtxt(xml->context);
    xml->context = xmlCreatePushParserCtxt(&handler, xml, NULL, 0, NULL);
    if (xml->context == NULL)
        return false;
    (void)xmlCtxtUseOptions(xml->context, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    return tf_xml_names_bind(xml->names, xml->context->dict);
}

struct tf_xml *tf_xml_create(struct tf_xml_names *names, const struct tf_xml_sink *sink, void *self)
{
    struct tf_xml *xml = calloc(1, sizeof *xml);
    if (xml == NULL)
        return NULL;
    xml->names = names;
    xml->sink = sink;
    xml->self = self;
    return make_context(xml) ? xml : tf_xml_destroy(xml);
}

struct tf_xml *tf_xml_destroy(struct tf_xml *xml)
{
    if (xml == NULL)
        return NULL;
    xmlFreeParserCtxt(xml->context);
    free(xml);
    return NULL;
}

/* Where no parser is at hand, as in conversions, libxml2 would write what it finds to standard error, the document's bytes among it. */
static void say_nothing(void *context, const char *format, ...)
{
    (void)context, (void)format;
}

enum tf_err tf_xml_begin(struct tf_xml *xml)
{
    xmlSetGenericErrorFunc(NULL, say_nothing); /* a setting of the thread */
    if (xmlDictGetUsage(xml->context->dict) > DICT_BYTES_MAX && !make_context(xml))
        return TF_E_MEMORY;
    xml->fault = (struct tf_xml_fault){0};
    xml->fed = 0;
    xml->depth = 0;
    xml->begun = false;
    xml->complete = false;
    xml->uri = TF_STR_NONE;
    return TF_OK;
}

/* What libxml2 thinks of the bytes so far. */
static enum tf_err verdict(struct tf_xml *xml)
{
    const xmlParserCtxt *context = xml->context;
    if (xml->fault.err != TF_OK || (context->wellFormed && context->nsWellFormed))
        return xml->fault.err;
    int line = context->lastError.line > 0 ? context->lastError.line : context->input != NULL ? context->input->line : 0;
    enum tf_err err = context->errNo == XML_ERR_NO_MEMORY ? TF_E_MEMORY : TF_E_XML;
    xml->fault = (struct tf_xml_fault){err, (uint32_t)line, detail_of(context->errNo)};
    return xml->fault.err;
}

static enum tf_err begin_with(struct tf_xml *xml, struct tf_str first)
{
    xml->begun = true;
    if (xmlCtxtResetPush(xml->context, first.ptr, (int)first.len, NULL, NULL) != 0) {
        xml->fault = (struct tf_xml_fault){TF_E_MEMORY, 0, "memory is used up"};
        return TF_E_MEMORY;
    }
    return TF_OK;
}

/* libxml2 takes the encoding from the first bytes it is given, so these are held back until there are four. */
static enum tf_err feed_first(struct tf_xml *xml, struct tf_str *bytes)
{
    size_t take = SNIFFED_BYTES - xml->fed < bytes->len ? SNIFFED_BYTES - xml->fed : bytes->len;
    memcpy(xml->first + xml->fed, bytes->ptr, take);
    xml->fed += take;
    bytes->ptr += take;
    bytes->len -= take;
    return xml->fed < SNIFFED_BYTES ? TF_OK : begin_with(xml, (struct tf_str){xml->first, SNIFFED_BYTES});
}

/*
 * What libxml2 2.9 looks up in lists that only grow: names of a document, attributes and namespaces of a tag. Both are held to a
 * size at which that costs nothing, or a megabyte would take seconds and ten of them minutes.
 */
static void hold(struct tf_xml *xml)
{
    const xmlParserInput *input = xml->context->input;
    if (xmlDictGetUsage(xml->context->dict) > 4 * (size_t)DICT_BYTES_MAX)
        stop(xml, TF_E_TOO_MANY, "the document has too many different names of elements, attributes and namespaces");
    bool is_tag = input != NULL && input->end - input->cur > TAG_BYTES_MAX && input->cur[0] == '<';
    if (is_tag && input->cur[1] != '!' && input->cur[1] != '?')
        stop(xml, TF_E_TOO_BIG, "a tag passes 64 KiB");
}

enum tf_err tf_xml_feed(struct tf_xml *xml, struct tf_str bytes)
{
    if (!xml->begun && bytes.len > 0)
        TF_TRY(feed_first(xml, &bytes));
    while (bytes.len > 0) {
        size_t len = bytes.len < FEED_BYTES ? bytes.len : FEED_BYTES;
        xml->fed += len; /* before they are parsed: tf_xml_consumed is asked meanwhile */
        (void)xmlParseChunk(xml->context, bytes.ptr, (int)len, 0);
        bytes.ptr += len;
        bytes.len -= len;
        hold(xml);
        TF_TRY(verdict(xml));
    }
    return TF_OK;
}

enum tf_err tf_xml_end(struct tf_xml *xml)
{
    if (!xml->begun)
        TF_TRY(begin_with(xml, (struct tf_str){xml->first, xml->fed}));
    (void)xmlParseChunk(xml->context, NULL, 0, 1);
    TF_TRY(verdict(xml));
    if (!xml->complete) /* libxml2 leaves a document at the first byte that it cannot convert, and calls it well-formed */
        xml->fault = (struct tf_xml_fault){TF_E_XML, (uint32_t)xml->context->input->line, detail_of(XML_ERR_INVALID_ENCODING)};
    return xml->fault.err;
}

struct tf_xml_fault tf_xml_fault(const struct tf_xml *xml)
{
    return xml->fault;
}

size_t tf_xml_consumed(const struct tf_xml *xml)
{
    const xmlParserInput *input = xml->context->input;
    size_t waiting = input != NULL && input->end > input->cur ? (size_t)(input->end - input->cur) : 0;
    return xml->fed > waiting ? xml->fed - waiting : 0;
}
