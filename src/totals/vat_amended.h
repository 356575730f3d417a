/* Documents that have amendments, and what the newest of each has added: it is taken out when a newer one comes. */
#ifndef TF_VAT_AMENDED_H
#define TF_VAT_AMENDED_H

#include "taxflow/vat_sums.h"

/* What a breakdown holds of totals that the document does not tell. */
struct tf_vat_untold {
    char currency[4];
    struct tf_sum net, vat;
};

/* What a document counted for. */
struct tf_vat_remembered {
    struct tf_hash16 identity;
    bool used, counted, asked; /* asked: whether earlier runs know it */
    uint64_t revision, number;
    struct tf_book totals; /* of the document alone */
    struct tf_vat_untold untold;
    struct tf_vat_entry *entries;
    size_t count;
};

struct tf_vat_amended {
    struct tf_vat_remembered *slots;
    size_t count, capacity;
};

void tf_vat_amended_finish(struct tf_vat_amended *amended);
/** Make a place for an identity. TF_E_MEMORY. */
enum tf_err tf_vat_amended_expect(struct tf_vat_amended *amended, struct tf_hash16 identity) TF_MUST_CHECK;
/** Its place; NULL for one that nobody expects. */
struct tf_vat_remembered *tf_vat_amended_find(const struct tf_vat_amended *amended, struct tf_hash16 identity);

#endif
