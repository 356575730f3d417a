/* What `validate` says of another program's file as a whole (taxflow/import.h: rules of files): one line, behind those of its documents. */
#ifndef TAXFLOW_CLI_FILE_OPINION_H
#define TAXFLOW_CLI_FILE_OPINION_H

#include "taxflow/buf.h"
#include "taxflow/import.h"
#include "taxflow/json.h"

/* Findings are written down as they come, so that none is kept: what holds for all of them is known at the end only. */
struct tf_file_opinion {
    bool as_json;
    struct tf_buf findings; /* an array, or sentences for people */
    struct tf_json array;
};

/** as_json: the line is a row of conf/schemas/validation.schema.json; else it is for people. Finish it in any case. */
void tf_file_opinion_init(struct tf_file_opinion *opinion, bool as_json);
void tf_file_opinion_finish(struct tf_file_opinion *opinion);
/** Begin anew with another file: what was taken of one that broke off is forgotten. init and end do so too. */
void tf_file_opinion_begin(struct tf_file_opinion *opinion);
/** Take a finding of the file. At most TF_IMPORT_FINDINGS_MAX of a rule come. */
void tf_file_opinion_add(struct tf_file_opinion *opinion, const struct tf_import_finding *finding);
/**
 * Append the line to out, without its end, and begin anew.
 * source  names the file. broken, books: as tf_import_sink.summary has them.
 * ret_valid  whether nothing fatal was found, and everything was checked.
 * Returns TF_OK; TF_E_MEMORY when there is none, or the line is longer than out may be.
 */
enum tf_err tf_file_opinion_end(struct tf_file_opinion *opinion, struct tf_str source, const uint64_t broken[TF_IMPORT_RULES_MAX], enum tf_import_books books,
                                struct tf_buf *out, bool *ret_valid) TF_MUST_CHECK;

#endif
