/* The command line: one table of commands, one table of options, one way to load the configuration. */
#ifndef TF_CLI_H
#define TF_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "taxflow/config.h"
#include "taxflow/roles.h"

enum { TF_CLI_SETS_MAX = 64, TF_CLI_LIST_MAX = 16 };

/* An option that may be repeated. */
struct tf_cli_list {
    const char *items[TF_CLI_LIST_MAX];
    size_t count;
};

/* What the command line said; strings are argv's. */
struct tf_cli {
    const char *program;
    const char *command;         /* NULL: run the role */
    const char *config, *role;
    const char *sets[TF_CLI_SETS_MAX];
    size_t sets_count;
    bool json, keep, online, create, stats, fields, all, dry_run, again, publish, help, version;
    const char *out, *in, *map, *files_from, *reason, *since, *until, *partition, *id, *limit, *rate, *from, *to, *by, *rule, *csv, *verdicts, *state, *fail_on, *declared;
    struct tf_cli_list rules, against;
    unsigned given;              /* bits of the options that were given */
    char **args;                 /* what follows the command */
    size_t args_count;
    char **line;                 /* all of it but the program's name, options first */
    size_t line_count;
};

/* Which options a command takes beside --config, --role, --set, --help and --version: bits. */
enum {
    TF_CLI_JSON = 1 << 0,
    TF_CLI_KEEP = 1 << 1,
    TF_CLI_ONLINE = 1 << 2,
    TF_CLI_CREATE = 1 << 3,
    TF_CLI_STATS = 1 << 4,
    TF_CLI_OUT = 1 << 5,
    TF_CLI_IN = 1 << 6,
    TF_CLI_SPAN = 1 << 7, /* --since --until --id */
    TF_CLI_ALL = 1 << 8,
    TF_CLI_LIMIT = 1 << 9,
    TF_CLI_DRY_RUN = 1 << 10,
    TF_CLI_RATE = 1 << 11,
    TF_CLI_AGAIN = 1 << 12,
    TF_CLI_REASON = 1 << 13,
    TF_CLI_PARTITION = 1 << 14,
    TF_CLI_REPLAY = 1 << 15, /* --from --to --rules --against --publish */
    TF_CLI_RULING = 1 << 16,   /* --by --rule --csv */
    TF_CLI_VERDICTS = 1 << 17,
    TF_CLI_MAP = 1 << 18, /* --map --files-from */
    TF_CLI_STATE = 1 << 19, /* --state --fail-on */
    TF_CLI_DECLARED = 1 << 20,
    TF_CLI_FILTER = TF_CLI_SPAN | TF_CLI_REASON | TF_CLI_PARTITION, /* --role with them */
};

struct tf_command {
    const char *name;
    const char *arguments; /* as --help shows them */
    const char *help;
    unsigned options;
    size_t args_min, args_max;
    int (*run)(const struct tf_cli *cli); /* returns the exit status */
};

/** Every command, in the order of --help; *ret_count of them. */
const struct tf_command *tf_commands(size_t *ret_count);

/* An option. */
struct tf_cli_option {
    const char *name, *value; /* value: what --help calls its argument; NULL: a flag */
    char letter;              /* "-h"; 0 = none */
    unsigned bit;             /* of the commands that take it; 0: every command */
    size_t at;                /* of a bool, a string or a list of struct tf_cli */
    const char *help;
};
/** Every option, in the order of --help; *ret_count of them. */
const struct tf_cli_option *tf_cli_options(size_t *ret_count);

/* A status the program ends with, after sysexits(3). */
struct tf_exit_status {
    int number;
    const char *word, *text; /* word: as --help names it */
};
/** Every status, in rising order; *ret_count of them. */
const struct tf_exit_status *tf_exit_statuses(size_t *ret_count);

/** Take the options and the command; arguments are left in cli. False: standard error says what is wrong. */
bool tf_cli_options_parse(struct tf_cli *cli, int argc, char **argv);
/** The options as --help shows them, one a line. */
void tf_cli_options_print(FILE *out);
/** Print "taxflow: WHAT PROBLEM; see `taxflow --help`" and return EX_USAGE. */
int tf_cli_usage(const char *what, const char *problem);
/** main() without the process: returns the exit status (sysexits(3)). */
int tf_cli_main(int argc, char **argv);

/**
 * Load the configuration as the command line says; extra settings of the command come before the user's own, so that
 * the user wins. Errors are printed to standard error, one a line.
 * Returns 0 and *ret_source, or the exit status.
 */
int tf_cli_load(const struct tf_cli *cli, const char *const *extra, size_t extra_count, struct tf_config_source **ret_source);

/** Wait, 10 s at most, until the process's feed knows its topics. TF_OK; TF_E_UNAVAILABLE with the remedy. */
enum tf_err tf_cli_await_topics(struct tf_process *process, struct tf_fault *fault) TF_MUST_CHECK;

/** Print "taxflow: <fault>" and return the exit status of its code. */
int tf_cli_fail(enum tf_err err, const struct tf_fault *fault);

int tf_cmd_run(const struct tf_cli *cli);
int tf_cmd_demo(const struct tf_cli *cli);
int tf_cmd_audit(const struct tf_cli *cli);
int tf_cmd_validate(const struct tf_cli *cli);
int tf_cmd_archive(const struct tf_cli *cli);
int tf_cmd_taxid(const struct tf_cli *cli);
int tf_cmd_send(const struct tf_cli *cli);
int tf_cmd_topics(const struct tf_cli *cli);
int tf_cmd_health(const struct tf_cli *cli);
int tf_cmd_check(const struct tf_cli *cli);
int tf_cmd_doctor(const struct tf_cli *cli);
int tf_cmd_config(const struct tf_cli *cli);
int tf_cmd_rules(const struct tf_cli *cli);
int tf_cmd_explain(const struct tf_cli *cli);
int tf_cmd_dlq(const struct tf_cli *cli);
int tf_cmd_replay(const struct tf_cli *cli);
int tf_cmd_verdict(const struct tf_cli *cli);
int tf_cmd_manual(const struct tf_cli *cli);
int tf_cmd_completion(const struct tf_cli *cli);

/** Versions of taxflow and its libraries. */
void tf_version_print(FILE *out);

#endif
