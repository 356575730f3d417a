/*
 * Alerts to a receiver of people: rows of taxflow.fraud that review or block, each posted until the receiver takes it. How far that is
 * stands in Kafka as the offsets of the group PREFIX.webhook, written after the receiver's 2xx: an alert may come twice, with the same id,
 * and none is lost. The first time it begins with what is judged from then on.
 */
#ifndef TF_WEBHOOK_H
#define TF_WEBHOOK_H

#include "taxflow/roles.h"

struct tf_webhook;

/** Read the secret and start a thread of its own. Returns TF_OK, with NULL where monitor.webhook_url is empty; TF_E_CONFIG; TF_E_MEMORY; TF_E_LIMIT. */
enum tf_err tf_webhook_start(struct tf_role_run *run, struct tf_webhook **ret_webhook, struct tf_fault *fault) TF_MUST_CHECK;
/** Ends the thread, within the 5 s that a try may take. NULL is fine. Returns NULL. */
struct tf_webhook *tf_webhook_stop(struct tf_webhook *webhook);

/** Whether a result row asks for an alert. Pure. */
bool tf_webhook_wants(struct tf_str row, bool block_only);
/** How long to wait before a try: failures so far (1 and more), and what the receiver asked for (-1: nothing). 0.5 s growing to 60 s. Pure. */
int64_t tf_webhook_wait_ms(uint32_t failures, int64_t retry_after_ms);

#endif
