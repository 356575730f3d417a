/* What a judging role remembers across runs: its windows and watermarks as rows of its state topic, and back. */
#ifndef TAXFLOW_ROLES_STATE_LOG_H
#define TAXFLOW_ROLES_STATE_LOG_H

#include "fraud/watermarks.h"
#include "roles_internal.h"

struct tf_state_log;

/*
 * Something else that a role knows of each partition: a row of a kind that has one in a partition. self is the part's own; has: the batch under
 * way changed it; write appends it as the batch leaves it; read: TF_OK, TF_E_VALUE when the value is none, TF_E_MEMORY.
 */
struct tf_state_log_part {
    enum tf_state_row_kind kind;
    void *self;
    bool (*has)(const void *self, uint32_t partition);
    void (*write)(const void *self, uint32_t partition, struct tf_buf *value);
    enum tf_err (*read)(void *self, uint32_t partition, struct tf_str value);
    void (*forget)(void *self, uint32_t partition);
};

/** Keeps state and marks, both borrowed, in a stream. label: the role, for the log. NULL when memory ran out. */
struct tf_state_log *tf_state_log_create(struct tf_process *process, const char *label, enum tf_stream stream, struct tf_state *state,
                                         struct tf_watermarks *marks);
struct tf_state_log *tf_state_log_destroy(struct tf_state_log *log);
/** Keep another part as well; before the first assignment, each kind once. */
void tf_state_log_add(struct tf_state_log *log, const struct tf_state_log_part *part);
/** What a judge's hooks of the same names do (judge.h). keep and close may be called from the threads that judge.h names. */
enum tf_err tf_state_log_keep(struct tf_state_log *log, const struct tf_item *item, const struct tf_state_question *question,
                              struct tf_row_writer *writer) TF_MUST_CHECK;
enum tf_err tf_state_log_close(struct tf_state_log *log, const struct tf_batch *batch, struct tf_row_writer *writer) TF_MUST_CHECK;
void tf_state_log_assigned(struct tf_state_log *log, const struct tf_assignment *assignment);
enum tf_err tf_state_log_restore(struct tf_state_log *log, int64_t budget_ms, struct tf_changelog_progress *ret_progress,
                                 struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Without a broker, where files are judged in one order of event time: there is but one partition, 0, whose rows somebody else keeps. Before the
 * first record and the first tf_state_log_take.
 */
enum tf_err tf_state_log_alone(struct tf_state_log *log) TF_MUST_CHECK;
/** One of those rows, in the order in which they were written. TF_OK; TF_E_FULL: state.max_bytes is too little. */
enum tf_err tf_state_log_take(struct tf_state_log *log, struct tf_str key, struct tf_str value) TF_MUST_CHECK;
/** That was the last one. TF_OK; TF_E_VALUE: rows were none that this version can read. */
enum tf_err tf_state_log_taken(struct tf_state_log *log) TF_MUST_CHECK;
/**
 * How far history may be forgotten: the least of the partitions' newest event times. INT64_MIN, nothing, while one of ours was not seen yet and may
 * hold records: it says nothing of how old they are.
 */
int64_t tf_state_log_slowest(const struct tf_state_log *log);
/** Whether records of a partition of ours wait to be read, as far as is known between two batches; before an assignment they may. O(partitions). */
bool tf_state_log_behind(const struct tf_state_log *log);

#endif
