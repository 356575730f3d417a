#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files_internal.h"
#include "taxflow/reader_xml.h"
#include "taxflow/scratch.h"
#include "taxflow/thread.h"

enum {
    CHUNK_BYTES = 8 * 1024 * 1024,   /* read and decoded at a time */
    CHUNK_BYTES_LEAST = 4 * 1024,
    LINE_BYTES_MAX = 64 * 1024 * 1024, /* a longer line is indexed by its first bytes and dead-lettered as too big */
    ARENA_BYTES_MAX = 1024 * 1024 * 1024,
};

struct indexer {
    struct tf_files *files;
    const struct tf_files_watch *watch; /* may be NULL */
    struct tf_team *team;
    struct tf_reader **readers;
    struct tf_arena **arenas;
    unsigned workers;
    char *chunk;
    size_t chunk_cap;
    uint64_t first;      /* first entry of the chunk being decoded */
    uint64_t chunk_at;   /* file offset of chunk[0] */
    bool skipping;       /* the chunk begins inside a line whose first bytes were indexed */
};

uint64_t tf_files_event_hash(struct tf_str event_id)
{
    return tf_hash16_u64(tf_hash_table(event_id, 0));
}

uint64_t tf_files_text_hash(struct tf_str text)
{
    return tf_hash16_u64(tf_hash_table(text, 1));
}

static struct tf_file_entry *add_entry(struct tf_files *files)
{
    if (files->count == files->capacity) {
        uint64_t capacity = files->capacity ? files->capacity * 2 : 4096;
        struct tf_file_entry *entries = capacity <= UINT32_MAX ? realloc(files->entries, capacity * sizeof *entries) : NULL;
        if (!entries)
            return NULL;
        files->entries = entries;
        files->capacity = capacity;
    }
    struct tf_file_entry *entry = &files->entries[files->count++];
    memset(entry, 0, sizeof *entry);
    entry->time_ms = INT64_MIN;
    return entry;
}

static void tell(const struct indexer *x, const struct tf_file_entry *entry, unsigned worker, const struct tf_event *event)
{
    if (x->watch)
        x->watch->record(x->watch->self, worker, &(struct tf_files_seen){entry->file, entry->line, event, entry->known.identity});
}

/* What can be known of a record without judging it. A line that cannot be read keeps its place and fails again when judged. */
static void place(struct indexer *x, struct tf_file_entry *entry, unsigned worker)
{
    struct tf_envelope envelope = {0};
    struct tf_event event = {0};
    struct tf_problem problem = {0};
    struct tf_arena *arena = x->arenas[worker];
    struct tf_str text = {x->chunk + (entry->offset - x->chunk_at), entry->len};
    entry->text = tf_files_text_hash(text);
    tf_arena_rewind(arena);
    if (entry->problem > 0 || tf_reader_read(x->readers[worker], text, arena, &envelope, &event, &problem) != TF_OK) {
        tell(x, entry, worker, NULL);
        return;
    }
    entry->time_ms = event.event_time_present ? event.event_time_ms : INT64_MIN;
    entry->known = (struct tf_known_record){tf_identity_record(envelope.source, envelope.id), envelope.body_hash};
    entry->bare = envelope.bare;
    entry->revision = event.revision < UINT32_MAX ? (uint32_t)event.revision : UINT32_MAX;
    entry->event_id = tf_files_event_hash(envelope.id);
    tell(x, entry, worker, &event);
}

static void place_slice(void *argument, unsigned worker)
{
    struct indexer *x = argument;
    for (uint64_t i = x->first + worker; i < x->files->count; i += x->workers)
        place(x, &x->files->entries[i], worker);
}

static bool blank(const char *text, size_t len)
{
    return tf_str_blank((struct tf_str){text, len});
}

static enum tf_err index_line(struct indexer *x, uint32_t file, uint32_t line, size_t at, size_t len)
{
    const char *start = x->chunk + at;
    if (blank(start, len))
        return TF_OK;
    struct tf_file_entry *entry = add_entry(x->files);
    if (!entry)
        return TF_E_MEMORY;
    entry->offset = x->chunk_at + at;
    entry->len = (uint32_t)(start[len - 1] == '\r' ? len - 1 : len);
    entry->line = line;
    entry->file = file;
    return TF_OK;
}

/* Spreadsheets and Windows editors put a byte order mark before UTF-8 text (RFC 3629 section 6). */
static size_t skip_mark(const struct indexer *x, size_t have)
{
    return x->chunk_at == 0 && have >= 3 && memcmp(x->chunk, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/*
 * XML begins with "<" or, in UTF-16, with a byte order mark; an object of JSON laid out over lines begins with a line of "{" alone, which no line
 * of NDJSON is.
 */
static bool is_one_document(const char *bytes, size_t have)
{
    struct tf_str text = tf_str_trim((struct tf_str){bytes, have});
    if (have >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0))
        return true;
    if (text.len == 0 || tf_reader_xml_sniff(text))
        return text.len > 0;
    const char *end = memchr(text.ptr, '\n', text.len);
    return end && tf_str_is(tf_str_trim((struct tf_str){text.ptr, (size_t)(end - text.ptr)}), "{");
}

/* Cut the chunk into lines; returns how many bytes were used. The last line of a file needs no line end. */
static enum tf_err cut_lines(struct indexer *x, uint32_t file, size_t have, bool at_end, uint32_t *line, size_t *ret_used)
{
    size_t used = skip_mark(x, have);
    struct tf_file *of = &x->files->files[file];
    if (x->chunk_at == 0 && *line == 0)
        of->one_document = is_one_document(x->chunk + used, have - used);
    while (used < have) {
        const char *end = of->one_document ? NULL : memchr(x->chunk + used, '\n', have - used);
        bool too_long = !end && have - used > LINE_BYTES_MAX;
        if (!end && !at_end && !x->skipping && !too_long)
            break;
        size_t len = end ? (size_t)(end - (x->chunk + used)) : have - used;
        if (!x->skipping)
            TF_TRY(index_line(x, file, ++*line, used, len));
        x->skipping = !end;
        used += len + (end ? 1 : 0);
    }
    *ret_used = used;
    return TF_OK;
}

/* For what is left of the file and the end behind it: a small one shall not cost a large chunk. It may have grown since it was opened. */
static size_t room_wanted(const struct tf_file *file, uint64_t at)
{
    uint64_t left = file->bytes > at ? file->bytes - at : 0;
    return left < CHUNK_BYTES_LEAST ? CHUNK_BYTES_LEAST : left < CHUNK_BYTES ? (size_t)left + 1 : CHUNK_BYTES;
}

static bool room_for(struct indexer *x, size_t bytes)
{
    if (bytes <= x->chunk_cap)
        return true;
    char *chunk = realloc(x->chunk, bytes);
    if (!chunk)
        return false;
    x->chunk = chunk;
    x->chunk_cap = bytes;
    return true;
}

static enum tf_err read_some(const struct tf_file *file, char *into, size_t room, size_t *ret_got, struct tf_fault *fault)
{
    ssize_t got;
    do
        got = read(file->fd, into, room);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return tf_fault_set(fault, TF_E_IO, "%s: reading failed: %s", file->name, strerror(errno));
    *ret_got = (size_t)got;
    return TF_OK;
}

/* What is long must not keep a process from ending: the file is read again by the next. */
static enum tf_err heed_stop(const struct tf_files *files)
{
    return files->stop && atomic_load(files->stop) ? TF_E_UNAVAILABLE : TF_OK;
}

/* ---- Files of other programs ---- */

/* A file that is read by an import: its records are gathered in the chunk, and go to a temporary file that takes its place. */
struct import {
    struct indexer *x;
    uint32_t file;       /* whose records follow: the file itself, one that is read together with it, or a part of it */
    uint32_t archive;    /* the file itself */
    uint32_t first_part; /* of its parts, in order of their telling */
    uint32_t *together;  /* numbers of the files that are read together */
    int scratch;
    size_t have;
    struct tf_fault *fault;
};

static enum tf_err flush_import(struct import *import)
{
    struct indexer *x = import->x;
    tf_team_run(x->team, place_slice, x);
    if (!tf_scratch_write(import->scratch, x->chunk, import->have))
        return tf_fault_set(import->fault, TF_E_IO, "%s: its records cannot be written to a temporary file: %s; set TMPDIR to a folder with room",
                            x->files->files[import->file].name, strerror(errno));
    x->chunk_at += import->have;
    x->first = x->files->count;
    import->have = 0;
    return TF_OK;
}

static enum tf_err take_text(struct import *import, struct tf_str text, uint64_t line, uint32_t problem)
{
    struct indexer *x = import->x;
    TF_TRY(heed_stop(x->files));
    if (import->have + text.len > CHUNK_BYTES)
        TF_TRY(flush_import(import));
    if (text.len > UINT32_MAX / 2 || !room_for(x, import->have + text.len))
        return TF_E_MEMORY;
    struct tf_file_entry *entry = add_entry(x->files);
    if (!entry)
        return TF_E_MEMORY;
    memcpy(x->chunk + import->have, text.ptr, text.len);
    entry->offset = x->chunk_at + import->have;
    entry->len = (uint32_t)text.len;
    entry->line = line == 0 ? 1 : line < UINT32_MAX ? (uint32_t)line : UINT32_MAX; /* all of it begins with its first */
    entry->file = import->file;
    entry->problem = problem;
    import->have += text.len;
    return TF_OK;
}

static enum tf_err take_record(void *self, struct tf_str text, uint64_t line) { return take_text(self, text, line, 0); }

/* A part of an archive is a file of its own by name, behind those that were given; its records lie where the archive's do. */
static enum tf_err begin_part(void *self, const struct tf_import_part *told)
{
    struct import *import = self;
    struct tf_files *files = import->x->files;
    TF_TRY(flush_import(import));
    struct tf_file *grown = files->files_count < UINT32_MAX ? realloc(files->files, (files->files_count + 1) * sizeof *grown) : NULL;
    if (!grown)
        return TF_E_MEMORY;
    files->files = grown;
    files->files_capacity = files->files_count + 1;
    struct tf_file *part = &grown[files->files_count];
    *part = (struct tf_file){.fd = import->scratch, .shares_fd = true, .bytes = told->bytes, .format = told->format, .one_document = told->one_document,
                             .leader = (uint32_t)files->files_count};
    import->file = (uint32_t)files->files_count;
    if (asprintf(&part->name, "%s/%.*s", grown[import->archive].name, TF_STR_ARGS(told->name)) < 0)
        return TF_E_MEMORY;
    files->files_count++;
    return TF_OK;
}

static void begin_part_again(void *self, size_t number, struct tf_str name)
{
    struct import *import = self;
    (void)name;
    import->file = import->first_part + (uint32_t)number;
}

static void take_digest(void *self, size_t number, const uint8_t sha256[32])
{
    const struct import *import = self;
    struct tf_file *part = &import->x->files->files[import->first_part + number];
    memcpy(part->sha256, sha256, sizeof part->sha256);
    part->hashed = true;
}

static struct tf_problem *add_problem(struct tf_files *files)
{
    if (files->problems_count == files->problems_capacity) {
        size_t capacity = files->problems_capacity ? files->problems_capacity * 2 : 64;
        struct tf_problem *problems = realloc(files->problems, capacity * sizeof *problems);
        if (!problems)
            return NULL;
        files->problems = problems;
        files->problems_capacity = capacity;
    }
    return &files->problems[files->problems_count++];
}

static enum tf_err take_unreadable(void *self, struct tf_str text, uint64_t line, const struct tf_problem *problem)
{
    struct import *import = self;
    struct tf_files *files = import->x->files;
    struct tf_problem *kept = tf_files_words(files) ? add_problem(files) : NULL;
    if (!kept)
        return TF_E_MEMORY;
    *kept = *problem;
    kept->line = 0; /* of a document; the entry has the file's */
    kept->path = tf_arena_dup(files->words, problem->path);
    kept->detail = tf_arena_dup(files->words, problem->detail);
    return take_text(import, text, line, (uint32_t)files->problems_count);
}

static enum tf_err take_finding(void *self, const struct tf_import_finding *finding)
{
    struct import *import = self;
    return tf_files_keep_finding(import->x->files, import->file, finding);
}

static enum tf_err take_summary(void *self, struct tf_str json, const uint64_t broken[TF_IMPORT_RULES_MAX], enum tf_import_books books)
{
    struct import *import = self;
    (void)books;
    return tf_files_keep_summary(import->x->files, import->file, json, broken);
}

static void change_file(void *self, size_t number)
{
    struct import *import = self;
    import->file = import->together[number];
}

/* The records of all files that were read together lie in one temporary file. */
static void replace_files(const struct import *import, size_t count)
{
    if (count == 0)
        close(import->scratch);
    for (size_t i = 0; i < count; i++) {
        struct tf_file *file = &import->x->files->files[import->together[i]];
        if (file->fd > STDERR_FILENO && !file->shares_fd)
            close(file->fd);
        file->fd = import->scratch;
        file->shares_fd = i > 0;
    }
}

static enum tf_err import_files(struct import *import, const struct tf_config *config, uint32_t number, struct tf_fault *fault)
{
    struct indexer *x = import->x;
    struct tf_file *file = &x->files->files[number];
    const bool digests = x->watch && x->watch->digests;
    const struct tf_import_sink sink = {import, take_record, take_unreadable, take_finding, take_summary, begin_part, begin_part_again, digests ? take_digest : NULL};
    struct tf_import_options options;
    size_t count;
    struct tf_import_file *together = tf_files_of_leader(x->files, number, &import->together, &count);
    tf_import_options_fill(&options, config);
    if (file->company)
        options.company = file->company;
    options.files = together;
    options.files_count = count;
    options.of_file = change_file;
    x->chunk_at = 0;
    x->first = x->files->count;
    enum tf_err err = count > 0 ? tf_import_read(file->format, file->fd, file->name, &options, &sink, fault) : TF_E_MEMORY;
    if (err == TF_OK)
        err = flush_import(import);
    free(together);
    replace_files(import, count);
    return err;
}

static enum tf_err import_file(struct indexer *x, const struct tf_config *config, uint32_t number, struct tf_fault *fault)
{
    struct import import = {.x = x, .file = number, .archive = number, .first_part = (uint32_t)x->files->files_count, .scratch = tf_scratch_open(), .fault = fault};
    if (import.scratch < 0)
        return tf_fault_set(fault, TF_E_IO, "%s: no temporary file can be made: %s; set TMPDIR to a folder with room", x->files->files[number].name,
                            strerror(errno));
    enum tf_err err = import_files(&import, config, number, fault);
    free(import.together);
    return err;
}

static enum tf_err index_records(struct indexer *x, uint32_t number, uint64_t *done, struct tf_files_progress progress, struct tf_fault *fault)
{
    struct tf_file *file = &x->files->files[number];
    if (lseek(file->fd, 0, SEEK_SET) < 0)
        return tf_fault_set(fault, TF_E_IO, "%s: cannot be read from its start: %s", file->name, strerror(errno));
    size_t have = 0;
    uint32_t line = 0;
    x->chunk_at = 0;
    x->skipping = false;
    for (bool at_end = false; !at_end;) {
        size_t room = room_wanted(file, x->chunk_at + have), got = 0, used = 0;
        if (!room_for(x, have + room))
            return TF_E_MEMORY;
        TF_TRY(heed_stop(x->files));
        TF_TRY(read_some(file, x->chunk + have, room, &got, fault));
        have += got;
        at_end = got == 0;
        x->first = x->files->count;
        TF_TRY(cut_lines(x, number, have, at_end, &line, &used));
        tf_team_run(x->team, place_slice, x);
        memmove(x->chunk, x->chunk + used, have - used);
        have -= used;
        x->chunk_at += used;
        *done += got;
        if (progress.tell)
            progress.tell(progress.self, *done, x->files->bytes);
    }
    return TF_OK;
}

static enum tf_err index_file(struct indexer *x, const struct tf_config *config, uint32_t number, uint64_t *done, struct tf_files_progress progress,
                              struct tf_fault *fault)
{
    const struct tf_file *file = &x->files->files[number];
    const uint64_t bytes = file->bytes; /* an import may move the list */
    if (!file->format)
        return index_records(x, number, done, progress, fault);
    if (file->leader == number)
        TF_TRY(import_file(x, config, number, fault)); /* and with it those it leads */
    *done += bytes;
    if (progress.tell)
        progress.tell(progress.self, *done, x->files->bytes);
    return TF_OK;
}

static bool create_indexer(struct indexer *x, struct tf_files *files, const struct tf_config *config, unsigned workers)
{
    *x = (struct indexer){.files = files, .workers = workers};
    x->team = tf_team_create("index", workers);
    x->readers = calloc(workers, sizeof *x->readers);
    x->arenas = calloc(workers, sizeof *x->arenas);
    for (unsigned w = 0; x->readers && x->arenas && w < workers; w++) {
        x->readers[w] = tf_reader_create(config->companies, config->companies_count, (size_t)config->collector.max_record_bytes);
        x->arenas[w] = tf_arena_create(ARENA_BYTES_MAX);
        if (!x->readers[w] || !x->arenas[w])
            return false;
    }
    return x->team && x->readers && x->arenas;
}

static void finish_indexer(struct indexer *x)
{
    tf_team_destroy(x->team);
    for (unsigned w = 0; w < x->workers; w++) {
        if (x->readers)
            tf_reader_destroy(x->readers[w]);
        if (x->arenas)
            tf_arena_destroy(x->arenas[w]);
    }
    free(x->readers);
    free(x->arenas);
    free(x->chunk);
}

enum tf_err tf_files_index(struct tf_files *files, const struct tf_config *config, unsigned workers, struct tf_files_progress progress,
                           const struct tf_files_watch *watch, struct tf_fault *fault)
{
    struct indexer x;
    uint64_t done = 0;
    enum tf_err err = create_indexer(&x, files, config, workers) ? TF_OK : TF_E_MEMORY;
    x.watch = watch;
    if (err == TF_OK)
        err = tf_files_together(files, config, watch && watch->digests, fault);
    const uint32_t given = (uint32_t)files->files_count; /* parts of archives are added behind them */
    for (uint32_t i = 0; i < given && err == TF_OK; i++)
        err = index_file(&x, config, i, &done, progress, fault);
    finish_indexer(&x);
    return err == TF_OK ? tf_files_sort(files->entries, files->count) : err;
}
