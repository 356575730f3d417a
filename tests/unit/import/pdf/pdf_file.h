/* What tests of PDF share: a file of numbered objects, with a table of references or a stream of them. Texts end with the test. */
#ifndef TAXFLOW_TESTS_IMPORT_PDF_FILE_H
#define TAXFLOW_TESTS_IMPORT_PDF_FILE_H

#include "../reading.h"

#include <zlib.h>

#include "taxflow/buf.h"

enum { PDF_OBJECTS_MAX = 32, PDF_BYTES_MAX = 32 << 20 };

struct pdf_file {
    struct tf_buf bytes;
    struct { unsigned kind; size_t a; unsigned b; } at[PDF_OBJECTS_MAX]; /* as a stream of references has it (ISO 32000-1, table 18) */
    unsigned last;
};

static inline void pdf_begin(struct pdf_file *f)
{
    memset(f, 0, sizeof *f);
    tf_buf_init(&f->bytes, PDF_BYTES_MAX);
    tf_buf_puts(&f->bytes, "%PDF-1.7\n");
}

static inline void pdf_place(struct pdf_file *f, unsigned number, unsigned kind, size_t a, unsigned b)
{
    assert_true(number < PDF_OBJECTS_MAX);
    f->at[number].kind = kind;
    f->at[number].a = a;
    f->at[number].b = b;
    f->last = number > f->last ? number : f->last;
}

static inline void pdf_object(struct pdf_file *f, unsigned number, const char *body)
{
    pdf_place(f, number, 1, f->bytes.len, 0);
    tf_buf_printf(&f->bytes, "%u 0 obj\n", number);
    tf_buf_puts(&f->bytes, body);
    tf_buf_puts(&f->bytes, "\nendobj\n");
}

/* entries: of its dictionary, but for the length. */
static inline void pdf_stream(struct pdf_file *f, unsigned number, const char *entries, const void *data, size_t len)
{
    pdf_place(f, number, 1, f->bytes.len, 0);
    tf_buf_printf(&f->bytes, "%u 0 obj\n<< /Length %zu %s >>\nstream\n", number, len, entries);
    tf_buf_put(&f->bytes, data, len);
    tf_buf_puts(&f->bytes, "\nendstream\nendobj\n");
}

static inline void pdf_flate(struct pdf_file *f, unsigned number, const char *entries, const void *data, size_t len)
{
    char with_filter[256];
    uLongf room = compressBound(len);
    unsigned char *packed = malloc(room);
    assert_non_null(packed);
    assert_int_equal(compress(packed, &room, data, len), Z_OK);
    snprintf(with_filter, sizeof with_filter, "/Filter /FlateDecode %s", entries);
    pdf_stream(f, number, with_filter, packed, room);
    free(packed);
}

static inline void pdf_end_table(struct pdf_file *f, const char *trailer)
{
    size_t start = f->bytes.len;
    tf_buf_printf(&f->bytes, "xref\n0 %u\n0000000000 65535 f \n", f->last + 1);
    for (unsigned i = 1; i <= f->last; i++)
        tf_buf_printf(&f->bytes, "%010zu 00000 %c \n", f->at[i].a, f->at[i].kind == 1 ? 'n' : 'f');
    tf_buf_printf(&f->bytes, "trailer\n<< /Size %u /Root 1 0 R %s >>\nstartxref\n%zu\n%%%%EOF\n", f->last + 1, trailer, start);
}

/* Rows of 1 + 4 + 2 bytes, each predicted from the one above as predictor says (0 to 4 of PNG; 5: not at all). */
static inline void pdf_end_stream(struct pdf_file *f, unsigned number, unsigned predictor)
{
    unsigned char rows[PDF_OBJECTS_MAX * 8], plain[PDF_OBJECTS_MAX + 1][7] = {0};
    char entries[160];
    size_t len = 0, start = f->bytes.len;
    pdf_place(f, number, 1, start, 0);
    for (unsigned i = 0; i <= f->last; i++) {
        unsigned char *row = plain[i + 1], *above = plain[i];
        row[0] = (unsigned char)f->at[i].kind;
        for (unsigned b = 0; b < 4; b++)
            row[1 + b] = (unsigned char)(f->at[i].a >> (24 - 8 * b));
        row[5] = (unsigned char)(f->at[i].b >> 8);
        row[6] = (unsigned char)f->at[i].b;
        if (predictor < 5)
            rows[len++] = (unsigned char)predictor;
        for (unsigned b = 0; b < 7; b++) {
            int left = b > 0 ? row[b - 1] : 0, from = predictor == 1 ? left : predictor == 2 ? above[b] : predictor == 3 ? (left + above[b]) / 2 : 0;
            rows[len++] = (unsigned char)(row[b] - from);
        }
    }
    snprintf(entries, sizeof entries, "/Type /XRef /W [1 4 2] /Size %u /Root 1 0 R%s", f->last + 1,
             predictor < 5 ? " /DecodeParms << /Predictor 15 /Columns 7 >>" : "");
    pdf_flate(f, number, entries, rows, len);
    tf_buf_printf(&f->bytes, "startxref\n%zu\n%%%%EOF\n", start);
}

static inline enum tf_err pdf_read(struct pdf_file *f, struct reading *r)
{
    assert_false(f->bytes.failed);
    enum tf_err err = reading_read(r, f->bytes.ptr, f->bytes.len, NULL);
    tf_buf_finish(&f->bytes);
    return err;
}

#endif
