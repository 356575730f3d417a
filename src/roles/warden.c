/* One thread a process that looks at the topics, so that nothing goes on by a partition count or a generation that is no longer true. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "roles_internal.h"
#include "taxflow/thread.h"

enum { LOOK_EVERY_S = 1 };

struct tf_warden {
    struct tf_process *process;
    struct tf_lookout *lookout;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool closing;          /* guarded by lock, as all below */
    enum tf_err verdict;
    struct tf_fault fault;
};

/* False when it is time to end. */
static bool wait_for_next(struct tf_warden *warden)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += LOOK_EVERY_S;
    pthread_mutex_lock(&warden->lock);
    int waited = 0;
    while (!warden->closing && waited == 0)
        waited = pthread_cond_timedwait(&warden->wake, &warden->lock, &until);
    bool go_on = !warden->closing;
    pthread_mutex_unlock(&warden->lock);
    return go_on && !atomic_load(&warden->process->stop);
}

static void stop_process(struct tf_warden *warden, enum tf_err verdict, const struct tf_fault *fault)
{
    pthread_mutex_lock(&warden->lock);
    warden->verdict = verdict;
    warden->fault = *fault;
    pthread_mutex_unlock(&warden->lock);
    TF_LOG(verdict == TF_E_FATAL ? TF_LOG_WARN : TF_LOG_ERROR, "topics_changed", fault->text, TF_FIELD_TEXT("reason", tf_err_reason(verdict)));
    atomic_store(&warden->process->stop, true);
}

static void *run(void *argument)
{
    struct tf_warden *warden = argument;
    struct tf_fault fault = {0};
    while (wait_for_next(warden)) {
        enum tf_err err = tf_lookout_look(warden->lookout, &fault);
        if (err != TF_OK) {
            stop_process(warden, err, &fault);
            break;
        }
    }
    return NULL;
}

static enum tf_err start_thread(struct tf_warden *warden, struct tf_fault *fault)
{
    pthread_mutex_init(&warden->lock, NULL);
    pthread_cond_init(&warden->wake, NULL);
    enum tf_err err = tf_thread_start(&warden->thread, "tf-warden", run, warden);
    if (err == TF_OK)
        return TF_OK;
    pthread_cond_destroy(&warden->wake);
    pthread_mutex_destroy(&warden->lock);
    return tf_fault_set(fault, err, "the system refused a thread that looks at the topics");
}

enum tf_err tf_warden_create(struct tf_process *process, struct tf_warden **ret_warden, struct tf_fault *fault)
{
    struct tf_warden *warden = calloc(1, sizeof *warden);
    if (!warden)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for looking at topics");
    warden->process = process;
    enum tf_err err = tf_lookout_create(process->cluster, tf_process_config(process), &process->control, &warden->lookout, fault);
    if (err == TF_OK)
        err = tf_lookout_look(warden->lookout, fault);
    if (err == TF_OK)
        err = start_thread(warden, fault);
    if (err != TF_OK) {
        tf_lookout_destroy(warden->lookout);
        free(warden);
        return err;
    }
    *ret_warden = warden;
    return TF_OK;
}

struct tf_warden *tf_warden_destroy(struct tf_warden *warden)
{
    if (!warden)
        return NULL;
    pthread_mutex_lock(&warden->lock);
    warden->closing = true;
    pthread_cond_signal(&warden->wake);
    pthread_mutex_unlock(&warden->lock);
    pthread_join(warden->thread, NULL);
    tf_lookout_destroy(warden->lookout);
    pthread_cond_destroy(&warden->wake);
    pthread_mutex_destroy(&warden->lock);
    free(warden);
    return NULL;
}

enum tf_err tf_warden_verdict(struct tf_warden *warden, struct tf_fault *fault)
{
    if (!warden)
        return TF_OK;
    pthread_mutex_lock(&warden->lock);
    enum tf_err verdict = warden->verdict;
    if (verdict != TF_OK)
        *fault = warden->fault;
    pthread_mutex_unlock(&warden->lock);
    return verdict;
}
