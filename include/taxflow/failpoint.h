/*
 * Named points where a test build ends or stops the process: TAXFLOW_FAILPOINT="after-claim:exit,after-commit:stop@3".
 * Builds without TAXFLOW_FAILPOINTS hold none of it.
 */
#ifndef TAXFLOW_FAILPOINT_H
#define TAXFLOW_FAILPOINT_H

#include "taxflow/str.h"

/*
 * X(identifier, "name"): one after each step of a batch, and one inside each restore, of claims and of state. The environment lists
 * name:action[@n], separated by commas; n is the pass at which it happens, 1 when absent.
 *   exit   the process is gone at once, as by kill -9
 *   abort  SIGABRT
 *   stop   SIGSTOP: whoever lets it go on sees a process that slept through its time-outs
 */
#define TF_FAILPOINT_TABLE(X)             \
    X(AFTER_POLL, "after-poll")           \
    X(AFTER_ATTEMPT, "after-attempt")     \
    X(AFTER_DECODE, "after-decode")       \
    X(AFTER_CLAIM, "after-claim")         \
    X(AFTER_EVALUATE, "after-evaluate")   \
    X(AFTER_ENCODE, "after-encode")       \
    X(AFTER_PUBLISH, "after-publish")     \
    X(AFTER_FLUSH, "after-flush")         \
    X(AFTER_CONFIRM, "after-confirm")     \
    X(AFTER_COMMIT, "after-commit")       \
    X(AFTER_CHECKPOINT, "after-checkpoint") \
    X(IN_RESTORE, "in-restore")           \
    X(IN_STATE_RESTORE, "in-state-restore")

enum tf_failpoint {
#define X(identifier, name) TF_FAILPOINT_##identifier,
    TF_FAILPOINT_TABLE(X)
#undef X
    TF_FAILPOINT_COUNT
};

#ifdef TAXFLOW_FAILPOINTS
/** Pass a point. A point or action that the environment names and nobody knows ends the process with a message. Thread any. */
void tf_failpoint_pass(enum tf_failpoint point);
/** A record is looked into: one that holds the text of TAXFLOW_FAILPOINT_POISON ends the process, as a bug of the decoder's would. */
void tf_failpoint_look_into(struct tf_str record);
#else
static inline void tf_failpoint_pass(enum tf_failpoint point) { (void)point; }
static inline void tf_failpoint_look_into(struct tf_str record) { (void)record; }
#endif

#endif
