/* What an audit adds up, from run to run: sums, documents and return records in the store of --state. */
#ifndef TF_REPORT_KEPT_TOTALS_H
#define TF_REPORT_KEPT_TOTALS_H

#include "taxflow/batch.h"
#include "taxflow/compare.h"
#include "taxflow/store.h"

/* A zero one keeps nothing. */
struct tf_kept {
    struct tf_store *store;       /* borrowed; NULL: there is none */
    bool read_only;
    uint64_t documents;           /* highest number of earlier runs */
    struct tf_buf effect, about;  /* of the document that is put */
    struct tf_vat_entry *entries; /* of the document that was asked for */
    size_t entries_capacity;
    struct tf_fault fault;        /* of the first failure while records were judged; no text: there was none */
};

void tf_kept_finish(struct tf_kept *kept);
/** Sums and return records of earlier runs, before those of this one. TF_E_VALUE, TF_E_TOO_MANY, TF_E_IO, TF_E_MEMORY. */
enum tf_err tf_kept_recall(struct tf_kept *kept, struct tf_vat_sums *sums, struct tf_declared *declared, struct tf_fault *fault) TF_MUST_CHECK;
/** Their documents, for sums that were declared. As above. */
enum tf_err tf_kept_documents(struct tf_kept *kept, const struct tf_vat_sums *sums, struct tf_documents *documents, struct tf_fault *fault) TF_MUST_CHECK;
/** Put a document of this run. why  as for tf_documents_add. A fault is kept. */
enum tf_err tf_kept_add(struct tf_kept *kept, const struct tf_item *item, struct tf_hash16 identity, const struct tf_vat_added *added, unsigned why)
    TF_MUST_CHECK;
/** Put sums and return records of this run. */
enum tf_err tf_kept_keep(struct tf_kept *kept, const struct tf_vat_sums *sums, const struct tf_declared *declared, struct tf_fault *fault) TF_MUST_CHECK;

/* Places of documents that earlier runs had: above all ranks of files. */
#define TF_KEPT_EARLIER (UINT64_C(1) << 63)
static inline bool tf_kept_is_earlier(uint64_t place) { return (place & TF_KEPT_EARLIER) != 0; }
/* What is known of such a document; views of the store's, until the next is asked for. file "" and line 0 where its claim was forgotten. */
struct tf_kept_record {
    struct tf_str number, date, counterparty, id;
    const char *file;
    uint64_t line;
};
enum tf_err tf_kept_record(struct tf_kept *kept, uint64_t place, struct tf_kept_record *ret_record, struct tf_fault *fault) TF_MUST_CHECK;

#endif
