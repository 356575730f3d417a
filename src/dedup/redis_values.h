/* Single values by key: SET and GET, many in one pipeline, with a bounded number of commands on their way. */
#ifndef TF_DEDUP_REDIS_VALUES_H
#define TF_DEDUP_REDIS_VALUES_H

#include "redis_connection.h"
#include "redis_keyspace.h"
#include "taxflow/dedup.h"

/* Commands on their way at most: what is written for them stays under a quarter of a megabyte where keys and values are short. */
enum { TF_REDIS_VALUES_CHUNK = 1024 };

/** As tf_dedup_put_all. Cost: one round trip for each TF_REDIS_VALUES_CHUNK pairs. */
enum tf_err tf_redis_values_put(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, const struct tf_dedup_pair *pairs,
                                size_t count, bool expires, struct tf_fault *fault) TF_MUST_CHECK;
/** As tf_dedup_get_all. Cost: one round trip for each TF_REDIS_VALUES_CHUNK suffixes. */
enum tf_err tf_redis_values_get(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, const struct tf_str *suffixes,
                                size_t count, void (*visit)(void *self, size_t number, struct tf_str value), void *self, struct tf_fault *fault)
    TF_MUST_CHECK;

#endif
