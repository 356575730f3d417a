#include <sys/mman.h>
#include <unistd.h>

#include "http_internal.h"
#include "taxflow/scratch.h"

enum {
    GZIP_WINDOW = 15 + 16,
    RATIO_MAX = 200,               /* real records stay below 30; a bomb reaches 1,000 */
    RATIO_FROM_BYTES = 1024 * 1024 /* small bodies may be as uniform as they like */
};

static void forget(struct tf_http_body *body)
{
    tf_buf_finish(&body->bytes);
    if (body->mapped)
        munmap(body->mapped, body->len);
    if (body->fd >= 0)
        close(body->fd);
    body->mapped = NULL;
    body->fd = -1;
    body->len = 0;
}

void tf_http_body_refuse(struct tf_http_body *body, int status, const char *detail)
{
    body->status = status;
    body->detail = detail;
    forget(body);
}

void tf_http_body_init(struct tf_http_body *body, const char *encoding, size_t bytes_max, size_t memory_bytes_max)
{
    const struct tf_str name = tf_str_trim(tf_str_of(encoding));
    *body = (struct tf_http_body){.fd = -1, .bytes_max = bytes_max, .memory_bytes_max = memory_bytes_max};
    tf_buf_init(&body->bytes, memory_bytes_max);
    if (tf_str_ieq(name, TF_STR("gzip")) || tf_str_ieq(name, TF_STR("x-gzip"))) {
        body->gzip = inflateInit2(&body->stream, GZIP_WINDOW) == Z_OK;
        if (!body->gzip)
            tf_http_body_refuse(body, 503, "memory ran out");
    } else if (tf_str_present(name) && !tf_str_ieq(name, TF_STR("identity"))) {
        tf_http_body_refuse(body, 415, "the Content-Encoding is not gzip or identity");
    }
}

void tf_http_body_finish(struct tf_http_body *body)
{
    if (body->gzip)
        inflateEnd(&body->stream);
    forget(body);
}

/* From here on in a file: what memory held goes there first. */
static bool spill(struct tf_http_body *body)
{
    const struct tf_str held = tf_buf_view(&body->bytes);
    body->fd = tf_scratch_open();
    bool spilled = body->fd >= 0 && tf_scratch_write(body->fd, held.ptr, held.len);
    tf_buf_finish(&body->bytes);
    return spilled;
}

static bool put(struct tf_http_body *body, const void *bytes, size_t len)
{
    if (body->fd < 0 && body->len + len <= body->memory_bytes_max) {
        tf_buf_put(&body->bytes, bytes, len);
        return !body->bytes.failed;
    }
    return (body->fd >= 0 || spill(body)) && tf_scratch_write(body->fd, bytes, len);
}

static void keep(struct tf_http_body *body, const void *bytes, size_t len)
{
    if (len > body->bytes_max - body->len) {
        tf_http_body_refuse(body, 413, "the body passes http.max_body_bytes");
        return;
    }
    if (len > 0 && !put(body, bytes, len)) {
        tf_http_body_refuse(body, 503, "there is no room for the body, in memory or in $TMPDIR");
        return;
    }
    body->len += len;
    if (body->gzip && body->len > RATIO_FROM_BYTES && body->len / RATIO_MAX > body->received)
        tf_http_body_refuse(body, 413, "the body is packed more tightly than real records can be");
}

/* gzip allows members one after the other (RFC 1952 section 2.2); anything else behind a member is not gzip. */
static void inflate_all(struct tf_http_body *body, const char *bytes, size_t len)
{
    unsigned char chunk[16 * 1024];
    z_stream *stream = &body->stream;
    int state = Z_OK;
    stream->next_in = (unsigned char *)(uintptr_t)bytes;
    stream->avail_in = (unsigned)len;
    while (!body->status && state != Z_BUF_ERROR && !(body->ended && stream->avail_in == 0)) {
        if (body->ended)
            inflateReset(stream);
        stream->next_out = chunk;
        stream->avail_out = sizeof chunk;
        state = inflate(stream, Z_NO_FLUSH); /* Z_BUF_ERROR: it wants more input */
        body->ended = state == Z_STREAM_END;
        if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR)
            tf_http_body_refuse(body, state == Z_MEM_ERROR ? 503 : 400, "the body is not gzip");
        else
            keep(body, chunk, sizeof chunk - stream->avail_out);
    }
}

void tf_http_body_feed(struct tf_http_body *body, const char *bytes, size_t len)
{
    body->received += len;
    if (body->status)
        return;
    if (body->gzip)
        inflate_all(body, bytes, len);
    else
        keep(body, bytes, len);
}

void tf_http_body_end(struct tf_http_body *body)
{
    if (!body->status && body->gzip && !body->ended)
        tf_http_body_refuse(body, 400, "the gzip body is cut off");
    if (body->status || body->fd < 0)
        return;
    void *mapped = mmap(NULL, body->len, PROT_READ, MAP_PRIVATE, body->fd, 0);
    if (mapped == MAP_FAILED)
        tf_http_body_refuse(body, 503, "there is no room for the body, in memory or in $TMPDIR");
    else
        body->mapped = mapped;
}

struct tf_str tf_http_body_view(const struct tf_http_body *body)
{
    return body->mapped ? (struct tf_str){body->mapped, body->len} : tf_buf_view(&body->bytes);
}
