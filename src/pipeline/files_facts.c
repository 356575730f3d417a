/* What is known of the files themselves, as they were given, and of the places of their records. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "files_internal.h"

enum { BLOCK_BYTES = 1 << 20 };

static enum tf_err hash_all(const struct tf_file *file, char *block, struct tf_hash_stream *stream, struct tf_fault *fault)
{
    off_t at = 0;
    for (;;) {
        const ssize_t got = pread(file->fd, block, BLOCK_BYTES, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return tf_fault_set(fault, TF_E_IO, "%s: reading failed: %s", file->name, strerror(errno));
        if (got == 0)
            return TF_OK;
        tf_hash_stream_add(stream, (struct tf_str){block, (size_t)got});
        at += got;
    }
}

enum tf_err tf_files_hash(struct tf_file *file, struct tf_fault *fault)
{
    struct tf_hash_stream stream;
    char *block = malloc(BLOCK_BYTES);
    if (!block)
        return TF_E_MEMORY;
    tf_hash_stream_init(&stream);
    const enum tf_err err = hash_all(file, block, &stream, fault);
    free(block);
    tf_hash_stream_end(&stream, file->sha256);
    file->hashed = err == TF_OK;
    return err;
}

size_t tf_files_given(const struct tf_files *files) { return files->files_count; }

struct tf_files_facts tf_files_facts(const struct tf_files *files, uint32_t number)
{
    const struct tf_file *file = &files->files[number];
    return (struct tf_files_facts){
        .name = file->name,
        .format = file->format ? file->format->name : file->one_document ? "document" : "records",
        .bytes = file->bytes,
        .sha256 = file->hashed ? file->sha256 : NULL,
    };
}

uint64_t tf_files_rank(const struct tf_files *files, const struct tf_item *item)
{
    return (uint64_t)((const struct tf_file_entry *)item->borrowed - files->entries);
}

struct tf_str tf_files_at(struct tf_files *files, uint64_t rank, struct tf_arena *arena, uint32_t *ret_file, uint64_t *ret_line)
{
    const struct tf_file_entry *entry = &files->entries[rank];
    char *text = tf_arena_alloc(arena, entry->len ? entry->len : 1);
    *ret_file = entry->file;
    *ret_line = entry->line;
    return text && tf_files_read(files, entry, text) == TF_OK ? (struct tf_str){text, entry->len} : TF_STR_NONE;
}
