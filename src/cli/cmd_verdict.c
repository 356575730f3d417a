/* What a person says of a hit, to Kafka: one event's, or the lines of a findings.csv that were filled in. */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "cli.h"
#include "taxflow/log.h"
#include "taxflow/rulings.h"

enum { ARENA_BYTES_MAX = 256 << 20 };

struct verdict {
    const struct tf_cli *cli;
    struct tf_process process;
    struct tf_arena *arena;
    struct tf_ruling_wish *wishes;
    uint64_t *lines; /* of the CSV file */
    size_t count, cap;
};

static enum tf_err add(struct verdict *v, const struct tf_ruling_wish *wish, uint64_t line)
{
    if (v->count == v->cap) {
        size_t cap = v->cap ? v->cap * 2 : 64;
        struct tf_ruling_wish *wishes = realloc(v->wishes, cap * sizeof *wishes);
        if (wishes)
            v->wishes = wishes;
        uint64_t *lines = realloc(v->lines, cap * sizeof *lines);
        if (lines)
            v->lines = lines;
        if (!wishes || !lines)
            return TF_E_MEMORY;
        v->cap = cap;
    }
    v->lines[v->count] = line;
    v->wishes[v->count++] = *wish;
    return TF_OK;
}

static enum tf_err add_line(void *self, const struct tf_ruling_line *line, struct tf_fault *fault)
{
    struct verdict *v = self;
    const struct tf_ruling_wish wish = {.event_id = tf_arena_dup(v->arena, line->event_id),
                                        .rule = tf_arena_dup(v->arena, line->rule),
                                        .by = tf_str_of(v->cli->by),
                                        .reason = tf_str_of(v->cli->reason),
                                        .dismissed = line->dismissed};
    if (v->count == TF_RULING_WISHES_MAX || !tf_str_present(wish.event_id) || !tf_str_present(wish.rule))
        return tf_fault_set(fault, TF_E_LIMIT, "%s:%llu: more than %d verdicts; split the file", line->path, (unsigned long long)line->line, TF_RULING_WISHES_MAX);
    return add(v, &wish, line->line);
}

static enum tf_err collect(struct verdict *v, struct tf_fault *fault)
{
    const struct tf_cli *cli = v->cli;
    struct tf_ruling_wish wish = {.by = tf_str_of(cli->by), .reason = tf_str_of(cli->reason), .rule = tf_str_of(cli->rule)};
    if (cli->csv)
        return tf_ruling_lines(cli->csv, add_line, v, fault);
    wish.event_id = tf_str_of(cli->args[0]);
    (void)tf_ruling_word(tf_str_of(cli->args[1]), &wish.dismissed); /* it was looked at before */
    return add(v, &wish, 0);
}

/* Of a file every line that cannot be met is named, so that it is corrected once. */
static void tell_lines(const struct verdict *v)
{
    for (size_t i = 0; v->cli->csv && i < v->count; i++)
        if (v->wishes[i].err != TF_OK)
            fprintf(stderr, "taxflow: %s:%llu: event %.*s has no result in Kafka, or none with a hit of %.*s\n", v->cli->csv,
                    (unsigned long long)v->lines[i], TF_STR_ARGS(v->wishes[i].event_id), TF_STR_ARGS(v->wishes[i].rule));
}

static enum tf_err give(struct verdict *v, const struct tf_config *config, struct tf_fault *fault)
{
    size_t rows = 0;
    TF_TRY(collect(v, fault));
    if (v->count == 0)
        return tf_fault_set(fault, TF_E_VALUE, "%s: no line has a verdict; write confirmed or dismissed into its last column", v->cli->csv);
    TF_TRY(tf_process_open(&v->process, config, fault));
    TF_TRY(tf_control_read(v->process.cluster, config, &v->process.control, fault));
    TF_TRY(tf_cli_await_topics(&v->process, fault));
    enum tf_err err = tf_rulings_give(&v->process, v->wishes, v->count, 0, &rows, fault);
    if (err == TF_E_VALUE)
        tell_lines(v);
    if (err == TF_OK)
        printf(v->cli->json ? "{\"verdicts\":%zu}\n" : "verdicts written: %zu\n", rows);
    return err;
}

/* NULL when it is as it should be. */
static const char *wrong(const struct tf_cli *cli)
{
    bool dismissed;
    if (cli->csv && (cli->args_count > 0 || cli->rule))
        return "takes --csv, or an event and --rule";
    if (!cli->csv && cli->args_count != 2)
        return "needs an event id and confirmed or dismissed, or --csv";
    if (!cli->csv && !tf_ruling_word(tf_str_of(cli->args[1]), &dismissed))
        return "needs confirmed or dismissed behind the event id";
    if (tf_str_blank(tf_str_of(cli->by)) || tf_str_blank(tf_str_of(cli->reason)))
        return "needs --by and --reason: a verdict is somebody's, and has a reason";
    return strlen(cli->by) > TF_RULING_TEXT_BYTES_MAX || strlen(cli->reason) > TF_RULING_TEXT_BYTES_MAX ? "takes 1000 bytes of --by and --reason at most" : NULL;
}

static enum tf_err run(struct verdict *v, const struct tf_config *config, struct tf_fault *fault)
{
    if (config->kafka.embedded)
        return tf_fault_set(fault, TF_E_USAGE, "the embedded broker lives inside another process; ask its fraud role: POST http://%s/v1/verdicts", config->fraud.listen);
    v->arena = tf_arena_create(ARENA_BYTES_MAX);
    return v->arena ? give(v, config, fault) : TF_E_MEMORY;
}

int tf_cmd_verdict(const struct tf_cli *cli)
{
    struct tf_config_source *source = NULL;
    struct tf_fault fault = {0};
    struct verdict v = {.cli = cli};
    const char *problem = wrong(cli);
    if (problem)
        return tf_cli_usage("verdict", problem);
    int status = tf_cli_load(cli, NULL, 0, &source);
    if (status != 0)
        return status;
    tf_log_setup("error", "text", "verdict", 1);
    enum tf_err err = run(&v, tf_config_get(source), &fault);
    if (v.process.cluster)
        tf_process_close(&v.process);
    tf_arena_destroy(v.arena);
    free(v.wishes);
    free(v.lines);
    tf_config_destroy(source);
    return err == TF_OK ? EX_OK : tf_cli_fail(err, &fault);
}
