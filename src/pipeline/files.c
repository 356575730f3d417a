/*
 * An index of the records of some files, in event-time order.
 *
 * Every line is read once to learn when it happened and who it is; afterwards lines are fetched by position. So neither
 * the order of files nor of lines changes a verdict, and memory is one entry a record, not the records.
 */
#include "files_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COPY_BYTES = 1 << 16 };

/* Standard input and pipes cannot be read twice: they are copied to a temporary file. */
static int spool(int from)
{
    int fd = tf_scratch_open();
    if (fd < 0)
        return -1;
    char bytes[COPY_BYTES];
    ssize_t got;
    while ((got = read(from, bytes, sizeof bytes)) != 0)
        if ((got < 0 && errno != EINTR) || (got > 0 && !tf_scratch_write(fd, bytes, (size_t)got))) {
            int why = errno;
            close(fd);
            errno = why;
            return -1;
        }
    return fd;
}

static enum tf_err refuse(struct tf_fault *fault, const char *path)
{
    enum tf_err err = errno == EACCES || errno == EPERM ? TF_E_PERMISSION : TF_E_NO_INPUT;
    return tf_fault_set(fault, err, "%s: cannot be read: %s; give the path of a readable file of records", path, strerror(errno));
}

static struct tf_file *add_file(struct tf_files *files)
{
    if (files->files_count == files->files_capacity) {
        size_t capacity = files->files_capacity * 2 + 1;
        struct tf_file *wider = realloc(files->files, capacity * sizeof *wider);
        if (!wider)
            return NULL;
        files->files = wider;
        files->files_capacity = capacity;
    }
    struct tf_file *file = &files->files[files->files_count];
    *file = (struct tf_file){.leader = (uint32_t)files->files_count};
    return file;
}

enum tf_err tf_files_open(struct tf_files *files, const char *path, struct tf_fault *fault)
{
    struct tf_file *file = add_file(files);
    if (!file)
        return TF_E_MEMORY;
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0)
        return refuse(fault, path);
    if (S_ISDIR(info.st_mode)) {
        close(fd);
        errno = EISDIR;
        return refuse(fault, path);
    }
    if (!S_ISREG(info.st_mode)) {
        int spooled = spool(fd);
        if (!is_stdin)
            close(fd);
        fd = spooled;
        if (fd < 0 || fstat(fd, &info) != 0)
            return tf_fault_set(fault, TF_E_IO, "%s: cannot be copied to a temporary file: %s; set TMPDIR to a folder with room", path, strerror(errno));
    }
    file->fd = fd;
    file->name = strdup(is_stdin ? "stdin" : path);
    file->bytes = (uint64_t)info.st_size;
    files->files_count++;
    files->bytes += file->bytes;
    return file->name ? TF_OK : TF_E_MEMORY;
}

static struct tf_files *create_empty(size_t count)
{
    struct tf_files *files = calloc(1, sizeof *files);
    if (files && !(files->files = calloc(count ? count : 1, sizeof *files->files))) {
        free(files);
        return NULL;
    }
    if (files)
        files->files_capacity = count ? count : 1;
    return files;
}

enum tf_err tf_files_create(const struct tf_config *config, const char *const *paths, size_t count, unsigned workers,
                            void (*progress)(void *, uint64_t, uint64_t), void *self, struct tf_files **ret_files, struct tf_fault *fault)
{
    return tf_files_create_watched(config, paths, count, workers, progress, self, NULL, ret_files, fault);
}

enum tf_err tf_files_create_watched(const struct tf_config *config, const char *const *paths, size_t count, unsigned workers,
                                    void (*progress)(void *, uint64_t, uint64_t), void *self, const struct tf_files_watch *watch,
                                    struct tf_files **ret_files, struct tf_fault *fault)
{
    struct tf_files *files = create_empty(count);
    enum tf_err err = files ? TF_OK : TF_E_MEMORY;
    if (files)
        files->opens_parts = true;
    for (size_t i = 0; i < count && err == TF_OK; i++)
        err = tf_files_open(files, paths[i], fault);
    if (err == TF_OK)
        err = tf_files_index(files, config, workers, (struct tf_files_progress){progress, self}, watch, fault);
    if (err != TF_OK) {
        tf_files_destroy(files);
        return err;
    }
    *ret_files = files;
    return TF_OK;
}

static enum tf_err take_open(struct tf_files *files, const struct tf_files_input *input, struct tf_fault *fault)
{
    struct stat info;
    if (fstat(input->fd, &info) != 0)
        return tf_fault_set(fault, TF_E_IO, "%s: cannot be read: %s", input->name, strerror(errno));
    files->files[0] = (struct tf_file){.fd = input->fd, .name = strdup(input->name), .bytes = (uint64_t)info.st_size, .format = input->format,
                                       .company = input->company};
    files->files_count = 1;
    files->bytes = (uint64_t)info.st_size;
    files->stop = input->stop;
    return files->files[0].name ? TF_OK : TF_E_MEMORY;
}

enum tf_err tf_files_create_open(const struct tf_config *config, const struct tf_files_input *input, struct tf_files **ret_files, struct tf_fault *fault)
{
    struct tf_files *files = create_empty(1);
    enum tf_err err = files ? take_open(files, input, fault) : TF_E_MEMORY;
    if (!files || files->files_count == 0)
        close(input->fd);
    if (err == TF_OK)
        err = tf_files_index(files, config, 1, (struct tf_files_progress){NULL, NULL}, NULL, fault);
    if (err != TF_OK) {
        tf_files_destroy(files);
        return err;
    }
    *ret_files = files;
    return TF_OK;
}

struct tf_files *tf_files_destroy(struct tf_files *files)
{
    if (!files)
        return NULL;
    for (size_t i = 0; i < files->files_count; i++) {
        if (files->files[i].fd > STDERR_FILENO && !files->files[i].shares_fd)
            close(files->files[i].fd);
        free(files->files[i].name);
    }
    free(files->files);
    free(files->entries);
    free(files->by_id);
    free(files->problems);
    free(files->findings);
    tf_arena_destroy(files->words);
    free(files->line);
    free(files->stretch.bytes);
    free(files);
    return NULL;
}

static int by_place(const void *a, const void *b)
{
    const struct tf_file_entry *x = a, *y = b;
    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

void tf_files_in_line_order(struct tf_files *files)
{
    if (files->count)
        qsort(files->entries, files->count, sizeof *files->entries, by_place);
}

uint64_t tf_files_count(const struct tf_files *files)
{
    return files->count;
}

const char *tf_files_title(const struct tf_files *files, uint32_t file)
{
    if (file >= files->files_count)
        return "?";
    if (files->files[file].format)
        return files->files[file].format->title;
    return files->files[file].one_document ? "one document (XML or JSON)" : "records, one a line (NDJSON)";
}

void tf_files_know_earlier(struct tf_files *files, const char *(*name)(void *self, uint32_t number), void *self)
{
    files->earlier = name;
    files->earlier_self = self;
}

const char *tf_files_name(const struct tf_files *files, uint32_t file)
{
    if (file >= TF_FILES_EARLIER && files->earlier)
        return files->earlier(files->earlier_self, file - TF_FILES_EARLIER);
    return file < files->files_count ? files->files[file].name : "?";
}

const char *tf_files_format(const struct tf_files *files, uint32_t file)
{
    return file < files->files_count && files->files[file].format ? files->files[file].format->name : NULL;
}

bool tf_files_is_one_document(const struct tf_files *files, uint32_t file)
{
    return file < files->files_count && files->files[file].one_document;
}

static bool grow_line(struct tf_files *files, size_t len)
{
    if (len <= files->line_cap)
        return true;
    char *line = realloc(files->line, len);
    if (!line)
        return false;
    files->line = line;
    files->line_cap = len;
    return true;
}

bool tf_files_read_stretch(const struct tf_file *file, uint64_t offset, size_t len, char *at)
{
    for (size_t have = 0; have < len;) {
        ssize_t got = pread(file->fd, at + have, len - have, (off_t)(offset + have));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        have += (size_t)got;
    }
    return true;
}

enum tf_err tf_files_verify(struct tf_files *files, const struct tf_file_entry *entry, const char *bytes)
{
    if (bytes && tf_files_text_hash((struct tf_str){bytes, entry->len}) == entry->text)
        return TF_OK;
    atomic_store(&files->broken, &files->files[entry->file]);
    return TF_E_IO;
}

enum tf_err tf_files_read(struct tf_files *files, const struct tf_file_entry *entry, char *at)
{
    bool whole = tf_files_read_stretch(&files->files[entry->file], entry->offset, entry->len, at);
    return tf_files_verify(files, entry, whole ? at : NULL);
}

static struct tf_str fetch(struct tf_files *files, const struct tf_file_entry *entry)
{
    if (!grow_line(files, entry->len ? entry->len : 1) || tf_files_read(files, entry, files->line) != TF_OK)
        return TF_STR_NONE;
    return (struct tf_str){files->line, entry->len};
}

bool tf_files_next(struct tf_files *files, struct tf_str *ret_text, uint32_t *ret_file, uint64_t *ret_line)
{
    if (files->next >= files->count)
        return false;
    const struct tf_file_entry *entry = &files->entries[files->next];
    struct tf_str text = fetch(files, entry);
    if (!tf_str_present(text))
        return false;
    files->next++;
    *ret_text = text;
    *ret_file = entry->file;
    *ret_line = entry->line;
    return true;
}

const struct tf_problem *tf_files_problem(const struct tf_files *files)
{
    uint32_t number = files->next > 0 ? files->entries[files->next - 1].problem : 0;
    return number > 0 ? &files->problems[number - 1] : NULL;
}

enum tf_err tf_files_check(const struct tf_files *files, struct tf_fault *fault)
{
    const struct tf_file *broken = atomic_load(&files->broken);
    if (!broken)
        return TF_OK;
    return tf_fault_set(fault, TF_E_IO, "%s: changed or could not be read again while it was judged; run again on a file that nobody writes to",
                        broken->name);
}

static int by_event_id(const void *a, const void *b)
{
    const struct tf_file_name *x = a, *y = b;
    return x->hash != y->hash ? (x->hash < y->hash ? -1 : 1) : (x->entry > y->entry) - (x->entry < y->entry);
}

static bool build_names(struct tf_files *files)
{
    files->by_id = calloc(files->count ? files->count : 1, sizeof *files->by_id);
    if (!files->by_id)
        return false;
    for (uint64_t i = 0; i < files->count; i++)
        files->by_id[i] = (struct tf_file_name){files->entries[i].event_id, (uint32_t)i};
    qsort(files->by_id, files->count, sizeof *files->by_id, by_event_id);
    return true;
}

static const struct tf_file_entry *find(struct tf_files *files, struct tf_str event_id)
{
    if (!files->by_id && !build_names(files))
        return NULL;
    uint64_t hash = tf_files_event_hash(event_id);
    uint64_t low = 0, high = files->count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (files->by_id[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    if (low >= files->count || files->by_id[low].hash != hash)
        return NULL;
    return &files->entries[files->by_id[low].entry];
}

struct tf_str tf_files_find(struct tf_files *files, struct tf_str event_id, struct tf_arena *arena)
{
    const struct tf_file_entry *entry = find(files, event_id);
    return entry ? tf_arena_dup(arena, fetch(files, entry)) : TF_STR_NONE;
}

bool tf_files_place(struct tf_files *files, struct tf_str event_id, uint32_t *ret_file, uint64_t *ret_line)
{
    const struct tf_file_entry *entry = find(files, event_id);
    if (!entry)
        return false;
    *ret_file = entry->file;
    *ret_line = entry->line;
    return true;
}
