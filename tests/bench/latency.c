/*
 * How long a verdict takes: events are produced at a fixed rate, and each is looked for among the committed results.
 *
 *   latency BOOTSTRAP INPUT OUTPUT PARTITIONS RATE SECONDS
 *
 * The time of an event runs from the call that hands it to the producer to the row with its id in a read_committed consumer's hands.
 * Events of the first two seconds are not counted. Prints one line of JSON: quantiles in milliseconds, events sent and rows found.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "client.h"
#include "events.h"

enum { CHUNK = 1024, SLICE_MS = 20, LATE_S = 20, WARM_S = 2, STEP_MS = 1, ASK_MS = 10000, US_PER_S = 1000000 };

struct latency {
    const char *bootstrap, *input, *output;
    unsigned partitions, rate, events, counted_from;
    int64_t *sent_us;     /* each event: when it was handed over */
    uint32_t *taken_us;   /* each event: how long it took; 0 = not there yet */
    atomic_uint sent;
    unsigned found;
    rd_kafka_t *producer, *consumer;
};

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

static void open_clients(struct latency *run)
{
    const struct bench_setting producing[] = {{"bootstrap.servers", run->bootstrap}, {"acks", "all"}, {"linger.ms", "2"}};
    const struct bench_setting consuming[] = {{"bootstrap.servers", run->bootstrap}, {"group.id", "latency"}, {"isolation.level", "read_committed"},
                                              {"enable.auto.commit", "false"}, {"fetch.wait.max.ms", "5"}, {"fetch.error.backoff.ms", "5"}};
    rd_kafka_conf_t *producer = rd_kafka_conf_new(), *consumer = rd_kafka_conf_new();
    BENCH_SET(producer, producing);
    BENCH_SET(consumer, consuming);
    run->producer = bench_open(RD_KAFKA_PRODUCER, producer);
    run->consumer = bench_open(RD_KAFKA_CONSUMER, consumer);
    rd_kafka_poll_set_consumer(run->consumer);
    rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_new((int)run->partitions);
    for (unsigned p = 0; p < run->partitions; p++) {
        int64_t low, high;
        if (rd_kafka_query_watermark_offsets(run->consumer, run->output, (int32_t)p, &low, &high, ASK_MS))
            bench_fail("output", "its end is not known");
        rd_kafka_topic_partition_list_add(all, run->output, (int32_t)p)->offset = high;
    }
    if (rd_kafka_assign(run->consumer, all))
        bench_fail("output", "cannot be read");
    rd_kafka_topic_partition_list_destroy(all);
}

static void send_event(struct latency *run, rd_kafka_topic_t *topic, unsigned number)
{
    char value[BENCH_EVENT_BYTES_MAX], key[40], id[32];
    size_t length = (size_t)bench_payment(value, sizeof value, number), key_length = (size_t)snprintf(key, sizeof key, "%032x", number);
    rd_kafka_headers_t *headers = rd_kafka_headers_new(4);
    snprintf(id, sizeof id, "i%010u", number);
    rd_kafka_header_add(headers, "ce_id", -1, id, -1);
    rd_kafka_header_add(headers, "ce_source", -1, "urn:latency", -1);
    rd_kafka_header_add(headers, "ce_type", -1, "taxflow.payment.v1", -1);
    rd_kafka_header_add(headers, "ce_specversion", -1, "1.0", -1);
    rd_kafka_vu_t units[] = {
        {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = (int32_t)(number % run->partitions)},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {value, length}},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {key, key_length}},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
    };
    run->sent_us[number] = now_us();
    rd_kafka_error_t *error = rd_kafka_produceva(run->producer, units, sizeof units / sizeof units[0]);
    if (error)
        bench_fail("an event was not taken", rd_kafka_error_string(error));
    atomic_store_explicit(&run->sent, number + 1, memory_order_release);
}

/* As many as are due by the clock, a millisecond at a time: what came late is made good at once. */
static void *produce(void *value)
{
    struct latency *run = value;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(run->producer, run->input, NULL);
    const int64_t began = now_us();
    for (unsigned n = 0; n < run->events;) {
        int64_t due = (now_us() - began) * run->rate / US_PER_S;
        for (; n < run->events && n < due; n++)
            send_event(run, topic, n);
        rd_kafka_poll(run->producer, STEP_MS);
    }
    rd_kafka_flush(run->producer, ASK_MS);
    rd_kafka_topic_destroy(topic);
    return NULL;
}

/* Rows of taxflow and of the wire begin with {"event_id":"i0000000042" */
static bool read_number(const rd_kafka_message_t *message, unsigned *ret_number)
{
    static const char head[] = "{\"event_id\":\"i";
    char digits[11] = "";
    if (message->len < sizeof head - 1 + 10 || memcmp(message->payload, head, sizeof head - 1) != 0)
        return false;
    memcpy(digits, (const char *)message->payload + sizeof head - 1, 10);
    *ret_number = (unsigned)strtoul(digits, NULL, 10);
    return true;
}

static void take(struct latency *run, const rd_kafka_message_t *message, int64_t now)
{
    unsigned number;
    if (message->err || !read_number(message, &number) || number >= atomic_load_explicit(&run->sent, memory_order_acquire) || run->taken_us[number])
        return;
    int64_t taken = now - run->sent_us[number];
    run->taken_us[number] = taken > 0 ? (uint32_t)taken : 1;
    run->found++;
}

/* The first, and what is there beside it: asked for as many at once, librdkafka waits until it has them, or to the end. */
static ssize_t wait_for_rows(rd_kafka_queue_t *queue, rd_kafka_message_t *chunk[CHUNK])
{
    ssize_t first = rd_kafka_consume_batch_queue(queue, SLICE_MS, chunk, 1);
    if (first < 1)
        return 0;
    ssize_t more = rd_kafka_consume_batch_queue(queue, 0, chunk + 1, CHUNK - 1);
    return more > 0 ? 1 + more : 1;
}

static void consume(struct latency *run)
{
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(run->consumer);
    rd_kafka_message_t *chunk[CHUNK];
    int64_t until = now_us() + (int64_t)(run->events / run->rate + LATE_S) * US_PER_S;
    while (run->found < run->events && now_us() < until) {
        ssize_t count = wait_for_rows(queue, chunk);
        int64_t now = now_us();
        for (ssize_t i = 0; i < count; i++) {
            take(run, chunk[i], now);
            rd_kafka_message_destroy(chunk[i]);
        }
    }
    rd_kafka_queue_destroy(queue);
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void report(struct latency *run)
{
    uint32_t *times = run->taken_us + run->counted_from;
    size_t count = 0, all = run->events - run->counted_from;
    for (size_t i = 0; i < all; i++)
        if (times[i])
            times[count++] = times[i];
    qsort(times, count, sizeof *times, compare);
    if (count == 0)
        bench_fail("output", "no event came back");
    printf("{\"p50_ms\": %.2f, \"p99_ms\": %.2f, \"p999_ms\": %.2f, \"max_ms\": %.2f, \"sent\": %u, \"found\": %u}\n", times[count / 2] / 1e3,
           times[count * 99 / 100] / 1e3, times[count * 999 / 1000] / 1e3, times[count - 1] / 1e3, run->events, run->found);
}

int main(int argc, char **argv)
{
    static struct latency run;
    pthread_t producer;
    if (argc != 7)
        bench_fail("usage", "latency BOOTSTRAP INPUT OUTPUT PARTITIONS RATE SECONDS");
    run = (struct latency){.bootstrap = argv[1], .input = argv[2], .output = argv[3], .partitions = (unsigned)strtoul(argv[4], NULL, 10),
                           .rate = (unsigned)strtoul(argv[5], NULL, 10)};
    run.events = run.rate * (unsigned)strtoul(argv[6], NULL, 10);
    run.counted_from = run.rate * WARM_S;
    if (run.partitions == 0 || run.events <= run.counted_from)
        bench_fail("usage", "PARTITIONS and RATE are numbers, SECONDS more than 2");
    run.sent_us = calloc(run.events, sizeof *run.sent_us);
    run.taken_us = calloc(run.events, sizeof *run.taken_us);
    if (!run.sent_us || !run.taken_us)
        bench_fail("start", "memory ran out");
    open_clients(&run);
    if (pthread_create(&producer, NULL, produce, &run))
        bench_fail("start", "no thread");
    consume(&run);
    pthread_join(producer, NULL);
    report(&run);
    rd_kafka_destroy(run.consumer);
    rd_kafka_destroy(run.producer);
    return run.found == run.events ? 0 : 1;
}
