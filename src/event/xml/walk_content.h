/* The content of an attachment: decoded and hashed piece by piece while it is read, and never kept. */
#ifndef TAXFLOW_EVENT_XML_WALK_CONTENT_H
#define TAXFLOW_EVENT_XML_WALK_CONTENT_H

#include "walk.h"

void tf_walk_content_begin(struct tf_xml_walk *walk);
void tf_walk_content_add(struct tf_xml_walk *walk, struct tf_str text);
/** file: the "file" of a struct tf_attachment. What is no base64 is a finding, and the digest that of what was decoded before. */
enum tf_err tf_walk_content_end(struct tf_xml_walk *walk, void *file) TF_MUST_CHECK;

#endif
