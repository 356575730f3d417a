/* When records are judged, for rules that wait for what may be under way: told by the role's thread, read by its workers. */
#ifndef TF_MOMENTS_H
#define TF_MOMENTS_H

#include <stdatomic.h>

#include "memory/state_log.h"

struct tf_moments {
    _Atomic uint64_t latest; /* 0: never told */
};

/** The batches to come are judged from now on, and whether records of our partitions wait behind them. Between two batches, on the role's thread. */
void tf_moments_tell(struct tf_moments *moments, const struct tf_state_log *log);
/** What was told last; all 0 before. Any thread. */
struct tf_fraud_moment tf_moments_latest(const struct tf_moments *moments);

#endif
