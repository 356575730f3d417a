/* Documents that may be the difference of a declared line. */
#ifndef TF_COMPARE_SEARCH_H
#define TF_COMPARE_SEARCH_H

#include "documents.h"

enum { TF_SEARCH_CANDIDATES_MAX = 20000, TF_SEARCH_NOT_COUNTED = TF_WHY_COPY | TF_WHY_CONFLICT | TF_WHY_REPLACED };

/* A document as it bears on one line. */
struct tf_search_candidate {
    uint64_t document, place;
    unsigned why;
    struct tf_sum net, vat; /* what it makes of the difference */
};

/* Those with something particular, and the others: a list of TF_SEARCH_CANDIDATES_MAX each. */
struct tf_search {
    struct tf_difference *difference;
    struct tf_search_candidate *particular, *plain;
    size_t particulars, plains;
    bool bounded;
    struct tf_suspect suspects[TF_SUSPECTS_MAX];
};

/** NULL lists on false. */
bool tf_search_begin(struct tf_search *search, struct tf_difference *difference);
void tf_search_finish(struct tf_search *search);
/** Note a row that belongs to the line. sign  of its side in the line. TF_E_LIMIT. */
enum tf_err tf_search_row(struct tf_search *search, const struct tf_document_row *row, int sign) TF_MUST_CHECK;
/** All rows were noted: find which may be the difference, and fill that in. TF_E_MEMORY. */
enum tf_err tf_search_explain(struct tf_search *search) TF_MUST_CHECK;
/** Whether a day lies in a line's period. */
static inline bool tf_search_inside(const struct tf_declared_line *line, int32_t day)
{
    return day != TF_DATE_UNKNOWN && day >= line->first && day <= line->last;
}
/** Add the other sum, or take it off where sign is below 0. TF_E_LIMIT. */
static inline enum tf_err tf_search_join(struct tf_sum *sum, const struct tf_sum *other, int sign)
{
    const struct tf_sum negated = tf_sum_negated(other);
    return tf_sum_join(sum, sign < 0 ? &negated : other) ? TF_OK : TF_E_LIMIT;
}

#endif
