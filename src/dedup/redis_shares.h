/* Shared contributions as sorted sets: ZADD with an expiry, then ZRANGE of the newest in a window, many in one pipeline. */
#ifndef TF_DEDUP_REDIS_SHARES_H
#define TF_DEDUP_REDIS_SHARES_H

#include "redis_connection.h"
#include "redis_keyspace.h"
#include "taxflow/dedup_shares.h"

/*
 * Members that stay under a key, the newest by event time; cut now and then, so some more may stand there. Far more than are read: what comes
 * late reads around its own time.
 */
enum { TF_REDIS_SHARES_KEPT = 4096 };
/* Keys on their way at most, of one record the last ones whole. */
enum { TF_REDIS_SHARES_CHUNK = 4096 };

enum { TF_REDIS_SHARE_HEAD_BYTES = 49, TF_REDIS_SHARE_BYTES_MAX = TF_REDIS_SHARE_HEAD_BYTES + TF_EVENT_ID_BYTES_MAX };
/**
 * A member: version 1, revision, time, value, tag, partition, record, event id; big-endian. Returns its length; 0 for an id that is too long.
 */
size_t tf_redis_share_encode(const struct tf_share_entry *entry, uint8_t out[TF_REDIS_SHARE_BYTES_MAX]);
/** False for a member that is none of ours or of a later version; the id is a view into bytes. */
bool tf_redis_share_decode(struct tf_str bytes, struct tf_share_entry *ret_entry);

/** As tf_dedup_share, on one connection; call->away is not touched. */
enum tf_err tf_redis_shares_run(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace, struct tf_share_call *call,
                                struct tf_fault *fault) TF_MUST_CHECK;
/** As tf_dedup_share_write (removes: as tf_dedup_share_remove). */
struct tf_redis_shares_rows {
    const struct tf_dedup_guard *guard; /* may be NULL */
    const struct tf_share_row *rows;
    size_t count;
    int64_t slack_ms;
    bool removes;
};
enum tf_err tf_redis_shares_rows_run(struct tf_redis_connection *connection, const struct tf_redis_keyspace *keyspace,
                                     const struct tf_redis_shares_rows *call, struct tf_fault *fault) TF_MUST_CHECK;

#endif
