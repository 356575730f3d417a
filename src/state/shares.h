/* Windows with what other partitions hold under a key. */
#ifndef TAXFLOW_STATE_SHARES_INTERNAL_H
#define TAXFLOW_STATE_SHARES_INTERNAL_H

#include "state_internal.h"

/**
 * A window of the store together with what was found elsewhere: each record once, in its highest revision, the question's own left out, in the
 * order of time and event id. What is of our partitions, or of a record that stands in the store, is the store's to tell.
 *
 * state  NULL: what was found counts whoever it is of
 * share  NULL: the window as it is
 * Returns the window itself where nothing is added to it; where the arena is full too, and *ret_full says so.
 */
struct tf_fraud_window tf_shares_merge(const struct tf_state *state, const struct tf_state_question *question, struct tf_fraud_window window,
                                       const struct tf_share *share, struct tf_arena *arena, bool *ret_full);

#endif
