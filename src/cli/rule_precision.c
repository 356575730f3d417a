#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "rule_precision.h"

enum { TIMEOUT_MS = 3000, METRICS_BYTES_MAX = 64 << 20 };

static struct tf_precision *place_of(struct tf_rule_precision *precision, const char *rule)
{
    for (size_t i = 0; i < precision->count; i++)
        if (strcmp(precision->rules[i].rule, rule) == 0)
            return &precision->rules[i];
    if (precision->count == TF_FRAUD_RULES_MAX)
        return NULL;
    struct tf_precision *added = &precision->rules[precision->count++];
    snprintf(added->rule, sizeof added->rule, "%s", rule);
    return added;
}

/* taxflow_rule_verdicts{role="monitor",rule="DUP1",verdict="confirmed"} 3 */
static void take_line(struct tf_rule_precision *precision, const char *line)
{
    char rule[64], verdict[16];
    double value;
    if (sscanf(line, "taxflow_rule_verdicts{role=\"%*[^\"]\",rule=\"%63[^\"]\",verdict=\"%15[^\"]\"} %lf", rule, verdict, &value) != 3)
        return;
    struct tf_precision *place = place_of(precision, rule);
    if (place && strcmp(verdict, "confirmed") == 0)
        place->confirmed = (uint64_t)value;
    else if (place)
        place->dismissed = (uint64_t)value;
}

enum tf_err tf_rule_precision_ask(const struct tf_config *config, struct tf_rule_precision *ret_precision)
{
    struct tf_buf body;
    int code = 0;
    const char *address = tf_role_find("monitor")->listen(config);
    tf_buf_init(&body, METRICS_BYTES_MAX);
    ret_precision->count = 0;
    enum tf_err err = tf_http_get(address, "/metrics", TIMEOUT_MS, &code, &body);
    tf_buf_putc(&body, '\0');
    if (err != TF_OK || code != 200 || body.failed) {
        fprintf(stderr, "taxflow: the monitor does not answer at %s: no precision of rules\n", address);
        tf_buf_finish(&body);
        return TF_E_UNAVAILABLE;
    }
    char *rest = body.ptr, *line;
    while ((line = strsep(&rest, "\n")))
        take_line(ret_precision, line);
    tf_buf_finish(&body);
    for (size_t i = 0; i < ret_precision->count; i++)
        tf_precision_compute(&ret_precision->rules[i]);
    return TF_OK;
}

void tf_rule_precision_print(const struct tf_rule_precision *precision, FILE *out)
{
    if (precision->count == 0)
        return;
    fprintf(out, "\nwhat people said of hits, and the share confirmed with its 95 %% interval\n%-10s %10s %10s %10s\n", "rule", "confirmed", "dismissed",
            "precision");
    for (size_t i = 0; i < precision->count; i++) {
        const struct tf_precision *rule = &precision->rules[i];
        fprintf(out, "%-10s %10llu %10llu %10.3f  %.3f..%.3f\n", rule->rule, (unsigned long long)rule->confirmed, (unsigned long long)rule->dismissed,
                rule->value, rule->low, rule->high);
    }
}

static void share(struct tf_json *json, const char *name, double value)
{
    tf_json_key(json, name);
    tf_json_double(json, value);
}

void tf_rule_precision_json(const struct tf_rule_precision *precision, const char *rule, struct tf_json *json)
{
    for (size_t i = 0; i < precision->count; i++) {
        if (strcmp(precision->rules[i].rule, rule) != 0)
            continue;
        tf_json_ku64(json, "confirmed", precision->rules[i].confirmed);
        tf_json_ku64(json, "dismissed", precision->rules[i].dismissed);
        share(json, "precision", precision->rules[i].value);
        share(json, "low", precision->rules[i].low);
        share(json, "high", precision->rules[i].high);
    }
}
