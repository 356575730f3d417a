/* taxflow.conf(5): every option of options.def. */
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "manual.h"
#include "mdoc.h"
#include "taxflow/config.h"

struct option {
    const char *group, *name, *help;
    bool live;
};

static void item(FILE *out, const struct option *option, const char *range, const char *fallback)
{
    char text[1200], full[80];
    snprintf(full, sizeof full, "%s.%s", option->group, option->name);
    snprintf(text, sizeof text, "%s. %s; default %s; %s.", option->help, range, fallback[0] ? fallback : "empty",
             option->live ? "a reload takes it over" : "needs a restart");
    tf_mdoc_item(out, "Va", full, NULL, NULL);
    tf_mdoc_text(out, text);
}

/* The items of a row, which have "|" between them. */
static void join(char *out, size_t size, const char *items, const char *between)
{
    size_t len = 0;
    out[0] = '\0';
    while (*items && len < size) {
        int bytes = (int)strcspn(items, "|");
        len += (size_t)snprintf(out + len, size - len, "%s%.*s", len > 0 ? between : "", bytes, items);
        items += bytes + (items[bytes] == '|');
    }
}

static void word_item(FILE *out, const struct option *option, const char *fallback, const char *words)
{
    char range[200];
    join(range, sizeof range, words, " or ");
    item(out, option, range, fallback);
}

static void int_item(FILE *out, const struct option *option, int64_t fallback, int64_t min, int64_t max)
{
    char range[60], text[30];
    snprintf(range, sizeof range, "%" PRId64 " to %" PRId64, min, max);
    snprintf(text, sizeof text, "%" PRId64, fallback);
    item(out, option, range, text);
}

static void real_item(FILE *out, const struct option *option, double fallback, double min, double max)
{
    char range[60], text[30];
    snprintf(range, sizeof range, "%g to %g", min, max);
    snprintf(text, sizeof text, "%g", fallback);
    item(out, option, range, text);
}

static void list_item(FILE *out, const struct option *option, const char *fallback)
{
    char text[300];
    join(text, sizeof text, fallback, ", ");
    item(out, option, "List of texts", text);
}

static void group(FILE *out, const char *name, const char *help)
{
    fprintf(out, ".Ss %s\n", name);
    tf_mdoc_text(out, help);
    tf_mdoc_list(out);
}

static void options(FILE *out)
{
    enum { START = false, LIVE = true };
#define ROW(group, name, live, help) &(const struct option){#group, #name, help, live}
#define TF_GROUP(name, help) group(out, #name, help ".");
#define TF_GROUP_END(name) tf_mdoc_list_end(out);
#define TF_TEXT(group, name, default_, live, help) item(out, ROW(group, name, live, help), "Text", default_);
#define TF_WORD(group, name, default_, words, live, help) word_item(out, ROW(group, name, live, help), default_, words);
#define TF_INT(group, name, default_, min, max, live, help) int_item(out, ROW(group, name, live, help), default_, min, max);
#define TF_REAL(group, name, default_, min, max, live, help) real_item(out, ROW(group, name, live, help), default_, min, max);
#define TF_FLAG(group, name, default_, live, help) item(out, ROW(group, name, live, help), "True or false", default_ ? "true" : "false");
#define TF_LIST_OF(group, name, default_, live, help) list_item(out, ROW(group, name, live, help), default_);
#include "taxflow/options.def"
}

void tf_manual_conf(FILE *out)
{
    tf_mdoc_section(out, "DESCRIPTION");
    tf_mdoc_text(out, "The configuration of all roles and commands of taxflow, in the syntax of libconfig: groups in braces, strings in double quotes, lists in "
                      "brackets, a semicolon behind each setting. An unknown name is an error, which says what may have been meant.");
    tf_mdoc_paragraph(out, "Stronger than this file, in rising order: the standard OTEL_* variables, a variable TAXFLOW_GROUP__KEY for each option (lists "
                           "with a comma between their items), and --set GROUP.KEY=VALUE on the command line.");
    tf_mdoc_paragraph(out, "SIGHUP makes a running role read the file again; where it has an error, or changes what needs a restart, the role keeps what it "
                           "had and says so. Secrets stand in files of their own, whose names are given here; a secret that stands inline is refused.");
    tf_mdoc_section(out, "FILES");
    tf_mdoc_text(out, "The file that --config or $TAXFLOW_CONFIG names, else the first of these that exists. Having none is fine.");
    tf_mdoc_list(out);
    tf_mdoc_item(out, "Pa", "$XDG_CONFIG_HOME/taxflow/taxflow.conf", NULL, NULL);
    tf_mdoc_text(out, "The user's own.");
    tf_mdoc_item(out, "Pa", "/etc/taxflow/taxflow.conf", NULL, NULL);
    tf_mdoc_text(out, "The system's.");
    tf_mdoc_list_end(out);
    tf_mdoc_section(out, "OUTSIDE THE GROUPS");
    tf_mdoc_list(out);
    tf_mdoc_item(out, "Va", "role", NULL, NULL);
    tf_mdoc_text(out, "What the process does: collector, fraud, tax, monitor or all. The option --role is stronger.");
    tf_mdoc_item(out, "Va", "companies", NULL, NULL);
    tf_mdoc_text(out, "Who \"we\" are, a list of groups with id, vat_ids, ibans and registers. It decides what is a purchase and what a sale, and whose "
                      "account pays.");
    tf_mdoc_list_end(out);
    tf_mdoc_section(out, "OPTIONS");
    options(out);
    tf_mdoc_section(out, "EXAMPLES");
    tf_mdoc_literal(out, "kafka: { bootstrap_servers = \"kafka-1:9093,kafka-2:9093\"; partitions = 24; };\n"
                         "redis: { servers = [ \"unix:/run/redis/redis.sock\" ]; };\n"
                         "companies = (\n"
                         "  { id = \"ACME-DE\"; vat_ids = [ \"DE136695976\" ]; ibans = []; registers = []; }\n"
                         ");\n");
    tf_mdoc_text(out, "`taxflow check` judges the file, `taxflow config` shows what is in effect and where it was said.");
    tf_mdoc_see_also(out, (const char *const[]){"taxflow 1", "taxflow-events 7", "taxflow-metrics 7"}, 3);
}
