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

static struct tf_rows *destroy_rows(struct tf_rows *rows, unsigned workers)
{
    for (unsigned i = 0; rows != NULL && i < workers; i++) {
        free(rows[i].items);
        tf_arena_destroy(rows[i].arena);
    }
    free(rows);
    return NULL;
}

static struct tf_rows *create_rows(unsigned workers, size_t arena_bytes)
{
    struct tf_rows *rows = calloc(workers, sizeof *rows);
    bool whole = rows != NULL;
    for (unsigned i = 0; whole && i < workers; i++)
        whole = (rows[i].arena = tf_arena_create(arena_bytes)) != NULL;
    return whole ? rows : destroy_rows(rows, workers);
}

static bool allocate(struct tf_batch *batch, size_t arena_bytes)
{
    batch->items = calloc(batch->capacity, sizeof *batch->items);
    batch->arenas = calloc(batch->workers + 1, sizeof *batch->arenas);
    batch->rows = create_rows(batch->workers, arena_bytes);
    batch->ready = create_rows(batch->workers, arena_bytes);
    if (!batch->items || !batch->arenas || !batch->rows || !batch->ready)
        return false;
    for (unsigned i = 0; i <= batch->workers; i++)
        if ((batch->arenas[i] = tf_arena_create(arena_bytes)) == NULL)
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
    for (unsigned i = 0; batch->arenas != NULL && i <= batch->workers; i++)
        tf_arena_destroy(batch->arenas[i]);
    destroy_rows(batch->rows, batch->workers);
    destroy_rows(batch->ready, batch->workers);
    free(batch->items);
    free(batch->arenas);
    free(batch);
    return NULL;
}

static void forget_rows(struct tf_rows *rows, unsigned workers)
{
    for (unsigned i = 0; i < workers; i++) {
        tf_arena_rewind(rows[i].arena);
        rows[i].count = 0;
    }
}

void tf_batch_rows_ready(struct tf_batch *batch)
{
    struct tf_rows *written = batch->rows;
    batch->rows = batch->ready;
    batch->ready = written;
    forget_rows(batch->rows, batch->workers);
}

struct tf_arena *tf_batch_own_arena(const struct tf_batch *batch)
{
    return batch->arenas[batch->workers];
}

static void forget_judgement(struct tf_batch *batch)
{
    forget_rows(batch->rows, batch->workers);
    forget_rows(batch->ready, batch->workers);
    for (unsigned i = 0; i <= batch->workers; i++)
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

static void take_items(struct tf_batch *to, const struct tf_batch *from)
{
    to->items = from->items;
    to->count = from->count;
    to->bytes = from->bytes;
    to->polled_ns = from->polled_ns;
    to->polled_mono_ms = from->polled_mono_ms;
}

void tf_batch_swap_items(struct tf_batch *a, struct tf_batch *b)
{
    const struct tf_batch before = *a;
    take_items(a, b);
    take_items(b, &before);
}

static bool grow_rows(struct tf_rows *rows, size_t most)
{
    size_t capacity = rows->capacity ? rows->capacity * 2 : ROWS_MIN;
    if (rows->capacity > most)
        return false;
    struct tf_row *items = realloc(rows->items, capacity * sizeof *items);
    if (items == NULL)
        return false;
    rows->items = items;
    rows->capacity = capacity;
    return true;
}

struct tf_row *tf_batch_row(struct tf_batch *batch, unsigned worker)
{
    struct tf_rows *rows = &batch->rows[worker];
    if (rows->count == rows->capacity && !grow_rows(rows, batch->capacity * ROWS_OF_ITEM_MAX))
        return NULL;
    struct tf_row *row = &rows->items[rows->count++];
    memset(row, 0, offsetof(struct tf_row, headers)); /* headers_count says how many of them hold */
    return row;
}
