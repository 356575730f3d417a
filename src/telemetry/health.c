#include "taxflow/health.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "taxflow/clock.h"

enum { REASON_BYTES = 128 };

struct check {
    const char *name;
    bool ok;
    char reason[REASON_BYTES];
};

struct tf_health {
    pthread_mutex_t lock; /* guards checks, checks_count, overflowed */
    struct check checks[TF_HEALTH_CHECKS_MAX];
    size_t checks_count;
    bool overflowed; /* a check found no place: never ready, because it might be failing unseen */
    _Atomic int64_t beat_ms;
};

struct tf_health *tf_health_create(void)
{
    struct tf_health *health = calloc(1, sizeof *health);
    if (!health)
        return NULL;
    pthread_mutex_init(&health->lock, NULL);
    tf_health_beat(health);
    return health;
}

struct tf_health *tf_health_destroy(struct tf_health *health)
{
    if (health)
        pthread_mutex_destroy(&health->lock);
    free(health);
    return NULL;
}

/* The check of that name, made when it is new; NULL when all places are taken. */
static struct check *check_named(struct tf_health *health, const char *name)
{
    for (size_t i = 0; i < health->checks_count; i++)
        if (strcmp(health->checks[i].name, name) == 0)
            return &health->checks[i];
    if (health->checks_count == TF_HEALTH_CHECKS_MAX)
        return NULL;
    struct check *check = &health->checks[health->checks_count++];
    check->name = name;
    return check;
}

/* A reason stands on a line of its own, so a line break in it would forge another check. */
static void copy_line(char out[REASON_BYTES], const char *text)
{
    size_t len = text ? strnlen(text, REASON_BYTES - 1) : 0;
    for (size_t i = 0; i < len; i++)
        out[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? ' ' : text[i];
    out[len] = '\0';
}

void tf_health_set(struct tf_health *health, const char *name, bool ok, const char *reason)
{
    pthread_mutex_lock(&health->lock);
    struct check *check = check_named(health, name);
    if (check) {
        check->ok = ok;
        copy_line(check->reason, ok ? NULL : reason);
    } else {
        health->overflowed = true;
    }
    pthread_mutex_unlock(&health->lock);
}

void tf_health_note(struct tf_health *health, const char *name, const char *note)
{
    pthread_mutex_lock(&health->lock);
    struct check *check = check_named(health, name);
    if (check) {
        check->ok = true;
        copy_line(check->reason, note);
    } else {
        health->overflowed = true;
    }
    pthread_mutex_unlock(&health->lock);
}

static void put_check(struct tf_buf *lines, const struct check *check)
{
    if (check->ok && check->reason[0])
        tf_buf_printf(lines, "[+]%s ok: %s\n", check->name, check->reason);
    else if (check->ok)
        tf_buf_printf(lines, "[+]%s ok\n", check->name);
    else if (check->reason[0])
        tf_buf_printf(lines, "[-]%s: %s\n", check->name, check->reason);
    else
        tf_buf_printf(lines, "[-]%s\n", check->name);
}

bool tf_health_ready(struct tf_health *health, struct tf_buf *lines)
{
    pthread_mutex_lock(&health->lock);
    bool ready = !health->overflowed;
    for (size_t i = 0; i < health->checks_count; i++) {
        ready = ready && health->checks[i].ok;
        if (lines)
            put_check(lines, &health->checks[i]);
    }
    if (lines && health->overflowed)
        tf_buf_puts(lines, "[-]checks: more than there is room for\n");
    pthread_mutex_unlock(&health->lock);
    return ready;
}

void tf_health_beat(struct tf_health *health)
{
    atomic_store_explicit(&health->beat_ms, tf_clock_mono_ms(), memory_order_relaxed);
}

bool tf_health_alive(struct tf_health *health, int64_t limit_ms)
{
    return tf_clock_mono_ms() - atomic_load_explicit(&health->beat_ms, memory_order_relaxed) < limit_ms;
}
