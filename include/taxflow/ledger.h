/*
 * What is done and who owns it: owner values, claims of a batch, checkpoints after commits.
 * A claim tells a redelivery (must be processed) from a re-submission (must not): see README "Guarantees".
 */
#ifndef TAXFLOW_LEDGER_H
#define TAXFLOW_LEDGER_H

#include "taxflow/batch.h"
#include "taxflow/dedup.h"

/* An owner value, 29 bytes, big-endian: version u8 = 1, partition u32, offset u64, record timestamp ms i64, body hash 8 bytes. */
struct tf_owner {
    uint32_t partition;
    int64_t offset;
    int64_t timestamp_ms;
    uint8_t body_hash[8];
};
void tf_owner_encode(const struct tf_owner *owner, uint8_t out[TF_EVENT_OWNER_BYTES]);
/** False for an unknown version. */
bool tf_owner_decode(const uint8_t bytes[TF_EVENT_OWNER_BYTES], struct tf_owner *ret_owner);

struct tf_ledger;

/** role: "tax", "fraud", "audit"; dedup is borrowed. */
struct tf_ledger *tf_ledger_create(struct tf_dedup *dedup, const char *role);
struct tf_ledger *tf_ledger_destroy(struct tf_ledger *ledger);
/**
 * Decide every decoded item of the batch whose outcome is PENDING:
 *   nobody or I own it            PROCESS
 *   another owns it, same hash    DUPLICATE (item->other says who)
 *   another owns it, other hash   DEAD, TF_E_CONFLICT
 * Counts claims_total{role,result}.
 * An item with a problem keeps its outcome; item->owner is filled for the others.
 * Returns as tf_dedup_claim; TF_E_CONFIG also when an owner value has a version this program does not know; TF_E_MEMORY. Outcomes
 * are untouched on failure.  Thread the role's.  Cost  one round trip for each 4,096 items.
 */
enum tf_err tf_ledger_claim(struct tf_ledger *ledger, struct tf_batch *batch, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * After a commit: for each partition of the batch one checkpoint, key ck:<role>:<partition>, value = result offset u64 and
 * highest input offset committed u64, big-endian; one pipeline. The keys do not expire: a partition may lie idle for longer than
 * the window.
 * result_offset  asked for each partition: offset up to which the role's results are known to be claimed; -1 = unknown, kept as
 *                all ones.
 * Returns as tf_dedup_put_all; TF_E_MEMORY.
 */
enum tf_err tf_ledger_checkpoint(struct tf_ledger *ledger, const struct tf_batch *batch, int64_t (*result_offset)(void *self, uint32_t partition),
                                 void *self, struct tf_fault *fault) TF_MUST_CHECK;

#endif
