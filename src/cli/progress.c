#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "taxflow/clock.h"

enum { WIDTH = 30, DRAW_MS = 100 };

void tf_progress_tell(void *self, uint64_t done, uint64_t total)
{
    struct tf_progress *progress = self;
    int64_t now = tf_clock_mono_ms();
    if (!isatty(STDERR_FILENO) || now - progress->drawn_ms < DRAW_MS)
        return;
    progress->drawn_ms = now;
    progress->shown = 1;
    int filled = total ? (int)(done * WIDTH / total) : 0;
    fprintf(stderr, "\r%-10s [", progress->what);
    for (int i = 0; i < WIDTH; i++)
        fputc(i < filled ? '#' : ' ', stderr);
    fprintf(stderr, "] %llu%s", (unsigned long long)(total ? done * 100 / total : done), total ? " %" : "");
    fflush(stderr);
}

void tf_progress_end(struct tf_progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = 0;
}
