/* How often a content was met in a file: what tells two equal rows of it apart. */
#ifndef TAXFLOW_IMPORT_OCCURRENCE_H
#define TAXFLOW_IMPORT_OCCURRENCE_H

#include "taxflow/hash.h"

struct tf_occurrences {
    struct { uint64_t hash; uint64_t count; } *slots; /* count 0: free */
    size_t slots_count, used;                         /* a power of two, or 0 */
};

void tf_occurrences_finish(struct tf_occurrences *occurrences);
/** Count a content once more. Returns which occurrence it is, from 1; 0 when memory ran out. O(1). */
uint64_t tf_occurrences_count(struct tf_occurrences *occurrences, struct tf_hash16 content);

#endif
