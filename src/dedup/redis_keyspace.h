/* Where our keys live in Redis, and how long. */
#ifndef TF_DEDUP_REDIS_KEYSPACE_H
#define TF_DEDUP_REDIS_KEYSPACE_H

#include "taxflow/str.h"

enum { TF_REDIS_KEYSPACE_PREFIX_MAX = 256 };

struct tf_redis_keyspace {
    char prefix[TF_REDIS_KEYSPACE_PREFIX_MAX + 1]; /* "PREFIX:GEN:" */
    size_t prefix_len;
    char window_ms[24]; /* decimal, for PX */
};

#endif
