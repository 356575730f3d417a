#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "http_internal.h"

/* Every case is run with bodies in memory, in a file, and half in each. */
static size_t memory_bytes;

/* gzip of len bytes; the result is the caller's. */
static struct tf_buf gzip(const void *plain, size_t len)
{
    struct tf_buf out;
    unsigned char chunk[4096];
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)plain, .avail_in = (unsigned)len};
    tf_buf_init(&out, 64 << 20);
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    int state = Z_OK;
    while (state == Z_OK) {
        stream.next_out = chunk;
        stream.avail_out = sizeof chunk;
        state = deflate(&stream, Z_FINISH);
        tf_buf_put(&out, chunk, sizeof chunk - stream.avail_out);
    }
    deflateEnd(&stream);
    return out;
}

static void expect(struct tf_http_body *body, int status, const char *bytes)
{
    tf_http_body_end(body);
    assert_int_equal(body->status, status);
    if (status == 0)
        assert_true(tf_str_is(tf_http_body_view(body), bytes));
    else
        assert_non_null(body->detail);
    if (status != 0)
        assert_int_equal(tf_http_body_view(body).len, 0);
    tf_http_body_finish(body);
}

static void plain_bytes_are_gathered(void **state)
{
    struct tf_http_body body;
    (void)state;
    tf_http_body_init(&body, NULL, 10, memory_bytes);
    tf_http_body_feed(&body, "hello", 5);
    tf_http_body_feed(&body, "", 0);
    tf_http_body_feed(&body, "world", 5);
    expect(&body, 0, "helloworld");
    tf_http_body_init(&body, " Identity ", 10, memory_bytes);
    expect(&body, 0, "");
}

static void one_byte_too_many_is_413(void **state)
{
    struct tf_http_body body;
    (void)state;
    tf_http_body_init(&body, NULL, 10, memory_bytes);
    tf_http_body_feed(&body, "helloworld!", 11);
    tf_http_body_feed(&body, "more", 4);
    assert_int_equal(body.received, 15);
    expect(&body, 413, NULL);
}

static void other_encodings_are_415(void **state)
{
    static const char *const encodings[] = {"br", "zstd", "deflate", "gzip, gzip", "", "gzip;q=1"};
    (void)state;
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
        struct tf_http_body body;
        tf_http_body_init(&body, encodings[i], 10, memory_bytes);
        tf_http_body_feed(&body, "x", 1);
        expect(&body, 415, NULL);
    }
}

static void gzip_comes_in_any_pieces(void **state)
{
    static const char text[] = "{\"kind\":\"invoice\",\"company\":\"ACME-DE\"}\n{\"kind\":\"payment\"}\n";
    struct tf_buf packed = gzip(text, sizeof text - 1);
    (void)state;
    for (size_t piece = 1; piece <= packed.len; piece++) {
        struct tf_http_body body;
        tf_http_body_init(&body, "GZip", 1000, memory_bytes);
        for (size_t at = 0; at < packed.len; at += piece)
            tf_http_body_feed(&body, packed.ptr + at, packed.len - at < piece ? packed.len - at : piece);
        expect(&body, 0, text);
    }
    tf_buf_finish(&packed);
}

static void gzip_members_follow_each_other(void **state)
{
    struct tf_buf first = gzip("one", 3), second = gzip("two", 3);
    struct tf_http_body body;
    (void)state;
    tf_buf_put(&first, second.ptr, second.len);
    tf_http_body_init(&body, "gzip", 6, memory_bytes);
    tf_http_body_feed(&body, first.ptr, first.len);
    expect(&body, 0, "onetwo");
    tf_http_body_init(&body, "x-gzip", 5, memory_bytes);
    tf_http_body_feed(&body, first.ptr, first.len);
    expect(&body, 413, NULL);
    tf_buf_finish(&first);
    tf_buf_finish(&second);
}

static void bad_gzip_is_400(void **state)
{
    struct tf_buf packed = gzip("some text that is packed", 24);
    struct tf_http_body body;
    (void)state;
    for (size_t cut = 0; cut < packed.len; cut++) { /* cut off anywhere, nothing at all included */
        tf_http_body_init(&body, "gzip", 1000, memory_bytes);
        tf_http_body_feed(&body, packed.ptr, cut);
        expect(&body, 400, NULL);
    }
    packed.ptr[packed.len - 6] ^= 1; /* its checksum */
    tf_http_body_init(&body, "gzip", 1000, memory_bytes);
    tf_http_body_feed(&body, packed.ptr, packed.len);
    expect(&body, 400, NULL);
    packed.ptr[packed.len - 6] ^= 1;
    tf_buf_puts(&packed, "garbage");
    tf_http_body_init(&body, "gzip", 1000, memory_bytes);
    tf_http_body_feed(&body, packed.ptr, packed.len);
    expect(&body, 400, NULL);
    tf_http_body_init(&body, "gzip", 1000, memory_bytes);
    tf_http_body_feed(&body, "not gzip at all", 15);
    expect(&body, 400, NULL);
    tf_buf_finish(&packed);
}

static void a_bomb_is_defused_by_size_and_by_ratio(void **state)
{
    const size_t len = 32 << 20;
    char *zeros = calloc(1, len);
    struct tf_buf packed = gzip(zeros, len);
    struct tf_http_body body;
    (void)state;
    assert_true(packed.len < len / 900);
    tf_http_body_init(&body, "gzip", 1 << 20, memory_bytes);
    tf_http_body_feed(&body, packed.ptr, packed.len);
    assert_true(body.bytes.cap == 0);
    expect(&body, 413, NULL);
    tf_http_body_init(&body, "gzip", (size_t)1 << 30, memory_bytes);
    for (size_t at = 0; at < packed.len; at += 1024)
        tf_http_body_feed(&body, packed.ptr + at, packed.len - at < 1024 ? packed.len - at : 1024);
    expect(&body, 413, NULL);
    tf_buf_finish(&packed);

    packed = gzip(zeros, 1 << 20); /* small bodies may be uniform */
    tf_http_body_init(&body, "gzip", 1 << 20, memory_bytes);
    tf_http_body_feed(&body, packed.ptr, packed.len);
    tf_http_body_end(&body);
    assert_int_equal(body.status, 0);
    assert_int_equal(tf_http_body_view(&body).len, 1 << 20);
    tf_http_body_finish(&body);
    tf_buf_finish(&packed);
    free(zeros);
}

static void what_is_refused_early_frees_its_stream(void **state)
{
    struct tf_http_body body;
    (void)state;
    tf_http_body_init(&body, "gzip", 10, memory_bytes);
    tf_http_body_refuse(&body, 413, "Content-Length says so");
    tf_http_body_feed(&body, "xxxxxxxxxxxxxxxxx", 17);
    assert_string_equal(body.detail, "Content-Length says so");
    expect(&body, 413, NULL);
}

static void without_room_for_a_file_it_is_503(void **state)
{
    struct tf_http_body body;
    (void)state;
    const char *before = getenv("TMPDIR");
    char kept[4096] = "";
    snprintf(kept, sizeof kept, "%s", before ? before : "");
    assert_int_equal(setenv("TMPDIR", "/nonexistent", 1), 0);
    tf_http_body_init(&body, NULL, 100, 4);
    tf_http_body_feed(&body, "four", 4);
    assert_int_equal(body.status, 0);
    tf_http_body_feed(&body, "more", 4);
    expect(&body, 503, NULL);
    assert_int_equal(before ? setenv("TMPDIR", kept, 1) : unsetenv("TMPDIR"), 0);
}

static void the_file_has_the_same_bytes(void **state)
{
    struct tf_http_body body;
    char bytes[16] = "";
    (void)state;
    tf_http_body_init(&body, NULL, 100, 4);
    tf_http_body_feed(&body, "hello", 5);
    tf_http_body_feed(&body, "world", 5);
    tf_http_body_end(&body);
    assert_true(body.fd >= 0);
    assert_int_equal(pread(body.fd, bytes, sizeof bytes, 0), 10);
    assert_string_equal(bytes, "helloworld");
    tf_http_body_finish(&body);
    tf_http_body_init(&body, NULL, 100, 10);
    tf_http_body_feed(&body, "helloworld", 10);
    assert_int_equal(body.fd, -1);
    expect(&body, 0, "helloworld");
}

static int run_with(size_t memory_bytes_)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_bytes_are_gathered),       cmocka_unit_test(one_byte_too_many_is_413),
        cmocka_unit_test(other_encodings_are_415),        cmocka_unit_test(gzip_comes_in_any_pieces),
        cmocka_unit_test(gzip_members_follow_each_other), cmocka_unit_test(bad_gzip_is_400),
        cmocka_unit_test(a_bomb_is_defused_by_size_and_by_ratio), cmocka_unit_test(what_is_refused_early_frees_its_stream),
        cmocka_unit_test(without_room_for_a_file_it_is_503), cmocka_unit_test(the_file_has_the_same_bytes),
    };
    memory_bytes = memory_bytes_;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return run_with(1 << 20) + run_with(0) + run_with(7);
}
