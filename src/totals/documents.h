/* The documents in their temporary file. */
#ifndef TF_DOCUMENTS_H
#define TF_DOCUMENTS_H

#include <stdio.h>

#include "taxflow/compare.h"

/* What a document adds to one group. Rows of a document stand together. */
struct tf_document_row {
    struct tf_sum net, vat;
    uint64_t document, place;
    int64_t recorded_ms; /* 0: not known */
    int32_t point, issued; /* days; TF_DATE_UNKNOWN: none */
    uint32_t group;
    uint16_t why;
    uint8_t direction;
};

/** All of a document but its entries and place. why  as for tf_documents_add. */
void tf_documents_head(const struct tf_event *event, const struct tf_vat_added *added, unsigned why, struct tf_document_row *ret_row);
/** Keep a row for each entry; head's members of entries are used for that. TF_E_IO. */
enum tf_err tf_documents_put(struct tf_documents *documents, struct tf_document_row *head, const struct tf_vat_entry *entries, size_t count) TF_MUST_CHECK;
/** Whether another document took a document's place. */
bool tf_documents_is_replaced(const struct tf_documents *documents, uint64_t number);
/** Before the first of a reading: go back to the first row. TF_E_IO. */
enum tf_err tf_documents_rewind(struct tf_documents *documents) TF_MUST_CHECK;
/** The next row; *ret_more false behind the last. TF_E_IO. */
enum tf_err tf_documents_next(struct tf_documents *documents, struct tf_document_row *ret_row, bool *ret_more) TF_MUST_CHECK;

#endif
