/*
 * The one thread of a server whose connections share it. It is ours because libmicrohttpd 0.9.75 (Debian 12), with epoll on a thread of its own,
 * waits once more for events whenever it was given exactly 128 of them, before it serves those: with as many clients, all of which wait for
 * their answers, for ever (daemon.c, MHD_epoll). MHD_run never waits.
 */
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "http_internal.h"
#include "taxflow/thread.h"

/* What comes after the wake-up is taken is seen by the next wait. */
static void wait_for_events(struct tf_http_loop *loop)
{
    MHD_UNSIGNED_LONG_LONG due_ms;
    eventfd_t ignored;
    struct pollfd ready[] = {{.fd = loop->events, .events = POLLIN}, {.fd = loop->wake, .events = POLLIN}};
    const bool timed = MHD_get_timeout(loop->daemon, &due_ms) == MHD_YES;
    if (poll(ready, 2, !timed ? -1 : due_ms < INT32_MAX ? (int)due_ms : INT32_MAX) > 0 && ready[1].revents)
        eventfd_read(loop->wake, &ignored);
}

static void *run(void *argument)
{
    struct tf_http_loop *loop = argument;
    while (!atomic_load(&loop->stopping)) {
        MHD_run(loop->daemon);
        wait_for_events(loop);
    }
    return NULL;
}

enum tf_err tf_http_loop_start(struct tf_http_loop *loop, struct MHD_Daemon *daemon)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    loop->daemon = daemon;
    loop->events = info ? info->epoll_fd : -1;
    atomic_store(&loop->stopping, false);
    return loop->events >= 0 ? tf_thread_start(&loop->thread, "tf-http", run, loop) : TF_E_LIMIT;
}

void tf_http_loop_wake(const struct tf_http_loop *loop)
{
    eventfd_write(loop->wake, 1);
}

void tf_http_loop_stop(struct tf_http_loop *loop)
{
    atomic_store(&loop->stopping, true);
    tf_http_loop_wake(loop);
    pthread_join(loop->thread, NULL);
}

bool tf_http_loop_init(struct tf_http_loop *loop)
{
    *loop = (struct tf_http_loop){.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    return loop->wake >= 0;
}

void tf_http_loop_finish(struct tf_http_loop *loop)
{
    close(loop->wake);
}
