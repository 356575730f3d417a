#include "moments.h"

#include "taxflow/clock.h"

enum { MS_PER_MINUTE = 60000, BEHIND = 1 };

void tf_moments_tell(struct tf_moments *moments, const struct tf_state_log *log)
{
    const uint64_t minute = (uint64_t)(tf_clock_wall_ms() / MS_PER_MINUTE) % TF_FRAUD_MINUTES_MAX;
    atomic_store_explicit(&moments->latest, minute << 1 | (tf_state_log_behind(log) ? BEHIND : 0), memory_order_relaxed);
}

struct tf_fraud_moment tf_moments_latest(const struct tf_moments *moments)
{
    const uint64_t latest = atomic_load_explicit(&moments->latest, memory_order_relaxed);
    return (struct tf_fraud_moment){(uint32_t)(latest >> 1), (latest & BEHIND) != 0};
}
