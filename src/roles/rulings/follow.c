/* A thread that reads along what people say, so that Kafka's silence never holds up the role's own. */
#include <stdlib.h>

#include "roles_internal.h"
#include "taxflow/kafka_read.h"
#include "taxflow/rulings.h"
#include "taxflow/thread.h"

enum { READ_MS = 200, ROWS_MAX = 1000, ARENA_BYTES_MAX = 1 << 20 };

struct tf_rulings_follower {
    struct tf_rulings *rulings;
    struct tf_series *known;
    struct tf_tail *tail;
    struct tf_arena *arena;
    pthread_t thread;
    atomic_bool stop, caught_up;
    bool full_told;
};

/* A row that is none of ours is passed over: nothing else can be done about it, and it must not hold up the others. */
static void take(void *self, const struct tf_position *position, const struct tf_row *row)
{
    struct tf_rulings_follower *follower = self;
    struct tf_ruling ruling;
    tf_arena_rewind(follower->arena);
    enum tf_err err = tf_ruling_read(row->value, follower->arena, &ruling);
    if (err != TF_OK) {
        TF_LOG(TF_LOG_WARN, "verdict_unreadable", "a row of taxflow.verdicts cannot be read", TF_FIELD_INT("partition", position->partition),
               TF_FIELD_INT("offset", position->offset));
        return;
    }
    err = tf_rulings_add(follower->rulings, &ruling);
    if (err != TF_OK && !follower->full_told) {
        follower->full_told = true;
        TF_LOG(TF_LOG_ERROR, "verdicts_full", "verdicts of people no longer fit into memory: later ones are not heeded",
               TF_FIELD_TEXT("reason", tf_err_reason(err)));
    }
}

static void *run(void *argument)
{
    struct tf_rulings_follower *follower = argument;
    while (!atomic_load(&follower->stop)) {
        tf_tail_read(follower->tail, ROWS_MAX, READ_MS, take, follower);
        tf_metrics_set(follower->known, (double)tf_rulings_count(follower->rulings));
        if (tf_tail_ended(follower->tail))
            atomic_store(&follower->caught_up, true);
    }
    return NULL;
}

static struct tf_rulings_follower *destroy(struct tf_rulings_follower *follower)
{
    tf_tail_destroy(follower->tail);
    tf_arena_destroy(follower->arena);
    free(follower);
    return NULL;
}

enum tf_err tf_rulings_follow(struct tf_process *process, const char *label, struct tf_rulings *rulings, struct tf_rulings_follower **ret_follower,
                              struct tf_fault *fault)
{
    struct tf_rulings_follower *follower = calloc(1, sizeof *follower);
    if (!follower)
        return TF_E_MEMORY;
    follower->rulings = rulings;
    follower->known = tf_metrics_series(TF_METRIC_verdicts_known, label, NULL, NULL);
    follower->arena = tf_arena_create(ARENA_BYTES_MAX);
    enum tf_err err = follower->arena ? tf_tail_create(process->cluster, tf_process_config(process), TF_STREAM_VERDICTS, true, &follower->tail, fault)
                                      : TF_E_MEMORY;
    if (err == TF_OK)
        err = tf_thread_start(&follower->thread, "tf-verdicts", run, follower);
    if (err != TF_OK) {
        destroy(follower);
        return err;
    }
    *ret_follower = follower;
    return TF_OK;
}

bool tf_rulings_caught_up(const struct tf_rulings_follower *follower)
{
    return atomic_load(&follower->caught_up);
}

struct tf_rulings_follower *tf_rulings_unfollow(struct tf_rulings_follower *follower)
{
    if (!follower)
        return NULL;
    atomic_store(&follower->stop, true);
    pthread_join(follower->thread, NULL);
    return destroy(follower);
}
