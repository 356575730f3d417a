/* The newest event time of every partition, kept apart: a backlog arrives partition by partition. One thread. */
#ifndef TF_WATERMARKS_H
#define TF_WATERMARKS_H

#include <stdbool.h>

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
/** Partitions that may have one: 0 .. count - 1. */
uint32_t tf_watermarks_count(const struct tf_watermarks *marks);
/** Whether the batch under way moved a partition's. */
bool tf_watermarks_moved(const struct tf_watermarks *marks, uint32_t partition);
/** It is at this time at least, as an earlier run committed it; between batches. TF_OK; TF_E_MEMORY. */
enum tf_err tf_watermarks_put(struct tf_watermarks *marks, uint32_t partition, int64_t time_ms) TF_MUST_CHECK;
/** A partition's is not known any more; between batches. */
void tf_watermarks_forget(struct tf_watermarks *marks, uint32_t partition);
/** The least of the partitions' committed newest times; INT64_MIN before the first record. */
int64_t tf_watermarks_slowest(const struct tf_watermarks *marks);

#endif
