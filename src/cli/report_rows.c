#include "report_rows.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "taxflow/batch.h"
#include "taxflow/kafka_read.h"

enum { TAILS = 4, ROWS_MAX = 4096, RECORDS_MAX = 1 << 30 };

/* What was seen for one record of taxflow.audit. */
enum {
    SEEN_TAX = 1,         /* judged */
    SEEN_FRAUD = 2,
    SEEN_TAX_DEAD = 4,    /* this role's dead letter */
    SEEN_FRAUD_DEAD = 8,
    SEEN_TAX_DUP = 16,
    SEEN_FRAUD_DUP = 32,
};

struct tf_report_rows {
    struct tf_tail *tails[TAILS];
    unsigned char *seen; /* by offset of partition 0 */
    size_t seen_count;
    uint64_t collector_dead;
    struct tf_report counts; /* tax and fraud counts of judged rows */
    enum tf_stream reading;
};

enum tf_err tf_report_rows_create(struct tf_cluster *cluster, const struct tf_config *config, const struct tf_fraud_ruleset *ruleset,
                                  struct tf_report_rows **ret_rows, struct tf_fault *fault)
{
    static const enum tf_stream streams[TAILS] = {TF_STREAM_TAX, TF_STREAM_FRAUD, TF_STREAM_DLQ, TF_STREAM_DUPLICATES};
    struct tf_report_rows *rows = calloc(1, sizeof *rows);
    if (!rows)
        return TF_E_MEMORY;
    rows->counts.ruleset = ruleset;
    for (size_t i = 0; i < TAILS; i++) {
        enum tf_err err = tf_tail_create(cluster, config, streams[i], true, &rows->tails[i], fault);
        if (err != TF_OK) {
            tf_report_rows_destroy(rows);
            return err;
        }
    }
    *ret_rows = rows;
    return TF_OK;
}

struct tf_report_rows *tf_report_rows_destroy(struct tf_report_rows *rows)
{
    if (!rows)
        return NULL;
    for (size_t i = 0; i < TAILS; i++)
        tf_tail_destroy(rows->tails[i]);
    free(rows->seen);
    free(rows);
    return NULL;
}

/* "topic:0:OFFSET" → the record's place in seen; NULL when it is none. */
static unsigned char *place(struct tf_report_rows *rows, struct tf_str position)
{
    const char *colon = memrchr(position.ptr, ':', position.len);
    uint64_t offset = 0;
    if (!colon || !tf_str_to_u64((struct tf_str){colon + 1, (size_t)(position.ptr + position.len - colon - 1)}, RECORDS_MAX, &offset))
        return NULL;
    if (offset >= rows->seen_count) {
        size_t count = (size_t)offset + 1 > rows->seen_count * 2 ? (size_t)offset + 1 : rows->seen_count * 2;
        unsigned char *seen = realloc(rows->seen, count);
        if (!seen)
            return NULL;
        memset(seen + rows->seen_count, 0, count - rows->seen_count);
        rows->seen = seen;
        rows->seen_count = count;
    }
    return &rows->seen[offset];
}

static struct tf_str header(const struct tf_row *row, const char *name)
{
    for (uint32_t h = 0; h < row->headers_count; h++)
        if (tf_str_is(row->headers[h].name, name))
            return row->headers[h].value;
    return TF_STR_NONE;
}

static struct tf_str member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value) ? (struct tf_str){json_string_value(value), json_string_length(value)} : TF_STR_NONE;
}

static bool names_rule(const json_t *list, const char *id)
{
    size_t i;
    const json_t *entry;
    json_array_foreach(list, i, entry) {
        if (tf_str_is(member(entry, "rule"), id))
            return true;
    }
    return false;
}

static void count_tax(struct tf_report *report, const json_t *body)
{
    size_t count = 0;
    const struct tf_tax_rule *rules = tf_tax_rules(&count);
    if (json_is_null(json_object_get(body, "valid")))
        report->tax.not_applicable++;
    else if (json_is_true(json_object_get(body, "valid")))
        report->tax.valid++;
    else
        report->tax.invalid++;
    for (size_t r = 0; r < count; r++)
        report->tax.findings[r] += names_rule(json_object_get(body, "findings"), rules[r].id);
}

static void count_fraud(struct tf_report *report, const json_t *body)
{
    size_t count = 0;
    const struct tf_fraud_rule *rules = tf_report_fraud_rules(report, &count);
    struct tf_str decision = member(body, "decision");
    report->fraud.approve += tf_str_is(decision, "approve");
    report->fraud.review += tf_str_is(decision, "review");
    report->fraud.block += tf_str_is(decision, "block");
    for (size_t r = 0; r < count; r++)
        report->fraud.hits[r] += names_rule(json_object_get(body, "hits"), rules[r].id);
}

static void take_dead(struct tf_report_rows *rows, const struct tf_row *row)
{
    struct tf_str role = header(row, "tf_role");
    if (tf_str_is(role, "collector")) {
        rows->collector_dead++;
        return;
    }
    unsigned char *seen = place(rows, header(row, "tf_position"));
    if (seen)
        *seen |= tf_str_is(role, "tax") ? SEEN_TAX_DEAD : SEEN_FRAUD_DEAD;
}

/* A redelivered row counts once: embedded delivery is at-least-once. */
static void take_result(struct tf_report_rows *rows, const json_t *body, enum tf_stream stream)
{
    unsigned char *seen = place(rows, member(body, "position"));
    unsigned char bit = stream == TF_STREAM_TAX ? SEEN_TAX : SEEN_FRAUD;
    if (!seen || (*seen & bit))
        return;
    *seen |= bit;
    if (stream == TF_STREAM_TAX)
        count_tax(&rows->counts, body);
    else
        count_fraud(&rows->counts, body);
}

static void take_row(void *self, const struct tf_position *position, const struct tf_row *row)
{
    struct tf_report_rows *rows = self;
    (void)position;
    if (row->stream == TF_STREAM_DLQ) {
        take_dead(rows, row);
        return;
    }
    json_t *body = json_loadb(row->value.ptr, row->value.len, 0, NULL);
    if (row->stream == TF_STREAM_DUPLICATES) {
        unsigned char *seen = place(rows, member(body, "position"));
        if (seen)
            *seen |= tf_str_is(member(body, "role"), "tax") ? SEEN_TAX_DUP : SEEN_FRAUD_DUP;
    } else {
        take_result(rows, body, row->stream);
    }
    json_decref(body);
}

/* The roles are held back by how far we have read: only an idle round waits. */
size_t tf_report_rows_read(struct tf_report_rows *rows, int64_t wait_ms)
{
    size_t read = 0;
    for (size_t i = 0; i < TAILS; i++)
        read += tf_tail_read(rows->tails[i], ROWS_MAX, 0, take_row, rows);
    return read > 0 ? read : tf_tail_read(rows->tails[0], ROWS_MAX, wait_ms, take_row, rows);
}

static bool answered(unsigned char seen)
{
    return (seen & (SEEN_TAX | SEEN_TAX_DEAD | SEEN_TAX_DUP)) && (seen & (SEEN_FRAUD | SEEN_FRAUD_DEAD | SEEN_FRAUD_DUP));
}

void tf_report_rows_fill(const struct tf_report_rows *rows, struct tf_report *report)
{
    *report = rows->counts;
    report->dead_lettered = report->received = rows->collector_dead;
    for (size_t i = 0; i < rows->seen_count; i++) {
        unsigned char seen = rows->seen[i];
        if (!answered(seen))
            continue;
        report->received++;
        if (seen & (SEEN_TAX | SEEN_FRAUD)) {
            report->accepted++;
            report->tax.dead += !(seen & SEEN_TAX);
            report->fraud.dead += !(seen & SEEN_FRAUD);
        } else if (seen & (SEEN_TAX_DUP | SEEN_FRAUD_DUP)) {
            report->duplicates++;
        } else {
            report->dead_lettered++;
        }
    }
}
