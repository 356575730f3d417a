/* How files begin, and what those that are not read are told. */
#include "reading.h"

static struct reading r;

struct sign { const char *format, *bytes; size_t len; };
#define SIGN(format, bytes) {(format), (bytes), sizeof(bytes) - 1}
#define ZIP_HEADER(method, packed, name_len) "PK\x03\x04\x14\0\0\0" method "\0\0\0\0\0\0\0\0" packed "\0\0\0\0" name_len "\0\0\0"

static const struct sign refused[] = {
    SIGN("fatturapa", "\xef\xbb\xbf<?xml version='1.0'?><p:FatturaElettronica versione='FPR12' xmlns:p='x'>"),
    SIGN("ksef", "<?xml version='1.0'?><!-- a > b --><Faktura xmlns='http://crd.gov.pl/wzor/2023/06/29/12648/'>"),
    SIGN("facturae", "<fe:Facturae xmlns:fe='x'>"),
    SIGN("idoc", "<INVOIC02><IDOC BEGIN='1'><EDI_DC40 SEGMENT='1'>"),
    SIGN("idoc", "EDI_DC40  800000000"),
    SIGN("edifact", "UNB+UNOC:3+A+B'"),
    SIGN("edifact", "UNA:+.? '\r\nUNB+UNOC:3+A+B'"),
    SIGN("zugferd1", "<rsm:CrossIndustryDocument xmlns:rsm='urn:ferd:CrossIndustryDocument:invoice:1p0'>"),
    SIGN("xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    SIGN("xml-excel", "<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?><Workbook xmlns='x'>"),
    SIGN("html", "<!DOCTYPE html>\n<html><table>"),
    SIGN("html", "<table border=1>"),
    SIGN("picture", "\xff\xd8\xff\xe0"),
    SIGN("picture", "II*\0\x08"),
    SIGN("packed", "7z\xbc\xaf\x27\x1c\0"),
    SIGN("xlsx", ZIP_HEADER("\0\0", "\x02\0\0\0", "\x13") "[Content_Types].xmlab" ZIP_HEADER("\0\0", "\0\0\0\0", "\x0f") "xl/workbook.xml"),
    SIGN("office", ZIP_HEADER("\0\0", "\x02\0\0\0", "\x13") "[Content_Types].xmlab" ZIP_HEADER("\0\0", "\0\0\0\0", "\x11") "word/document.xml"),
    SIGN("opendocument", ZIP_HEADER("\0\0", "\x2e\0\0\0", "\x08") "mimetypeapplication/vnd.oasis.opendocument.spreadsheet"),
};

static void test_known_and_refused_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        size_t count;
        const struct tf_import_format *row = tf_import_formats(&count), *end = row + count;
        while (row < end && strcmp(row->name, refused[i].format) != 0)
            row++;
        assert_true(row < end && row->refusal);
        if (reading_read(&r, refused[i].bytes, refused[i].len, NULL) != TF_E_FORMAT)
            fail_msg("sign %zu (%s) is not refused", i, refused[i].format);
        assert_fault(&r, row->title);
        assert_fault(&r, row->refusal);
        assert_int_equal(tf_err_exit_status(TF_E_FORMAT), 65);
    }
}

/* The name of a file inside an archive inside an archive is no sign of the outer one; neither is one in the middle of packed bytes. */
static void test_an_archive_is_no_workbook_for_what_lies_deeper(void **state)
{
    static const struct sign outer[] = {
        SIGN("zip", ZIP_HEADER("\0\0", "\x2d\0\0\0", "\x05") "a.zip" ZIP_HEADER("\0\0", "\0\0\0\0", "\x0f") "xl/workbook.xml"),
        SIGN("zip", ZIP_HEADER("\0\0", "\x05\0\0\0", "\x05") "a.pdfxl/ab"),
    };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        size_t count;
        const struct tf_import_format *rows = tf_import_formats(&count);
        for (size_t f = 0; f < count; f++)
            if (rows[f].begins((struct tf_str){outer[i].bytes, outer[i].len})) {
                assert_string_equal(rows[f].name, "zip");
                break;
            }
    }
}

static void test_what_is_ours_or_a_table_is_neither(void **state)
{
    static const char *const ours[] = {"{\"kind\":\"invoice\"}", "<Invoice xmlns='x'>", "<rsm:CrossIndustryInvoice xmlns:rsm='x'>", "<Faktura xmlns='y'>", ""};
    size_t count;
    const struct tf_import_format *rows = tf_import_formats(&count);
    (void)state;
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        for (size_t f = 0; f < count; f++)
            if (rows[f].begins(tf_str_of(ours[i])))
                fail_msg("%s is taken for %s", ours[i], rows[f].name);
}

/* A map says what columns mean; documents and archives that lie beside the tables are what they are. */
static void test_a_map_is_for_tables(void **state)
{
    static const struct { const char *bytes, *format; } cases[] = {
        {"a;b\n1;2\n", "csv"}, {"<Invoice/>", NULL}, {"{\"kind\":\"x\"}", NULL}, {"%PDF-1.7\n", "pdf"}, {"PK\x03\x04", "zip"}, {"\x89PNG\r\n", "picture"},
    };
    const struct tf_import_options options = {.map = "any.map"};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct tf_import_format *format = NULL;
        struct tf_fault fault;
        int fd = reading_file(cases[i].bytes, strlen(cases[i].bytes));
        assert_int_equal(tf_import_sniff(fd, "f", &options, &format, &fault), TF_OK);
        if (cases[i].format)
            assert_string_equal(format->name, cases[i].format);
        else
            assert_null(format);
        close(fd);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_and_refused_by_name),
        cmocka_unit_test(test_an_archive_is_no_workbook_for_what_lies_deeper),
        cmocka_unit_test(test_what_is_ours_or_a_table_is_neither),
        cmocka_unit_test(test_a_map_is_for_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
