/* Which of some amounts add up to a sum: bounded, exact, and said to be no more than a candidate. Pure. */
#ifndef TF_EXPLAIN_H
#define TF_EXPLAIN_H

#include "taxflow/compare.h"

struct tf_explain_item {
    int64_t effect; /* minor units; 0 is passed over */
    unsigned why;   /* 0: nothing particular; these come behind the others */
};

enum { TF_EXPLAIN_PICKS_MAX = 32 };
struct tf_explanation {
    enum tf_explained explained;
    unsigned mask;
    bool ambiguous;
    size_t picks[TF_EXPLAIN_PICKS_MAX], count; /* places in the items; none for TF_EXPLAINED_WHY */
};

/**
 * particular  how many of the items come first and have a why.
 * Tried in this order: one particular item; all items with some particularities, fewest first; a subset of the particular ones (28 at most); any one;
 * any two; any three (of 600 at most).
 * Returns TF_OK; TF_E_MEMORY.   Cost  O(n log n), and below 10 ms for subsets and threes.
 */
enum tf_err tf_explain(const struct tf_explain_item *items, size_t count, size_t particular, int64_t sum, struct tf_explanation *ret_explanation)
    TF_MUST_CHECK;

#endif
