/* Files that are read by somebody who keeps books of them: each record is told of while the index is made, and each file's own facts are kept. */
#ifndef TAXFLOW_FILES_WATCH_H
#define TAXFLOW_FILES_WATCH_H

#include "taxflow/pipeline.h"

/* What is found while files are indexed, for whoever keeps books of it. */
struct tf_files_seen {
    uint32_t file;
    uint64_t line;
    const struct tf_event *event; /* NULL: no record */
    struct tf_hash16 id;          /* its identity without the revision */
};
struct tf_files_watch {
    void *self;
    /* Each record once, on any worker (below the count given to create), before it is judged; the event lives until the call returns. */
    void (*record)(void *self, unsigned worker, const struct tf_files_seen *seen);
    bool digests; /* of the files, too */
};
/** As tf_files_create, watched; watch is borrowed for the call. */
enum tf_err tf_files_create_watched(const struct tf_config *config, const char *const *paths, size_t count, unsigned workers,
                                    void (*progress)(void *self, uint64_t done, uint64_t total), void *self, const struct tf_files_watch *watch,
                                    struct tf_files **ret_files, struct tf_fault *fault) TF_MUST_CHECK;

/* A file as it was given. */
struct tf_files_facts {
    const char *name, *format; /* format: of tf_import_formats, else "records" or "document" */
    uint64_t bytes;
    const uint8_t *sha256; /* 32 bytes, of the file as it lies there; NULL: no digests were asked for */
};
/** How many files there are, and what is known of one of them. */
size_t tf_files_given(const struct tf_files *files);
struct tf_files_facts tf_files_facts(const struct tf_files *files, uint32_t file);
/** The rank of a record in the files' order, by which it can be had again; of an item that these files handed out. */
uint64_t tf_files_rank(const struct tf_files *files, const struct tf_item *item);
/** Its text, in the arena, with file and line; absent where it cannot be read any more. Thread one. */
struct tf_str tf_files_at(struct tf_files *files, uint64_t rank, struct tf_arena *arena, uint32_t *ret_file, uint64_t *ret_line);

#define TF_FILES_EARLIER (UINT32_C(1) << 31) /* numbers from here on: files of earlier runs */
/** Names of files from TF_FILES_EARLIER on, which only others know; name gets the number less that. self is borrowed. */
void tf_files_know_earlier(struct tf_files *files, const char *(*name)(void *self, uint32_t number), void *self);

#endif
