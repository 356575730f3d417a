#include "cli.h"

#include <curl/curl.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { ERRORS_MAX = 64 };
static const struct tf_command commands[] = {
    {"demo", "[FILE…]", "run all roles on an embedded broker, fed with the samples or files, and print the report", TF_CLI_JSON | TF_CLI_KEEP, 0,
     SIZE_MAX, tf_cmd_demo},
    {"audit", "FILE…", "judge files, and those below folders, straight through, without a broker; - is standard input",
     TF_CLI_JSON | TF_CLI_OUT | TF_CLI_VERDICTS | TF_CLI_DECLARED | TF_CLI_MAP | TF_CLI_STATE | TF_CLI_DRY_RUN, 0,
     SIZE_MAX, tf_cmd_audit},
    {"validate", "FILE…", "the tax rules alone, one line a document; exit 1 if any is not valid", TF_CLI_JSON | TF_CLI_MAP, 0, SIZE_MAX, tf_cmd_validate},
    {"taxid", "[FILE…]", "check tax numbers: lines COUNTRY TAB KIND TAB NUMBER, answered valid or invalid TAB reason", 0, 0, SIZE_MAX, tf_cmd_taxid},
    {"send", "[FILE]", "send a test event, or a file's, and print id, partition and offset", 0, 0, 1, tf_cmd_send},
    {"topics", "", "compare the topics with what is needed; --create makes them", TF_CLI_CREATE, 0, 0, tf_cmd_topics},
    {"health", "[ROLE]", "ask the /readyz of a running role, without a name the configured one: exit 0 or 69", 0, 0, 1, tf_cmd_health},
    {"check", "", "check the configuration; --online also the services", TF_CLI_ONLINE, 0, 0, tf_cmd_check},
    {"doctor", "", "try everything a role needs, and say in plain words what is in the way and what to do", 0, 0, 0, tf_cmd_doctor},
    {"config", "", "print the effective configuration and where each value came from", 0, 0, 0, tf_cmd_config},
    {"rules", "", "print every rule with its source; --stats: how often it was evaluated, hit and unknown", TF_CLI_JSON | TF_CLI_STATS, 0, 0, tf_cmd_rules},
    {"explain", "EVENT_ID", "why an event was judged as it was, from Kafka; --in=DIR reads an audit's output",
     TF_CLI_IN | TF_CLI_JSON | TF_CLI_PARTITION | TF_CLI_ALL, 1, 1, tf_cmd_explain},
    {"replay", "[FILE…]", "judge past events again, of Kafka with --from, or of files, and print what would change",
     TF_CLI_REPLAY | TF_CLI_IN | TF_CLI_OUT | TF_CLI_REASON | TF_CLI_PARTITION | TF_CLI_ALL | TF_CLI_JSON, 0, SIZE_MAX, tf_cmd_replay},
    {"verdict", "ID VERDICT", "say that a hit is confirmed or dismissed: it then counts for its rule's precision, and a dismissed pair no longer alerts",
     TF_CLI_RULING | TF_CLI_REASON | TF_CLI_JSON, 0, 2, tf_cmd_verdict},
    {"archive", "VERB", "originals that the collector kept: verify reads and hashes all of them, show SHA256 writes one to standard output", TF_CLI_JSON, 1,
     2, tf_cmd_archive},
    {"dlq", "VERB", "dead letters: list, show POSITION or replay those that the filters choose",
     TF_CLI_FILTER | TF_CLI_ALL | TF_CLI_LIMIT | TF_CLI_JSON | TF_CLI_DRY_RUN | TF_CLI_RATE | TF_CLI_AGAIN, 0, SIZE_MAX, tf_cmd_dlq},
    {"manual", "[PAGE]", "a page of the manual for man -l; without one: which there are", 0, 0, 1, tf_cmd_manual},
    {"completion", "SHELL", "what bash, zsh or fish needs to complete this command line", 0, 1, 1, tf_cmd_completion},
};

const struct tf_command *tf_commands(size_t *ret_count)
{
    *ret_count = sizeof commands / sizeof commands[0];
    return commands;
}

static const struct tf_command *find_command(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static const struct tf_exit_status statuses[] = {
    {EX_OK,          "ok",            "Done; for a role: it was told to end, and did."},
    {1,              "findings",      "A command that judges found what must not go on: a document that is not valid, a row that is to be held."},
    {EX_USAGE,       "usage",         "The command line is wrong."},
    {EX_DATAERR,     "data",          "A file cannot be read as what it is; the message names the place and the way out."},
    {EX_NOINPUT,     "no input",      "A file cannot be opened."},
    {EX_UNAVAILABLE, "unavailable",   "A service did not answer, or a role is not ready."},
    {EX_SOFTWARE,    "internal",      "The program's own books do not add up, or something failed from which it cannot go on."},
    {EX_NOPERM,      "permission",    "The system refused: a right is missing, a volume is read-only, a disk is full; the message names what to do."},
    {EX_CONFIG,      "configuration", "The configuration is wrong, the topics do not fit, or another process has the same identity."},
};

const struct tf_exit_status *tf_exit_statuses(size_t *ret_count)
{
    *ret_count = sizeof statuses / sizeof statuses[0];
    return statuses;
}

static void print_exit_statuses(FILE *out)
{
    fputs("\nExit status:", out);
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        fprintf(out, "%s %d %s", i > 0 ? "," : "", statuses[i].number, statuses[i].word);
    fputs(".\n\n", out);
}

static void print_help(FILE *out)
{
    fputs("Usage: taxflow --role=ROLE [OPTION…]\n"
          "       taxflow COMMAND [OPTION…] [ARGUMENT…]\n\n"
          "Validates tax data against the standard rules and finds fraud in audit records on Kafka.\n\nRoles:\n", out);
    for (int r = 0; r < TF_ROLE_COUNT; r++)
        fprintf(out, "  %-12s%s\n", tf_role_get((enum tf_role_id)r)->name, tf_role_get((enum tf_role_id)r)->help);
    fputs("  all         the four roles in one process\n\nCommands:\n", out);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        fprintf(out, "  %-9s %-10s%s\n", commands[i].name, commands[i].arguments, commands[i].help);
    fputs("\nOptions:\n", out);
    tf_cli_options_print(out);
    print_exit_statuses(out);
    fputs("Settings (file, TAXFLOW_GROUP__KEY, --set GROUP.KEY=VALUE), with their defaults:\n\n", out);
    tf_config_print_reference(out);
}

int tf_cli_usage(const char *what, const char *problem)
{
    fprintf(stderr, "taxflow: %s %s; see `taxflow --help`\n", what, problem);
    return EX_USAGE;
}

static const char *did_you_mean(const char *name)
{
    const char *best = NULL;
    size_t least = 3;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        size_t distance = tf_str_distance(tf_str_of(name), tf_str_of(commands[i].name));
        if (distance < least) {
            least = distance;
            best = commands[i].name;
        }
    }
    return best;
}

static int run_command(const struct tf_cli *cli)
{
    const struct tf_command *command = find_command(cli->command);
    if (!command) {
        const char *hint = did_you_mean(cli->command);
        fprintf(stderr, "taxflow: unknown command '%s'%s%s%s; see `taxflow --help`\n", cli->command, hint ? "; did you mean '" : "", hint ? hint : "",
                hint ? "'?" : "");
        return EX_USAGE;
    }
    if (cli->given & ~command->options)
        return tf_cli_usage(cli->command, "does not take one of these options");
    if (cli->args_count < command->args_min || cli->args_count > command->args_max)
        return tf_cli_usage(cli->command, cli->args_count < command->args_min ? "needs an argument" : "takes fewer arguments");
    return command->run(cli);
}

/* A report that did not get out is no success; a reader that has seen enough (head) is none of our business. */
static int close_output(int status)
{
    bool failed = fflush(stdout) != 0 || ferror(stdout);
    if (!failed || errno == EPIPE)
        return status;
    fprintf(stderr, "taxflow: standard output could not be written: %s\n", strerror(errno));
    return status == EX_OK ? tf_err_exit_status(TF_E_IO) : status;
}

static int run_line(int argc, char **argv)
{
    struct tf_cli cli = {0};
    if (!tf_cli_options_parse(&cli, argc, argv))
        return EX_USAGE;
    if (cli.help) {
        print_help(stdout);
        return EX_OK;
    }
    if (cli.version) {
        tf_version_print(stdout);
        return EX_OK;
    }
    if (cli.command)
        return run_command(&cli);
    if (cli.given)
        return tf_cli_usage("this option", "needs a command");
    return tf_cmd_run(&cli);
}

int tf_cli_main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    return close_output(run_line(argc, argv));
}

int tf_cli_fail(enum tf_err err, const struct tf_fault *fault)
{
    fprintf(stderr, "taxflow: %s\n", fault && fault->text[0] ? fault->text : tf_err_text(err));
    return tf_err_exit_status(err);
}

extern char **environ;

/* What the interface names but this version cannot do is refused: a setting that is silently ignored would be a lie. */
static int refuse_unbuilt(const struct tf_config *config)
{
    const struct { bool asked; const char *option, *remedy; } unbuilt[] = {
        {config->fraud.model[0] != '\0', "fraud.model", "leave it empty"},
    };
    int status = 0;
    for (size_t i = 0; i < sizeof unbuilt / sizeof unbuilt[0]; i++) {
        if (!unbuilt[i].asked)
            continue;
        fprintf(stderr, "taxflow: %s is not available in this version: %s\n", unbuilt[i].option, unbuilt[i].remedy);
        status = EX_CONFIG;
    }
    return status;
}

int tf_cli_load(const struct tf_cli *cli, const char *const *extra, size_t extra_count, struct tf_config_source **ret_source)
{
    const char *sets[TF_CLI_SETS_MAX + 32];
    struct tf_config_error errors[ERRORS_MAX];
    size_t count = 0, found = 0;
    for (size_t i = 0; i < extra_count && i < 32; i++)
        sets[count++] = extra[i];
    for (size_t i = 0; i < cli->sets_count; i++)
        sets[count++] = cli->sets[i];
    struct tf_config_request request = {.file = cli->config, .role = cli->role, .sets = sets, .sets_count = count, .environment = environ};
    enum tf_err err = tf_config_load(&request, ret_source, errors, ERRORS_MAX, &found);
    for (size_t i = 0; i < found && i < ERRORS_MAX; i++)
        fprintf(stderr, "taxflow: %s: %s\n", errors[i].where, errors[i].text);
    if (found > ERRORS_MAX)
        fprintf(stderr, "taxflow: and %zu more errors\n", found - ERRORS_MAX);
    if (err != TF_OK && found == 0)
        fprintf(stderr, "taxflow: configuration: %s\n", tf_err_text(err));
    if (err != TF_OK)
        return tf_err_exit_status(err);
    int status = refuse_unbuilt(tf_config_get(*ret_source));
    if (status != 0)
        *ret_source = tf_config_destroy(*ret_source);
    return status;
}
