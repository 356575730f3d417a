#include "redis_keyspace.h"

#include <inttypes.h>
#include <stdio.h>

enum tf_err tf_redis_keyspace_init(struct tf_redis_keyspace *keyspace, const char *prefix, const char *generation, int64_t window_s,
                                   struct tf_fault *fault)
{
    int length = snprintf(keyspace->prefix, sizeof keyspace->prefix, "%s:%s:", prefix, generation);
    if (!*generation || length < 0 || (size_t)length >= sizeof keyspace->prefix)
        return tf_fault_set(fault, TF_E_CONFIG, "topic prefix and generation must fill 1 to %d bytes; shorten kafka.topic_prefix",
                            TF_REDIS_KEYSPACE_PREFIX_MAX);
    keyspace->prefix_len = (size_t)length;
    snprintf(keyspace->window_ms, sizeof keyspace->window_ms, "%" PRId64, window_s * 1000);
    return TF_OK;
}

enum tf_err tf_redis_suffix_check(struct tf_str suffix, struct tf_fault *fault)
{
    if (suffix.len > 0 && suffix.len <= TF_REDIS_SUFFIX_MAX)
        return TF_OK;
    return tf_fault_set(fault, TF_E_LIMIT, "a key for Redis has %zu bytes after the generation; 1 to %d are allowed", suffix.len, TF_REDIS_SUFFIX_MAX);
}

enum tf_err tf_redis_key_make(const struct tf_redis_keyspace *keyspace, struct tf_str suffix, struct tf_redis_key *key, struct tf_fault *fault)
{
    TF_TRY(tf_redis_suffix_check(suffix, fault));
    memcpy(key->bytes, keyspace->prefix, keyspace->prefix_len);
    memcpy(key->bytes + keyspace->prefix_len, suffix.ptr, suffix.len);
    key->len = keyspace->prefix_len + suffix.len;
    return TF_OK;
}
