/* What the files of this room share. */
#ifndef TF_ROLES_INTERNAL_H
#define TF_ROLES_INTERNAL_H

#include "taxflow/log.h"
#include "taxflow/metrics.h"
#include "taxflow/roles.h"
#include "taxflow/trace.h"

#define TF_ROLE(name, ID, help) extern const struct tf_role tf_role_##name;
#include "taxflow/roles.def"
#undef TF_ROLE

/** The configuration as of now; take it once a batch or request. */
static inline const struct tf_config *tf_process_config(struct tf_process *process)
{
    return atomic_load_explicit(&process->config, memory_order_acquire);
}
/** Threads that decode and judge: instance.workers, or one a core, four at most. */
unsigned tf_process_workers(const struct tf_config *config);

/**
 * Learn the generation and open the claims, once for all roles of the process. Waits for Kafka, staying alive for /livez.
 * TF_OK; TF_E_CONFIG (topics missing); a RETRY code when told to stop meanwhile.
 */
enum tf_err tf_process_connect(struct tf_role_run *run) TF_MUST_CHECK;

/** Partitions by which records are placed: the control record's, whatever the topic has; 0 before Kafka was seen. */
uint32_t tf_process_partitions(struct tf_process *process);

/**
 * Look at the topics now, and every second from then on: what no longer fits the control record sets process->stop.
 * TF_E_CONFIG at once when they do not fit now; TF_E_MEMORY; TF_E_LIMIT.
 */
enum tf_err tf_warden_create(struct tf_process *process, struct tf_warden **ret_warden, struct tf_fault *fault) TF_MUST_CHECK;
/** NULL is fine. Returns NULL. */
struct tf_warden *tf_warden_destroy(struct tf_warden *warden);
/** Why it stopped the process, with words; TF_OK when it did not. Thread any. */
enum tf_err tf_warden_verdict(struct tf_warden *warden, struct tf_fault *fault) TF_MUST_CHECK;

/** Publish one heartbeat of a role to taxflow.status, and set the gauges every role has. Never waits. */
void tf_heartbeat_send(struct tf_role_run *run);

struct tf_state_log;
/** Where a judge keeps what it remembers; of tax NULL where it remembers nothing. */
struct tf_state_log *tf_fraud_judge_log(const struct tf_fraud_judge *judge);
struct tf_state_log *tf_tax_judge_log(const struct tf_tax_judge *judge);

/** The main part of a judging role: client, pipeline, loop. judging.c */
enum tf_err tf_judging_run(struct tf_role_run *run, struct tf_judge judge) TF_MUST_CHECK;

#endif
