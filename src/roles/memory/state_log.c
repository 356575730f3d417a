#include "state_log.h"

#include <stdlib.h>

enum { TOMBSTONES_MIN = 1000, TOMBSTONES_PER_EVENT = 2 /* more than come in, so that they do not pile up */ };

struct tf_state_log {
    struct tf_process *process;
    const char *label;
    enum tf_stream stream;
    struct tf_state *state;
    struct tf_watermarks *marks;
    struct tf_breaker *breaker;     /* NULL: the role has none */
    struct tf_changelog *changelog; /* made with the first assignment: then the partitions are known */
    struct tf_state_row row;        /* the one that is read */
    uint64_t unreadable;            /* rows of this restore */
};

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
    return log;
}

void tf_state_log_add_breaker(struct tf_state_log *log, struct tf_breaker *breaker)
{
    log->breaker = breaker;
}

struct tf_state_log *tf_state_log_destroy(struct tf_state_log *log)
{
    if (!log)
        return NULL;
    tf_changelog_destroy(log->changelog);
    free(log);
    return NULL;
}

/* Writing. */

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
    return tf_row_writer_put(writer, log->stream, item->position.partition, (struct tf_str){(const char *)key.bytes, sizeof key.bytes},
                             tf_buf_view(value));
}

static enum tf_err write_watermarks(const struct tf_state_log *log, struct tf_row_writer *writer)
{
    const uint32_t count = tf_watermarks_count(log->marks);
    for (uint32_t p = 0; p < count; p++) {
        if (!tf_watermarks_moved(log->marks, p))
            continue;
        struct tf_buf *value = tf_row_writer_scratch(writer);
        tf_state_watermark_write(tf_watermarks_newest(log->marks, p), value);
        TF_TRY(tf_row_writer_put(writer, log->stream, p, tf_state_watermark_key(), tf_buf_view(value)));
    }
    return TF_OK;
}

static enum tf_err write_breaker(const struct tf_state_log *log, struct tf_row_writer *writer)
{
    const uint32_t count = log->breaker ? tf_breaker_lanes(log->breaker) : 0;
    for (uint32_t p = 0; p < count; p++) {
        if (!tf_breaker_has(log->breaker, p))
            continue;
        struct tf_buf *value = tf_row_writer_scratch(writer);
        tf_breaker_write(log->breaker, p, value);
        if (value->failed)
            return TF_E_LIMIT;
        TF_TRY(tf_row_writer_put(writer, log->stream, p, tf_state_breaker_key(), tf_buf_view(value)));
    }
    return TF_OK;
}

/* A record that was forgotten and came again keeps the row that it has now. */
static enum tf_err write_tombstones(const struct tf_state_log *log, size_t most, struct tf_row_writer *writer)
{
    const struct tf_state_forgotten *gone;
    const size_t count = tf_state_forgotten(log->state, most, &gone);
    for (size_t i = 0; i < count; i++)
        if (!tf_state_holds(log->state, gone[i].record))
            TF_TRY(tf_row_writer_put(writer, log->stream, gone[i].partition,
                                     (struct tf_str){(const char *)gone[i].record.bytes, sizeof gone[i].record.bytes}, TF_STR_NONE));
    return TF_OK;
}

enum tf_err tf_state_log_close(struct tf_state_log *log, const struct tf_batch *batch, struct tf_row_writer *writer)
{
    const bool kept = tf_row_writer_keeps(writer, log->stream);
    tf_state_note_forgotten(log->state, kept);
    if (!kept)
        return TF_OK;
    TF_TRY(write_watermarks(log, writer));
    TF_TRY(write_breaker(log, writer));
    return write_tombstones(log, TOMBSTONES_MIN + TOMBSTONES_PER_EVENT * batch->count, writer);
}

/* Reading back. Each kind of row has its taker. */

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
    tf_state_reclaim(log->state, tf_watermarks_slowest(log->marks));
    return tf_state_put(log->state, partition, &log->row);
}

static enum tf_err take_watermark(struct tf_state_log *log, uint32_t partition, struct tf_str key, struct tf_str value)
{
    int64_t time_ms;
    (void)key;
    if (tf_state_watermark_read(value, &time_ms))
        return tf_watermarks_put(log->marks, partition, time_ms);
    log->unreadable += tf_str_present(value);
    return TF_OK;
}

static enum tf_err take_breaker(struct tf_state_log *log, uint32_t partition, struct tf_str key, struct tf_str value)
{
    (void)key;
    if (!log->breaker || !tf_str_present(value))
        return TF_OK;
    enum tf_err err = tf_breaker_read(log->breaker, partition, value);
    log->unreadable += err == TF_E_VALUE;
    return err == TF_E_VALUE ? TF_OK : err;
}

static enum tf_err (*const takers[TF_STATE_ROW_KINDS])(struct tf_state_log *log, uint32_t partition, struct tf_str key, struct tf_str value) = {
    [TF_STATE_ROW_RECORD] = take_record,
    [TF_STATE_ROW_WATERMARK] = take_watermark,
    [TF_STATE_ROW_BREAKER] = take_breaker,
};

static enum tf_err take(void *self, uint32_t partition, struct tf_str key, struct tf_str value)
{
    const enum tf_state_row_kind kind = tf_state_row_kind(key);
    return kind < TF_STATE_ROW_KINDS && takers[kind] ? takers[kind](self, partition, key, value) : TF_OK;
}

static void drop(void *self, const struct tf_state_going *going)
{
    struct tf_state_log *log = self;
    const uint32_t count = tf_watermarks_count(log->marks);
    tf_state_drop(log->state, going);
    for (uint32_t p = 0; p < count; p++)
        if (going->goes(going->self, p))
            tf_watermarks_forget(log->marks, p);
    for (uint32_t p = 0; log->breaker && p < tf_breaker_lanes(log->breaker); p++)
        if (going->goes(going->self, p))
            tf_breaker_forget(log->breaker, p);
}

void tf_state_log_assigned(struct tf_state_log *log, const uint32_t *partitions, const int64_t *ends, size_t count)
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
    if (log->changelog)
        tf_changelog_assigned(log->changelog, partitions, ends, count);
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
    if (!log->changelog)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for reading %s back", tf_cluster_topic(log->process->cluster, log->stream));
    enum tf_err err = tf_changelog_restore(log->changelog, budget_ms, ret_progress, fault);
    if (err == TF_OK)
        tell_unreadable(log);
    return err;
}
