/*
 * ZIP archives: each file inside is unpacked for itself, recognised by its own first bytes and read as if it had been given alone, but for those that are
 * nothing alone: packages and tables that are joined. Names are shown and nothing else: no path is ever made of one. What cannot be read is told by file,
 * and the others are read.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plain.h"
#include "zip/groups.h"

enum { MEMBERS_MAX = 100000, DETAIL_BYTES = 384, SHOWN_BYTES = 64 * 1024, HEAD_BYTES = 1024 };

void tf_zip_label(const struct tf_zip_archive *archive, const char *member, char into[TF_ZIP_LABEL_BYTES])
{
    snprintf(into, TF_ZIP_LABEL_BYTES, "%.255s/%.255s", archive->name, member);
}

enum tf_err tf_zip_tell(const struct tf_zip_archive *archive, struct tf_str text, enum tf_err why, const char *detail)
{
    const struct tf_problem problem = {.err = why, .path = TF_STR("$"), .detail = tf_str_of(detail)};
    return archive->sink->unreadable(archive->sink->self, text, 0, &problem);
}

enum tf_err tf_zip_begin_part(struct tf_zip_archive *archive, const struct tf_zip_stat *member, const struct tf_import_format *format, bool one_document)
{
    const struct tf_import_part part = {.name = tf_str_of(member->name), .bytes = member->bytes, .format = format, .one_document = one_document};
    archive->parts++;
    return archive->sink->part ? archive->sink->part(archive->sink->self, &part) : TF_OK;
}

enum tf_err tf_zip_our_fault(const struct tf_zip_archive *archive, enum tf_err err, const char *label)
{
    if (err != TF_E_IO)
        return err;
    return tf_fault_set(archive->fault, err, "%s: it cannot be unpacked to a temporary file: %s; set TMPDIR to a folder with room", label, strerror(errno));
}

/* With the first bytes of what was unpacked. */
static enum tf_err tell_member(const struct tf_zip_archive *a, int fd, enum tf_err why, const char *detail)
{
    char shown[SHOWN_BYTES];
    ssize_t got = pread(fd, shown, sizeof shown, 0);
    return tf_zip_tell(a, (struct tf_str){shown, got > 0 ? (size_t)got : 0}, why, detail);
}

/* ---- A file that is read alone ---- */

static enum tf_err read_by_format(struct tf_zip_archive *a, const struct tf_import_format *format, int fd, const char *label, struct tf_fault *fault)
{
    char detail[DETAIL_BYTES];
    if (!format)
        return tf_plain_read(fd, label, a->options, a->sink, fault);
    if (format->read == tf_zip_read)
        return tell_member(a, fd, TF_E_FORMAT, "it is an archive in an archive, which is not opened; unpack the outer one and give what it holds");
    if (format->read)
        return format->read(fd, label, a->options, a->sink, fault);
    snprintf(detail, sizeof detail, "this is %s, which is not read; %s", format->title, format->refusal);
    return tell_member(a, fd, TF_E_FORMAT, detail);
}

static bool is_document(int fd)
{
    char head[HEAD_BYTES];
    const ssize_t got = pread(fd, head, sizeof head, 0);
    return got > 0 && tf_plain_is_document((struct tf_str){head, (size_t)got});
}

static enum tf_err begin_unpacked(struct tf_zip_archive *a, const struct tf_zip_stat *member, int fd, const struct tf_import_format *format)
{
    TF_TRY(tf_zip_begin_part(a, member, format, !format && is_document(fd)));
    if (a->sink->digest)
        a->sink->digest(a->sink->self, a->parts - 1, a->room.sha256);
    return TF_OK;
}

/* What is wrong with one file is that file's; what is wrong with us, or with a map, ends the reading. */
static enum tf_err read_unpacked(struct tf_zip_archive *a, const struct tf_zip_stat *member, int fd, const char *label)
{
    struct tf_fault fault = {0};
    const struct tf_import_format *format = NULL;
    enum tf_err err = member->bytes == 0 ? TF_OK : tf_import_sniff(fd, label, a->options, &format, &fault);
    if (err == TF_OK)
        TF_TRY(begin_unpacked(a, member, fd, format));
    if (err == TF_OK && member->bytes == 0)
        return tf_zip_tell(a, TF_STR(""), TF_E_TYPE, "there is no document: the file is empty");
    if (err == TF_OK)
        err = read_by_format(a, format, fd, label, &fault);
    if (tf_err_class(err) == TF_CLASS_DROP && fault.text[0])
        return tell_member(a, fd, err, fault.text);
    if (err != TF_OK)
        *a->fault = fault;
    return err;
}

static enum tf_err read_member(struct tf_zip_archive *a, uint64_t index)
{
    struct tf_zip_stat member;
    char label[TF_ZIP_LABEL_BYTES];
    const char *problem = NULL;
    int fd = -1;
    if (!tf_zip_stat(a->zip, index, &member))
        return TF_OK; /* told by who listed them */
    tf_zip_label(a, member.name, label);
    enum tf_err err = tf_zip_unpack(&a->room, a->zip, index, &member, &fd, &problem);
    if (err == TF_OK)
        return read_unpacked(a, &member, fd, label);
    if (tf_err_class(err) != TF_CLASS_DROP)
        return tf_zip_our_fault(a, err, label);
    TF_TRY(tf_zip_begin_part(a, &member, NULL, false));
    return tf_zip_tell(a, TF_STR(""), err, problem);
}

/* ---- The archive ---- */

static enum tf_err read_entries(struct tf_zip_archive *a, const struct tf_zip_groups *groups)
{
    if (groups->damaged)
        TF_TRY(tf_zip_tell(a, TF_STR(""), TF_E_DAMAGED, "the archive's table is damaged; copy it again"));
    for (uint32_t i = 0; i < groups->count && !a->room.spent; i++) {
        const struct tf_zip_entry *entry = &groups->entries[i];
        if (entry->leads)
            TF_TRY(tf_zip_group_read(a, groups, i));
        else if (entry->leader == i)
            TF_TRY(read_member(a, entry->index));
    }
    return groups->count > 0 || groups->damaged ? TF_OK : tf_zip_tell(a, TF_STR(""), TF_E_NO_INVOICE, "the archive holds no files");
}

static enum tf_err read_members(struct tf_zip_archive *a)
{
    struct tf_zip_groups groups;
    if (zip_get_num_entries(a->zip, 0) > MEMBERS_MAX)
        return tf_zip_tell(a, TF_STR(""), TF_E_TOO_MANY, "the archive holds more than 100,000 files; unpack it and give its folder");
    enum tf_err err = tf_zip_groups_find(a, &groups);
    if (err == TF_OK)
        err = read_entries(a, &groups);
    tf_zip_groups_finish(&groups);
    return err;
}

static const char *why_not_opened(int code)
{
    if (code == ZIP_ER_MULTIDISK)
        return "it is one of several volumes of an archive; join them, or unpack it and give its files";
    return "the archive is damaged or cut off, or packed once more; copy it again, or unpack it and give its files";
}

static enum tf_err open_and_read(struct tf_zip_archive *a, int fd)
{
    int code = 0, own = dup(fd); /* zip_fdopen takes what it opens */
    if (own < 0)
        return TF_E_MEMORY;
    a->zip = zip_fdopen(own, 0, &code);
    if (!a->zip) {
        close(own);
        return code == ZIP_ER_MEMORY ? TF_E_MEMORY : tell_member(a, fd, TF_E_DAMAGED, why_not_opened(code));
    }
    enum tf_err err = read_members(a);
    zip_discard(a->zip);
    return err;
}

/* An archive that was packed with gzip is what it was before. */
static enum tf_err read_any(struct tf_zip_archive *a, int fd)
{
    char mark[2];
    const char *problem = NULL;
    int unpacked = -1;
    if (pread(fd, mark, sizeof mark, 0) != (ssize_t)sizeof mark || !tf_signs_gzip((struct tf_str){mark, sizeof mark}))
        return open_and_read(a, fd);
    enum tf_err err = tf_zip_unpack_outer(&a->room, fd, &unpacked, &problem);
    if (err == TF_OK)
        return open_and_read(a, unpacked);
    return tf_err_class(err) == TF_CLASS_DROP ? tell_member(a, fd, err, problem) : tf_zip_our_fault(a, err, a->name);
}

enum tf_err tf_zip_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    struct stat info;
    struct tf_import_options inside = *options; /* what is given beside the archive is nothing beside its files */
    inside.files = NULL;
    inside.files_count = 0;
    inside.of_file = NULL;
    inside.open_file = NULL;
    struct tf_zip_archive a = {.name = name, .options = &inside, .sink = sink, .fault = fault};
    if (fstat(fd, &info) != 0)
        return tf_fault_set(fault, TF_E_IO, "%s: cannot be read: %s", name, strerror(errno));
    tf_zip_room_init(&a.room, (uint64_t)info.st_size, options->unpacked_bytes_max);
    a.room.digests = sink->digest != NULL;
    const enum tf_err err = read_any(&a, fd);
    tf_zip_room_finish(&a.room);
    return err;
}
