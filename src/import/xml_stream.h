/* An XML file element by element, in bounded memory: no DTD, no entities but the five of XML, nothing from the network. Names are local names. */
#ifndef TAXFLOW_IMPORT_XML_STREAM_H
#define TAXFLOW_IMPORT_XML_STREAM_H

#include "taxflow/err.h"
#include "taxflow/str.h"

enum {
    TF_XML_STREAM_PATH_BYTES = 512,      /* of all names from the root on */
    TF_XML_STREAM_TEXT_BYTES = 64 * 1024, /* of one element's text; what is longer is cut, and said so */
};

struct tf_xml_stream;

enum tf_xml_step { TF_XML_BEGIN, TF_XML_END, TF_XML_DONE };

/** Begin a file, packed with gzip or not. TF_OK; TF_E_IO, TF_E_MEMORY. fd: the caller's, at its beginning. */
enum tf_err tf_xml_stream_open(int fd, const char *name, struct tf_xml_stream **ret_stream, struct tf_fault *fault) TF_MUST_CHECK;
struct tf_xml_stream *tf_xml_stream_close(struct tf_xml_stream *stream);
/**
 * The next beginning or end of an element. Returns TF_OK; TF_E_XML with line and reason, TF_E_TOO_BIG for text or depth past the limits.
 * Cost  O(bytes passed).
 */
enum tf_err tf_xml_stream_next(struct tf_xml_stream *stream, enum tf_xml_step *ret_step, struct tf_fault *fault) TF_MUST_CHECK;
/** Path of the element that began or ends: "Document/CstmrCdtTrfInitn/PmtInf". */
struct tf_str tf_xml_stream_path(const struct tf_xml_stream *stream);
/** Whether the path ends with these names: "PmtInf/PmtInfId". */
bool tf_xml_stream_at(const struct tf_xml_stream *stream, const char *tail);
/** At an end: the element's own text without white space around it, up to the next call. */
struct tf_str tf_xml_stream_text(const struct tf_xml_stream *stream);
/** The same with its white space: of an element that holds a character, which may be a tab. */
struct tf_str tf_xml_stream_raw(const struct tf_xml_stream *stream);
/** Let a document type be named, as those of a format that has one do: it is not read, and one with declarations inside is refused. */
void tf_xml_stream_let_doctype(struct tf_xml_stream *stream);
/** At a beginning: an attribute without a prefix; absent when there is none. Up to the next call. */
struct tf_str tf_xml_stream_attribute(struct tf_xml_stream *stream, const char *name);
/** Line of the element, from 1. */
uint64_t tf_xml_stream_line(const struct tf_xml_stream *stream);

#endif
