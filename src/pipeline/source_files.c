/* Files as a source: a poll says where records lie; workers read them, and decode them like lines that a collector would read. */
#include <stdlib.h>
#include <time.h>

#include "files_internal.h"

enum { BATCH_TEXT_BYTES_MAX = 8 * 1024 * 1024 }; /* as kafka.batch_bytes: what is made of a record takes many times its text */

enum { STRETCH_SPREAD = 2, STRETCH_FEW = 16 };

/*
 * The stretch that holds the records of the first one's file, where they lie close by: a file in order of time, or nearly so. A record that is
 * not there is read by itself.
 */
static void read_stretch(struct tf_files *files, const struct tf_batch *batch)
{
    struct tf_file_stretch *stretch = &files->stretch;
    uint64_t first = UINT64_MAX, end = 0, bytes = 0;
    size_t count = 0;
    stretch->len = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct tf_file_entry *entry = batch->items[i].borrowed;
        if (i == 0)
            stretch->file = entry->file;
        if (entry->file != stretch->file)
            continue;
        first = entry->offset < first ? entry->offset : first;
        end = entry->offset + entry->len > end ? entry->offset + entry->len : end;
        bytes += entry->len;
        count++;
    }
    if (count < STRETCH_FEW || end - first > bytes * STRETCH_SPREAD)
        return;
    if (end - first > stretch->cap) {
        free(stretch->bytes);
        stretch->cap = end - first;
        stretch->bytes = malloc(stretch->cap);
        if (!stretch->bytes) {
            stretch->cap = 0;
            return;
        }
    }
    if (tf_files_read_stretch(&files->files[stretch->file], first, end - first, stretch->bytes)) {
        stretch->offset = first;
        stretch->len = end - first;
    }
}

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
    read_stretch(files, batch);
    return tf_files_check(files, fault);
}

static enum tf_err fetch_text(struct tf_files *files, const struct tf_file_entry *entry, struct tf_arena *arena, struct tf_str *ret_text)
{
    const struct tf_file_stretch *stretch = &files->stretch;
    ret_text->len = entry->len;
    if (stretch->len > 0 && entry->file == stretch->file && entry->offset >= stretch->offset && entry->offset + entry->len <= stretch->offset + stretch->len) {
        ret_text->ptr = stretch->bytes + (entry->offset - stretch->offset);
        return tf_files_verify(files, entry, ret_text->ptr);
    }
    char *text = tf_arena_alloc(arena, entry->len ? entry->len : 1);
    if (!text)
        return TF_E_LIMIT;
    ret_text->ptr = text;
    return tf_files_read(files, entry, text);
}

static enum tf_err files_fetch(void *self, struct tf_item *item, struct tf_arena *arena)
{
    struct tf_files *files = self;
    const struct tf_file_entry *entry = item->borrowed;
    TF_TRY(fetch_text(files, entry, arena, &item->value));
    item->known = entry->bare ? &entry->known : NULL;
    if (entry->problem > 0) { /* an import has looked into it */
        item->problem = files->problems[entry->problem - 1];
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
