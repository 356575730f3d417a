/*
 * Invoices inside PDF: Factur-X and ZUGFeRD (PDF/A-3, ISO 19005-3). The one XML part that a standard names is handed on as an invoice; whatever keeps
 * that from being one, and only one, is a problem of the file that names its remedy. The picture is never looked at.
 */
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "bytes.h"
#include "import_internal.h"
#include "pdf/attached.h"

enum {
    PDF_BYTES_MAX = 128 << 20,
    XML_BYTES_MAX = 64 << 20,
    STRUCTURE_BYTES_MAX = 2 << 20, /* a table of 100,000 references, or object streams of 2 MB; parsed, the worst of it takes 150 times that */
    ROOM_BYTES = 64 * 1024,
    SHOWN_BYTES = 64 * 1024, /* of a file that is too long to be kept */
    DETAIL_BYTES = 320,
};

struct reading {
    const char *name;
    const struct tf_import_sink *sink;
    struct tf_fault *fault;
    struct tf_buf pdf;
    struct tf_buf xml[TF_PDF_ATTACHED_MAX];
    struct tf_pdf_attachments attachments;
};

/* Factur-X 1.0 and ZUGFeRD 2 (factur-x.xml; XRechnung as a profile: xrechnung.xml), ZUGFeRD 2.0 (zugferd-invoice.xml) and 1.0 (in other letters). */
static bool is_invoice_name(const char *name, size_t len)
{
    static const char *const names[] = {"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strlen(names[i]) == len && strncasecmp(names[i], name, len) == 0)
            return true;
    return false;
}

static enum tf_err tell(const struct reading *r, enum tf_err why, const char *detail)
{
    const struct tf_problem problem = {.err = why, .path = TF_STR("$"), .detail = tf_str_of(detail)};
    struct tf_str pdf = tf_buf_view(&r->pdf);
    if (r->pdf.failed && pdf.len > SHOWN_BYTES)
        pdf.len = SHOWN_BYTES;
    return r->sink->unreadable(r->sink->self, pdf, 0, &problem);
}

/* All of a deflated stream (RFC 1950), or false: it is damaged, cut off, or passes the ceiling. */
static bool unpack(const struct tf_pdf_attached *part, struct tf_buf *into)
{
    z_stream stream = {.next_in = (Bytef *)part->bytes, .avail_in = (uInt)part->len};
    unsigned char room[ROOM_BYTES];
    int status = inflateInit(&stream);
    while (status == Z_OK && !into->failed) {
        stream.next_out = room;
        stream.avail_out = sizeof room;
        status = inflate(&stream, Z_NO_FLUSH);
        tf_buf_put(into, room, sizeof room - stream.avail_out);
    }
    inflateEnd(&stream);
    return status == Z_STREAM_END && !into->failed;
}

static enum tf_err read_part(struct reading *r, size_t i, const char **ret_problem)
{
    const struct tf_pdf_attached *part = &r->attachments.items[i];
    struct tf_buf *xml = &r->xml[i];
    if (part->packing == TF_PDF_OTHER) {
        *ret_problem = "the XML part is packed in a way that PDF/A-3 does not use for attachments; take it out of the PDF and give it";
        return TF_E_NO_INVOICE;
    }
    if (part->packing == TF_PDF_PLAIN)
        tf_buf_put(xml, part->bytes, part->len);
    else if (!unpack(part, xml) && !xml->failed) {
        *ret_problem = "the XML part is damaged or cut off; ask for the PDF again";
        return TF_E_DAMAGED;
    }
    if (xml->failed) {
        *ret_problem = "the XML part unpacks to more than 64 MB, which no invoice does";
        return TF_E_BOMB;
    }
    return TF_OK;
}

/* A part that is attached twice, as some writers do, is still one. */
static enum tf_err read_parts(struct reading *r, const char **ret_problem)
{
    for (size_t i = 0; i < r->attachments.count; i++) {
        TF_TRY(read_part(r, i, ret_problem));
        struct tf_str first = tf_buf_view(&r->xml[0]), this = tf_buf_view(&r->xml[i]);
        if (first.len == this.len && memcmp(first.ptr, this.ptr, this.len) == 0)
            continue;
        *ret_problem = "two XML parts of the PDF are invoices, and they differ; give the XML that counts";
        return TF_E_INVOICES;
    }
    return TF_OK;
}

static enum tf_err tell_none(const struct reading *r)
{
    if (r->attachments.others_xml > 0)
        return tell(r, TF_E_NO_INVOICE, "no attachment has the name of an invoice (factur-x.xml, zugferd-invoice.xml, xrechnung.xml), but others are XML; "
                                     "take out the one that is the invoice");
    return tell(r, TF_E_NO_INVOICE, "the PDF has no XML inside; ask for a ZUGFeRD or Factur-X invoice, or for UBL or CII: a picture cannot be checked");
}

/* An invoice is what the reader of records will find; what is known to be another program's is said here, by name. */
static enum tf_err hand_on(const struct reading *r, struct tf_str xml)
{
    char detail[DETAIL_BYTES];
    const struct tf_import_format *format = tf_import_find(xml);
    if (!format)
        return r->sink->record(r->sink->self, xml, 0);
    snprintf(detail, sizeof detail, "the XML part is %s; %s", format->title, format->refusal ? format->refusal : "give it as a file of its own");
    return tell(r, TF_E_FORMAT, detail);
}

static enum tf_err look_inside(struct reading *r)
{
    const char *problem = NULL;
    switch (tf_pdf_attached_find(r->pdf.ptr, r->pdf.len, is_invoice_name, STRUCTURE_BYTES_MAX, &r->attachments)) {
    case TF_PDF_READ:
        break;
    case TF_PDF_ENCRYPTED:
        return tell(r, TF_E_ENCRYPTED, "the PDF is encrypted, which PDF/A forbids; save it without a password, or ask for the XML");
    case TF_PDF_BOUNDLESS:
        return tell(r, TF_E_BOMB, "what leads to the attachments of the PDF is longer than 2 MB, packed or unpacked, which no invoice has; give the XML itself");
    case TF_PDF_NO_MEMORY:
        return TF_E_MEMORY;
    case TF_PDF_DAMAGED:
        return tell(r, TF_E_DAMAGED, "the PDF is damaged or cut off; copy it again, or ask for it again");
    }
    if (r->attachments.count == 0)
        return tell_none(r);
    enum tf_err err = read_parts(r, &problem);
    if (err != TF_OK)
        return tell(r, err, problem);
    return hand_on(r, tf_buf_view(&r->xml[0]));
}

enum tf_err tf_pdf_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    struct reading r = {.name = name, .sink = sink, .fault = fault};
    (void)options;
    tf_buf_init(&r.pdf, PDF_BYTES_MAX);
    for (size_t i = 0; i < TF_PDF_ATTACHED_MAX; i++)
        tf_buf_init(&r.xml[i], XML_BYTES_MAX);
    enum tf_err err = tf_import_bytes(fd, name, &r.pdf, fault);
    if (err == TF_OK)
        err = look_inside(&r);
    else if (tf_err_class(err) == TF_CLASS_DROP)
        err = tell(&r, err == TF_E_TOO_BIG ? err : TF_E_DAMAGED, err == TF_E_TOO_BIG ? "the PDF is longer than 128 MB, which no invoice is" : "the archive around the PDF is damaged or cut off");
    tf_pdf_attachments_finish(&r.attachments);
    for (size_t i = 0; i < TF_PDF_ATTACHED_MAX; i++)
        tf_buf_finish(&r.xml[i]);
    tf_buf_finish(&r.pdf);
    return err;
}
