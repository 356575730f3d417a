/*
 * Small pieces without a call of the heap for each: an event adds some seven of them. A region from the kernel is cut into runs, a run into
 * pieces of one size; a run, and a region, that holds none any more goes back. One thread at a time. (Huge pages for regions were tried: the
 * kernel's clearing of them took more than they saved.)
 */
#ifndef TAXFLOW_STATE_SLAB_H
#define TAXFLOW_STATE_SLAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TF_SLAB_STEP_BYTES = 16, TF_SLAB_SMALL_BYTES_MAX = 1024, TF_SLAB_CLASSES = TF_SLAB_SMALL_BYTES_MAX / TF_SLAB_STEP_BYTES };
enum { TF_SLAB_RUN_BYTES = 64 * 1024, TF_SLAB_WHOLE_BYTES = TF_SLAB_RUN_BYTES };

struct tf_slab {
    struct tf_slab_run *room[TF_SLAB_CLASSES]; /* runs with room for a piece of (index + 1) * 16 bytes */
    struct tf_slab_region *regions;            /* those with free runs */
    struct tf_slab_region *all;
};

enum { TF_SLAB_WHOLE = UINT16_MAX }; /* the class of pieces that have a run each */

/** Whether pieces of this size come from here: up to 1,024 bytes, and those that take more than half a run and fit it. */
static inline bool tf_slab_takes(size_t size)
{
    return size <= TF_SLAB_SMALL_BYTES_MAX || (size > TF_SLAB_WHOLE_BYTES / 2 && size <= TF_SLAB_WHOLE_BYTES);
}

static inline unsigned tf_slab_class(size_t size)
{
    if (size > TF_SLAB_SMALL_BYTES_MAX)
        return TF_SLAB_WHOLE;
    return size > 0 ? (unsigned)((size - 1) / TF_SLAB_STEP_BYTES) : 0;
}

static inline size_t tf_slab_class_bytes(unsigned class_)
{
    return class_ == TF_SLAB_WHOLE ? TF_SLAB_WHOLE_BYTES : ((size_t)class_ + 1) * TF_SLAB_STEP_BYTES;
}

/** What a piece of that size takes up. */
static inline size_t tf_slab_cost(size_t size) { return tf_slab_class_bytes(tf_slab_class(size)); }
/** A piece, not cleared; NULL when the kernel refuses. O(1). */
void *tf_slab_take(struct tf_slab *slab, size_t size);
/** Give a piece back; what size it has is known by where it lies. O(1). */
void tf_slab_give(struct tf_slab *slab, void *piece);
/** Give all pieces back at once. O(memory / 2 MiB). */
void tf_slab_drop(struct tf_slab *slab);

#endif
