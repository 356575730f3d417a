/* Files as a source: each record is handed over with its raw text, and decoded like a line a collector would read. */
#include <time.h>

#include "files_internal.h"

enum {
    BATCH_TEXT_BYTES_MAX = 8 * 1024 * 1024,   /* as kafka.batch_bytes: what is made of a record takes many times its text */
    TEXTS_BYTES_MAX = 1024 * 1024 * 1024,
};

static enum tf_err files_poll(void *self, struct tf_batch *batch, int64_t wait_ms, struct tf_fault *fault)
{
    struct tf_files *files = self;
    (void)wait_ms;
    struct tf_str text;
    uint32_t file;
    uint64_t line;
    if (!files->texts && !(files->texts = tf_arena_create(TEXTS_BYTES_MAX)))
        return TF_E_MEMORY;
    while (batch->count < batch->capacity && batch->bytes < BATCH_TEXT_BYTES_MAX && tf_files_next(files, &text, &file, &line)) {
        struct tf_item *item = tf_batch_add(batch);
        if (!item)
            return TF_E_LIMIT;
        item->worker = (uint32_t)((batch->count - 1) % batch->workers);
        item->value = tf_arena_dup(files->texts, text);
        if (!tf_str_present(item->value))
            return TF_E_LIMIT;
        item->position = (struct tf_position){.topic = tf_str_of(tf_files_name(files, file)), .partition = file, .offset = (int64_t)line};
        batch->bytes += text.len;
    }
    return tf_files_check(files, fault);
}

static enum tf_err files_keep_alive(void *self, int64_t wait_ms, struct tf_fault *fault)
{
    struct timespec wait = {.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000};
    (void)self;
    (void)fault;
    nanosleep(&wait, NULL);
    return TF_OK;
}

static void files_release(void *self, struct tf_batch *batch)
{
    const struct tf_files *files = self;
    (void)batch;
    if (files->texts)
        tf_arena_rewind(files->texts);
}

static bool files_finished(void *self)
{
    const struct tf_files *files = self;
    return files->next >= files->count;
}

static const char *files_topic_of(void *self, uint32_t partition)
{
    return tf_files_name(self, partition);
}

struct tf_source tf_source_files(struct tf_files *files)
{
    return (struct tf_source){
        .self = files,
        .poll = files_poll,
        .keep_alive = files_keep_alive,
        .release = files_release,
        .finished = files_finished,
        .topic_of = files_topic_of,
    };
}
