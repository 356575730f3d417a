/* All four roles in this process on the embedded broker, fed through the collector; the report is read back out of Kafka. */
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "progress.h"
#include "report_rows.h"
#include "taxflow/clock.h"
#include "taxflow/log.h"
#include "taxflow/thread.h"

enum { SETTLE_MS = 60000, DRAIN_MS = 9000, READ_MS = 10 };

struct demo {
    const struct tf_cli *cli;
    struct tf_process process;
    struct tf_role_run *runs[TF_ROLE_COUNT];
    size_t runs_count;
    struct tf_fraud_ruleset *ruleset; /* as the fraud role has it: the report names its rules */
    struct tf_report_rows *rows;
    struct tf_intake *intake;
    struct tf_files *files;
    struct tf_intake_count count;
    struct tf_progress progress;
    struct tf_report report;
    int64_t started_ms;
    char secret[8192];
    pthread_t feeder;
    bool feeding;
    atomic_bool fed;
    enum tf_err feed_err;
    struct tf_fault feed_fault;
};

/* The samples next to us: in the source tree, or where they were installed. */
static size_t find_samples(glob_t *found)
{
    static const char *const patterns[] = {"conf/samples/*.ndjson", TAXFLOW_DATA_DIR "/samples/*.ndjson"};
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        if (glob(patterns[i], 0, NULL, found) == 0)
            return found->gl_pathc;
        globfree(found);
    }
    memset(found, 0, sizeof *found);
    return 0;
}

static enum tf_err open_files(struct demo *demo, struct tf_fault *fault)
{
    const struct tf_config *config = atomic_load(&demo->process.config);
    glob_t samples = {0};
    char **paths = demo->cli->args;
    size_t count = demo->cli->args_count;
    if (count == 0) {
        count = find_samples(&samples);
        paths = samples.gl_pathv;
    }
    if (count == 0)
        return tf_fault_set(fault, TF_E_NO_INPUT, "no samples found in conf/samples or " TAXFLOW_DATA_DIR "/samples; name NDJSON files: taxflow demo FILE…");
    enum tf_err err = tf_files_create(config, (const char *const *)paths, count, tf_process_cores(), NULL, NULL, &demo->files, fault);
    globfree(&samples);
    return err;
}

static enum tf_err start_roles(struct demo *demo, struct tf_fault *fault)
{
    for (int r = 0; r < TF_ROLE_COUNT; r++) {
        TF_TRY(tf_role_start(&demo->process, tf_role_get((enum tf_role_id)r), &demo->runs[demo->runs_count], fault));
        demo->runs_count++;
    }
    return TF_OK;
}

static bool ready(const struct demo *demo)
{
    for (size_t r = 0; r < demo->runs_count; r++)
        if (!tf_health_ready(demo->runs[r]->health, NULL))
            return false;
    return true;
}

static enum tf_err role_failure(const struct demo *demo, struct tf_fault *fault)
{
    for (size_t r = 0; r < demo->runs_count; r++) {
        const struct tf_role_run *run = demo->runs[r];
        if (!atomic_load(&run->running))
            return tf_fault_set(fault, run->result == TF_OK ? TF_E_FATAL : run->result, "role %s ended: %s", run->role->name,
                                run->fault.text[0] ? run->fault.text : tf_err_text(run->result));
    }
    return TF_OK;
}

static enum tf_err wait_ready(struct demo *demo, struct tf_fault *fault)
{
    int64_t deadline = tf_clock_mono_ms() + SETTLE_MS;
    struct timespec step = {.tv_nsec = 10 * 1000 * 1000};
    while (!ready(demo)) {
        TF_TRY(role_failure(demo, fault));
        if (tf_clock_mono_ms() > deadline)
            return tf_fault_set(fault, TF_E_TIMEOUT, "the roles were not ready after %d s", SETTLE_MS / 1000);
        nanosleep(&step, NULL);
    }
    return TF_OK;
}

static void *feed(void *self)
{
    struct demo *demo = self;
    demo->feed_err = tf_intake_files(demo->intake, demo->files, TF_STR_NONE, &demo->process.stop, &demo->count, &demo->feed_fault);
    atomic_store(&demo->fed, true);
    return NULL;
}

static enum tf_err start_feeding(struct demo *demo, struct tf_fault *fault)
{
    struct tf_str secret;
    TF_TRY(tf_intake_secret(atomic_load(&demo->process.config), demo->secret, sizeof demo->secret, &secret, fault));
    demo->intake = tf_intake_create(&demo->process, secret);
    if (!demo->intake)
        return TF_E_MEMORY;
    TF_TRY(tf_thread_start(&demo->feeder, "tf-feed", feed, demo));
    demo->feeding = true;
    return TF_OK;
}

/* A row can be read a moment before its role has counted it; the report takes the rules' counts from there. */
static bool counted(const struct demo *demo)
{
    for (size_t r = 0; r < demo->runs_count; r++) {
        const struct tf_role_run *run = demo->runs[r];
        bool judges = run->role == tf_role_get(TF_ROLE_TAX) || run->role == tf_role_get(TF_ROLE_FRAUD);
        if (judges && atomic_load(&run->received) < demo->count.sent)
            return false;
    }
    return true;
}

/* Done when the broker has everything and both roles have answered every record of it. */
static enum tf_err read_until_judged(struct demo *demo, struct tf_fault *fault)
{
    int64_t moved_ms = tf_clock_mono_ms();
    for (;;) {
        bool fed = atomic_load(&demo->fed);
        if (tf_report_rows_read(demo->rows, READ_MS) > 0)
            moved_ms = tf_clock_mono_ms();
        TF_TRY(role_failure(demo, fault));
        if (!fed)
            continue;
        if (demo->feed_err != TF_OK) {
            *fault = demo->feed_fault;
            return demo->feed_err;
        }
        tf_report_rows_fill(demo->rows, &demo->report);
        tf_progress_tell(&demo->progress, demo->report.received, demo->count.received);
        if (demo->report.received >= demo->count.received && counted(demo))
            return TF_OK;
        if (tf_clock_mono_ms() - moved_ms > SETTLE_MS)
            return tf_fault_set(fault, TF_E_TIMEOUT, "%llu of %llu records were judged, and nothing more came for %d s",
                                (unsigned long long)demo->report.received, (unsigned long long)demo->count.received, SETTLE_MS / 1000);
    }
}

static enum tf_err run(struct demo *demo, struct tf_fault *fault)
{
    const struct tf_config *config = atomic_load(&demo->process.config);
    TF_TRY(open_files(demo, fault));
    TF_TRY(tf_process_open(&demo->process, config, fault));
    TF_TRY(tf_fraud_ruleset_load(config->fraud.rules, &demo->ruleset, fault));
    TF_TRY(tf_report_rows_create(demo->process.cluster, config, demo->ruleset, &demo->rows, fault));
    TF_TRY(start_roles(demo, fault));
    TF_TRY(wait_ready(demo, fault));
    TF_TRY(start_feeding(demo, fault));
    TF_TRY(read_until_judged(demo, fault));
    tf_progress_end(&demo->progress);
    demo->report.received = demo->count.received;
    demo->report.seconds = (double)(tf_clock_mono_ms() - demo->started_ms) / 1e3;
    tf_report_rules(&demo->report);
    return tf_report_check(&demo->report, fault);
}

static void print(const struct demo *demo)
{
    struct tf_buf out;
    if (!demo->cli->json) {
        tf_report_print(&demo->report, stdout);
    } else {
        tf_buf_init(&out, 16 << 20);
        tf_report_json(&demo->report, &out);
        tf_buf_putc(&out, '\n');
        fwrite(out.ptr, 1, out.len, stdout);
        tf_buf_finish(&out);
    }
    fflush(stdout);
}

static void stay_up(const struct demo *demo, const sigset_t *signals)
{
    fputs("\nThe roles stay up; end with Ctrl-C.\n", stderr);
    for (size_t r = 0; r < demo->runs_count; r++)
        fprintf(stderr, "  %-10s http://127.0.0.1:%u\n", demo->runs[r]->role->name, tf_http_server_port(demo->runs[r]->server));
    int signal;
    sigwait(signals, &signal);
}

static void finish(struct demo *demo)
{
    tf_progress_end(&demo->progress);
    atomic_store(&demo->process.stop, true);
    if (demo->feeding)
        pthread_join(demo->feeder, NULL);
    for (size_t r = 0; r < demo->runs_count; r++) {
        if (!tf_role_join(demo->runs[r], DRAIN_MS))
            _exit(EX_SOFTWARE);
        tf_role_destroy(demo->runs[r]);
    }
    tf_intake_destroy(demo->intake);
    tf_report_rows_destroy(demo->rows);
    tf_fraud_ruleset_destroy(demo->ruleset);
    tf_files_destroy(demo->files);
    if (demo->process.cluster)
        tf_process_close(&demo->process);
}

int tf_cmd_demo(const struct tf_cli *cli)
{
    static const char *const quiet[] = {"kafka.embedded=true", "otel.enabled=false", "log.level=error", "log.format=text", "collector.listen=127.0.0.1:0",
                                        "tax.listen=127.0.0.1:0", "fraud.listen=127.0.0.1:0", "monitor.listen=127.0.0.1:0"};
    struct tf_config_source *source = NULL;
    struct tf_fault fault = {0};
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    /* With --keep the roles stay on their well-known ports, so that people can look around. */
    int status = tf_cli_load(cli, quiet, cli->keep ? 4 : sizeof quiet / sizeof quiet[0], &source);
    struct demo *demo = status == 0 ? calloc(1, sizeof *demo) : NULL;
    if (!demo)
        return status ? status : EX_SOFTWARE;
    if (cli->keep)
        pthread_sigmask(SIG_BLOCK, &signals, NULL);
    demo->cli = cli;
    demo->progress.what = "judging";
    demo->started_ms = tf_clock_mono_ms();
    const struct tf_config *config = tf_config_get(source);
    atomic_store(&demo->process.config, config);
    demo->process.instance = 1;
    tf_log_setup(config->log.level, config->log.format, "demo", 1);
    enum tf_err err = run(demo, &fault);
    if (err == TF_OK) {
        print(demo);
        if (cli->keep)
            stay_up(demo, &signals);
    }
    finish(demo);
    free(demo);
    tf_config_destroy(source);
    return err == TF_OK ? EX_OK : tf_cli_fail(err, &fault);
}
