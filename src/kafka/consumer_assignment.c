/*
 * Which partitions are ours and where they begin. Starting points are set by hand: what was committed, else the
 * beginning. librdkafka's own reset would jump over records that retention took away; so a reset is an error (consumer.c).
 */
#include <stdlib.h>

#include "cluster_internal.h"
#include "consumer_internal.h"

enum { COMMITTED_MS = 10000 };

static void tell(struct tf_consumer *consumer, const rd_kafka_topic_partition_list_t *partitions, bool assigned, bool lost)
{
    const struct tf_kafka_options *options = consumer->options;
    size_t count = (size_t)partitions->cnt;
    uint32_t *numbers = calloc(count ? count : 1, sizeof *numbers);
    if (consumer->closing || !numbers) {
        free(numbers);
        return;
    }
    for (size_t i = 0; i < count; i++)
        numbers[i] = (uint32_t)partitions->elems[i].partition;
    consumer->told |= assigned;
    if (assigned && options->on_assigned)
        options->on_assigned(options->self, numbers, count);
    if (!assigned && options->on_revoked)
        options->on_revoked(options->self, numbers, count, lost);
    free(numbers);
}

/* Before the assignment, so that not one record goes to the consumer's own queue. */
static void deliver_to_records(struct tf_consumer *consumer, const rd_kafka_topic_partition_list_t *partitions)
{
    for (int i = 0; i < partitions->cnt; i++) {
        const rd_kafka_topic_partition_t *one = &partitions->elems[i];
        rd_kafka_queue_t *queue = rd_kafka_queue_get_partition(tf_client_handle(consumer->client), one->topic, one->partition);
        if (!queue)
            continue;
        rd_kafka_queue_forward(queue, consumer->records);
        rd_kafka_queue_destroy(queue);
    }
}

static void start(struct tf_consumer *consumer, rd_kafka_topic_partition_list_t *partitions)
{
    for (int i = 0; i < partitions->cnt; i++) {
        rd_kafka_topic_partition_t *one = &partitions->elems[i];
        bool known = one->partition >= 0 && (uint32_t)one->partition < consumer->partitions;
        if (known)
            consumer->next[one->partition] = consumer->began[one->partition] = one->offset >= 0 ? one->offset : -1;
        if (one->offset < 0)
            one->offset = RD_KAFKA_OFFSET_BEGINNING;
    }
    deliver_to_records(consumer, partitions);
    rd_kafka_assign(tf_client_handle(consumer->client), partitions);
    consumer->assigned = (size_t)partitions->cnt;
}

static void forget_pending(struct tf_consumer *consumer)
{
    if (consumer->pending)
        rd_kafka_topic_partition_list_destroy(consumer->pending);
    consumer->pending = NULL;
}

void tf_consumer_tell_gap(struct tf_consumer *consumer, uint32_t partition, int64_t lost)
{
    struct tf_fault text;
    const struct tf_kafka_options *options = consumer->options;
    tf_fault_set(&text, TF_E_CONFIG, "records lost to retention: %s partition %u no longer has offset %lld", consumer->topic.ptr, partition,
                 (long long)lost);
    if (options->on_gap && partition < consumer->partitions)
        options->on_gap(options->self, partition, text.text);
}

/* ListOffsets: what is there, as RD_KAFKA_OFFSET_BEGINNING or _END asks. */
static bool find_offsets(struct tf_consumer *consumer, rd_kafka_topic_partition_list_t *partitions, int64_t which)
{
    for (int i = 0; i < partitions->cnt; i++)
        partitions->elems[i].offset = which;
    bool found = !rd_kafka_offsets_for_times(tf_client_handle(consumer->client), partitions, COMMITTED_MS);
    for (int i = 0; i < partitions->cnt; i++)
        found = found && !partitions->elems[i].err;
    return found;
}

/* A position past the end (a topic made anew, a log cut off) is as lost as one before the beginning. */
static bool step_over_gaps(struct tf_consumer *consumer, rd_kafka_topic_partition_list_t *partitions)
{
    rd_kafka_topic_partition_list_t *oldest = rd_kafka_topic_partition_list_copy(partitions), *end = rd_kafka_topic_partition_list_copy(partitions);
    bool found = find_offsets(consumer, oldest, RD_KAFKA_OFFSET_BEGINNING) && find_offsets(consumer, end, RD_KAFKA_OFFSET_END);
    for (int i = 0; found && i < partitions->cnt; i++) {
        rd_kafka_topic_partition_t *one = &partitions->elems[i];
        if (one->offset < 0 || (one->offset >= oldest->elems[i].offset && one->offset <= end->elems[i].offset))
            continue;
        tf_consumer_tell_gap(consumer, (uint32_t)one->partition, one->offset);
        one->offset = oldest->elems[i].offset;
    }
    rd_kafka_topic_partition_list_destroy(oldest);
    rd_kafka_topic_partition_list_destroy(end);
    return found;
}

static bool find_starts(struct tf_consumer *consumer, rd_kafka_topic_partition_list_t *partitions)
{
    struct tf_fault ignored;
    return partitions->cnt == 0 || (tf_consumer_committed(consumer, partitions, COMMITTED_MS, &ignored) == TF_OK &&
                                    (!consumer->options->config->kafka.accept_gap || step_over_gaps(consumer, partitions)));
}

/* A coordinator that does not answer must not hold the group up: nothing is assigned until it does. */
static void assign(struct tf_consumer *consumer, const rd_kafka_topic_partition_list_t *given)
{
    rd_kafka_topic_partition_list_t *partitions = rd_kafka_topic_partition_list_copy(given);
    forget_pending(consumer);
    if (find_starts(consumer, partitions)) {
        start(consumer, partitions);
        tell(consumer, partitions, true, false);
    } else {
        consumer->pending = rd_kafka_topic_partition_list_copy(given);
        rd_kafka_topic_partition_list_t *none = rd_kafka_topic_partition_list_new(0);
        rd_kafka_assign(tf_client_handle(consumer->client), none);
        rd_kafka_topic_partition_list_destroy(none);
    }
    rd_kafka_topic_partition_list_destroy(partitions);
}

void tf_consumer_retry_assignment(struct tf_consumer *consumer)
{
    rd_kafka_topic_partition_list_t *partitions = consumer->pending;
    if (!partitions)
        return;
    consumer->pending = NULL;
    if (consumer->reader)
        tell(consumer, partitions, true, false);
    else
        assign(consumer, partitions);
    rd_kafka_topic_partition_list_destroy(partitions);
}

static bool listed(const rd_kafka_topic_partition_list_t *partitions, uint32_t partition)
{
    for (int i = 0; i < partitions->cnt; i++)
        if ((uint32_t)partitions->elems[i].partition == partition)
            return true;
    return false;
}

/* The records of partitions that are not ours any more: their new owner gets them. */
static void drop_records(struct tf_batch *batch, const rd_kafka_topic_partition_list_t *partitions)
{
    size_t kept = 0;
    for (size_t i = 0; i < batch->count; i++) {
        struct tf_item *item = &batch->items[i];
        if (listed(partitions, item->position.partition)) {
            rd_kafka_message_destroy(item->borrowed);
            batch->bytes -= item->value.len;
        } else {
            if (kept != i)
                batch->items[kept] = *item;
            kept++;
        }
    }
    batch->count = kept;
}

static void revoke(struct tf_consumer *consumer, const rd_kafka_topic_partition_list_t *partitions)
{
    struct tf_fault ignored;
    bool lost = rd_kafka_assignment_lost(tf_client_handle(consumer->client));
    forget_pending(consumer);
    (void)!tf_consumer_settle(consumer, &ignored); /* what is not committed comes again to the next owner */
    if (consumer->filling)
        drop_records(consumer->filling, partitions);
    rd_kafka_assign(tf_client_handle(consumer->client), NULL);
    consumer->assigned = 0;
    tell(consumer, partitions, false, lost);
}

/* Those the control record knows: a drained prefix may have more, and nothing of ours is in them. */
static rd_kafka_topic_partition_list_t *known_of(const struct tf_consumer *consumer, const rd_kafka_topic_partition_list_t *given)
{
    rd_kafka_topic_partition_list_t *known = rd_kafka_topic_partition_list_new(given->cnt);
    for (int i = 0; i < given->cnt; i++)
        if (given->elems[i].partition >= 0 && (uint32_t)given->elems[i].partition < consumer->partitions)
            rd_kafka_topic_partition_list_add(known, given->elems[i].topic, given->elems[i].partition);
    return known;
}

void tf_consumer_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *partitions, void *opaque)
{
    struct tf_consumer *consumer = tf_client_owner(opaque);
    rd_kafka_topic_partition_list_t *known = known_of(consumer, partitions);
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && !consumer->closing)
        assign(consumer, known);
    else if (code == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS)
        revoke(consumer, known);
    else
        rd_kafka_assign(rk, NULL);
    rd_kafka_topic_partition_list_destroy(known);
}

enum tf_err tf_consumer_assign_embedded(struct tf_consumer *consumer, struct tf_fault *fault)
{
    struct tf_flow *flow = consumer->options->cluster->flow;
    int64_t committed = tf_flow_committed(flow, consumer->options->role);
    int64_t first = committed < 0 ? 0 : committed;
    consumer->reader = tf_flow_join(flow, TF_STREAM_AUDIT, first, true);
    if (!consumer->reader)
        return tf_fault_set(fault, TF_E_LIMIT, "too many readers of the embedded broker");
    rd_kafka_topic_partition_list_t *partitions = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(partitions, consumer->topic.ptr, 0)->offset = first;
    start(consumer, partitions);
    consumer->pending = partitions;
    return TF_OK;
}
