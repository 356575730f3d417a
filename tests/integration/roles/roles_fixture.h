/* Roles of this process on the embedded broker, a client that talks HTTP to them, and readers of what they write. */
#ifndef TAXFLOW_TESTS_ROLES_FIXTURE_H
#define TAXFLOW_TESTS_ROLES_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "integration/http/client.h"
#include "taxflow/clock.h"
#include "taxflow/kafka_read.h"
#include "taxflow/log.h"
#include "taxflow/roles.h"

enum { DEADLINE_MS = 20000, ROWS_MAX = 4096, ROLES_MAX = 4 };

/* Rows that a tail has read, with their bytes. */
struct seen {
    struct tf_tail *tail;
    struct tf_arena *arena;
    struct tf_row rows[ROWS_MAX];
    size_t count;
};

struct fixture {
    char folder[64];
    struct tf_config_source *source;
    const struct tf_config *config;
    struct tf_process process;
    struct tf_role_run *runs[ROLES_MAX];
    size_t runs_count;
    struct seen audit, dlq;
};

/* Wait for a condition, or fail with its words. */
#define AWAIT(condition)                                                     \
    do {                                                                     \
        int64_t await_until_ = tf_clock_mono_ms() + DEADLINE_MS;             \
        while (!(condition)) {                                               \
            if (tf_clock_mono_ms() > await_until_)                           \
                fail_msg("not within %d s: %s", DEADLINE_MS / 1000, #condition); \
            poll(NULL, 0, 5);                                                \
        }                                                                    \
    } while (0)

static inline void load_config(struct fixture *f, const char *const *more, size_t more_count)
{
    const char *sets[40] = {"kafka.embedded=true", "otel.enabled=false", "log.level=error", "log.format=text", "collector.listen=127.0.0.1:0",
                            "tax.listen=127.0.0.1:0", "fraud.listen=127.0.0.1:0", "monitor.listen=127.0.0.1:0"};
    struct tf_config_error errors[4];
    size_t count = 8, found = 0;
    for (size_t i = 0; i < more_count; i++)
        sets[count++] = more[i];
    const struct tf_config_request request = {.file = "/dev/null", .sets = sets, .sets_count = count};
    if (tf_config_load(&request, &f->source, errors, 4, &found) != TF_OK)
        fail_msg("%s: %s", errors[0].where, errors[0].text);
    f->config = tf_config_get(f->source);
    tf_log_setup(f->config->log.level, f->config->log.format, "test", 1);
}

static inline void open_seen(struct fixture *f, struct seen *seen, enum tf_stream stream)
{
    struct tf_fault fault = {0};
    seen->arena = tf_arena_create(256 << 20);
    if (tf_tail_create(f->process.cluster, f->config, stream, true, &seen->tail, &fault) != TF_OK)
        fail_msg("%s", fault.text);
}

static inline void keep_row(void *self, const struct tf_position *position, const struct tf_row *row)
{
    struct seen *seen = self;
    (void)position;
    assert_true(seen->count < ROWS_MAX);
    struct tf_row *copy = &seen->rows[seen->count++];
    *copy = *row;
    copy->key = tf_arena_dup(seen->arena, row->key);
    copy->value = tf_arena_dup(seen->arena, row->value);
    for (uint32_t h = 0; h < row->headers_count; h++)
        copy->headers[h] = (struct tf_header){tf_arena_dup(seen->arena, row->headers[h].name), tf_arena_dup(seen->arena, row->headers[h].value)};
}

/* All rows of the stream by now: at least count are waited for, and a moment longer for any too many. */
static inline void read_rows(struct seen *seen, size_t count)
{
    int64_t until = tf_clock_mono_ms() + DEADLINE_MS;
    while (seen->count < count && tf_clock_mono_ms() < until)
        tf_tail_read(seen->tail, ROWS_MAX, 50, keep_row, seen);
    tf_tail_read(seen->tail, ROWS_MAX, 100, keep_row, seen);
    assert_int_equal(seen->count, count);
}

static inline struct tf_str header_of(const struct tf_row *row, const char *name)
{
    for (uint32_t h = 0; h < row->headers_count; h++)
        if (tf_str_is(row->headers[h].name, name))
            return row->headers[h].value;
    return TF_STR_NONE;
}

static inline void assert_str(struct tf_str actual, const char *expected)
{
    if (!tf_str_is(actual, expected))
        fail_msg("\"%.*s\" is not \"%s\"", TF_STR_ARGS(actual), expected);
}

static inline struct tf_role_run *start_role(struct fixture *f, const char *name)
{
    struct tf_fault fault = {0};
    struct tf_role_run **run = &f->runs[f->runs_count++];
    if (tf_role_start(&f->process, tf_role_find(name), run, &fault) != TF_OK)
        fail_msg("%s: %s", name, fault.text);
    return *run;
}

/* A process with the broker, and readers of taxflow.audit and taxflow.dlq; no role runs yet. */
static inline struct fixture *open_fixture(const char *const *sets, size_t count)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct tf_fault fault = {0};
    assert_non_null(f);
    snprintf(f->folder, sizeof f->folder, "/tmp/taxflow-roles-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    load_config(f, sets, count);
    f->process.instance = 1;
    if (tf_process_open(&f->process, f->config, &fault) != TF_OK)
        fail_msg("%s", fault.text);
    open_seen(f, &f->audit, TF_STREAM_AUDIT);
    open_seen(f, &f->dlq, TF_STREAM_DLQ);
    return f;
}

static inline void stop_roles(struct fixture *f)
{
    atomic_store(&f->process.stop, true);
    for (size_t r = 0; r < f->runs_count; r++) {
        assert_true(tf_role_join(f->runs[r], DEADLINE_MS));
        if (f->runs[r]->result != TF_OK)
            fail_msg("%s: %s", f->runs[r]->role->name, f->runs[r]->fault.text);
        tf_role_destroy(f->runs[r]);
    }
    f->runs_count = 0;
    atomic_store(&f->process.stop, false);
}

static inline void close_fixture(struct fixture *f)
{
    char command[96];
    stop_roles(f);
    tf_tail_destroy(f->audit.tail);
    tf_tail_destroy(f->dlq.tail);
    tf_arena_destroy(f->audit.arena);
    tf_arena_destroy(f->dlq.arena);
    tf_process_close(&f->process);
    tf_config_destroy(f->source);
    snprintf(command, sizeof command, "rm -rf '%s'", f->folder);
    assert_int_equal(system(command), 0);
    free(f);
}

static inline bool is_ready(const struct tf_role_run *run)
{
    return tf_health_ready(run->health, NULL);
}

/* POST /v1/events with these header lines (each ended by CR LF); the whole answer, to be freed. */
static inline char *post_bytes(struct fixture *f, const char *headers, const char *body, size_t len)
{
    char head[2048];
    snprintf(head, sizeof head, "POST /v1/events HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n", len, headers);
    return client_talk_bytes(tf_http_server_port(f->runs[0]->server), head, body, len);
}

static inline char *post(struct fixture *f, const char *headers, const char *body)
{
    return post_bytes(f, headers, body, strlen(body));
}

/* The status alone. */
static inline int post_status(struct fixture *f, const char *headers, const char *body)
{
    char *answer = post(f, headers, body);
    int status = client_status(answer);
    free(answer);
    return status;
}

/* The JSON of an answer's body, to be given back with json_decref. */
static inline json_t *body_of(const char *answer)
{
    json_error_t error;
    const char *body = strstr(answer, "\r\n\r\n");
    json_t *json = body ? json_loads(body + 4, JSON_REJECT_DUPLICATES, &error) : NULL;
    if (!json)
        fail_msg("no JSON: %s", answer);
    return json;
}

static inline const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

#define PAYMENT(supplier) \
    "{\"kind\":\"payment\",\"company\":\"ACME\",\"payment\":{\"supplier\":\"" supplier "\",\"amount\":\"10.00\",\"currency\":\"EUR\",\"date\":\"2026-01-05\"}}"
#define EVENT(id, supplier) \
    "{\"specversion\":\"1.0\",\"id\":\"" id "\",\"source\":\"urn:shop\",\"type\":\"taxflow.payment.v1\",\"data\":" PAYMENT(supplier) "}"

#endif
