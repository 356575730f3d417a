#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "config_write.h"
#include "option.h"

/* Prose begins with "# ", what may be used with "#" alone: taking that away leaves a file that loads. */
static const char preface[] =
    "# taxflow's configuration: every option with its default. Take the \"#\" away in front of a line to change it.\n"
    "# Stronger than this file, in rising order: OTEL_* variables, TAXFLOW_GROUP__KEY variables, --set group.key=value.\n"
    "# \"reload\" takes effect on SIGHUP, \"restart\" when the service is started again. Secrets stand in files of their own.\n"
    "# `taxflow check` judges this file, `taxflow config` shows what is in effect and where it was said.\n"
    "\n"
    "# what this process does: collector, fraud, tax, monitor or all; --role and TAXFLOW_ROLE are stronger (restart)\n"
    "#role = \"tax\";\n"
    "\n"
    "# who \"we\" are: VAT ids, accounts and register numbers that tell a purchase from a sale (restart)\n"
    "#companies = (\n"
    "#{ id = \"ACME-DE\"; vat_ids = [ \"DE136695976\" ]; ibans = [ \"DE89370400440532013000\" ]; registers = [ \"HRB 12345\" ]; },\n"
    "#{ id = \"ACME-AT\"; vat_ids = [ \"ATU13585627\" ]; ibans = []; registers = []; }\n"
    "#);\n";

static void print_range(FILE *out, const struct tf_option *option)
{
    struct tf_str rest = tf_str_of(option->words), word;
    const char *before = "";
    switch (option->type) {
    case TF_OPTION_TEXT:
        fputs("text", out);
        return;
    case TF_OPTION_WORD:
        for (; tf_option_next_item(&rest, '|', &word); before = " or ")
            fprintf(out, "%s%.*s", before, TF_STR_ARGS(word));
        return;
    case TF_OPTION_INT:
        fprintf(out, "%" PRId64 " to %" PRId64, option->int_min, option->int_max);
        return;
    case TF_OPTION_REAL:
        fprintf(out, "%g to %g", option->real_min, option->real_max);
        return;
    case TF_OPTION_FLAG:
        fputs("true or false", out);
        return;
    case TF_OPTION_LIST:
        fputs("list of texts", out);
        return;
    }
}

static void print_option(FILE *out, const struct tf_option *option)
{
    fprintf(out, "  # %s (", option->help);
    print_range(out, option);
    fprintf(out, "; %s)\n  #%s = ", option->live ? "reload" : "restart", option->name);
    tf_config_write_default(out, option);
    fputs(";\n", out);
}

static void print_group(FILE *out, const struct tf_option_group *group)
{
    size_t count;
    const struct tf_option *options = tf_option_all(&count);
    fprintf(out, "\n# %s\n%s: {\n", group->help, group->name);
    for (size_t i = 0; i < count; i++)
        if (strcmp(options[i].group, group->name) == 0)
            print_option(out, &options[i]);
    fputs("};\n", out);
}

void tf_config_print_reference(FILE *out)
{
    size_t count;
    const struct tf_option_group *groups = tf_option_groups(&count);
    fputs(preface, out);
    for (size_t i = 0; i < count; i++)
        print_group(out, &groups[i]);
}
