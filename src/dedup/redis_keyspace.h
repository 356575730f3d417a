/* Where our keys live in Redis, and how long. */
#ifndef TF_DEDUP_REDIS_KEYSPACE_H
#define TF_DEDUP_REDIS_KEYSPACE_H

#include "taxflow/err.h"
#include "taxflow/str.h"

enum { TF_REDIS_KEYSPACE_PREFIX_MAX = 256, TF_REDIS_SUFFIX_MAX = 512 };

struct tf_redis_keyspace {
    char prefix[TF_REDIS_KEYSPACE_PREFIX_MAX + 1]; /* "PREFIX:GEN:" */
    size_t prefix_len;
    char window_ms[24]; /* decimal, for PX */
};

/** "PREFIX:GEN:" of a topic prefix and a generation. TF_E_CONFIG when they do not fill 1 to TF_REDIS_KEYSPACE_PREFIX_MAX bytes. */
enum tf_err tf_redis_keyspace_init(struct tf_redis_keyspace *keyspace, const char *prefix, const char *generation, int64_t window_s,
                                   struct tf_fault *fault) TF_MUST_CHECK;

/** TF_OK for a suffix of 1 to TF_REDIS_SUFFIX_MAX bytes; else TF_E_LIMIT. */
enum tf_err tf_redis_suffix_check(struct tf_str suffix, struct tf_fault *fault) TF_MUST_CHECK;

/* A whole key in the caller's storage. */
struct tf_redis_key {
    char bytes[TF_REDIS_KEYSPACE_PREFIX_MAX + TF_REDIS_SUFFIX_MAX];
    size_t len;
};
/** Put the prefix before a suffix of 1 to TF_REDIS_SUFFIX_MAX bytes; else TF_E_LIMIT. */
enum tf_err tf_redis_key_make(const struct tf_redis_keyspace *keyspace, struct tf_str suffix, struct tf_redis_key *key, struct tf_fault *fault)
    TF_MUST_CHECK;

#endif
