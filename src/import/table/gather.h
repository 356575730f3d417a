/* Documents whose lines stand in rows of their own, wherever in the file: gathered, their lines put in order, written as one record each. */
#ifndef TAXFLOW_IMPORT_TABLE_GATHER_H
#define TAXFLOW_IMPORT_TABLE_GATHER_H

#include "../import_internal.h"
#include "row.h"

struct tf_gather;

enum tf_gather_part { TF_GATHER_HEAD = 1, TF_GATHER_LINE = 2, TF_GATHER_BOTH = TF_GATHER_HEAD | TF_GATHER_LINE };

struct tf_gather_options {
    const struct tf_map *map;  /* complete; of every row: the same columns in the same places */
    const struct tf_import_options *import;
    const struct tf_import_sink *sink;
    struct tf_import_tally *tally; /* of the file */
    /*
     * Make members of inner columns, once the document is together. A row that holds the head's values alone (line false), or those and a line's.
     * Returns TF_OK, or an error of class DROP with a problem: the document is unreadable. NULL: there is nothing to make.
     */
    enum tf_err (*shape)(void *self, struct tf_row *row, bool line, struct tf_problem *problem);
    void *self;
    const char *no_head, *no_lines; /* words for a document that lacks one of its parts: what to do */
};

/** NULL when memory ran out. The options' pointers are borrowed. */
struct tf_gather *tf_gather_create(const struct tf_gather_options *options);
struct tf_gather *tf_gather_destroy(struct tf_gather *gather);
/** Take a row over. file: its number among those that are read together. Errors of tf_sorter_add. */
enum tf_err tf_gather_add(struct tf_gather *gather, const struct tf_row *row, enum tf_gather_part part, uint32_t file, uint64_t line,
                          struct tf_fault *fault) TF_MUST_CHECK;
/** A row that was refused belongs to a document: what is left of that one is refused too. Rows whose keys could not be read are passed over. */
enum tf_err tf_gather_spoil(struct tf_gather *gather, const struct tf_row *row, uint32_t file, uint64_t line, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Hand on the documents, in the order of their keys. Of members that its rows say differently a document has the least; its lines stand in the order of
 * their numbers, else of their content: neither the order of rows nor of columns changes a record. Rows that stand equal in two files are two copies of
 * one document. A document whose debit is not its credit is a finding (LED-01).
 * Returns TF_OK; what the sink returned; TF_E_IO, TF_E_LIMIT, TF_E_MEMORY.   Cost  O(rows × log rows), memory for 64 MiB of rows and one document.
 */
enum tf_err tf_gather_end(struct tf_gather *gather, struct tf_import_ids *ids, struct tf_fault *fault) TF_MUST_CHECK;

#endif
