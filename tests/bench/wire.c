/*
 * The wire: what a transactional consume-produce costs with nothing in between. It reads the headers of every record and writes a row for
 * each, with as many headers and bytes as a role does, one transaction a batch. What a role is slower by is the role's own.
 *
 *   wire BOOTSTRAP INPUT OUTPUT GROUP EVENTS VALUE_BYTES [BATCH_MS]
 *
 * With BATCH_MS it is set for quick answers as the README's profile sets a role, for latency.c: a row begins with the event's id.
 * Prints one line of JSON: events a second and processor time an event between a tenth and all of the EVENTS, resident peak. It shares no
 * code with taxflow, only the settings that kafka/properties.c gives a role's clients.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "client.h"

enum {
    BATCH = 16000,
    BATCH_BYTES = 8 * 1024 * 1024,
    CHUNK = 1024,
    BATCH_MS = 250,
    SLICE_MS = 50,
    WAKE_MS = 20,
    CALL_MS = 20000,
    VALUE_MAX = 65536,
    HEADERS = 6,
    ID_AT = 13, /* behind {"event_id":" */
    ID_BYTES = 11,
};

struct wire {
    const char *bootstrap, *input, *output, *group;
    size_t events, value_bytes;
    rd_kafka_t *consumer, *producer;
    rd_kafka_topic_t *topic;
    rd_kafka_queue_t *records;
    rd_kafka_message_t *batch[BATCH];
    size_t count, bytes, done, header_bytes;
    int64_t batch_ms; /* 0: throughput, BATCH_MS */
    bool behind;
    int64_t woken_ms;
    char value[VALUE_MAX];
};

static const struct bench_setting consumer_settings[] = {
    {"isolation.level", "read_committed"}, {"enable.auto.commit", "false"},    {"enable.auto.offset.store", "false"}, {"auto.offset.reset", "earliest"},
    {"queued.min.messages", "20000"},      {"queued.max.messages.kbytes", "16384"}, {"fetch.message.max.bytes", "262144"}, {"fetch.max.bytes", "16777216"},
    {"fetch.wait.max.ms", "50"},           {"fetch.error.backoff.ms", "100"},  {"check.crcs", "true"},                {"session.timeout.ms", "6000"},
    {"partition.assignment.strategy", "range"}, {"socket.nagle.disable", "true"},
};
static const struct bench_setting producer_settings[] = {
    {"enable.idempotence", "true"}, {"acks", "all"}, {"linger.ms", "5"}, {"compression.type", "lz4"}, {"queue.buffering.max.kbytes", "65536"},
    {"message.timeout.ms", "8000"}, {"transaction.timeout.ms", "10000"}, {"retry.backoff.ms", "20"}, {"socket.nagle.disable", "true"},
};
static const char *const header_names[HEADERS] = {"ce_id", "ce_source", "ce_type", "ce_specversion", "traceparent", "tf_owner"};
static const size_t header_sizes[HEADERS] = {32, 11, 26, 3, 55, 46};

static void check(rd_kafka_error_t *error, const char *what)
{
    if (error)
        bench_fail(what, rd_kafka_error_string(error));
}

static int64_t now_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* With BATCH_MS: nothing is waited for that is there. */
static rd_kafka_t *open_consumer(const struct wire *wire)
{
    const struct bench_setting own[] = {{"bootstrap.servers", wire->bootstrap}, {"group.id", wire->group}}, quick[] = {{"fetch.wait.max.ms", "5"}};
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    BENCH_SET(conf, consumer_settings);
    BENCH_SET(conf, own);
    (void)rd_kafka_conf_set(conf, "fetch.queue.backoff.ms", "5", NULL, 0); /* librdkafka 2.2 knows it */
    if (wire->batch_ms > 0)
        BENCH_SET(conf, quick);
    return bench_open(RD_KAFKA_CONSUMER, conf);
}

static rd_kafka_t *open_producer(const struct wire *wire)
{
    const struct bench_setting own[] = {{"bootstrap.servers", wire->bootstrap}, {"transactional.id", wire->group}}, quick[] = {{"linger.ms", "0"}};
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    BENCH_SET(conf, producer_settings);
    BENCH_SET(conf, own);
    if (wire->batch_ms > 0)
        BENCH_SET(conf, quick);
    return bench_open(RD_KAFKA_PRODUCER, conf);
}

static void open_all(struct wire *wire)
{
    wire->consumer = open_consumer(wire);
    wire->producer = open_producer(wire);
    rd_kafka_poll_set_consumer(wire->consumer);
    wire->records = rd_kafka_queue_get_consumer(wire->consumer);
    wire->topic = rd_kafka_topic_new(wire->producer, wire->output, NULL);
    check(rd_kafka_init_transactions(wire->producer, CALL_MS), "init_transactions");
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, wire->input, RD_KAFKA_PARTITION_UA);
    if (rd_kafka_subscribe(wire->consumer, topics))
        bench_fail("subscribe", wire->input);
    rd_kafka_topic_partition_list_destroy(topics);
}

/* As taxflow does: librdkafka before 2.2 sleeps for a second past full queues. */
static void keep_awake(struct wire *wire)
{
    rd_kafka_topic_partition_list_t *assigned = NULL;
    int64_t now = now_us(CLOCK_MONOTONIC) / 1000;
    if (!wire->behind || now - wire->woken_ms < WAKE_MS || rd_kafka_queue_length(wire->records) > BATCH)
        return;
    if (rd_kafka_assignment(wire->consumer, &assigned) || !assigned)
        return;
    for (int i = 0; i < assigned->cnt; i++)
        assigned->elems[i].offset = RD_KAFKA_OFFSET_END;
    rd_kafka_offsets_for_times(wire->consumer, assigned, 100);
    rd_kafka_topic_partition_list_destroy(assigned);
    wire->woken_ms = now_us(CLOCK_MONOTONIC) / 1000;
}

/* A call waits until it has as many as it asked for: for quick answers the first is waited for alone, and opens the batch. */
static size_t wanted(const struct wire *wire)
{
    return wire->batch_ms > 0 && wire->count == 0 ? 1 : BATCH - wire->count;
}

static void poll_batch(struct wire *wire)
{
    const int64_t batch_ms = wire->batch_ms > 0 ? wire->batch_ms : BATCH_MS;
    int64_t until_ms = now_us(CLOCK_MONOTONIC) / 1000 + batch_ms;
    wire->count = wire->bytes = 0;
    while (wire->count < BATCH && wire->bytes < BATCH_BYTES && (wire->count == 0 || now_us(CLOCK_MONOTONIC) / 1000 < until_ms)) {
        size_t room = wanted(wire);
        keep_awake(wire);
        int64_t left_ms = until_ms - now_us(CLOCK_MONOTONIC) / 1000;
        ssize_t got = rd_kafka_consume_batch_queue(wire->records, left_ms < SLICE_MS && wire->count > 0 ? (int)left_ms : SLICE_MS,
                                                   wire->batch + wire->count, room < CHUNK ? room : CHUNK);
        for (ssize_t i = 0; i < got; i++) {
            rd_kafka_message_t *message = wire->batch[wire->count];
            if (message->err) {
                rd_kafka_message_destroy(message);
                memmove(wire->batch + wire->count, wire->batch + wire->count + 1, (size_t)(got - i - 1) * sizeof wire->batch[0]);
                continue;
            }
            if (wire->count == 0)
                until_ms = now_us(CLOCK_MONOTONIC) / 1000 + batch_ms;
            wire->bytes += message->len;
            wire->count++;
        }
    }
    wire->behind = wire->count == BATCH || wire->bytes >= BATCH_BYTES;
}

static void read_headers(struct wire *wire, rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers;
    const char *name;
    const void *value;
    size_t size;
    if (rd_kafka_message_headers(message, &headers))
        return;
    for (size_t i = 0; !rd_kafka_header_get_all(headers, i, &name, &value, &size); i++) {
        wire->header_bytes += size; /* so that it is not left out */
        if (strcmp(name, "ce_id") == 0 && size == ID_BYTES)
            memcpy(wire->value + ID_AT, value, ID_BYTES);
    }
}

static void produce(struct wire *wire, const rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(HEADERS);
    for (size_t i = 0; i < HEADERS; i++)
        rd_kafka_header_add(headers, header_names[i], -1, wire->value, (ssize_t)header_sizes[i]);
    rd_kafka_vu_t units[] = {
        {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = wire->topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = message->partition},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {wire->value, wire->value_bytes}},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {message->key, message->key_len}},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
    };
    check(rd_kafka_produceva(wire->producer, units, sizeof units / sizeof units[0]), "produce");
}

static rd_kafka_topic_partition_list_t *offsets_after(const struct wire *wire)
{
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(16);
    for (size_t i = 0; i < wire->count; i++) {
        const rd_kafka_message_t *message = wire->batch[i];
        rd_kafka_topic_partition_t *one = rd_kafka_topic_partition_list_find(offsets, wire->input, message->partition);
        if (!one)
            one = rd_kafka_topic_partition_list_add(offsets, wire->input, message->partition);
        one->offset = message->offset + 1;
    }
    return offsets;
}

static void run_batch(struct wire *wire)
{
    check(rd_kafka_begin_transaction(wire->producer), "begin");
    for (size_t i = 0; i < wire->count; i++) {
        read_headers(wire, wire->batch[i]);
        produce(wire, wire->batch[i]);
    }
    rd_kafka_flush(wire->producer, CALL_MS);
    rd_kafka_topic_partition_list_t *offsets = offsets_after(wire);
    rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata(wire->consumer);
    check(rd_kafka_send_offsets_to_transaction(wire->producer, offsets, group, CALL_MS), "send_offsets");
    check(rd_kafka_commit_transaction(wire->producer, CALL_MS), "commit");
    rd_kafka_consumer_group_metadata_destroy(group);
    rd_kafka_topic_partition_list_destroy(offsets);
    for (size_t i = 0; i < wire->count; i++)
        rd_kafka_message_destroy(wire->batch[i]);
    wire->done += wire->count;
}

int main(int argc, char **argv)
{
    static struct wire wire;
    struct rusage usage;
    int64_t began_us = 0, began_cpu_us = 0;
    size_t began = 0;
    if (argc != 7 && argc != 8)
        bench_fail("usage", "wire BOOTSTRAP INPUT OUTPUT GROUP EVENTS VALUE_BYTES [BATCH_MS]");
    wire.bootstrap = argv[1];
    wire.input = argv[2];
    wire.output = argv[3];
    wire.group = argv[4];
    wire.events = strtoull(argv[5], NULL, 10);
    wire.value_bytes = strtoull(argv[6], NULL, 10);
    if (wire.events == 0 || wire.value_bytes > VALUE_MAX)
        bench_fail("usage", "EVENTS is a number, VALUE_BYTES at most 65536");
    wire.batch_ms = argc == 8 ? strtoll(argv[7], NULL, 10) : 0;
    memset(wire.value, 'v', sizeof wire.value);
    memcpy(wire.value, "{\"event_id\":\"", ID_AT);
    open_all(&wire);
    while (wire.done < wire.events) {
        poll_batch(&wire);
        if (wire.count > 0)
            run_batch(&wire);
        if (began == 0 && wire.done >= wire.events / 10) {
            began = wire.done;
            began_us = now_us(CLOCK_MONOTONIC);
            began_cpu_us = now_us(CLOCK_PROCESS_CPUTIME_ID);
        }
    }
    double seconds = (double)(now_us(CLOCK_MONOTONIC) - began_us) / 1e6, events = (double)(wire.done - began);
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"events_s\":%.0f,\"cpu_us\":%.2f,\"peak_mib\":%ld,\"header_bytes\":%zu}\n", events / seconds,
           (double)(now_us(CLOCK_PROCESS_CPUTIME_ID) - began_cpu_us) / events, usage.ru_maxrss >> 10, wire.header_bytes);
    return 0;
}
