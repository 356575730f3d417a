/*
 * One stream's partitions side by side, as one line of records in the order of their timestamps: each partition has a queue of its own,
 * and the oldest of the first ones is next. So the order does not hang on which broker answered first, and memory not on how much there is.
 */
#include <stdio.h>
#include <stdlib.h>

#include "client.h"
#include "cluster_internal.h"
#include "consumer.h"
#include "item.h"
#include "properties.h"
#include "row.h"
#include "taxflow/clock.h"
#include "taxflow/kafka_read.h"
#include "waker.h"

enum { CHUNK_MAX = 256, ASK_MS = 5000, CLOSE_MS = 2000, DOWN_MS = 5000, SLICE_MS = 50, LOW_ROWS = 4096, BATCH_BYTES_MAX = 8 << 20 };
#define DEPTH_ROWS "10000"
#define DEPTH_KBYTES "2048"

struct lane {
    uint32_t partition;
    int64_t first, next, end; /* offsets: where it begins, what comes next at the earliest, behind the last one */
    rd_kafka_queue_t *queue;
    rd_kafka_message_t *chunk[CHUNK_MAX];
    size_t at, count;         /* of the chunk: handed out, taken from the queue */
    int64_t ready_ms;         /* time of chunk[at], while it is ready: it has been looked at */
    bool ready, started, ended;
};

struct tf_merge {
    struct tf_cluster *cluster;
    struct tf_client *client;
    rd_kafka_topic_t *topic;
    enum tf_stream stream;
    struct tf_str name;
    struct lane *lanes;
    size_t count;
    struct tf_waker waker;
};

static enum tf_err open_client(const struct tf_merge *merge, const struct tf_config *config, enum tf_properties_kind kind,
                               struct tf_client **ret_client, struct tf_fault *fault)
{
    struct tf_properties_request request = {merge->cluster, config, kind, "taxflow-merge", "reader"};
    rd_kafka_conf_t *conf;
    TF_TRY(tf_properties_build(&request, &conf, fault));
    if (kind == TF_PROPERTIES_TAIL) {
        (void)!rd_kafka_conf_set(conf, "queued.min.messages", DEPTH_ROWS, NULL, 0);
        (void)!rd_kafka_conf_set(conf, "queued.max.messages.kbytes", DEPTH_KBYTES, NULL, 0);
        (void)!rd_kafka_conf_set(conf, "fetch.message.max.bytes", "524288", NULL, 0);
    }
    return tf_client_open(RD_KAFKA_CONSUMER, conf, NULL, "reader of partitions", ret_client, fault);
}

/* One request for all lanes: times[i] becomes the offset of the first record at or after it, -1 where there is none. */
static enum tf_err ask_offsets(const struct tf_merge *merge, struct tf_client *client, int64_t *times, struct tf_fault *fault)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)merge->count);
    for (size_t i = 0; i < merge->count; i++)
        rd_kafka_topic_partition_list_add(list, merge->name.ptr, (int32_t)merge->lanes[i].partition)->offset = times[i];
    rd_kafka_resp_err_t code = rd_kafka_offsets_for_times(tf_client_handle(client), list, ASK_MS);
    for (size_t i = 0; !code && i < merge->count; i++) {
        code = list->elems[i].err;
        times[i] = list->elems[i].offset;
    }
    rd_kafka_topic_partition_list_destroy(list);
    return code ? tf_client_fail(client, code, "asking where partitions begin and end", fault) : TF_OK;
}

static int64_t first_of(const struct tf_merge_span *span)
{
    return span->from_ms > 0 ? span->from_ms : RD_KAFKA_OFFSET_BEGINNING;
}

static void bound(struct lane *lane, const struct tf_merge_span *span, int64_t begin, int64_t first, int64_t last, int64_t high)
{
    int64_t end = span->to >= 0 ? span->to : span->to_ms == INT64_MAX || last < 0 ? high : last;
    lane->end = end < high ? end : high;
    lane->first = span->from >= 0 ? span->from : first < 0 ? high : first;
    if (lane->first < begin)
        lane->first = begin;
    lane->next = lane->first;
    lane->ended = lane->first >= lane->end;
}

static enum tf_err find_bounds(struct tf_merge *merge, const struct tf_config *config, struct tf_merge_span *spans, struct tf_fault *fault)
{
    struct tf_client *watcher = NULL;
    int64_t *asked = calloc(merge->count * 4, sizeof *asked), *begin = asked, *first = asked + merge->count, *last = first + merge->count,
            *high = last + merge->count;
    if (!asked)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for the bounds of %zu partitions", merge->count);
    for (size_t i = 0; i < merge->count; i++) {
        begin[i] = RD_KAFKA_OFFSET_BEGINNING;
        first[i] = first_of(&spans[i]);
        last[i] = spans[i].to_ms == INT64_MAX ? RD_KAFKA_OFFSET_END : spans[i].to_ms;
        high[i] = RD_KAFKA_OFFSET_END;
    }
    enum tf_err err = open_client(merge, config, TF_PROPERTIES_WATCH, &watcher, fault);
    for (size_t question = 0; err == TF_OK && question < 4; question++)
        err = ask_offsets(merge, watcher, asked + question * merge->count, fault);
    for (size_t i = 0; err == TF_OK && i < merge->count; i++) {
        bound(&merge->lanes[i], &spans[i], begin[i], first[i], last[i], high[i] > 0 ? high[i] : 0);
        spans[i].from = merge->lanes[i].first;
        spans[i].to = merge->lanes[i].end;
    }
    tf_client_close(watcher, CLOSE_MS);
    free(asked);
    return err;
}

static enum tf_err start_lanes(struct tf_merge *merge, struct tf_fault *fault)
{
    rd_kafka_t *rk = tf_client_handle(merge->client);
    merge->topic = rd_kafka_topic_new(rk, merge->name.ptr, NULL);
    if (!merge->topic)
        return tf_fault_set(fault, TF_E_CONFIG, "Kafka refuses the topic name %s", merge->name.ptr);
    for (size_t i = 0; i < merge->count; i++) {
        struct lane *lane = &merge->lanes[i];
        lane->queue = rd_kafka_queue_new(rk);
        if (lane->ended)
            continue;
        if (rd_kafka_consume_start_queue(merge->topic, (int32_t)lane->partition, lane->first, lane->queue) != 0)
            return tf_client_fail(merge->client, rd_kafka_last_error(), "reading partitions", fault);
        lane->started = true;
    }
    return TF_OK;
}

enum tf_err tf_merge_open(struct tf_cluster *cluster, const struct tf_config *config, enum tf_stream stream, struct tf_merge_span *spans, size_t count,
                          struct tf_merge **ret_merge, struct tf_fault *fault)
{
    struct tf_merge *merge = calloc(1, sizeof *merge);
    struct lane *lanes = calloc(count ? count : 1, sizeof *lanes);
    if (!merge || !lanes) {
        free(merge);
        free(lanes);
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for reading %zu partitions", count);
    }
    *merge = (struct tf_merge){.cluster = cluster, .stream = stream, .name = tf_str_of(tf_cluster_topic(cluster, stream)), .lanes = lanes, .count = count};
    for (size_t i = 0; i < count; i++)
        lanes[i].partition = spans[i].partition;
    enum tf_err err = find_bounds(merge, config, spans, fault);
    if (err == TF_OK)
        err = open_client(merge, config, TF_PROPERTIES_TAIL, &merge->client, fault);
    if (err == TF_OK)
        err = start_lanes(merge, fault);
    if (err != TF_OK) {
        tf_merge_close(merge);
        return err;
    }
    *ret_merge = merge;
    return TF_OK;
}

struct tf_merge *tf_merge_close(struct tf_merge *merge)
{
    if (!merge)
        return NULL;
    tf_waker_finish(&merge->waker);
    for (size_t i = 0; i < merge->count; i++) {
        struct lane *lane = &merge->lanes[i];
        while (lane->at < lane->count)
            rd_kafka_message_destroy(lane->chunk[lane->at++]);
        if (lane->started)
            rd_kafka_consume_stop(merge->topic, (int32_t)lane->partition);
        if (lane->queue)
            rd_kafka_queue_destroy(lane->queue);
    }
    if (merge->topic)
        rd_kafka_topic_destroy(merge->topic);
    tf_client_close(merge->client, CLOSE_MS);
    free(merge->lanes);
    free(merge);
    return NULL;
}

bool tf_merge_ended(const struct tf_merge *merge)
{
    for (size_t i = 0; i < merge->count; i++)
        if (!merge->lanes[i].ended)
            return false;
    return true;
}

bool tf_merge_span_ended(const struct tf_merge *merge, size_t span)
{
    return merge->lanes[span].ended;
}

void tf_merge_progress(const struct tf_merge *merge, uint64_t *ret_done, uint64_t *ret_total)
{
    *ret_done = *ret_total = 0;
    for (size_t i = 0; i < merge->count; i++) {
        const struct lane *lane = &merge->lanes[i];
        if (lane->end <= lane->first)
            continue;
        *ret_done += (uint64_t)((lane->ended ? lane->end : lane->next) - lane->first);
        *ret_total += (uint64_t)(lane->end - lane->first);
    }
}

static void keep_awake(struct tf_merge *merge, const struct lane *lane)
{
    if (!tf_waker_due(&merge->waker, lane->queue, LOW_ROWS))
        return;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)merge->count);
    for (size_t i = 0; i < merge->count; i++)
        if (!merge->lanes[i].ended)
            rd_kafka_topic_partition_list_add(list, merge->name.ptr, (int32_t)merge->lanes[i].partition);
    tf_waker_wake(&merge->waker, tf_client_handle(merge->client), list);
}

/* Events in place of records: an end says how far the partition was read; what came twice, or lies behind the end, is dropped. */
static bool passes(struct tf_merge *merge, struct lane *lane, const rd_kafka_message_t *message)
{
    if (message->err) {
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
            lane->ended = message->offset >= lane->end;
        return false;
    }
    tf_client_note_up(merge->client);
    return message->offset >= lane->next;
}

static bool refill(struct tf_merge *merge, struct lane *lane, int64_t wait_ms)
{
    keep_awake(merge, lane);
    ssize_t count = rd_kafka_consume_batch_queue(lane->queue, (int)wait_ms, lane->chunk, CHUNK_MAX);
    lane->at = 0;
    lane->count = count > 0 ? (size_t)count : 0;
    return lane->count > 0;
}

/* Whether the lane's next record is here; false also at its end. */
static bool look(struct tf_merge *merge, struct lane *lane, int64_t wait_ms)
{
    rd_kafka_timestamp_type_t type;
    while (!lane->ready && !lane->ended) {
        if (lane->at == lane->count && !refill(merge, lane, wait_ms))
            return false;
        rd_kafka_message_t *message = lane->chunk[lane->at];
        bool good = passes(merge, lane, message);
        lane->ended = lane->ended || (good && message->offset >= lane->end);
        lane->ready = good && !lane->ended;
        if (lane->ready)
            lane->ready_ms = rd_kafka_message_timestamp(message, &type);
        else
            rd_kafka_message_destroy(lane->chunk[lane->at++]);
    }
    return lane->ready;
}

/* The lane whose record is next; NULL where one of them has nothing here yet, or all have ended. */
static struct lane *oldest(struct tf_merge *merge, int64_t wait_ms)
{
    struct lane *best = NULL;
    for (size_t i = 0; i < merge->count; i++) {
        struct lane *lane = &merge->lanes[i];
        if (!lane->ready && !look(merge, lane, wait_ms)) {
            if (lane->ended)
                continue;
            return NULL;
        }
        if (!best || lane->ready_ms < best->ready_ms)
            best = lane;
    }
    return best;
}

static rd_kafka_message_t *take(struct lane *lane)
{
    rd_kafka_message_t *message = lane->chunk[lane->at++];
    lane->ready = false;
    lane->next = message->offset + 1;
    lane->ended = lane->next >= lane->end;
    return message;
}

static enum tf_err check(struct tf_merge *merge, struct tf_fault *fault)
{
    TF_TRY(tf_client_fatal(merge->client, fault));
    if (!tf_merge_ended(merge) && tf_client_down_ms(merge->client) > DOWN_MS)
        return tf_fault_set(fault, TF_E_UNAVAILABLE, "no broker of %s answers while %s is read", tf_cluster_bootstrap(merge->cluster), merge->name.ptr);
    return TF_OK;
}

enum tf_err tf_merge_poll(struct tf_merge *merge, struct tf_batch *batch, int64_t wait_ms, struct tf_fault *fault)
{
    int64_t until = tf_clock_mono_ms() + wait_ms;
    rd_kafka_poll(tf_client_handle(merge->client), 0);
    while (batch->count < batch->capacity && batch->bytes < BATCH_BYTES_MAX && !tf_merge_ended(merge)) {
        struct lane *lane = oldest(merge, batch->count > 0 ? 0 : SLICE_MS);
        if (lane)
            tf_item_fill(batch, tf_batch_add(batch), merge->name, take(lane));
        else if (batch->count > 0 || tf_clock_mono_ms() >= until)
            break;
    }
    return batch->count > 0 ? TF_OK : check(merge, fault);
}

enum tf_err tf_merge_read(struct tf_merge *merge, size_t max, int64_t wait_ms,
                          void (*visit)(void *self, const struct tf_position *position, const struct tf_row *row), void *self, struct tf_fault *fault)
{
    struct lane *lane;
    rd_kafka_poll(tf_client_handle(merge->client), 0);
    for (size_t rows = 0; rows < max && (lane = oldest(merge, rows == 0 ? wait_ms : 0)); rows++) {
        struct tf_row row;
        int64_t at_ms = lane->ready_ms;
        rd_kafka_message_t *message = take(lane);
        const struct tf_position position = {merge->name, lane->partition, message->offset, at_ms};
        tf_row_view(message, merge->stream, &row);
        visit(self, &position, &row);
        rd_kafka_message_destroy(message);
    }
    return check(merge, fault);
}

void tf_merge_release(struct tf_batch *batch)
{
    tf_consumer_release(batch);
}
