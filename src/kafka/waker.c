#include "waker.h"

#include "taxflow/clock.h"

enum { AWAKE_VERSION = 0x02020000, EVERY_MS = 20, AFTER_FAILURE_MS = 1000, WAIT_MS = 100 };

bool tf_waker_due(const struct tf_waker *waker, rd_kafka_queue_t *queue, size_t low)
{
    return rd_kafka_version() < AWAKE_VERSION && rd_kafka_queue_length(queue) <= low && !(waker->thread && tf_team_busy(waker->thread)) &&
           tf_clock_mono_ms() >= waker->due_ms;
}

static void ask(void *argument, unsigned worker)
{
    struct tf_waker *waker = argument;
    rd_kafka_topic_partition_list_t *list = waker->list;
    (void)worker;
    for (int i = 0; i < list->cnt; i++)
        list->elems[i].offset = RD_KAFKA_OFFSET_END;
    bool answered = list->cnt > 0 && rd_kafka_offsets_for_times(waker->rk, list, WAIT_MS) == RD_KAFKA_RESP_ERR_NO_ERROR;
    for (int i = 0; i < list->cnt; i++)
        answered = answered && !list->elems[i].err;
    rd_kafka_topic_partition_list_destroy(list);
    waker->due_ms = tf_clock_mono_ms() + (answered ? EVERY_MS : AFTER_FAILURE_MS);
}

/* Without a thread the fetchers sleep on: slower, and nothing else. */
void tf_waker_wake(struct tf_waker *waker, rd_kafka_t *rk, rd_kafka_topic_partition_list_t *list)
{
    if (!waker->thread)
        waker->thread = tf_team_create_apart("wake", 1);
    if (!waker->thread) {
        rd_kafka_topic_partition_list_destroy(list);
        return;
    }
    waker->rk = rk;
    waker->list = list;
    tf_team_begin(waker->thread, ask, waker);
}

void tf_waker_finish(struct tf_waker *waker)
{
    if (waker->thread)
        tf_team_wait(waker->thread);
    waker->thread = tf_team_destroy(waker->thread);
}
