/* Why an event was judged as it was: every row that speaks of its id, from Kafka or from an audit's output. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "explain.h"
#include "taxflow/log.h"

enum { PATH_BYTES = 4096 };

static enum tf_err search_file(struct tf_explained *explained, const char *name, enum tf_stream stream, struct tf_fault *fault)
{
    char path[PATH_BYTES];
    const char *folder = explained->cli->in;
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return tf_fault_set(fault, TF_E_NO_INPUT, "%s: the path is too long", folder);
    FILE *in = fopen(path, "re");
    if (!in)
        return tf_fault_set(fault, TF_E_NO_INPUT, "%s: cannot be read: %s; --in is the folder that `taxflow audit --out` wrote", path, strerror(errno));
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    enum tf_err err = TF_OK;
    while (err == TF_OK && (len = getline(&line, &cap, in)) > 0)
        err = tf_explained_take(explained, stream, (struct tf_str){line, (size_t)len}, TF_STR_NONE);
    free(line);
    fclose(in);
    return err;
}

static enum tf_err search_folder(struct tf_explained *explained, struct tf_fault *fault)
{
    static const struct { const char *name; enum tf_stream stream; } files[] = {
        {"tax.ndjson", TF_STREAM_TAX}, {"fraud.ndjson", TF_STREAM_FRAUD}, {"dlq.ndjson", TF_STREAM_DLQ}, {"duplicates.ndjson", TF_STREAM_DUPLICATES},
        {"groups.ndjson", TF_STREAM_GROUPS}};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        TF_TRY(search_file(explained, files[i].name, files[i].stream, fault));
    return TF_OK;
}

/* Rules of an operator's own have their titles in files; where those do not load, the built-in ones have to do. */
static struct tf_fraud_ruleset *load_titles(const struct tf_config *config)
{
    struct tf_fraud_ruleset *ruleset = NULL;
    struct tf_fault ignored;
    return tf_fraud_ruleset_load(config->fraud.rules, &ruleset, &ignored) == TF_OK ? ruleset : NULL;
}

static int report(const struct tf_explained *explained)
{
    tf_explained_print(explained);
    if (explained->count > 0)
        return EX_OK;
    fprintf(stderr, "taxflow: no row of %s speaks of %s; ids stand as event_id in the results, of findings about groups as id\n",
            explained->cli->in ? explained->cli->in : "the result topics", explained->cli->args[0]);
    return EX_DATAERR;
}

int tf_cmd_explain(const struct tf_cli *cli)
{
    static const char *const without_kafka[] = {"kafka.embedded=true"};
    struct tf_config_source *source = NULL;
    struct tf_explained explained = {.cli = cli};
    struct tf_fault fault = {0};
    if (cli->in && (cli->partition || cli->all))
        return tf_cli_usage("explain", "--in takes no --partition and no --all");
    int status = tf_cli_load(cli, without_kafka, cli->in ? 1 : 0, &source);
    if (status != 0)
        return status;
    tf_log_setup("error", "text", "explain", 1);
    explained.config = tf_config_get(source);
    struct tf_fraud_ruleset *titles = load_titles(explained.config);
    explained.ruleset = titles;
    enum tf_err err = cli->in ? search_folder(&explained, &fault) : tf_explain_kafka(&explained, &fault);
    status = err == TF_OK ? report(&explained) : tf_cli_fail(err, &fault);
    tf_explained_finish(&explained);
    tf_fraud_ruleset_destroy(titles);
    tf_config_destroy(source);
    return status;
}
