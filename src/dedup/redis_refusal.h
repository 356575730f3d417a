/* What Redis means by an error reply, and what a person can do about it. */
#ifndef TF_DEDUP_REDIS_REFUSAL_H
#define TF_DEDUP_REDIS_REFUSAL_H

#include "taxflow/err.h"
#include "taxflow/str.h"

/**
 * Classify the text of an error reply ("OOM command not allowed…").
 *
 * server  its name, for the words.
 * Returns TF_E_UNAVAILABLE where waiting may help (unknown texts too), TF_E_CONFIG where a person must act. The reply's own
 * text is never repeated beyond its first word: Redis quotes arguments in some, a password among them.
 */
enum tf_err tf_redis_refusal_read(const char *server, struct tf_str text, struct tf_fault *fault) TF_MUST_CHECK;

#endif
