#include "taxflow/thread.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAME_BYTES = 16, TEAM_MAX = 64 }; /* the kernel keeps 15 bytes and a NUL */

struct start {
    void *(*run)(void *);
    void *argument;
    char name[NAME_BYTES];
};

/* Named from inside, so that the thread's first log line already carries its name. */
static void *enter(void *value)
{
    struct start start = *(struct start *)value;
    free(value);
    pthread_setname_np(pthread_self(), start.name);
    return start.run(start.argument);
}

static void worker_signals(sigset_t *set)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
    sigfillset(set);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        sigdelset(set, faults[i]);
}

enum tf_err tf_thread_start(pthread_t *ret_thread, const char *name, void *(*run)(void *), void *argument)
{
    struct start *start = malloc(sizeof *start);
    if (!start)
        return TF_E_LIMIT;
    *start = (struct start){.run = run, .argument = argument};
    snprintf(start->name, sizeof start->name, "%.15s", name);
    sigset_t blocked, before;
    worker_signals(&blocked);
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    int failed = pthread_create(ret_thread, NULL, enter, start);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed)
        free(start);
    return failed ? TF_E_LIMIT : TF_OK;
}

struct member {
    struct tf_team *team;
    unsigned number;
    pthread_t thread;
};

/* round, busy, ending, job and argument are guarded by lock; the rest is fixed once the members run. */
struct tf_team {
    pthread_mutex_t lock;
    pthread_cond_t begun;
    pthread_cond_t done;
    unsigned long round; /* grows with each run, so that no member does one twice or misses one */
    unsigned busy;       /* members that have not finished this round */
    bool ending;
    void (*job)(void *argument, unsigned worker);
    void *argument;
    unsigned count;
    unsigned started; /* threads to join; none when the caller does the work */
    struct member members[];
};

static void *work(void *value)
{
    struct member *self = value;
    struct tf_team *team = self->team;
    unsigned long seen = 0;
    pthread_mutex_lock(&team->lock);
    for (;;) {
        while (team->round == seen && !team->ending)
            pthread_cond_wait(&team->begun, &team->lock);
        if (team->ending)
            break;
        seen = team->round;
        pthread_mutex_unlock(&team->lock);
        team->job(team->argument, self->number); /* steady while busy counts this member */
        pthread_mutex_lock(&team->lock);
        if (--team->busy == 0)
            pthread_cond_signal(&team->done);
    }
    pthread_mutex_unlock(&team->lock);
    return NULL;
}

static bool start_members(struct tf_team *team, const char *name)
{
    for (unsigned i = 0; i < team->count; i++) {
        struct member *member = &team->members[i];
        char shown[NAME_BYTES];
        snprintf(shown, sizeof shown, "%.12s-%u", name, i % TEAM_MAX);
        *member = (struct member){.team = team, .number = i};
        if (tf_thread_start(&member->thread, shown, work, member) != TF_OK)
            return false;
        team->started++;
    }
    return true;
}

static struct tf_team *create(const char *name, unsigned count, bool apart)
{
    if (count == 0 || count > TEAM_MAX)
        return NULL;
    struct tf_team *team = calloc(1, sizeof *team + count * sizeof team->members[0]);
    if (!team)
        return NULL;
    team->count = count;
    pthread_mutex_init(&team->lock, NULL);
    pthread_cond_init(&team->begun, NULL);
    pthread_cond_init(&team->done, NULL);
    if (apart && !start_members(team, name))
        return tf_team_destroy(team);
    return team;
}

struct tf_team *tf_team_create(const char *name, unsigned count)
{
    return create(name, count, count > 1);
}

struct tf_team *tf_team_create_apart(const char *name, unsigned count)
{
    return create(name, count, true);
}

struct tf_team *tf_team_destroy(struct tf_team *team)
{
    if (!team)
        return NULL;
    pthread_mutex_lock(&team->lock);
    team->ending = true;
    pthread_cond_broadcast(&team->begun);
    pthread_mutex_unlock(&team->lock);
    for (unsigned i = 0; i < team->started; i++)
        pthread_join(team->members[i].thread, NULL);
    pthread_cond_destroy(&team->done);
    pthread_cond_destroy(&team->begun);
    pthread_mutex_destroy(&team->lock);
    free(team);
    return NULL;
}

unsigned tf_team_count(const struct tf_team *team)
{
    return team->count;
}

void tf_team_begin(struct tf_team *team, void (*job)(void *argument, unsigned worker), void *argument)
{
    if (team->started == 0) {
        job(argument, 0);
        return;
    }
    pthread_mutex_lock(&team->lock);
    team->job = job;
    team->argument = argument;
    team->busy = team->count;
    team->round++;
    pthread_cond_broadcast(&team->begun);
    pthread_mutex_unlock(&team->lock);
}

void tf_team_wait(struct tf_team *team)
{
    pthread_mutex_lock(&team->lock);
    while (team->busy > 0)
        pthread_cond_wait(&team->done, &team->lock);
    pthread_mutex_unlock(&team->lock);
}

bool tf_team_busy(struct tf_team *team)
{
    pthread_mutex_lock(&team->lock);
    bool busy = team->busy > 0;
    pthread_mutex_unlock(&team->lock);
    return busy;
}

void tf_team_run(struct tf_team *team, void (*job)(void *argument, unsigned worker), void *argument)
{
    tf_team_begin(team, job, argument);
    tf_team_wait(team);
}
