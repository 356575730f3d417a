/* Which stretch of taxflow.audit is judged again, and which is read before it for the windows. */
#ifndef TAXFLOW_ROLES_REJUDGE_RANGE_H
#define TAXFLOW_ROLES_REJUDGE_RANGE_H

#include "taxflow/kafka_read.h"
#include "taxflow/rejudge.h"

struct tf_rejudge_range {
    struct tf_merge_span *spans; /* one a partition, of what is read: all partitions, for rules look across them */
    uint32_t count;
    struct tf_rejudge_bound from;
    int64_t partition;           /* the one that is meant; -1: all */
    int64_t from_ms, warm_ms;    /* when it begins, when reading begins; 0: with the oldest there is */
};

/**
 * Find where reading begins: so long before the range as the longest window is. Of an offset that is when the record there came.
 * Returns TF_OK; TF_E_USAGE: no such partition; as tf_merge_open. Finish the range in any case.
 */
enum tf_err tf_rejudge_range_find(struct tf_rejudge_range *range, struct tf_process *process, const struct tf_rejudge_options *options,
                                  int64_t longest_ms, struct tf_fault *fault) TF_MUST_CHECK;
void tf_rejudge_range_finish(struct tf_rejudge_range *range);
/** Whether a record that is read belongs to the range; one behind its end never is read in its partition. */
bool tf_rejudge_range_holds(const struct tf_rejudge_range *range, const struct tf_item *item);

#endif
