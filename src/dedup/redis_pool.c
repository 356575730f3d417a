#include "redis_pool.h"

#include <pthread.h>
#include <stdlib.h>

#include "taxflow/clock.h"

struct tf_redis_pool {
    const struct tf_redis_servers *servers;
    struct tf_str password;
    int64_t timeout_ms;

    pthread_mutex_t lock; /* guards all below; never held while talking to a server */
    pthread_cond_t changed;
    struct tf_redis_connection *idle[TF_REDIS_POOL_CAPACITY];
    unsigned idle_count;
    unsigned open_count; /* idle, lent, or being opened; at most TF_REDIS_POOL_CAPACITY */
    uint64_t epoch;      /* failures so far: what was opened before the last one is not trusted */
    int64_t pause_ms;    /* 0 while all is well */
    int64_t resume_ms;   /* monotonic: no connect before */
    bool probing;        /* in trouble, one thread at a time tries */
    struct tf_fault last;
    char run_id[TF_RUN_ID_BYTES];
};

int64_t tf_redis_pool_next_pause(int64_t pause_ms)
{
    if (pause_ms == 0)
        return TF_REDIS_POOL_PAUSE_MIN_MS;
    return pause_ms >= TF_REDIS_POOL_PAUSE_MAX_MS / 2 ? TF_REDIS_POOL_PAUSE_MAX_MS : pause_ms * 2;
}

static bool init_locks(struct tf_redis_pool *pool)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return false;
    bool ok = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 && pthread_cond_init(&pool->changed, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    if (!ok)
        return false;
    if (pthread_mutex_init(&pool->lock, NULL) == 0)
        return true;
    pthread_cond_destroy(&pool->changed);
    return false;
}

struct tf_redis_pool *tf_redis_pool_create(const struct tf_redis_servers *servers, struct tf_str password, int64_t timeout_ms)
{
    struct tf_redis_pool *pool = calloc(1, sizeof *pool);
    if (!pool)
        return NULL;
    pool->servers = servers;
    pool->password = password;
    pool->timeout_ms = timeout_ms;
    if (init_locks(pool))
        return pool;
    free(pool);
    return NULL;
}

/* With the lock held. */
static void close_idle(struct tf_redis_pool *pool)
{
    while (pool->idle_count > 0) {
        tf_redis_connection_close(pool->idle[--pool->idle_count]);
        pool->open_count--;
    }
}

struct tf_redis_pool *tf_redis_pool_destroy(struct tf_redis_pool *pool)
{
    if (!pool)
        return NULL;
    close_idle(pool);
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
    return NULL;
}

/* With the lock held: the youngest idle connection that still lives, or NULL. */
static struct tf_redis_connection *take_idle(struct tf_redis_pool *pool)
{
    while (pool->idle_count > 0) {
        struct tf_redis_connection *connection = pool->idle[--pool->idle_count];
        if (tf_redis_connection_alive(connection))
            return connection;
        tf_redis_connection_close(connection);
        pool->open_count--;
    }
    return NULL;
}

/* With the lock held, on a failure of what was opened in this epoch: later reports of the same trouble change nothing. */
static void note_failure(struct tf_redis_pool *pool, uint64_t epoch, const struct tf_fault *fault)
{
    if (epoch != pool->epoch)
        return;
    pool->epoch++;
    close_idle(pool);
    pool->pause_ms = tf_redis_pool_next_pause(pool->pause_ms);
    pool->resume_ms = tf_clock_mono_ms() + pool->pause_ms;
    pool->last = *fault;
}

/* Nothing was asked for: even where the reason was a time-out, which tells callers "maybe done". */
static enum tf_err refuse(const struct tf_fault *reason, struct tf_fault *fault)
{
    return tf_fault_set(fault, reason->code == TF_E_TIMEOUT ? TF_E_UNAVAILABLE : reason->code, "%s", reason->text);
}

static struct timespec timespec_of(int64_t ms)
{
    return (struct timespec){.tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000};
}

/*
 * With the lock held: an idle connection, or a free place to open one in (*ret_connection NULL). Waits only while all
 * are lent.
 */
static enum tf_err take_place(struct tf_redis_pool *pool, struct tf_redis_connection **ret_connection, struct tf_fault *fault)
{
    const struct timespec deadline = timespec_of(tf_clock_mono_ms() + pool->timeout_ms);
    for (int waited = 0;;) {
        *ret_connection = take_idle(pool);
        if (*ret_connection)
            return TF_OK;
        if (pool->pause_ms > 0 && (pool->probing || tf_clock_mono_ms() < pool->resume_ms))
            return refuse(&pool->last, fault);
        if (pool->open_count < TF_REDIS_POOL_CAPACITY)
            break;
        if (waited != 0)
            return tf_fault_set(fault, TF_E_UNAVAILABLE, "all %d connections to Redis stayed in use for %lld ms; Redis is slow",
                                TF_REDIS_POOL_CAPACITY, (long long)pool->timeout_ms);
        waited = pthread_cond_timedwait(&pool->changed, &pool->lock, &deadline);
    }
    pool->open_count++;
    pool->probing = pool->pause_ms > 0;
    return TF_OK;
}

static enum tf_err connect_any(struct tf_redis_pool *pool, struct tf_redis_connection **ret_connection, struct tf_fault *fault)
{
    const int64_t deadline = tf_clock_mono_ms() + pool->timeout_ms;
    enum tf_err err = TF_E_UNAVAILABLE;
    for (size_t i = 0; i < pool->servers->count; i++) {
        int64_t share = (deadline - tf_clock_mono_ms()) / (int64_t)(pool->servers->count - i);
        err = tf_redis_connection_open(&pool->servers->items[i], pool->password, share > 1 ? share : 1, pool->timeout_ms, ret_connection, fault);
        if (err == TF_OK || tf_err_class(err) == TF_CLASS_FATAL)
            return err;
    }
    return err;
}

/* Open a connection in the place taken by take_place. */
static enum tf_err open_place(struct tf_redis_pool *pool, uint64_t epoch, struct tf_redis_connection **ret_connection, struct tf_fault *fault)
{
    struct tf_fault local = {0};
    enum tf_err err = connect_any(pool, ret_connection, &local);
    pthread_mutex_lock(&pool->lock);
    pool->probing = false;
    if (err == TF_OK) {
        (*ret_connection)->epoch = epoch;
        memcpy(pool->run_id, (*ret_connection)->run_id, sizeof pool->run_id);
    } else {
        pool->open_count--;
        note_failure(pool, epoch, &local);
        pthread_cond_broadcast(&pool->changed);
    }
    pthread_mutex_unlock(&pool->lock);
    return err == TF_OK ? TF_OK : refuse(&local, fault);
}

enum tf_err tf_redis_pool_lease(struct tf_redis_pool *pool, struct tf_redis_lease *ret_lease, struct tf_fault *fault)
{
    struct tf_redis_connection *connection = NULL;
    tf_sigpipe_hold(&ret_lease->sigpipe);
    pthread_mutex_lock(&pool->lock);
    enum tf_err err = take_place(pool, &connection, fault);
    uint64_t epoch = pool->epoch;
    pthread_mutex_unlock(&pool->lock);
    if (err == TF_OK && !connection)
        err = open_place(pool, epoch, &connection, fault);
    if (err != TF_OK)
        tf_sigpipe_release(&ret_lease->sigpipe);
    ret_lease->connection = connection;
    return err;
}

void tf_redis_pool_return(struct tf_redis_pool *pool, struct tf_redis_lease *lease, enum tf_err err, const struct tf_fault *fault)
{
    struct tf_redis_connection *connection = lease->connection;
    pthread_mutex_lock(&pool->lock);
    if (err != TF_OK)
        note_failure(pool, connection->epoch, fault);
    else if (connection->epoch == pool->epoch)
        pool->pause_ms = 0;
    if (err == TF_OK && connection->epoch == pool->epoch) {
        pool->idle[pool->idle_count++] = connection;
    } else {
        tf_redis_connection_close(connection);
        pool->open_count--;
    }
    pthread_cond_signal(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    tf_sigpipe_release(&lease->sigpipe);
    lease->connection = NULL;
}

void tf_redis_pool_run_id(struct tf_redis_pool *pool, char out[TF_RUN_ID_BYTES])
{
    pthread_mutex_lock(&pool->lock);
    memcpy(out, pool->run_id, TF_RUN_ID_BYTES);
    pthread_mutex_unlock(&pool->lock);
}
