/*
 * Counters of groups, exchanged among the processes of a role through a topic of their own: each writes those of its partitions with its results
 * and follows the others'. A process that has all partitions does neither.
 */
#ifndef TAXFLOW_ROLES_FRAUD_EXCHANGE_H
#define TAXFLOW_ROLES_FRAUD_EXCHANGE_H

#include "roles_internal.h"
#include "taxflow/state_partials.h"

struct tf_exchange;

/** state is borrowed. NULL when memory ran out. */
struct tf_exchange *tf_exchange_create(struct tf_process *process, struct tf_state *state);
struct tf_exchange *tf_exchange_destroy(struct tf_exchange *exchange);
/** Other partitions are ours; before the store drops and restores records. */
void tf_exchange_assigned(struct tf_exchange *exchange, const struct tf_assignment *assignment);
/** Once the store holds our records: read what is there. TF_OK; TF_E_AGAIN: call again soon; TF_E_MEMORY, TF_E_CONFIG, TF_E_UNAVAILABLE. */
enum tf_err tf_exchange_catch_up(struct tf_exchange *exchange, const struct tf_fraud_ruleset *ruleset, int64_t budget_ms,
                                 struct tf_fault *fault) TF_MUST_CHECK;
/** Between batches: take in what has come. Does not wait. */
void tf_exchange_follow(struct tf_exchange *exchange, const struct tf_fraud_ruleset *ruleset);
/** At the end of a batch: write what changed. As tf_row_writer_put. */
enum tf_err tf_exchange_close(struct tf_exchange *exchange, const struct tf_fraud_ruleset *ruleset, const struct tf_batch *batch,
                              struct tf_row_writer *writer) TF_MUST_CHECK;
/** Whether what is found of a group is ours to tell (struct tf_state_look): the process tells that has the partition of its hash. */
bool tf_exchange_tells(const void *exchange, struct tf_hash16 group);

#endif
