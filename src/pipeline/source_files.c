/* Files as a source: a poll says where records lie; workers read them, and decode them like lines that a collector would read. */
#include <time.h>

#include "files_internal.h"

enum { BATCH_TEXT_BYTES_MAX = 8 * 1024 * 1024 }; /* as kafka.batch_bytes: what is made of a record takes many times its text */

static enum tf_err files_poll(void *self, struct tf_batch *batch, int64_t wait_ms, struct tf_fault *fault)
{
    struct tf_files *files = self;
    (void)wait_ms;
    while (batch->count < batch->capacity && batch->bytes < BATCH_TEXT_BYTES_MAX && files->next < files->count) {
        struct tf_file_entry *entry = &files->entries[files->next];
        struct tf_item *item = tf_batch_add(batch);
        if (!item)
            return TF_E_LIMIT;
        files->next++;
        item->borrowed = entry;
        item->worker = (uint32_t)((batch->count - 1) % batch->workers);
        item->position = (struct tf_position){.topic = tf_str_of(tf_files_name(files, entry->file)), .partition = entry->file, .offset = entry->line};
        batch->bytes += entry->len;
    }
    return tf_files_check(files, fault);
}

static enum tf_err files_fetch(void *self, struct tf_item *item, struct tf_arena *arena)
{
    const struct tf_file_entry *entry = item->borrowed;
    char *text = tf_arena_alloc(arena, entry->len ? entry->len : 1);
    if (!text)
        return TF_E_LIMIT;
    TF_TRY(tf_files_read(self, entry, text));
    item->value = (struct tf_str){text, entry->len};
    if (entry->problem > 0) { /* an import has looked into it */
        item->problem = ((const struct tf_files *)self)->problems[entry->problem - 1];
        item->outcome = TF_OUTCOME_DEAD;
    }
    return TF_OK;
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
    (void)self;
    (void)batch;
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
        .fetch = files_fetch,
        .keep_alive = files_keep_alive,
        .release = files_release,
        .finished = files_finished,
        .topic_of = files_topic_of,
    };
}
