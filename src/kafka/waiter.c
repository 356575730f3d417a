#include "waiter.h"

#include <time.h>

#include "taxflow/clock.h"

enum { MS_PER_S = 1000, NS_PER_MS = 1000000 };

void tf_waiter_init(struct tf_waiter *waiter)
{
    pthread_condattr_t monotonic;
    *waiter = (struct tf_waiter){.left = 0};
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&waiter->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&waiter->lock, NULL);
}

void tf_waiter_finish(struct tf_waiter *waiter)
{
    pthread_cond_destroy(&waiter->wake);
    pthread_mutex_destroy(&waiter->lock);
}

bool tf_waiter_wait(struct tf_waiter *waiter, int64_t timeout_ms)
{
    const int64_t until_ms = tf_clock_mono_ms() + timeout_ms;
    const struct timespec until = {until_ms / MS_PER_S, until_ms % MS_PER_S * NS_PER_MS};
    int late = 0;
    pthread_mutex_lock(&waiter->lock);
    while (!waiter->woken && !late) {
        if (timeout_ms < 0)
            pthread_cond_wait(&waiter->wake, &waiter->lock);
        else
            late = pthread_cond_timedwait(&waiter->wake, &waiter->lock, &until);
    }
    bool woken = waiter->woken;
    pthread_mutex_unlock(&waiter->lock);
    return woken;
}

void tf_waiter_wake_all(struct tf_waiter *first)
{
    while (first) {
        struct tf_waiter *waiter = first;
        first = waiter->next;
        pthread_mutex_lock(&waiter->lock);
        waiter->woken = true;
        pthread_cond_signal(&waiter->wake);
        pthread_mutex_unlock(&waiter->lock);
    }
}
