/* Files of an archive that are read together: each is unpacked when its turn comes, so that there is never more than one of them. */
#include <string.h>

#include "zip/groups.h"

enum { TABLES_MAX = 1000 /* of one group: as many as an index may describe */, SHOWN_BYTES = 64 * 1024 };

struct group {
    struct tf_zip_archive *archive;
    const struct tf_zip_groups *groups;
    struct tf_import_file *files;    /* the leader first */
    uint32_t *entries;               /* of each file */
    bool *opened, *told;             /* it was unpacked; what is wrong with it was said */
    size_t count, first_part, last;  /* last: the one opened last */
};

/* ---- What is read goes where the archive's does ---- */

static const struct tf_import_sink *outer(const struct group *g) { return g->archive->sink; }

static enum tf_err pass_record(void *self, struct tf_str text, uint64_t line) { return outer(self)->record(outer(self)->self, text, line); }

static enum tf_err pass_unreadable(void *self, struct tf_str text, uint64_t line, const struct tf_problem *problem)
{
    return outer(self)->unreadable(outer(self)->self, text, line, problem);
}

static enum tf_err pass_finding(void *self, const struct tf_import_finding *finding) { return outer(self)->finding(outer(self)->self, finding); }

static enum tf_err pass_summary(void *self, struct tf_str json, const uint64_t broken[TF_IMPORT_RULES_MAX], enum tf_import_books books)
{
    return outer(self)->summary(outer(self)->self, json, broken, books);
}

static const struct tf_zip_entry *entry_of(const struct group *g, size_t number) { return &g->groups->entries[g->entries[number]]; }

static void of_file(void *self, size_t number)
{
    const struct group *g = self;
    if (outer(g)->part_again)
        outer(g)->part_again(outer(g)->self, g->first_part + number, tf_str_of(entry_of(g, number)->name));
}

/* ---- Files ---- */

/* The first bytes of a file, as far as they can be had. */
static size_t look_at(const struct group *g, size_t number, char *into, size_t size)
{
    zip_file_t *from = zip_fopen_index(g->archive->zip, entry_of(g, number)->index, 0);
    zip_int64_t got = from ? zip_fread(from, into, size) : 0;
    if (from)
        zip_fclose(from);
    return got > 0 ? (size_t)got : 0;
}

static enum tf_err tell(struct group *g, size_t number, enum tf_err why, const char *detail)
{
    char shown[SHOWN_BYTES];
    if (g->told[number])
        return TF_OK;
    g->told[number] = true;
    of_file(g, number);
    return tf_zip_tell(g->archive, (struct tf_str){shown, look_at(g, number, shown, sizeof shown)}, why, detail);
}

static enum tf_err unpack(struct group *g, size_t number, int *ret_fd, const char **ret_problem)
{
    struct tf_zip_archive *a = g->archive;
    struct tf_zip_stat stat;
    if (a->room.spent || !tf_zip_stat(a->zip, entry_of(g, number)->index, &stat)) {
        *ret_problem = a->room.spent ? "the files of the archive unpack to more than is allowed; this one is not read either" : "the archive's table is damaged; copy it again";
        return a->room.spent ? TF_E_BOMB : TF_E_DAMAGED;
    }
    if (g->opened[number])
        a->room.unpacked -= stat.bytes; /* the same bytes once more */
    return tf_zip_unpack(&a->room, a->zip, entry_of(g, number)->index, &stat, ret_fd, ret_problem);
}

static enum tf_err open_file(void *self, size_t number, int *ret_fd, struct tf_fault *fault)
{
    struct group *g = self;
    const char *problem = "";
    g->last = number;
    enum tf_err err = unpack(g, number, ret_fd, &problem);
    if (tf_err_class(err) == TF_CLASS_DROP) {
        TF_TRY(tell(g, number, err, problem));
        return tf_fault_set(fault, err, "%s: %s", g->files[number].name, problem);
    }
    if (err != TF_OK)
        return tf_zip_our_fault(g->archive, err, g->files[number].name);
    if (!g->opened[number] && outer(g)->digest)
        outer(g)->digest(outer(g)->self, g->first_part + number, g->archive->room.sha256);
    g->opened[number] = true;
    return TF_OK;
}

/* ---- The group ---- */

static enum tf_err add(struct group *g, uint32_t number)
{
    struct tf_zip_stat stat;
    char label[TF_ZIP_LABEL_BYTES];
    struct tf_zip_archive *a = g->archive;
    const struct tf_zip_entry *entry = &g->groups->entries[number], *leader = &g->groups->entries[entry->leader];
    tf_zip_label(a, entry->name, label);
    const struct tf_str name = tf_arena_dup(g->groups->arena, tf_str_of(label));
    if (!tf_str_present(name) || !tf_zip_stat(a->zip, entry->index, &stat))
        return TF_E_MEMORY;
    g->entries[g->count] = number;
    g->files[g->count++] = (struct tf_import_file){.name = name.ptr, .fd = -1, .format = leader->format};
    return tf_zip_begin_part(a, &stat, leader->format, false);
}

static size_t size_of(const struct tf_zip_groups *groups, uint32_t leader)
{
    size_t size = 0;
    for (uint32_t i = 0; i < groups->count; i++)
        size += groups->entries[i].leader == leader;
    return size;
}

static enum tf_err gather(struct group *g, uint32_t leader, size_t size)
{
    struct tf_arena *arena = g->groups->arena;
    g->files = TF_ARENA_ARRAY(arena, struct tf_import_file, size);
    g->entries = TF_ARENA_ARRAY(arena, uint32_t, size);
    g->opened = TF_ARENA_ARRAY(arena, bool, size);
    g->told = TF_ARENA_ARRAY(arena, bool, size);
    if (!g->files || !g->entries || !g->opened || !g->told)
        return TF_E_MEMORY;
    g->first_part = g->archive->parts;
    TF_TRY(add(g, leader));
    for (uint32_t i = 0; i < g->groups->count; i++)
        if (i != leader && g->groups->entries[i].leader == leader)
            TF_TRY(add(g, i));
    return TF_OK;
}

/* Tables that are joined are judged whole or not at all; of a package those before the one that cannot be read were. */
static enum tf_err tell_all(struct group *g, enum tf_err why, const char *detail)
{
    const bool joined = tf_import_joins(g->files[0].format);
    for (size_t i = 0; i < g->count; i++)
        if (joined || !g->opened[i] || i == g->last)
            TF_TRY(tell(g, i, why, detail));
    return TF_OK;
}

/* Nobody asked for them, as for a table that no column's name makes known: whether they are sound, and their digests, is told all the same. */
static enum tf_err open_others(struct group *g)
{
    struct tf_fault fault = {0};
    int fd;
    for (size_t i = 0; outer(g)->digest && i < g->count; i++) {
        if (g->opened[i] || g->told[i])
            continue;
        const enum tf_err err = open_file(g, i, &fd, &fault);
        if (tf_err_class(err) != TF_CLASS_DROP)
            TF_TRY(err);
    }
    return TF_OK;
}

static enum tf_err read_files(struct group *g, struct tf_fault *fault)
{
    int fd;
    const struct tf_import_sink sink = {.self = g, .record = pass_record, .unreadable = pass_unreadable,
                                        .finding = outer(g)->finding ? pass_finding : NULL, .summary = outer(g)->summary ? pass_summary : NULL};
    struct tf_import_options options = *g->archive->options;
    options.files = g->files;
    options.files_count = g->count;
    options.of_file = of_file;
    options.open_file = open_file;
    of_file(g, 0);
    TF_TRY(open_file(g, 0, &fd, fault));
    return g->files[0].format->read(fd, g->files[0].name, &options, &sink, fault);
}

enum tf_err tf_zip_group_read(struct tf_zip_archive *archive, const struct tf_zip_groups *groups, uint32_t leader)
{
    struct group g = {.archive = archive, .groups = groups};
    struct tf_fault fault = {0};
    const size_t size = size_of(groups, leader);
    TF_TRY(gather(&g, leader, size));
    if (size > TABLES_MAX + 2) /* and their grammars */
        return tell_all(&g, TF_E_TOO_MANY, "more than 1,000 files of the archive would be read together; give them in parts");
    enum tf_err err = read_files(&g, &fault);
    if (tf_err_class(err) == TF_CLASS_DROP && fault.text[0])
        err = tell_all(&g, err, fault.text);
    else if (err != TF_OK && fault.text[0])
        *archive->fault = fault;
    return err == TF_OK ? open_others(&g) : err;
}
