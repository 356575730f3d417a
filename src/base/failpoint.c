#include "taxflow/failpoint.h"

#ifdef TAXFLOW_FAILPOINTS

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "taxflow/str.h"

enum action { ACTION_NONE, ACTION_EXIT, ACTION_ABORT, ACTION_STOP };

static const char *const names[TF_FAILPOINT_COUNT] = {
#define X(identifier, name) [TF_FAILPOINT_##identifier] = name,
    TF_FAILPOINT_TABLE(X)
#undef X
};
static const char *const actions[] = {[ACTION_EXIT] = "exit", [ACTION_ABORT] = "abort", [ACTION_STOP] = "stop"};

static struct {
    enum action action;
    uint64_t at;
    atomic_uint_fast64_t passed;
} plan[TF_FAILPOINT_COUNT];

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void refuse(const char *word)
{
    fprintf(stderr, "taxflow: TAXFLOW_FAILPOINT: '%s' is not name:exit|abort|stop[@n]\n", word);
    abort();
}

static size_t find(const char *const *words, size_t count, struct tf_str word)
{
    for (size_t i = 0; i < count; i++)
        if (words[i] && tf_str_is(word, words[i]))
            return i;
    return count;
}

static void take(char *word)
{
    char *colon = strchr(word, ':'), *at = colon ? strchr(colon, '@') : NULL;
    uint64_t pass = 1;
    if (!colon || (at && !tf_str_to_u64(tf_str_of(at + 1), UINT32_MAX, &pass)))
        refuse(word);
    struct tf_str name = {word, (size_t)(colon - word)};
    struct tf_str action = {colon + 1, at ? (size_t)(at - colon - 1) : strlen(colon + 1)};
    size_t point = find(names, TF_FAILPOINT_COUNT, name), what = find(actions, sizeof actions / sizeof actions[0], action);
    if (point == TF_FAILPOINT_COUNT || what == sizeof actions / sizeof actions[0])
        refuse(word);
    plan[point].action = (enum action)what;
    plan[point].at = pass;
}

static const char *poison; /* TAXFLOW_FAILPOINT_POISON; NULL = none */

static void read_plan(void)
{
    const char *text = getenv("TAXFLOW_FAILPOINT");
    poison = getenv("TAXFLOW_FAILPOINT_POISON");
    char *copy = text ? strdup(text) : NULL, *rest = NULL;
    for (char *word = copy ? strtok_r(copy, ",", &rest) : NULL; word; word = strtok_r(NULL, ",", &rest))
        take(word);
    free(copy);
}

void tf_failpoint_pass(enum tf_failpoint point)
{
    pthread_once(&once, read_plan);
    if (plan[point].action == ACTION_NONE || atomic_fetch_add(&plan[point].passed, 1) + 1 != plan[point].at)
        return;
    fprintf(stderr, "taxflow: failpoint %s: %s\n", names[point], actions[plan[point].action]);
    if (plan[point].action == ACTION_ABORT)
        abort();
    kill(getpid(), plan[point].action == ACTION_EXIT ? SIGKILL : SIGSTOP);
}

void tf_failpoint_look_into(struct tf_str record)
{
    pthread_once(&once, read_plan);
    if (poison && *poison && memmem(record.ptr, record.len, poison, strlen(poison)))
        abort();
}

#else

typedef int tf_failpoint_is_not_built;

#endif
