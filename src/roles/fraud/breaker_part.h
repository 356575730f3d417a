/* What a breaker counted, as a part of what the role remembers of each partition: the same hits are muted after a restart. */
#ifndef TF_BREAKER_PART_H
#define TF_BREAKER_PART_H

#include "breaker.h"
#include "memory/state_log.h"

/** Borrows the breaker. */
struct tf_state_log_part tf_breaker_part(struct tf_breaker *breaker);

#endif
