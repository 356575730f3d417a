/*
 * Rules that fire too often to be believed. A rule whose live hits are more than a set share of the last records it was asked about, in
 * one lane, stops alerting; its hits stay in the rows as muted and count nothing. It comes back by itself once the share has fallen to
 * half. Everything is counted in the order of records, never by a clock, so that a second run over the same records mutes the same hits.
 *
 * A lane is a partition, or all files of a run together. Counts are of the last over / 2 to over records, in two halves. What a batch
 * counted is staged until its commit. One thread.
 */
#ifndef TF_BREAKER_H
#define TF_BREAKER_H

#include "taxflow/fraud_decision.h"

struct tf_breaker;

/** NULL when memory ran out. The ruleset is borrowed until the next bind. */
struct tf_breaker *tf_breaker_create(const struct tf_fraud_ruleset *ruleset);
struct tf_breaker *tf_breaker_destroy(struct tf_breaker *breaker);
/** Go on with another ruleset: rules that it has as well, in the same version, keep their counts. Between batches. */
void tf_breaker_bind(struct tf_breaker *breaker, const struct tf_fraud_ruleset *ruleset);
/**
 * Count a judged record and mute its hits as the counts say; with *ret_changed the verdict has to be closed again.
 * Returns TF_OK; TF_E_MEMORY; TF_E_LIMIT when the arena is full.   Cost  O(rules asked), some nanoseconds each.
 */
enum tf_err tf_breaker_judge(struct tf_breaker *breaker, uint32_t lane, struct tf_arena *arena, struct tf_fraud_verdict *verdict,
                             bool *ret_changed) TF_MUST_CHECK;
/** Keep what the batch counted. tell is called for each rule that was muted by it, or came back. */
void tf_breaker_commit(struct tf_breaker *breaker, void (*tell)(void *self, uint32_t lane, size_t rule, bool muted), void *self);
/** Forget what the batch counted. */
void tf_breaker_abort(struct tf_breaker *breaker);
/** In how many lanes a rule is muted, as of the last commit. */
uint32_t tf_breaker_muted(const struct tf_breaker *breaker, size_t rule);

/** Whether the batch under way counted in the lane: there is something to write down. */
bool tf_breaker_has(const struct tf_breaker *breaker, uint32_t lane);
/** Append what is counted in a lane, the batch under way included: 25 bytes a rule that was asked. */
void tf_breaker_write(const struct tf_breaker *breaker, uint32_t lane, struct tf_buf *out);
/**
 * Take back what was written; rules that the ruleset does not have are left out. No byte of it is believed.
 * TF_OK; TF_E_VALUE: it is none, and nothing has changed; TF_E_MEMORY.
 */
enum tf_err tf_breaker_read(struct tf_breaker *breaker, uint32_t lane, struct tf_str value) TF_MUST_CHECK;
/** A partition is gone, and its counts with it. */
void tf_breaker_forget(struct tf_breaker *breaker, uint32_t lane);

#endif
