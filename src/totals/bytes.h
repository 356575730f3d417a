/* Numbers as bytes, the low ones first, for what is kept from run to run. */
#ifndef TF_BYTES_H
#define TF_BYTES_H

#include "taxflow/buf.h"
#include "taxflow/sum.h"

static inline void tf_bytes_put(struct tf_buf *out, uint64_t number, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        tf_buf_putc(out, (char)(number >> 8 * i));
}

/* Its length, in four bytes, and the text. */
static inline void tf_bytes_put_text(struct tf_buf *out, struct tf_str text)
{
    tf_bytes_put(out, text.len, 4);
    tf_buf_str(out, text);
}

static inline void tf_bytes_put_int128(struct tf_buf *out, tf_int128 number)
{
    tf_bytes_put(out, (uint64_t)number, 8);
    tf_bytes_put(out, (uint64_t)(number >> 64), 8);
}

/* What is left. Past its end everything is 0, and failed says so once, at the end. */
struct tf_bytes {
    struct tf_str left;
    bool failed;
};

static inline struct tf_str tf_bytes_take(struct tf_bytes *from, size_t count)
{
    if (from->failed || count > from->left.len) {
        from->failed = true;
        return (struct tf_str){"", 0};
    }
    const struct tf_str taken = {from->left.ptr, count};
    from->left = (struct tf_str){from->left.ptr + count, from->left.len - count};
    return taken;
}

static inline uint64_t tf_bytes_get(struct tf_bytes *from, unsigned bytes)
{
    const struct tf_str taken = tf_bytes_take(from, bytes);
    uint64_t number = 0;
    for (size_t i = 0; i < taken.len; i++)
        number |= (uint64_t)(unsigned char)taken.ptr[i] << 8 * i;
    return number;
}

static inline struct tf_str tf_bytes_text(struct tf_bytes *from) { return tf_bytes_take(from, (size_t)tf_bytes_get(from, 4)); }

static inline tf_int128 tf_bytes_int128(struct tf_bytes *from)
{
    const uint64_t low = tf_bytes_get(from, 8);
    const int64_t high = (int64_t)tf_bytes_get(from, 8);
    return (tf_int128)high * ((tf_int128)1 << 64) + low;
}

/** A sum in 1, 9 or 25 bytes: nothing, cents alone, or all of it. */
void tf_bytes_put_sum(struct tf_buf *out, const struct tf_sum *sum);
struct tf_sum tf_bytes_sum(struct tf_bytes *from);

#endif
