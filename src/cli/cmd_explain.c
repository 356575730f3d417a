/* Why an event was judged as it was, from an audit's output: every row that speaks of the id. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "cli.h"

enum { PATH_BYTES = 4096 };

static const char *text(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value ? value : "";
}

static const char *verdict_words(const json_t *row)
{
    const json_t *valid = json_object_get(row, "valid");
    if (json_is_false(json_object_get(row, "applicable")))
        return "no tax rules apply to this kind of record";
    if (json_is_null(valid))
        return "not fully checked";
    return json_is_true(valid) ? "valid" : "invalid";
}

static void print_findings(const json_t *row)
{
    size_t i;
    const json_t *finding;
    printf("tax (%s): %s\n", text(row, "ruleset"), verdict_words(row));
    json_array_foreach(json_object_get(row, "findings"), i, finding) {
        printf("  %s (%s) at %s: %s", text(finding, "rule"), text(finding, "severity"), text(finding, "path"), text(finding, "message"));
        if (*text(finding, "observed"))
            printf("; found %s", text(finding, "observed"));
        if (*text(finding, "expected"))
            printf(", expected %s", text(finding, "expected"));
        putchar('\n');
    }
}

static void print_related(const json_t *hit)
{
    size_t i;
    const json_t *related;
    json_array_foreach(json_object_get(hit, "related"), i, related)
        printf("    related: %s\n", json_string_value(related) ? json_string_value(related) : "");
}

static void print_hits(const json_t *row)
{
    size_t i;
    const json_t *hit;
    printf("fraud (%s): %s, score %lld, amount at risk %s\n", text(row, "ruleset"), text(row, "decision"),
           (long long)json_integer_value(json_object_get(row, "score")), text(row, "amount_at_risk"));
    json_array_foreach(json_object_get(row, "hits"), i, hit) {
        printf("  %s %s (%s, weight %lld): %s; limit %s\n", text(hit, "rule"), text(hit, "version"), text(hit, "mode"),
               (long long)json_integer_value(json_object_get(hit, "weight")), text(hit, "observed"), text(hit, "threshold"));
        print_related(hit);
    }
    json_array_foreach(json_object_get(row, "unknown"), i, hit)
        printf("  %s: unknown, a field it needs is missing\n", json_string_value(hit) ? json_string_value(hit) : "");
}

static void print_other(const char *file, const json_t *row)
{
    if (strcmp(file, "duplicates.ndjson") == 0)
        printf("duplicate (%s): the record at %s owns this id\n", text(row, "role"), text(row, "owner"));
    else
        printf("dead letter (%s): %s at %s: %s\n", text(row, "role"), text(row, "reason"), text(row, "path"), text(row, "detail"));
}

static void print_row(const struct tf_cli *cli, const char *file, const json_t *row)
{
    if (cli->json) {
        json_dumpf(row, stdout, JSON_COMPACT);
        putchar('\n');
        return;
    }
    printf("%s\n", text(row, "position"));
    if (strcmp(file, "tax.ndjson") == 0)
        print_findings(row);
    else if (strcmp(file, "fraud.ndjson") == 0)
        print_hits(row);
    else
        print_other(file, row);
}

/* Returns how many rows spoke of the id, or -1 when the file cannot be read. */
static int search(const struct tf_cli *cli, const char *file)
{
    char path[PATH_BYTES];
    const char *id = cli->args[0];
    if (snprintf(path, sizeof path, "%s/%s", cli->in, file) >= (int)sizeof path)
        return -1;
    FILE *in = fopen(path, "re");
    if (!in)
        return -1;
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    int found = 0;
    while ((len = getline(&line, &cap, in)) > 0) {
        if (!strstr(line, id))
            continue;
        json_t *row = json_loadb(line, (size_t)len, 0, NULL);
        if (strcmp(text(row, "event_id"), id) == 0) {
            print_row(cli, file, row);
            found++;
        }
        json_decref(row);
    }
    free(line);
    fclose(in);
    return found;
}

int tf_cmd_explain(const struct tf_cli *cli)
{
    static const char *const files[] = {"tax.ndjson", "fraud.ndjson", "dlq.ndjson", "duplicates.ndjson"};
    int found = 0;
    if (!cli->in) {
        fputs("taxflow: explain reads an audit's output: give --in=DIR, the folder of `taxflow audit --out=DIR`\n", stderr);
        return EX_USAGE;
    }
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        int rows = search(cli, files[i]);
        if (rows < 0) {
            fprintf(stderr, "taxflow: %s/%s: cannot be read: %s; --in is the folder that `taxflow audit --out` wrote\n", cli->in, files[i], strerror(errno));
            return EX_NOINPUT;
        }
        found += rows;
    }
    if (found == 0)
        fprintf(stderr, "taxflow: no row of %s speaks of event %s; ids stand as event_id in the result files\n", cli->in, cli->args[0]);
    return found ? EX_OK : EX_DATAERR;
}
