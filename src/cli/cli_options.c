/* The options of the command line: a row each, from which getopt, the bits of the commands and --help are made. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

#define AT(member) offsetof(struct tf_cli, member)
enum { SETS = 0 }; /* --set is a list: no member of its own */

static const struct tf_cli_option rows[] = {
    {"config",    "FILE",              0,   0,              AT(config),    "configuration file (else $TAXFLOW_CONFIG, the user's, /etc/taxflow/taxflow.conf)"},
    {"role",      "ROLE",              0,   0,              AT(role),      "role to run, ROLE-N is its N-th instance; dlq: who buried the letter"},
    {"set",       "GROUP.KEY=VALUE",   0,   0,              SETS,          "one setting, over file and environment; may be repeated"},
    {"json",      NULL,                0,   TF_CLI_JSON,    AT(json),      "output for programs"},
    {"out",       "DIR",               0,   TF_CLI_OUT,     AT(out),       "audit: result files and findings.csv; replay: the new rows"},
    {"in",        "DIR",               0,   TF_CLI_IN,      AT(in),        "explain, replay: an audit's output"},
    {"map",       "FILE",              0,   TF_CLI_MAP,     AT(map),       "audit, validate: what the columns of delimited files mean (import.map)"},
    {"files-from", "FILE",             0,   TF_CLI_MAP,     AT(files_from), "audit, validate: paths to read too, one a line; - is standard input"},
    {"keep",      NULL,                0,   TF_CLI_KEEP,    AT(keep),      "demo: stay up after the report"},
    {"create",    NULL,                0,   TF_CLI_CREATE,  AT(create),    "topics: make what is missing"},
    {"online",    NULL,                0,   TF_CLI_ONLINE,  AT(online),    "check: ask Kafka, Redis and the OTLP receiver too"},
    {"stats",     NULL,                0,   TF_CLI_STATS,   AT(stats),     "rules: with counts of a running role"},
    {"fields",    NULL,                0,   TF_CLI_STATS,   AT(fields),    "rules: the fields and functions that rules of your own may use"},
    {"reason",    "TEXT",              0,   TF_CLI_REASON,  AT(reason),    "dlq: letters with this reason; replay --publish: why, for every row; verdict: why"},
    {"since",     "TIME",              0,   TF_CLI_SPAN,    AT(since),     "dlq: letters from this date or RFC 3339 time on"},
    {"until",     "TIME",              0,   TF_CLI_SPAN,    AT(until),     "dlq: letters of this date and before, or before this time"},
    {"partition", "N",                 0,   TF_CLI_PARTITION, AT(partition), "dlq, replay, explain: of this partition alone"},
    {"id",        "EVENT_ID",          0,   TF_CLI_SPAN,    AT(id),        "dlq: letters of this event"},
    {"all",       NULL,                0,   TF_CLI_ALL,     AT(all),       "dlq list: each letter, not how many of each reason; replay: each record that changed; explain: what was said long before, too"},
    {"limit",     "N",                 0,   TF_CLI_LIMIT,   AT(limit),     "dlq list --all: N letters at most"},
    {"dry-run",   NULL,                0,   TF_CLI_DRY_RUN, AT(dry_run),   "dlq replay: say what would be sent; audit: leave the --state as it is"},
    {"rate",      "N",                 0,   TF_CLI_RATE,    AT(rate),      "dlq replay: N letters a second at most"},
    {"again",     NULL,                0,   TF_CLI_AGAIN,   AT(again),     "dlq replay: from the beginning, not behind what was sent before"},
    {"from",      "OFFSET|TIME",       0,   TF_CLI_REPLAY,  AT(from),      "replay: where it begins; earliest: with all there is"},
    {"to",        "OFFSET|TIME",       0,   TF_CLI_REPLAY,  AT(to),        "replay: where it ends, not itself; else at the end there is now"},
    {"rules",     "FILE",              0,   TF_CLI_REPLAY,  AT(rules),     "replay: with these rules, not the configured ones; may be repeated"},
    {"against",   "FILE",              0,   TF_CLI_REPLAY,  AT(against),   "replay of files: compare with these rules; may be repeated"},
    {"publish",   NULL,                0,   TF_CLI_REPLAY,  AT(publish),   "replay: write the new rows in place of the old ones; with --reason"},
    {"by",        "WHO",               0,   TF_CLI_RULING,  AT(by),        "verdict: whose it is"},
    {"rule",      "ID",                0,   TF_CLI_RULING,  AT(rule),      "verdict: on the hit of this rule alone"},
    {"csv",       "FILE",              0,   TF_CLI_RULING,  AT(csv),       "verdict: those that stand in the last column of a findings.csv"},
    {"verdicts",  "FILE",              0,   TF_CLI_VERDICTS, AT(verdicts), "audit: a findings.csv or rows of taxflow.verdicts; what they dismiss does not count"},
    {"declared",  "FILE",              0,   TF_CLI_DECLARED, AT(declared), "audit: a CSV file of sums declared to the tax office, to be held against the VAT totals"},
    {"state",     "DIR",               0,   TF_CLI_STATE,   AT(state),     "audit: what earlier runs read and saw, kept for the next; holds personal data"},
    {"fail-on",   "review|block",      0,   TF_CLI_STATE,   AT(fail_on),   "audit: exit 1 where a record comes to this or worse, and list the payments to hold"},
    {"help",      NULL,                'h', 0,              AT(help),      "this text and every setting"},
    {"version",   NULL,                'V', 0,              AT(version),   "versions of taxflow and its libraries"},
};
enum { ROWS = sizeof rows / sizeof rows[0], FIRST = 256, HELP_COLUMN = 24 };

static const struct tf_cli_option *find_row(int option)
{
    for (size_t i = 0; i < ROWS; i++)
        if (option == FIRST + (int)i || (rows[i].letter && option == rows[i].letter))
            return &rows[i];
    return NULL;
}

static bool take(struct tf_cli *cli, const struct tf_cli_option *row)
{
    struct tf_cli_list *list = row->at == AT(rules) ? &cli->rules : row->at == AT(against) ? &cli->against : NULL;
    if ((row->at == SETS && cli->sets_count == TF_CLI_SETS_MAX) || (list && list->count == TF_CLI_LIST_MAX))
        return false;
    if (row->at == SETS)
        cli->sets[cli->sets_count++] = optarg;
    else if (list)
        list->items[list->count++] = optarg;
    else if (row->value)
        memcpy((char *)cli + row->at, &optarg, sizeof optarg);
    else
        memcpy((char *)cli + row->at, &(bool){true}, sizeof(bool));
    cli->given |= row->bit;
    return true;
}

bool tf_cli_options_parse(struct tf_cli *cli, int argc, char **argv)
{
    struct option options[ROWS + 1] = {0};
    int option;
    for (size_t i = 0; i < ROWS; i++)
        options[i] = (struct option){rows[i].name, rows[i].value ? required_argument : no_argument, NULL, FIRST + (int)i};
    cli->program = argv[0];
    cli->line = argv + 1;
    cli->line_count = argc > 0 ? (size_t)argc - 1 : 0;
    while ((option = getopt_long(argc, argv, "hV", options, NULL)) != -1) {
        const struct tf_cli_option *row = find_row(option);
        if (!row || !take(cli, row)) {
            fputs("see `taxflow --help`\n", stderr); /* getopt said what is wrong */
            return false;
        }
    }
    if (optind < argc)
        cli->command = argv[optind++];
    cli->args = argv + optind;
    cli->args_count = (size_t)(argc - optind);
    return true;
}

const struct tf_cli_option *tf_cli_options(size_t *ret_count)
{
    *ret_count = ROWS;
    return rows;
}

void tf_cli_options_print(FILE *out)
{
    for (size_t i = 0; i < ROWS; i++) {
        const struct tf_cli_option *row = &rows[i];
        char shown[64], letter[8] = "";
        if (row->letter)
            snprintf(letter, sizeof letter, "-%c, ", row->letter);
        snprintf(shown, sizeof shown, "%s--%s%s%s", letter, row->name, !row->value ? "" : strcmp(row->name, "set") == 0 ? " " : "=",
                 row->value ? row->value : "");
        fprintf(out, "  %-*s%s\n", HELP_COLUMN, shown, row->help);
    }
}
