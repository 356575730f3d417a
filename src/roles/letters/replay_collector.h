/* Letters of the collector: what it could not read may be readable now, and goes in as a new event. */
#ifndef TF_REPLAY_COLLECTOR_H
#define TF_REPLAY_COLLECTOR_H

#include "taxflow/letters.h"

struct tf_replay_collector;

/** Opens nothing yet. totals: told why letters are refused for want of the key; borrowed. NULL when memory ran out. */
struct tf_replay_collector *tf_replay_collector_create(struct tf_process *process, struct tf_replay_totals *totals);
struct tf_replay_collector *tf_replay_collector_destroy(struct tf_replay_collector *collector);
/**
 * Read the record again and hand it to the feed as the collector would: same key, same identity, so a second one is a duplicate.
 * dry_run: only read it. On TF_OK with TF_REPLAY_SENT the receipt's ticket is to be waited for.
 * Returns TF_OK and what became of it; TF_E_FULL, TF_E_LIMIT: confirm the window, reset and try again; TF_E_UNAVAILABLE; TF_E_MEMORY.
 */
enum tf_err tf_replay_collector_send(struct tf_replay_collector *collector, const struct tf_letter *letter, bool dry_run,
                                     struct tf_receipt *ret_receipt, enum tf_replay_refusal *ret_refusal) TF_MUST_CHECK;
/** Forget the memory of the records sent; their tickets are done. */
void tf_replay_collector_reset(struct tf_replay_collector *collector);

#endif
