/*
 * ZIP archives: each file inside is unpacked for itself, recognised by its own first bytes and read as if it had been given alone. Names are shown and
 * nothing else: no path is ever made of one. What cannot be read is told by file, and the others are read.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "import_internal.h"
#include "plain.h"
#include "zip/member.h"

enum { MEMBERS_MAX = 100000, DETAIL_BYTES = 384, SHOWN_BYTES = 64 * 1024 };

struct archive {
    const char *name;
    const struct tf_import_options *options;
    const struct tf_import_sink *sink;
    struct tf_fault *fault;
    zip_t *zip;
    struct tf_zip_room room;
    struct tf_zip_stat member;     /* the one being read */
    char label[TF_ZIP_NAME_BYTES + 256];
};

static enum tf_err tell(const struct archive *a, struct tf_str text, enum tf_err why, const char *detail)
{
    const struct tf_problem problem = {.err = why, .path = TF_STR("$"), .detail = tf_str_of(detail)};
    return a->sink->unreadable(a->sink->self, text, 0, &problem);
}

/* With the first bytes of what was unpacked. */
static enum tf_err tell_member(const struct archive *a, int fd, enum tf_err why, const char *detail)
{
    char shown[SHOWN_BYTES];
    ssize_t got = pread(fd, shown, sizeof shown, 0);
    return tell(a, (struct tf_str){shown, got > 0 ? (size_t)got : 0}, why, detail);
}

static enum tf_err read_by_format(struct archive *a, const struct tf_import_format *format, int fd, struct tf_fault *fault)
{
    char detail[DETAIL_BYTES];
    if (!format)
        return tf_plain_read(fd, a->label, a->options, a->sink, fault);
    if (format->read == tf_zip_read)
        return tell_member(a, fd, TF_E_FORMAT, "it is an archive in an archive, which is not opened; unpack the outer one and give what it holds");
    if (format->read)
        return format->read(fd, a->label, a->options, a->sink, fault);
    snprintf(detail, sizeof detail, "this is %s, which is not read; %s", format->title, format->refusal);
    return tell_member(a, fd, TF_E_FORMAT, detail);
}

/* What is wrong with one file is that file's; what is wrong with us, or with a map, ends the reading. */
static enum tf_err read_unpacked(struct archive *a, int fd)
{
    struct tf_fault fault = {0};
    const struct tf_import_format *format = NULL;
    if (a->member.bytes == 0)
        return tell(a, TF_STR(""), TF_E_TYPE, "there is no document: the file is empty");
    enum tf_err err = tf_import_sniff(fd, a->label, a->options, &format, &fault);
    if (err == TF_OK)
        err = read_by_format(a, format, fd, &fault);
    if (tf_err_class(err) == TF_CLASS_DROP && fault.text[0])
        return tell_member(a, fd, err, fault.text);
    if (err != TF_OK)
        *a->fault = fault;
    return err;
}

static enum tf_err read_member(struct archive *a, uint64_t i)
{
    const char *problem = NULL;
    int fd = -1;
    if (a->sink->part)
        TF_TRY(a->sink->part(a->sink->self, tf_str_of(a->member.name)));
    snprintf(a->label, sizeof a->label, "%.255s/%s", a->name, a->member.name);
    enum tf_err err = tf_zip_unpack(&a->room, a->zip, i, &a->member, &fd, &problem);
    if (err == TF_E_IO)
        return tf_fault_set(a->fault, err, "%s: it cannot be unpacked to a temporary file: %s; set TMPDIR to a folder with room", a->label, strerror(errno));
    if (tf_err_class(err) == TF_CLASS_DROP)
        return tell(a, TF_STR(""), err, problem);
    TF_TRY(err);
    return read_unpacked(a, fd);
}

static enum tf_err read_members(struct archive *a)
{
    uint64_t count = (uint64_t)zip_get_num_entries(a->zip, 0), files = 0;
    if (count > MEMBERS_MAX)
        return tell(a, TF_STR(""), TF_E_TOO_MANY, "the archive holds more than 100,000 files; unpack it and give its folder");
    for (uint64_t i = 0; i < count && !a->room.spent; i++) {
        bool told = tf_zip_stat(a->zip, i, &a->member);
        if (told && a->member.passed_over)
            continue;
        files++;
        TF_TRY(told ? read_member(a, i) : tell(a, TF_STR(""), TF_E_DAMAGED, "the archive's table is damaged; copy it again"));
    }
    return files > 0 ? TF_OK : tell(a, TF_STR(""), TF_E_NO_INVOICE, "the archive holds no files");
}

static const char *why_not_opened(int code)
{
    if (code == ZIP_ER_MULTIDISK)
        return "it is one of several volumes of an archive; join them, or unpack it and give its files";
    return "the archive is damaged or cut off, or packed once more; copy it again, or unpack it and give its files";
}

static enum tf_err open_and_read(struct archive *a, int fd)
{
    struct stat info;
    int code = 0, own = dup(fd); /* zip_fdopen takes what it opens */
    if (own < 0 || fstat(own, &info) != 0)
        return TF_E_MEMORY;
    a->zip = zip_fdopen(own, 0, &code);
    if (!a->zip) {
        close(own);
        return code == ZIP_ER_MEMORY ? TF_E_MEMORY : tell_member(a, fd, TF_E_DAMAGED, why_not_opened(code));
    }
    tf_zip_room_init(&a->room, (uint64_t)info.st_size, a->options->unpacked_bytes_max);
    enum tf_err err = read_members(a);
    tf_zip_room_finish(&a->room);
    zip_discard(a->zip);
    return err;
}

enum tf_err tf_zip_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    struct tf_import_options inside = *options; /* what is given beside the archive is nothing beside its files */
    inside.files = NULL;
    inside.files_count = 0;
    inside.of_file = NULL;
    struct archive a = {.name = name, .options = &inside, .sink = sink, .fault = fault};
    return open_and_read(&a, fd);
}
