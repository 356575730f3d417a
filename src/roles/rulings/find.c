#include "find.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "taxflow/clock.h"
#include "taxflow/kafka_read.h"

enum { READ_MS = 50, CHUNK = 1000 };

struct search {
    struct tf_found *found;
    size_t count;
    struct tf_arena *arena;
    bool full;
};

/* {"event_id":"…", or {"id":"…", as the one writer writes it. */
struct tf_str tf_found_event_id(struct tf_str value, char *out, size_t cap)
{
    static const struct tf_str of_event = TF_STR_INIT("{\"event_id\":\""), of_finding = TF_STR_INIT("{\"id\":\"");
    size_t head = tf_str_starts(value, of_event) ? of_event.len : tf_str_starts(value, of_finding) ? of_finding.len : 0;
    if (head == 0)
        return TF_STR_NONE;
    const char *text = value.ptr + head, *end = value.ptr + value.len, *at = text;
    bool escaped = false;
    for (; at < end && *at != '"'; at++)
        if (*at == '\\') {
            escaped = true;
            at++;
        }
    if (at >= end)
        return TF_STR_NONE;
    if (!escaped)
        return (struct tf_str){text, (size_t)(at - text)};
    json_t *plain = json_loadb(text - 1, (size_t)(at - text) + 2, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    size_t len = json_string_length(plain);
    bool fits = json_is_string(plain) && len <= cap;
    if (fits)
        memcpy(out, json_string_value(plain), len);
    json_decref(plain);
    return fits ? (struct tf_str){out, len} : TF_STR_NONE;
}

static int by_id(const void *key, const void *element)
{
    return tf_str_cmp(*(const struct tf_str *)key, ((const struct tf_found *)element)->event_id);
}

/* Rows of a partition come in their order, so the last one is the newest. */
static void take(void *self, size_t span, const struct tf_position *position, const struct tf_row *row)
{
    struct search *search = self;
    char room[4 * TF_EVENT_ID_BYTES_MAX];
    (void)span;
    const struct tf_str id = tf_found_event_id(row->value, room, sizeof room);
    struct tf_found *found = tf_str_present(id) ? bsearch(&id, search->found, search->count, sizeof *search->found, by_id) : NULL;
    if (!found)
        return;
    found->several = found->several || (tf_str_present(found->value) && found->partition != position->partition);
    found->partition = position->partition;
    found->value = tf_arena_dup(search->arena, row->value);
    found->key = tf_arena_dup(search->arena, row->key);
    search->full = search->full || !tf_str_present(found->value) || (tf_str_present(row->key) && !tf_str_present(found->key));
}

static enum tf_err read_all(struct tf_history *history, struct search *search, int64_t budget_ms, struct tf_fault *fault)
{
    int64_t began_ms = tf_clock_mono_ms();
    while (!tf_history_ended(history)) {
        if (budget_ms > 0 && tf_clock_mono_ms() - began_ms > budget_ms)
            return tf_fault_set(fault, TF_E_TIMEOUT, "taxflow.fraud is too long to be searched within %lld s; use `taxflow verdict`", (long long)budget_ms / 1000);
        TF_TRY(tf_history_read(history, CHUNK, READ_MS, take, search, fault));
        if (search->full)
            return tf_fault_set(fault, TF_E_LIMIT, "the results of so many events do not fit into memory; give fewer verdicts at a time");
    }
    return TF_OK;
}

enum tf_err tf_found_read(struct tf_process *process, struct tf_found *found, size_t count, int64_t budget_ms, struct tf_arena *arena,
                          struct tf_fault *fault)
{
    uint32_t partitions = process->control.partitions;
    struct search search = {found, count, arena, false};
    struct tf_history *history = NULL;
    struct tf_history_span *spans = calloc(2 * (size_t)partitions + 1, sizeof *spans);
    if (!spans)
        return TF_E_MEMORY;
    for (uint32_t p = 0; p < partitions; p++) {
        spans[p] = (struct tf_history_span){.stream = TF_STREAM_FRAUD, .partition = p, .from = -1};
        spans[partitions + p] = (struct tf_history_span){.stream = TF_STREAM_GROUPS, .partition = p, .from = -1};
    }
    enum tf_err err = tf_history_open(process->cluster, atomic_load(&process->config), NULL, spans, 2 * partitions, &history, fault);
    if (err == TF_OK)
        err = read_all(history, &search, budget_ms, fault);
    tf_history_close(history);
    free(spans);
    return err;
}
