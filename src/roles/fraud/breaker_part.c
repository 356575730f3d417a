#include "breaker_part.h"

static bool has(const void *breaker, uint32_t partition)
{
    return tf_breaker_has(breaker, partition);
}

static void write(const void *breaker, uint32_t partition, struct tf_buf *value)
{
    tf_breaker_write(breaker, partition, value);
}

static enum tf_err read(void *breaker, uint32_t partition, struct tf_str value)
{
    return tf_breaker_read(breaker, partition, value);
}

static void forget(void *breaker, uint32_t partition)
{
    tf_breaker_forget(breaker, partition);
}

struct tf_state_log_part tf_breaker_part(struct tf_breaker *breaker)
{
    return (struct tf_state_log_part){TF_STATE_ROW_BREAKER, breaker, has, write, read, forget};
}
