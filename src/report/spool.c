#include "spool.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

FILE *tf_spool_open(void)
{
    const char *dir = getenv("TMPDIR");
    char path[4096];
    if (snprintf(path, sizeof path, "%s/taxflow-XXXXXX", dir && *dir ? dir : "/tmp") >= (int)sizeof path)
        return NULL;
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        return NULL;
    unlink(path);
    FILE *spool = fdopen(fd, "w+");
    if (!spool)
        close(fd);
    return spool;
}
