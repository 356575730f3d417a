/* What the tests of this room pack with gzip. */
#ifndef TAXFLOW_TESTS_IMPORT_GZIP_H
#define TAXFLOW_TESTS_IMPORT_GZIP_H

#include <stdlib.h>
#include <zlib.h>

#include "reading.h"

/* One member of RFC 1952; the caller frees it. */
static inline char *gzip(const char *bytes, size_t len, size_t *ret_len)
{
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)len};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    const size_t room = deflateBound(&stream, len);
    char *packed = malloc(room);
    stream.next_out = (Bytef *)packed;
    stream.avail_out = (uInt)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    *ret_len = stream.total_out;
    deflateEnd(&stream);
    return packed;
}

#endif
