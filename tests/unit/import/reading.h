/* What the tests of this room share: a file with given bytes, and what a reader made of it. */
#ifndef TAXFLOW_TESTS_IMPORT_READING_H
#define TAXFLOW_TESTS_IMPORT_READING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "taxflow/import.h"

enum { READING_TEXT_BYTES = 1 << 16, READING_MAX = 64 };

struct reading {
    char records[READING_MAX][READING_TEXT_BYTES / READING_MAX];
    uint64_t lines[READING_MAX];
    char parts[READING_MAX][64]; /* of an archive, of each record */
    size_t records_count;
    struct { char text[256], path[64], detail[256], part[64]; enum tf_err err; uint64_t line; } unreadable[READING_MAX];
    size_t unreadable_count;
    struct { char rule[16], path[96], observed[160], expected[96]; uint64_t line; } findings[READING_MAX];
    size_t findings_count;
    uint64_t broken[TF_IMPORT_RULES_MAX];
    enum tf_import_books books;
    char summary[1024];
    char part[64]; /* the one being read */
    char told[READING_MAX][64]; /* parts, as they were told */
    uint8_t digests[READING_MAX][32]; /* of those that have one */
    bool has_digest[READING_MAX];
    size_t told_count;
    size_t file, files[READING_MAX], unreadable_files[READING_MAX]; /* of what comes; of records; of the others */
    struct tf_fault fault;
};

static inline int reading_file(const char *bytes, size_t len)
{
    char path[] = "/tmp/taxflow-import-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    assert_int_equal(write(fd, bytes, len), (ssize_t)len);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

static inline enum tf_err reading_record(void *self, struct tf_str text, uint64_t line)
{
    struct reading *r = self;
    assert_true(r->records_count < READING_MAX && text.len < sizeof r->records[0]);
    memcpy(r->records[r->records_count], text.ptr, text.len);
    r->records[r->records_count][text.len] = '\0';
    memcpy(r->parts[r->records_count], r->part, sizeof r->part);
    r->files[r->records_count] = r->file;
    r->lines[r->records_count++] = line;
    return TF_OK;
}

static inline enum tf_err reading_unreadable(void *self, struct tf_str text, uint64_t line, const struct tf_problem *problem)
{
    struct reading *r = self;
    assert_true(r->unreadable_count < READING_MAX);
    size_t i = r->unreadable_count++;
    r->unreadable_files[i] = r->file;
    snprintf(r->unreadable[i].text, sizeof r->unreadable[i].text, "%.*s", TF_STR_ARGS(text));
    snprintf(r->unreadable[i].path, sizeof r->unreadable[i].path, "%.*s", TF_STR_ARGS(problem->path));
    snprintf(r->unreadable[i].detail, sizeof r->unreadable[i].detail, "%.*s", TF_STR_ARGS(problem->detail));
    memcpy(r->unreadable[i].part, r->part, sizeof r->part);
    r->unreadable[i].err = problem->err;
    r->unreadable[i].line = line;
    return TF_OK;
}

static inline enum tf_err reading_finding(void *self, const struct tf_import_finding *finding)
{
    size_t count;
    struct reading *r = self;
    assert_true(r->findings_count < READING_MAX);
    size_t i = r->findings_count++;
    const struct tf_import_rule *rules = tf_import_rules(&count);
    assert_true(finding->rule < count);
    snprintf(r->findings[i].rule, sizeof r->findings[i].rule, "%s", rules[finding->rule].id);
    snprintf(r->findings[i].path, sizeof r->findings[i].path, "%.*s", TF_STR_ARGS(finding->path));
    snprintf(r->findings[i].observed, sizeof r->findings[i].observed, "%.*s", TF_STR_ARGS(finding->observed));
    snprintf(r->findings[i].expected, sizeof r->findings[i].expected, "%.*s", TF_STR_ARGS(finding->expected));
    r->findings[i].line = finding->line;
    return TF_OK;
}

static inline enum tf_err reading_summary(void *self, struct tf_str json, const uint64_t broken[TF_IMPORT_RULES_MAX], enum tf_import_books books)
{
    struct reading *r = self;
    assert_true(json.len < sizeof r->summary);
    memcpy(r->summary, json.ptr, json.len);
    memcpy(r->broken, broken, sizeof r->broken);
    r->books = books;
    return TF_OK;
}

static inline enum tf_err reading_part(void *self, const struct tf_import_part *part)
{
    struct reading *r = self;
    snprintf(r->part, sizeof r->part, "%.*s", TF_STR_ARGS(part->name));
    assert_true(r->told_count < READING_MAX);
    memcpy(r->told[r->told_count++], r->part, sizeof r->part);
    return TF_OK;
}

static inline void reading_part_again(void *self, size_t number, struct tf_str name)
{
    struct reading *r = self;
    snprintf(r->part, sizeof r->part, "%.*s", TF_STR_ARGS(name));
    assert_true(number < r->told_count);
    assert_string_equal(r->told[number], r->part);
}

static inline void reading_digest(void *self, size_t number, const uint8_t sha256[32])
{
    struct reading *r = self;
    assert_true(number < r->told_count);
    assert_false(r->has_digest[number]); /* once */
    r->has_digest[number] = true;
    memcpy(r->digests[number], sha256, sizeof r->digests[number]);
}

/* Sniff and read; TF_E_KIND when nothing was recognised. */
static inline enum tf_err reading_read_as(struct reading *r, const char *name, const char *bytes, size_t len, const struct tf_import_options *options)
{
    const struct tf_import_sink sink = {r, reading_record, reading_unreadable, reading_finding, reading_summary, reading_part, reading_part_again, reading_digest};
    const struct tf_import_format *format;
    int fd = reading_file(bytes, len);
    memset(r, 0, sizeof *r);
    enum tf_err err = tf_import_sniff(fd, name, options, &format, &r->fault);
    if (err == TF_OK)
        err = format ? tf_import_read(format, fd, name, options, &sink, &r->fault) : TF_E_KIND;
    close(fd);
    return err;
}

static inline enum tf_err reading_read_with(struct reading *r, const char *bytes, size_t len, const struct tf_import_options *options)
{
    return reading_read_as(r, "f.csv", bytes, len, options);
}

/* map NULL: none. */
static inline enum tf_err reading_read(struct reading *r, const char *bytes, size_t len, const char *map)
{
    const struct tf_import_options options = {.map = map, .company = "ACME", .record_bytes_max = 4096};
    return reading_read_with(r, bytes, len, &options);
}

#define READING_MAP_PATH "/tmp/taxflow-map-XXXXXX"

/* The map's text as a file; path begins as READING_MAP_PATH and is its name then, and the caller unlinks it. */
static inline void reading_map(const char *map, char *path)
{
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, map, strlen(map)), (ssize_t)strlen(map));
    close(fd);
}

static inline enum tf_err reading_read_mapped(struct reading *r, const char *map, const char *text)
{
    char path[] = READING_MAP_PATH;
    reading_map(map, path);
    enum tf_err err = reading_read(r, text, strlen(text), path);
    unlink(path);
    return err;
}

enum { READING_FILES_MAX = 8 };

static inline void reading_of_file(void *self, size_t number) { ((struct reading *)self)->file = number; }

/* Files that are given together, the first one leads. */
static inline enum tf_err reading_read_files(struct reading *r, const char *const texts[], size_t count, const char *map)
{
    struct tf_import_file files[READING_FILES_MAX];
    struct tf_import_options options = {.map = map, .company = "ACME", .record_bytes_max = 4096, .files = files, .files_count = count, .of_file = reading_of_file};
    const struct tf_import_sink sink = {r, reading_record, reading_unreadable, reading_finding, reading_summary, reading_part, reading_part_again, reading_digest};
    memset(r, 0, sizeof *r);
    for (size_t i = 0; i < count; i++) {
        files[i] = (struct tf_import_file){.name = "f.csv", .fd = reading_file(texts[i], strlen(texts[i]))};
        assert_int_equal(tf_import_sniff(files[i].fd, "f.csv", &options, &files[i].format, &r->fault), TF_OK);
        assert_non_null(files[i].format);
        assert_true(tf_import_joins(files[i].format));
    }
    enum tf_err err = tf_import_read(files[0].format, files[0].fd, files[0].name, &options, &sink, &r->fault);
    for (size_t i = 0; i < count; i++)
        close(files[i].fd);
    return err;
}

/* ASCII as UTF-16: "a" is 'a' NUL or NUL 'a', perhaps behind a mark. */
static inline size_t reading_widen(const char *text, bool big, bool mark, char *into)
{
    size_t len = 0;
    if (mark) {
        into[len++] = big ? '\xfe' : '\xff';
        into[len++] = big ? '\xff' : '\xfe';
    }
    for (const char *c = text; *c; c++) {
        into[len++] = big ? '\0' : *c;
        into[len++] = big ? *c : '\0';
    }
    return len;
}

static inline void assert_fault(const struct reading *r, const char *part)
{
    if (!strstr(r->fault.text, part))
        fail_msg("expected \"%s\" in \"%s\"", part, r->fault.text);
}

#endif
