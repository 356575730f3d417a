#include "consumer.h"

#include <stdlib.h>

#include "cluster_internal.h"
#include "consumer_internal.h"
#include "item.h"
#include "metadata.h"
#include "properties.h"
#include "taxflow/clock.h"

enum {
    CHUNK_MAX = 1024,
    SLICE_MS = 50, /* how long records are waited for before events are looked at again */
    PROBE_MS = 200,
    MISSING_MS = 5000,
    CLOSE_MS = 1500,
    COMMIT_MS = 2000,
    AVERAGE_FIRST_BYTES = 4096,
    EMBEDDED_BATCH_MS = 10,
};

enum tf_err tf_consumer_create(const struct tf_kafka_options *options, struct tf_consumer **ret_consumer, struct tf_fault *fault)
{
    struct tf_properties_request request = {options->cluster, options->config, TF_PROPERTIES_CONSUMER, options->identity, options->role};
    rd_kafka_conf_t *conf;
    TF_TRY(tf_properties_build(&request, &conf, fault));
    struct tf_consumer *consumer = calloc(1, sizeof *consumer);
    if (!consumer) {
        rd_kafka_conf_destroy(conf);
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for a Kafka consumer");
    }
    consumer->options = options;
    consumer->topic = tf_str_of(tf_cluster_topic(options->cluster, TF_STREAM_AUDIT));
    consumer->average_bytes = AVERAGE_FIRST_BYTES;
    rd_kafka_conf_set_rebalance_cb(conf, tf_consumer_rebalance);
    enum tf_err err = tf_client_open(RD_KAFKA_CONSUMER, conf, consumer, "consumer", &consumer->client, fault);
    if (err != TF_OK) {
        free(consumer);
        return err;
    }
    rd_kafka_t *rk = tf_client_handle(consumer->client);
    rd_kafka_poll_set_consumer(rk);
    consumer->records = rd_kafka_queue_new(rk);
    consumer->commits = rd_kafka_queue_new(rk);
    *ret_consumer = consumer;
    return TF_OK;
}

/* rd_kafka_consumer_close() has no time limit; its events are served here, with one. */
static void close_within(struct tf_consumer *consumer, int64_t bound_ms)
{
    rd_kafka_t *rk = tf_client_handle(consumer->client);
    rd_kafka_queue_t *events = rd_kafka_queue_new(rk);
    rd_kafka_error_t *error = rd_kafka_consumer_close_queue(rk, events);
    int64_t until = tf_clock_mono_ms() + bound_ms;
    while (!error && !rd_kafka_consumer_closed(rk) && tf_clock_mono_ms() < until) {
        rd_kafka_event_t *event = rd_kafka_queue_poll(events, SLICE_MS);
        if (event && rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE)
            rd_kafka_assign(rk, NULL);
        if (event)
            rd_kafka_event_destroy(event);
    }
    if (error)
        rd_kafka_error_destroy(error);
    rd_kafka_queue_destroy(events);
}

struct tf_consumer *tf_consumer_destroy(struct tf_consumer *consumer)
{
    if (!consumer)
        return NULL;
    struct tf_fault ignored;
    consumer->closing = true;
    (void)!tf_consumer_settle(consumer, &ignored);
    tf_waker_finish(&consumer->waker);
    close_within(consumer, CLOSE_MS);
    tf_flow_leave(consumer->reader);
    if (consumer->pending)
        rd_kafka_topic_partition_list_destroy(consumer->pending);
    rd_kafka_queue_destroy(consumer->records);
    rd_kafka_queue_destroy(consumer->commits);
    tf_client_close(consumer->client, CLOSE_MS);
    free(consumer->next);
    free(consumer->began);
    free(consumer);
    return NULL;
}

enum tf_err tf_consumer_join(struct tf_consumer *consumer, uint32_t partitions, struct tf_fault *fault)
{
    consumer->partitions = partitions;
    consumer->next = calloc(partitions, sizeof *consumer->next);
    consumer->began = calloc(partitions, sizeof *consumer->began);
    if (!consumer->next || !consumer->began)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for %u partitions", partitions);
    if (tf_cluster_embedded(consumer->options->cluster))
        return tf_consumer_assign_embedded(consumer, fault);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, consumer->topic.ptr, RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t code = rd_kafka_subscribe(tf_client_handle(consumer->client), topics);
    rd_kafka_topic_partition_list_destroy(topics);
    return code ? tf_client_fail(consumer->client, code, "subscribing", fault) : TF_OK;
}

/*
 * librdkafka has stopped fetching the partition. With accept_gap the next assignment steps over the gap (consumer_assignment.c);
 * one that opens under a running role takes a restart.
 */
static enum tf_err take_gap(struct tf_consumer *consumer, const rd_kafka_message_t *message, struct tf_fault *fault)
{
    uint32_t partition = (uint32_t)message->partition;
    int64_t lost = partition < consumer->partitions ? consumer->next[partition] : -1;
    tf_consumer_tell_gap(consumer, partition, lost);
    if (!consumer->options->config->kafka.accept_gap)
        return TF_OK;
    return tf_fault_set(fault, TF_E_FATAL, "records lost to retention while running: %s partition %u no longer has offset %lld; a restart goes on with "
                        "the oldest record there is", consumer->topic.ptr, partition, (long long)lost);
}

/* An event in place of a record. What librdkafka gets over by itself is TF_OK. */
static enum tf_err take_error(struct tf_consumer *consumer, const rd_kafka_message_t *message, struct tf_fault *fault)
{
    switch ((int)message->err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR: /* dropping it here would be a loss without a word */
        return tf_fault_set(fault, TF_E_BREACH, "%s partition %d: a record came past its queue", consumer->topic.ptr, message->partition);
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
        return take_gap(consumer, message, fault);
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        if (consumer->missing_since_ms == 0)
            consumer->missing_since_ms = tf_clock_mono_ms();
        return TF_OK;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
        return tf_fault_set(fault, TF_E_CONFIG, "Kafka does not let this user read %s as its group: %s", consumer->topic.ptr,
                            rd_kafka_err2str(message->err));
    case RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL:
        return tf_fault_set(fault, TF_E_CONFIG, "the group's other members use another kafka.assignor; it must be the same in all");
    case RD_KAFKA_RESP_ERR__BAD_MSG: /* librdkafka would go on after the broken record set: a loss without a word */
        return tf_fault_set(fault, TF_E_FATAL, "%s partition %d: a record set is damaged (%s)", consumer->topic.ptr, message->partition,
                            rd_kafka_message_errstr(message));
    default:
        return tf_client_fatal(consumer->client, fault);
    }
}

/* A restarted broker may not know its topics for a moment: only one that stays away is missing. */
static enum tf_err look_for_topic(struct tf_consumer *consumer, struct tf_fault *fault)
{
    struct tf_topic_counts counts;
    struct tf_fault ignored;
    if (consumer->missing_since_ms == 0 || tf_clock_mono_ms() - consumer->missing_since_ms < MISSING_MS)
        return TF_OK;
    consumer->missing_since_ms = 0;
    enum tf_err err = tf_metadata_read(consumer->client, consumer->options->cluster, PROBE_MS, &counts, &ignored);
    if (err == TF_OK && counts.partitions[TF_STREAM_AUDIT] == 0)
        return tf_fault_set(fault, TF_E_CONFIG, "topic %s is missing, or its ACL hides it; run `taxflow topics --create`", consumer->topic.ptr);
    return TF_OK;
}

/* Events: rebalances run their callback in here. */
static enum tf_err serve(struct tf_consumer *consumer, int64_t wait_ms, struct tf_fault *fault)
{
    rd_kafka_t *rk = tf_client_handle(consumer->client);
    tf_consumer_retry_assignment(consumer);
    rd_kafka_message_t *message = rd_kafka_consumer_poll(rk, (int)wait_ms);
    enum tf_err err = TF_OK;
    while (message && err == TF_OK) {
        err = take_error(consumer, message, fault);
        rd_kafka_message_destroy(message);
        message = err == TF_OK ? rd_kafka_consumer_poll(rk, 0) : NULL;
    }
    if (err == TF_OK)
        err = tf_client_fatal(consumer->client, fault);
    if (err == TF_OK)
        err = look_for_topic(consumer, fault);
    tf_client_probe(consumer->client, PROBE_MS);
    return err;
}

/*
 * librdkafka 2.0.2 may fetch again from an older position when an assignment changes (#4636): what was taken is not
 * taken again.
 */
static bool seen_before(struct tf_consumer *consumer, const rd_kafka_message_t *message)
{
    int64_t *next = (uint32_t)message->partition < consumer->partitions ? &consumer->next[message->partition] : NULL;
    if (next && message->offset < *next)
        return true;
    if (next)
        *next = message->offset + 1;
    return false;
}

static enum tf_err take_message(struct tf_consumer *consumer, struct tf_batch *batch, rd_kafka_message_t *message, struct tf_fault *fault)
{
    enum tf_err err = TF_OK;
    if (message->err) {
        err = take_error(consumer, message, fault);
    } else if (!seen_before(consumer, message)) {
        struct tf_item *item = tf_batch_add(batch);
        if (item) {
            tf_item_fill(batch, item, consumer->topic, message);
            return TF_OK;
        }
        err = tf_fault_set(fault, TF_E_LIMIT, "a batch has no room for a record it asked for");
    }
    rd_kafka_message_destroy(message);
    return err;
}

static size_t limit_events(const struct tf_consumer *consumer, const struct tf_batch *batch)
{
    size_t limit = (size_t)consumer->options->config->kafka.batch_events;
    if (batch->limit > 0 && batch->limit < limit)
        limit = batch->limit;
    return limit < batch->capacity ? limit : batch->capacity;
}

static bool is_full(const struct tf_consumer *consumer, const struct tf_batch *batch)
{
    return batch->count >= limit_events(consumer, batch) || batch->bytes >= (size_t)consumer->options->config->kafka.batch_bytes;
}

/* As many as are likely to fit: sizes are known only once records are here. The first is waited for alone. */
static size_t wanted(const struct tf_consumer *consumer, const struct tf_batch *batch)
{
    if (batch->count == 0)
        return 1;
    size_t by_bytes = ((size_t)consumer->options->config->kafka.batch_bytes - batch->bytes) / consumer->average_bytes + 1;
    size_t room = limit_events(consumer, batch) - batch->count;
    size_t count = by_bytes < room ? by_bytes : room;
    return count < CHUNK_MAX ? count : CHUNK_MAX;
}

static enum tf_err take_chunk(struct tf_consumer *consumer, struct tf_batch *batch, int64_t wait_ms, struct tf_fault *fault)
{
    rd_kafka_message_t *chunk[CHUNK_MAX];
    enum tf_err err = TF_OK;
    ssize_t count = rd_kafka_consume_batch_queue(consumer->records, (int)wait_ms, chunk, wanted(consumer, batch));
    for (ssize_t i = 0; i < count; i++) {
        if (err == TF_OK)
            err = take_message(consumer, batch, chunk[i], fault);
        else
            rd_kafka_message_destroy(chunk[i]);
    }
    if (count > 0)
        tf_client_note_up(consumer->client);
    if (batch->count > 0)
        consumer->average_bytes = batch->bytes / batch->count + 1;
    return err;
}

/* With a backlog the fetchers must not sleep; without one they never do. */
static void keep_awake(struct tf_consumer *consumer)
{
    rd_kafka_topic_partition_list_t *assigned = NULL;
    if (!consumer->behind || consumer->reader || !tf_waker_due(&consumer->waker, consumer->records, (size_t)consumer->options->config->kafka.batch_events))
        return;
    if (!rd_kafka_assignment(tf_client_handle(consumer->client), &assigned) && assigned)
        tf_waker_wake(&consumer->waker, tf_client_handle(consumer->client), assigned);
}

static enum tf_err step(struct tf_consumer *consumer, struct tf_batch *batch, int64_t left_ms, struct tf_fault *fault)
{
    int64_t slice = left_ms < SLICE_MS ? left_ms : SLICE_MS;
    if (consumer->assigned == 0)
        return serve(consumer, slice, fault);
    TF_TRY(serve(consumer, 0, fault));
    if (consumer->told)
        return TF_OK;
    keep_awake(consumer);
    return is_full(consumer, batch) ? TF_OK : take_chunk(consumer, batch, slice, fault);
}

/* A rebalance waits for the next poll, which drops from the batch what is not ours any more. */
enum tf_err tf_consumer_look_ahead(struct tf_consumer *consumer, struct tf_batch *ahead, size_t most, struct tf_fault *fault)
{
    size_t until = ahead->count + most;
    enum tf_err err = TF_OK;
    bool more = consumer->behind && !consumer->reader && consumer->assigned > 0;
    if (more)
        keep_awake(consumer);
    while (err == TF_OK && more && ahead->count < until && !is_full(consumer, ahead)) {
        size_t before = ahead->count;
        err = take_chunk(consumer, ahead, 0, fault);
        more = ahead->count > before;
    }
    consumer->ahead_bytes = ahead->bytes;
    return err;
}

static void tell_embedded(struct tf_consumer *consumer, const struct tf_batch *batch)
{
    if (consumer->reader)
        tf_flow_read(consumer->reader, batch->count > 0 ? batch->items[batch->count - 1].position.offset + 1 : -1);
}

/* Embedded there is no transaction to fill, and its writers are held back to a few MiB: waiting for more only stalls them. */
static int64_t collecting_ms(const struct tf_consumer *consumer)
{
    int64_t batch_ms = consumer->options->config->kafka.batch_ms;
    return tf_cluster_embedded(consumer->options->cluster) && batch_ms > EMBEDDED_BATCH_MS ? EMBEDDED_BATCH_MS : batch_ms;
}

enum tf_err tf_consumer_poll(struct tf_consumer *consumer, struct tf_batch *batch, int64_t wait_ms, struct tf_fault *fault)
{
    bool begun = batch->count > 0;
    int64_t left = begun ? collecting_ms(consumer) : wait_ms, until = tf_clock_mono_ms() + left;
    enum tf_err err;
    consumer->filling = batch;
    consumer->told = false;
    do {
        err = step(consumer, batch, left, fault);
        if (!begun && batch->count > 0)
            until = tf_clock_mono_ms() + collecting_ms(consumer);
        begun |= batch->count > 0;
        left = until - tf_clock_mono_ms();
        tell_embedded(consumer, batch);
    } while (err == TF_OK && left > 0 && !consumer->told && !is_full(consumer, batch));
    consumer->filling = NULL;
    consumer->batch_bytes = batch->bytes;
    consumer->ahead_bytes = 0;
    consumer->behind = is_full(consumer, batch);
    batch->polled_ns = tf_clock_wall_ns();
    batch->polled_mono_ms = tf_clock_mono_ms();
    return err;
}

enum tf_err tf_consumer_keep_alive(struct tf_consumer *consumer, int64_t wait_ms, struct tf_fault *fault)
{
    return serve(consumer, wait_ms, fault);
}

void tf_consumer_release(struct tf_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->items[i].borrowed)
            rd_kafka_message_destroy(batch->items[i].borrowed);
        batch->items[i].borrowed = NULL;
    }
}

rd_kafka_topic_partition_list_t *tf_consumer_offsets_after(const struct tf_consumer *consumer, const struct tf_batch *batch)
{
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(8);
    rd_kafka_topic_partition_t *one = NULL;
    for (size_t i = 0; i < batch->count; i++) {
        const struct tf_position *position = &batch->items[i].position;
        if (!one || (uint32_t)one->partition != position->partition)
            one = rd_kafka_topic_partition_list_find(offsets, consumer->topic.ptr, (int32_t)position->partition);
        if (!one)
            one = rd_kafka_topic_partition_list_add(offsets, consumer->topic.ptr, (int32_t)position->partition);
        one->offset = one->offset > position->offset ? one->offset : position->offset + 1;
    }
    rd_kafka_topic_partition_list_sort(offsets, NULL, NULL);
    return offsets;
}

enum tf_err tf_consumer_committed(struct tf_consumer *consumer, rd_kafka_topic_partition_list_t *offsets, int timeout_ms, struct tf_fault *fault)
{
    rd_kafka_resp_err_t code = rd_kafka_committed(tf_client_handle(consumer->client), offsets, timeout_ms);
    for (int i = 0; !code && i < offsets->cnt; i++)
        code = offsets->elems[i].err;
    return code ? tf_client_fail(consumer->client, code, "reading committed offsets", fault) : TF_OK;
}

enum tf_err tf_consumer_commit(struct tf_consumer *consumer, const rd_kafka_topic_partition_list_t *offsets, struct tf_fault *fault)
{
    if (tf_cluster_embedded(consumer->options->cluster)) {
        for (int i = 0; i < offsets->cnt; i++)
            tf_flow_commit(consumer->options->cluster->flow, consumer->options->role, offsets->elems[i].offset);
        return TF_OK;
    }
    TF_TRY(tf_consumer_settle(consumer, fault));
    rd_kafka_resp_err_t code = rd_kafka_commit_queue(tf_client_handle(consumer->client), offsets, consumer->commits, NULL, NULL);
    consumer->committing = !code;
    return code ? tf_client_fail(consumer->client, code, "committing offsets", fault) : TF_OK;
}

enum tf_err tf_consumer_settle(struct tf_consumer *consumer, struct tf_fault *fault)
{
    if (!consumer->committing)
        return TF_OK;
    rd_kafka_event_t *event = rd_kafka_queue_poll(consumer->commits, COMMIT_MS);
    rd_kafka_resp_err_t code = event ? rd_kafka_event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    consumer->committing = !event; /* one that came too late must not be taken for the next one's */
    if (event)
        rd_kafka_event_destroy(event);
    return code ? tf_client_fail(consumer->client, code, "committing offsets", fault) : TF_OK;
}

int64_t tf_consumer_next_offset(const struct tf_consumer *consumer, uint32_t partition)
{
    return partition < consumer->partitions ? consumer->began[partition] : -1;
}

bool tf_consumer_drained(const struct tf_consumer *consumer, uint32_t partition)
{
    int64_t low, high;
    if (partition >= consumer->partitions
        || rd_kafka_get_watermark_offsets(tf_client_handle(consumer->client), consumer->topic.ptr, (int32_t)partition, &low, &high) || high < 0)
        return false;
    const int64_t next = consumer->next[partition] >= 0 ? consumer->next[partition] : consumer->began[partition];
    return next >= high || low == high;
}

size_t tf_consumer_queue_bytes(const struct tf_consumer *consumer)
{
    return consumer->batch_bytes + consumer->ahead_bytes + rd_kafka_queue_length(consumer->records) * consumer->average_bytes;
}

size_t tf_consumer_queue_budget(const struct tf_consumer *consumer)
{
    char text[24];
    size_t size = sizeof text;
    uint64_t kib = 0;
    const rd_kafka_conf_t *conf = rd_kafka_conf(tf_client_handle(consumer->client));
    if (rd_kafka_conf_get(conf, "queued.max.messages.kbytes", text, &size) == RD_KAFKA_CONF_OK)
        (void)!tf_str_to_u64(tf_str_of(text), UINT32_MAX, &kib);
    return 2 * (size_t)consumer->options->config->kafka.batch_bytes + (size_t)kib * 1024;
}

struct tf_client *tf_consumer_client(const struct tf_consumer *consumer)
{
    return consumer->client;
}
