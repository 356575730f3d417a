#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "cluster_internal.h"
#include "metadata.h"
#include "properties.h"
#include "row.h"
#include "taxflow/clock.h"
#include "taxflow/kafka_read.h"

enum { CHUNK_MAX = 256, LOOK_EVERY_MS = 250, LOOK_MS = 1000, CLOSE_MS = 2000 };

/*
 * A number: librdkafka may take half a second to look up "the beginning". Where retention has taken the first records the broker
 * says so, and auto.offset.reset goes on with the oldest there is.
 */
enum { FROM_START = 0 };

struct tf_tail {
    struct tf_cluster *cluster;
    struct tf_client *client;
    rd_kafka_queue_t *queue;
    enum tf_stream stream;
    struct tf_str topic;
    bool from_start;
    bool missing;          /* a broker answered and does not have the topic */
    uint32_t partitions;   /* 0 until known: then all are assigned */
    bool *ended;           /* each partition: read to the end it had */
    int64_t *next;         /* each partition: the offset that comes next, -1 = not known */
    int64_t *from;         /* of the first from_count partitions, where they begin; -1 = at the end */
    uint32_t from_count;
    int64_t look_due_ms;
    struct tf_flow_reader *reader; /* embedded */
};

static int64_t begin_of(const struct tf_tail *tail, uint32_t partition, int64_t offset)
{
    return partition < tail->from_count && tail->from[partition] >= 0 ? tail->from[partition] : offset;
}

static enum tf_err assign(struct tf_tail *tail, uint32_t partitions, int64_t offset)
{
    if (!tail->ended)
        tail->ended = calloc(partitions, sizeof *tail->ended);
    if (!tail->next)
        tail->next = calloc(partitions, sizeof *tail->next);
    if (!tail->ended || !tail->next)
        return TF_E_MEMORY;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)partitions);
    for (uint32_t p = 0; p < partitions; p++) {
        rd_kafka_topic_partition_list_add(list, tail->topic.ptr, (int32_t)p)->offset = begin_of(tail, p, offset);
        tail->next[p] = -1;
    }
    rd_kafka_assign(tf_client_handle(tail->client), list);
    rd_kafka_topic_partition_list_destroy(list);
    tail->partitions = partitions;
    return TF_OK;
}

static void look_for_topic(struct tf_tail *tail)
{
    struct tf_topic_counts counts;
    struct tf_fault ignored;
    if (tf_clock_mono_ms() < tail->look_due_ms)
        return;
    if (tf_metadata_read(tail->client, tail->cluster, LOOK_MS, &counts, &ignored) == TF_OK) {
        tail->missing = counts.partitions[tail->stream] == 0;
        if (!tail->missing)
            (void)!assign(tail, counts.partitions[tail->stream], tail->from_start ? FROM_START : RD_KAFKA_OFFSET_END);
    }
    tail->look_due_ms = tf_clock_mono_ms() + LOOK_EVERY_MS;
}

/* Writers wait for this reader from its creation on, so it begins exactly where the flow says. */
static enum tf_err begin_embedded(struct tf_tail *tail, struct tf_fault *fault)
{
    int64_t first = begin_of(tail, 0, tail->from_start ? 0 : tf_flow_end(tail->cluster->flow, tail->stream));
    tail->reader = tf_flow_join(tail->cluster->flow, tail->stream, first, false);
    if (!tail->reader)
        return tf_fault_set(fault, TF_E_LIMIT, "too many readers of the embedded broker");
    if (assign(tail, 1, first) != TF_OK)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for a reader");
    return TF_OK;
}

static enum tf_err copy_from(struct tf_tail *tail, const int64_t *from, uint32_t count)
{
    tail->from = calloc((size_t)count + 1, sizeof *tail->from);
    if (!tail->from)
        return TF_E_MEMORY;
    if (count > 0)
        memcpy(tail->from, from, count * sizeof *from);
    tail->from_count = count;
    return TF_OK;
}

static enum tf_err create(struct tf_cluster *cluster, const struct tf_config *config, enum tf_stream stream, bool from_start, const int64_t *from,
                          uint32_t from_count, struct tf_tail **ret_tail, struct tf_fault *fault)
{
    struct tf_properties_request request = {cluster, config, TF_PROPERTIES_TAIL, "taxflow-reader", "reader"};
    rd_kafka_conf_t *conf;
    TF_TRY(tf_properties_build(&request, &conf, fault));
    struct tf_tail *tail = calloc(1, sizeof *tail);
    if (!tail) {
        rd_kafka_conf_destroy(conf);
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for a reader");
    }
    *tail = (struct tf_tail){.cluster = cluster, .stream = stream, .from_start = from_start, .topic = tf_str_of(tf_cluster_topic(cluster, stream))};
    enum tf_err err = copy_from(tail, from, from_count);
    if (err != TF_OK)
        rd_kafka_conf_destroy(conf);
    else
        err = tf_client_open(RD_KAFKA_CONSUMER, conf, tail, "reader", &tail->client, fault);
    if (err != TF_OK) {
        free(tail->from);
        free(tail);
        return err;
    }
    rd_kafka_poll_set_consumer(tf_client_handle(tail->client));
    tail->queue = rd_kafka_queue_get_consumer(tf_client_handle(tail->client));
    err = tf_cluster_embedded(cluster) ? begin_embedded(tail, fault) : TF_OK;
    if (err != TF_OK)
        tf_tail_destroy(tail);
    else
        *ret_tail = tail;
    return err;
}

enum tf_err tf_tail_create(struct tf_cluster *cluster, const struct tf_config *config, enum tf_stream stream, bool from_start,
                           struct tf_tail **ret_tail, struct tf_fault *fault)
{
    return create(cluster, config, stream, from_start, NULL, 0, ret_tail, fault);
}

enum tf_err tf_tail_create_at(struct tf_cluster *cluster, const struct tf_config *config, enum tf_stream stream, const int64_t *from, uint32_t count,
                              struct tf_tail **ret_tail, struct tf_fault *fault)
{
    return create(cluster, config, stream, false, from, count, ret_tail, fault);
}

int64_t tf_tail_next(const struct tf_tail *tail, uint32_t partition)
{
    return partition < tail->partitions ? tail->next[partition] : -1;
}

struct tf_tail *tf_tail_destroy(struct tf_tail *tail)
{
    if (!tail)
        return NULL;
    tf_flow_leave(tail->reader);
    rd_kafka_queue_destroy(tail->queue);
    tf_client_close(tail->client, CLOSE_MS);
    free(tail->ended);
    free(tail->next);
    free(tail->from);
    free(tail);
    return NULL;
}

/* Whether it was a row. */
static bool take(struct tf_tail *tail, const rd_kafka_message_t *message,
                 void (*visit)(void *self, const struct tf_position *position, const struct tf_row *row), void *self)
{
    bool ours = message->rkt && message->partition >= 0 && (uint32_t)message->partition < tail->partitions;
    if (message->err) {
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF && ours) {
            tail->ended[message->partition] = true;
            tail->next[message->partition] = message->offset;
        }
        return false;
    }
    struct tf_row row;
    rd_kafka_timestamp_type_t type;
    struct tf_position position = {tail->topic, (uint32_t)message->partition, message->offset, rd_kafka_message_timestamp(message, &type)};
    tf_row_view(message, tail->stream, &row);
    if (ours) {
        tail->ended[message->partition] = false;
        tail->next[message->partition] = message->offset + 1;
    }
    visit(self, &position, &row);
    if (tail->reader)
        tf_flow_read(tail->reader, message->offset + 1);
    return true;
}

static size_t take_chunk(struct tf_tail *tail, size_t max, int wait_ms,
                         void (*visit)(void *self, const struct tf_position *position, const struct tf_row *row), void *self)
{
    rd_kafka_message_t *chunk[CHUNK_MAX];
    size_t rows = 0;
    ssize_t count = rd_kafka_consume_batch_queue(tail->queue, wait_ms, chunk, max < CHUNK_MAX ? max : CHUNK_MAX);
    for (ssize_t i = 0; i < count; i++) {
        rows += take(tail, chunk[i], visit, self);
        rd_kafka_message_destroy(chunk[i]);
    }
    if (rows > 0)
        tf_client_note_up(tail->client);
    return rows;
}

size_t tf_tail_read(struct tf_tail *tail, size_t max, int64_t wait_ms,
                    void (*visit)(void *self, const struct tf_position *position, const struct tf_row *row), void *self)
{
    int64_t until = tf_clock_mono_ms() + wait_ms, left = wait_ms;
    size_t rows = 0, more;
    if (tail->reader)
        tf_flow_read(tail->reader, -1);
    if (tail->partitions == 0)
        look_for_topic(tail);
    else
        tf_client_probe(tail->client, LOOK_MS);
    /* One is waited for; the rest is what has come with it. An end of a partition is news too: the caller may ask for it. */
    do {
        rows = take_chunk(tail, 1, (int)left, visit, self);
        left = until - tf_clock_mono_ms();
    } while (rows == 0 && left > 0 && !tf_tail_ended(tail));
    for (more = rows; more > 0 && rows < max; rows += more)
        more = take_chunk(tail, max - rows, 0, visit, self);
    return rows;
}

bool tf_tail_ended(const struct tf_tail *tail)
{
    for (uint32_t p = 0; p < tail->partitions; p++)
        if (!tail->ended[p])
            return false;
    return tail->partitions > 0;
}

enum tf_err tf_tail_trouble(const struct tf_tail *tail, struct tf_fault *fault)
{
    char words[200];
    if (tail->missing)
        return tf_fault_set(fault, TF_E_CONFIG, "topic %s is missing, or its ACL hides it; run `taxflow topics --create`", tail->topic.ptr);
    if (tf_client_up(tail->client))
        return TF_OK;
    tf_client_last_words(tail->client, words, sizeof words);
    return tf_fault_set(fault, TF_E_UNAVAILABLE, "no broker of %s answers%s%s", tf_cluster_bootstrap(tail->cluster), words[0] ? ": " : "", words);
}
