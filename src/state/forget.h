/* Forgetting what no window reaches any more: keys met on the way, and a sweep over all the others, a little in every commit. */
#ifndef TAXFLOW_STATE_FORGET_H
#define TAXFLOW_STATE_FORGET_H

#include "stage.h"

struct tf_forget {
    int64_t watermark_ms; /* of the last commit; INT64_MIN before */
    int64_t lateness_ms;
    uint32_t *noted;      /* keys met with entries that are too old */
    size_t noted_count, noted_cap;
    uint32_t sweep;       /* the key a sweep goes on with */
    uint32_t sweep_group; /* and the group */
};

void tf_forget_init(struct tf_forget *forget, int64_t lateness_ms);
void tf_forget_finish(struct tf_forget *forget, struct tf_budget *budget);
/**
 * Entries of a window before this time are out, whether their memory is back already or not: when it comes back never shows.
 * INT64_MIN before the first commit.
 */
int64_t tf_forget_horizon(const struct tf_forget *forget, int64_t window_ms);
/** Remember a key for the next commit if it holds entries that are too old. Without memory for that the sweep will find it. */
void tf_forget_note(struct tf_forget *forget, struct tf_stage *stage, uint32_t id);
/** Drop the old entries of the noted keys and of the next sweep_keys ones, and the old counts of as many groups. Only between batches. O(what is dropped + sweep_keys). */
void tf_forget_run(struct tf_forget *forget, struct tf_stage *stage, size_t sweep_keys);

#endif
