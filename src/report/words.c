#include "taxflow/report_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES_MAX = 1 << 20 };

static const char *text(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value ? value : "";
}

static long long number(const json_t *object, const char *name)
{
    return (long long)json_integer_value(json_object_get(object, name));
}

static void say(const struct tf_words *words, unsigned depth, struct tf_buf *line)
{
    words->line(words->self, depth, NULL, tf_buf_view(line));
    tf_buf_finish(line);
}

TF_PRINTF(3, 4) static void sayf(const struct tf_words *words, unsigned depth, const char *format, ...)
{
    char *line = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&line, format, arguments) >= 0) {
        words->line(words->self, depth, NULL, tf_str_of(line));
        free(line);
    }
    va_end(arguments);
}

/* ---- Tax ---- */

static const char *verdict_words(const json_t *row)
{
    const json_t *valid = json_object_get(row, "valid");
    if (json_is_false(json_object_get(row, "applicable")))
        return "no tax rules apply to this kind of record";
    if (json_is_null(valid))
        return "not fully checked";
    return json_is_true(valid) ? "valid" : "invalid";
}

void tf_words_tax(const struct tf_words *words, const json_t *row)
{
    size_t i;
    const json_t *finding;
    sayf(words, 0, "tax (%s): %s", text(row, "ruleset"), verdict_words(row));
    json_array_foreach(json_object_get(row, "findings"), i, finding) {
        struct tf_buf line;
        tf_buf_init(&line, LINE_BYTES_MAX);
        tf_buf_printf(&line, "%s (%s) at %s: %s", text(finding, "rule"), text(finding, "severity"), text(finding, "path"), text(finding, "message"));
        if (*text(finding, "observed"))
            tf_buf_printf(&line, "; found %s", text(finding, "observed"));
        if (*text(finding, "expected"))
            tf_buf_printf(&line, ", expected %s", text(finding, "expected"));
        say(words, 1, &line);
    }
}

/* ---- Fraud ---- */

static const struct tf_fraud_rule *rule_of(const struct tf_words *words, const char *id)
{
    size_t count;
    const struct tf_fraud_rule *rules = words->ruleset ? tf_fraud_ruleset_rules(words->ruleset, &count) : tf_fraud_rules(&count);
    for (size_t r = 0; r < count; r++)
        if (strcmp(rules[r].id, id) == 0)
            return &rules[r];
    return NULL;
}

static void say_related(const struct tf_words *words, const json_t *hit)
{
    size_t i;
    struct tf_buf line;
    const json_t *related, *list = json_object_get(hit, "related");
    if (json_array_size(list) == 0)
        return;
    if (words->related) {
        words->related(words->self, list);
        return;
    }
    tf_buf_init(&line, LINE_BYTES_MAX);
    tf_buf_printf(&line, "rests on %zu event%s, in this order:", json_array_size(list), json_array_size(list) == 1 ? "" : "s");
    json_array_foreach(list, i, related)
        tf_buf_printf(&line, "%s %s", i > 0 ? "," : "", json_string_value(related) ? json_string_value(related) : "?");
    say(words, 2, &line);
}

/* Rows of a program before this one do not say the window. */
static void say_window(const struct tf_words *words, const json_t *hit)
{
    const json_t *days = json_object_get(hit, "window_days");
    if (!days)
        return;
    if (json_integer_value(days) == 0)
        sayf(words, 2, "looked at the record alone; amount at risk %s", text(hit, "amount_at_risk"));
    else
        sayf(words, 2, "looked %lld days before and after the record; amount at risk %s", (long long)json_integer_value(days), text(hit, "amount_at_risk"));
}

static void say_hit(const struct tf_words *words, const json_t *hit)
{
    const struct tf_fraud_rule *rule = rule_of(words, text(hit, "rule"));
    struct tf_buf line;
    tf_buf_init(&line, LINE_BYTES_MAX);
    tf_buf_printf(&line, "%s %s (%s", text(hit, "rule"), text(hit, "version"), text(hit, "mode"));
    if (strcmp(text(hit, "mode"), "live") != 0)
        tf_buf_puts(&line, ": told, but it decides nothing)");
    else
        tf_buf_printf(&line, ", weight %lld)", number(hit, "weight"));
    tf_buf_printf(&line, "%s%s", rule ? ": " : "", rule ? rule->title : "");
    say(words, 1, &line);
    words->line(words->self, 2, "observed", tf_str_of(text(hit, "observed")));
    words->line(words->self, 2, "limit", tf_str_of(text(hit, "threshold")));
    if (*text(hit, "note"))
        words->line(words->self, 2, "does not count", tf_str_of(text(hit, "note")));
    say_window(words, hit);
    say_related(words, hit);
}

/* Lists come before the points. */
static void say_lists(const struct tf_words *words, const json_t *row)
{
    size_t i;
    const json_t *list;
    json_array_foreach(json_object_get(row, "lists"), i, list)
        sayf(words, 1, "stands on the list %s (%s)%s%s", text(list, "name"), text(list, "kind"), *text(list, "reason") ? ": " : "", text(list, "reason"));
}

static void say_unknown(const struct tf_words *words, const json_t *row)
{
    size_t i;
    const json_t *name;
    json_array_foreach(json_object_get(row, "unknown"), i, name) {
        const char *id = json_string_value(name) ? json_string_value(name) : "?";
        const struct tf_fraud_rule *rule = rule_of(words, id);
        sayf(words, 1, "%s: unknown, which is neither hit nor clear: a field it needs is missing%s%s%s", id, rule ? " (" : "", rule ? rule->needs : "",
             rule ? ")" : "");
    }
}

void tf_words_fraud(const struct tf_words *words, const json_t *row, const char *superseded_by)
{
    size_t i;
    const json_t *hit;
    sayf(words, 0, "fraud (%s): %s, score %lld, amount at risk %s", text(row, "ruleset"), text(row, "decision"), number(row, "score"),
         text(row, "amount_at_risk"));
    if (superseded_by)
        sayf(words, 1, "holds no longer: it was judged again, row %s took its place", superseded_by);
    if (*text(row, "supersedes"))
        sayf(words, 1, "judged again: %s; takes the place of row %s", text(row, "reason"), text(row, "supersedes"));
    if (json_is_true(json_object_get(row, "late")))
        sayf(words, 1, "it came later than the allowed lateness, after newer events had been judged");
    say_lists(words, row);
    json_array_foreach(json_object_get(row, "hits"), i, hit)
        say_hit(words, hit);
    if (json_array_size(json_object_get(row, "hits")) == 0)
        sayf(words, 1, "no rule hit");
    say_unknown(words, row);
}

/* ---- Groups ---- */

static double real(const json_t *object, const char *name)
{
    return json_number_value(json_object_get(object, name));
}

static void say_cells(const struct tf_words *words, const json_t *row)
{
    size_t i;
    const json_t *cell;
    json_array_foreach(json_object_get(row, "cells"), i, cell)
        sayf(words, 2, "digits %s: %lld records where %.1f are expected (z %.1f)", text(cell, "digits"), number(cell, "observed"), real(cell, "expected"),
             real(cell, "z"));
}

void tf_words_group(const struct tf_words *words, const json_t *row)
{
    const struct tf_fraud_rule *rule = rule_of(words, text(row, "rule"));
    bool shadow = strcmp(text(row, "mode"), "shadow") == 0;
    sayf(words, 0, "group %s (%s): %s, %s of %s", text(row, "group"), text(row, "ruleset"), text(row, "population"), text(row, "period"), text(row, "company"));
    sayf(words, 1, "%s %s (%s)%s%s", text(row, "rule"), text(row, "version"), shadow ? "shadow: told, but it is no alert" : "live", rule ? ": " : "",
         rule ? rule->title : "");
    sayf(words, 2, "%s: %s %.5f where %.5f is the limit, of %lld records in %lld month%s up to %s", text(row, "class"), text(row, "statistic"),
         real(row, "value"), real(row, "limit"), number(row, "n"), number(row, "months"), number(row, "months") == 1 ? "" : "s", text(row, "period"));
    say_cells(words, row);
}
