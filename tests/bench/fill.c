/*
 * Fills a topic for measurements: with events as the collector writes them, or with a role's results, from which claims are restored. The
 * same ones each time.
 *
 *   fill BOOTSTRAP TOPIC PARTITIONS EVENTS payment|invoice|result [FIRST]
 *
 * Returns when the broker has all. An event's id is "i" and its number, counted from FIRST (0); a result's claimed id follows from its number.
 */
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "client.h"
#include "events.h"

enum { QUEUE_WAIT_MS = 100, FLUSH_MS = 600000, SERVE_EVERY = 1000, ID_BYTES = 16, OWNER_BYTES = 46 };

enum kind { PAYMENT, INVOICE, RESULT };

struct fill {
    rd_kafka_t *rk;
    rd_kafka_topic_t *topic;
    unsigned partitions;
    enum kind kind;
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

static rd_kafka_headers_t *event_headers(unsigned number, const char *type)
{
    char id[32];
    rd_kafka_headers_t *headers = rd_kafka_headers_new(7);
    snprintf(id, sizeof id, "i%010u", number);
    add(headers, "ce_id", id);
    add(headers, "ce_source", "urn:ledger");
    add(headers, "ce_type", type);
    add(headers, "ce_specversion", "1.0");
    add(headers, "ce_time", "2026-01-01T00:00:00.000Z");
    add(headers, "content-type", "application/json");
    add(headers, "traceparent", "00-00000000000000000000000000000001-0000000000000001-00");
    return headers;
}

static void put_number(uint8_t *out, uint64_t number, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        out[i] = (uint8_t)(number >> 8 * (bytes - 1 - i));
}

/* Spreads numbers over 64 bits, each its own (the finaliser of MurmurHash3). */
static uint64_t mix(uint64_t value)
{
    value = (value ^ value >> 33) * UINT64_C(0xff51afd7ed558ccd);
    value = (value ^ value >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return value ^ value >> 33;
}

/* tf_owner: version, partition, offset, record time, body hash; the claimed id; a claim that all roles share. */
static void write_owner(const struct fill *fill, unsigned number, uint8_t out[OWNER_BYTES])
{
    memset(out, 0, OWNER_BYTES);
    out[0] = 1;
    put_number(out + 1, number % fill->partitions, 4);
    put_number(out + 5, number / fill->partitions, 8);
    put_number(out + 13, (uint64_t)fill->now_ms, 8);
    put_number(out + 29, mix(number), 8);
    put_number(out + 37, mix(number + UINT64_C(0x9e3779b97f4a7c15)), 8);
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

static rd_kafka_headers_t *make_headers(const struct fill *fill, unsigned number)
{
    if (fill->kind == RESULT)
        return result_headers(fill, number);
    return event_headers(number, fill->kind == INVOICE ? "taxflow.invoice.v1" : "taxflow.payment.v1");
}

static int write_value(const struct fill *fill, char *out, size_t size, unsigned number)
{
    switch (fill->kind) {
    case PAYMENT: return bench_payment(out, size, number);
    case INVOICE: return bench_invoice(out, size, number);
    case RESULT: break;
    }
    return snprintf(out, size, "{\"event_id\":\"i%010u\",\"position\":\"taxflow.audit:0:0\",\"ruleset\":\"fraud-1\",\"score\":0,\"decision\":\"approve\","
                               "\"amount_at_risk\":\"0.00\",\"hits\":[],\"unknown\":[]}", number);
}

static void send_row(const struct fill *fill, unsigned number, int32_t partition)
{
    char value[BENCH_EVENT_BYTES_MAX], key[40];
    size_t length = (size_t)write_value(fill, value, sizeof value, number), key_length = (size_t)snprintf(key, sizeof key, "%032x", number);
    for (;;) {
        rd_kafka_headers_t *headers = make_headers(fill, number);
        rd_kafka_vu_t units[] = {
            {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = fill->topic},
            {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition},
            {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {value, length}},
            {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {key, key_length}},
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

int main(int argc, char **argv)
{
    if (argc < 6)
        bench_fail("usage", "fill BOOTSTRAP TOPIC PARTITIONS EVENTS payment|invoice|result [FIRST]");
    struct fill fill = {.rk = open_producer(argv[1]), .partitions = (unsigned)strtoul(argv[3], NULL, 10), .kind = kind_of(argv[5]),
                        .now_ms = (int64_t)time(NULL) * 1000};
    fill.topic = rd_kafka_topic_new(fill.rk, argv[2], NULL);
    unsigned rows = (unsigned)strtoul(argv[4], NULL, 10), first = argc > 6 ? (unsigned)strtoul(argv[6], NULL, 10) : 0;
    for (unsigned i = 0; i < rows; i++) {
        send_row(&fill, first + i, (int32_t)((first + i) % fill.partitions));
        if (i % SERVE_EVERY == 0)
            rd_kafka_poll(fill.rk, 0);
    }
    if (rd_kafka_flush(fill.rk, FLUSH_MS))
        bench_fail("flush", "rows were not written in time");
    rd_kafka_topic_destroy(fill.topic);
    rd_kafka_destroy(fill.rk);
    return 0;
}
