/* The keys of a store that records of other partitions add to as well (share.h): what is asked of the others, and what they are told. */
#ifndef TAXFLOW_STATE_SHARES_H
#define TAXFLOW_STATE_SHARES_H

#include "taxflow/share.h"
#include "taxflow/state.h"

/**
 * The keys of an event that are shared, to be written and read; tf_state_judge takes in what was found. NULL: it has none, or the arena is full.
 * Thread  any, while nobody judges the question.   Cost  O(keys).
 */
struct tf_share_set *tf_state_shares(struct tf_state_question *question, struct tf_arena *arena);
/**
 * Once the set was read: add the keys that its rules go on to from there (tf_fraud_key.leads). Their answers may lead on in turn.
 * Thread  as above.   Cost  one judgement of those rules.
 */
void tf_state_follow(struct tf_state_question *question, struct tf_arena *arena);
/**
 * All that stands under shared keys: up to most rows from *cursor on, which is 0 at first; between batches. Returns how many, 0 at the end.
 * Event ids are the store's.   Cost  O(rows and the keys passed).
 */
size_t tf_state_shared(const struct tf_state *state, uint64_t *cursor, struct tf_share_row *rows, size_t most);
/** Whether there is anybody to tell of what follows; at first there is not. */
void tf_state_note_withdrawn(struct tf_state *state, bool wanted);
/**
 * Contributions that do not count any more since the last commits: of a revision that an amendment replaced, or that came too late. They stay
 * until tf_state_withdrawn_done; an abort takes back what the batch added.
 */
size_t tf_state_withdrawn(const struct tf_state *state, const struct tf_share_row **ret_rows);
void tf_state_withdrawn_done(struct tf_state *state);

#endif
