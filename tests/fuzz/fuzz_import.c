/*
 * Can outside bytes hurt the readers of files of other programs?  What they hand on as records must be text that the reader of records takes or refuses.
 * A file goes to the reader that its first bytes choose, or with --reader=NAME (fuzz_readers.def) to that one, whatever it begins with.
 *
 * Rooms: import event
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "taxflow/import.h"

enum { ARENA_BYTES = 64 * 1024 * 1024, RECORD_BYTES_MAX = 100000, UNPACKED_BYTES_MAX = 16 << 20, FILES_MAX = 4, SEPARATOR = 0x1e };

/* One reader, fuzzed alone: the format's row, and what its map is. */
struct alone {
    const char *name, *format;
    enum map { MAP_NONE, MAP_FIRST /* of the files that are given together: the map */ } map;
};

const char *__lsan_default_suppressions(void);
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct alone readers[] = {
#define READER(name_, format_, map_) {.name = (name_), .format = (format_), .map = (map_)},
#include "fuzz_readers.def"
#undef READER
};
static const struct alone *alone; /* NULL: the first bytes choose */
static struct tf_reader *reader;
static struct tf_arena *arena;
static size_t parts; /* told of the file */

static void must(bool holds)
{
    if (!holds)
        abort();
}

static enum tf_err take_record(void *self, struct tf_str text, uint64_t line)
{
    struct tf_envelope envelope;
    struct tf_event event;
    struct tf_problem problem = {0};
    (void)self;
    (void)line;
    tf_arena_rewind(arena);
    enum tf_err err = tf_reader_read(reader, text, arena, &envelope, &event, &problem);
    must(err == TF_OK || tf_err_class(err) == TF_CLASS_DROP);
    return TF_OK;
}

static enum tf_err take_unreadable(void *self, struct tf_str text, uint64_t line, const struct tf_problem *problem)
{
    (void)self;
    (void)text;
    (void)line;
    must(tf_err_class(problem->err) == TF_CLASS_DROP && problem->detail.len > 0);
    return TF_OK;
}

static bool may_be_shown(struct tf_str name) { return name.len > 0 && tf_str_utf8_valid(name) && !memchr(name.ptr, '\n', name.len); }

static enum tf_err take_part(void *self, const struct tf_import_part *part)
{
    (void)self;
    must(may_be_shown(part->name));
    parts++;
    return TF_OK;
}

static void take_part_again(void *self, size_t number, struct tf_str name)
{
    (void)self;
    must(number < parts && may_be_shown(name));
}

static void take_digest(void *self, size_t number, const uint8_t sha256[32])
{
    (void)self;
    (void)sha256;
    must(number < parts);
}

static enum tf_err take_finding(void *self, const struct tf_import_finding *finding)
{
    size_t count;
    (void)self;
    (void)tf_import_rules(&count);
    must(finding->rule < count && finding->line > 0 && finding->path.len > 0);
    return TF_OK;
}

static enum tf_err take_summary(void *self, struct tf_str json, const uint64_t broken[TF_IMPORT_RULES_MAX], enum tf_import_books books)
{
    (void)self;
    (void)broken;
    must(books == TF_IMPORT_SAFT_NO || books == TF_IMPORT_SAFT_PT || books == TF_IMPORT_LEDGER);
    must(json.len > 0 && json.ptr[0] == '{');
    return TF_OK;
}

/* libconfig's scanner forgets the text it was in when a map breaks off there. */
const char *__lsan_default_suppressions(void) { return "leak:libconfig.so\n"; }

/* libFuzzer leaves words that begin with two hyphens to us. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const char option[] = "--reader=";
    for (int i = 1; i < *argc; i++) {
        const char *word = (*argv)[i];
        if (strncmp(word, option, strlen(option)) != 0)
            continue;
        for (size_t r = 0; r < sizeof readers / sizeof readers[0]; r++)
            if (strcmp(readers[r].name, word + strlen(option)) == 0)
                alone = &readers[r];
        if (!alone) {
            fprintf(stderr, "no reader %s; they are the rows of tests/fuzz/fuzz_readers.def\n", word + strlen(option));
            return EXIT_FAILURE;
        }
    }
    return 0;
}

static void start(void)
{
    reader = tf_reader_create(NULL, 0, RECORD_BYTES_MAX);
    arena = tf_arena_create(ARENA_BYTES);
    must(reader && arena);
}

/* Files that are given together, parted by a record separator; their names are those that an index may have for them. */
static size_t cut_files(const uint8_t *data, size_t size, struct tf_import_file files[FILES_MAX])
{
    static const char *const names[FILES_MAX] = {"f", "f1", "f2", "f3"};
    size_t count = 0;
    for (const uint8_t *end = data + size; count < FILES_MAX; count++) {
        const uint8_t *next = count + 1 < FILES_MAX && data < end ? memchr(data, SEPARATOR, (size_t)(end - data)) : NULL;
        const size_t len = (size_t)((next ? next : end) - data);
        files[count] = (struct tf_import_file){.name = names[count], .fd = memfd_create("import", MFD_CLOEXEC)};
        must(files[count].fd >= 0 && write(files[count].fd, data, len) == (ssize_t)len && lseek(files[count].fd, 0, SEEK_SET) == 0);
        if (!next)
            return count + 1;
        data = next + 1;
    }
    return count;
}

/* The reader that is fuzzed alone, or the one that the first bytes choose. */
static const struct tf_import_format *choose(const struct tf_import_file *file, const struct tf_import_options *options, struct tf_fault *fault)
{
    const struct tf_import_format *found = NULL, *formats;
    size_t count;
    if (!alone)
        return tf_import_sniff(file->fd, file->name, options, &found, fault) == TF_OK ? found : NULL;
    formats = tf_import_formats(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(formats[i].name, alone->format) == 0)
            found = &formats[i];
    must(found);
    return found;
}

static void read_files(const struct tf_import_file *files, size_t count, const char *map)
{
    const struct tf_import_options options = {.company = "ACME", .map = map, .record_bytes_max = RECORD_BYTES_MAX, .unpacked_bytes_max = UNPACKED_BYTES_MAX,
                                              .files = files, .files_count = count};
    const struct tf_import_sink sink = {NULL, take_record, take_unreadable, take_finding, take_summary, take_part, take_part_again, take_digest};
    struct tf_fault fault = {0};
    const struct tf_import_format *format = choose(&files[0], &options, &fault);
    if (!format)
        return;
    parts = 0;
    enum tf_err err = tf_import_read(format, files[0].fd, files[0].name, &options, &sink, &fault);
    must(err == TF_OK || fault.text[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { FD_PATH_BYTES = 64 };
    struct tf_import_file files[FILES_MAX];
    char map[FD_PATH_BYTES];
    const size_t count = cut_files(data, size, files), maps = alone && alone->map == MAP_FIRST;
    if (!reader)
        start();
    snprintf(map, sizeof map, "/proc/self/fd/%d", files[0].fd);
    if (count > maps)
        read_files(files + maps, count - maps, maps ? map : NULL);
    for (size_t i = 0; i < count; i++)
        close(files[i].fd);
    return 0;
}
