#include "xml_stream.h"

#include <libxml/xmlreader.h>
#include <stdlib.h>
#include <string.h>

#include "packed.h"

enum { DEPTH_MAX = 64 };

struct tf_xml_stream {
    struct tf_packed packed;
    xmlTextReaderPtr reader;
    const char *name;
    char error[160];                         /* of the first fault of form */
    char path[TF_XML_STREAM_PATH_BYTES];
    size_t ends[DEPTH_MAX];                  /* length of the path at each depth */
    size_t depth;
    char text[TF_XML_STREAM_TEXT_BYTES];
    size_t text_len;
    xmlChar *attribute;
    bool doctype;                            /* one may be named */
    bool closing;                            /* an empty element's end is still to be told */
    bool ended;                              /* the last step was an end: the element is still in the path */
};

/* The first fault is the cause; messages of the library may quote the text, so only its place is kept. */
static void take_error(void *context, const char *message, xmlParserSeverities severity, xmlTextReaderLocatorPtr locator)
{
    struct tf_xml_stream *stream = context;
    (void)message;
    (void)severity;
    if (!stream->error[0])
        snprintf(stream->error, sizeof stream->error, "line %d: the text is no well-formed XML", xmlTextReaderLocatorLineNumber(locator));
}

enum tf_err tf_xml_stream_open(int fd, const char *name, struct tf_xml_stream **ret_stream, struct tf_fault *fault)
{
    struct tf_xml_stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        return TF_E_MEMORY;
    stream->name = name;
    if (tf_packed_open(&stream->packed, fd) == TF_OK)
        stream->reader = xmlReaderForIO(tf_packed_read, NULL, &stream->packed, NULL, NULL, XML_PARSE_NONET | XML_PARSE_COMPACT);
    if (!stream->reader) {
        tf_xml_stream_close(stream);
        return tf_fault_set(fault, TF_E_MEMORY, "%s: memory ran out", name);
    }
    xmlTextReaderSetErrorHandler(stream->reader, take_error, stream);
    *ret_stream = stream;
    return TF_OK;
}

struct tf_xml_stream *tf_xml_stream_close(struct tf_xml_stream *stream)
{
    if (!stream)
        return NULL;
    xmlFree(stream->attribute);
    xmlFreeTextReader(stream->reader);
    tf_packed_close(&stream->packed);
    free(stream);
    return NULL;
}

static enum tf_err refuse(const struct tf_xml_stream *stream, enum tf_err err, const char *why, struct tf_fault *fault)
{
    return tf_fault_set(fault, err, "%s: line %d: %s", stream->name, xmlTextReaderGetParserLineNumber(stream->reader), why);
}

static enum tf_err push(struct tf_xml_stream *stream, struct tf_fault *fault)
{
    const char *name = (const char *)xmlTextReaderConstLocalName(stream->reader);
    size_t len = stream->depth > 0 ? stream->ends[stream->depth - 1] : 0, more = strlen(name) + (len > 0);
    if (stream->depth == DEPTH_MAX || len + more >= sizeof stream->path)
        return refuse(stream, TF_E_TOO_BIG, "elements nest deeper than in any of these formats", fault);
    if (len > 0)
        stream->path[len++] = '/';
    memcpy(stream->path + len, name, strlen(name) + 1);
    stream->ends[stream->depth++] = len + strlen(name);
    stream->text_len = 0;
    stream->closing = xmlTextReaderIsEmptyElement(stream->reader) == 1;
    return TF_OK;
}

static void pop(struct tf_xml_stream *stream)
{
    stream->depth--;
    stream->text_len = 0; /* what stands between elements is nobody's text */
    stream->path[stream->depth > 0 ? stream->ends[stream->depth - 1] : 0] = '\0';
}

static enum tf_err add_text(struct tf_xml_stream *stream, struct tf_fault *fault)
{
    const char *text = (const char *)xmlTextReaderConstValue(stream->reader);
    size_t len = text ? strlen(text) : 0;
    if (len > sizeof stream->text - stream->text_len)
        return refuse(stream, TF_E_TOO_BIG, "an element's text passes 64 KiB", fault);
    memcpy(stream->text + stream->text_len, text ? text : "", len);
    stream->text_len += len;
    return TF_OK;
}

static enum tf_err read_node(struct tf_xml_stream *stream, bool *ret_more, struct tf_fault *fault)
{
    int got = xmlTextReaderRead(stream->reader);
    *ret_more = got == 1;
    if (got >= 0 && !stream->error[0] && !stream->packed.problem)
        return TF_OK;
    if (stream->packed.problem)
        return tf_fault_set(fault, TF_E_VALUE, "%s: %s", stream->name, stream->packed.problem);
    return tf_fault_set(fault, TF_E_XML, "%s: %s", stream->name, stream->error[0] ? stream->error : "the text is no well-formed XML");
}

static enum tf_err tell(struct tf_xml_stream *stream, enum tf_xml_step step, enum tf_xml_step *ret_step)
{
    stream->ended = step == TF_XML_END;
    *ret_step = step;
    return TF_OK;
}

/* Entities and the like stand in the brackets of a document type. */
static bool declares(const struct tf_xml_stream *stream)
{
    const xmlNode *type = xmlTextReaderCurrentNode(stream->reader); /* asked for its document, the reader would leave that to us */
    return !type || type->children;
}

/* What one node of the parser's is; TF_E_AGAIN when it is nothing to be told. */
static enum tf_err take_node(struct tf_xml_stream *stream, enum tf_xml_step *ret_step, struct tf_fault *fault)
{
    switch (xmlTextReaderNodeType(stream->reader)) {
    case XML_READER_TYPE_ELEMENT:
        TF_TRY(push(stream, fault));
        return tell(stream, TF_XML_BEGIN, ret_step);
    case XML_READER_TYPE_END_ELEMENT:
        return tell(stream, TF_XML_END, ret_step);
    case XML_READER_TYPE_WHITESPACE:
    case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
        TF_TRY(add_text(stream, fault));
        return TF_E_AGAIN;
    case XML_READER_TYPE_DOCUMENT_TYPE:
        if (stream->doctype && !declares(stream))
            return TF_E_AGAIN;
        return refuse(stream, TF_E_XML, "a document type is declared; none of these formats has one", fault);
    default:
        return TF_E_AGAIN;
    }
}

enum tf_err tf_xml_stream_next(struct tf_xml_stream *stream, enum tf_xml_step *ret_step, struct tf_fault *fault)
{
    bool more = true;
    enum tf_err err = TF_E_AGAIN;
    if (stream->ended)
        pop(stream);
    stream->ended = false;
    if (stream->closing) {
        stream->closing = false;
        return tell(stream, TF_XML_END, ret_step);
    }
    while (err == TF_E_AGAIN) {
        TF_TRY(read_node(stream, &more, fault));
        err = more ? take_node(stream, ret_step, fault) : tell(stream, TF_XML_DONE, ret_step);
    }
    return err;
}

struct tf_str tf_xml_stream_path(const struct tf_xml_stream *stream) { return tf_str_of(stream->path); }

bool tf_xml_stream_at(const struct tf_xml_stream *stream, const char *tail)
{
    size_t len = strlen(stream->path), wanted = strlen(tail);
    if (wanted > len || memcmp(stream->path + len - wanted, tail, wanted) != 0)
        return false;
    return wanted == len || stream->path[len - wanted - 1] == '/';
}

struct tf_str tf_xml_stream_text(const struct tf_xml_stream *stream) { return tf_str_trim((struct tf_str){stream->text, stream->text_len}); }

struct tf_str tf_xml_stream_raw(const struct tf_xml_stream *stream) { return (struct tf_str){stream->text, stream->text_len}; }

void tf_xml_stream_let_doctype(struct tf_xml_stream *stream) { stream->doctype = true; }

struct tf_str tf_xml_stream_attribute(struct tf_xml_stream *stream, const char *name)
{
    xmlFree(stream->attribute);
    stream->attribute = xmlTextReaderGetAttribute(stream->reader, (const xmlChar *)name);
    return stream->attribute ? tf_str_of((const char *)stream->attribute) : TF_STR_NONE;
}

uint64_t tf_xml_stream_line(const struct tf_xml_stream *stream) { return (uint64_t)xmlTextReaderGetParserLineNumber(stream->reader); }
