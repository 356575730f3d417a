/* Which ids are surely not there: a Bloom filter (Bloom 1970) over ids that are hashes already. */
#ifndef TAXFLOW_STORE_FILTER_H
#define TAXFLOW_STORE_FILTER_H

#include "taxflow/hash.h"

struct tf_filter {
    uint64_t *words;
    uint64_t mask; /* bits - 1: a power of two */
};

/** Room for count ids at 16 to 32 bits each: 1 in 400 that are not there passes, at most. False when memory ran out. */
bool tf_filter_init(struct tf_filter *filter, uint64_t count);
void tf_filter_finish(struct tf_filter *filter);
void tf_filter_add(struct tf_filter *filter, struct tf_hash16 id);
/** False: it was never added. */
bool tf_filter_may_have(const struct tf_filter *filter, struct tf_hash16 id);

#endif
