/* What a reader holds: one a thread, for records and for XML documents. */
#ifndef TAXFLOW_EVENT_READER_H
#define TAXFLOW_EVENT_READER_H

#include "json_tree.h"
#include "taxflow/buf.h"
#include "taxflow/event.h"
#include "xml/xml_reader.h"

enum { TF_READER_SCRATCH_KEPT_MAX = 1024 * 1024 };

struct tf_reader {
    struct tf_json_tree *tree;
    struct tf_xml_reader *xml; /* made when the first document comes */
    struct tf_arena *arena;    /* of the document that is being read */
    struct tf_buf scratch;     /* for strings with escapes, and for the records of documents */
    const struct tf_company *companies;
    size_t companies_count;
    size_t max_record_bytes;
};

#endif
