#include "taxflow/queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "taxflow/clock.h"

enum { CAPACITY_MAX = 1000000, TIMEOUT_MS_MAX = 1000000000 };

/* All below the conditions is guarded by lock. */
struct tf_queue {
    pthread_mutex_t lock;
    pthread_cond_t not_empty;
    pthread_cond_t not_full;
    bool closed;
    size_t first; /* place of the oldest element */
    size_t length;
    size_t capacity;
    void *places[];
};

/* Deadlines are monotonic: a stepped wall clock must not stretch a wait. */
static bool init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return false;
    bool ok = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 && pthread_cond_init(condition, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    return ok;
}

struct tf_queue *tf_queue_create(size_t capacity)
{
    if (capacity == 0 || capacity > CAPACITY_MAX)
        return NULL;
    struct tf_queue *queue = calloc(1, sizeof *queue + capacity * sizeof queue->places[0]);
    if (!queue)
        return NULL;
    queue->capacity = capacity;
    if (pthread_mutex_init(&queue->lock, NULL) != 0)
        goto fail_lock;
    if (!init_condition(&queue->not_empty))
        goto fail_not_empty;
    if (!init_condition(&queue->not_full))
        goto fail_not_full;
    return queue;
fail_not_full:
    pthread_cond_destroy(&queue->not_empty);
fail_not_empty:
    pthread_mutex_destroy(&queue->lock);
fail_lock:
    free(queue);
    return NULL;
}

struct tf_queue *tf_queue_destroy(struct tf_queue *queue)
{
    if (queue) {
        pthread_cond_destroy(&queue->not_full);
        pthread_cond_destroy(&queue->not_empty);
        pthread_mutex_destroy(&queue->lock);
        free(queue);
    }
    return NULL;
}

static struct timespec deadline_after(int64_t timeout_ms)
{
    int64_t wait_ms = timeout_ms > TIMEOUT_MS_MAX ? TIMEOUT_MS_MAX : timeout_ms;
    int64_t at_ns = tf_clock_mono_ns() + wait_ms * 1000000;
    return (struct timespec){.tv_sec = at_ns / 1000000000, .tv_nsec = at_ns % 1000000000};
}

/* Waits once, with the lock held; false when the time is up. The caller looks at its condition again either way. */
static bool wait_on(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t timeout_ms, const struct timespec *deadline)
{
    if (timeout_ms == 0)
        return false;
    if (timeout_ms < 0)
        return pthread_cond_wait(condition, lock) == 0;
    return pthread_cond_timedwait(condition, lock, deadline) == 0;
}

enum tf_err tf_queue_push(struct tf_queue *queue, void *element, int64_t timeout_ms)
{
    if (!element)
        return TF_E_BREACH;
    struct timespec deadline = deadline_after(timeout_ms);
    pthread_mutex_lock(&queue->lock);
    while (!queue->closed && queue->length == queue->capacity)
        if (!wait_on(&queue->not_full, &queue->lock, timeout_ms, &deadline))
            break;
    enum tf_err err = queue->closed ? TF_E_UNAVAILABLE : queue->length == queue->capacity ? TF_E_FULL : TF_OK;
    if (err == TF_OK) {
        queue->places[(queue->first + queue->length) % queue->capacity] = element;
        queue->length++;
        pthread_cond_signal(&queue->not_empty);
    }
    pthread_mutex_unlock(&queue->lock);
    return err;
}

void *tf_queue_pop(struct tf_queue *queue, int64_t timeout_ms)
{
    struct timespec deadline = deadline_after(timeout_ms);
    void *element = NULL;
    pthread_mutex_lock(&queue->lock);
    while (!queue->closed && queue->length == 0)
        if (!wait_on(&queue->not_empty, &queue->lock, timeout_ms, &deadline))
            break;
    if (queue->length > 0) {
        element = queue->places[queue->first];
        queue->first = (queue->first + 1) % queue->capacity;
        queue->length--;
        pthread_cond_signal(&queue->not_full);
    }
    pthread_mutex_unlock(&queue->lock);
    return element;
}

void tf_queue_close(struct tf_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->not_empty);
    pthread_cond_broadcast(&queue->not_full);
    pthread_mutex_unlock(&queue->lock);
}

size_t tf_queue_length(struct tf_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    size_t length = queue->length;
    pthread_mutex_unlock(&queue->lock);
    return length;
}
