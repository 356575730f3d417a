/* A role as a daemon: start, serve signals and the service manager, drain, end. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "daemon.h"
#include "instance.h"
#include "restart.h"
#include "taxflow/clock.h"
#include "taxflow/log.h"

enum { DRAIN_MS = 9500, LOOP_MS = 250, STARTING_LOOP_MS = 10, PORT_STEP = 10 };

/* "tax-2" is the second instance of tax: the unit template's instance name. */
static bool split_instance(const char *word, char role[16], int64_t *ret_number)
{
    const char *dash = strrchr(word, '-');
    uint64_t number = 0;
    if (!dash || !tf_str_to_u64(tf_str_of(dash + 1), 9999, &number) || number == 0 || (size_t)(dash - word) >= 16)
        return false;
    memcpy(role, word, (size_t)(dash - word));
    role[dash - word] = '\0';
    *ret_number = (int64_t)number;
    return true;
}

/* Further instances of a unit listen ten ports higher each, so that one file serves them all. */
static void shift_port(const struct tf_config *config, const char *role, int64_t number, char out[256])
{
    const struct tf_role *row = tf_role_find(role);
    const char *listen = row ? row->listen(config) : "";
    const char *colon = strrchr(listen, ':');
    uint64_t port = 0;
    out[0] = '\0';
    if (row && colon && tf_str_to_u64(tf_str_of(colon + 1), 65535, &port) && port != 0)
        snprintf(out, 256, "%s.listen=%.*s:%llu", role, (int)(colon - listen), listen, (unsigned long long)(port + (uint64_t)(PORT_STEP * (number - 1))));
}

static int load(struct tf_daemon *daemon, struct tf_config_source **ret_source)
{
    char number[48], port[256];
    const char *extra[2] = {number, port};
    size_t count = 0;
    if (daemon->numbered) {
        snprintf(number, sizeof number, "instance.number=%lld", (long long)daemon->number);
        count = 1;
    }
    int status = tf_cli_load(&daemon->cli, extra, count, ret_source);
    if (status != 0 || !daemon->numbered || daemon->number < 2)
        return status;
    shift_port(tf_config_get(*ret_source), daemon->cli.role, daemon->number, port);
    tf_config_destroy(*ret_source);
    *ret_source = NULL;
    return tf_cli_load(&daemon->cli, extra, port[0] ? 2 : 1, ret_source);
}

static int choose_roles(struct tf_daemon *daemon, const struct tf_config *config)
{
    if (!config->role) {
        fputs("taxflow: no role: give --role=collector, fraud, tax, monitor or all, or `role` in the configuration file; see `taxflow --help`\n", stderr);
        return EX_USAGE;
    }
    if (strcmp(config->role, "all") == 0) {
        for (int r = 0; r < TF_ROLE_COUNT; r++)
            daemon->roles[daemon->roles_count++] = tf_role_get((enum tf_role_id)r);
        return 0;
    }
    daemon->roles[daemon->roles_count++] = tf_role_find(config->role);
    return daemon->roles[0] ? 0 : EX_CONFIG;
}

static void reload(struct tf_daemon *daemon)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (daemon->told_ready)
        sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    struct tf_config_source *source = NULL;
    bool taken = daemon->sources_count < TF_DAEMON_RELOADS_MAX && load(daemon, &source) == 0;
    if (taken) {
        char restart[512];
        const struct tf_config *config = tf_config_get(source);
        size_t waiting = tf_config_restart_needed(tf_config_get(daemon->sources[daemon->sources_count - 1]), config, restart, sizeof restart);
        daemon->sources[daemon->sources_count++] = source;
        tf_log_setup(config->log.level, config->log.format, config->role, daemon->process.instance);
        atomic_store(&daemon->process.config, config);
        TF_LOG(TF_LOG_NOTICE, "config_reloaded", waiting ? "the configuration was read again; some changes need a restart" : "the configuration was read again",
               TF_FIELD_TEXT("restart_needed", restart));
    } else {
        TF_LOG0(TF_LOG_ERROR, "config_refused", "the new configuration has errors (see the lines before); the old one stays in force");
    }
    for (size_t r = 0; r < daemon->roles_count; r++)
        tf_metrics_set(tf_metrics_series(TF_METRIC_config_last_reload_success, daemon->roles[r]->name, NULL, NULL), taken ? 1 : 0);
    if (daemon->told_ready)
        sd_notify(0, "READY=1");
}

static bool all_run(const struct tf_daemon *daemon)
{
    for (size_t r = 0; r < daemon->runs_count; r++)
        if (!atomic_load(&daemon->runs[r]->running))
            return false;
    return true;
}

static bool all_ready(const struct tf_daemon *daemon)
{
    for (size_t r = 0; r < daemon->runs_count; r++)
        if (!tf_health_ready(daemon->runs[r]->health, NULL))
            return false;
    return true;
}

/* Once, as /readyz turns 200 for the first time; later the status tells. */
static void tell_ready(struct tf_daemon *daemon)
{
    if (daemon->told_ready || !all_ready(daemon))
        return;
    daemon->told_ready = true;
    sd_notify(0, "READY=1");
}

/* A role that waits for its broker, for partitions or for its state is starting for as long as it is alive: each time it is told so, the
 * manager's limit for the start moves on. */
static void tell_manager(struct tf_daemon *daemon)
{
    enum { ALIVE_MS = 10000, START_EXTENSION_US = 30000000 };
    bool alive = true;
    char status[256];
    size_t used = 0;
    status[0] = '\0';
    for (size_t r = 0; r < daemon->runs_count; r++) {
        struct tf_role_run *run = daemon->runs[r];
        alive = alive && tf_health_alive(run->health, ALIVE_MS);
        int len = snprintf(status + used, sizeof status - used, "%s%s: %s, %llu records", used ? "; " : "", run->role->name,
                           tf_health_ready(run->health, NULL) ? "ready" : "not ready", atomic_load(&run->processed));
        used = len > 0 && used + (size_t)len < sizeof status ? used + (size_t)len : sizeof status - 1;
    }
    sd_notifyf(0, "STATUS=%s%s", status, alive ? "\nWATCHDOG=1" : "");
    if (alive && !daemon->told_ready)
        sd_notifyf(0, "EXTEND_TIMEOUT_USEC=%d", START_EXTENSION_US);
}

static void serve(struct tf_daemon *daemon, const sigset_t *signals)
{
    int64_t told = 0;
    while (all_run(daemon)) {
        tell_ready(daemon);
        struct timespec wait = {.tv_nsec = (daemon->told_ready ? LOOP_MS : STARTING_LOOP_MS) * 1000000L};
        int signal = sigtimedwait(signals, NULL, &wait);
        if (signal == SIGTERM || signal == SIGINT)
            return;
        if (signal == SIGHUP)
            reload(daemon);
        if (tf_clock_mono_ms() - told >= 1000) {
            told = tf_clock_mono_ms();
            tell_manager(daemon);
        }
    }
}

static enum tf_err start_roles(struct tf_daemon *daemon, struct tf_fault *fault)
{
    for (size_t r = 0; r < daemon->roles_count; r++) {
        TF_TRY(tf_role_start(&daemon->process, daemon->roles[r], &daemon->runs[r], fault));
        daemon->runs_count++;
    }
    return TF_OK;
}

/* Everything drains side by side; whoever is not done by the deadline is left behind, and the service manager restarts us. */
static int drain(struct tf_daemon *daemon)
{
    int status = EX_OK;
    int64_t deadline = tf_clock_mono_ms() + DRAIN_MS;
    sd_notify(0, "STOPPING=1");
    atomic_store(&daemon->process.stop, true);
    for (size_t r = 0; r < daemon->runs_count; r++) {
        int64_t left = deadline - tf_clock_mono_ms();
        if (!tf_role_join(daemon->runs[r], left > 0 ? left : 1)) {
            TF_LOG(TF_LOG_ERROR, "drain_timeout", "the role did not drain in time and is left behind; nothing is lost, its batch runs again",
                   TF_FIELD_TEXT("role", daemon->runs[r]->role->name));
            _exit(EX_SOFTWARE);
        }
        if (daemon->runs[r]->result != TF_OK) {
            tf_cli_fail(daemon->runs[r]->result, &daemon->runs[r]->fault);
            status = tf_err_exit_status(daemon->runs[r]->result);
        }
        tf_role_destroy(daemon->runs[r]);
    }
    return status;
}

/* Below a service manager, which starts at one pace for ever what ends again and again. Who starts or restarts a role by hand ends the wait by it:
 * false, told to end. SIGHUP stays pending until there is something to reload. */
static bool wait_for_turn(struct tf_daemon *daemon, int64_t wait_ms)
{
    enum { STEP_MS = 1000, MARGIN_MS = 30000 };
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    for (int64_t now = tf_clock_mono_ms(), until = now + wait_ms; now < until; now = tf_clock_mono_ms()) {
        sd_notifyf(0, "STATUS=%s ended early again and again: begins in %lld s, or at once by systemctl restart\nEXTEND_TIMEOUT_USEC=%lld",
                   tf_config_get(daemon->sources[0])->role, (long long)(until - now + 999) / 1000, (long long)(until - now + MARGIN_MS) * 1000);
        int64_t step_ms = until - now < STEP_MS ? until - now : STEP_MS;
        struct timespec step = {.tv_sec = step_ms / 1000, .tv_nsec = step_ms % 1000 * 1000000L};
        if (sigtimedwait(&ends, NULL, &step) > 0)
            return false;
    }
    return true;
}

static bool may_begin(struct tf_daemon *daemon)
{
    if (!getenv("NOTIFY_SOCKET"))
        return true;
    struct tf_restart run = tf_restart_read(daemon->lock_fd);
    int64_t wait_ms = tf_restart_wait_ms(&run, tf_clock_mono_ms());
    if (wait_ms > 0)
        TF_LOG(TF_LOG_WARN, "restart_waits", "runs before this one ended early, one after the other (see the lines before): this one begins later",
               TF_FIELD_INT("runs", run.failures), TF_FIELD_INT("wait_ms", wait_ms));
    if (!wait_for_turn(daemon, wait_ms))
        return false;
    run.begun_ms = tf_clock_mono_ms();
    tf_restart_write(daemon->lock_fd, &run);
    return true;
}

static int run_roles(struct tf_daemon *daemon, const sigset_t *signals)
{
    struct tf_fault fault = {0};
    const struct tf_config *config = tf_config_get(daemon->sources[0]);
    enum tf_err err = tf_process_open(&daemon->process, config, &fault);
    if (err == TF_OK)
        err = start_roles(daemon, &fault);
    if (err == TF_OK) {
        TF_LOG(TF_LOG_NOTICE, "started", "taxflow is running", TF_FIELD_TEXT("version", TAXFLOW_VERSION),
               TF_FIELD_TEXT("config", tf_config_file(daemon->sources[0]) ? tf_config_file(daemon->sources[0]) : "none"), TF_FIELD_INT("roles", daemon->roles_count));
        serve(daemon, signals);
    }
    int status = drain(daemon);
    tf_process_close(&daemon->process);
    TF_LOG(TF_LOG_NOTICE, "stopped", "taxflow has stopped", TF_FIELD_INT("status", err == TF_OK ? status : tf_err_exit_status(err)));
    return err == TF_OK ? status : tf_cli_fail(err, &fault);
}

static int run_daemon(struct tf_daemon *daemon, const sigset_t *signals)
{
    struct tf_fault fault = {0};
    const struct tf_config *config = tf_config_get(daemon->sources[0]);
    enum tf_err err = tf_instance_lock(config->role, config->instance.number, &daemon->process.instance, &daemon->lock_fd, &fault);
    if (err != TF_OK)
        return tf_cli_fail(err, &fault);
    tf_log_setup(config->log.level, config->log.format, config->role, daemon->process.instance);
    tf_metrics_set(tf_metrics_series(TF_METRIC_build_info, TAXFLOW_VERSION, NULL, NULL), 1);
    int status = may_begin(daemon) ? run_roles(daemon, signals) : EX_OK;
    if (!tf_restart_follows(status))
        tf_restart_write(daemon->lock_fd, &(struct tf_restart){0});
    close(daemon->lock_fd);
    return status;
}

static void block_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
}

int tf_cmd_run(const struct tf_cli *cli)
{
    static struct tf_daemon daemon; /* one a process; too large for the stack */
    sigset_t signals;
    daemon.cli = *cli;
    daemon.lock_fd = -1;
    const char *word = cli->role ? cli->role : getenv("TAXFLOW_ROLE");
    if (word && split_instance(word, daemon.role_word, &daemon.number)) {
        daemon.cli.role = daemon.role_word;
        daemon.numbered = true;
    }
    block_signals(&signals);
    int status = load(&daemon, &daemon.sources[0]);
    if (status != 0)
        return status;
    daemon.sources_count = 1;
    status = choose_roles(&daemon, tf_config_get(daemon.sources[0]));
    if (status == 0)
        status = run_daemon(&daemon, &signals);
    for (size_t s = 0; s < daemon.sources_count; s++)
        tf_config_destroy(daemon.sources[s]);
    return status;
}
