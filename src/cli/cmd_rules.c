/* Every rule as a row: what it demands, what it needs, where it comes from, and how often a running role used it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "cli.h"
#include "rule_precision.h"
#include "taxflow/fraud_language.h"
#include "taxflow/import.h"
#include "taxflow/json.h"
#include "taxflow/report.h"
#include "taxflow/syntax_rules.h"

enum { TIMEOUT_MS = 3000, SYNTAX_ARENA_BYTES_MAX = 16 << 20 };

static const char *const mode_words[] = {"off", "shadow", "live"};

struct listing {
    struct tf_report counts;
    bool with_counts;
    struct tf_rule_precision precision; /* of fraud rules, by what people said of hits */
    const struct tf_fraud_ruleset *ruleset;
};

/* taxflow_rule_results_total{role="tax",rule="BR-01",result="evaluated"} 12 */
static void take_line(struct tf_report *counts, char *line)
{
    char role[16], rule[32], result[16];
    double value;
    if (sscanf(line, "taxflow_rule_results_total{role=\"%15[^\"]\",rule=\"%31[^\"]\",result=\"%15[^\"]\"} %lf", role, rule, result, &value) != 4)
        return;
    struct tf_report_rule *place = tf_report_find_rule(counts, role, rule);
    if (!place)
        return;
    uint64_t *field = strcmp(result, "evaluated") == 0 ? &place->evaluated : strcmp(result, "hit") == 0 ? &place->hit : &place->unknown;
    *field += (uint64_t)value;
}

/* taxflow_rule_muted{role="fraud",rule="SPL1"} 2 */
static void take_muted(struct tf_report *counts, const char *line)
{
    char role[16], rule[32];
    double lanes;
    struct tf_report_rule *place = NULL;
    if (sscanf(line, "taxflow_rule_muted{role=\"%15[^\"]\",rule=\"%31[^\"]\"} %lf", role, rule, &lanes) == 3)
        place = tf_report_find_rule(counts, role, rule);
    if (place)
        place->muted = (uint64_t)lanes;
}

static int ask_role(const struct tf_config *config, const char *name, struct tf_report *counts)
{
    struct tf_buf body;
    int code = 0;
    const char *address = tf_role_find(name)->listen(config);
    tf_buf_init(&body, 64 << 20);
    enum tf_err err = tf_http_get(address, "/metrics", TIMEOUT_MS, &code, &body);
    tf_buf_putc(&body, '\0');
    if (err != TF_OK || code != 200 || body.failed) {
        fprintf(stderr, "taxflow: role %s does not answer at %s: no counts of its rules\n", name, address);
        tf_buf_finish(&body);
        return EX_UNAVAILABLE;
    }
    char *rest = body.ptr, *line;
    while ((line = strsep(&rest, "\n"))) {
        take_line(counts, line);
        take_muted(counts, line);
    }
    tf_buf_finish(&body);
    return EX_OK;
}

static void json_counts(const struct listing *listing, const struct tf_report_rule *rule, struct tf_json *json)
{
    if (!listing->with_counts)
        return;
    tf_json_ku64(json, "evaluated", rule->evaluated);
    tf_json_ku64(json, "hit", rule->hit);
    tf_json_ku64(json, "unknown", rule->unknown);
}

static void json_tax(const struct listing *listing, struct tf_json *json)
{
    size_t count = 0;
    const struct tf_tax_rule *rules = tf_tax_rules(&count);
    for (size_t r = 0; r < count; r++) {
        tf_json_object(json);
        tf_json_ktext(json, "id", rules[r].id);
        tf_json_ktext(json, "role", "tax");
        tf_json_ktext(json, "profile", tf_tax_profiles()[rules[r].profile].name);
        tf_json_ktext(json, "version", tf_tax_profiles()[rules[r].profile].ruleset);
        tf_json_ktext(json, "mode", "live");
        tf_json_ktext(json, "class", tf_tax_class_name(rules[r].class_));
        tf_json_ktext(json, "severity", tf_tax_severity_name(rules[r].severity));
        tf_json_ktext(json, "needs", rules[r].terms);
        tf_json_ktext(json, "text", rules[r].text);
        tf_json_ktext(json, "formula", rules[r].formula);
        tf_json_ktext(json, "hint", rules[r].hint);
        tf_json_ktext(json, "source", rules[r].source);
        json_counts(listing, &listing->counts.tax_rules[r], json);
        tf_json_object_end(json);
    }
}

/* Rules of form belong to the documents, whatever they are judged by besides; nothing counts them one by one. */
static void json_syntax(struct tf_arena *arena, struct tf_json *json)
{
    static const char *const needs[] = {[TF_SYNTAX_JSON] = "UBL CII", [TF_SYNTAX_UBL] = "UBL", [TF_SYNTAX_CII] = "CII"};
    for (size_t r = 0; r < tf_syntax_rules_count(); r++) {
        const struct tf_syntax_rule rule = tf_syntax_rule_at(r, arena);
        tf_json_object(json);
        tf_json_ktext(json, "id", rule.id);
        tf_json_ktext(json, "role", "tax");
        tf_json_ktext(json, "profile", tf_tax_profiles()[TF_TAX_EN16931].name);
        tf_json_ktext(json, "version", tf_tax_profiles()[TF_TAX_EN16931].ruleset);
        tf_json_ktext(json, "mode", "live");
        tf_json_ktext(json, "class", tf_tax_class_name(TF_TAX_FORMAT));
        tf_json_ktext(json, "severity", tf_tax_severity_name(rule.warning ? TF_TAX_WARNING : TF_TAX_FATAL));
        tf_json_ktext(json, "needs", needs[rule.syntax]);
        tf_json_kstr(json, "text", rule.text);
        tf_json_ktext(json, "source", rule.source);
        tf_json_object_end(json);
    }
}

static void json_fraud(const struct listing *listing, struct tf_json *json)
{
    size_t count = 0;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(listing->ruleset, &count);
    for (size_t r = 0; r < count; r++) {
        const struct tf_fraud_setting *setting = tf_fraud_ruleset_setting(listing->ruleset, r);
        tf_json_object(json);
        tf_json_ktext(json, "id", rules[r].id);
        tf_json_ktext(json, "role", "fraud");
        tf_json_ktext(json, "version", rules[r].version);
        tf_json_ktext(json, "mode", mode_words[setting->mode]);
        tf_json_ki64(json, "weight", setting->weight);
        tf_json_ktext(json, "needs", rules[r].needs);
        tf_json_ktext(json, "text", rules[r].title);
        tf_json_ktext(json, "source", rules[r].source);
        json_counts(listing, &listing->counts.fraud_rules[r], json);
        if (listing->with_counts)
            tf_json_ku64(json, "muted_partitions", listing->counts.fraud_rules[r].muted);
        tf_rule_precision_json(&listing->precision, rules[r].id, json);
        tf_json_object_end(json);
    }
}

/* Rules of files are asked by who reads them; a record breaks none. */
static void json_files(struct tf_json *json)
{
    size_t count = 0;
    const struct tf_import_rule *rules = tf_import_rules(&count);
    for (size_t r = 0; r < count; r++) {
        tf_json_object(json);
        tf_json_ktext(json, "id", rules[r].id);
        tf_json_ktext(json, "role", "import");
        tf_json_ktext(json, "mode", "live");
        tf_json_ktext(json, "class", rules[r].class_);
        tf_json_ktext(json, "severity", rules[r].severity);
        tf_json_ktext(json, "text", rules[r].text);
        tf_json_ktext(json, "source", rules[r].source);
        tf_json_object_end(json);
    }
}

static void print_json(const struct listing *listing, struct tf_arena *arena)
{
    struct tf_buf out;
    struct tf_json json;
    tf_buf_init(&out, 16 << 20);
    tf_json_init(&json, &out);
    tf_json_array(&json);
    json_tax(listing, &json);
    json_syntax(arena, &json);
    json_fraud(listing, &json);
    json_files(&json);
    tf_json_array_end(&json);
    tf_buf_putc(&out, '\n');
    fwrite(out.ptr, 1, out.len, stdout);
    tf_buf_finish(&out);
}

static void print_row(const struct listing *listing, const char *id, const char *mode, const char *text, const struct tf_report_rule *rule)
{
    printf("%-10s %-8s", id, rule->muted > 0 ? "muted" : mode);
    if (listing->with_counts)
        printf(" %10llu %10llu %10llu ", (unsigned long long)rule->evaluated, (unsigned long long)rule->hit, (unsigned long long)rule->unknown);
    printf(" %s\n", text);
}

static void print_text(const struct listing *listing)
{
    size_t count = 0;
    if (listing->with_counts)
        printf("%-10s %-8s %10s %10s %10s\n", "rule", "mode", "evaluated", "hit", "unknown");
    const struct tf_tax_rule *tax = tf_tax_rules(&count);
    for (size_t r = 0; r < count; r++)
        print_row(listing, tax[r].id, tf_tax_severity_name(tax[r].severity), tax[r].text, &listing->counts.tax_rules[r]);
    const struct tf_fraud_rule *fraud = tf_fraud_ruleset_rules(listing->ruleset, &count);
    for (size_t r = 0; r < count; r++)
        print_row(listing, fraud[r].id, mode_words[tf_fraud_ruleset_setting(listing->ruleset, r)->mode], fraud[r].title,
                  &listing->counts.fraud_rules[r]);
    tf_rule_precision_print(&listing->precision, stdout);
    const struct tf_report_rule never = {.evaluated = 0};
    const struct tf_import_rule *files = tf_import_rules(&count);
    for (size_t r = 0; r < count; r++)
        print_row(listing, files[r].id, files[r].severity, files[r].text, &never);
    printf("and %zu rules of form for UBL and CII: --json lists them\n", tf_syntax_rules_count());
}

static void print_field(const struct tf_fraud_word *field)
{
    static const uint32_t every = (1u << TF_KIND_COUNT) - 1;
    printf("%-15s %-15s %s%s\n", field->name, field->type, field->text, field->personal ? " (hits do not show it)" : "");
    if (field->kinds == every)
        return;
    printf("%-31s of", "");
    for (int kind = 0; kind < TF_KIND_COUNT; kind++)
        if (field->kinds >> kind & 1)
            printf(" %s", tf_event_kind_name((enum tf_kind)kind));
    putchar('\n');
}

/* What an expression may name. */
static int print_fields(void)
{
    struct tf_fraud_word word;
    for (size_t i = 0; tf_fraud_language_field(i, &word); i++)
        print_field(&word);
    putchar('\n');
    for (size_t i = 0; tf_fraud_language_function(i, &word); i++)
        printf("%-31s %-15s %s\n", word.name, word.type, word.text);
    return EX_OK;
}

int tf_cmd_rules(const struct tf_cli *cli)
{
    if (cli->fields)
        return print_fields();
    struct tf_config_source *source = NULL;
    struct tf_fraud_ruleset *ruleset = NULL;
    struct tf_fault fault = {0};
    int status = tf_cli_load(cli, NULL, 0, &source);
    if (status != 0)
        return status;
    enum tf_err err = tf_fraud_ruleset_load(tf_config_get(source)->fraud.rules, &ruleset, &fault);
    struct listing *listing = err == TF_OK ? calloc(1, sizeof *listing) : NULL;
    struct tf_arena *arena = tf_arena_create(SYNTAX_ARENA_BYTES_MAX);
    if (err == TF_OK && (!listing || !arena))
        err = TF_E_MEMORY;
    if (err == TF_OK) {
        listing->ruleset = listing->counts.ruleset = ruleset;
        listing->with_counts = cli->stats;
        if (cli->stats) {
            int tax = ask_role(tf_config_get(source), "tax", &listing->counts);
            int fraud = ask_role(tf_config_get(source), "fraud", &listing->counts);
            status = tax && fraud ? EX_UNAVAILABLE : EX_OK;
            (void)!tf_rule_precision_ask(tf_config_get(source), &listing->precision); /* it said so itself */
        }
        cli->json ? print_json(listing, arena) : print_text(listing);
    }
    tf_arena_destroy(arena);
    free(listing);
    tf_fraud_ruleset_destroy(ruleset);
    tf_config_destroy(source);
    return err == TF_OK ? status : tf_cli_fail(err, &fault);
}
