#include "zip/groups.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum {
    LOOK_BYTES = 64 * 1024,            /* what a format is told by */
    GLANCE_BYTES = 4 * 1024,           /* what tells XML and PDF from tables */
    ARENA_BYTES_MAX = 128 << 20,       /* 100,000 names, and those of groups */
    LOOKED_BYTES_MAX = 64 * 1024 * 1024, LOOKED_RATIO = 200, /* as of what is unpacked */
    GZIP_WINDOW = 15 + 16,
};

struct finder {
    struct tf_zip_archive *archive;
    struct tf_zip_groups *groups;
    struct tf_zip_entry **by_name;     /* made where an index is met */
    uint32_t index;                    /* the entry whose parts are claimed */
    uint64_t looked;
    char look[LOOK_BYTES], unpacked[LOOK_BYTES];
};

/* ---- First bytes ---- */

/* Of what is packed with gzip inside the archive, its own first bytes. */
static struct tf_str unpack_head(struct finder *f, struct tf_str head)
{
    z_stream stream = {.next_in = (Bytef *)f->look, .avail_in = (uInt)head.len, .next_out = (Bytef *)f->unpacked, .avail_out = sizeof f->unpacked};
    if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
        return TF_STR_NONE;
    (void)inflate(&stream, Z_SYNC_FLUSH); /* a head is cut off */
    inflateEnd(&stream);
    return (struct tf_str){f->unpacked, sizeof f->unpacked - stream.avail_out};
}

static size_t look_on(struct finder *f, zip_file_t *from, size_t have, size_t until)
{
    zip_int64_t got = 1;
    while (have < until && (got = zip_fread(from, f->look + have, until - have)) > 0)
        have += (size_t)got;
    return have;
}

/* Most files of archives are invoices: those are known by few bytes to lead nothing, before all formats are asked. XML in UTF-16 is looked at. */
static bool leads_nothing(struct tf_str glance)
{
    const struct tf_str text = tf_str_trim(glance);
    if (text.len == 0 || text.ptr[0] == '{' || text.ptr[0] == '[')
        return true;
    if (text.ptr[0] == '<' && text.len > 1 && text.ptr[1] != '\0')
        return !tf_signs_xml(glance, "DataSet", NULL);
    const struct tf_import_format *format = tf_str_starts(glance, TF_STR("\x1f\x8b")) ? NULL : tf_import_find(glance);
    return format && !tf_import_joins(format) && !tf_import_has_parts(format) && format->read != tf_delimited_read;
}

static const struct tf_import_format *look_at(struct finder *f, uint64_t index)
{
    zip_file_t *from = zip_fopen_index(f->archive->zip, index, 0);
    if (!from)
        return NULL;
    size_t have = look_on(f, from, 0, GLANCE_BYTES);
    const bool nothing = leads_nothing((struct tf_str){f->look, have});
    if (!nothing)
        have = look_on(f, from, have, LOOK_BYTES);
    zip_fclose(from);
    f->looked += have;
    struct tf_str head = {f->look, have};
    if (!nothing && tf_str_starts(head, TF_STR("\x1f\x8b")))
        head = unpack_head(f, head);
    const struct tf_import_format *format = nothing ? NULL : tf_import_sniff_bytes(head, f->archive->options);
    return tf_import_joins(format) || tf_import_has_parts(format) ? format : NULL;
}

static bool may_look(const struct finder *f)
{
    return f->looked < LOOKED_BYTES_MAX || f->looked / LOOKED_RATIO < f->archive->room.packed;
}

/* ---- Entries ---- */

static bool add_entry(struct finder *f, const struct tf_zip_stat *stat, uint64_t index)
{
    struct tf_zip_groups *groups = f->groups;
    struct tf_zip_entry *entry = &groups->entries[groups->count];
    const struct tf_str name = tf_arena_dup(groups->arena, (struct tf_str){stat->name, strlen(stat->name) + 1});
    *entry = (struct tf_zip_entry){.name = name.ptr, .index = index, .leader = (uint32_t)groups->count};
    if (!stat->encrypted && may_look(f))
        entry->format = look_at(f, index);
    entry->leads = entry->format != NULL;
    groups->count++;
    return name.ptr != NULL;
}

static bool list_entries(struct finder *f)
{
    struct tf_zip_stat stat;
    struct tf_zip_groups *groups = f->groups;
    const uint64_t count = (uint64_t)zip_get_num_entries(f->archive->zip, 0);
    groups->entries = tf_arena_calloc(groups->arena, count + 1, sizeof *groups->entries);
    for (uint64_t i = 0; groups->entries && i < count; i++) {
        const bool told = tf_zip_stat(f->archive->zip, i, &stat);
        groups->damaged |= !told;
        if (told && !stat.passed_over && !add_entry(f, &stat, i))
            return false;
    }
    return groups->entries != NULL;
}

/* ---- Who leads ---- */

static void join_tables(struct tf_zip_groups *groups)
{
    struct tf_zip_entry *first = NULL;
    for (uint32_t i = 0; i < groups->count; i++) {
        struct tf_zip_entry *entry = &groups->entries[i];
        if (!tf_import_joins(entry->format) || entry->leader != i)
            continue;
        if (first) {
            entry->leader = first->leader;
            entry->leads = false;
        } else {
            first = entry;
        }
    }
}

static int by_name(const void *a, const void *b)
{
    const struct tf_zip_entry *const *x = a, *const *y = b;
    return strcasecmp((*x)->name, (*y)->name);
}

static bool sort_names(struct finder *f)
{
    const size_t count = f->groups->count;
    f->by_name = tf_arena_alloc(f->groups->arena, count * sizeof *f->by_name);
    for (size_t i = 0; f->by_name && i < count; i++)
        f->by_name[i] = &f->groups->entries[i];
    if (f->by_name)
        qsort(f->by_name, count, sizeof *f->by_name, by_name);
    return f->by_name != NULL;
}

/* All of that name, which letters do not tell apart; what another index took is its. */
static enum tf_err claim(void *self, const char *path)
{
    struct finder *f = self;
    struct tf_zip_entry wanted = {.name = path}, *key = &wanted;
    struct tf_zip_entry **end = f->by_name + f->groups->count, **found = bsearch(&key, f->by_name, f->groups->count, sizeof *f->by_name, by_name);
    while (found && found > f->by_name && strcasecmp(found[-1]->name, path) == 0)
        found--;
    for (; found && found < end && strcasecmp((*found)->name, path) == 0; found++) {
        struct tf_zip_entry *entry = *found;
        if (tf_import_has_parts(entry->format) || entry->leader != (uint32_t)(entry - f->groups->entries))
            continue;
        entry->leader = f->index;
        entry->leads = false;
    }
    return TF_OK;
}

/* An index that cannot be read claims nothing, and is told of when its turn comes. */
static enum tf_err claim_parts(struct finder *f)
{
    struct tf_zip_stat stat;
    struct tf_fault fault = {0};
    const char *problem;
    int fd;
    const struct tf_zip_entry *index = &f->groups->entries[f->index];
    if (!f->by_name && !sort_names(f))
        return TF_E_MEMORY;
    if (!tf_zip_stat(f->archive->zip, index->index, &stat))
        return TF_OK;
    enum tf_err err = tf_zip_unpack(&f->archive->room, f->archive->zip, index->index, &stat, &fd, &problem);
    if (err == TF_OK)
        err = tf_import_parts(fd, index->name, claim, f, &fault);
    if (err == TF_OK || tf_err_class(err) == TF_CLASS_DROP)
        return TF_OK;
    return fault.text[0] ? tf_fault_set(f->archive->fault, err, "%s", fault.text) : tf_zip_our_fault(f->archive, err, index->name);
}

static enum tf_err find_leaders(struct finder *f)
{
    const struct tf_zip_room before = f->archive->room;
    enum tf_err err = list_entries(f) ? TF_OK : TF_E_MEMORY;
    for (f->index = 0; err == TF_OK && f->index < f->groups->count; f->index++)
        if (tf_import_has_parts(f->groups->entries[f->index].format))
            err = claim_parts(f);
    f->archive->room.unpacked = before.unpacked; /* an index is unpacked again, to be read */
    f->archive->room.spent = false;
    join_tables(f->groups);
    return err;
}

enum tf_err tf_zip_groups_find(struct tf_zip_archive *archive, struct tf_zip_groups *ret_groups)
{
    struct finder *f = calloc(1, sizeof *f);
    *ret_groups = (struct tf_zip_groups){.arena = tf_arena_create(ARENA_BYTES_MAX)};
    if (!f || !ret_groups->arena) {
        free(f);
        return TF_E_MEMORY;
    }
    f->archive = archive;
    f->groups = ret_groups;
    const enum tf_err err = find_leaders(f);
    free(f);
    return err;
}

void tf_zip_groups_finish(struct tf_zip_groups *groups)
{
    tf_arena_destroy(groups->arena);
    *groups = (struct tf_zip_groups){.arena = NULL};
}
