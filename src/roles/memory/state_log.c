#include "state_log.h"

#include <stdlib.h>

enum {
    TOMBSTONES_MIN = 1000,
    TOMBSTONES_PER_EVENT = 2, /* more than come in, so that they do not pile up */
    ROWS_PER_EVENT = 8,       /* half of what a batch has room for */
};

struct tf_state_log {
    struct tf_process *process;
    const char *label;
    enum tf_stream stream;
    struct tf_state *state;
    struct tf_watermarks *marks;
    struct tf_changelog *changelog; /* made with the first assignment: then the partitions are known */
    struct tf_state_log_part parts[TF_STATE_ROW_KINDS]; /* by kind; without write: it has none */
    struct tf_assignment assignment; /* partitions are its own copy */
    uint32_t *ours;
    struct tf_state_row row;        /* the one that is read */
    uint64_t unreadable;            /* rows of this restore */
};

void tf_state_log_add(struct tf_state_log *log, const struct tf_state_log_part *part)
{
    log->parts[part->kind] = *part;
}

/* The watermark is a part like others. */

static bool has_moved(const void *marks, uint32_t partition)
{
    return tf_watermarks_moved(marks, partition);
}

static void write_mark(const void *marks, uint32_t partition, struct tf_buf *value)
{
    tf_state_watermark_write(tf_watermarks_newest(marks, partition), value);
}

static enum tf_err read_mark(void *marks, uint32_t partition, struct tf_str value)
{
    int64_t time_ms;
    return tf_state_watermark_read(value, &time_ms) ? tf_watermarks_put(marks, partition, time_ms) : TF_E_VALUE;
}

static void forget_mark(void *marks, uint32_t partition)
{
    tf_watermarks_forget(marks, partition);
}

struct tf_state_log *tf_state_log_create(struct tf_process *process, const char *label, enum tf_stream stream, struct tf_state *state,
                                         struct tf_watermarks *marks)
{
    struct tf_state_log *log = calloc(1, sizeof *log);
    if (!log)
        return NULL;
    log->process = process;
    log->label = label;
    log->stream = stream;
    log->state = state;
    log->marks = marks;
    tf_state_log_add(log, &(struct tf_state_log_part){TF_STATE_ROW_WATERMARK, marks, has_moved, write_mark, read_mark, forget_mark});
    return log;
}

struct tf_state_log *tf_state_log_destroy(struct tf_state_log *log)
{
    if (!log)
        return NULL;
    tf_changelog_destroy(log->changelog);
    free(log->ours);
    free(log);
    return NULL;
}

/* Writing. */

static struct tf_str key_of(const struct tf_hash16 *record) { return (struct tf_str){(const char *)record->bytes, sizeof record->bytes}; }

static enum tf_err drop_replaced(const struct tf_state_log *log, const struct tf_state_question *question, struct tf_row_writer *writer)
{
    struct tf_state_forgotten replaced;
    if (!tf_state_row_replaced(question, &replaced))
        return TF_OK;
    return tf_row_writer_put(writer, log->stream, replaced.partition, key_of(&replaced.record), TF_STR_NONE);
}

enum tf_err tf_state_log_keep(struct tf_state_log *log, const struct tf_item *item, const struct tf_state_question *question,
                              struct tf_row_writer *writer)
{
    struct tf_hash16 key;
    if (!tf_row_writer_keeps(writer, log->stream))
        return TF_OK;
    struct tf_buf *value = tf_row_writer_scratch(writer);
    if (!tf_state_row_of(question, &key, value))
        return TF_OK;
    if (value->failed)
        return TF_E_LIMIT;
    TF_TRY(tf_row_writer_put(writer, log->stream, item->position.partition, key_of(&key), tf_buf_view(value)));
    return drop_replaced(log, question, writer);
}

static enum tf_err write_part(const struct tf_state_log *log, const struct tf_state_log_part *part, uint32_t partition, struct tf_row_writer *writer)
{
    if (!part->write || !part->has(part->self, partition))
        return TF_OK;
    struct tf_buf *value = tf_row_writer_scratch(writer);
    part->write(part->self, partition, value);
    return value->failed ? TF_E_LIMIT : tf_row_writer_put(writer, log->stream, partition, tf_state_row_key(part->kind), tf_buf_view(value));
}

/* Those of ours that the batch changed. */
static enum tf_err write_parts(const struct tf_state_log *log, struct tf_row_writer *writer)
{
    for (size_t i = 0; i < log->assignment.count; i++)
        for (int kind = 0; kind < TF_STATE_ROW_KINDS; kind++)
            TF_TRY(write_part(log, &log->parts[kind], log->ours[i], writer));
    return TF_OK;
}

/* A record that was forgotten and came again keeps the row that it has now. */
static enum tf_err write_tombstones(const struct tf_state_log *log, size_t most, struct tf_row_writer *writer)
{
    const struct tf_state_forgotten *gone;
    const size_t count = tf_state_forgotten(log->state, most, &gone);
    for (size_t i = 0; i < count; i++)
        if (!tf_state_holds(log->state, gone[i].record))
            TF_TRY(tf_row_writer_put(writer, log->stream, gone[i].partition, key_of(&gone[i].record), TF_STR_NONE));
    return TF_OK;
}

enum tf_err tf_state_log_close(struct tf_state_log *log, const struct tf_batch *batch, struct tf_row_writer *writer)
{
    const bool kept = tf_row_writer_keeps(writer, log->stream);
    tf_state_note_forgotten(log->state, kept);
    if (!kept)
        return TF_OK;
    TF_TRY(write_parts(log, writer));
    const size_t most = TOMBSTONES_MIN + TOMBSTONES_PER_EVENT * batch->count, room = ROWS_PER_EVENT * batch->capacity;
    return write_tombstones(log, most < room ? most : room, writer);
}

/* Reading back. */

static enum tf_err take_record(struct tf_state_log *log, uint32_t partition, struct tf_str key, struct tf_str value)
{
    if (!tf_str_present(value)) {
        memcpy(log->row.record.bytes, key.ptr, TF_HASH16_BYTES);
        tf_state_take(log->state, log->row.record);
        return TF_OK;
    }
    if (!tf_state_row_read(key, value, &log->row)) {
        log->unreadable++;
        return TF_OK;
    }
    enum tf_err err = tf_state_put(log->state, partition, &log->row);
    if (err != TF_E_FULL)
        return err;
    tf_state_reclaim(log->state, tf_state_log_slowest(log));
    return tf_state_put(log->state, partition, &log->row);
}

static enum tf_err take_part(struct tf_state_log *log, const struct tf_state_log_part *part, uint32_t partition, struct tf_str value)
{
    if (!part->read || !tf_str_present(value))
        return TF_OK;
    enum tf_err err = part->read(part->self, partition, value);
    log->unreadable += err == TF_E_VALUE;
    return err == TF_E_VALUE ? TF_OK : err;
}

/* Rows of kinds that this program does not know, or this role does not keep, are read past. */
static enum tf_err take(void *self, uint32_t partition, struct tf_str key, struct tf_str value)
{
    struct tf_state_log *log = self;
    const enum tf_state_row_kind kind = tf_state_row_kind(key);
    if (kind == TF_STATE_ROW_RECORD)
        return take_record(log, partition, key, value);
    return kind < TF_STATE_ROW_KINDS ? take_part(log, &log->parts[kind], partition, value) : TF_OK;
}

static void drop(void *self, const struct tf_state_going *going)
{
    struct tf_state_log *log = self;
    const uint32_t partitions = tf_process_partitions(log->process);
    tf_state_drop(log->state, going);
    for (uint32_t p = 0; p < partitions; p++)
        for (int kind = 0; kind < TF_STATE_ROW_KINDS; kind++)
            if (log->parts[kind].forget && going->goes(going->self, p))
                log->parts[kind].forget(log->parts[kind].self, p);
}

/* Without memory for it nothing is ours: restore says so. */
static void note_assignment(struct tf_state_log *log, const struct tf_assignment *assignment)
{
    free(log->ours);
    log->ours = malloc((assignment->count + 1) * sizeof *log->ours);
    log->assignment = *assignment;
    log->assignment.count = log->ours ? assignment->count : 0;
    for (size_t i = 0; i < log->assignment.count; i++)
        log->ours[i] = assignment->partitions[i];
    log->assignment.partitions = log->ours;
    log->assignment.ends = NULL;
}

void tf_state_log_assigned(struct tf_state_log *log, const struct tf_assignment *assignment)
{
    const struct tf_changelog_options options = {
        .cluster = log->process->cluster,
        .config = tf_process_config(log->process),
        .stream = log->stream,
        .partitions = tf_process_partitions(log->process),
        .since_ms = log->process->control.since_ms,
        .self = log,
        .take = take,
        .drop = drop,
    };
    if (!log->changelog)
        log->changelog = tf_changelog_create(&options);
    note_assignment(log, assignment);
    if (log->changelog)
        tf_changelog_assigned(log->changelog, assignment->partitions, assignment->ends, assignment->count);
}

static void tell_unreadable(struct tf_state_log *log)
{
    if (log->unreadable > 0)
        TF_LOG(TF_LOG_WARN, "state_unreadable", "rows of the state topic that this version cannot read: the windows lack what they hold",
               TF_FIELD_TEXT("role", log->label), TF_FIELD_INT("rows", log->unreadable));
    log->unreadable = 0;
}

enum tf_err tf_state_log_restore(struct tf_state_log *log, int64_t budget_ms, struct tf_changelog_progress *ret_progress, struct tf_fault *fault)
{
    if (!log->changelog || !log->ours)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for reading %s back", tf_cluster_topic(log->process->cluster, log->stream));
    enum tf_err err = tf_changelog_restore(log->changelog, budget_ms, ret_progress, fault);
    if (err == TF_OK)
        tell_unreadable(log);
    return err;
}

enum tf_err tf_state_log_alone(struct tf_state_log *log)
{
    static const uint32_t only = 0;
    tf_state_note_forgotten(log->state, true); /* also what is known to be old once all is read back */
    note_assignment(log, &(struct tf_assignment){.partitions = &only, .count = 1});
    return log->ours ? TF_OK : TF_E_MEMORY;
}

enum tf_err tf_state_log_take(struct tf_state_log *log, struct tf_str key, struct tf_str value)
{
    return take(log, 0, key, value);
}

enum tf_err tf_state_log_taken(struct tf_state_log *log)
{
    tf_state_reclaim(log->state, tf_state_log_slowest(log));
    return log->unreadable > 0 ? TF_E_VALUE : TF_OK;
}

bool tf_state_log_behind(const struct tf_state_log *log)
{
    const struct tf_assignment *ours = &log->assignment;
    size_t drained = 0;
    while (drained < ours->count && ours->drained && ours->drained(ours->source, log->ours[drained]))
        drained++;
    return ours->count == 0 || drained < ours->count;
}

int64_t tf_state_log_slowest(const struct tf_state_log *log)
{
    const struct tf_assignment *ours = &log->assignment;
    for (size_t i = 0; i < ours->count && ours->drained; i++)
        if (tf_watermarks_newest(log->marks, log->ours[i]) == INT64_MIN && !ours->drained(ours->source, log->ours[i]))
            return INT64_MIN;
    return tf_watermarks_slowest(log->marks);
}
