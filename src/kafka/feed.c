#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "cluster_internal.h"
#include "flights.h"
#include "metadata.h"
#include "properties.h"
#include "row.h"
#include "taxflow/clock.h"
#include "taxflow/thread.h"

enum {
    POLL_MS = 20,
    LOOK_EVERY_MS = 250, /* for topics, while some are missing or no broker answers */
    LOOK_MS = 500,
    LOST_MS = 2000,      /* without a broker for that long, rows are refused */
    GIVE_UP_MS = TF_MESSAGE_TIMEOUT_MS,
    LINGER_MS = 2000,    /* for rows on their way at the end */
    CLOSE_MS = 1000,
};

/*
 * gate: senders hold it for reading, the feed's thread for writing while it takes a new producer; guards client and topics.
 * lock: guards everything below it. Taken after gate.
 */
struct tf_feed {
    struct tf_cluster *cluster;
    const struct tf_config *config;
    char *identity;
    size_t bytes_max;
    pthread_t thread;
    pthread_rwlock_t gate;
    struct tf_client *client;
    rd_kafka_topic_t *topics[TF_STREAM_COUNT]; /* NULL: the cluster has none, or it is not known yet */
    struct tf_flight *reports; /* that wait to land, the last first: of the feed's thread alone */
    pthread_mutex_t lock;
    struct tf_flights flights;
    int64_t progress_ms; /* last success, or when the first row set off */
    uint32_t partitions; /* of taxflow.audit */
    bool used[TF_STREAM_COUNT];
    bool stopping;
};

static enum tf_err ticket_error(rd_kafka_resp_err_t code)
{
    return !code ? TF_OK : code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ? TF_E_TOO_BIG : TF_E_UNAVAILABLE;
}

static void on_report(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
    (void)rk;
    struct tf_feed *feed = tf_client_owner(opaque);
    struct tf_flight *flight = message->_private;
    if (feed->cluster->flow)
        tf_flow_sent(feed->cluster->flow, flight->stream, message->err ? -1 : message->offset, flight->bytes);
    flight->outcome = (struct tf_ticket){ticket_error(message->err), (uint32_t)message->partition, message->offset, true, NULL};
    flight->next_reported = feed->reports;
    feed->reports = flight;
    if (!message->err)
        tf_client_note_up(opaque);
}

/* All that was reported since the last time, under one lock: there may be thousands, and as many senders want it. */
static void land_reports(struct tf_feed *feed)
{
    if (!feed->reports)
        return;
    const int64_t now_ms = tf_clock_mono_ms();
    pthread_mutex_lock(&feed->lock);
    for (struct tf_flight *flight = feed->reports; flight;) {
        struct tf_flight *next = flight->next_reported;
        if (flight->outcome.err == TF_OK)
            feed->progress_ms = now_ms;
        tf_flights_report(&feed->flights, flight);
        flight = next;
    }
    feed->reports = NULL;
    struct tf_waiter *complete = tf_flights_take_complete(&feed->flights);
    pthread_mutex_unlock(&feed->lock);
    tf_waiter_wake_all(complete);
}

static enum tf_err open_client(struct tf_feed *feed, struct tf_client **ret_client, struct tf_fault *fault)
{
    struct tf_properties_request request = {feed->cluster, feed->config, TF_PROPERTIES_FEED, feed->identity, NULL};
    rd_kafka_conf_t *conf;
    TF_TRY(tf_properties_build(&request, &conf, fault));
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    return tf_client_open(RD_KAFKA_PRODUCER, conf, feed, "producer", ret_client, fault);
}

static void close_topics(struct tf_feed *feed)
{
    for (int s = 0; s < TF_STREAM_COUNT; s++) {
        if (feed->topics[s])
            rd_kafka_topic_destroy(feed->topics[s]);
        feed->topics[s] = NULL;
    }
}

/* Topics that exist, and only they: a producer's own question for a topic would let the broker create it. */
static void look_for_topics(struct tf_feed *feed)
{
    struct tf_topic_counts counts;
    struct tf_fault ignored;
    if (tf_metadata_read(feed->client, feed->cluster, LOOK_MS, &counts, &ignored) != TF_OK)
        return;
    pthread_rwlock_wrlock(&feed->gate);
    for (int s = 0; s < TF_STREAM_COUNT; s++)
        if (!feed->topics[s] && counts.partitions[s] > 0)
            feed->topics[s] = rd_kafka_topic_new(tf_client_handle(feed->client), tf_cluster_topic(feed->cluster, (enum tf_stream)s), NULL);
    pthread_rwlock_unlock(&feed->gate);
    pthread_mutex_lock(&feed->lock);
    feed->partitions = counts.partitions[TF_STREAM_AUDIT];
    pthread_mutex_unlock(&feed->lock);
}

static bool topics_missing(const struct tf_feed *feed)
{
    for (int s = 0; s < TF_STREAM_COUNT; s++)
        if (!feed->topics[s])
            return true;
    return false;
}

/* Rows without a report get one that says that they failed. */
static void give_up_rows(rd_kafka_t *rk, int wait_ms)
{
    rd_kafka_purge(rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(rk, wait_ms);
}

/* What a producer does not even report after it was told to give up. */
static void strand_rows(struct tf_feed *feed)
{
    land_reports(feed);
    pthread_mutex_lock(&feed->lock);
    tf_flights_strand(&feed->flights);
    struct tf_waiter *complete = tf_flights_take_complete(&feed->flights);
    pthread_mutex_unlock(&feed->lock);
    tf_waiter_wake_all(complete);
}

static void move_topics(struct tf_feed *feed, struct tf_client *fresh)
{
    for (int s = 0; s < TF_STREAM_COUNT; s++) {
        if (!feed->topics[s])
            continue;
        rd_kafka_topic_destroy(feed->topics[s]);
        feed->topics[s] = rd_kafka_topic_new(tf_client_handle(fresh), tf_cluster_topic(feed->cluster, (enum tf_stream)s), NULL);
    }
}

/* The next one starts clean, the senders of lost rows try again. */
static void replace_client(struct tf_feed *feed)
{
    struct tf_client *fresh;
    struct tf_fault ignored;
    if (open_client(feed, &fresh, &ignored) != TF_OK)
        return;
    pthread_rwlock_wrlock(&feed->gate);
    give_up_rows(tf_client_handle(feed->client), CLOSE_MS);
    strand_rows(feed);
    move_topics(feed, fresh);
    struct tf_client *old = feed->client;
    feed->client = fresh;
    pthread_rwlock_unlock(&feed->gate);
    tf_client_close(old, CLOSE_MS);
}

static bool is_stopping(struct tf_feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    bool stopping = feed->stopping;
    pthread_mutex_unlock(&feed->lock);
    return stopping;
}

static bool is_overdue(struct tf_feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    const struct tf_flight *oldest = feed->flights.oldest;
    bool overdue = oldest && tf_clock_mono_ms() - oldest->boarded_ms >= GIVE_UP_MS;
    pthread_mutex_unlock(&feed->lock);
    return overdue;
}

/*
 * With a fatal error it sends nothing any more. And librdkafka must not time a row out: an idempotent producer goes on after that under
 * a new epoch, and sends again whatever it has no answer for, which no broker can tell from a new row (rdkafka_broker.c,
 * rd_kafka_toppar_producer_serve). So a row that takes too long ends its producer, and what was on its way with it is reported as unknown.
 */
static bool is_spent(struct tf_feed *feed)
{
    struct tf_fault ignored;
    return tf_client_fatal(feed->client, &ignored) != TF_OK || is_overdue(feed);
}

static void *run(void *value)
{
    struct tf_feed *feed = value;
    int64_t look_due_ms = 0;
    while (!is_stopping(feed)) {
        if ((topics_missing(feed) || !tf_client_up(feed->client)) && tf_clock_mono_ms() >= look_due_ms) {
            look_for_topics(feed);
            look_due_ms = tf_clock_mono_ms() + LOOK_EVERY_MS;
        }
        rd_kafka_poll(tf_client_handle(feed->client), POLL_MS);
        land_reports(feed);
        if (is_spent(feed))
            replace_client(feed);
    }
    return NULL;
}

static void init_locks(struct tf_feed *feed)
{
    pthread_rwlockattr_t writers_first;
    pthread_rwlockattr_init(&writers_first);
    pthread_rwlockattr_setkind_np(&writers_first, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&feed->gate, &writers_first);
    pthread_rwlockattr_destroy(&writers_first);
    pthread_mutex_init(&feed->lock, NULL);
}

static void free_feed(struct tf_feed *feed)
{
    tf_flights_finish(&feed->flights);
    pthread_mutex_destroy(&feed->lock);
    pthread_rwlock_destroy(&feed->gate);
    free(feed->identity);
    free(feed);
}

enum tf_err tf_feed_create(struct tf_cluster *cluster, const struct tf_config *config, const char *identity, size_t bytes_max,
                           struct tf_feed **ret_feed, struct tf_fault *fault)
{
    struct tf_feed *feed = calloc(1, sizeof *feed);
    if (!feed)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for a Kafka producer");
    init_locks(feed);
    feed->cluster = cluster;
    feed->config = config;
    feed->bytes_max = bytes_max;
    feed->identity = strdup(identity);
    enum tf_err err = feed->identity ? open_client(feed, &feed->client, fault) : tf_fault_set(fault, TF_E_MEMORY, "memory ran out for a name");
    if (err != TF_OK) {
        free_feed(feed);
        return err;
    }
    if (tf_cluster_embedded(cluster))
        look_for_topics(feed); /* the broker is in this process: ready at once */
    err = tf_thread_start(&feed->thread, "tf-feed", run, feed);
    if (err != TF_OK) {
        close_topics(feed);
        tf_client_close(feed->client, CLOSE_MS);
        free_feed(feed);
        return tf_fault_set(fault, err, "the system refused a thread for the Kafka producer");
    }
    *ret_feed = feed;
    return TF_OK;
}

struct tf_feed *tf_feed_destroy(struct tf_feed *feed)
{
    if (!feed)
        return NULL;
    pthread_mutex_lock(&feed->lock);
    feed->stopping = true;
    pthread_mutex_unlock(&feed->lock);
    pthread_join(feed->thread, NULL);
    rd_kafka_t *rk = tf_client_handle(feed->client);
    if (rd_kafka_flush(rk, LINGER_MS))
        give_up_rows(rk, CLOSE_MS);
    land_reports(feed);
    close_topics(feed);
    tf_client_close(feed->client, CLOSE_MS);
    free_feed(feed);
    return NULL;
}

static bool lost(const struct tf_feed *feed, int64_t now_ms)
{
    bool stalled = feed->flights.bytes > 0 && now_ms - feed->progress_ms >= LOST_MS;
    return stalled || tf_client_down_ms(feed->client) >= LOST_MS;
}

static bool readers_behind(const struct tf_feed *feed, enum tf_stream stream, size_t bytes)
{
    size_t behind = feed->cluster->flow ? tf_flow_behind(feed->cluster->flow, stream) : 0;
    return behind > 0 && behind + bytes > TF_FLOW_ROOM_BYTES;
}

/* A row larger than the whole budget goes when nothing else is on its way. */
static enum tf_err board(struct tf_feed *feed, const struct tf_row *row, struct tf_ticket *ticket, struct tf_flight **ret_flight)
{
    size_t bytes = tf_flow_row_bytes(row);
    int64_t now = tf_clock_mono_ms();
    if (lost(feed, now))
        return TF_E_UNAVAILABLE;
    if ((feed->flights.bytes > 0 && feed->flights.bytes + bytes > feed->bytes_max) || readers_behind(feed, row->stream, bytes))
        return TF_E_FULL;
    bool first = !feed->flights.oldest;
    struct tf_flight *flight = tf_flights_board(&feed->flights, row->stream, bytes, ticket, now);
    if (!flight)
        return TF_E_FULL;
    if (first)
        feed->progress_ms = now;
    feed->used[row->stream] = true;
    if (ticket)
        *ticket = (struct tf_ticket){.flight = flight};
    *ret_flight = flight;
    return TF_OK;
}

static enum tf_err send_error(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__QUEUE_FULL ? TF_E_FULL : ticket_error(code);
}

/* gate is held. */
static enum tf_err send_row(struct tf_feed *feed, const struct tf_row *row, struct tf_ticket *ticket)
{
    struct tf_flight *flight = NULL;
    struct tf_flow *flow = feed->cluster->flow;
    if (!feed->topics[row->stream])
        return TF_E_UNAVAILABLE;
    pthread_mutex_lock(&feed->lock);
    enum tf_err err = board(feed, row, ticket, &flight);
    pthread_mutex_unlock(&feed->lock);
    TF_TRY(err);
    size_t bytes = flight->bytes;
    if (flow)
        tf_flow_sending(flow, row->stream, bytes);
    rd_kafka_resp_err_t code = tf_row_produce(tf_client_handle(feed->client), feed->topics[row->stream], row, flight);
    if (!code)
        return TF_OK;
    if (flow)
        tf_flow_sent(flow, row->stream, -1, bytes);
    pthread_mutex_lock(&feed->lock);
    if (ticket)
        ticket->flight = NULL;
    tf_flights_land(&feed->flights, flight);
    pthread_mutex_unlock(&feed->lock);
    return send_error(code);
}

enum tf_err tf_feed_send(struct tf_feed *feed, const struct tf_row *row, struct tf_ticket *ticket)
{
    if (tf_flow_row_bytes(row) > TF_MESSAGE_BYTES_MAX)
        return TF_E_TOO_BIG;
    pthread_rwlock_rdlock(&feed->gate);
    enum tf_err err = send_row(feed, row, ticket);
    pthread_rwlock_unlock(&feed->gate);
    return err;
}

/* Tickets in a row, or wherever each of them stands. */
struct tickets {
    struct tf_ticket *row, *const *each;
    size_t count;
};

static struct tf_ticket *nth(const struct tickets *tickets, size_t n)
{
    return tickets->each ? tickets->each[n] : &tickets->row[n];
}

static void await_all(struct tf_feed *feed, const struct tickets *tickets, struct tf_waiter *waiter)
{
    pthread_mutex_lock(&feed->lock);
    for (size_t i = 0; i < tickets->count; i++)
        tf_flights_await(waiter, nth(tickets, i));
    if (waiter->left == 0)
        waiter->woken = true;
    pthread_mutex_unlock(&feed->lock);
}

/* False: the last of them was done just now, and the feed's thread is about to wake the waiter. */
static bool give_up(struct tf_feed *feed, const struct tickets *tickets, const struct tf_waiter *waiter)
{
    pthread_mutex_lock(&feed->lock);
    bool left = waiter->left > 0;
    for (size_t i = 0; left && i < tickets->count; i++)
        tf_flights_let_go(nth(tickets, i));
    pthread_mutex_unlock(&feed->lock);
    return left;
}

static enum tf_err wait_for(struct tf_feed *feed, const struct tickets *tickets, int64_t timeout_ms)
{
    struct tf_waiter waiter;
    tf_waiter_init(&waiter);
    await_all(feed, tickets, &waiter);
    bool done = tf_waiter_wait(&waiter, timeout_ms);
    if (!done && !give_up(feed, tickets, &waiter))
        done = tf_waiter_wait(&waiter, -1);
    tf_waiter_finish(&waiter);
    return done ? TF_OK : TF_E_TIMEOUT;
}

enum tf_err tf_feed_wait(struct tf_feed *feed, struct tf_ticket *tickets, size_t count, int64_t timeout_ms)
{
    return wait_for(feed, &(struct tickets){.row = tickets, .count = count}, timeout_ms);
}

enum tf_err tf_feed_wait_all(struct tf_feed *feed, struct tf_ticket *const *tickets, size_t count, int64_t timeout_ms)
{
    return wait_for(feed, &(struct tickets){.each = tickets, .count = count}, timeout_ms);
}

uint32_t tf_feed_partitions(struct tf_feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    uint32_t partitions = feed->partitions;
    pthread_mutex_unlock(&feed->lock);
    return partitions;
}

bool tf_feed_up(struct tf_feed *feed)
{
    pthread_rwlock_rdlock(&feed->gate);
    pthread_mutex_lock(&feed->lock);
    bool up = tf_client_up(feed->client) && !lost(feed, tf_clock_mono_ms());
    pthread_mutex_unlock(&feed->lock);
    pthread_rwlock_unlock(&feed->gate);
    return up;
}

size_t tf_feed_inflight_bytes(struct tf_feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    size_t bytes = feed->flights.bytes;
    pthread_mutex_unlock(&feed->lock);
    return bytes;
}

void tf_feed_pace(struct tf_feed *feed, size_t bytes)
{
    struct tf_flow *flow = feed->cluster->flow;
    size_t limit = bytes < TF_FLOW_ROOM_BYTES ? bytes : TF_FLOW_ROOM_BYTES;
    bool used[TF_STREAM_COUNT];
    if (!flow)
        return;
    pthread_mutex_lock(&feed->lock);
    memcpy(used, feed->used, sizeof used);
    pthread_mutex_unlock(&feed->lock);
    for (int s = 0; s < TF_STREAM_COUNT; s++)
        while (used[s] && tf_flow_behind(flow, (enum tf_stream)s) > limit)
            tf_flow_wait(flow, POLL_MS);
}
