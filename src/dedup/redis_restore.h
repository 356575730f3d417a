/* What the restore of claims asks of one connection: many writes, a lock, and the step that nothing comes between. */
#ifndef TF_DEDUP_REDIS_RESTORE_H
#define TF_DEDUP_REDIS_RESTORE_H

#include "redis_connection.h"
#include "redis_keyspace.h"

/** As tf_dedup_store. Memory for the commands of a few thousand entries at a time. */
enum tf_err tf_redis_restore_store(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace,
                                   const struct tf_dedup_entry *entries, size_t count, size_t *ret_kept, struct tf_fault *fault) TF_MUST_CHECK;

struct tf_redis_lock {
    struct tf_redis_key key;
    struct tf_str token;
    int64_t ttl_ms;
    bool held;                      /* out */
    char run_id[TF_RUN_ID_BYTES];   /* out */
};
/** As tf_dedup_lock: SET NX PX. */
enum tf_err tf_redis_restore_lock(struct tf_redis_connection *connection, struct tf_redis_lock *lock, struct tf_fault *fault) TF_MUST_CHECK;
/** As tf_dedup_relock: GET, and PEXPIRE where it is ours. */
enum tf_err tf_redis_restore_relock(struct tf_redis_connection *connection, struct tf_redis_lock *lock, struct tf_fault *fault) TF_MUST_CHECK;

/** As tf_dedup_replace. */
enum tf_err tf_redis_restore_replace(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, struct tf_dedup_swap *swap,
                                     struct tf_fault *fault) TF_MUST_CHECK;

struct tf_redis_seal {
    struct tf_redis_key lock, key;
    struct tf_str token, value;
    bool sealed;                    /* out */
};
/** As tf_dedup_seal. */
enum tf_err tf_redis_restore_seal(struct tf_redis_connection *connection, struct tf_redis_seal *seal, struct tf_fault *fault) TF_MUST_CHECK;

#endif
