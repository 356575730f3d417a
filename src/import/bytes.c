#include "bytes.h"

#include <unistd.h>
#include <zlib.h>

enum { ROOM_BYTES = 64 * 1024 };

static enum tf_err check_end(gzFile packed, int got, const char *name, struct tf_fault *fault)
{
    int status = Z_OK;
    if (got == 0)
        gzerror(packed, &status);
    if (got < 0 || status == Z_BUF_ERROR)
        return tf_fault_set(fault, TF_E_VALUE, "%s: the archive is damaged or cut off; export or copy it again", name);
    return TF_OK;
}

static enum tf_err read_all(gzFile packed, const char *name, struct tf_buf *bytes, struct tf_fault *fault)
{
    char room[ROOM_BYTES];
    int got;
    while ((got = gzread(packed, room, sizeof room)) > 0) {
        tf_buf_put(bytes, room, (size_t)got);
        if (bytes->failed && bytes->len + (size_t)got > bytes->max)
            return tf_fault_set(fault, TF_E_TOO_BIG, "%s: it is longer than %zu MB, which nothing of this kind is", name, bytes->max >> 20);
        if (bytes->failed)
            return TF_E_MEMORY;
    }
    return check_end(packed, got, name, fault);
}

enum tf_err tf_import_bytes(int fd, const char *name, struct tf_buf *bytes, struct tf_fault *fault)
{
    int own = dup(fd); /* gzclose closes what it was given */
    gzFile packed = own >= 0 ? gzdopen(own, "rb") : NULL;
    if (!packed) {
        if (own >= 0)
            close(own);
        return TF_E_MEMORY;
    }
    gzbuffer(packed, ROOM_BYTES);
    enum tf_err err = read_all(packed, name, bytes, fault);
    gzclose(packed);
    return err;
}
