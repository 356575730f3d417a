/*
 * Fills a topic with events for measurements, as the collector writes them; the same ones each time.
 *
 *   fill BOOTSTRAP TOPIC PARTITIONS EVENTS payment|invoice [FIRST]
 *
 * Returns when the broker has all. An event's id is "i" and its number, counted from FIRST (0).
 */
#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"

enum { QUEUE_WAIT_MS = 100, FLUSH_MS = 600000, SERVE_EVERY = 1000 };

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "fill: %s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

static void on_report(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
    (void)rk;
    (void)opaque;
    if (message->err)
        fail("an event was not written", rd_kafka_err2str(message->err));
}

static rd_kafka_t *open_producer(const char *bootstrap)
{
    static const char *const settings[][2] = {{"enable.idempotence", "true"}, {"acks", "all"}, {"linger.ms", "20"}, {"compression.type", "lz4"},
                                              {"queue.buffering.max.messages", "200000"}};
    char text[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    if (rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap, text, sizeof text))
        fail("bootstrap", text);
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        if (rd_kafka_conf_set(conf, settings[i][0], settings[i][1], text, sizeof text))
            fail(settings[i][0], text);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    if (!rk)
        fail("producer", text);
    return rk;
}

static void add(rd_kafka_headers_t *headers, const char *name, const char *value)
{
    rd_kafka_header_add(headers, name, -1, value, -1);
}

static rd_kafka_headers_t *make_headers(unsigned number, const char *type)
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

static void send_event(rd_kafka_t *rk, rd_kafka_topic_t *topic, unsigned number, int32_t partition, int invoices)
{
    char value[BENCH_EVENT_BYTES_MAX], key[40];
    size_t length = (size_t)(invoices ? bench_invoice(value, sizeof value, number) : bench_payment(value, sizeof value, number));
    size_t key_length = (size_t)snprintf(key, sizeof key, "%032x", number);
    for (;;) {
        rd_kafka_headers_t *headers = make_headers(number, invoices ? "taxflow.invoice.v1" : "taxflow.payment.v1");
        rd_kafka_vu_t units[] = {
            {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = topic},
            {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition},
            {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {value, length}},
            {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {key, key_length}},
            {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
            {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
        };
        rd_kafka_error_t *error = rd_kafka_produceva(rk, units, sizeof units / sizeof units[0]);
        if (!error)
            return;
        if (rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            fail("an event was not taken", rd_kafka_error_string(error));
        rd_kafka_error_destroy(error);
        rd_kafka_headers_destroy(headers);
        rd_kafka_poll(rk, QUEUE_WAIT_MS);
    }
}

int main(int argc, char **argv)
{
    if (argc < 6)
        fail("usage", "fill BOOTSTRAP TOPIC PARTITIONS EVENTS payment|invoice [FIRST]");
    rd_kafka_t *rk = open_producer(argv[1]);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(rk, argv[2], NULL);
    unsigned partitions = (unsigned)strtoul(argv[3], NULL, 10), events = (unsigned)strtoul(argv[4], NULL, 10);
    unsigned first = argc > 6 ? (unsigned)strtoul(argv[6], NULL, 10) : 0;
    int invoices = strcmp(argv[5], "invoice") == 0;
    for (unsigned i = 0; i < events; i++) {
        send_event(rk, topic, first + i, (int32_t)(i % partitions), invoices);
        if (i % SERVE_EVERY == 0)
            rd_kafka_poll(rk, 0);
    }
    if (rd_kafka_flush(rk, FLUSH_MS))
        fail("flush", "events were not written in time");
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(rk);
    return 0;
}
