#include "restart.h"

#include <inttypes.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

enum { TEXT_BYTES = 64, FORGOTTEN_MS = 60000, FIRST_WAIT_MS = 1000, WAIT_MS_MAX = 30000, FAILURES_MAX = 1000 };

struct tf_restart tf_restart_read(int fd)
{
    struct tf_restart last = {0};
    char text[TEXT_BYTES];
    ssize_t got = pread(fd, text, sizeof text - 1, 0);
    text[got > 0 ? got : 0] = '\0';
    bool known = sscanf(text, "failures %" SCNd64 " begun_ms %" SCNd64, &last.failures, &last.begun_ms) == 2;
    return known && last.failures >= 0 && last.failures <= FAILURES_MAX && last.begun_ms > 0 ? last : (struct tf_restart){0};
}

static int64_t spacing_ms(int64_t failures)
{
    int64_t wait = FIRST_WAIT_MS;
    for (int64_t n = 2; n < failures && wait < WAIT_MS_MAX; n++)
        wait *= 2;
    return failures < 2 ? 0 : wait < WAIT_MS_MAX ? wait : WAIT_MS_MAX;
}

int64_t tf_restart_wait_ms(struct tf_restart *last, int64_t now_ms)
{
    int64_t since = now_ms - last->begun_ms;
    bool follows = last->begun_ms > 0 && since >= 0 && since < FORGOTTEN_MS;
    last->failures = !follows ? 0 : last->failures < FAILURES_MAX ? last->failures + 1 : FAILURES_MAX;
    int64_t wait = spacing_ms(last->failures) - since;
    return follows && wait > 0 ? wait : 0;
}

void tf_restart_write(int fd, const struct tf_restart *run)
{
    char text[TEXT_BYTES];
    int len = snprintf(text, sizeof text, "failures %" PRId64 " begun_ms %" PRId64 "\n", run->failures, run->begun_ms);
    /* A part of it cannot be read, and is no run. */
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)len, 0) != len)
        return;
}

bool tf_restart_follows(int status)
{
    return status != EX_OK && status != EX_USAGE && status != EX_NOINPUT && status != EX_NOPERM && status != EX_CONFIG;
}
