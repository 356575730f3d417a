/*
 * Fills a topic for measurements: with events as the collector writes them, or with a role's results, from which claims are restored. The
 * same ones each time.
 *
 *   fill [--sampled] [--year] [--hot=PERCENT] BOOTSTRAP TOPIC PARTITIONS EVENTS payment|invoice|result [FIRST]
 *
 * Returns when the broker has all. An event's id is "i" and its number, counted from FIRST (0); a result's claimed id follows from its number.
 * --sampled: whoever sent the events traces them all. --year: payments of a year and many users instead of one day and twenty. --hot: so many of a hundred payments go to one supplier, and thereby to one partition;
 * the others lie evenly.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "client.h"
#include "events.h"

enum { QUEUE_WAIT_MS = 100, FLUSH_MS = 600000, SERVE_EVERY = 1000, ID_BYTES = 16, OWNER_BYTES = 46, KEY_BYTES = 40 };

static const char usage[] = "fill [--sampled] [--year] [--hot=PERCENT] BOOTSTRAP TOPIC PARTITIONS EVENTS payment|invoice|result [FIRST]";

/* Of one supplier, in the form that keys have: 16 bytes in hex. */
static const char hot_key[] = "5ca1ab1e0ddba11c0ffee0123456789a";

enum kind { PAYMENT, INVOICE, RESULT };

struct fill {
    rd_kafka_t *rk;
    rd_kafka_topic_t *topic;
    unsigned partitions;
    enum kind kind;
    bool sampled;
    unsigned year_events; /* 0: all of one day */
    unsigned hot_percent;
    int64_t now_ms;
};

static void on_report(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
    (void)rk;
    (void)opaque;
    if (message->err)
        bench_fail("a row was not written", rd_kafka_err2str(message->err));
}

static rd_kafka_t *open_producer(const char *bootstrap)
{
    const struct bench_setting settings[] = {{"bootstrap.servers", bootstrap}, {"enable.idempotence", "true"}, {"acks", "all"}, {"linger.ms", "20"},
                                             {"compression.type", "lz4"}, {"queue.buffering.max.messages", "200000"}};
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    BENCH_SET(conf, settings);
    return bench_open(RD_KAFKA_PRODUCER, conf);
}

static void add(rd_kafka_headers_t *headers, const char *name, const char *value)
{
    rd_kafka_header_add(headers, name, -1, value, -1);
}

static rd_kafka_headers_t *event_headers(const struct fill *fill, unsigned number)
{
    char id[32], trace[64];
    rd_kafka_headers_t *headers = rd_kafka_headers_new(7);
    snprintf(id, sizeof id, "i%010u", number);
    snprintf(trace, sizeof trace, "00-%032x-%016x-%02d", number + 1, number + 1, fill->sampled);
    add(headers, "ce_id", id);
    add(headers, "ce_source", "urn:ledger");
    add(headers, "ce_type", fill->kind == INVOICE ? "taxflow.invoice.v1" : "taxflow.payment.v1");
    add(headers, "ce_specversion", "1.0");
    add(headers, "ce_time", "2026-01-01T00:00:00.000Z");
    add(headers, "content-type", "application/json");
    add(headers, "traceparent", trace);
    return headers;
}

static void put_number(uint8_t *out, uint64_t number, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        out[i] = (uint8_t)(number >> 8 * (bytes - 1 - i));
}

static bool is_hot(const struct fill *fill, unsigned number)
{
    return fill->kind == PAYMENT && bench_mix(number) % 100 < fill->hot_percent;
}

/* tf_owner: version, partition, offset, record time, body hash; the claimed id; a claim that all roles share. */
static void write_owner(const struct fill *fill, unsigned number, uint8_t out[OWNER_BYTES])
{
    memset(out, 0, OWNER_BYTES);
    out[0] = 1;
    put_number(out + 1, number % fill->partitions, 4);
    put_number(out + 5, number / fill->partitions, 8);
    put_number(out + 13, (uint64_t)fill->now_ms, 8);
    put_number(out + 29, bench_mix(number), 8);
    put_number(out + 37, bench_mix(number + UINT64_C(0x9e3779b97f4a7c15)), 8);
}

static rd_kafka_headers_t *result_headers(const struct fill *fill, unsigned number)
{
    uint8_t owner[OWNER_BYTES];
    rd_kafka_headers_t *headers = rd_kafka_headers_new(6);
    write_owner(fill, number, owner);
    add(headers, "ce_id", "00000000000000000000000000000000");
    add(headers, "ce_source", "urn:taxflow");
    add(headers, "ce_type", "taxflow.tax.assessed.v1");
    add(headers, "ce_specversion", "1.0");
    add(headers, "traceparent", "00-00000000000000000000000000000001-0000000000000001-00");
    rd_kafka_header_add(headers, "tf_owner", -1, owner, OWNER_BYTES);
    return headers;
}

static int write_payment(const struct fill *fill, char *out, size_t size, unsigned number)
{
    struct bench_event payment = fill->year_events > 0 ? bench_event_of_year(number, fill->year_events) : bench_event_of(number);
    if (is_hot(fill, number))
        payment.supplier = BENCH_MANY_SUPPLIERS; /* which no other has */
    return bench_write_payment(out, size, &payment);
}

static int write_value(const struct fill *fill, char *out, size_t size, unsigned number)
{
    switch (fill->kind) {
    case PAYMENT: return write_payment(fill, out, size, number);
    case INVOICE: return bench_invoice(out, size, number);
    case RESULT: break;
    }
    return snprintf(out, size, "{\"event_id\":\"i%010u\",\"position\":\"taxflow.audit:0:0\",\"ruleset\":\"fraud-1\",\"score\":0,\"decision\":\"approve\","
                               "\"amount_at_risk\":\"0.00\",\"hits\":[],\"unknown\":[]}", number);
}

/* The partition: of a hot one as the collector chooses it, of the others round about. */
static int32_t write_key(const struct fill *fill, char key[KEY_BYTES], unsigned number)
{
    if (!is_hot(fill, number)) {
        snprintf(key, KEY_BYTES, "%032x", number);
        return (int32_t)(number % fill->partitions);
    }
    memcpy(key, hot_key, sizeof hot_key);
    return rd_kafka_msg_partitioner_murmur2(fill->topic, hot_key, sizeof hot_key - 1, (int32_t)fill->partitions, NULL, NULL);
}

static void send_row(const struct fill *fill, unsigned number)
{
    char value[BENCH_EVENT_BYTES_MAX], key[KEY_BYTES];
    size_t length = (size_t)write_value(fill, value, sizeof value, number);
    int32_t partition = write_key(fill, key, number);
    for (;;) {
        rd_kafka_headers_t *headers = fill->kind == RESULT ? result_headers(fill, number) : event_headers(fill, number);
        rd_kafka_vu_t units[] = {
            {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = fill->topic},
            {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition},
            {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {value, length}},
            {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {key, strlen(key)}},
            {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
            {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
        };
        rd_kafka_error_t *error = rd_kafka_produceva(fill->rk, units, sizeof units / sizeof units[0]);
        if (!error)
            return;
        if (rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            bench_fail("a row was not taken", rd_kafka_error_string(error));
        rd_kafka_error_destroy(error);
        rd_kafka_headers_destroy(headers);
        rd_kafka_poll(fill->rk, QUEUE_WAIT_MS);
    }
}

static enum kind kind_of(const char *word)
{
    return strcmp(word, "invoice") == 0 ? INVOICE : strcmp(word, "result") == 0 ? RESULT : PAYMENT;
}

static void read_options(struct fill *fill, int argc, char **argv)
{
    static const struct option options[] = {{"sampled", no_argument, NULL, 's'}, {"year", no_argument, NULL, 'y'}, {"hot", required_argument, NULL, 'h'}, {0}};
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 's')
            fill->sampled = true;
        else if (option == 'y')
            fill->year_events = 1; /* of how many, the arguments say */
        else if (option == 'h')
            fill->hot_percent = (unsigned)strtoul(optarg, NULL, 10);
        else
            bench_fail("usage", usage);
    }
}

int main(int argc, char **argv)
{
    struct fill fill = {.now_ms = (int64_t)time(NULL) * 1000};
    read_options(&fill, argc, argv);
    argv += optind;
    if (argc - optind < 5)
        bench_fail("usage", usage);
    fill.rk = open_producer(argv[0]);
    fill.topic = rd_kafka_topic_new(fill.rk, argv[1], NULL);
    fill.partitions = (unsigned)strtoul(argv[2], NULL, 10);
    fill.kind = kind_of(argv[4]);
    unsigned rows = (unsigned)strtoul(argv[3], NULL, 10), first = argc - optind > 5 ? (unsigned)strtoul(argv[5], NULL, 10) : 0;
    if (fill.year_events > 0)
        fill.year_events = first + rows;
    for (unsigned i = 0; i < rows; i++) {
        send_row(&fill, first + i);
        if (i % SERVE_EVERY == 0)
            rd_kafka_poll(fill.rk, 0);
    }
    if (rd_kafka_flush(fill.rk, FLUSH_MS))
        bench_fail("flush", "rows were not written in time");
    rd_kafka_topic_destroy(fill.topic);
    rd_kafka_destroy(fill.rk);
    return 0;
}
