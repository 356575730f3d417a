#include "taxflow/report.h"

#include <string.h>

#include "report_gaps.h"
#include "taxflow/hold.h"
#include "taxflow/json.h"
#include "taxflow/metrics.h"

void tf_report_tax(struct tf_report *report, const struct tf_tax_verdict *verdict)
{
    if (!verdict) {
        report->tax.dead++;
        return;
    }
    if (!verdict->decided)
        report->tax.not_applicable++; /* other kinds, and documents of rule sets that are not here */
    else if (verdict->valid)
        report->tax.valid++;
    else
        report->tax.invalid++;
    for (size_t w = 0; w < TF_TAX_RULES_MAX / 64; w++)
        for (uint64_t bits = verdict->hit[w]; bits; bits &= bits - 1)
            report->tax.findings[w * 64 + (size_t)__builtin_ctzll(bits)]++;
}

void tf_report_fraud(struct tf_report *report, const struct tf_fraud_verdict *verdict)
{
    if (!verdict) {
        report->fraud.dead++;
        return;
    }
    switch (verdict->decision) {
    case TF_FRAUD_APPROVE:
        report->fraud.approve++;
        break;
    case TF_FRAUD_REVIEW:
        report->fraud.review++;
        break;
    case TF_FRAUD_BLOCK:
        report->fraud.block++;
        break;
    }
    for (size_t r = 0; r < TF_FRAUD_RULES_MAX; r++)
        report->fraud.hits[r] += tf_fraud_bit(&verdict->hit, r);
}

const struct tf_fraud_rule *tf_report_fraud_rules(const struct tf_report *report, size_t *ret_count)
{
    return report->ruleset ? tf_fraud_ruleset_rules(report->ruleset, ret_count) : tf_fraud_rules(ret_count);
}

struct tf_report_rule *tf_report_find_rule(struct tf_report *report, const char *role, const char *id)
{
    size_t count = 0;
    const bool of_tax = strcmp(role, "tax") == 0;
    const struct tf_tax_rule *tax = tf_tax_rules(&count);
    for (size_t r = 0; of_tax && r < count; r++)
        if (strcmp(tax[r].id, id) == 0)
            return &report->tax_rules[r];
    const struct tf_fraud_rule *fraud = tf_report_fraud_rules(report, &count);
    for (size_t r = 0; !of_tax && r < count; r++)
        if (strcmp(fraud[r].id, id) == 0)
            return &report->fraud_rules[r];
    return NULL;
}

static void take_metric(void *self, const char *const values[3], double value)
{
    struct tf_report_rule *rule = values[0] && values[1] ? tf_report_find_rule(self, values[0], values[1]) : NULL;
    if (!rule || !values[2])
        return;
    uint64_t *place = strcmp(values[2], "evaluated") == 0 ? &rule->evaluated : strcmp(values[2], "hit") == 0 ? &rule->hit : &rule->unknown;
    *place += (uint64_t)value;
}

void tf_report_rules(struct tf_report *report)
{
    memset(report->tax_rules, 0, sizeof report->tax_rules);
    memset(report->fraud_rules, 0, sizeof report->fraud_rules);
    tf_metrics_each(TF_METRIC_rule_results_total, take_metric, report);
}

enum tf_err tf_report_check(const struct tf_report *report, struct tf_fault *fault)
{
    uint64_t decided = report->accepted + report->duplicates + report->dead_lettered;
    uint64_t tax = report->tax.valid + report->tax.invalid + report->tax.not_applicable + report->tax.dead;
    uint64_t fraud = report->fraud.approve + report->fraud.review + report->fraud.block + report->fraud.dead;
    if (report->received == decided && tax == report->accepted && fraud == report->accepted)
        return TF_OK;
    return tf_fault_set(fault, TF_E_BREACH,
                        "the report does not add up: received %llu, accepted %llu + duplicates %llu + dead-lettered %llu; tax %llu, fraud %llu: "
                        "please report this with the input",
                        (unsigned long long)report->received, (unsigned long long)report->accepted, (unsigned long long)report->duplicates,
                        (unsigned long long)report->dead_lettered, (unsigned long long)tax, (unsigned long long)fraud);
}

static void write_tax(const struct tf_report *report, struct tf_json *json)
{
    size_t count = 0;
    const struct tf_tax_rule *rules = tf_tax_rules(&count);
    tf_json_key(json, "tax");
    tf_json_object(json);
    tf_json_ku64(json, "valid", report->tax.valid);
    tf_json_ku64(json, "invalid", report->tax.invalid);
    tf_json_ku64(json, "not_applicable", report->tax.not_applicable);
    tf_json_ku64(json, "dead", report->tax.dead);
    tf_json_key(json, "findings");
    tf_json_object(json);
    for (size_t r = 0; r < count; r++)
        if (report->tax.findings[r])
            tf_json_ku64(json, rules[r].id, report->tax.findings[r]);
    tf_json_object_end(json);
    tf_json_object_end(json);
}

static void write_fraud(const struct tf_report *report, struct tf_json *json)
{
    size_t count = 0;
    const struct tf_fraud_rule *rules = tf_report_fraud_rules(report, &count);
    tf_json_key(json, "fraud");
    tf_json_object(json);
    tf_json_ku64(json, "approve", report->fraud.approve);
    tf_json_ku64(json, "review", report->fraud.review);
    tf_json_ku64(json, "block", report->fraud.block);
    tf_json_ku64(json, "dead", report->fraud.dead);
    tf_json_key(json, "hits");
    tf_json_object(json);
    for (size_t r = 0; r < count; r++)
        if (report->fraud.hits[r])
            tf_json_ku64(json, rules[r].id, report->fraud.hits[r]);
    tf_json_object_end(json);
    tf_json_object_end(json);
}

static void write_rule(struct tf_json *json, const char *id, const struct tf_report_rule *rule)
{
    tf_json_key(json, id);
    tf_json_object(json);
    tf_json_ku64(json, "evaluated", rule->evaluated);
    tf_json_ku64(json, "hit", rule->hit);
    tf_json_ku64(json, "unknown", rule->unknown);
    tf_json_object_end(json);
}

static void write_rules(const struct tf_report *report, struct tf_json *json)
{
    size_t count = 0;
    tf_json_key(json, "rules");
    tf_json_object(json);
    const struct tf_tax_rule *tax = tf_tax_rules(&count);
    for (size_t r = 0; r < count; r++)
        write_rule(json, tax[r].id, &report->tax_rules[r]);
    const struct tf_fraud_rule *fraud = tf_report_fraud_rules(report, &count);
    for (size_t r = 0; r < count; r++)
        write_rule(json, fraud[r].id, &report->fraud_rules[r]);
    tf_json_object_end(json);
}

/* Of files, which are no records: only where something was found. */
static void write_files(const struct tf_report *report, struct tf_json *json)
{
    size_t count;
    const struct tf_import_rule *rules = tf_import_rules(&count);
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (report->files[i] == 0)
            continue;
        if (!any) {
            tf_json_key(json, "files");
            tf_json_object(json);
            tf_json_key(json, "findings");
            tf_json_object(json);
        }
        any = true;
        tf_json_ku64(json, rules[i].id, report->files[i]);
    }
    if (any) {
        tf_json_object_end(json);
        tf_json_object_end(json);
    }
}

void tf_report_json(const struct tf_report *report, struct tf_buf *out)
{
    struct tf_json json;
    tf_json_init(&json, out);
    tf_json_object(&json);
    tf_json_ku64(&json, "received", report->received);
    tf_json_ku64(&json, "accepted", report->accepted);
    tf_json_ku64(&json, "duplicates", report->duplicates);
    tf_json_ku64(&json, "dead_lettered", report->dead_lettered);
    write_tax(report, &json);
    write_fraud(report, &json);
    write_rules(report, &json);
    tf_report_gaps_json(report, &json);
    if (report->totals) {
        tf_vat_json(tf_audit_totals_vat(report->totals), &json);
        tf_declared_json(report->totals, &json);
    }
    write_files(report, &json);
    if (report->hold)
        tf_hold_json(report->hold, &json);
    tf_json_key(&json, "seconds");
    tf_json_double(&json, (double)(int64_t)(report->seconds * 1000 + 0.5) / 1000);
    tf_json_object_end(&json);
}

static void print_rule(FILE *out, const char *id, const struct tf_report_rule *rule, const char *needs)
{
    if (rule->evaluated == 0 && rule->hit == 0 && rule->unknown == 0)
        return;
    fprintf(out, "  %-10s %10llu %10llu %10llu%s%s\n", id, (unsigned long long)rule->evaluated, (unsigned long long)rule->hit,
            (unsigned long long)rule->unknown, rule->unknown && needs ? "  needs " : "", rule->unknown && needs ? needs : "");
}

/* Of groups, which are no records: a line where something was found. */
static void print_groups(const struct tf_report *r, FILE *out)
{
    size_t count = 0;
    bool any = false;
    const struct tf_fraud_rule *rules = tf_report_fraud_rules(r, &count);
    for (size_t i = 0; i < count; i++) {
        if (r->groups[i] == 0)
            continue;
        fprintf(out, "%s%s in %llu months of a group", any ? ", " : "\nGroups    ", rules[i].id, (unsigned long long)r->groups[i]);
        any = true;
    }
    if (any)
        fputc('\n', out);
}

static void print_files(const struct tf_report *r, FILE *out)
{
    size_t count;
    const struct tf_import_rule *rules = tf_import_rules(&count);
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (r->files[i] == 0)
            continue;
        fprintf(out, "%s%s %llu (%s): %s", any ? "\n          " : "\nFiles     ", rules[i].id, (unsigned long long)r->files[i], rules[i].severity,
                rules[i].text);
        any = true;
    }
    if (any)
        fputc('\n', out);
}

void tf_report_print(const struct tf_report *r, FILE *out)
{
    size_t count = 0;
    fprintf(out, "Records   received %llu = accepted %llu + duplicates %llu + dead-lettered %llu   (%.2f s)\n", (unsigned long long)r->received,
            (unsigned long long)r->accepted, (unsigned long long)r->duplicates, (unsigned long long)r->dead_lettered, r->seconds);
    fprintf(out, "Tax       valid %llu, invalid %llu, not applicable %llu, dead %llu\n", (unsigned long long)r->tax.valid,
            (unsigned long long)r->tax.invalid, (unsigned long long)r->tax.not_applicable, (unsigned long long)r->tax.dead);
    fprintf(out, "Fraud     approve %llu, review %llu, block %llu, dead %llu\n\n", (unsigned long long)r->fraud.approve,
            (unsigned long long)r->fraud.review, (unsigned long long)r->fraud.block, (unsigned long long)r->fraud.dead);
    fprintf(out, "  %-10s %10s %10s %10s\n", "rule", "evaluated", "hit", "unknown");
    const struct tf_tax_rule *tax = tf_tax_rules(&count);
    for (size_t i = 0; i < count; i++)
        print_rule(out, tax[i].id, &r->tax_rules[i], NULL);
    const struct tf_fraud_rule *fraud = tf_report_fraud_rules(r, &count);
    for (size_t i = 0; i < count; i++)
        print_rule(out, fraud[i].id, &r->fraud_rules[i], r->gaps.told ? NULL : fraud[i].needs);
    print_groups(r, out);
    if (r->totals) {
        tf_vat_print(tf_audit_totals_vat(r->totals), out);
        tf_declared_print(r->totals, out);
    }
    print_files(r, out);
    tf_report_gaps_print(r, out);
}
