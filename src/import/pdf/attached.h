/* What is attached to a PDF: libqpdf behind C functions. */
#ifndef TAXFLOW_IMPORT_PDF_ATTACHED_H
#define TAXFLOW_IMPORT_PDF_ATTACHED_H

#include <stdbool.h>
#include <stddef.h>

#include "taxflow/err.h"

enum { TF_PDF_ATTACHED_MAX = 8 };

enum tf_pdf_state {
    TF_PDF_READ,
    TF_PDF_ENCRYPTED,
    TF_PDF_DAMAGED,   /* the file's structure cannot be followed */
    TF_PDF_BOUNDLESS, /* following it takes more than any invoice does: see structure_bytes_max */
    TF_PDF_NO_MEMORY,
};

enum tf_pdf_packing { TF_PDF_PLAIN, TF_PDF_FLATE, TF_PDF_OTHER };

/* One embedded file stream, as it lies in the PDF. */
struct tf_pdf_attached {
    char *bytes;      /* owned; NULL where len is 0 or packing TF_PDF_OTHER */
    size_t len;
    enum tf_pdf_packing packing;
};

struct tf_pdf_attachments {
    struct tf_pdf_attached items[TF_PDF_ATTACHED_MAX];
    size_t count;      /* of those whose name was wanted; the first TF_PDF_ATTACHED_MAX */
    size_t others_xml; /* of other names that end in .xml */
};

/**
 * Find the embedded files that the catalog's names tree (/EmbeddedFiles) and its associated files (/AF) name, each stream once, and take those out whose
 * /UF or /F is wanted. Pages, fonts and pictures are not looked at, damaged tables not mended.
 *
 * pdf                  all of the file, len bytes; only read.
 * wanted               answers for a name in UTF-8, without folders, of len bytes.
 * structure_bytes_max  of objects, tables and object streams that are read and unpacked on the way to the attachments.
 * ret_attachments      finish it in any case.
 * Cost    O(table of references + path to the attachments + their bytes).   Thread  any.
 * Source  ISO 32000-1, 7.5.8, 7.7.4, 7.11.4; ISO 32000-2, 14.13 (associated files); ISO 19005-3, annex E.
 */
enum tf_pdf_state tf_pdf_attached_find(const char *pdf, size_t len, bool (*wanted)(const char *name, size_t len), size_t structure_bytes_max,
                                       struct tf_pdf_attachments *ret_attachments) TF_MUST_CHECK;
void tf_pdf_attachments_finish(struct tf_pdf_attachments *attachments);

#endif
