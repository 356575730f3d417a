/*
 * An event's id says nothing of its partition (the key is a hash of company and party), so the newest row about it is looked for in all
 * of them, from the end backwards: events that people ask about are mostly young. The rest lies in one partition.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "progress.h"
#include "taxflow/clock.h"
#include "taxflow/kafka_read.h"
#include "taxflow/letters.h"
#include "taxflow/dead_letter.h"
#include "taxflow/originals.h"

enum { FIRST_STRETCH = 20000, LAST_STRETCH = 2000000, CHUNK = 2000, READ_MS = 200, PARTITION_MAX = 100000, LOOK_MS = 10000, LETTER_BYTES = 64 << 20 };

static const enum tf_stream hunted[] = {TF_STREAM_FRAUD, TF_STREAM_DUPLICATES, TF_STREAM_DLQ, TF_STREAM_GROUPS};
static const enum tf_stream collected[] = {TF_STREAM_TAX, TF_STREAM_FRAUD, TF_STREAM_DUPLICATES, TF_STREAM_DLQ};
enum { HUNTED = sizeof hunted / sizeof hunted[0], COLLECTED = sizeof collected / sizeof collected[0] };

struct hunt {
    struct tf_explained *explained;
    struct tf_process process;
    struct tf_buf letter;
    struct tf_merge_span *spans; /* of what is read now */
    int64_t *ends;               /* of each hunted stream and partition: what lies before it is still to be looked at */
    int64_t *begins;
    uint32_t first, count;       /* partitions: all, or one */
    enum tf_stream stream;       /* that is read now */
    struct tf_progress progress;
    uint64_t looked, total;
    enum tf_err err;
};

/* A dead letter's row is the dead record; what is said of it stands in headers. */
static struct tf_str row_text(struct hunt *hunt, const struct tf_row *row)
{
    struct tf_json json;
    if (hunt->stream != TF_STREAM_DLQ)
        return row->value;
    tf_buf_reset(&hunt->letter);
    tf_json_init(&json, &hunt->letter);
    tf_dead_letter_json(row, &json);
    return hunt->letter.failed ? TF_STR_NONE : tf_buf_view(&hunt->letter);
}

static bool is_of_other(const struct hunt *hunt, const struct tf_position *position, const struct tf_row *row)
{
    struct tf_letter letter;
    if (hunt->stream != TF_STREAM_DLQ)
        return false;
    tf_letter_view(position, row, &letter);
    return !tf_str_present(letter.event_id) || !tf_str_is(letter.event_id, hunt->explained->cli->args[0]);
}

static struct tf_str row_id(const struct tf_row *row)
{
    for (uint32_t h = 0; h < row->headers_count; h++)
        if (tf_str_is(row->headers[h].name, "ce_id"))
            return row->headers[h].value;
    return TF_STR_NONE;
}

/* Rows of a generation before this one are about records that are no more. */
static void take(void *self, const struct tf_position *position, const struct tf_row *row)
{
    struct hunt *hunt = self;
    if (hunt->err != TF_OK || position->timestamp_ms < hunt->process.control.since_ms || is_of_other(hunt, position, row))
        return;
    struct tf_str text = row_text(hunt, row), id = hunt->stream == TF_STREAM_DLQ ? TF_STR_NONE : row_id(row);
    if (tf_str_present(text))
        hunt->err = tf_explained_take(hunt->explained, hunt->stream, text, id);
}

static void tell(struct hunt *hunt, const struct tf_merge *merge)
{
    uint64_t done, total;
    tf_merge_progress(merge, &done, &total);
    hunt->progress.what = "looking";
    tf_progress_tell(&hunt->progress, hunt->looked + done, hunt->total > hunt->looked + total ? hunt->total : hunt->looked + total);
}

static enum tf_err read_spans(struct hunt *hunt, size_t count, struct tf_fault *fault)
{
    struct tf_merge *merge;
    uint64_t done = 0, total = 0;
    TF_TRY(tf_merge_open(hunt->process.cluster, hunt->explained->config, hunt->stream, hunt->spans, count, &merge, fault));
    enum tf_err err = TF_OK;
    while (err == TF_OK && !tf_merge_ended(merge)) {
        err = tf_merge_read(merge, CHUNK, READ_MS, take, hunt, fault);
        err = err == TF_OK ? hunt->err : err;
        tell(hunt, merge);
    }
    tf_merge_progress(merge, &done, &total);
    hunt->looked += done;
    tf_merge_close(merge);
    return err;
}

/* ---- Backwards over all partitions ---- */

static enum tf_err find_ends(struct hunt *hunt, struct tf_fault *fault)
{
    for (size_t s = 0; s < HUNTED; s++) {
        struct tf_merge *merge;
        for (uint32_t i = 0; i < hunt->count; i++)
            hunt->spans[i] = (struct tf_merge_span){.partition = hunt->first + i, .from = -1, .to = -1, .to_ms = INT64_MAX};
        TF_TRY(tf_merge_open(hunt->process.cluster, hunt->explained->config, hunted[s], hunt->spans, hunt->count, &merge, fault));
        tf_merge_close(merge);
        for (uint32_t i = 0; i < hunt->count; i++) {
            hunt->begins[s * hunt->count + i] = hunt->spans[i].from;
            hunt->ends[s * hunt->count + i] = hunt->spans[i].to;
            hunt->total += hunt->spans[i].to > hunt->spans[i].from ? (uint64_t)(hunt->spans[i].to - hunt->spans[i].from) : 0;
        }
    }
    return TF_OK;
}

static size_t next_stretch(struct hunt *hunt, size_t s, int64_t rows)
{
    size_t count = 0;
    for (uint32_t i = 0; i < hunt->count; i++) {
        int64_t *end = &hunt->ends[s * hunt->count + i], begin = hunt->begins[s * hunt->count + i];
        if (*end <= begin)
            continue;
        int64_t from = *end - rows > begin ? *end - rows : begin;
        hunt->spans[count++] = (struct tf_merge_span){.partition = hunt->first + i, .from = from, .to = *end, .to_ms = INT64_MAX};
        *end = from;
    }
    return count;
}

static enum tf_err look_back(struct hunt *hunt, struct tf_fault *fault)
{
    bool more = true;
    for (int64_t rows = FIRST_STRETCH; more && hunt->explained->count == 0; rows = rows * 2 < LAST_STRETCH ? rows * 2 : LAST_STRETCH) {
        more = false;
        for (size_t s = 0; s < HUNTED; s++) {
            size_t count = next_stretch(hunt, s, rows / hunt->count + 1);
            hunt->stream = hunted[s];
            more = more || count > 0;
            if (count > 0)
                TF_TRY(read_spans(hunt, count, fault));
        }
    }
    return TF_OK;
}

/* ---- All about it, in the partition it was found in ---- */

/* A record of taxflow.audit, as far as it is told of. */
struct record {
    int64_t ms;                             /* when it came; INT64_MAX: not seen */
    char original[TF_ORIGINAL_TEXT_BYTES];  /* what it came in; "": not kept */
};

static void take_record(void *self, const struct tf_position *position, const struct tf_row *row)
{
    struct record *record = self;
    record->ms = position->timestamp_ms < record->ms ? position->timestamp_ms : record->ms;
    for (uint32_t h = 0; h < row->headers_count; h++)
        if (tf_str_is(row->headers[h].name, "ce_tforiginal"))
            snprintf(record->original, sizeof record->original, "%.*s", TF_STR_ARGS(row->headers[h].value));
}

/* ms is 0 where the record is no more. Nothing was written about it before it came. */
static enum tf_err look_up(struct hunt *hunt, const struct tf_position *position, struct record *record, struct tf_fault *fault)
{
    struct tf_merge_span span = {.partition = position->partition, .from = position->offset, .to = position->offset + 1, .to_ms = INT64_MAX};
    struct tf_merge *merge;
    int64_t until = tf_clock_mono_ms() + LOOK_MS;
    *record = (struct record){.ms = INT64_MAX};
    TF_TRY(tf_merge_open(hunt->process.cluster, hunt->explained->config, TF_STREAM_AUDIT, &span, 1, &merge, fault));
    enum tf_err err = TF_OK;
    while (err == TF_OK && record->ms == INT64_MAX && !tf_merge_ended(merge) && tf_clock_mono_ms() < until)
        err = tf_merge_read(merge, 1, READ_MS, take_record, record, fault);
    tf_merge_close(merge);
    record->ms = record->ms == INT64_MAX ? 0 : record->ms;
    return err;
}

/* Rows about a record say what it came in, as the record's own row does. */
static enum tf_err add_original(struct tf_explained *explained, const struct tf_position *position, const struct record *record)
{
    for (size_t i = 0; record->original[0] && i < explained->count; i++) {
        struct tf_position of;
        json_t *row = explained->rows[i].row;
        const char *text = json_string_value(json_object_get(row, "position"));
        if (text && tf_letter_parse_position(tf_str_of(text), &of) && of.partition == position->partition && of.offset == position->offset &&
            json_object_set_new(row, "original", json_string(record->original)) != 0)
            return TF_E_MEMORY;
    }
    return TF_OK;
}

/* The oldest record of those the rows found are about; false where they name none: a letter of the collector that never was one. */
static bool oldest_record(const struct tf_explained *explained, struct tf_position *ret_record)
{
    bool found = false;
    for (size_t i = 0; i < explained->count; i++) {
        struct tf_position record;
        const char *text = json_string_value(json_object_get(explained->rows[i].row, "position"));
        if (!text || strncmp(text, "FILE:", 5) == 0 || !tf_letter_parse_position(tf_str_of(text), &record))
            continue;
        if (!found || record.offset < ret_record->offset)
            *ret_record = record;
        found = true;
    }
    return found;
}

static void forget(struct tf_explained *explained)
{
    for (size_t i = 0; i < explained->count; i++)
        json_decref(explained->rows[i].row);
    explained->count = 0;
}

static bool found_group(const struct tf_explained *explained)
{
    for (size_t i = 0; i < explained->count; i++)
        if (explained->rows[i].stream == TF_STREAM_GROUPS)
            return true;
    return false;
}

/* They are few: a group that is wrong is told once a month. */
static enum tf_err collect_groups(struct hunt *hunt, struct tf_fault *fault)
{
    forget(hunt->explained);
    hunt->stream = TF_STREAM_GROUPS;
    for (uint32_t i = 0; i < hunt->count; i++)
        hunt->spans[i] = (struct tf_merge_span){.partition = hunt->first + i, .from = -1, .to = -1, .to_ms = INT64_MAX};
    return read_spans(hunt, hunt->count, fault);
}

static enum tf_err collect(struct hunt *hunt, struct tf_fault *fault)
{
    struct tf_position position = {.partition = 0};
    struct record record;
    if (found_group(hunt->explained))
        return collect_groups(hunt, fault);
    if (!oldest_record(hunt->explained, &position) || position.partition >= hunt->process.control.partitions)
        return TF_OK;
    TF_TRY(look_up(hunt, &position, &record, fault));
    forget(hunt->explained);
    hunt->looked = hunt->total = 0;
    for (size_t s = 0; s < COLLECTED; s++) {
        const int64_t since_ms = hunt->explained->cli->all ? 0 : record.ms;
        hunt->stream = collected[s];
        hunt->spans[0] = (struct tf_merge_span){.partition = position.partition, .from = -1, .from_ms = since_ms, .to = -1, .to_ms = INT64_MAX};
        TF_TRY(read_spans(hunt, 1, fault));
    }
    return add_original(hunt->explained, &position, &record);
}

/* ---- The way there ---- */

static enum tf_err choose_partitions(struct hunt *hunt, struct tf_fault *fault)
{
    uint64_t only;
    const char *text = hunt->explained->cli->partition;
    hunt->count = hunt->process.control.partitions;
    if (text && (!tf_str_to_u64(tf_str_of(text), PARTITION_MAX, &only) || only >= hunt->count))
        return tf_fault_set(fault, TF_E_USAGE, "there is no partition %s; %s has %u, counted from 0", text,
                            tf_cluster_topic(hunt->process.cluster, TF_STREAM_FRAUD), hunt->count);
    if (text) {
        hunt->first = (uint32_t)only;
        hunt->count = 1;
    }
    hunt->spans = calloc(hunt->count + 1, sizeof *hunt->spans);
    hunt->ends = calloc((size_t)hunt->count * HUNTED + 1, sizeof *hunt->ends);
    hunt->begins = calloc((size_t)hunt->count * HUNTED + 1, sizeof *hunt->begins);
    return hunt->spans && hunt->ends && hunt->begins ? TF_OK : tf_fault_set(fault, TF_E_MEMORY, "memory ran out for %u partitions", hunt->count);
}

static enum tf_err search(struct hunt *hunt, struct tf_fault *fault)
{
    const struct tf_config *config = hunt->explained->config;
    TF_TRY(tf_process_open(&hunt->process, config, fault));
    TF_TRY(tf_control_read(hunt->process.cluster, config, &hunt->process.control, fault));
    TF_TRY(choose_partitions(hunt, fault));
    TF_TRY(find_ends(hunt, fault));
    TF_TRY(look_back(hunt, fault));
    return collect(hunt, fault);
}

enum tf_err tf_explain_kafka(struct tf_explained *explained, struct tf_fault *fault)
{
    if (explained->config->kafka.embedded)
        return tf_fault_set(fault, TF_E_USAGE, "the embedded broker lives inside another process; give --in=DIR, the folder of `taxflow audit --out=DIR`");
    struct hunt *hunt = calloc(1, sizeof *hunt);
    if (!hunt)
        return TF_E_MEMORY;
    hunt->explained = explained;
    tf_buf_init(&hunt->letter, LETTER_BYTES);
    enum tf_err err = search(hunt, fault);
    tf_progress_end(&hunt->progress);
    tf_process_close(&hunt->process);
    tf_buf_finish(&hunt->letter);
    free(hunt->spans);
    free(hunt->ends);
    free(hunt->begins);
    free(hunt);
    return err;
}
