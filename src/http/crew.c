/*
 * The threads that answer requests in groups. Whoever is free takes all that waits: a lone request goes at once, and the busier the server,
 * the more requests share what a handler does once. While a handler waits for others there are more of them; the queue is watched, so that
 * handlers that all wait long do not keep new requests waiting.
 */
#include <stdlib.h>
#include <time.h>

#include "http_internal.h"
#include "taxflow/clock.h"
#include "taxflow/thread.h"

enum { MEMBERS_MIN = 8, GROUP_MAX = 256, GROUP_BYTES_MAX = 256 * 1024, PATIENCE_MS = 50 };

/* Under the lock: the first that waits and those behind it on the same route, as many as make a group. */
static size_t take_group(struct tf_http_crew *crew, struct tf_http_exchange *group[GROUP_MAX])
{
    size_t count = 0, bytes = 0;
    while (crew->first && count < GROUP_MAX) {
        struct tf_http_exchange *next = crew->first;
        bytes += next->request.body.len;
        if (count > 0 && (next->route != group[0]->route || bytes > GROUP_BYTES_MAX))
            break;
        crew->first = next->next_waiting;
        group[count++] = next;
    }
    if (crew->first && crew->idle > 0)
        pthread_cond_signal(&crew->work);
    return count;
}

/* Once a connection is resumed its exchange is the library's thread's again. */
static void handle(struct tf_http_exchange *const group[GROUP_MAX], size_t count)
{
    struct tf_http_request requests[GROUP_MAX];
    struct tf_http_response *responses[GROUP_MAX];
    const struct tf_http_route *route = group[0]->route;
    for (size_t i = 0; i < count; i++) {
        requests[i] = group[i]->request;
        responses[i] = &group[i]->response;
    }
    route->handle_all(route->self, requests, responses, count);
    for (size_t i = 0; i < count; i++)
        MHD_resume_connection(group[i]->request.internal);
}

static void *work(void *argument)
{
    struct tf_http_crew *crew = argument;
    struct tf_http_exchange *group[GROUP_MAX];
    pthread_mutex_lock(&crew->lock);
    for (;;) {
        crew->idle++;
        while (!crew->first && !crew->stopping)
            pthread_cond_wait(&crew->work, &crew->lock);
        crew->idle--;
        if (!crew->first)
            break;
        size_t count = take_group(crew, group);
        pthread_mutex_unlock(&crew->lock);
        handle(group, count);
        pthread_mutex_lock(&crew->lock);
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

/* Under the lock, or before anyone else knows the crew. */
static enum tf_err add_member(struct tf_http_crew *crew)
{
    TF_TRY(tf_thread_start(&crew->members[crew->members_count], "tf-http-crew", work, crew));
    crew->members_count++;
    return TF_OK;
}

/* Until the deadline, or until something is handed in where nothing waited. */
static void watch_until(struct tf_http_crew *crew, int64_t deadline_ms)
{
    const struct timespec until = {deadline_ms / 1000, deadline_ms % 1000 * 1000000};
    pthread_cond_timedwait(&crew->watch, &crew->lock, &until);
}

/* One more member whenever the first in the queue has waited too long; a machine that has no more threads goes on with those it has. */
static void *watch(void *argument)
{
    struct tf_http_crew *crew = argument;
    pthread_mutex_lock(&crew->lock);
    while (!crew->stopping) {
        const int64_t now_ms = tf_clock_mono_ms();
        crew->watching = crew->first != NULL;
        if (!crew->first) {
            pthread_cond_wait(&crew->watch, &crew->lock);
        } else if (now_ms < crew->first->patient_until_ms) {
            watch_until(crew, crew->first->patient_until_ms);
        } else {
            crew->first->patient_until_ms = now_ms + PATIENCE_MS;
            if (crew->members_count < crew->members_max)
                (void)!add_member(crew);
        }
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

/* Under the lock: its connection must be suspended before a member can resume it. */
static void wait_in_line(struct tf_http_crew *crew, struct tf_http_exchange *exchange)
{
    MHD_suspend_connection(exchange->request.internal);
    exchange->next_waiting = NULL;
    exchange->patient_until_ms = tf_clock_mono_ms() + PATIENCE_MS;
    *(crew->first ? &crew->last->next_waiting : &crew->first) = exchange;
    crew->last = exchange;
    if (crew->idle > 0)
        pthread_cond_signal(&crew->work);
    else if (!crew->watching)
        pthread_cond_signal(&crew->watch);
}

bool tf_http_crew_hand_in(struct tf_http_crew *crew, struct tf_http_exchange *exchange)
{
    pthread_mutex_lock(&crew->lock);
    bool taken = !crew->stopping;
    if (taken)
        wait_in_line(crew, exchange);
    pthread_mutex_unlock(&crew->lock);
    return taken;
}

static void init_locks(struct tf_http_crew *crew)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->work, NULL);
    pthread_cond_init(&crew->watch, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

enum tf_err tf_http_crew_start(struct tf_http_crew *crew, size_t members_max)
{
    *crew = (struct tf_http_crew){.members_max = members_max > MEMBERS_MIN ? members_max : MEMBERS_MIN};
    crew->members = calloc(crew->members_max, sizeof *crew->members);
    init_locks(crew);
    enum tf_err err = crew->members ? tf_thread_start(&crew->watcher, "tf-http-watch", watch, crew) : TF_E_MEMORY;
    crew->started = err == TF_OK;
    pthread_mutex_lock(&crew->lock);
    while (err == TF_OK && crew->members_count < MEMBERS_MIN)
        err = add_member(crew);
    pthread_mutex_unlock(&crew->lock);
    if (err != TF_OK) {
        tf_http_crew_stop(crew);
        tf_http_crew_finish(crew);
    }
    return err;
}

void tf_http_crew_stop(struct tf_http_crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    crew->stopping = true;
    pthread_cond_broadcast(&crew->work);
    pthread_cond_signal(&crew->watch);
    pthread_mutex_unlock(&crew->lock);
    if (crew->started)
        pthread_join(crew->watcher, NULL); /* from here on members_count stays */
    for (size_t i = 0; i < crew->members_count; i++)
        pthread_join(crew->members[i], NULL);
}

void tf_http_crew_finish(struct tf_http_crew *crew)
{
    pthread_cond_destroy(&crew->watch);
    pthread_cond_destroy(&crew->work);
    pthread_mutex_destroy(&crew->lock);
    free(crew->members);
    crew->members = NULL;
}
