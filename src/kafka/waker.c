#include "waker.h"

#include "taxflow/clock.h"

enum { AWAKE_VERSION = 0x02020000, EVERY_MS = 20, AFTER_FAILURE_MS = 1000, WAIT_MS = 100 };

bool tf_waker_due(const struct tf_waker *waker, rd_kafka_queue_t *queue, size_t low)
{
    return rd_kafka_version() < AWAKE_VERSION && rd_kafka_queue_length(queue) <= low && tf_clock_mono_ms() >= waker->due_ms;
}

void tf_waker_wake(struct tf_waker *waker, rd_kafka_t *rk, rd_kafka_topic_partition_list_t *list)
{
    for (int i = 0; i < list->cnt; i++)
        list->elems[i].offset = RD_KAFKA_OFFSET_END;
    bool answered = list->cnt > 0 && rd_kafka_offsets_for_times(rk, list, WAIT_MS) == RD_KAFKA_RESP_ERR_NO_ERROR;
    for (int i = 0; i < list->cnt; i++)
        answered = answered && !list->elems[i].err;
    waker->due_ms = tf_clock_mono_ms() + (answered ? EVERY_MS : AFTER_FAILURE_MS);
}
