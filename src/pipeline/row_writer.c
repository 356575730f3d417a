/* Rows of the judges' own, beside their results. */
#include "pipeline_internal.h"

struct tf_row_writer {
    struct tf_pipeline *pipeline;
    unsigned worker;   /* whose rows and scratch they are */
    uint32_t item;     /* TF_ROW_OF_BATCH */
};

bool tf_row_writer_keeps(const struct tf_row_writer *writer, enum tf_stream stream)
{
    const struct tf_sink *sink = &writer->pipeline->options.sink;
    return !sink->keeps || sink->keeps(sink->self, stream);
}

struct tf_buf *tf_row_writer_scratch(struct tf_row_writer *writer)
{
    struct tf_buf *scratch = &writer->pipeline->workers[writer->worker].scratch;
    tf_buf_reset(scratch);
    return scratch;
}

enum tf_err tf_row_writer_put(struct tf_row_writer *writer, enum tf_stream stream, uint32_t partition, struct tf_str key, struct tf_str value)
{
    struct tf_batch *batch = writer->pipeline->batch;
    if (!tf_row_writer_keeps(writer, stream))
        return TF_OK;
    struct tf_row *row = tf_batch_row(batch, writer->worker);
    if (!row)
        return TF_E_LIMIT;
    struct tf_arena *arena = batch->rows[writer->worker].arena;
    row->stream = stream;
    row->partition = partition;
    row->item = writer->item;
    row->key = tf_arena_dup(arena, key);
    row->value = tf_str_present(value) ? tf_arena_dup(arena, value) : TF_STR_NONE;
    return tf_str_present(row->key) && tf_str_present(row->value) == tf_str_present(value) ? TF_OK : TF_E_LIMIT;
}

enum tf_err tf_keep_item(struct tf_pipeline *p, const struct tf_item *item, size_t judge)
{
    const struct tf_judge *j = &p->options.judges[judge];
    struct tf_row_writer writer = {p, item->worker, (uint32_t)(item - p->batch->items)};
    return j->keep ? j->keep(j->self, item, item->prepared[judge], &writer) : TF_OK;
}

enum tf_err tf_close_batch(struct tf_pipeline *p, struct tf_fault *fault)
{
    struct tf_row_writer writer = {p, 0, TF_ROW_OF_BATCH};
    for (size_t j = 0; j < p->options.judges_count && !p->options.sink.discards; j++)
        if (p->options.judges[j].close)
            TF_TRY(p->options.judges[j].close(p->options.judges[j].self, p->batch, &writer));
    tf_batch_rows_ready(p->batch);
    return p->batch->ready[0].count > 0 ? TF_STEP(p, TF_STEP_PUBLISH, tf_pipeline_publish(p, fault)) : TF_OK;
}
