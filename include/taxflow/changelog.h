/*
 * A role's state topic, read back: partitions just assigned from where they are known on to the end they have, before a record of theirs is
 * judged. What was committed by then is all there is: a former owner's open transaction is waited for, and fenced ones can add nothing.
 */
#ifndef TAXFLOW_CHANGELOG_H
#define TAXFLOW_CHANGELOG_H

#include "taxflow/kafka_read.h"
#include "taxflow/state.h"

struct tf_changelog_options {
    struct tf_cluster *cluster;      /* borrowed, as config */
    const struct tf_config *config;
    enum tf_stream stream;           /* "fraud.state" */
    uint32_t partitions;
    int64_t since_ms;                /* rows written before do not count: tf_control */
    void *self;
    /* A row, in the order of its partition; an absent value is a tombstone. TF_OK, or TF_E_FULL: it is given once more later. */
    enum tf_err (*take)(void *self, uint32_t partition, struct tf_str key, struct tf_str value);
    /* What is known of these partitions goes. */
    void (*drop)(void *self, const struct tf_state_going *going);
};

struct tf_changelog_progress {
    unsigned percent;        /* 0..100, of the rows to be read */
    int64_t seconds_left;    /* -1 = not known yet */
    uint64_t rows;           /* taken so far; once it is over: in all, with the seconds it took */
    double seconds;
};

struct tf_changelog; /* one thread owns it */

/** Contacts no broker yet. NULL when memory ran out. */
struct tf_changelog *tf_changelog_create(const struct tf_changelog_options *options);
struct tf_changelog *tf_changelog_destroy(struct tf_changelog *log);
/**
 * These partitions are ours now, and no other: what is known of others is dropped, of ours only what was written since has to be read.
 * ends  of each, where our own rows ended with the last commit; -1: this run has written none.
 */
void tf_changelog_assigned(struct tf_changelog *log, const uint32_t *partitions, const int64_t *ends, size_t count);
/**
 * Read for about budget_ms. TF_OK: all is there, and ret_progress->seconds > 0 when that ended right now. TF_E_AGAIN: call again soon.
 * TF_E_FULL as `take` says it; RETRY codes of Kafka: what was taken stays, the next call goes on behind it.
 */
enum tf_err tf_changelog_restore(struct tf_changelog *log, int64_t budget_ms, struct tf_changelog_progress *ret_progress,
                                 struct tf_fault *fault) TF_MUST_CHECK;

#endif
