/* Stretches of topics, read back to their high watermarks: two handles, because a read_committed one is told nothing of what is still open. */
#include <stdio.h>
#include <stdlib.h>

#include "client.h"
#include "cluster_internal.h"
#include "properties.h"
#include "row.h"
#include "taxflow/clock.h"
#include "taxflow/kafka_read.h"
#include "waker.h"

enum { CHUNK_MAX = 1024, ASK_MS = 5000, CLOSE_MS = 2000, TOPIC_BYTES = 256, DOWN_MS = 3000 };

/* Where there is much to read, few partitions are read at a time, with a deep queue, and the fetchers are kept awake (waker.h). */
enum { MANY_ROWS = 100000, LANES = 4, LOW_ROWS = 16384 };
struct depth { const char *rows, *kbytes; };
static const struct depth shallow = {"5000", "1024"}, deep = {"10000", "4096"};

struct span {
    struct tf_history_span given;
    int64_t first, next; /* offsets: where it began, where it stands */
    bool ended;
};

struct tf_history {
    const struct tf_cluster *cluster;
    char topics[TF_STREAM_COUNT][TOPIC_BYTES];
    struct tf_client *reader;
    rd_kafka_queue_t *queue;
    struct span *spans;
    size_t count, ended;
    size_t begun; /* spans that are read or were, in their order */
    size_t lanes; /* how many are read at a time */
    bool many;    /* and the fetchers must not sleep */
    struct tf_waker waker;
    size_t last; /* the span of the last row: the next is nearly always of the same */
};

static void name_topics(struct tf_history *history, const char *prefix)
{
    for (int s = 0; s < TF_STREAM_COUNT; s++) {
        if (prefix)
            snprintf(history->topics[s], TOPIC_BYTES, "%s.%s", prefix, tf_stream_name((enum tf_stream)s));
        else
            snprintf(history->topics[s], TOPIC_BYTES, "%s", tf_cluster_topic(history->cluster, (enum tf_stream)s));
    }
}

/* depth: of the queues, for a handle that reads; else NULL. */
static enum tf_err open_handle(struct tf_cluster *cluster, const struct tf_config *config, const struct depth *depth, void *owner,
                               struct tf_client **ret_client, struct tf_fault *fault)
{
    enum tf_properties_kind kind = depth ? TF_PROPERTIES_TAIL : TF_PROPERTIES_WATCH;
    struct tf_properties_request request = {cluster, config, kind, "taxflow-history", "reader"};
    rd_kafka_conf_t *conf;
    TF_TRY(tf_properties_build(&request, &conf, fault));
    if (depth) {
        (void)!rd_kafka_conf_set(conf, "queued.min.messages", depth->rows, NULL, 0);
        (void)!rd_kafka_conf_set(conf, "queued.max.messages.kbytes", depth->kbytes, NULL, 0);
        (void)!rd_kafka_conf_set(conf, "fetch.message.max.bytes", "1048576", NULL, 0);
    }
    TF_TRY(tf_client_open(RD_KAFKA_CONSUMER, conf, owner, "reader of history", ret_client, fault));
    rd_kafka_poll_set_consumer(tf_client_handle(*ret_client));
    return TF_OK;
}

/* ListOffsets for every span: timestamp -1 asks for the end, which this handle tells as the high watermark. */
static enum tf_err ask_offsets(struct tf_client *client, const struct tf_history *history, int64_t (*time_of)(const struct span *span),
                               void (*take)(struct span *span, int64_t offset), struct tf_fault *fault)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)history->count);
    for (size_t i = 0; i < history->count; i++)
        rd_kafka_topic_partition_list_add(list, history->topics[history->spans[i].given.stream], (int32_t)history->spans[i].given.partition)->offset =
            time_of(&history->spans[i]);
    rd_kafka_resp_err_t code = rd_kafka_offsets_for_times(tf_client_handle(client), list, ASK_MS);
    for (int i = 0; !code && i < list->cnt; i++) {
        rd_kafka_resp_err_t one = list->elems[i].err;
        bool missing = one == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || one == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
                       one == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
        if (one && !missing)
            code = one;
        else
            take(&history->spans[i], missing ? 0 : list->elems[i].offset);
    }
    rd_kafka_topic_partition_list_destroy(list);
    return code ? tf_client_fail(client, code, "asking where the results begin and end", fault) : TF_OK;
}

static int64_t end_time(const struct span *span)
{
    (void)span;
    return RD_KAFKA_OFFSET_END;
}
static void take_end(struct span *span, int64_t offset)
{
    span->given.end = offset > 0 ? offset : 0;
}
static int64_t first_time(const struct span *span)
{
    return span->given.from_ms > 0 ? span->given.from_ms : RD_KAFKA_OFFSET_BEGINNING;
}
/* No record that late: the broker answers -1, the end. */
static void take_first(struct span *span, int64_t offset)
{
    int64_t by_time = offset < 0 ? span->given.end : offset;
    span->first = span->given.from >= 0 ? span->given.from : by_time;
}

static bool needs_times(const struct tf_history *history)
{
    for (size_t i = 0; i < history->count; i++)
        if (history->spans[i].given.from < 0)
            return true;
    return false;
}

static enum tf_err find_bounds(struct tf_history *history, struct tf_cluster *cluster, const struct tf_config *config, struct tf_fault *fault)
{
    struct tf_client *watcher = NULL;
    TF_TRY(open_handle(cluster, config, NULL, history, &watcher, fault));
    enum tf_err err = ask_offsets(watcher, history, end_time, take_end, fault);
    for (size_t i = 0; i < history->count; i++)
        history->spans[i].first = history->spans[i].given.from;
    if (err == TF_OK && needs_times(history))
        err = ask_offsets(watcher, history, first_time, take_first, fault);
    tf_client_close(watcher, CLOSE_MS);
    return err;
}

static void end_span(struct tf_history *history, struct span *span)
{
    if (span->ended)
        return;
    span->ended = true;
    span->next = span->given.end > span->next ? span->given.end : span->next;
    history->ended++;
}

/* The next spans; all that are empty end at once. */
static enum tf_err begin_lanes(struct tf_history *history, struct tf_fault *fault)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)history->lanes);
    while (history->begun < history->count && (size_t)list->cnt < history->lanes) {
        struct span *span = &history->spans[history->begun++];
        if (span->first >= span->given.end)
            end_span(history, span);
        else
            rd_kafka_topic_partition_list_add(list, history->topics[span->given.stream], (int32_t)span->given.partition)->offset = span->first;
    }
    rd_kafka_resp_err_t code = rd_kafka_assign(tf_client_handle(history->reader), list);
    rd_kafka_topic_partition_list_destroy(list);
    return code ? tf_client_fail(history->reader, code, "reading results back", fault) : TF_OK;
}

static uint64_t rows_in_all(const struct tf_history *history)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < history->count; i++)
        if (history->spans[i].given.end > history->spans[i].first)
            rows += (uint64_t)(history->spans[i].given.end - history->spans[i].first);
    return rows;
}

static enum tf_err open_all(struct tf_history *history, struct tf_cluster *cluster, const struct tf_config *config, struct tf_fault *fault)
{
    TF_TRY(find_bounds(history, cluster, config, fault));
    bool many = rows_in_all(history) > MANY_ROWS;
    for (size_t i = 0; i < history->count; i++)
        history->spans[i].next = history->spans[i].first;
    history->lanes = many ? LANES : history->count;
    history->many = many;
    TF_TRY(open_handle(cluster, config, many ? &deep : &shallow, history, &history->reader, fault));
    history->queue = rd_kafka_queue_get_consumer(tf_client_handle(history->reader));
    return begin_lanes(history, fault);
}

enum tf_err tf_history_open(struct tf_cluster *cluster, const struct tf_config *config, const char *prefix, struct tf_history_span *spans,
                            size_t count, struct tf_history **ret_history, struct tf_fault *fault)
{
    struct tf_history *history = calloc(1, sizeof *history);
    struct span *own = calloc(count ? count : 1, sizeof *own);
    if (!history || !own) {
        free(history);
        free(own);
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for reading %zu partitions back", count);
    }
    history->cluster = cluster;
    history->spans = own;
    history->count = count;
    for (size_t i = 0; i < count; i++)
        own[i].given = spans[i];
    name_topics(history, prefix);
    enum tf_err err = open_all(history, cluster, config, fault);
    if (err != TF_OK) {
        tf_history_close(history);
        return err;
    }
    for (size_t i = 0; i < count; i++)
        spans[i].end = own[i].given.end;
    *ret_history = history;
    return TF_OK;
}

struct tf_history *tf_history_close(struct tf_history *history)
{
    if (!history)
        return NULL;
    tf_waker_finish(&history->waker);
    if (history->queue)
        rd_kafka_queue_destroy(history->queue);
    tf_client_close(history->reader, CLOSE_MS);
    free(history->spans);
    free(history);
    return NULL;
}

static bool is_of(const struct tf_history *history, const struct span *span, const rd_kafka_message_t *message)
{
    return (uint32_t)message->partition == span->given.partition &&
           strcmp(rd_kafka_topic_name(message->rkt), history->topics[span->given.stream]) == 0;
}

static struct span *span_of(struct tf_history *history, const rd_kafka_message_t *message)
{
    if (!message->rkt || message->partition < 0)
        return NULL;
    for (size_t i = 0; i < history->count; i++) {
        size_t at = (history->last + i) % history->count;
        if (is_of(history, &history->spans[at], message)) {
            history->last = at;
            return &history->spans[at];
        }
    }
    return NULL;
}

/* An end of partition says how far everything is decided: behind it may lie a transaction that is still open. */
static void take_event(struct tf_history *history, struct span *span, const rd_kafka_message_t *message)
{
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF && message->offset >= span->given.end)
        end_span(history, span);
}

static void take(struct tf_history *history, const rd_kafka_message_t *message,
                 void (*visit)(void *self, size_t span, const struct tf_position *position, const struct tf_row *row), void *self)
{
    struct span *span = span_of(history, message);
    if (!span)
        return;
    if (message->err) {
        take_event(history, span, message);
        return;
    }
    if (message->offset < span->given.end) {
        struct tf_row row;
        rd_kafka_timestamp_type_t type;
        struct tf_position position = {tf_str_of(history->topics[span->given.stream]), (uint32_t)message->partition, message->offset,
                                       rd_kafka_message_timestamp(message, &type)};
        tf_row_view(message, span->given.stream, &row);
        visit(self, (size_t)(span - history->spans), &position, &row);
        span->next = message->offset + 1;
    }
    if (message->offset + 1 >= span->given.end)
        end_span(history, span);
}

static void keep_awake(struct tf_history *history)
{
    if (!history->many || !tf_waker_due(&history->waker, history->queue, LOW_ROWS))
        return;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)history->lanes);
    for (size_t i = 0; i < history->begun; i++)
        if (!history->spans[i].ended)
            rd_kafka_topic_partition_list_add(list, history->topics[history->spans[i].given.stream], (int32_t)history->spans[i].given.partition);
    tf_waker_wake(&history->waker, tf_client_handle(history->reader), list);
}

enum tf_err tf_history_read(struct tf_history *history, size_t max, int64_t wait_ms,
                            void (*visit)(void *self, size_t span, const struct tf_position *position, const struct tf_row *row), void *self,
                            struct tf_fault *fault)
{
    rd_kafka_message_t *chunk[CHUNK_MAX];
    if (tf_history_ended(history))
        return TF_OK;
    keep_awake(history);
    ssize_t count = rd_kafka_consume_batch_queue(history->queue, (int)wait_ms, chunk, max < CHUNK_MAX ? max : CHUNK_MAX);
    for (ssize_t i = 0; i < count; i++) {
        take(history, chunk[i], visit, self);
        rd_kafka_message_destroy(chunk[i]);
    }
    if (count > 0)
        tf_client_note_up(history->reader);
    TF_TRY(tf_client_fatal(history->reader, fault));
    if (history->ended == history->begun && history->begun < history->count)
        return begin_lanes(history, fault);
    if (count <= 0 && tf_client_down_ms(history->reader) > DOWN_MS) {
        tf_client_probe(history->reader, ASK_MS);
        if (!tf_client_up(history->reader))
            return tf_fault_set(fault, TF_E_UNAVAILABLE, "no broker of %s answers while results are read back", tf_cluster_bootstrap(history->cluster));
    }
    return TF_OK;
}

bool tf_history_ended(const struct tf_history *history)
{
    return history->ended == history->count;
}

void tf_history_progress(const struct tf_history *history, uint64_t *ret_done, uint64_t *ret_total)
{
    *ret_done = *ret_total = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct span *span = &history->spans[i];
        if (span->given.end <= span->first)
            continue;
        *ret_total += (uint64_t)(span->given.end - span->first);
        *ret_done += (uint64_t)(span->next - span->first);
    }
}

enum tf_err tf_history_partitions(struct tf_cluster *cluster, const struct tf_config *config, const char *prefix, enum tf_stream stream,
                                  uint32_t *ret_partitions, struct tf_fault *fault)
{
    const struct rd_kafka_metadata *metadata;
    struct tf_client *client = NULL;
    char topic[TOPIC_BYTES];
    snprintf(topic, sizeof topic, "%s.%s", prefix, tf_stream_name(stream));
    TF_TRY(open_handle(cluster, config, NULL, NULL, &client, fault));
    rd_kafka_resp_err_t code = rd_kafka_metadata(tf_client_handle(client), 1, NULL, &metadata, ASK_MS);
    enum tf_err err = code ? tf_client_fail(client, code, "asking for the topics of the previous prefix", fault) : TF_OK;
    *ret_partitions = 0;
    for (int i = 0; !code && i < metadata->topic_cnt; i++)
        if (strcmp(metadata->topics[i].topic, topic) == 0 && !metadata->topics[i].err)
            *ret_partitions = (uint32_t)metadata->topics[i].partition_cnt;
    if (!code)
        rd_kafka_metadata_destroy(metadata);
    tf_client_close(client, CLOSE_MS);
    return err;
}
