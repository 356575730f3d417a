/* What the files of this folder share. */
#ifndef TF_LETTERS_INTERNAL_H
#define TF_LETTERS_INTERNAL_H

#include "taxflow/kafka_read.h"
#include "taxflow/letters.h"

/* A pass over taxflow.dlq: one span a partition that the filter takes. */
struct tf_letters_pass {
    struct tf_history *history;
    struct tf_history_span *spans;
    size_t count;
};

/**
 * Begin a pass. next: for each of the process's partitions the offset to begin at, -1 = where the filter's time says; NULL = all -1.
 * An offset past the end is one of topics that are no more: there it begins where the time says, and next is set to -1.
 */
enum tf_err tf_letters_begin(struct tf_process *process, const struct tf_letter_filter *filter, int64_t *next, struct tf_letters_pass *ret_pass,
                             struct tf_fault *fault) TF_MUST_CHECK;
void tf_letters_end(struct tf_letters_pass *pass);

/** Whether a letter may be sent at all, whoever buried it; TF_REPLAY_SENT = yes. Pure. */
enum tf_replay_refusal tf_replay_row_check(const struct tf_letter *letter);

#endif
