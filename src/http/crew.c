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

enum { MEMBERS_STAY = 8, GROUP_MAX = 256, GROUP_BYTES_MAX = 256 * 1024, PATIENCE_MS = 50 };

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

/* Once a connection is resumed its exchange is the loop's again. */
static void handle(const struct tf_http_loop *loop, struct tf_http_exchange *const group[GROUP_MAX], size_t count)
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
        MHD_resume_connection(requests[i].internal);
    tf_http_loop_wake(loop);
}

/* Under the lock: a group, or 0 when the member is to end. */
static size_t await_group(struct tf_http_crew *crew, const struct tf_http_member *member, struct tf_http_exchange *group[GROUP_MAX])
{
    crew->idle++;
    while (!crew->first && !crew->stopping && member->state == TF_HTTP_MEMBER_STAYS)
        pthread_cond_wait(&crew->work, &crew->lock);
    crew->idle--;
    return take_group(crew, group);
}

static void *work(void *argument)
{
    struct tf_http_member *member = argument;
    struct tf_http_crew *crew = member->crew;
    struct tf_http_exchange *group[GROUP_MAX];
    size_t count;
    pthread_mutex_lock(&crew->lock);
    while ((count = await_group(crew, member, group)) > 0) {
        pthread_mutex_unlock(&crew->lock);
        handle(crew->loop, group, count);
        pthread_mutex_lock(&crew->lock);
    }
    member->state = TF_HTTP_MEMBER_ENDED;
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

/* Under the lock: one more while there is a place. Who ended has let the lock go for the last time. */
static enum tf_err add_member(struct tf_http_crew *crew, bool stays)
{
    for (size_t i = 0; i < crew->members_max; i++) {
        struct tf_http_member *member = &crew->members[i];
        if (member->state == TF_HTTP_MEMBER_STAYS || member->state == TF_HTTP_MEMBER_HELPS)
            continue;
        if (member->state == TF_HTTP_MEMBER_ENDED)
            pthread_join(member->thread, NULL);
        member->crew = crew;
        member->state = stays ? TF_HTTP_MEMBER_STAYS : TF_HTTP_MEMBER_HELPS;
        enum tf_err err = tf_thread_start(&member->thread, "tf-http-crew", work, member);
        if (err != TF_OK)
            member->state = TF_HTTP_MEMBER_NONE;
        return err;
    }
    return TF_E_LIMIT;
}

/* Until the deadline, or until something is handed in where nothing waited. */
static void watch_until(struct tf_http_crew *crew, int64_t deadline_ms)
{
    const struct timespec until = {deadline_ms / 1000, deadline_ms % 1000 * 1000000};
    pthread_cond_timedwait(&crew->watch, &crew->lock, &until);
}

/* One more member whenever the first in the queue has waited too long; where there is none to be had the others go on. */
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
            (void)!add_member(crew, false);
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

enum tf_err tf_http_crew_start(struct tf_http_crew *crew, const struct tf_http_loop *loop, size_t members_max)
{
    *crew = (struct tf_http_crew){.loop = loop, .members_max = members_max > MEMBERS_STAY ? members_max : MEMBERS_STAY};
    crew->members = calloc(crew->members_max, sizeof *crew->members);
    init_locks(crew);
    enum tf_err err = crew->members ? tf_thread_start(&crew->watcher, "tf-http-watch", watch, crew) : TF_E_MEMORY;
    crew->started = err == TF_OK;
    pthread_mutex_lock(&crew->lock);
    for (size_t i = 0; err == TF_OK && i < MEMBERS_STAY; i++)
        err = add_member(crew, true);
    pthread_mutex_unlock(&crew->lock);
    if (err != TF_OK) {
        tf_http_crew_stop(crew);
        tf_http_crew_finish(crew);
    }
    return err;
}

static void join_member(struct tf_http_crew *crew, const struct tf_http_member *member)
{
    pthread_mutex_lock(&crew->lock);
    bool began = member->state != TF_HTTP_MEMBER_NONE;
    pthread_mutex_unlock(&crew->lock);
    if (began)
        pthread_join(member->thread, NULL);
}

void tf_http_crew_stop(struct tf_http_crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    crew->stopping = true;
    pthread_cond_broadcast(&crew->work);
    pthread_cond_signal(&crew->watch);
    pthread_mutex_unlock(&crew->lock);
    if (crew->started)
        pthread_join(crew->watcher, NULL); /* from here on nobody is added */
    for (size_t i = 0; crew->members && i < crew->members_max; i++)
        join_member(crew, &crew->members[i]);
}

void tf_http_crew_finish(struct tf_http_crew *crew)
{
    pthread_cond_destroy(&crew->watch);
    pthread_cond_destroy(&crew->work);
    pthread_mutex_destroy(&crew->lock);
    free(crew->members);
    crew->members = NULL;
}
