/* From what somebody wants to say to rows of taxflow.verdicts: all of them, or none. */
#include <jansson.h>
#include <stdlib.h>

#include "find.h"
#include "taxflow/clock.h"

enum { ARENA_BYTES_MAX = 256 << 20, ROW_BYTES_MAX = 1 << 16, WAIT_MS = 10000, WINDOW = 256 };

struct giving {
    struct tf_process *process;
    struct tf_arena *arena;
    struct tf_ruling_wish *wishes;
    size_t count;
    struct tf_found *found; /* sorted */
    size_t found_count;
    struct tf_row *rows;
    size_t rows_count, rows_cap;
    int64_t now_ms;
};

static int by_id(const void *a, const void *b)
{
    return tf_str_cmp(((const struct tf_found *)a)->event_id, ((const struct tf_found *)b)->event_id);
}

/* The events, each once. */
static enum tf_err list_events(struct giving *giving)
{
    giving->found = TF_ARENA_ARRAY(giving->arena, struct tf_found, giving->count + 1);
    if (!giving->found)
        return TF_E_LIMIT;
    for (size_t i = 0; i < giving->count; i++)
        giving->found[i].event_id = giving->wishes[i].event_id;
    qsort(giving->found, giving->count, sizeof *giving->found, by_id);
    for (size_t i = 0; i < giving->count; i++)
        if (giving->found_count == 0 || by_id(&giving->found[giving->found_count - 1], &giving->found[i]) != 0)
            giving->found[giving->found_count++] = giving->found[i];
    return TF_OK;
}

/* ---- One row ---- */

static void add_header(struct tf_row *row, const char *name, struct tf_str value)
{
    row->headers[row->headers_count++] = (struct tf_header){tf_str_of(name), value};
}

/* Said again in the same moment it is the same ruling. */
static struct tf_str id_of(const struct tf_ruling *ruling, struct tf_str value, struct tf_arena *arena)
{
    const struct tf_str parts[] = {ruling->event_id, {"", 1}, value};
    char hex[2 * TF_HASH16_BYTES + 1];
    tf_hash_hex(tf_hash_sha256(parts, 3).bytes, TF_HASH16_BYTES, hex);
    return tf_arena_dup(arena, tf_str_of(hex));
}

static struct tf_row *next_row(struct giving *giving)
{
    if (giving->rows_count == giving->rows_cap) {
        size_t cap = giving->rows_cap ? giving->rows_cap * 2 : 64;
        struct tf_row *rows = realloc(giving->rows, cap * sizeof *rows);
        if (!rows)
            return NULL;
        giving->rows = rows;
        giving->rows_cap = cap;
    }
    return &giving->rows[giving->rows_count++];
}

static enum tf_err add_row(struct giving *giving, const struct tf_ruling *ruling, const struct tf_found *found)
{
    struct tf_buf body;
    struct tf_json json;
    char at[25];
    struct tf_row *row = next_row(giving);
    if (!row)
        return TF_E_MEMORY;
    tf_buf_init(&body, ROW_BYTES_MAX);
    tf_json_init(&json, &body);
    tf_ruling_json(ruling, &json);
    tf_clock_format_time(ruling->at_ms, at);
    row->stream = TF_STREAM_VERDICTS;
    row->partition = found->partition;
    row->key = found->key;
    row->value = body.failed ? TF_STR_NONE : tf_arena_dup(giving->arena, tf_buf_view(&body));
    row->headers_count = 0;
    tf_buf_finish(&body);
    add_header(row, "ce_id", id_of(ruling, row->value, giving->arena));
    add_header(row, "ce_source", TF_STR("urn:taxflow"));
    add_header(row, "ce_type", TF_STR("taxflow.fraud.ruled.v1"));
    add_header(row, "ce_specversion", TF_STR("1.0"));
    add_header(row, "ce_time", tf_arena_dup(giving->arena, tf_str_of(at)));
    return tf_str_present(row->value) && tf_str_present(row->headers[0].value) && tf_str_present(row->headers[4].value) ? TF_OK : TF_E_LIMIT;
}

/* ---- The hits of a result ---- */

static struct tf_str text_of(const json_t *value)
{
    return json_is_string(value) ? (struct tf_str){json_string_value(value), json_string_length(value)} : TF_STR_NONE;
}

static void take_related(const json_t *hit, struct tf_ruling *ruling)
{
    size_t i;
    const json_t *id;
    ruling->related_count = 0;
    json_array_foreach(json_object_get(hit, "related"), i, id)
        if (ruling->related_count < TF_FRAUD_RELATED_MAX && json_is_string(id))
            ruling->related[ruling->related_count++] = text_of(id);
}

static bool is_meant(const struct tf_ruling_wish *wish, struct tf_str rule)
{
    return tf_str_present(rule) && (!tf_str_present(wish->rule) || tf_str_eq(wish->rule, rule));
}

/* *ret_rows: how many hits were meant; a finding about a group is one. */
static enum tf_err rule_on(struct giving *giving, const struct tf_ruling_wish *wish, const struct tf_found *found, const json_t *result,
                           size_t *ret_rows)
{
    struct tf_ruling ruling = {.event_id = wish->event_id, .by = wish->by, .reason = wish->reason, .dismissed = wish->dismissed, .at_ms = giving->now_ms};
    size_t i;
    const json_t *hit;
    ruling.rule = text_of(json_object_get(result, "rule"));
    if (is_meant(wish, ruling.rule)) {
        TF_TRY(add_row(giving, &ruling, found));
        ++*ret_rows;
    }
    json_array_foreach(json_object_get(result, "hits"), i, hit) {
        ruling.rule = text_of(json_object_get(hit, "rule"));
        if (!is_meant(wish, ruling.rule))
            continue;
        take_related(hit, &ruling);
        TF_TRY(add_row(giving, &ruling, found));
        ++*ret_rows;
    }
    return TF_OK;
}

static enum tf_err cannot(struct tf_ruling_wish *wish, struct tf_fault *fault, const char *words)
{
    wish->err = TF_E_VALUE;
    return fault->text[0] ? TF_E_VALUE : tf_fault_set(fault, TF_E_VALUE, "event %.*s: %s", TF_STR_ARGS(wish->event_id), words);
}

static enum tf_err meet(struct giving *giving, struct tf_ruling_wish *wish, struct tf_fault *fault)
{
    const struct tf_found wanted = {.event_id = wish->event_id};
    const struct tf_found *found = bsearch(&wanted, giving->found, giving->found_count, sizeof wanted, by_id);
    size_t rows = 0;
    wish->err = TF_OK;
    if (!found || !tf_str_present(found->value))
        return cannot(wish, fault, "taxflow.fraud has no result of this id, and taxflow.fraud.groups no finding; ids stand as event_id in rows of the one, as id in the other's, and in the column \"event id\" of findings.csv");
    if (found->several)
        return cannot(wish, fault, "several senders use this id, so it does not say which of their events is meant");
    json_t *result = json_loadb(found->value.ptr, found->value.len, 0, NULL);
    enum tf_err err = rule_on(giving, wish, found, result, &rows);
    json_decref(result);
    if (err == TF_OK && rows == 0)
        return cannot(wish, fault, tf_str_present(wish->rule) ? "it has no hit of this rule" : "it has no hits");
    return err;
}

/* Words about the first one that cannot be met; the others say themselves. */
static enum tf_err meet_all(struct giving *giving, struct tf_fault *fault)
{
    bool met = true;
    fault->text[0] = '\0';
    for (size_t i = 0; i < giving->count; i++) {
        enum tf_err err = meet(giving, &giving->wishes[i], fault);
        if (err != TF_OK && err != TF_E_VALUE)
            return err;
        met = met && err == TF_OK;
    }
    return met ? TF_OK : TF_E_VALUE;
}

/* ---- To Kafka ---- */

/* A window at a time, so that what waits stays far below the feed's budget. */
static enum tf_err send_window(struct tf_feed *feed, const struct tf_row *rows, size_t count)
{
    struct tf_ticket tickets[WINDOW];
    size_t sent = 0;
    enum tf_err err = TF_OK;
    while (sent < count && (err = tf_feed_send(feed, &rows[sent], &tickets[sent])) == TF_OK)
        sent++;
    enum tf_err waited = sent > 0 ? tf_feed_wait(feed, tickets, sent, WAIT_MS) : TF_OK;
    for (size_t i = 0; i < sent && err == TF_OK; i++)
        err = tickets[i].err;
    return err == TF_OK ? waited : err;
}

static enum tf_err send_all(struct giving *giving, struct tf_fault *fault)
{
    enum tf_err err = TF_OK;
    for (size_t i = 0; i < giving->rows_count && err == TF_OK; i += WINDOW) {
        size_t left = giving->rows_count - i;
        err = send_window(giving->process->feed, &giving->rows[i], left < WINDOW ? left : WINDOW);
    }
    if (err == TF_OK)
        return TF_OK;
    err = err == TF_E_FULL ? TF_E_UNAVAILABLE : err;
    return tf_fault_set(fault, err, "Kafka did not take all verdicts: %s; give them again", tf_err_text(err));
}

static enum tf_err give(struct giving *giving, int64_t budget_ms, struct tf_fault *fault)
{
    TF_TRY(list_events(giving));
    TF_TRY(tf_found_read(giving->process, giving->found, giving->found_count, budget_ms, giving->arena, fault));
    TF_TRY(meet_all(giving, fault));
    return send_all(giving, fault);
}

enum tf_err tf_rulings_give(struct tf_process *process, struct tf_ruling_wish *wishes, size_t count, int64_t budget_ms, size_t *ret_rows,
                            struct tf_fault *fault)
{
    struct giving giving = {.process = process, .wishes = wishes, .count = count, .arena = tf_arena_create(ARENA_BYTES_MAX), .now_ms = tf_clock_wall_ms()};
    enum tf_err err = giving.arena ? give(&giving, budget_ms, fault) : TF_E_MEMORY;
    *ret_rows = err == TF_OK ? giving.rows_count : 0;
    free(giving.rows);
    tf_arena_destroy(giving.arena);
    return err;
}
