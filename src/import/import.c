#include <string.h>
#include <unistd.h>

#include "import_internal.h"
#include "plain.h"
#include "taxflow/json.h"
#include "taxflow/reader_xml.h"
#include "text.h"

enum { EVENT_BYTES_MAX = 64 << 20, HEAD_BYTES = 64 << 10 };

#ifdef TAXFLOW_QPDF
#include <qpdf/qpdf-c.h>
#define TF_PDF_READ tf_pdf_read
#define TF_PDF_REFUSAL NULL
#else
#define TF_PDF_READ NULL
#define TF_PDF_REFUSAL "this program was built without libqpdf; take the XML part out (factur-x.xml, zugferd-invoice.xml, xrechnung.xml)"
#endif
#ifdef TAXFLOW_LIBZIP
#include <zip.h>
#define TF_ZIP_READ tf_zip_read
#define TF_ZIP_REFUSAL NULL
#else
#define TF_ZIP_READ NULL
#define TF_ZIP_REFUSAL "this program was built without libzip; unpack it and give its files"
#endif

static const struct tf_import_format formats[] = {
#define FORMAT(name_, title_, begins_, read_, refusal_) {.name = (name_), .title = (title_), .begins = (begins_), .read = (read_), .refusal = (refusal_)},
#include "formats.def"
#undef FORMAT
};

const char *tf_import_qpdf_version(void)
{
#ifdef TAXFLOW_QPDF
    return qpdf_get_qpdf_version();
#else
    return NULL;
#endif
}

const char *tf_import_libzip_version(void)
{
#ifdef TAXFLOW_LIBZIP
    return zip_libzip_version();
#else
    return NULL;
#endif
}

const struct tf_import_format *tf_import_formats(size_t *ret_count)
{
    *ret_count = sizeof formats / sizeof formats[0];
    return formats;
}

const struct tf_import_format *tf_import_find(struct tf_str head)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (formats[i].begins(head))
            return &formats[i];
    return NULL;
}

static const struct tf_import_format *named(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

void tf_import_options_fill(struct tf_import_options *ret_options, const struct tf_config *config)
{
    *ret_options = (struct tf_import_options){
        .map = config->import.map[0] ? config->import.map : NULL,
        .saft_pt_key = config->import.saft_pt_key[0] ? config->import.saft_pt_key : NULL,
        .company = config->companies_count == 1 ? config->companies[0].id : NULL,
        .companies = config->companies,
        .companies_count = config->companies_count,
        .record_bytes_max = (size_t)config->collector.max_record_bytes,
        .unpacked_bytes_max = (uint64_t)config->import.unpacked_bytes_max,
    };
}

/* Records say what they are by themselves: a map that is meant for the tables beside them is none for them. */
static bool begins_as_records(struct tf_str head)
{
    struct tf_str text = tf_str_trim(head);
    return tf_reader_xml_sniff(head) || (text.len > 0 && (text.ptr[0] == '{' || text.ptr[0] == '['));
}

/* Without a byte order mark of UTF-8, behind which a file begins. */
static struct tf_str cut_head(struct tf_str head)
{
    if (head.len > HEAD_BYTES)
        head.len = HEAD_BYTES;
    size_t mark = head.len >= 3 && memcmp(head.ptr, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    return (struct tf_str){head.ptr + mark, head.len - mark};
}

const struct tf_import_format *tf_import_sniff_bytes(struct tf_str bytes, const struct tf_import_options *options)
{
    char narrow[HEAD_BYTES / 2];
    struct tf_str head = cut_head(bytes), xml = tf_signs_narrow(head, narrow, sizeof narrow);
    const struct tf_import_format *format = tf_import_find(tf_str_present(xml) ? xml : head);
    return !format && options->map && !begins_as_records(head) ? named("csv") : format;
}

static bool is_packed(int fd)
{
    char mark[2];
    return pread(fd, mark, sizeof mark, 0) == (ssize_t)sizeof mark && tf_signs_gzip((struct tf_str){mark, sizeof mark});
}

enum tf_err tf_import_sniff(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_format **ret_format,
                            struct tf_fault *fault)
{
    struct tf_import_text *text = NULL;
    *ret_format = NULL;
    enum tf_err err = tf_import_text_open(fd, name, NULL, &text, fault);
    if (err == TF_OK)
        *ret_format = tf_import_sniff_bytes(tf_import_text_head(text), options);
    tf_import_text_close(text);
    if (!*ret_format && is_packed(fd))
        *ret_format = named("gzip"); /* records of ours, or what its reader will say */
    if (lseek(fd, 0, SEEK_SET) < 0)
        return tf_fault_set(fault, TF_E_IO, "%s: cannot be read from its start", name);
    return err == TF_E_VALUE ? TF_OK : err; /* a broken archive is said by who reads it */
}

enum tf_err tf_import_read(const struct tf_import_format *format, int fd, const char *name, const struct tf_import_options *options,
                           const struct tf_import_sink *sink, struct tf_fault *fault)
{
    struct tf_import_options whole = *options;
    if (!whole.company)
        whole.company = "unassigned";
    if (!format->read)
        return tf_fault_set(fault, TF_E_FORMAT, "%s: this is %s, which is not read; %s", name, format->title, format->refusal);
    return format->read(fd, name, &whole, sink, fault);
}

void tf_import_ids_finish(struct tf_import_ids *ids)
{
    tf_occurrences_finish(&ids->occurrences);
    tf_buf_finish(&ids->event);
}

static enum tf_err emit_again(struct tf_import_ids *ids, enum tf_kind kind, struct tf_str record, struct tf_hash16 content, uint64_t occurrence, uint64_t line,
                              const struct tf_import_sink *sink)
{
    char type[64];
    struct tf_json json;
    char hex[2 * TF_HASH16_BYTES + 1], id[sizeof hex + 1 + TF_STR_NUMBER_BYTES];
    tf_hash_hex(content.bytes, TF_HASH16_BYTES, hex);
    snprintf(id, sizeof id, "%s.%llu", hex, (unsigned long long)occurrence);
    tf_buf_init(&ids->event, EVENT_BYTES_MAX);
    tf_json_init(&json, &ids->event);
    tf_json_object(&json);
    tf_json_key(&json, "data");
    tf_json_raw(&json, record);
    tf_json_ktext(&json, "id", id);
    tf_json_ktext(&json, "source", "urn:taxflow:import");
    tf_json_ktext(&json, "specversion", "1.0");
    snprintf(type, sizeof type, "taxflow.%s.v1", tf_event_kind_name(kind));
    tf_json_ktext(&json, "type", type);
    tf_json_object_end(&json);
    enum tf_err err = ids->event.failed ? TF_E_MEMORY : sink->record(sink->self, tf_buf_view(&ids->event), line);
    tf_buf_finish(&ids->event);
    return err;
}

enum tf_err tf_import_begin_copies(struct tf_import_ids *ids, struct tf_str record, struct tf_import_copies *ret_copies)
{
    ret_copies->content = tf_hash_sha256(&record, 1);
    ret_copies->occurrence = tf_occurrences_count(&ids->occurrences, ret_copies->content);
    return ret_copies->occurrence > 0 ? TF_OK : TF_E_MEMORY;
}

enum tf_err tf_import_emit_copy(struct tf_import_ids *ids, const struct tf_import_copies *copies, enum tf_kind kind, struct tf_str record, uint64_t line,
                                const struct tf_import_sink *sink)
{
    if (copies->occurrence == 1)
        return sink->record(sink->self, record, line);
    return emit_again(ids, kind, record, copies->content, copies->occurrence, line, sink);
}

enum tf_err tf_import_emit(struct tf_import_ids *ids, enum tf_kind kind, struct tf_str record, uint64_t line, const struct tf_import_sink *sink)
{
    struct tf_import_copies copies;
    TF_TRY(tf_import_begin_copies(ids, record, &copies));
    return tf_import_emit_copy(ids, &copies, kind, record, line, sink);
}
