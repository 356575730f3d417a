/* What must be true of a Redis before claims are trusted to it. */
#ifndef TF_DEDUP_REDIS_HANDSHAKE_H
#define TF_DEDUP_REDIS_HANDSHAKE_H

#include "redis_connection.h"

/**
 * AUTH when there is a password, then tf_redis_handshake_verify.
 * Returns as tf_redis_handshake_verify; TF_E_CONFIG also for a password that is refused or missing.
 */
enum tf_err tf_redis_handshake_run(struct tf_redis_connection *connection, struct tf_str password, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Ask for version, run_id, role and eviction policy in one round trip, and keep the run_id.
 * Returns TF_OK; TF_E_CONFIG: older than 7.0 (SET with NX and GET), or a maxmemory-policy that may drop claims silently; where the
 * server's ACL forbids CONFIG the policy is taken on trust. TF_E_UNAVAILABLE: a replica; TF_E_TIMEOUT.
 */
enum tf_err tf_redis_handshake_verify(struct tf_redis_connection *connection, struct tf_fault *fault) TF_MUST_CHECK;

/** Value of "name:value" in the text of INFO; absent when no line has that name. */
struct tf_str tf_redis_handshake_info(struct tf_str info, struct tf_str name);
/** Whether "7.0.15" is 7.0 or newer. */
bool tf_redis_handshake_version_ok(struct tf_str version);

#endif
