/* What the verbs of `taxflow dlq` share. */
#ifndef TF_DLQ_H
#define TF_DLQ_H

#include "cli.h"
#include "taxflow/letters.h"

struct tf_dlq {
    const struct tf_cli *cli;
    struct tf_letter_filter filter;
    uint64_t limit, rate;       /* 0 = none given */
    struct tf_position position; /* show */
    struct tf_process process;  /* open, its control read */
};

/** Print bytes of a letter's headers so that they cannot steer a terminal. */
void tf_dlq_print(struct tf_str text);
/** `dlq replay`: returns the exit status. */
int tf_dlq_replay(struct tf_dlq *dlq);

#endif
