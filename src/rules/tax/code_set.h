/* A set of short codes, asked far more often than made: an open hash over their characters. */
#ifndef TAXFLOW_RULES_TAX_CODE_SET_H
#define TAXFLOW_RULES_TAX_CODE_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "taxflow/str.h"

struct tf_code_slot {
    uint64_t hash;
    uint32_t start, len; /* in joined; len 0: free */
};

/* Zero is the empty set that codes are added to. After tf_code_set_finish it only answers. */
struct tf_code_set {
    char *joined; /* " A B C " */
    size_t joined_len, joined_cap;
    uint32_t count;
    struct tf_code_slot *slots;
    uint32_t mask;
};

/** Add a code (not empty, without blanks); one that is there already may be added again. False when memory ran out. */
bool tf_code_set_add(struct tf_code_set *set, struct tf_str code);
/** Make the set answer. False when memory ran out. Cost O(codes). */
bool tf_code_set_finish(struct tf_code_set *set);
/** Free what the set holds; it is empty again. */
void tf_code_set_clear(struct tf_code_set *set);
/** Whether a code is in a finished set. Cost O(bytes of the code). */
bool tf_code_set_has(const struct tf_code_set *set, struct tf_str code);
/** All codes with one blank around each. */
static inline struct tf_str tf_code_set_joined(const struct tf_code_set *set) { return (struct tf_str){set->joined, set->joined_len}; }

#endif
