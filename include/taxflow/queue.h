/* A bounded queue of pointers between threads. */
#ifndef TAXFLOW_QUEUE_H
#define TAXFLOW_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taxflow/err.h"

struct tf_queue;

/** Create a queue of 1..1,000,000 places; NULL when memory ran out. */
struct tf_queue *tf_queue_create(size_t capacity);
/** Frees the queue, not the elements; nobody may wait in it. Returns NULL. */
struct tf_queue *tf_queue_destroy(struct tf_queue *queue);
/**
 * Append an element, waiting for a place up to timeout_ms (0 = do not wait, -1 = for ever).
 * element  not NULL, which pop keeps for "nothing": TF_E_BREACH.
 * Returns TF_OK; TF_E_FULL after the wait; TF_E_UNAVAILABLE when closed.  Thread any.
 */
enum tf_err tf_queue_push(struct tf_queue *queue, void *element, int64_t timeout_ms) TF_MUST_CHECK;
/** Take the oldest element, waiting likewise; NULL after the wait, or when closed and empty.  Thread any. */
void *tf_queue_pop(struct tf_queue *queue, int64_t timeout_ms);
/** Wake everybody; later pushes fail, pops drain what is left. */
void tf_queue_close(struct tf_queue *queue);
size_t tf_queue_length(struct tf_queue *queue);

#endif
