/* The newest result of each of some events, read from taxflow.fraud, and findings about groups, from taxflow.fraud.groups. */
#ifndef TF_RULINGS_FIND_H
#define TF_RULINGS_FIND_H

#include "taxflow/rulings.h"

/* What was found of an event. */
struct tf_found {
    struct tf_str event_id;    /* or the id of a finding about a group */
    struct tf_str key, value;  /* of its newest row; absent: there is none. In the arena */
    uint32_t partition;
    bool several;              /* its id stands in several partitions: several senders use it */
};

/**
 * Fill what is found of the events; found is sorted by event_id, each once. arena  receives keys and values.
 * Returns TF_OK, whatever was found; TF_E_TIMEOUT after budget_ms (0: none); TF_E_UNAVAILABLE; TF_E_CONFIG; TF_E_LIMIT; TF_E_MEMORY.
 * Cost  one pass over both topics; memory: the newest rows of the events.
 */
enum tf_err tf_found_read(struct tf_process *process, struct tf_found *found, size_t count, int64_t budget_ms, struct tf_arena *arena,
                          struct tf_fault *fault) TF_MUST_CHECK;
/** The event_id of a result row, or the id of a finding, either of which its row begins with; in out (cap bytes) where it holds escapes. Absent when the row has none, or a longer one. Pure. */
struct tf_str tf_found_event_id(struct tf_str value, char *out, size_t cap);

#endif
