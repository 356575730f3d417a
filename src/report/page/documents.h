/* The records that findings rest on: each once, with what it is and where it stands, so that findings can point to it. */
#ifndef TAXFLOW_REPORT_DOCUMENTS_H
#define TAXFLOW_REPORT_DOCUMENTS_H

#include "taxflow/pipeline.h"
#include "taxflow/report_html.h"

enum { TF_ANCHOR_BYTES = 17, TF_DOCUMENTS_MAX = 600, TF_DOCUMENT_NUMBER_BYTES = 64, TF_DOCUMENT_CITED_MAX = 4 };

struct tf_document {
    char anchor[TF_ANCHOR_BYTES];
    char number[TF_DOCUMENT_NUMBER_BYTES]; /* as people know it; "" when it has none, or is not in these files */
    size_t cells, cells_len;               /* of the table, in tf_documents.cells */
    struct { char anchor[TF_ANCHOR_BYTES]; char number[TF_DOCUMENT_NUMBER_BYTES]; } cited[TF_DOCUMENT_CITED_MAX]; /* by these findings */
    uint32_t cited_count;                  /* may pass TF_DOCUMENT_CITED_MAX */
};

struct tf_documents {
    struct tf_files *files;
    struct tf_reader *reader;
    struct tf_arena *arena;
    struct tf_buf cells;
    struct tf_document *items;
    size_t count;
    uint64_t left_out;
};

/** TF_OK; TF_E_MEMORY. finish in any case. */
enum tf_err tf_documents_init(struct tf_documents *documents, struct tf_files *files, const struct tf_config *config) TF_MUST_CHECK;
void tf_documents_finish(struct tf_documents *documents);
/** What points to a record inside the page, from its id: hex. */
void tf_document_anchor(struct tf_str id, char out[TF_ANCHOR_BYTES]);
/** A number, cut between characters to what is kept of one. */
void tf_document_number(struct tf_str number, char out[TF_DOCUMENT_NUMBER_BYTES]);
/**
 * The document with that id, looked up in the files when it is new, and that a finding rests on it. NULL when there are too many.
 * Cost  of a new one reading its record.
 */
const struct tf_document *tf_documents_cite(struct tf_documents *documents, struct tf_str id, const char *by_anchor, const char *by_number);
/** The table of all of them, in the order in which findings name them. */
void tf_documents_write(const struct tf_documents *documents, struct tf_html *html);

#endif
