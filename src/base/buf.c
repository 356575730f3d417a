#include "taxflow/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { CAP_MIN = 256 };

void tf_buf_init(struct tf_buf *buf, size_t max)
{
    *buf = (struct tf_buf){.max = max};
}

void tf_buf_finish(struct tf_buf *buf)
{
    free(buf->ptr);
    tf_buf_init(buf, buf->max);
}

void tf_buf_reset(struct tf_buf *buf)
{
    buf->len = 0;
    buf->failed = false;
}

static bool grow(struct tf_buf *buf, size_t need)
{
    size_t cap = buf->cap < CAP_MIN ? CAP_MIN : buf->cap;
    while (cap < need)
        cap += cap / 2;
    if (cap > buf->max)
        cap = need > buf->max ? need : buf->max;
    char *ptr = realloc(buf->ptr, cap);
    if (!ptr)
        return false;
    buf->ptr = ptr;
    buf->cap = cap;
    return true;
}

/* Room for extra bytes and one more, which vsnprintf needs for its NUL. */
static bool reserve(struct tf_buf *buf, size_t extra)
{
    if (buf->failed)
        return false;
    if (extra > buf->max - buf->len || buf->len + extra >= PTRDIFF_MAX / 2)
        buf->failed = true;
    else if (buf->len + extra + 1 > buf->cap && !grow(buf, buf->len + extra + 1))
        buf->failed = true;
    return !buf->failed;
}

/* The usual case of reserve: a buffer never holds room past its ceiling. */
static inline bool fits(const struct tf_buf *buf, size_t extra)
{
    return !buf->failed && extra < buf->cap - buf->len;
}

char *tf_buf_room(struct tf_buf *buf, size_t len)
{
    if (!fits(buf, len) && !reserve(buf, len))
        return NULL;
    char *at = buf->ptr + buf->len;
    buf->len += len;
    return at;
}

void tf_buf_put(struct tf_buf *buf, const void *bytes, size_t len)
{
    char *at = len > 0 ? tf_buf_room(buf, len) : NULL;
    if (at)
        memcpy(at, bytes, len);
}

void tf_buf_putc(struct tf_buf *buf, char c)
{
    if (fits(buf, 1) || reserve(buf, 1))
        buf->ptr[buf->len++] = c;
}

void tf_buf_puts(struct tf_buf *buf, const char *text)
{
    tf_buf_put(buf, text, strlen(text));
}

void tf_buf_str(struct tf_buf *buf, struct tf_str s)
{
    tf_buf_put(buf, s.ptr, s.len);
}

__attribute__((format(printf, 2, 0)))
static bool print(struct tf_buf *buf, const char *format, va_list args, size_t *ret_len)
{
    size_t room = buf->cap - buf->len;
    int len = vsnprintf(room ? buf->ptr + buf->len : NULL, room, format, args);
    if (len < 0)
        return false;
    *ret_len = (size_t)len;
    return true;
}

void tf_buf_printf(struct tf_buf *buf, const char *format, ...)
{
    if (buf->failed)
        return;
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t len = 0;
    if (!print(buf, format, args, &len))
        buf->failed = true;
    bool whole = len < buf->cap - buf->len;
    if (reserve(buf, len) && (whole || print(buf, format, again, &len)))
        buf->len += len;
    va_end(again);
    va_end(args);
}
