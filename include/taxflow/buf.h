/* A growing byte buffer with a ceiling and a sticky failure, so that writers check once, at the end. */
#ifndef TAXFLOW_BUF_H
#define TAXFLOW_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "taxflow/str.h"

struct tf_buf {
    char *ptr;    /* owned; NULL until the first byte */
    size_t len;
    size_t cap;
    size_t max;   /* ceiling of len, in bytes */
    bool failed;  /* the ceiling was reached or memory ran out: contents are incomplete */
};

/** Prepare an empty buffer of at most max bytes. No allocation. */
void tf_buf_init(struct tf_buf *buf, size_t max);
/** Free the bytes and leave an empty buffer that can be used again. */
void tf_buf_finish(struct tf_buf *buf);
/** Forget the bytes and the failure, keep the memory. */
void tf_buf_reset(struct tf_buf *buf);
/** Append len bytes, 1 or more, that the caller writes there before anything else is appended; NULL past the ceiling, and failed is set. */
char *tf_buf_room(struct tf_buf *buf, size_t len);
/** Append bytes; sets failed past the ceiling. Amortised O(len). */
void tf_buf_put(struct tf_buf *buf, const void *bytes, size_t len);
void tf_buf_putc(struct tf_buf *buf, char c);
void tf_buf_puts(struct tf_buf *buf, const char *text);
void tf_buf_str(struct tf_buf *buf, struct tf_str s);
void tf_buf_printf(struct tf_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** View of what was written; valid until the next append. */
static inline struct tf_str tf_buf_view(const struct tf_buf *buf)
{
    return (struct tf_str){buf->ptr ? buf->ptr : "", buf->len};
}

#endif
