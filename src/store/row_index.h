/* Where the last row of each key stands: an open table that gives places back. */
#ifndef TAXFLOW_STORE_ROW_INDEX_H
#define TAXFLOW_STORE_ROW_INDEX_H

#include "taxflow/store.h"

struct tf_row_place {
    uint8_t key[TF_STORE_KEY_BYTES_MAX]; /* shorter ones end in zeros */
    uint8_t len, stream;
    int64_t sequence; /* 0: free */
};

struct tf_row_index {
    struct tf_row_place *places;
    size_t places_count, used; /* a power of two, or 0 */
};

void tf_row_index_finish(struct tf_row_index *index);
/** Note where a key's row stands; *ret_before: where it stood, 0 = nowhere. False when memory ran out. O(1). */
bool tf_row_index_put(struct tf_row_index *index, unsigned stream, struct tf_str key, int64_t sequence, int64_t *ret_before) TF_MUST_CHECK;
/** Forget a key. Returns where its row stood, 0 = nowhere. O(1). */
int64_t tf_row_index_take(struct tf_row_index *index, unsigned stream, struct tf_str key);

#endif
