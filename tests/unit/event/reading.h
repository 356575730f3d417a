/* What the tests of this room share: a reader with an arena, and JSON written with single quotes. */
#ifndef TAXFLOW_TESTS_EVENT_READING_H
#define TAXFLOW_TESTS_EVENT_READING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "taxflow/event.h"

enum { READING_ARENA_BYTES = 256 * 1024 * 1024, READING_RECORD_BYTES_MAX = 4000000 };

struct reading {
    struct tf_reader *reader;
    struct tf_arena *arena;
    struct tf_event event;
    struct tf_envelope envelope;
    struct tf_problem problem;
};

static inline struct reading *reading_open(const struct tf_company *companies, size_t count, size_t record_bytes_max)
{
    struct reading *r = calloc(1, sizeof *r);
    assert_non_null(r);
    r->reader = tf_reader_create(companies, count, record_bytes_max);
    r->arena = tf_arena_create(READING_ARENA_BYTES);
    assert_non_null(r->reader);
    assert_non_null(r->arena);
    return r;
}

static inline void reading_close(struct reading *r)
{
    assert_null(tf_reader_destroy(r->reader));
    tf_arena_destroy(r->arena);
    free(r);
}

static inline int reading_setup(void **state)
{
    *state = reading_open(NULL, 0, READING_RECORD_BYTES_MAX);
    return 0;
}

static inline int reading_teardown(void **state)
{
    reading_close(*state);
    return 0;
}

/* The text with every ' turned into ", in the arena. */
static inline struct tf_str reading_json(struct reading *r, const char *text)
{
    struct tf_str copy = tf_arena_dup(r->arena, tf_str_of(text));
    assert_true(tf_str_present(copy));
    for (char *c = (char *)(uintptr_t)copy.ptr; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    return copy;
}

static inline void reading_print(const struct tf_problem *problem)
{
    print_error("%s at %.*s (byte %zu): %.*s\n", tf_err_reason(problem->err), TF_STR_ARGS(problem->path), problem->offset,
                TF_STR_ARGS(problem->detail));
}

static inline const struct tf_event *reading_decode(struct reading *r, const char *text)
{
    if (tf_reader_decode(r->reader, reading_json(r, text), r->arena, &r->event, &r->problem) != TF_OK) {
        reading_print(&r->problem);
        fail();
    }
    return &r->event;
}

static inline const struct tf_envelope *reading_read(struct reading *r, const char *text)
{
    if (tf_reader_read(r->reader, reading_json(r, text), r->arena, &r->envelope, &r->event, &r->problem) != TF_OK) {
        reading_print(&r->problem);
        fail();
    }
    return &r->envelope;
}

static inline void reading_expect(const struct reading *r, enum tf_err got, enum tf_err err, const char *path)
{
    if (got != err || r->problem.err != err || !tf_str_is(r->problem.path, path)) {
        print_error("expected %s at %s, got %s:\n", tf_err_reason(err), path, tf_err_reason(got));
        reading_print(&r->problem);
        fail();
    }
    assert_true(r->problem.detail.len > 0);
}

/* The record is refused with that code at that path, by tf_reader_decode and by tf_reader_read alike. */
static inline void reading_refused(struct reading *r, const char *text, enum tf_err err, const char *path)
{
    struct tf_str json = reading_json(r, text);
    reading_expect(r, tf_reader_decode(r->reader, json, r->arena, &r->event, &r->problem), err, path);
    reading_expect(r, tf_reader_read(r->reader, json, r->arena, &r->envelope, &r->event, &r->problem), err, path);
}

static inline void reading_str(struct tf_str got, const char *expected)
{
    if (!tf_str_is(got, expected) || !tf_str_present(got)) {
        print_error("expected \"%s\", got \"%.*s\"%s\n", expected, TF_STR_ARGS(got), tf_str_present(got) ? "" : " (absent)");
        fail();
    }
}

/* Format into a static buffer: tests only, one at a time. */
static inline const char *reading_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
static inline const char *reading_printf(const char *format, ...)
{
    static char text[64 * 1024];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    assert_in_range(len, 0, (int)sizeof text - 1);
    return text;
}

#define READING_TEST(name) cmocka_unit_test_setup_teardown(name, reading_setup, reading_teardown)

/* How often a rule of format is broken. */
static inline size_t reading_found(const struct tf_invoice *invoice, const char *rule)
{
    size_t count = 0;
    for (size_t i = 0; i < invoice->format_findings.count; i++)
        count += tf_str_is(invoice->format_findings.items[i].rule, rule);
    return count;
}

#endif
