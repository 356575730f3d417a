#include "group_rows.h"

#include <stdio.h>
#include <stdlib.h>

#include "taxflow/json.h"

enum { ROW_BYTES_MAX = 64 * 1024 };

void tf_group_rows_init(struct tf_group_rows *rows)
{
    *rows = (struct tf_group_rows){.first = NULL};
    rows->end = &rows->first;
    tf_buf_init(&rows->scratch, ROW_BYTES_MAX);
}

void tf_group_rows_clear(struct tf_group_rows *rows)
{
    for (struct tf_group_row *row = rows->first, *next; row; row = next) {
        next = row->next;
        free(row);
    }
    rows->first = NULL;
    rows->end = &rows->first;
}

void tf_group_rows_finish(struct tf_group_rows *rows)
{
    tf_group_rows_clear(rows);
    tf_buf_finish(&rows->scratch);
}

/* The same finding has the same id, whoever finds it and however often: rule, group, period, class and ruleset. */
static void write_id(const struct tf_group_rows *rows, const struct tf_state_group_report *report, const char *period, struct tf_json *json)
{
    char hex[2 * TF_HASH16_BYTES + 1];
    const struct tf_str separator = {"", 1};
    const struct tf_str parts[] = {tf_str_of(report->rule->id), separator, {(const char *)report->group.bytes, TF_HASH16_BYTES}, tf_str_of(period), separator,
                                   tf_str_of(tf_fraud_grade_word(report->finding->grade)), separator, tf_str_of(rows->ruleset)};
    tf_hash_hex(tf_hash_sha256(parts, sizeof parts / sizeof parts[0]).bytes, TF_HASH16_BYTES, hex);
    tf_json_ktext(json, "id", hex);
}

static void write_number(struct tf_json *json, const char *key, double value)
{
    tf_json_key(json, key);
    tf_json_double(json, value);
}

/* Digits keep their leading zero: 05 is not 5. */
static void write_cells(const struct tf_fraud_group_finding *finding, bool single, struct tf_json *json)
{
    tf_json_key(json, "cells");
    tf_json_array(json);
    for (uint32_t i = 0; i < finding->cells_count; i++) {
        char digits[16];
        snprintf(digits, sizeof digits, single ? "%u" : "%02u", finding->cells[i].digits);
        tf_json_object(json);
        tf_json_ktext(json, "digits", digits);
        tf_json_ki64(json, "observed", finding->cells[i].observed);
        write_number(json, "expected", finding->cells[i].expected);
        write_number(json, "z", finding->cells[i].z);
        tf_json_object_end(json);
    }
    tf_json_array_end(json);
}

static void write_row(const struct tf_group_rows *rows, const struct tf_state_group_report *report, struct tf_json *json)
{
    const struct tf_fraud_group_finding *finding = report->finding;
    char period[TF_FRAUD_MONTH_BYTES], group[2 * TF_HASH16_BYTES + 1];
    tf_fraud_month_format(report->month, period);
    tf_hash_hex(report->group.bytes, TF_HASH16_BYTES, group);
    tf_json_object(json);
    write_id(rows, report, period, json);
    tf_json_ktext(json, "rule", report->rule->id);
    tf_json_ktext(json, "version", report->rule->version);
    tf_json_ku64(json, "weight", report->setting->weight);
    tf_json_ktext(json, "mode", report->setting->mode == TF_FRAUD_SHADOW ? "shadow" : "live");
    tf_json_kstr(json, "company", report->company);
    tf_json_kstr(json, "population", report->name);
    tf_json_ktext(json, "group", group);
    tf_json_ktext(json, "period", period);
    tf_json_ku64(json, "months", report->months);
    tf_json_ki64(json, "n", finding->n);
    tf_json_ktext(json, "statistic", finding->statistic);
    write_number(json, "value", finding->value);
    write_number(json, "limit", finding->limit);
    tf_json_ktext(json, "class", tf_fraud_grade_word(finding->grade));
    write_cells(finding, finding->cells_single, json);
    tf_json_ktext(json, "ruleset", rows->ruleset);
    tf_json_object_end(json);
}

static void count(struct tf_group_rows *rows, const struct tf_state_group_report *report)
{
    size_t rules_count;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(rows->rules, &rules_count);
    rows->found[report->rule - rules] += report->finding->grade == TF_FRAUD_GRADE_NONCONFORMITY;
}

static enum tf_err queue(void *self, const struct tf_state_group_report *report)
{
    struct tf_group_rows *rows = self;
    struct tf_json json;
    tf_buf_reset(&rows->scratch);
    tf_json_init(&json, &rows->scratch);
    write_row(rows, report, &json);
    const struct tf_str text = tf_buf_view(&rows->scratch);
    struct tf_group_row *row = rows->scratch.failed ? NULL : malloc(sizeof *row + text.len);
    if (!row)
        return TF_E_MEMORY;
    row->next = NULL;
    row->group = report->group;
    row->len = text.len;
    memcpy(row->text, text.ptr, text.len);
    *rows->end = row;
    rows->end = &row->next;
    count(rows, report);
    return TF_OK;
}

enum tf_err tf_group_rows_look(struct tf_group_rows *rows, struct tf_state *state, const struct tf_fraud_ruleset *ruleset, int32_t before_month, bool final)
{
    rows->rules = ruleset;
    rows->ruleset = tf_fraud_ruleset_name(ruleset);
    return tf_state_look_at_groups(state, ruleset, &(struct tf_state_look){before_month, final, queue, rows, rows->ours, rows->owner});
}

enum tf_err tf_group_rows_write(struct tf_group_rows *rows, uint32_t partitions, struct tf_row_writer *writer)
{
    for (const struct tf_group_row *row = rows->first; row; row = row->next) {
        char key[2 * TF_HASH16_BYTES + 1];
        uint32_t partition = partitions > 0 ? (uint32_t)(tf_hash16_u64(row->group) % partitions) : 0;
        tf_hash_hex(row->group.bytes, TF_HASH16_BYTES, key);
        TF_TRY(tf_row_writer_put(writer, TF_STREAM_GROUPS, partition, tf_str_of(key), (struct tf_str){row->text, row->len}));
    }
    tf_group_rows_clear(rows);
    return TF_OK;
}

enum tf_err tf_group_rows_hand_out(struct tf_group_rows *rows, enum tf_err (*put)(void *self, struct tf_str text), void *self)
{
    for (const struct tf_group_row *row = rows->first; row; row = row->next)
        TF_TRY(put(self, (struct tf_str){row->text, row->len}));
    tf_group_rows_clear(rows);
    return TF_OK;
}
