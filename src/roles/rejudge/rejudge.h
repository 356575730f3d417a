/* One run of judging again: what files and Kafka have in common. */
#ifndef TAXFLOW_ROLES_REJUDGE_REJUDGE_H
#define TAXFLOW_ROLES_REJUDGE_REJUDGE_H

#include "difference.h"

/* A set of rules with its judge, in a process that is its configuration alone: no cluster, no Redis. */
struct tf_rejudge_side {
    struct tf_config config;
    struct tf_process process;
    struct tf_fraud_judge *fraud;
    struct tf_judge judge;
};

struct tf_rejudge {
    const struct tf_rejudge_options *options;
    struct tf_rejudge_totals *totals;
    struct tf_rejudge_side now, before; /* before: files against other rules */
    struct tf_opinions *opinions;       /* or what rows said */
    struct tf_difference_room *room;
    struct tf_opinion_hit *hits;        /* 2 x TF_OPINION_HITS_MAX: now, before */
    struct tf_buf row;
};

/** Make what a run needs; tf_rejudge_finish also after a failure. TF_OK; as tf_rejudge_files. */
enum tf_err tf_rejudge_init(struct tf_rejudge *r, const struct tf_rejudge_options *options, struct tf_rejudge_totals *totals, struct tf_fault *fault)
    TF_MUST_CHECK;
void tf_rejudge_finish(struct tf_rejudge *r);
/** Load rules, the configuration's where there are none, into a side. by_partition: as tf_process has it. */
enum tf_err tf_rejudge_side_open(struct tf_rejudge_side *side, const struct tf_config *config, struct tf_string_list rules, bool by_partition,
                                 struct tf_fault *fault) TF_MUST_CHECK;
/** Compare what was said of a judged item with what is said now, count, and tell. */
void tf_rejudge_compare(struct tf_rejudge *r, const struct tf_item *item, const struct tf_opinion *before, const struct tf_fraud_verdict *verdict);
/** The same where the new row is there already, and its opinion. */
void tf_rejudge_compare_opinions(struct tf_rejudge *r, const struct tf_item *item, const struct tf_opinion *before, const struct tf_opinion *now);
/**
 * Run batches until the source has finished. progress is told after each.
 * Returns TF_OK; TF_E_UNAVAILABLE where options->stop was set; TF_E_LIMIT: the windows need more than state.max_bytes; any other code.
 */
enum tf_err tf_rejudge_run(struct tf_rejudge *r, struct tf_pipeline *pipeline, const struct tf_source *source, void (*progress)(void *self), void *self,
                           struct tf_fault *fault) TF_MUST_CHECK;

#endif
