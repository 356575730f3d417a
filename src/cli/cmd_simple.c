/* Commands that ask and print: health, config, topics. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "cli.h"
#include "taxflow/clock.h"

enum { HEALTH_TIMEOUT_MS = 3000 };

int tf_cmd_config(const struct tf_cli *cli)
{
    struct tf_config_source *source = NULL;
    int status = tf_cli_load(cli, NULL, 0, &source);
    if (status != 0)
        return status;
    tf_config_print(source, stdout);
    tf_config_destroy(source);
    return EX_OK;
}

/* Prints what the role says of itself; whether it is ready. */
static bool ask_role(const struct tf_role *role, const struct tf_config *config)
{
    struct tf_buf body;
    int code = 0;
    const char *address = role->listen(config);
    tf_buf_init(&body, 65536);
    enum tf_err err = tf_http_get(address, "/readyz?verbose", HEALTH_TIMEOUT_MS, &code, &body);
    if (err == TF_OK)
        printf("%.*s", TF_STR_ARGS(tf_buf_view(&body)));
    else
        fprintf(stderr, "taxflow: %s does not answer at %s: %s; is it running, and is %s.listen the same in its configuration?\n", role->name, address,
                tf_err_text(err), role->name);
    tf_buf_finish(&body);
    return err == TF_OK && code == 200;
}

static int ask_roles(const char *name, const struct tf_config *config)
{
    bool ready = true;
    if (!name) {
        fputs("taxflow: health of which role? Name collector, tax, fraud or monitor, or set `role` (TAXFLOW_ROLE)\n", stderr);
        return EX_USAGE;
    }
    if (strcmp(name, "all") != 0)
        return ask_role(tf_role_find(name), config) ? EX_OK : EX_UNAVAILABLE;
    for (int r = 0; r < TF_ROLE_COUNT; r++)
        ready = ask_role(tf_role_get((enum tf_role_id)r), config) && ready;
    return ready ? EX_OK : EX_UNAVAILABLE;
}

int tf_cmd_health(const struct tf_cli *cli)
{
    struct tf_config_source *source = NULL;
    const char *name = cli->args_count == 1 ? cli->args[0] : NULL;
    if (name && strcmp(name, "all") != 0 && !tf_role_find(name)) {
        fprintf(stderr, "taxflow: '%s' is no role: collector, tax, fraud, monitor or all\n", name);
        return EX_USAGE;
    }
    int status = tf_cli_load(cli, NULL, 0, &source);
    if (status != 0)
        return status;
    const struct tf_config *config = tf_config_get(source);
    status = ask_roles(name ? name : config->role, config);
    tf_config_destroy(source);
    return status;
}

/* Ids claimed under another generation do not count: what was sent before topics were made anew is judged when it comes again. */
static void print_generation(struct tf_cluster *cluster, const struct tf_config *config)
{
    struct tf_control control;
    char since[25];
    if (tf_control_read(cluster, config, &control, NULL) != TF_OK)
        return;
    tf_clock_format_time(control.since_ms, since);
    printf("generation %s%s%s, %u partitions\n", control.generation, control.since_ms ? " since " : "", control.since_ms ? since : "", control.partitions);
}

static int print_topics(struct tf_cluster *cluster, const struct tf_config *config, bool create)
{
    struct tf_topic_report reports[TF_STREAM_COUNT];
    struct tf_fault fault = {0};
    memset(reports, 0, sizeof reports);
    enum tf_err err = tf_topics_ensure(cluster, config, create, reports, &fault);
    if (err != TF_OK && err != TF_E_CONFIG)
        return tf_cli_fail(err, &fault);
    for (int s = 0; s < TF_STREAM_COUNT; s++)
        printf("%-28s %s%s%s\n", tf_cluster_topic(cluster, (enum tf_stream)s), reports[s].exists ? "exists" : "missing",
               reports[s].differences[0] ? ", " : "", reports[s].differences);
    print_generation(cluster, config);
    return err == TF_OK ? EX_OK : tf_cli_fail(err, &fault);
}

int tf_cmd_topics(const struct tf_cli *cli)
{
    struct tf_config_source *source = NULL;
    struct tf_cluster *cluster = NULL;
    struct tf_fault fault = {0};
    int status = tf_cli_load(cli, NULL, 0, &source);
    if (status != 0)
        return status;
    enum tf_err err = tf_cluster_create(tf_config_get(source), &cluster, &fault);
    status = err == TF_OK ? print_topics(cluster, tf_config_get(source), cli->create) : tf_cli_fail(err, &fault);
    tf_cluster_destroy(cluster);
    tf_config_destroy(source);
    return status;
}
