/* The judgement on files, straight through: no broker, no Redis, the same pipeline. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "cli.h"
#include "paths.h"
#include "progress.h"
#include "taxflow/audit_totals.h"
#include "taxflow/clock.h"
#include "taxflow/findings_csv.h"
#include "taxflow/hold.h"
#include "taxflow/keeping.h"
#include "taxflow/log.h"
#include "taxflow/metrics.h"
#include "taxflow/report.h"
#include "taxflow/report_files.h"
#include "taxflow/report_page.h"
#include "taxflow/report_sections.h"
#include "taxflow/rulings.h"

enum { EXIT_FINDINGS = 1, BATCH_RECORDS = 2048, IDS_MAX = 200000000, JUDGES = 2, PATH_BYTES = 4096, JSON_BYTES_MAX = 256 << 20 };

struct audit {
    const struct tf_cli *cli;
    struct tf_paths paths;
    const struct tf_config_source *source;
    const struct tf_config *config;
    struct tf_process process;        /* only its configuration is used: there are no services */
    struct tf_files *files;
    struct tf_result_files *results;
    struct tf_findings_csv *csv;
    struct tf_report_page *page;
    struct tf_hold *hold;             /* of --fail-on */
    struct tf_keeping *keeping;       /* of --state */
    struct tf_dedup *dedup;
    struct tf_tax_judge *tax;
    struct tf_fraud_judge *fraud;
    struct tf_rulings *rulings;       /* of --verdicts */
    struct tf_pipeline *pipeline;
    struct tf_audit_totals *totals;
    struct tf_report report;
    struct tf_progress progress;
    int64_t started_ms;
};

static void observe(void *self, const struct tf_batch *batch)
{
    struct audit *audit = self;
    struct tf_report *report = &audit->report;
    for (size_t i = 0; i < batch->count; i++) {
        const struct tf_item *item = &batch->items[i];
        report->received++;
        report->duplicates += item->outcome == TF_OUTCOME_DUPLICATE;
        report->dead_lettered += item->outcome == TF_OUTCOME_DEAD;
        if (item->outcome != TF_OUTCOME_PROCESS)
            continue;
        report->accepted++;
        tf_report_tax(report, item->verdict[0]);
        tf_report_fraud(report, item->verdict[1]);
        tf_report_gaps_add(report, &item->event, item->verdict[1]);
    }
    tf_audit_totals_judged(audit->totals, batch);
    if (audit->csv)
        tf_findings_csv_add(audit->csv, batch);
    if (audit->page)
        tf_report_page_add(audit->page, batch);
    if (audit->hold)
        tf_hold_add(audit->hold, batch);
    tf_progress_tell(&audit->progress, report->received, tf_files_count(audit->files));
}

static unsigned workers(const struct tf_config *config)
{
    return config->instance.workers > 0 ? (unsigned)config->instance.workers : tf_process_cores();
}

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Results replace what lies in the folder: never the evidence itself. */
static enum tf_err spare_inputs(const struct tf_cli *cli, const struct tf_paths *paths, struct tf_fault *fault)
{
    static const char *const names[] = {"tax.ndjson",   "fraud.ndjson", "dlq.ndjson", "duplicates.ndjson", "groups.ndjson", "files.ndjson",
                                        "findings.csv", "vat.csv",      "declared.csv", "run.json",         "report.html",   "hold.csv"};
    for (size_t n = 0; cli->out && n < sizeof names / sizeof names[0]; n++) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%s/%s", cli->out, names[n]);
        const char *const read[] = {cli->verdicts, cli->declared};
        for (size_t r = 0; r < sizeof read / sizeof read[0]; r++)
            if (read[r] && same_file(path, read[r]))
                return tf_fault_set(fault, TF_E_USAGE, "%s would be overwritten by the results; choose another --out folder", read[r]);
        for (size_t i = 0; i < paths->count; i++)
            if (same_file(path, paths->items[i]))
                return tf_fault_set(fault, TF_E_USAGE, "%s would be overwritten by the results; choose another --out folder", paths->items[i]);
    }
    return TF_OK;
}

static enum tf_err open_state(struct audit *audit, struct tf_fault *fault)
{
    const struct tf_keeping_options options = {audit->config, audit->cli->state, audit->cli->dry_run};
    if (audit->cli->state)
        return tf_keeping_open(&options, &audit->keeping, fault);
    return audit->cli->dry_run ? tf_fault_set(fault, TF_E_USAGE, "--dry-run keeps a --state as it is, and none is given") : TF_OK;
}

static enum tf_err open_hold(struct audit *audit, struct tf_fault *fault)
{
    const char *least = audit->cli->fail_on;
    if (!least)
        return TF_OK;
    if (strcmp(least, "block") != 0 && strcmp(least, "review") != 0)
        return tf_fault_set(fault, TF_E_USAGE, "--fail-on=%s: it is block or review", least);
    audit->report.hold = audit->hold = tf_hold_create(least[0] == 'b' ? TF_FRAUD_BLOCK : TF_FRAUD_REVIEW, audit->files);
    return audit->hold ? TF_OK : TF_E_MEMORY;
}

static enum tf_err write_hold(struct audit *audit, struct tf_fault *fault)
{
    char path[PATH_BYTES];
    if (!audit->hold)
        return TF_OK;
    tf_hold_sort(audit->hold);
    if (!audit->cli->out)
        return TF_OK;
    if (snprintf(path, sizeof path, "%s/hold.csv", audit->cli->out) >= (int)sizeof path)
        return tf_fault_set(fault, TF_E_IO, "%s: the path is too long", audit->cli->out);
    return tf_hold_write(audit->hold, path, fault);
}

static enum tf_err open_outputs(struct audit *audit, struct tf_fault *fault)
{
    TF_TRY(tf_result_files_create(audit->cli->out, &audit->results, fault));
    return audit->cli->out ? tf_findings_csv_create(audit->files, audit->config, &audit->csv, fault) : TF_OK;
}

static enum tf_err open_pipeline(struct audit *audit, struct tf_fault *fault)
{
    TF_TRY(tf_tax_judge_create(&audit->process, "tax", &audit->tax, fault));
    TF_TRY(tf_fraud_judge_create(&audit->process, "fraud", &audit->fraud, fault));
    tf_fraud_judge_heed(audit->fraud, audit->rulings);
    tf_fraud_judge_tell_groups(audit->fraud);
    audit->report.ruleset = tf_fraud_judge_ruleset(audit->fraud);
    tf_report_gaps_begin(&audit->report);
    TF_TRY(audit->keeping ? tf_keeping_dedup(audit->keeping, IDS_MAX, &audit->dedup) : tf_dedup_create_table(IDS_MAX, &audit->dedup));
    if (audit->keeping)
        TF_TRY(tf_keeping_recall(audit->keeping, audit->files, audit->tax, audit->fraud, fault));
    struct tf_pipeline_options options = {
        .config = audit->config,
        .role = "audit",
        .source = tf_source_files(audit->files),
        .sink = audit->keeping ? tf_keeping_sink(audit->keeping, tf_sink_files(audit->results)) : tf_sink_files(audit->results),
        .judges = {tf_tax_judge_bind(audit->tax), tf_fraud_judge_bind(audit->fraud)},
        .judges_count = JUDGES,
        .dedup = audit->dedup,
        .topic = "files",
        .batch_capacity = BATCH_RECORDS,
        .workers = workers(audit->config),
        .observe = observe,
        .observer = audit,
    };
    audit->pipeline = tf_pipeline_create(&options);
    return audit->pipeline ? TF_OK : TF_E_MEMORY;
}

/* A full window store cannot wait for anything in an audit: nobody will make room. */
static enum tf_err judge_all(struct audit *audit, struct tf_fault *fault)
{
    struct tf_source source = tf_source_files(audit->files);
    while (!source.finished(source.self)) {
        enum tf_err err = tf_pipeline_run_once(audit->pipeline, 0, fault);
        if (err == TF_E_IO)
            TF_TRY(tf_files_check(audit->files, fault));
        if (err == TF_E_FULL)
            return tf_fault_set(fault, TF_E_LIMIT, "the windows of the fraud rules need more than state.max_bytes = %lld; raise it with --set state.max_bytes=N",
                                (long long)audit->config->state.max_bytes);
        TF_TRY(err);
    }
    return TF_OK;
}

static enum tf_err write_csv(struct audit *audit, struct tf_fault *fault)
{
    char path[PATH_BYTES];
    if (!audit->csv)
        return TF_OK;
    if (snprintf(path, sizeof path, "%s/findings.csv", audit->cli->out) >= (int)sizeof path)
        return tf_fault_set(fault, TF_E_IO, "%s: the path is too long", audit->cli->out);
    return tf_findings_csv_write(audit->csv, path, fault);
}

static enum tf_err open_page(struct audit *audit, struct tf_fault *fault)
{
    const struct tf_report_page_options options = {audit->files, audit->config, audit->report.ruleset};
    return audit->cli->out ? tf_report_page_create(&options, &audit->page, fault) : TF_OK;
}

/* Last of all: it tells what the other files hold. */
static enum tf_err write_page(struct audit *audit, struct tf_fault *fault)
{
    char path[PATH_BYTES], groups[PATH_BYTES];
    if (!audit->page)
        return TF_OK;
    if (snprintf(path, sizeof path, "%s/report.html", audit->cli->out) >= (int)sizeof path
        || snprintf(groups, sizeof groups, "%s/groups.ndjson", audit->cli->out) >= (int)sizeof groups)
        return tf_fault_set(fault, TF_E_IO, "%s: the path is too long", audit->cli->out);
    TF_TRY(tf_report_page_read_groups(audit->page, groups, fault));
    const struct tf_report_books books = {audit->totals, audit->files};
    const struct tf_report_section sections[] = {tf_report_section_hold(audit->hold), tf_report_section_vat(audit->totals),
                                                 tf_report_section_declared(audit->totals), tf_report_section_books(&books)};
    return tf_report_page_write(audit->page, &audit->report, tf_clock_wall_ms(), sections, sizeof sections / sizeof sections[0], path, fault);
}

static enum tf_err read_rulings(struct audit *audit, struct tf_fault *fault)
{
    if (!audit->cli->verdicts)
        return TF_OK;
    audit->rulings = tf_rulings_create();
    return audit->rulings ? tf_rulings_read_file(audit->rulings, audit->cli->verdicts, fault) : TF_E_MEMORY;
}

static enum tf_err read_files(struct audit *audit, struct tf_fault *fault)
{
    audit->progress.what = "reading";
    audit->report.totals = audit->totals = tf_audit_totals_create(workers(audit->config), audit->cli->out != NULL);
    if (!audit->totals)
        return TF_E_MEMORY;
    if (audit->cli->declared)
        TF_TRY(tf_audit_totals_declare(audit->totals, audit->cli->declared, fault));
    TF_TRY(tf_files_create_watched(audit->config, (const char *const *)audit->paths.items, audit->paths.count, workers(audit->config), tf_progress_tell,
                                   &audit->progress, tf_audit_totals_watch(audit->totals), &audit->files, fault));
    return tf_audit_totals_read_done(audit->totals, fault);
}

static enum tf_err write_run(struct audit *audit, const char *path, struct tf_fault *fault)
{
    const char *const others[] = {audit->cli->map, audit->cli->verdicts, audit->cli->declared};
    const int64_t ms = tf_clock_mono_ms() - audit->started_ms;
    const struct tf_judge tax = tf_tax_judge_bind(audit->tax), fraud = tf_fraud_judge_bind(audit->fraud);
    const struct tf_run_facts facts = {
        .arguments = (const char *const *)audit->cli->line,
        .arguments_count = audit->cli->line_count,
        .config = audit->source,
        .tax_ruleset = tax.ruleset(tax.self),
        .fraud_ruleset = fraud.ruleset(fraud.self),
        .others = others,
        .others_count = sizeof others / sizeof others[0],
        .started_ms = tf_clock_wall_ms() - ms,
        .seconds_milli = ms,
    };
    return tf_run_json_write(audit->totals, audit->files, &facts, path, fault);
}

/* What it adds up to; nothing is written of an audit that does not. */
static enum tf_err write_totals(struct audit *audit, struct tf_fault *fault)
{
    const char *const out = audit->cli->out;
    char vat[PATH_BYTES], declared[PATH_BYTES], run_json[PATH_BYTES];
    TF_TRY(tf_audit_totals_close(audit->totals, audit->files, fault));
    if (!out)
        return tf_declared_csv_write(audit->totals, audit->files, audit->config, NULL, fault);
    if (snprintf(vat, sizeof vat, "%s/vat.csv", out) >= (int)sizeof vat || snprintf(declared, sizeof declared, "%s/declared.csv", out) >= (int)sizeof declared
        || snprintf(run_json, sizeof run_json, "%s/run.json", out) >= (int)sizeof run_json)
        return tf_fault_set(fault, TF_E_IO, "%s: the path is too long", out);
    TF_TRY(tf_vat_csv_write(tf_audit_totals_vat(audit->totals), vat, fault));
    TF_TRY(tf_declared_csv_write(audit->totals, audit->files, audit->config, declared, fault));
    return write_run(audit, run_json, fault);
}

struct last_groups {
    struct tf_result_files *results;
    struct tf_fault *fault;
};

static enum tf_err put_group(void *self, struct tf_str text)
{
    const struct last_groups *last = self;
    return tf_result_files_put(last->results, TF_STREAM_GROUPS, text, last->fault);
}

/* Months that were still open are over with the last record. */
static enum tf_err write_groups(struct audit *audit, struct tf_fault *fault)
{
    size_t rules;
    struct last_groups last = {audit->results, fault};
    TF_TRY(tf_fraud_judge_last_groups(audit->fraud, put_group, &last));
    tf_report_fraud_rules(&audit->report, &rules);
    memcpy(audit->report.groups, tf_fraud_judge_groups_found(audit->fraud), rules * sizeof audit->report.groups[0]);
    return TF_OK;
}

static enum tf_err run(struct audit *audit, struct tf_fault *fault)
{
    TF_TRY(read_rulings(audit, fault));
    TF_TRY(tf_paths_gather(audit->cli, &audit->paths, fault));
    TF_TRY(spare_inputs(audit->cli, &audit->paths, fault));
    TF_TRY(open_state(audit, fault)); /* who cannot have it need not wait for files to be read */
    TF_TRY(read_files(audit, fault));
    TF_TRY(open_hold(audit, fault));
    TF_TRY(open_outputs(audit, fault));
    TF_TRY(open_pipeline(audit, fault));
    TF_TRY(open_page(audit, fault));
    if (audit->keeping)
        TF_TRY(tf_audit_totals_recall(audit->totals, tf_keeping_store(audit->keeping), audit->cli->dry_run, fault));
    TF_TRY(tf_audit_totals_expect(audit->totals, audit->files, audit->report.ruleset, fault));
    audit->progress.what = "judging";
    TF_TRY(judge_all(audit, fault));
    tf_progress_end(&audit->progress);
    TF_TRY(write_groups(audit, fault));
    TF_TRY(tf_report_files(&audit->report, audit->files, audit->csv, audit->cli->out, fault));
    TF_TRY(write_csv(audit, fault));
    TF_TRY(write_hold(audit, fault));
    TF_TRY(write_totals(audit, fault));
    enum tf_err err = tf_result_files_close(audit->results, fault);
    audit->results = NULL;
    TF_TRY(err);
    tf_report_rules(&audit->report);
    audit->report.seconds = (double)(tf_clock_mono_ms() - audit->started_ms) / 1e3;
    TF_TRY(tf_report_check(&audit->report, fault));
    return write_page(audit, fault);
}

static void print(const struct audit *audit)
{
    struct tf_buf out;
    if (!audit->cli->json) {
        tf_report_print(&audit->report, stdout);
        if (audit->hold)
            tf_hold_print(audit->hold, stdout);
        return;
    }
    tf_buf_init(&out, JSON_BYTES_MAX);
    tf_report_json(&audit->report, &out);
    tf_buf_putc(&out, '\n');
    fwrite(out.ptr, 1, out.len, stdout);
    tf_buf_finish(&out);
}

static void finish(struct audit *audit)
{
    struct tf_fault ignored;
    tf_progress_end(&audit->progress);
    tf_pipeline_destroy(audit->pipeline);
    tf_tax_judge_destroy(audit->tax);
    tf_fraud_judge_destroy(audit->fraud);
    tf_rulings_destroy(audit->rulings);
    tf_dedup_destroy(audit->dedup);
    tf_keeping_close(audit->keeping);
    tf_findings_csv_destroy(audit->csv);
    tf_hold_destroy(audit->hold);
    tf_audit_totals_destroy(audit->totals);
    tf_report_page_destroy(audit->page);
    (void)!tf_result_files_close(audit->results, &ignored);
    tf_files_destroy(audit->files);
    tf_paths_finish(&audit->paths);
}

/* When its results are there. Orders that are held will come again, in another run without those that are held for good. */
static enum tf_err keep(struct audit *audit, struct tf_fault *fault)
{
    if (!audit->keeping || (audit->hold && tf_hold_orders(audit->hold)))
        return TF_OK;
    TF_TRY(tf_audit_totals_keep(audit->totals, fault));
    return tf_keeping_commit(audit->keeping, tf_clock_wall_ms(), fault);
}

int tf_cmd_audit(const struct tf_cli *cli)
{
    char map[PATH_BYTES];
    const char *extra[] = {"kafka.embedded=true", map}; /* nothing of Kafka or Redis is asked for */
    struct tf_config_source *source = NULL;
    struct tf_fault fault = {0};
    if (snprintf(map, sizeof map, "import.map=%s", cli->map ? cli->map : "") >= (int)sizeof map)
        return tf_cli_fail(TF_E_USAGE, &(struct tf_fault){.text = "--map: the path is too long"});
    int status = tf_cli_load(cli, extra, cli->map ? 2 : 1, &source);
    if (status != 0)
        return status;
    struct audit *audit = calloc(1, sizeof *audit);
    enum tf_err err = TF_E_MEMORY;
    if (audit) {
        audit->cli = cli;
        audit->source = source;
        audit->config = tf_config_get(source);
        audit->started_ms = tf_clock_mono_ms();
        atomic_store(&audit->process.config, audit->config);
        tf_log_setup("error", "text", "audit", 1);
        err = run(audit, &fault);
        if (err == TF_OK)
            err = keep(audit, &fault);
        if (err == TF_OK)
            print(audit);
        status = audit->hold && tf_hold_fails(audit->hold) ? EXIT_FINDINGS : EX_OK;
        finish(audit);
        free(audit);
    }
    tf_config_destroy(source);
    return err == TF_OK ? status : tf_cli_fail(err, &fault);
}
