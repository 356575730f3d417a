/*
 * Wakes a fetcher of librdkafka before 2.2: past full queues it sleeps for a second, however fast they are emptied, and looks again
 * only when a request comes its way. From 2.2 on fetch.queue.backoff.ms does that, and a waker does nothing.
 */
#ifndef TAXFLOW_KAFKA_WAKER_H
#define TAXFLOW_KAFKA_WAKER_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>

#include "taxflow/thread.h"

/* All members are the waker's own; zeros are one that has not begun. */
struct tf_waker {
    struct tf_team *thread; /* made when first needed: it waits for the answers */
    rd_kafka_t *rk;
    rd_kafka_topic_partition_list_t *list; /* while the thread is at it */
    int64_t due_ms;         /* monotonic: not before */
};

/** Whether the fetchers may sleep although the queue that they fill holds low rows at most, and nobody is waking them. Cost: a lock. */
bool tf_waker_due(const struct tf_waker *waker, rd_kafka_queue_t *queue, size_t low);
/**
 * Ask the leaders of partitions for their ends, which wakes the fetchers; the answers do not matter. Not again for 20 ms, or for a
 * second when a leader did not answer. Only when due.
 * list  the partitions; the waker frees it.
 * Thread: the handle's owner, who does not wait.
 */
void tf_waker_wake(struct tf_waker *waker, rd_kafka_t *rk, rd_kafka_topic_partition_list_t *list);
/** Before the handle is closed: wait for what is under way, 100 ms at most. */
void tf_waker_finish(struct tf_waker *waker);

#endif
