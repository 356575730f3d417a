/* From a hash of 16 bytes to a number: what finds accounts, parties and series. */
#ifndef TAXFLOW_IMPORT_SAFT_TABLE_H
#define TAXFLOW_IMPORT_SAFT_TABLE_H

#include "taxflow/err.h"
#include "taxflow/hash.h"

#define TF_SAFT_NOWHERE UINT32_MAX

struct tf_saft_table {
    struct {
        struct tf_hash16 key;
        uint32_t value;
    } * slots;                /* value TF_SAFT_NOWHERE: free */
    size_t slots_count, used; /* a power of two, or 0 */
};

void tf_saft_table_finish(struct tf_saft_table *table);
/** The value of a key; TF_SAFT_NOWHERE when there is none. O(1). */
uint32_t tf_saft_table_find(const struct tf_saft_table *table, struct tf_hash16 key);
/** Put a key that is not there yet; false when memory ran out. value: not TF_SAFT_NOWHERE. O(1). */
bool tf_saft_table_put(struct tf_saft_table *table, struct tf_hash16 key, uint32_t value) TF_MUST_CHECK;

#endif
