/* Past events judged again: what would change, and with --publish the change itself. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "cli.h"
#include "dlq.h"
#include "progress.h"
#include "taxflow/clock.h"
#include "taxflow/log.h"
#include "taxflow/rejudge.h"

enum { JSON_BYTES = 16 << 20, PARTITION_MAX = 100000 };

static const char *const decision_words[] = {[TF_FRAUD_APPROVE] = "approve", [TF_FRAUD_REVIEW] = "review", [TF_FRAUD_BLOCK] = "block"};

static atomic_bool stop; /* set by SIGINT and SIGTERM: the batch under way is finished first */

static void ask_to_stop(int number)
{
    (void)number;
    atomic_store(&stop, true);
}

static void catch_signals(void)
{
    const struct sigaction action = {.sa_handler = ask_to_stop, .sa_flags = (int)SA_RESETHAND | SA_RESTART}; /* a second one ends at once */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* ---- What was asked ---- */

static bool take_bound(const char *name, const char *text, struct tf_rejudge_bound *bound)
{
    uint64_t offset;
    int32_t days;
    struct tf_str given = tf_str_of(text);
    if (!text || strcmp(text, "earliest") == 0)
        return true;
    if (tf_str_to_u64(given, INT64_MAX, &offset)) {
        *bound = (struct tf_rejudge_bound){TF_REJUDGE_OFFSET, (int64_t)offset};
        return true;
    }
    bound->kind = TF_REJUDGE_TIME;
    if (tf_clock_parse_time(given, &bound->value))
        return true;
    if (given.len == strlen("YYYY-MM-DD") && tf_clock_parse_date(given, &days)) {
        bound->value = days * (int64_t)TF_MS_PER_DAY;
        return true;
    }
    fprintf(stderr, "taxflow: replay: %s is no offset and no time; write earliest, 12345, 2025-03-31 or 2025-03-31T14:00:00Z\n", name);
    return false;
}

static bool take_partition(const char *text, int64_t *ret_partition)
{
    uint64_t number;
    *ret_partition = -1;
    if (!text)
        return true;
    if (!tf_str_to_u64(tf_str_of(text), PARTITION_MAX, &number)) {
        fputs("taxflow: replay: --partition is no number of a partition; write 0, 1, …\n", stderr);
        return false;
    }
    *ret_partition = (int64_t)number;
    return true;
}

static bool same_folder(const char *a, const char *b)
{
    struct stat x, y;
    return a && b && stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static const char *problem_of(const struct tf_cli *cli)
{
    bool kafka = cli->from != NULL, files = cli->args_count > 0;
    if (kafka == files)
        return "needs --from=OFFSET, TIME or earliest for Kafka, or files, and not both";
    if (files && (cli->to || cli->partition || cli->publish))
        return "of files takes no --to, no --partition and no --publish";
    if (kafka && (cli->against.count > 0 || cli->in))
        return "of Kafka compares with what was judged live: it takes no --against and no --in";
    if (cli->in && cli->against.count > 0)
        return "compares with --against or with --in, not with both";
    if (cli->publish != (cli->reason != NULL) || (cli->reason && cli->reason[0] == '\0'))
        return "takes --publish and --reason=TEXT together: every row says why it was judged again";
    if (cli->publish && cli->out)
        return "writes its rows to --out or publishes them, not both";
    if (same_folder(cli->in, cli->out))
        return "would overwrite the rows it compares with; choose another --out folder";
    return NULL;
}

static bool take_options(const struct tf_cli *cli, struct tf_rejudge_options *options)
{
    const char *problem = problem_of(cli);
    if (problem)
        tf_cli_usage("replay", problem);
    options->rules = (struct tf_string_list){cli->rules.items, cli->rules.count};
    options->against = (struct tf_string_list){cli->against.items, cli->against.count};
    options->out = cli->out;
    options->in = cli->in;
    options->files = (const char *const *)cli->args;
    options->files_count = cli->args_count;
    options->reason = cli->publish ? cli->reason : NULL;
    options->stop = &stop;
    return !problem && take_bound("--from", cli->from, &options->from) && take_bound("--to", cli->to, &options->to) &&
           take_partition(cli->partition, &options->partition);
}

/* ---- What it prints ---- */

struct replay {
    const struct tf_cli *cli;
    struct tf_progress progress;
};

static void tell_progress(void *self, const char *what, uint64_t done, uint64_t total)
{
    struct replay *replay = self;
    replay->progress.what = what;
    tf_progress_tell(&replay->progress, done, total);
}

static void json_rules(struct tf_json *json, const char *name, const struct tf_rejudge_totals *totals, const uint16_t *rules, size_t count)
{
    tf_json_key(json, name);
    tf_json_array(json);
    for (size_t i = 0; i < count; i++)
        tf_json_text(json, totals->rules[rules[i]].id);
    tf_json_array_end(json);
}

static void json_change(const struct tf_rejudge_totals *totals, const struct tf_rejudge_change *change)
{
    struct tf_buf out;
    struct tf_json json;
    tf_buf_init(&out, JSON_BYTES);
    tf_json_init(&json, &out);
    tf_json_object(&json);
    tf_json_kstr(&json, "event_id", change->event_id);
    tf_json_kstr(&json, "position", change->position);
    tf_json_ktext(&json, "before", decision_words[change->before]);
    tf_json_ktext(&json, "now", decision_words[change->now]);
    json_rules(&json, "newly_hit", totals, change->newly, change->newly_count);
    json_rules(&json, "no_longer_hit", totals, change->gone, change->gone_count);
    tf_json_object_end(&json);
    tf_buf_putc(&out, '\n');
    fwrite(out.ptr, 1, out.len, stdout);
    tf_buf_finish(&out);
}

static void print_rules(const char *sign, const struct tf_rejudge_totals *totals, const uint16_t *rules, size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf(" %s%s%s", sign, totals->rules[rules[i]].id, totals->rules[rules[i]].shadow ? " (shadow)" : "");
}

static void tell_change(void *self, const struct tf_rejudge_totals *totals, const struct tf_rejudge_change *change)
{
    struct replay *replay = self;
    tf_progress_end(&replay->progress);
    if (replay->cli->json) {
        json_change(totals, change);
        return;
    }
    tf_dlq_print(change->event_id);
    fputs("  ", stdout);
    tf_dlq_print(change->position);
    printf("  %s", decision_words[change->before]);
    if (change->before != change->now)
        printf(" -> %s", decision_words[change->now]);
    putchar(' ');
    print_rules("+", totals, change->newly, change->newly_count);
    print_rules("-", totals, change->gone, change->gone_count);
    putchar('\n');
}

static void print_amounts(const struct tf_rejudge_rule *rule)
{
    char newly[TF_MONEY_TEXT_BYTES], gone[TF_MONEY_TEXT_BYTES];
    for (size_t a = 0; a < rule->amounts_count; a++) {
        const struct tf_rejudge_amount *amount = &rule->amounts[a];
        printf("%s +%.*s -%.*s %s", a > 0 ? "," : "", TF_STR_ARGS(tf_money_format(amount->newly, 2, newly)),
               TF_STR_ARGS(tf_money_format(amount->gone, 2, gone)), amount->currency[0] ? amount->currency : "(no currency)");
    }
}

static void print_modes(const struct tf_rejudge_totals *totals, bool shadow)
{
    bool any = false;
    for (size_t r = 0; r < totals->rules_count; r++) {
        const struct tf_rejudge_rule *rule = &totals->rules[r];
        if (rule->shadow != shadow || rule->before + rule->now == 0)
            continue;
        if (!any)
            printf("\n%-10s %10s %10s %10s %13s   amounts at risk\n", shadow ? "shadow" : "rule", "before", "now", "newly hit", "no longer hit");
        any = true;
        printf("%-10s %10llu %10llu %10llu %13llu  ", rule->id, (unsigned long long)rule->before, (unsigned long long)rule->now,
               (unsigned long long)rule->newly, (unsigned long long)rule->gone);
        print_amounts(rule);
        putchar('\n');
    }
}

static void print_range(const struct replay *replay, const struct tf_rejudge_totals *totals)
{
    char from[25], warm[25];
    if (!replay->cli->from)
        return;
    tf_clock_format_time(totals->from_ms, from);
    tf_clock_format_time(totals->warm_ms, warm);
    if (totals->from_ms == 0)
        puts("from the oldest record there is: windows are empty there, as they were live if nothing was deleted");
    else
        printf("from %s; windows were filled from %s on with %llu records, so what happened earlier, or is an older event told later, is not in them\n",
               from, totals->warm_ms > 0 ? warm : "the oldest record", (unsigned long long)totals->warmed);
}

static void print_text(const struct replay *replay, const struct tf_rejudge_totals *totals)
{
    printf("judged %llu records with %s, against", (unsigned long long)totals->judged, totals->ruleset);
    for (size_t n = 0; n < totals->against_count; n++)
        printf(" %s", totals->against[n]);
    printf("%s\n", totals->against_count == 0 ? " nothing" : "");
    print_range(replay, totals);
    printf("%llu rows are the same; skipped %llu (duplicates, dead letters, without a result)", (unsigned long long)totals->identical,
           (unsigned long long)totals->skipped);
    printf("; cannot be judged now %llu; unreadable rows %llu\n", (unsigned long long)totals->dead, (unsigned long long)totals->unreadable);
    for (int before = 0; before < 3; before++)
        for (int now = 0; now < 3; now++)
            if (before != now && totals->decisions[before][now] > 0)
                printf("%s -> %s: %llu\n", decision_words[before], decision_words[now], (unsigned long long)totals->decisions[before][now]);
    print_modes(totals, false);
    print_modes(totals, true);
    if (replay->cli->publish)
        printf("\npublished %llu rows; %llu had been published by this ruleset before\n", (unsigned long long)totals->published,
               (unsigned long long)totals->standing);
}

static void print(const struct replay *replay, const struct tf_rejudge_totals *totals)
{
    struct tf_buf out;
    struct tf_json json;
    if (!replay->cli->json) {
        print_text(replay, totals);
        return;
    }
    tf_buf_init(&out, JSON_BYTES);
    tf_json_init(&json, &out);
    tf_rejudge_json(totals, &json);
    tf_buf_putc(&out, '\n');
    fwrite(out.ptr, 1, out.len, stdout);
    tf_buf_finish(&out);
}

/* ---- The run ---- */

/* Who changed what was said, and why, is for the log as well as for every row. */
static void log_publishing(const struct tf_rejudge_options *options, const struct tf_rejudge_totals *totals, bool whole)
{
    if (options->reason)
        TF_LOG(TF_LOG_NOTICE, "results_superseded", options->reason, TF_FIELD_TEXT("ruleset", totals->ruleset),
               TF_FIELD_INT("rows", totals->published), TF_FIELD_INT("standing", totals->standing), TF_FIELD_TEXT("end", whole ? "reached" : "not reached"));
}

static enum tf_err judge_kafka(const struct tf_rejudge_options *options, struct tf_rejudge_totals *totals, struct tf_fault *fault)
{
    static struct tf_process process;
    enum tf_err err = tf_process_open(&process, options->config, fault);
    if (err == TF_OK)
        err = tf_control_read(process.cluster, options->config, &process.control, fault);
    if (err == TF_OK)
        err = tf_rejudge_kafka(&process, options, totals, fault);
    tf_process_close(&process);
    log_publishing(options, totals, err == TF_OK);
    return err;
}

static int run(struct replay *replay, struct tf_rejudge_options *options)
{
    struct tf_rejudge_totals totals;
    struct tf_fault fault = {0};
    enum tf_err err = tf_rejudge_totals_init(&totals);
    options->progress = tell_progress;
    options->tell = replay->cli->all ? tell_change : NULL;
    options->self = replay;
    catch_signals();
    if (err == TF_OK)
        err = replay->cli->from ? judge_kafka(options, &totals, &fault) : tf_rejudge_files(options, &totals, &fault);
    tf_progress_end(&replay->progress);
    if (err == TF_OK)
        print(replay, &totals);
    tf_rejudge_totals_finish(&totals);
    return err == TF_OK ? EX_OK : tf_cli_fail(err, &fault);
}

int tf_cmd_replay(const struct tf_cli *cli)
{
    static const char *const without_kafka[] = {"kafka.embedded=true"}; /* of files: nothing of Kafka or Redis is asked for */
    struct tf_config_source *source = NULL;
    struct tf_rejudge_options options = {.config = NULL};
    struct replay replay = {.cli = cli};
    if (!take_options(cli, &options))
        return EX_USAGE;
    int status = tf_cli_load(cli, without_kafka, cli->from ? 0 : 1, &source);
    if (status != 0)
        return status;
    options.config = tf_config_get(source);
    tf_log_setup(cli->publish ? "notice" : "error", "text", "replay", 1);
    if (cli->from && options.config->kafka.embedded) {
        fputs("taxflow: replay: the embedded broker lives inside another process; give files\n", stderr);
        status = EX_USAGE;
    } else {
        status = run(&replay, &options);
    }
    tf_config_destroy(source);
    return status;
}
