#include "plain.h"

#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "import_internal.h"
#include "packed.h"
#include "taxflow/reader_xml.h"

#define MARK "\xef\xbb\xbf"

enum { DOCUMENT_BYTES_MAX = 96 << 20, LINE_BYTES_MAX = 64 << 20, ROOM_BYTES = 64 * 1024 };

struct lines {
    const struct tf_import_sink *sink;
    struct tf_buf line;
    uint64_t number; /* of the line being gathered, from 1 */
};

/* JSON laid out over lines begins with a line of "{" alone, which no line of NDJSON is. */
bool tf_plain_is_document(struct tf_str head)
{
    if (tf_reader_xml_sniff(head) || tf_str_starts(head, TF_STR("\xff\xfe")) || tf_str_starts(head, TF_STR("\xfe\xff")))
        return true;
    if (tf_str_starts(head, TF_STR(MARK)))
        head = (struct tf_str){head.ptr + 3, head.len - 3};
    struct tf_str text = tf_str_trim(head);
    const char *end = text.len > 0 ? memchr(text.ptr, '\n', text.len) : NULL;
    return end && tf_str_is(tf_str_trim((struct tf_str){text.ptr, (size_t)(end - text.ptr)}), "{");
}

static enum tf_err give_line(struct lines *l)
{
    const struct tf_problem too_long = {.err = TF_E_TOO_BIG, .path = TF_STR("$"), .detail = TF_STR("the line is longer than 64 MB")};
    struct tf_str text = tf_buf_view(&l->line);
    enum tf_err err = TF_OK;
    if (l->line.failed)
        err = l->sink->unreadable(l->sink->self, text, l->number, &too_long);
    else if (!tf_str_blank(text))
        err = l->sink->record(l->sink->self, tf_str_trim(text), l->number);
    tf_buf_reset(&l->line);
    l->number++;
    return err;
}

static enum tf_err take(struct lines *l, const char *bytes, size_t len)
{
    while (len > 0) {
        const char *end = memchr(bytes, '\n', len);
        size_t some = end ? (size_t)(end - bytes) : len;
        tf_buf_put(&l->line, bytes, some);
        some += end != NULL;
        bytes += some;
        len -= some;
        if (end)
            TF_TRY(give_line(l));
    }
    return TF_OK;
}

/* Bytes as they are: who reads a record says where it is no UTF-8. room holds the first of them. */
static enum tf_err read_lines(struct tf_packed *packed, char *room, int have, const struct tf_import_sink *sink)
{
    struct lines l = {.sink = sink, .number = 1};
    const int mark = tf_str_starts((struct tf_str){room, (size_t)have}, TF_STR(MARK)) ? (int)sizeof MARK - 1 : 0;
    enum tf_err err = TF_OK;
    tf_buf_init(&l.line, LINE_BYTES_MAX);
    room += mark;
    have -= mark;
    while (err == TF_OK && have > 0) {
        err = take(&l, room, (size_t)have);
        have = tf_packed_read(packed, room, ROOM_BYTES - mark);
    }
    if (err == TF_OK && have == 0 && (l.line.len > 0 || l.line.failed))
        err = give_line(&l);
    tf_buf_finish(&l.line);
    return err;
}

static enum tf_err read_document(int fd, const char *name, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    struct tf_buf bytes;
    tf_buf_init(&bytes, DOCUMENT_BYTES_MAX);
    enum tf_err err = tf_import_bytes(fd, name, &bytes, fault);
    if (err == TF_OK)
        err = sink->record(sink->self, tf_buf_view(&bytes), 0);
    tf_buf_finish(&bytes);
    return err;
}

static enum tf_err read_as_begun(struct tf_packed *packed, const char *name, const struct tf_import_sink *sink, bool *ret_whole, struct tf_fault *fault)
{
    char room[ROOM_BYTES];
    const int have = tf_packed_read(packed, room, sizeof room);
    const struct tf_str head = {room, have > 0 ? (size_t)have : 0};
    *ret_whole = tf_plain_is_document(head);
    if (tf_signs_gzip(head))
        return tf_fault_set(fault, TF_E_VALUE, "%s: it is packed with gzip twice; unpack it once", name);
    enum tf_err err = *ret_whole ? TF_OK : read_lines(packed, room, have, sink);
    if (err == TF_OK && packed->problem)
        err = tf_fault_set(fault, TF_E_VALUE, "%s: %s", name, packed->problem);
    return err;
}

enum tf_err tf_plain_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    struct tf_packed packed;
    bool whole = false;
    (void)options;
    TF_TRY(tf_packed_open(&packed, fd));
    const enum tf_err err = read_as_begun(&packed, name, sink, &whole, fault);
    tf_packed_close(&packed);
    if (err != TF_OK || !whole)
        return err;
    if (lseek(fd, 0, SEEK_SET) < 0)
        return tf_fault_set(fault, TF_E_IO, "%s: cannot be read from its start", name);
    return read_document(fd, name, sink, fault);
}
