/* The newest event time of every partition, kept apart: a backlog arrives partition by partition. One thread. */
#ifndef TF_WATERMARKS_H
#define TF_WATERMARKS_H

#include "taxflow/err.h"

struct tf_watermarks;

struct tf_watermarks *tf_watermarks_create(void);
struct tf_watermarks *tf_watermarks_destroy(struct tf_watermarks *marks);
/** Newest event time of a partition, the batch under way included; INT64_MIN before the first. O(1). */
int64_t tf_watermarks_newest(const struct tf_watermarks *marks, uint32_t partition);
/** A record of this event time was judged. TF_OK; TF_E_MEMORY. */
enum tf_err tf_watermarks_see(struct tf_watermarks *marks, uint32_t partition, int64_t time_ms) TF_MUST_CHECK;
/** Keep what the batch saw. */
void tf_watermarks_commit(struct tf_watermarks *marks);
/** Forget what the batch saw. */
void tf_watermarks_abort(struct tf_watermarks *marks);
/** The least of the partitions' committed newest times; INT64_MIN before the first record. */
int64_t tf_watermarks_slowest(const struct tf_watermarks *marks);

#endif
