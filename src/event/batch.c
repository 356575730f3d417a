#include "taxflow/batch.h"

#include <stdlib.h>

enum {
    CAPACITY_MAX = 1000000,
    WORKERS_MAX = 64,
    ROWS_MIN = 64,
    ROWS_OF_ITEM_MAX = 16, /* results of both roles, a duplicate, a dead letter, state and groups */
};

const char *tf_stream_name(enum tf_stream stream)
{
    static const char *const names[TF_STREAM_COUNT] = {
#define X(name, suffix) [TF_STREAM_##name] = suffix,
        TF_STREAM_TABLE(X)
#undef X
    };
    return (unsigned)stream < TF_STREAM_COUNT ? names[stream] : "unknown";
}

enum tf_stream tf_stream_named(const char *name)
{
    int stream = 0;
    while (stream < TF_STREAM_COUNT && strcmp(tf_stream_name((enum tf_stream)stream), name) != 0)
        stream++;
    return (enum tf_stream)stream;
}

static bool allocate(struct tf_batch *batch, size_t arena_bytes)
{
    batch->items = calloc(batch->capacity, sizeof *batch->items);
    batch->arenas = calloc(batch->workers, sizeof *batch->arenas);
    batch->rows = calloc(batch->workers, sizeof *batch->rows);
    batch->rows_capacity = calloc(batch->workers, sizeof *batch->rows_capacity);
    if (!batch->items || !batch->arenas || !batch->rows || !batch->rows_capacity)
        return false;
    for (unsigned i = 0; i < batch->workers; i++)
        if ((batch->arenas[i] = tf_arena_create(arena_bytes)) == NULL || (batch->rows[i].arena = tf_arena_create(arena_bytes)) == NULL)
            return false;
    return true;
}

struct tf_batch *tf_batch_create(size_t capacity, unsigned workers, size_t arena_bytes)
{
    if (capacity == 0 || capacity > CAPACITY_MAX || workers == 0 || workers > WORKERS_MAX)
        return NULL;
    struct tf_batch *batch = calloc(1, sizeof *batch);
    if (batch == NULL)
        return NULL;
    batch->capacity = capacity;
    batch->workers = workers;
    return allocate(batch, arena_bytes) ? batch : tf_batch_destroy(batch);
}

struct tf_batch *tf_batch_destroy(struct tf_batch *batch)
{
    if (batch == NULL)
        return NULL;
    for (unsigned i = 0; i < batch->workers; i++) {
        if (batch->arenas != NULL)
            tf_arena_destroy(batch->arenas[i]);
        if (batch->rows != NULL) {
            free(batch->rows[i].items);
            tf_arena_destroy(batch->rows[i].arena);
        }
    }
    free(batch->items);
    free(batch->arenas);
    free(batch->rows);
    free(batch->rows_capacity);
    free(batch);
    return NULL;
}

void tf_batch_forget_rows(struct tf_batch *batch)
{
    for (unsigned i = 0; i < batch->workers; i++) {
        tf_arena_rewind(batch->rows[i].arena);
        batch->rows[i].count = 0;
    }
}

static void forget_judgement(struct tf_batch *batch)
{
    tf_batch_forget_rows(batch);
    for (unsigned i = 0; i < batch->workers; i++)
        tf_arena_rewind(batch->arenas[i]);
}

struct tf_slice tf_batch_whole(const struct tf_batch *batch)
{
    return (struct tf_slice){0, batch->count};
}

void tf_batch_reset(struct tf_batch *batch)
{
    forget_judgement(batch);
    batch->count = 0;
    batch->bytes = 0;
    batch->polled_ns = 0;
}

/* Events lie in the arenas too, so decode runs again as well: only what the source gave is kept. */
void tf_batch_restart(struct tf_batch *batch)
{
    forget_judgement(batch);
    for (size_t i = 0; i < batch->count; i++) {
        struct tf_item *item = &batch->items[i];
        *item = (struct tf_item){
            .position = item->position,
            .key = item->key,
            .value = item->value,
            .ce_id = item->id_enveloped ? TF_STR_NONE : item->ce_id,
            .ce_source = item->id_enveloped ? TF_STR_NONE : item->ce_source,
            .ce_type = item->ce_type,
            .ce_time = item->ce_time,
            .traceparent = item->trace_enveloped ? TF_STR_NONE : item->traceparent,
            .tf_role = item->tf_role,
            .tf_origin = item->tf_origin,
            .tf_root = item->tf_root,
            .borrowed = item->borrowed,
            .worker = item->worker,
        };
    }
}

struct tf_item *tf_batch_add(struct tf_batch *batch)
{
    if (batch->count == batch->capacity)
        return NULL;
    struct tf_item *item = &batch->items[batch->count++];
    memset(item, 0, sizeof *item);
    return item;
}

static bool grow_rows(struct tf_batch *batch, unsigned worker)
{
    size_t capacity = batch->rows_capacity[worker] ? batch->rows_capacity[worker] * 2 : ROWS_MIN;
    if (batch->rows_capacity[worker] > batch->capacity * ROWS_OF_ITEM_MAX)
        return false;
    struct tf_row *rows = realloc(batch->rows[worker].items, capacity * sizeof *rows);
    if (rows == NULL)
        return false;
    batch->rows[worker].items = rows;
    batch->rows_capacity[worker] = capacity;
    return true;
}

struct tf_row *tf_batch_row(struct tf_batch *batch, unsigned worker)
{
    struct tf_rows *rows = &batch->rows[worker];
    if (rows->count == batch->rows_capacity[worker] && !grow_rows(batch, worker))
        return NULL;
    struct tf_row *row = &rows->items[rows->count++];
    memset(row, 0, offsetof(struct tf_row, headers)); /* headers_count says how many of them hold */
    return row;
}
