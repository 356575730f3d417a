/* Contributions under keys that several partitions share (share.h), in the Redis of the claims. */
#ifndef TAXFLOW_DEDUP_SHARES_H
#define TAXFLOW_DEDUP_SHARES_H

#include "taxflow/dedup.h"
#include "taxflow/share.h"

/** Whether records of other partitions may be judged by other processes: false for a table, whose process sees all there are. */
bool tf_dedup_shares(const struct tf_dedup *dedup);

struct tf_share_call {
    const struct tf_dedup_guard *guard;   /* must hold; NULL: none is asked for */
    struct tf_share_set *const *sets;
    size_t count;
    int64_t slack_ms;                     /* a contribution is kept for its window and this, from the last one under its key on */
    struct tf_arena *arena;               /* for what is found */
    bool away;                            /* out: redis.on_outage = local and Redis is away, so nothing was written and nothing found */
};
/**
 * Write what the sets add and read what stands under their keys, in this order and in one pipeline: of two records that come at once at least
 * one finds the other. Only items from set->read on; it is their count afterwards.
 *
 * PREFIX:GEN:s:<key> is a sorted set: score = event time, member = revision, value, tag, partition, record, event id. So a redelivery writes
 * what is there already, an amendment a member of its own beside the old one, and the newest TF_SHARE_READ_MAX in a window can be read.
 * Where the arena is full the rest is left out, and said to be cut.
 * Returns as tf_dedup_claim_guarded.   Thread  any.   Cost  one round trip for each 4,096 keys; two commands an addition, one a look.
 */
enum tf_err tf_dedup_share(struct tf_dedup *dedup, struct tf_share_call *call, struct tf_fault *fault) TF_MUST_CHECK;
/** Write rows; or take them out, byte for byte as they were written. Thousands in one pipeline. Returns as tf_dedup_put_under. */
enum tf_err tf_dedup_share_write(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, const struct tf_share_row *rows, size_t count,
                                 int64_t slack_ms, struct tf_fault *fault) TF_MUST_CHECK;
enum tf_err tf_dedup_share_remove(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, const struct tf_share_row *rows, size_t count,
                                  struct tf_fault *fault) TF_MUST_CHECK;

#endif
