/* The answer of ZRANGE, straight into an arena: hiredis's reader calls functions of ours, so no member is an object of its own. */
#ifndef TF_DEDUP_REDIS_MEMBERS_H
#define TF_DEDUP_REDIS_MEMBERS_H

#include "redis_connection.h"
#include "taxflow/share.h"

struct tf_redis_members {
    struct tf_arena *arena;
    struct tf_share_entry *entries; /* those that are ours and could be read */
    size_t count;
    size_t told;                    /* members the answer had */
    bool full;                      /* the arena: the last of them are missing */
    /* While it is read. */
    size_t capacity;
    int type;
    char error[256];
    size_t error_len;
};

/**
 * The next answer, which has to be an array of strings.
 * Returns as tf_redis_connection_reply. After a failure the connection can only be closed.
 */
enum tf_err tf_redis_members_next(struct tf_redis_connection *connection, struct tf_redis_members *members, struct tf_fault *fault) TF_MUST_CHECK;

#endif
