/* What a judging role remembers across runs: its windows and watermarks as rows of its state topic, and back. */
#ifndef TAXFLOW_ROLES_STATE_LOG_H
#define TAXFLOW_ROLES_STATE_LOG_H

#include "fraud/breaker.h"
#include "fraud/watermarks.h"
#include "roles_internal.h"

struct tf_state_log;

/** Keeps state and marks, both borrowed, in a stream. label: the role, for the log. NULL when memory ran out. */
struct tf_state_log *tf_state_log_create(struct tf_process *process, const char *label, enum tf_stream stream, struct tf_state *state,
                                         struct tf_watermarks *marks);
/** Keep what a breaker counts as well; borrowed. Before the first batch. */
void tf_state_log_add_breaker(struct tf_state_log *log, struct tf_breaker *breaker);
struct tf_state_log *tf_state_log_destroy(struct tf_state_log *log);
/** What a judge's hooks of the same names do (judge.h). keep and close may be called from the threads that judge.h names. */
enum tf_err tf_state_log_keep(struct tf_state_log *log, const struct tf_item *item, const struct tf_state_question *question,
                              struct tf_row_writer *writer) TF_MUST_CHECK;
enum tf_err tf_state_log_close(struct tf_state_log *log, const struct tf_batch *batch, struct tf_row_writer *writer) TF_MUST_CHECK;
void tf_state_log_assigned(struct tf_state_log *log, const uint32_t *partitions, const int64_t *ends, size_t count);
enum tf_err tf_state_log_restore(struct tf_state_log *log, int64_t budget_ms, struct tf_changelog_progress *ret_progress,
                                 struct tf_fault *fault) TF_MUST_CHECK;

#endif
