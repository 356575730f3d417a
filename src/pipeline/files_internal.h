/* The index of files: what files.c serves and files_index.c builds. */
#ifndef TF_FILES_INTERNAL_H
#define TF_FILES_INTERNAL_H

#include <stdatomic.h>
#include <stdio.h>

#include "taxflow/files_findings.h"
#include "taxflow/files_watch.h"
#include "taxflow/hash.h"
#include "taxflow/import.h"
#include "taxflow/pipeline.h"
#include "taxflow/scratch.h"

struct tf_file {
    char *name;
    int fd;
    uint64_t bytes;
    const struct tf_import_format *format; /* of another program: fd holds the records made of it, lines are its own; NULL */
    const char *company; /* of records in it that name none; NULL: as configured. While it is indexed */
    bool hashed;
    uint8_t sha256[32]; /* of the file as it was given */
    struct tf_str summary; /* of another program's: what its reader counted; absent: nothing */
    bool shares_fd;    /* a part of the file before it: closes nothing */
    uint32_t leader;   /* number of the file whose import reads this one too; its own: none does */
    bool one_document; /* one record over many lines: XML, or JSON as people lay it out */
};

/* Where one record lies and where it belongs. Records that could not be read come first, in file order. */
struct tf_file_entry {
    int64_t time_ms;       /* event time; INT64_MIN for unreadable lines and records without one */
    struct tf_known_record known; /* zero for unreadable lines; the body hash also decides between two bodies of one id */
    uint64_t text;         /* hash of its bytes: they must be the same when they are judged */
    uint64_t event_id;     /* hash of ce_id, for tf_files_find */
    uint64_t offset;
    uint32_t len;
    uint32_t line;
    uint32_t file;
    uint32_t revision;     /* capped: amendments follow what they amend */
    uint32_t problem;      /* number of tf_files.problems, from 1, of what an import could not read; 0 = none */
    bool bare;             /* read well, and without an envelope */
};

/* Bytes of one file, read at once where most records of a batch lie there: no read for each. One batch is on its way at a time. */
struct tf_file_stretch {
    uint32_t file;
    uint64_t offset;
    size_t len, cap; /* len 0: none */
    char *bytes;
};

struct tf_file_name { uint64_t hash; uint32_t entry; };

struct tf_files {
    struct tf_file *files;
    size_t files_count, files_capacity;
    bool opens_parts;   /* files that a given one names, and lie beside it, are opened */
    uint64_t bytes;
    struct tf_file_entry *entries; /* sorted once indexed */
    uint64_t count, capacity;
    uint64_t next;
    const atomic_bool *stop;       /* indexing gives up once it is set; may be NULL */
    _Atomic(const struct tf_file *) broken; /* the file whose bytes could not be had again */
    const char *(*earlier)(void *self, uint32_t number); /* names of files of earlier runs; NULL: there were none */
    void *earlier_self;
    struct tf_problem *problems;   /* of imports; their words lie in the arena */
    size_t problems_count, problems_capacity;
    struct tf_file_finding *findings; /* of files as wholes; likewise */
    size_t findings_count, findings_capacity;
    uint64_t rules_broken[TF_IMPORT_RULES_MAX]; /* how often each rule of files, those included of which no finding is kept */
    struct tf_arena *words;
    struct tf_file_name *by_id;    /* made on the first tf_files_find */
    char *line;
    size_t line_cap;
    struct tf_file_stretch stretch; /* of the batch being judged */
};

/* What an index tells while it is made; both may be empty. */
struct tf_files_progress {
    void (*tell)(void *self, uint64_t done, uint64_t total);
    void *self;
};

/** Read every line of every file and sort the entries. files_index.c */
enum tf_err tf_files_index(struct tf_files *files, const struct tf_config *config, unsigned workers, struct tf_files_progress progress,
                           const struct tf_files_watch *watch, struct tf_fault *fault) TF_MUST_CHECK;
/** Fill file->sha256; where it stands does not change. TF_E_IO. files_facts.c */
enum tf_err tf_files_hash(struct tf_file *file, struct tf_fault *fault) TF_MUST_CHECK;
/** Put entries in the order (event time, identity, revision, body, file, line). TF_OK; TF_E_MEMORY. files_order.c */
enum tf_err tf_files_sort(struct tf_file_entry *entries, uint64_t count) TF_MUST_CHECK;
/** The arena of words, made when first asked for; NULL when memory ran out. files_findings.c */
struct tf_arena *tf_files_words(struct tf_files *files);
/** Keep a finding about a file, and what its reader counted. TF_E_MEMORY. files_findings.c */
enum tf_err tf_files_keep_finding(struct tf_files *files, uint32_t file, const struct tf_import_finding *finding) TF_MUST_CHECK;
enum tf_err tf_files_keep_summary(struct tf_files *files, uint32_t file, struct tf_str json, const uint64_t broken[TF_IMPORT_RULES_MAX]) TF_MUST_CHECK;
/** Find what every file is, and which ones are read together; digests: of each as it was given, before anything takes its place. files_together.c */
enum tf_err tf_files_together(struct tf_files *files, const struct tf_config *config, bool digests, struct tf_fault *fault) TF_MUST_CHECK;
/** The files that an import reads together, their leader first; NULL with *ret_count 0 when memory ran out. The caller frees both. */
struct tf_import_file *tf_files_of_leader(const struct tf_files *files, uint32_t leader, uint32_t **ret_numbers, size_t *ret_count);
/** Open one more file, at the end of the list; "-" is standard input. files.c */
enum tf_err tf_files_open(struct tf_files *files, const char *path, struct tf_fault *fault) TF_MUST_CHECK;
/** Read so many bytes of a file; false where it has fewer of them by now, or cannot be read. Thread any. */
bool tf_files_read_stretch(const struct tf_file *file, uint64_t offset, size_t len, char *at);
/** Whether these are an entry's bytes as they were indexed; NULL: they could not be read. TF_E_IO: tf_files_check names the file. Thread any. */
enum tf_err tf_files_verify(struct tf_files *files, const struct tf_file_entry *entry, const char *bytes) TF_MUST_CHECK;
/** Read an entry's bytes into at, which has room for them, and verify them. Thread any. */
enum tf_err tf_files_read(struct tf_files *files, const struct tf_file_entry *entry, char *at) TF_MUST_CHECK;
/** Hash of an entry's bytes, for tf_file_entry.text. */
uint64_t tf_files_text_hash(struct tf_str text);
/** Hash by which tf_files_find looks an id up. */
uint64_t tf_files_event_hash(struct tf_str event_id);

#endif
