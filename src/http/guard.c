#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "http_internal.h"
#include "taxflow/clock.h"
#include "taxflow/thread.h"

/* True until the deadline has passed; the condition uses the monotonic clock. */
static bool wait_until(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t deadline_ms)
{
    const struct timespec until = {deadline_ms / 1000, deadline_ms % 1000 * 1000000};
    return pthread_cond_timedwait(condition, lock, &until) == 0 || tf_clock_mono_ms() < deadline_ms;
}

/* Cut off who is late; returns when the next one will be. Shutting down wakes the connection's thread, which closes it. */
static int64_t cut_late(struct tf_http_guard *guard)
{
    const int64_t now_ms = tf_clock_mono_ms();
    int64_t next_ms = INT64_MAX;
    for (struct tf_http_connection *connection = guard->first; connection; connection = connection->next) {
        if (connection->deadline_ms <= now_ms) {
            shutdown(connection->fd, SHUT_RDWR);
            connection->deadline_ms = INT64_MAX;
        } else if (connection->deadline_ms < next_ms) {
            next_ms = connection->deadline_ms;
        }
    }
    return next_ms;
}

static void *watch(void *argument)
{
    struct tf_http_guard *guard = argument;
    pthread_mutex_lock(&guard->lock);
    while (!guard->stopping) {
        guard->wake_ms = cut_late(guard);
        if (guard->wake_ms == INT64_MAX)
            pthread_cond_wait(&guard->wake, &guard->lock);
        else
            wait_until(&guard->wake, &guard->lock, guard->wake_ms);
    }
    pthread_mutex_unlock(&guard->lock);
    return NULL;
}

static void finish(struct tf_http_guard *guard)
{
    pthread_cond_destroy(&guard->idle);
    pthread_cond_destroy(&guard->wake);
    pthread_mutex_destroy(&guard->lock);
}

enum tf_err tf_http_guard_start(struct tf_http_guard *guard, int64_t timeout_ms)
{
    pthread_condattr_t monotonic;
    *guard = (struct tf_http_guard){.timeout_ms = timeout_ms, .wake_ms = INT64_MAX};
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&guard->lock, NULL);
    pthread_cond_init(&guard->wake, &monotonic);
    pthread_cond_init(&guard->idle, &monotonic);
    pthread_condattr_destroy(&monotonic);
    const enum tf_err err = tf_thread_start(&guard->thread, "tf-http-guard", watch, guard);
    if (err != TF_OK)
        finish(guard);
    return err;
}

void tf_http_guard_stop(struct tf_http_guard *guard)
{
    pthread_mutex_lock(&guard->lock);
    guard->stopping = true;
    pthread_cond_signal(&guard->wake);
    pthread_mutex_unlock(&guard->lock);
    pthread_join(guard->thread, NULL);
    finish(guard);
}

/* Under the lock. */
static void arm(struct tf_http_guard *guard, struct tf_http_connection *connection)
{
    connection->deadline_ms = tf_clock_mono_ms() + guard->timeout_ms;
    if (connection->deadline_ms < guard->wake_ms)
        pthread_cond_signal(&guard->wake);
}

struct tf_http_connection *tf_http_guard_add(struct tf_http_guard *guard, int fd)
{
    struct tf_http_connection *connection = calloc(1, sizeof *connection);
    if (!connection)
        return NULL;
    connection->fd = fd;
    pthread_mutex_lock(&guard->lock);
    connection->next = guard->first;
    if (guard->first)
        guard->first->previous = connection;
    guard->first = connection;
    guard->connections++;
    arm(guard, connection);
    pthread_mutex_unlock(&guard->lock);
    return connection;
}

void tf_http_guard_remove(struct tf_http_guard *guard, struct tf_http_connection *connection)
{
    if (!connection)
        return;
    pthread_mutex_lock(&guard->lock);
    if (connection->next)
        connection->next->previous = connection->previous;
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        guard->first = connection->next;
    guard->connections--;
    pthread_mutex_unlock(&guard->lock);
    free(connection);
}

bool tf_http_guard_full(struct tf_http_guard *guard, size_t connections_max)
{
    pthread_mutex_lock(&guard->lock);
    bool full = guard->connections >= connections_max;
    pthread_mutex_unlock(&guard->lock);
    return full;
}

void tf_http_guard_arm(struct tf_http_guard *guard, struct tf_http_connection *connection)
{
    pthread_mutex_lock(&guard->lock);
    arm(guard, connection);
    pthread_mutex_unlock(&guard->lock);
}

void tf_http_guard_disarm(struct tf_http_guard *guard, struct tf_http_connection *connection)
{
    pthread_mutex_lock(&guard->lock);
    connection->deadline_ms = INT64_MAX;
    pthread_mutex_unlock(&guard->lock);
}

void tf_http_guard_count(struct tf_http_guard *guard, int change)
{
    pthread_mutex_lock(&guard->lock);
    guard->active += (size_t)change;
    if (guard->active == 0)
        pthread_cond_broadcast(&guard->idle);
    pthread_mutex_unlock(&guard->lock);
}

void tf_http_guard_wait_idle(struct tf_http_guard *guard, int64_t limit_ms)
{
    const int64_t deadline_ms = tf_clock_mono_ms() + limit_ms;
    pthread_mutex_lock(&guard->lock);
    while (guard->active > 0 && wait_until(&guard->idle, &guard->lock, deadline_ms))
        ;
    pthread_mutex_unlock(&guard->lock);
}
