#include <stdio.h>
#include <string.h>

#include "config_source.h"
#include "config_write.h"

enum { ORIGIN_BYTES = 256, SHOWN_ENDS = 2, MASKED_BYTES_MIN = 8 };

static void print_origin(FILE *out, struct tf_config_origin origin)
{
    char text[ORIGIN_BYTES];
    tf_config_origin_describe(origin, text, sizeof text);
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = '?';
    fprintf(out, "; # %s\n", text);
}

/* Tax ids and account numbers are personal data where the company is a person: enough to recognise, not to use. */
static void print_masked(FILE *out, const char *name, struct tf_string_list list)
{
    fprintf(out, "%s = [", name);
    for (size_t i = 0; i < list.count; i++) {
        const char *text = list.items[i];
        size_t len = strlen(text);
        fputs(i > 0 ? ", \"" : " \"", out);
        for (size_t at = 0; at < len; at++) {
            bool shown = len >= MASKED_BYTES_MIN && (at < SHOWN_ENDS || at >= len - SHOWN_ENDS);
            bool plain = (unsigned char)text[at] < 0x80 && text[at] != '"' && text[at] != '\\';
            fputc(shown && plain ? text[at] : '*', out);
        }
        fputc('"', out);
    }
    fputs(list.count > 0 ? " ]; " : "]; ", out);
}

static void print_companies(const struct tf_config_source *source, FILE *out)
{
    const struct tf_config *config = &source->config;
    fputs("companies = (", out);
    for (size_t i = 0; i < config->companies_count; i++) {
        const struct tf_company *company = &config->companies[i];
        fprintf(out, "%s\n  { id = ", i > 0 ? "," : "");
        tf_config_write_text(out, company->id);
        fputs("; ", out);
        print_masked(out, "vat_ids", company->vat_ids);
        print_masked(out, "ibans", company->ibans);
        print_masked(out, "registers", company->registers);
        fputc('}', out);
    }
    fputs(config->companies_count > 0 ? "\n)" : ")", out);
    print_origin(out, source->companies_origin);
}

static void print_group(const struct tf_config_source *source, FILE *out, const char *group)
{
    size_t count;
    const struct tf_option *options = tf_option_all(&count);
    fprintf(out, "\n%s: {\n", group);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(options[i].group, group) != 0)
            continue;
        fprintf(out, "  %s = ", options[i].name);
        tf_config_write_value(out, &source->config, &options[i]);
        print_origin(out, source->origins[i]);
    }
    fputs("};\n", out);
}

void tf_config_print(const struct tf_config_source *source, FILE *out)
{
    size_t count;
    const struct tf_option_group *groups = tf_option_groups(&count);
    if (source->config.role) {
        fputs("role = ", out);
        tf_config_write_text(out, source->config.role);
        print_origin(out, source->role_origin);
    } else {
        fputs("# role is not set\n", out);
    }
    print_companies(source, out);
    for (size_t i = 0; i < count; i++)
        print_group(source, out, groups[i].name);
}
