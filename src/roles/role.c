#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "roles_internal.h"
#include "taxflow/clock.h"
#include "taxflow/thread.h"

enum { ROUTES_MAX = 16, BEAT_MS = 1000 };

static const struct tf_role *const roles[TF_ROLE_COUNT] = {
#define TF_ROLE(name, ID, help) [TF_ROLE_##ID] = &tf_role_##name,
#include "taxflow/roles.def"
#undef TF_ROLE
};

const struct tf_role *tf_role_get(enum tf_role_id id)
{
    return roles[id];
}

const struct tf_role *tf_role_find(const char *name)
{
    for (size_t i = 0; i < TF_ROLE_COUNT; i++)
        if (strcmp(roles[i]->name, name) == 0)
            return roles[i];
    return NULL;
}

static void *run_thread(void *argument)
{
    struct tf_role_run *run = argument;
    run->result = tf_process_connect(run);
    if (run->result == TF_OK)
        run->result = run->role->run(run);
    if (tf_err_class(run->result) == TF_CLASS_RETRY && atomic_load(&run->process->stop))
        run->result = TF_OK; /* told to stop while waiting for a service */
    if (run->result == TF_OK && run->role->uses_control)
        run->result = tf_warden_verdict(run->process->warden, &run->fault);
    atomic_store(&run->running, false);
    return NULL;
}

static enum tf_err start_server(struct tf_role_run *run, struct tf_fault *fault)
{
    const struct tf_config *config = tf_process_config(run->process);
    struct tf_http_route routes[ROUTES_MAX];
    memset(routes, 0, sizeof routes);
    struct tf_http_options options = {
        .listen = run->role->listen(config),
        .role = run->role->name,
        .config = config,
        .health = run->health,
        .routes = routes,
        .routes_count = run->role->routes ? run->role->routes(run, routes, ROUTES_MAX) : 0,
    };
    TF_TRY(tf_http_server_create(&options, &run->server, fault));
    TF_LOG(TF_LOG_INFO, "http_listening", "the role's HTTP server is listening", TF_FIELD_TEXT("role", run->role->name),
           TF_FIELD_INT("port", tf_http_server_port(run->server)));
    return TF_OK;
}

static enum tf_err create_parts(struct tf_role_run *run, struct tf_fault *fault)
{
    char service[48], instance[48];
    snprintf(service, sizeof service, "taxflow-%s", run->role->name);
    snprintf(instance, sizeof instance, "%s-%lld", run->role->name, (long long)run->process->instance);
    run->health = tf_health_create();
    run->tracer = tf_tracer_create(tf_process_config(run->process), service, instance);
    if (!run->health || !run->tracer)
        return TF_E_MEMORY;
    tf_health_set(run->health, "start", false, "starting");
    tf_health_beat(run->health);
    return start_server(run, fault);
}

enum tf_err tf_role_start(struct tf_process *process, const struct tf_role *role, struct tf_role_run **ret_run, struct tf_fault *fault)
{
    struct tf_role_run *run = calloc(1, sizeof *run);
    if (!run)
        return TF_E_MEMORY;
    run->process = process;
    run->role = role;
    atomic_store(&run->running, true);
    char name[16];
    snprintf(name, sizeof name, "tf-%.11s", role->name);
    enum tf_err err = create_parts(run, fault);
    if (err == TF_OK)
        err = tf_thread_start(&run->thread, name, run_thread, run);
    if (err != TF_OK) {
        tf_role_destroy(run);
        return err;
    }
    *ret_run = run;
    return TF_OK;
}

bool tf_role_join(struct tf_role_run *run, int64_t timeout_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += timeout_ms / 1000;
    until.tv_nsec += timeout_ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    return pthread_timedjoin_np(run->thread, NULL, &until) == 0;
}

struct tf_role_run *tf_role_destroy(struct tf_role_run *run)
{
    if (!run)
        return NULL;
    tf_http_server_destroy(run->server);
    if (run->role->finish)
        run->role->finish(run);
    tf_tracer_destroy(run->tracer);
    tf_health_destroy(run->health);
    free(run);
    return NULL;
}
