#include "plain.h"

#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "taxflow/reader_xml.h"
#include "text.h"

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
    if (tf_str_starts(head, TF_STR("\xef\xbb\xbf")))
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

static enum tf_err read_lines(struct tf_import_text *text, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    char room[ROOM_BYTES];
    struct lines l = {.sink = sink, .number = 1};
    enum tf_err err = TF_OK;
    size_t got;
    tf_buf_init(&l.line, LINE_BYTES_MAX);
    while (err == TF_OK && (got = fread(room, 1, sizeof room, tf_import_text_stream(text))) > 0)
        err = take(&l, room, got);
    if (err == TF_OK)
        err = tf_import_text_check(text, fault);
    if (err == TF_OK && (l.line.len > 0 || l.line.failed))
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

enum tf_err tf_plain_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    struct tf_import_text *text = NULL;
    (void)options;
    TF_TRY(tf_import_text_open(fd, name, "UTF-8", &text, fault));
    bool whole = tf_plain_is_document(tf_import_text_head(text));
    enum tf_err err = whole ? TF_OK : read_lines(text, sink, fault);
    tf_import_text_close(text);
    if (!whole)
        return err;
    if (lseek(fd, 0, SEEK_SET) < 0)
        return tf_fault_set(fault, TF_E_IO, "%s: cannot be read from its start", name);
    return read_document(fd, name, sink, fault);
}
