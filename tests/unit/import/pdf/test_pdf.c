/* Which XML of a PDF is the invoice, and what each file that has none, or more than one, is told. */
#include "pdf_file.h"

#define XML "<Invoice>1</Invoice>"
#define OTHER "<Invoice>2</Invoice>"
#define SPEC(names, files) "<< /Type /Filespec " names " /EF << " files " >> >>"
#define PART "/Type /EmbeddedFile"

static struct reading r;
static struct pdf_file f;

static void part(unsigned number, const char *xml) { pdf_flate(&f, number, PART, xml, strlen(xml)); }

/* A catalog with these entries, and two parts to point to: 2 is XML, 3 is OTHER. */
static void begin(const char *catalog)
{
    char body[512];
    pdf_begin(&f);
    snprintf(body, sizeof body, "<< /Type /Catalog %s >>", catalog);
    pdf_object(&f, 1, body);
    part(2, XML);
    part(3, OTHER);
}

static enum tf_err read_table(const char *catalog, const char *trailer)
{
    begin(catalog);
    pdf_end_table(&f, trailer);
    return pdf_read(&f, &r);
}

static void assert_found(enum tf_err err)
{
    assert_int_equal(err, TF_OK);
    if (r.unreadable_count > 0)
        fail_msg("%s", r.unreadable[0].detail);
    assert_int_equal(r.records_count, 1);
    assert_string_equal(r.records[0], XML);
    assert_int_equal(r.lines[0], 0);
}

static void assert_told(enum tf_err err, enum tf_err why, const char *detail)
{
    assert_int_equal(err, TF_OK);
    assert_int_equal(r.records_count, 0);
    assert_int_equal(r.unreadable_count, 1);
    assert_int_equal(r.unreadable[0].line, 0);
    assert_string_equal(r.unreadable[0].path, "$");
    if (r.unreadable[0].err != why || !strstr(r.unreadable[0].detail, detail))
        fail_msg("%s: %s", tf_err_reason(r.unreadable[0].err), r.unreadable[0].detail);
}

static void test_wherever_a_writer_puts_the_part(void **state)
{
    static const char *const catalogs[] = {
        "/Names << /EmbeddedFiles << /Names [(factur-x.xml) " SPEC("/F (factur-x.xml) /UF (factur-x.xml)", "/F 2 0 R /UF 2 0 R") "] >> >>",
        "/AF [" SPEC("/F (factur-x.xml)", "/F 2 0 R") "]",
        "/AF " SPEC("/F (factur-x.xml)", "/F 2 0 R"),
        "/AF [" SPEC("/UF (ZUGFeRD-invoice.xml)", "/UF 2 0 R") "]",
        "/AF [" SPEC("/F (x) /UF (zugferd-invoice.xml)", "/F 2 0 R") "]",
        "/AF [" SPEC("/F (xrechnung.xml) /UF (x)", "/F 2 0 R") "]",
        "/AF [" SPEC("/UF <FEFF006600610063007400750072002D0078002E0078006D006C>", "/F 2 0 R") "]",
        "/AF [" SPEC("/F (C:\\\\out\\\\FACTUR-X.XML)", "/F 2 0 R") "]",
        "/Names << /EmbeddedFiles << /Names [(factur-x.xml) " SPEC("", "/F 2 0 R") "] >> >>",
        "/Names << /EmbeddedFiles << /Kids [<< /Names [(a.txt) " SPEC("/F (a.txt)", "/F 3 0 R") "] >> << /Kids [<< /Names [(factur-x.xml) "
        SPEC("/F (factur-x.xml)", "/F 2 0 R") "] >>] >>] >> >>",
    };
    (void)state;
    for (size_t i = 0; i < sizeof catalogs / sizeof catalogs[0]; i++)
        assert_found(read_table(catalogs[i], ""));
}

static void test_one_part_under_two_roofs_is_one(void **state)
{
    (void)state;
    assert_found(read_table("/AF [" SPEC("/F (factur-x.xml)", "/F 2 0 R") "] /Names << /EmbeddedFiles << /Names [(factur-x.xml) "
                            SPEC("/F (factur-x.xml)", "/F 2 0 R") "] >> >>", ""));
    begin("/AF [" SPEC("/F (factur-x.xml)", "/F 2 0 R") SPEC("/F (xrechnung.xml)", "/F 4 0 R") "]");
    part(4, XML); /* a stream of its own with the same bytes */
    pdf_end_table(&f, "");
    assert_found(pdf_read(&f, &r));
}

static void test_two_invoices_are_a_question(void **state)
{
    (void)state;
    assert_told(read_table("/AF [" SPEC("/F (factur-x.xml)", "/F 2 0 R") SPEC("/F (xrechnung.xml)", "/F 3 0 R") "]", ""), TF_E_INVOICES, "they differ");
    assert_told(read_table("/AF [" SPEC("/F (factur-x.xml)", "/F 2 0 R /UF 3 0 R") "]", ""), TF_E_INVOICES, "they differ");
    assert_told(read_table("/AF [" SPEC("/F (factur-x.xml)", "/F 2 0 R") "] /Names << /EmbeddedFiles << /Names [(factur-x.xml) "
                           SPEC("/F (factur-x.xml)", "/F 3 0 R") "] >> >>", ""), TF_E_INVOICES, "they differ");
}

static void test_no_invoice_inside(void **state)
{
    (void)state;
    assert_told(read_table("", ""), TF_E_NO_INVOICE, "no XML inside");
    assert_told(read_table("/AF [" SPEC("/F (scan.png)", "/F 2 0 R") "]", ""), TF_E_NO_INVOICE, "no XML inside");
    assert_told(read_table("/AF [" SPEC("/F (R-17.XML)", "/F 2 0 R") "]", ""), TF_E_NO_INVOICE, "others are XML");
    assert_told(read_table("/Names 17 /AF [null 5 (x) << /EF 3 >>]", ""), TF_E_NO_INVOICE, "no XML inside");
}

static void test_another_programs_xml_inside(void **state)
{
    (void)state;
    pdf_begin(&f);
    pdf_object(&f, 1, "<< /AF [" SPEC("/F (factur-x.xml)", "/F 2 0 R") "] >>");
    part(2, "<p:FatturaElettronica xmlns:p='x'/>");
    pdf_end_table(&f, "");
    assert_told(pdf_read(&f, &r), TF_E_FORMAT, "the XML part is FatturaPA; convert it");
}

static void test_streams_of_objects_and_references(void **state)
{
    static const char objects[] = "1 0 4 40\n<< /Type /Catalog /AF [4 0 R]         >>" SPEC("/F (factur-x.xml)", "/F 2 0 R");
    (void)state;
    for (unsigned predictor = 0; predictor <= 5; predictor++) {
        if (predictor == 4)
            continue; /* Paeth: test_png_rows.c */
        pdf_begin(&f);
        part(2, XML);
        pdf_flate(&f, 3, "/Type /ObjStm /N 2 /First 9", objects, strlen(objects));
        pdf_place(&f, 1, 2, 3, 0);
        pdf_place(&f, 4, 2, 3, 1);
        pdf_end_stream(&f, 5, predictor);
        assert_found(pdf_read(&f, &r));
    }
}

/* ISO 32000-1, 7.5.6: a signature or a stamp writes behind the end; the catalog that counts is the last. */
static void test_what_was_added_behind_the_end(void **state)
{
    (void)state;
    begin("");
    size_t before = f.bytes.len;
    pdf_end_table(&f, "");
    size_t catalog = f.bytes.len;
    pdf_object(&f, 1, "<< /Type /Catalog /AF [" SPEC("/F (factur-x.xml)", "/F 2 0 R") "] >>");
    size_t table = f.bytes.len;
    tf_buf_printf(&f.bytes, "xref\n1 1\n%010zu 00000 n \ntrailer\n<< /Size 4 /Root 1 0 R /Prev %zu >>\nstartxref\n%zu\n%%%%EOF\n", catalog, before, table);
    assert_found(pdf_read(&f, &r));
}

static void test_locked_or_broken(void **state)
{
    static const char lock[] = "/ID [<00> <00>] /Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 "
                               "/O <1111111111111111111111111111111111111111111111111111111111111111> "
                               "/U <2222222222222222222222222222222222222222222222222222222222222222> >>";
    (void)state;
    const char *catalog = "/AF [" SPEC("/F (factur-x.xml)", "/F 2 0 R") "]";
    assert_told(read_table(catalog, lock), TF_E_ENCRYPTED, "encrypted");
    assert_told(read_table(catalog, "/Encrypt << /Filter /Adobe.PubSec >>"), TF_E_ENCRYPTED, "encrypted");
    begin(catalog);
    assert_told(pdf_read(&f, &r), TF_E_DAMAGED, "damaged or cut off"); /* no table */
    begin(catalog);
    pdf_end_table(&f, "");
    f.bytes.len -= 20;
    assert_told(pdf_read(&f, &r), TF_E_DAMAGED, "damaged or cut off");
    begin(catalog);
    f.at[1].a += 3;
    pdf_end_table(&f, "");
    assert_told(pdf_read(&f, &r), TF_E_DAMAGED, "damaged or cut off");
}

static void test_a_broken_part(void **state)
{
    static const struct { const char *entries; enum tf_err err; const char *detail; } cases[] = {
        {"/Filter /FlateDecode", TF_E_DAMAGED, "the XML part is damaged"},
        {"/Filter /LZWDecode", TF_E_NO_INVOICE, "packed in a way"},
        {"/Filter [/ASCIIHexDecode /FlateDecode]", TF_E_NO_INVOICE, "packed in a way"},
        {"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>", TF_E_NO_INVOICE, "packed in a way"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pdf_begin(&f);
        pdf_object(&f, 1, "<< /AF [" SPEC("/F (factur-x.xml)", "/F 2 0 R") "] >>");
        pdf_stream(&f, 2, cases[i].entries, "\x78\x9cnot deflated", 14);
        pdf_end_table(&f, "");
        assert_told(pdf_read(&f, &r), cases[i].err, cases[i].detail);
    }
    pdf_begin(&f);
    pdf_object(&f, 1, "<< /AF [" SPEC("/F (factur-x.xml)", "/F 2 0 R") "] >>");
    pdf_stream(&f, 2, "", XML, strlen(XML));
    pdf_end_table(&f, "");
    assert_found(pdf_read(&f, &r));
}

static char *fill(size_t len, const char *pattern)
{
    char *bytes = malloc(len);
    assert_non_null(bytes);
    for (size_t i = 0, n = strlen(pattern); i < len; i++)
        bytes[i] = pattern[i % n];
    return bytes;
}

static void test_bombs(void **state)
{
    char *spaces = fill(80 << 20, " ");
    (void)state;
    pdf_begin(&f); /* the part itself */
    pdf_object(&f, 1, "<< /AF [" SPEC("/F (factur-x.xml)", "/F 2 0 R") "] >>");
    pdf_flate(&f, 2, PART, spaces, 80 << 20);
    pdf_end_table(&f, "");
    assert_told(pdf_read(&f, &r), TF_E_BOMB, "more than 64 MB");

    pdf_begin(&f); /* the stream of objects in which the catalog lies */
    memcpy(spaces, "1 0\n<< /Type /Catalog >>", 24);
    pdf_flate(&f, 2, "/Type /ObjStm /N 1 /First 4", spaces, 80 << 20);
    pdf_place(&f, 1, 2, 2, 0);
    pdf_end_stream(&f, 3, 5);
    assert_told(pdf_read(&f, &r), TF_E_BOMB, "longer than 2 MB");
    free(spaces);

    char *filters = fill(64 * 1024, "/Fl ");
    struct tf_buf body;
    tf_buf_init(&body, 1 << 20);
    tf_buf_printf(&body, "/Type /ObjStm /N 1 /First 4 /Filter [%.*s]", 64 * 1024, filters);
    pdf_begin(&f); /* a chain of filters */
    pdf_place(&f, 2, 1, f.bytes.len, 0);
    tf_buf_printf(&f.bytes, "2 0 obj\n<< /Length 3 ");
    tf_buf_put(&f.bytes, body.ptr, body.len);
    tf_buf_puts(&f.bytes, " >>\nstream\nabc\nendstream\nendobj\n");
    pdf_place(&f, 1, 2, 2, 0);
    pdf_end_stream(&f, 3, 5);
    assert_told(pdf_read(&f, &r), TF_E_BOMB, "longer than 2 MB");
    tf_buf_finish(&body);
    free(filters);
}

static void test_endless_structures(void **state)
{
    (void)state;
    pdf_begin(&f); /* a tree that bites its tail */
    pdf_object(&f, 1, "<< /Names << /EmbeddedFiles 2 0 R >> >>");
    pdf_object(&f, 2, "<< /Kids [2 0 R 3 0 R 2 0 R] >>");
    pdf_object(&f, 3, "<< /Kids [2 0 R] >>");
    pdf_end_table(&f, "");
    assert_told(pdf_read(&f, &r), TF_E_NO_INVOICE, "no XML inside");

    char *kids = fill(9 << 20, "1 0 R ");
    pdf_begin(&f); /* an array longer than all that may be read */
    pdf_place(&f, 1, 1, f.bytes.len, 0);
    tf_buf_puts(&f.bytes, "1 0 obj\n<< /AF [");
    tf_buf_put(&f.bytes, kids, 9 << 20);
    tf_buf_puts(&f.bytes, "] >>\nendobj\n");
    pdf_end_table(&f, "");
    assert_told(pdf_read(&f, &r), TF_E_BOMB, "longer than 2 MB");
    free(kids);

    char *open = fill(200000, "[");
    pdf_begin(&f); /* depth */
    pdf_place(&f, 1, 1, f.bytes.len, 0);
    tf_buf_puts(&f.bytes, "1 0 obj\n<< /AF ");
    tf_buf_put(&f.bytes, open, 200000);
    tf_buf_puts(&f.bytes, " >>\nendobj\n");
    pdf_end_table(&f, "");
    assert_int_equal(pdf_read(&f, &r), TF_OK);
    assert_int_equal(r.unreadable_count, 1);
    free(open);
}

static void test_bytes_before_the_beginning(void **state)
{
    (void)state;
    begin("/AF [" SPEC("/F (factur-x.xml)", "/F 2 0 R") "]");
    pdf_end_table(&f, "");
    char *bytes = malloc(f.bytes.len + 4);
    assert_non_null(bytes);
    memcpy(bytes, "\r\n\r\n", 4);
    memcpy(bytes + 4, f.bytes.ptr, f.bytes.len);
    assert_found(reading_read(&r, bytes, f.bytes.len + 4, NULL));
    free(bytes);
    tf_buf_finish(&f.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wherever_a_writer_puts_the_part),
        cmocka_unit_test(test_one_part_under_two_roofs_is_one),
        cmocka_unit_test(test_two_invoices_are_a_question),
        cmocka_unit_test(test_no_invoice_inside),
        cmocka_unit_test(test_another_programs_xml_inside),
        cmocka_unit_test(test_streams_of_objects_and_references),
        cmocka_unit_test(test_what_was_added_behind_the_end),
        cmocka_unit_test(test_locked_or_broken),
        cmocka_unit_test(test_a_broken_part),
        cmocka_unit_test(test_bombs),
        cmocka_unit_test(test_endless_structures),
        cmocka_unit_test(test_bytes_before_the_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
