/* A librdkafka handle for the programs that measure: settings as rows, and the first thing that is wrong ends the program. */
#ifndef TAXFLOW_BENCH_CLIENT_H
#define TAXFLOW_BENCH_CLIENT_H

#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>

struct bench_setting { const char *key, *value; };

_Noreturn static inline void bench_fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

static inline void bench_set(rd_kafka_conf_t *conf, const struct bench_setting *settings, size_t count)
{
    char text[256];
    for (size_t i = 0; i < count; i++)
        if (rd_kafka_conf_set(conf, settings[i].key, settings[i].value, text, sizeof text) != RD_KAFKA_CONF_OK)
            bench_fail(settings[i].key, text);
}
#define BENCH_SET(conf, rows) bench_set((conf), (rows), sizeof(rows) / sizeof(rows)[0])

/** Takes conf over. */
static inline rd_kafka_t *bench_open(rd_kafka_type_t type, rd_kafka_conf_t *conf)
{
    char text[256];
    rd_kafka_t *rk = rd_kafka_new(type, conf, text, sizeof text);
    if (!rk)
        bench_fail("client", text);
    return rk;
}

#endif
