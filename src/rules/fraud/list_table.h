/* The entries of one list: a hash table with open addressing, 32 bytes a place, three quarters full at most. */
#ifndef TAXFLOW_RULES_FRAUD_LIST_TABLE_H
#define TAXFLOW_RULES_FRAUD_LIST_TABLE_H

#include "taxflow/err.h"
#include "taxflow/hash.h"

struct tf_list_entry {
    struct tf_hash16 hash;
    int64_t until_ms;   /* the first moment at which it no longer holds; INT64_MAX: it always does; INT64_MIN: an empty place */
    const char *reason; /* NULL: none was given */
};

struct tf_list_table {
    struct tf_list_entry *places;
    size_t capacity, count;
};

/** Add an entry, over one with the same hash. TF_OK; TF_E_MEMORY, and nothing has changed. Amortised O(1). */
enum tf_err tf_list_table_put(struct tf_list_table *table, const struct tf_list_entry *entry) TF_MUST_CHECK;
/** Give back what growing took too much. */
void tf_list_table_fit(struct tf_list_table *table);
/** NULL when there is none. O(1). */
const struct tf_list_entry *tf_list_table_find(const struct tf_list_table *table, struct tf_hash16 hash);
void tf_list_table_finish(struct tf_list_table *table);

#endif
