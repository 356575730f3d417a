#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "metrics_internal.h"

/* The whole of a small file, terminated; "" when it cannot be read. Long ones are cut: what we look for stands in front. */
static void read_file(const char *path, char *out, size_t size)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t got = fd < 0 ? 0 : read(fd, out, size - 1);
    out[got > 0 ? got : 0] = '\0';
    if (fd >= 0)
        close(fd);
}

static uint64_t count_fds(void)
{
    DIR *folder = opendir("/proc/self/fd");
    uint64_t count = 0;
    if (!folder)
        return 0;
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder))
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count - 1; /* the folder itself was open */
}

/* The number after the n-th space that follows the program's name, which stands in parentheses and may hold anything. */
static uint64_t stat_field(const char *stat, int field)
{
    const char *at = strrchr(stat, ')');
    for (int i = 2; at && i < field; i++)
        at = strchr(at + 1, ' ');
    return at ? strtoull(at, NULL, 10) : 0;
}

static uint64_t boot_time_seconds(void)
{
    /* btime stands behind the per-CPU lines and the interrupts, which are long. */
    FILE *file = fopen("/proc/stat", "re");
    char *line = NULL;
    size_t size = 0;
    uint64_t seconds = 0;
    while (file && !seconds && getline(&line, &size, file) > 0)
        if (strncmp(line, "btime ", 6) == 0)
            seconds = strtoull(line + 6, NULL, 10);
    free(line);
    if (file)
        fclose(file);
    return seconds;
}

void tf_process_stats_read(struct tf_process_stats *ret_stats)
{
    enum { NUM_THREADS = 20, STARTTIME = 22, VSIZE = 23, RSS = 24 }; /* fields of proc(5), /proc/PID/stat */
    char stat[1024];
    struct timespec cpu = {0};
    struct rlimit files = {0};
    read_file("/proc/self/stat", stat, sizeof stat);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    getrlimit(RLIMIT_NOFILE, &files);
    *ret_stats = (struct tf_process_stats){
        .cpu_seconds = (double)cpu.tv_sec + (double)cpu.tv_nsec / 1e9,
        .start_time_seconds = (double)boot_time_seconds() + (double)stat_field(stat, STARTTIME) / (double)sysconf(_SC_CLK_TCK),
        .resident_bytes = stat_field(stat, RSS) * (uint64_t)sysconf(_SC_PAGESIZE),
        .virtual_bytes = stat_field(stat, VSIZE),
        .open_fds = count_fds(),
        .max_fds = files.rlim_cur,
        .threads = stat_field(stat, NUM_THREADS),
    };
}
