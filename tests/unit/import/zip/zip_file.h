/* Archives that tests of this folder read. */
#ifndef TAXFLOW_TESTS_IMPORT_ZIP_ZIP_FILE_H
#define TAXFLOW_TESTS_IMPORT_ZIP_ZIP_FILE_H

#include "../reading.h"

#include <zip.h>

enum { SHORT_BYTES = 1024 }; /* what is shorter is stored as it is */

struct member { const char *name, *bytes; size_t len; };

/* The bytes of an archive, written by the library as any program does; free them. */
static inline char *archive_of(const struct member *members, size_t count, bool locked, size_t *ret_len)
{
    zip_error_t error;
    zip_source_t *into = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = zip_open_from_source(into, ZIP_TRUNCATE, &error);
    zip_stat_t info;
    assert_non_null(zip);
    zip_source_keep(into);
    for (size_t i = 0; i < count; i++) {
        zip_source_t *from = zip_source_buffer(zip, members[i].bytes, members[i].len, 0);
        zip_int64_t at = members[i].bytes ? zip_file_add(zip, members[i].name, from, 0) : zip_dir_add(zip, members[i].name, 0);
        assert_true(at >= 0);
        if (!members[i].bytes)
            zip_source_free(from);
        if (members[i].bytes && members[i].len < SHORT_BYTES)
            assert_int_equal(zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE, 0), 0);
        if (locked)
            assert_int_equal(zip_file_set_encryption(zip, (zip_uint64_t)at, ZIP_EM_AES_256, "secret"), 0);
    }
    assert_int_equal(zip_close(zip), 0);
    assert_int_equal(zip_source_stat(into, &info), 0);
    char *bytes = malloc(info.size);
    assert_int_equal(zip_source_open(into), 0);
    assert_int_equal(zip_source_read(into, bytes, info.size), (zip_int64_t)info.size);
    zip_source_close(into);
    zip_source_free(into);
    *ret_len = info.size;
    return bytes;
}

static inline enum tf_err reading_members(struct reading *r, const struct member *members, size_t count)
{
    size_t len;
    char *bytes = archive_of(members, count, false, &len);
    enum tf_err err = reading_read(r, bytes, len, NULL);
    free(bytes);
    return err;
}

#define MEMBER(name, text) {(name), (text), sizeof(text) - 1}
#define READ(...) reading_members(&r, (const struct member[]){__VA_ARGS__}, sizeof((const struct member[]){__VA_ARGS__}) / sizeof(struct member))

static inline void reading_assert_told(const struct reading *r, size_t i, const char *part, enum tf_err why, const char *detail)
{
    assert_true(i < r->unreadable_count);
    assert_string_equal(r->unreadable[i].part, part);
    if (r->unreadable[i].err != why || !strstr(r->unreadable[i].detail, detail))
        fail_msg("%s: %s", tf_err_reason(r->unreadable[i].err), r->unreadable[i].detail);
}

#endif
