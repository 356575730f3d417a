/* Records that left the windows for good, until their rows are taken out of the state topic: some in every batch. */
#ifndef TAXFLOW_STATE_GONE_H
#define TAXFLOW_STATE_GONE_H

#include "budget.h"
#include "taxflow/state.h"

struct tf_gone {
    struct tf_state_forgotten *items; /* first .. first + count of cap */
    size_t first, count, cap;
    size_t shown;                     /* the first of them, in the batch that is open */
    bool wanted;                      /* somebody takes them */
};

void tf_gone_finish(struct tf_gone *gone, struct tf_budget *budget);
/**
 * Note one, if they are wanted. Without room for it, or past a million, it is left out: its row is read in the next restore and forgotten once
 * more.
 */
void tf_gone_add(struct tf_gone *gone, struct tf_budget *budget, struct tf_state_forgotten record);
/** Up to most of the oldest ones. */
size_t tf_gone_show(struct tf_gone *gone, size_t most, const struct tf_state_forgotten **ret_records);
/** Those shown are done with. */
void tf_gone_commit(struct tf_gone *gone);
/** They are not. */
void tf_gone_abort(struct tf_gone *gone);
/** Leave out those of partitions that go; none is shown. */
void tf_gone_drop(struct tf_gone *gone, const struct tf_state_going *going);

#endif
