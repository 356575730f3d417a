/*
 * Preloaded into a process under test: its wall clock is WRONG_CLOCK_S seconds fast (negative: slow), its monotonic clock right.
 * libfaketime cannot be used: it recurses in jemalloc's first allocation. So nothing here allocates before main.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

enum { WALL_S = 1000000000 }; /* a deadline past it is of the wall clock: no machine has been up for so long */

static time_t off_s;

__attribute__((constructor)) static void read_environment(void)
{
    const char *text = getenv("WRONG_CLOCK_S");
    off_s = text ? (time_t)strtol(text, NULL, 10) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    long err = syscall(SYS_clock_gettime, clock, now);
    if (err == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += off_s;
    return (int)err;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec time;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &time);
    *now = (struct timeval){time.tv_sec, time.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *ret_now)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (ret_now)
        *ret_now = now.tv_sec;
    return now.tv_sec;
}

int timespec_get(struct timespec *now, int base)
{
    return clock_gettime(CLOCK_REALTIME, now) == 0 ? base : 0;
}

/* The kernel waits by the right clock. */
static struct timespec right(const struct timespec *until)
{
    return (struct timespec){until->tv_sec > WALL_S ? until->tv_sec - off_s : until->tv_sec, until->tv_nsec};
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict until)
{
    static int (*real)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    const struct timespec time = right(until);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
    return real(condition, mutex, &time);
}

int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex, const struct timespec *restrict until)
{
    static int (*real)(cnd_t *, mtx_t *, const struct timespec *);
    const struct timespec time = right(until);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "cnd_timedwait");
    return real(condition, mutex, &time);
}

int pthread_timedjoin_np(pthread_t thread, void **ret_value, const struct timespec *until)
{
    static int (*real)(pthread_t, void **, const struct timespec *);
    const struct timespec time = right(until);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "pthread_timedjoin_np");
    return real(thread, ret_value, &time);
}
