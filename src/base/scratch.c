#include "taxflow/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

int tf_scratch_open(void)
{
    const char *dir = getenv("TMPDIR");
    char path[PATH_BYTES];
    if (snprintf(path, sizeof path, "%s/taxflow-XXXXXX", dir && *dir ? dir : "/tmp") >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

FILE *tf_scratch_stream(void)
{
    int fd = tf_scratch_open();
    FILE *stream = fd >= 0 ? fdopen(fd, "w+") : NULL;
    if (!stream && fd >= 0)
        close(fd);
    return stream;
}

bool tf_scratch_write(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, bytes, len);
        if (put < 0 && errno != EINTR)
            return false;
        if (put > 0) {
            bytes += put;
            len -= (size_t)put;
        }
    }
    return true;
}
