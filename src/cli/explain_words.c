#include "explain.h"

#include <stdlib.h>
#include <string.h>

static const char *text(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value ? value : "";
}

static long long number(const json_t *object, const char *name)
{
    return (long long)json_integer_value(json_object_get(object, name));
}

/* ---- Rows ---- */

enum tf_err tf_explained_take(struct tf_explained *explained, enum tf_stream stream, struct tf_str line, struct tf_str id)
{
    const char *wanted = explained->cli->args[0];
    bool perhaps = memmem(line.ptr, line.len, wanted, strlen(wanted)) || memchr(line.ptr, '\\', line.len); /* an id may be written with escapes */
    if (!perhaps)
        return TF_OK;
    json_t *row = json_loadb(line.ptr, line.len, 0, NULL);
    if (strcmp(text(row, "event_id"), wanted) != 0) {
        json_decref(row);
        return TF_OK;
    }
    if (explained->count == explained->capacity) {
        size_t capacity = explained->capacity ? explained->capacity * 2 : 16;
        struct tf_explained_row *rows = reallocarray(explained->rows, capacity, sizeof *rows);
        if (!rows) {
            json_decref(row);
            return TF_E_MEMORY;
        }
        explained->rows = rows;
        explained->capacity = capacity;
    }
    struct tf_explained_row *kept = &explained->rows[explained->count++];
    *kept = (struct tf_explained_row){.stream = stream, .row = row};
    if (id.len < sizeof kept->id)
        memcpy(kept->id, id.ptr ? id.ptr : "", id.len);
    return TF_OK;
}

void tf_explained_finish(struct tf_explained *explained)
{
    for (size_t i = 0; i < explained->count; i++)
        json_decref(explained->rows[i].row);
    free(explained->rows);
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

static void print_findings(const json_t *row)
{
    size_t i;
    const json_t *finding;
    printf("tax (%s): %s\n", text(row, "ruleset"), verdict_words(row));
    json_array_foreach(json_object_get(row, "findings"), i, finding) {
        printf("  %s (%s) at %s: %s", text(finding, "rule"), text(finding, "severity"), text(finding, "path"), text(finding, "message"));
        if (*text(finding, "observed"))
            printf("; found %s", text(finding, "observed"));
        if (*text(finding, "expected"))
            printf(", expected %s", text(finding, "expected"));
        putchar('\n');
    }
}

/* ---- Fraud ---- */

static const struct tf_fraud_rule *rule_of(const struct tf_explained *explained, const char *id)
{
    size_t count;
    const struct tf_fraud_rule *rules =
        explained->ruleset ? tf_fraud_ruleset_rules(explained->ruleset, &count) : tf_fraud_rules(&count);
    for (size_t r = 0; r < count; r++)
        if (strcmp(rules[r].id, id) == 0)
            return &rules[r];
    return NULL;
}

static void print_related(const json_t *hit)
{
    size_t i;
    const json_t *related, *list = json_object_get(hit, "related");
    if (json_array_size(list) == 0)
        return;
    printf("    rests on %zu event%s, in this order:", json_array_size(list), json_array_size(list) == 1 ? "" : "s");
    json_array_foreach(list, i, related)
        printf("%s %s", i > 0 ? "," : "", json_string_value(related) ? json_string_value(related) : "?");
    putchar('\n');
}

/* Rows of a program before this one do not say the window. */
static void print_window(const json_t *hit)
{
    const json_t *days = json_object_get(hit, "window_days");
    if (!days)
        return;
    if (json_integer_value(days) == 0)
        printf("    looked at the record alone");
    else
        printf("    looked %lld days before and after the record", (long long)json_integer_value(days));
    printf("; amount at risk %s\n", text(hit, "amount_at_risk"));
}

static void print_hit(const struct tf_explained *explained, const json_t *hit)
{
    const struct tf_fraud_rule *rule = rule_of(explained, text(hit, "rule"));
    bool live = strcmp(text(hit, "mode"), "live") == 0;
    printf("  %s %s (%s", text(hit, "rule"), text(hit, "version"), text(hit, "mode"));
    if (!live)
        printf(": told, but it decides nothing)");
    else
        printf(", weight %lld)", number(hit, "weight"));
    printf("%s%s\n", rule ? ": " : "", rule ? rule->title : "");
    printf("    observed: %s\n    limit: %s\n", text(hit, "observed"), text(hit, "threshold"));
    if (*text(hit, "note"))
        printf("    does not count: %s\n", text(hit, "note"));
    print_window(hit);
    print_related(hit);
}

/* Lists come before the points. */
static void print_lists(const json_t *row)
{
    size_t i;
    const json_t *list;
    json_array_foreach(json_object_get(row, "lists"), i, list)
        printf("  stands on the list %s (%s)%s%s\n", text(list, "name"), text(list, "kind"), *text(list, "reason") ? ": " : "", text(list, "reason"));
}

static void print_unknown(const struct tf_explained *explained, const json_t *row)
{
    size_t i;
    const json_t *name;
    json_array_foreach(json_object_get(row, "unknown"), i, name) {
        const char *id = json_string_value(name) ? json_string_value(name) : "?";
        const struct tf_fraud_rule *rule = rule_of(explained, id);
        printf("  %s: unknown, which is neither hit nor clear: a field it needs is missing", id);
        printf("%s%s%s\n", rule ? " (" : "", rule ? rule->needs : "", rule ? ")" : "");
    }
}

static const char *superseded_by(const struct tf_explained *explained, const struct tf_explained_row *row)
{
    for (size_t i = 0; row->id[0] && i < explained->count; i++)
        if (strcmp(text(explained->rows[i].row, "supersedes"), row->id) == 0)
            return explained->rows[i].id;
    return NULL;
}

static void print_fraud(const struct tf_explained *explained, const struct tf_explained_row *kept)
{
    size_t i;
    const json_t *row = kept->row, *hit;
    const char *later = superseded_by(explained, kept);
    printf("fraud (%s): %s, score %lld, amount at risk %s\n", text(row, "ruleset"), text(row, "decision"), number(row, "score"),
           text(row, "amount_at_risk"));
    if (later)
        printf("  holds no longer: it was judged again, row %s took its place\n", later);
    if (*text(row, "supersedes"))
        printf("  judged again: %s; takes the place of row %s\n", text(row, "reason"), text(row, "supersedes"));
    if (json_is_true(json_object_get(row, "late")))
        printf("  it came later than the allowed lateness, after newer events had been judged\n");
    print_lists(row);
    json_array_foreach(json_object_get(row, "hits"), i, hit)
        print_hit(explained, hit);
    if (json_array_size(json_object_get(row, "hits")) == 0)
        printf("  no rule hit\n");
    print_unknown(explained, row);
}

/* ---- The rest ---- */

static void print_row(const struct tf_explained *explained, const struct tf_explained_row *row)
{
    printf("%s\n", text(row->row, "position"));
    if (row->stream == TF_STREAM_TAX)
        print_findings(row->row);
    else if (row->stream == TF_STREAM_FRAUD)
        print_fraud(explained, row);
    else if (row->stream == TF_STREAM_DUPLICATES)
        printf("duplicate (%s): the record at %s owns this id\n", text(row->row, "role"), text(row->row, "owner"));
    else
        printf("dead letter (%s): %s at %s: %s\n", text(row->row, "role"), text(row->row, "reason"), text(row->row, "path"), text(row->row, "detail"));
}

void tf_explained_print(const struct tf_explained *explained)
{
    for (size_t i = 0; i < explained->count; i++) {
        if (!explained->cli->json) {
            print_row(explained, &explained->rows[i]);
            continue;
        }
        json_dumpf(explained->rows[i].row, stdout, JSON_COMPACT);
        putchar('\n');
    }
}
