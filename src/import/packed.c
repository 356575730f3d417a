#include "packed.h"

#include <unistd.h>

enum { ROOM_BYTES = 64 * 1024, BOMB_RATIO = 1000, BOMB_FROM_BYTES = 256 * 1024 * 1024 };

enum tf_err tf_packed_open(struct tf_packed *packed, int fd)
{
    int own = dup(fd); /* gzclose closes what it was given */
    *packed = (struct tf_packed){.file = own >= 0 ? gzdopen(own, "rb") : NULL};
    if (packed->file)
        gzbuffer(packed->file, ROOM_BYTES);
    else if (own >= 0)
        close(own);
    return packed->file ? TF_OK : TF_E_MEMORY;
}

void tf_packed_close(struct tf_packed *packed)
{
    if (packed->file)
        gzclose(packed->file);
    packed->file = NULL;
}

static int fail(struct tf_packed *packed, const char *problem)
{
    packed->problem = problem;
    return -1;
}

int tf_packed_read(void *context, char *into, int size)
{
    struct tf_packed *packed = context;
    int status, got = gzread(packed->file, into, (unsigned)size);
    if (got < 0 || (got == 0 && (gzerror(packed->file, &status), status == Z_BUF_ERROR)))
        return fail(packed, "the archive is damaged or cut off; export or copy it again");
    z_off_t taken = gzoffset(packed->file);
    packed->unpacked += (uint64_t)got;
    if (packed->unpacked > BOMB_FROM_BYTES && taken > 0 && packed->unpacked / (uint64_t)taken > BOMB_RATIO)
        return fail(packed, "the archive unpacks to more than 1,000 times its size");
    return got;
}
