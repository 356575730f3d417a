/* taxflow(1): roles, commands and options by their rows. */
#include <string.h>
#include <sysexits.h>

#include "../cli.h"
#include "manual.h"
#include "mdoc.h"

static void synopsis(FILE *out)
{
    tf_mdoc_section(out, "SYNOPSIS");
    fputs(".Nm\n.Fl \\-role Ns = Ns Ar ROLE\n.Op Ar OPTION ...\n"
          ".Nm\n.Ar COMMAND\n.Op Ar OPTION ...\n.Op Ar ARGUMENT ...\n", out);
}

static void roles(FILE *out)
{
    tf_mdoc_section(out, "ROLES");
    tf_mdoc_list(out);
    for (int r = 0; r < TF_ROLE_COUNT; r++) {
        char text[200];
        snprintf(text, sizeof text, "%s.", tf_role_get((enum tf_role_id)r)->help);
        tf_mdoc_item(out, "Cm", tf_role_get((enum tf_role_id)r)->name, NULL, NULL);
        tf_mdoc_text(out, text);
    }
    tf_mdoc_item(out, "Cm", "all", NULL, NULL);
    tf_mdoc_text(out, "The four roles in one process.");
    tf_mdoc_list_end(out);
    tf_mdoc_paragraph(out, "ROLE-2, ROLE-3 and so on are further instances of a role on one machine; each listens 10 ports above the one before.");
}

/* Which options a command takes beside those that all take. */
static void options_of(FILE *out, const struct tf_command *command)
{
    size_t count, listed = 0;
    const struct tf_cli_option *options = tf_cli_options(&count);
    for (size_t i = 0; i < count; i++) {
        if (!(options[i].bit & command->options))
            continue;
        fprintf(out, "%s", listed++ == 0 ? ".Pp\nTakes\n" : " ,\n");
        fputs(".Fl \\-", out);
        for (const char *c = options[i].name; *c; c++)
            fprintf(out, "%s%c", *c == '-' ? "\\" : "", *c);
    }
    fputs(listed > 0 ? " .\n" : "", out);
}

static void commands(FILE *out)
{
    size_t count;
    const struct tf_command *rows = tf_commands(&count);
    tf_mdoc_section(out, "COMMANDS");
    tf_mdoc_list(out);
    for (size_t i = 0; i < count; i++) {
        char text[600];
        snprintf(text, sizeof text, "%s.", rows[i].help);
        tf_mdoc_item(out, "Cm", rows[i].name, " ", rows[i].arguments[0] ? rows[i].arguments : NULL);
        tf_mdoc_text(out, text);
        options_of(out, &rows[i]);
    }
    tf_mdoc_list_end(out);
}

static void options(FILE *out)
{
    size_t count;
    const struct tf_cli_option *rows = tf_cli_options(&count);
    tf_mdoc_section(out, "OPTIONS");
    tf_mdoc_list(out);
    for (size_t i = 0; i < count; i++) {
        char name[40], text[400];
        snprintf(name, sizeof name, "-%s", rows[i].name);
        snprintf(text, sizeof text, "%s.", rows[i].help);
        tf_mdoc_item(out, "Fl", name, strcmp(rows[i].name, "set") == 0 ? " " : "=", rows[i].value);
        tf_mdoc_text(out, text);
    }
    tf_mdoc_list_end(out);
}

#define SECTION(out, title, macro, rows) (tf_mdoc_section(out, title), TF_MDOC_ROWS(out, macro, rows))

static const struct tf_mdoc_row variables[] = {
    {"TAXFLOW_CONFIG", "The configuration file, where no --config is given."},
    {"TAXFLOW_GROUP__KEY", "One option of taxflow.conf(5), such as TAXFLOW_KAFKA__PARTITIONS."},
    {"TAXFLOW_ROLE", "The role, where no --role is given."},
    {"OTEL_EXPORTER_OTLP_ENDPOINT", "And the other standard variables of OpenTelemetry: where traces go."},
};

static const struct tf_mdoc_row files[] = {
    {"/etc/taxflow/taxflow.conf", "The configuration, see taxflow.conf(5)."},
    {"/etc/taxflow/rules/*.conf", "Settings of the fraud rules, and rules of your own."},
    {"/run/taxflow", "Identities of the instances of a machine."},
};

static const struct tf_mdoc_row signals[] = {
    {"SIGTERM, SIGINT", "Finish what is under way, commit it, and end within 10 seconds."},
    {"SIGHUP", "Read configuration and rules again; on an error keep the old ones and say so."},
};

void tf_manual_command(FILE *out)
{
    synopsis(out);
    tf_mdoc_section(out, "DESCRIPTION");
    tf_mdoc_text(out, "taxflow takes audit records in, validates their tax data against the standard rules, finds fraud, and watches the flow. Records and verdicts "
                      "stand on Kafka; Redis keeps an event from being judged twice; every hop is traced by OpenTelemetry. The same rules judge files "
                      "without any service: see the commands audit and validate.");
    tf_mdoc_paragraph(out, "A file named - is standard input.");
    roles(out);
    commands(out);
    options(out);
    SECTION(out, "ENVIRONMENT", "Ev", variables);
    SECTION(out, "FILES", "Pa", files);
    tf_mdoc_section(out, "EXIT STATUS");
    tf_mdoc_text(out, "After sysexits(3).");
    tf_mdoc_list(out);
    size_t count;
    const struct tf_exit_status *statuses = tf_exit_statuses(&count);
    for (size_t i = 0; i < count; i++) {
        char number[12];
        snprintf(number, sizeof number, "%d", statuses[i].number);
        tf_mdoc_item(out, "Li", number, NULL, NULL);
        tf_mdoc_text(out, statuses[i].text);
    }
    tf_mdoc_list_end(out);
    SECTION(out, "SIGNALS", "Dv", signals);
    tf_mdoc_section(out, "EXAMPLES");
    tf_mdoc_text(out, "See it work without any service:");
    tf_mdoc_literal(out, "taxflow demo\n");
    tf_mdoc_text(out, "Judge files, and ask why a record was judged as it was:");
    tf_mdoc_literal(out, "taxflow audit --out=out payments.csv invoices.zip\ntaxflow explain --in=out EVENT_ID\n");
    tf_mdoc_text(out, "Run a role on Kafka:");
    tf_mdoc_literal(out, "taxflow topics --create\ntaxflow --role=fraud --set kafka.bootstrap_servers=localhost:9093\n");
    tf_mdoc_see_also(out, (const char *const[]){"taxflow.conf 5", "taxflow-events 7", "taxflow-metrics 7"}, 3);
}
