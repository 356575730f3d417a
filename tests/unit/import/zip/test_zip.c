/* What an archive holds is read as if it had been given alone; names lead nowhere, and what cannot be read is told by file. */
#include "zip_file.h"

#include <sys/stat.h>

#include "taxflow/buf.h"

#define XML "<Invoice>1</Invoice>"
#define BARE(id) "{\"kind\":\"account\",\"company\":\"A\",\"account\":{\"number\":\"" id "\"}}"

static struct reading r;


static void test_each_file_by_its_own_kind(void **state)
{
    (void)state;
    assert_int_equal(READ(MEMBER("2026/a.xml", XML), {"folder", NULL, 0}, MEMBER("b.ndjson", BARE("1") "\r\n\n" BARE("2")), MEMBER("c.json", "{\n\"kind\":\"x\"\n}"),
                          MEMBER("d.csv", "supplier,amount,currency,date\nS1,10.00,EUR,2026-01-31\nS2,twelve,EUR,2026-01-31\n")), TF_OK);
    assert_int_equal(r.records_count, 5);
    assert_string_equal(r.records[0], XML);
    assert_string_equal(r.parts[0], "2026/a.xml");
    assert_int_equal(r.lines[0], 0);
    assert_string_equal(r.records[1], BARE("1"));
    assert_string_equal(r.records[2], BARE("2"));
    assert_int_equal(r.lines[2], 3);
    assert_string_equal(r.records[3], "{\n\"kind\":\"x\"\n}");
    assert_string_equal(r.parts[4], "d.csv");
    assert_non_null(strstr(r.records[4], "\"10.00\""));
    assert_int_equal(r.unreadable_count, 1);
    assert_string_equal(r.unreadable[0].part, "d.csv");
    assert_int_equal(r.unreadable[0].line, 3);
}

/* One record however its line ends are written, which a reader of lines would cut it at. */
static void test_documents_in_utf16(void **state)
{
    char wide[128];
    (void)state;
    for (unsigned form = 0; form < 4; form++) {
        const size_t len = reading_widen("<Invoice>\n1\n</Invoice>\n", form & 1, form & 2, wide);
        assert_int_equal(READ({"a.xml", wide, len}), TF_OK);
        assert_int_equal(r.records_count, 1);
        assert_int_equal(r.unreadable_count, 0);
        assert_memory_equal(r.records[0], wide, len);
    }
}

static void test_names_lead_nowhere(void **state)
{
    char name[400] = "";
    struct stat info;
    (void)state;
    memset(name, 'n', 300);
    assert_int_equal(READ(MEMBER("../../tmp/taxflow-was-here.xml", XML), MEMBER("/etc/a.xml", XML), MEMBER("..\\b.xml", XML), MEMBER("c\n\x1b[2J.xml", XML),
                          {name, XML, sizeof XML - 1}), TF_OK);
    assert_int_equal(r.records_count, 5);
    assert_string_equal(r.parts[0], "__/__/tmp/taxflow-was-here.xml");
    assert_string_equal(r.parts[1], "_etc/a.xml");
    assert_string_equal(r.parts[2], "__/b.xml");
    for (const char *c = r.parts[3]; *c; c++)
        assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
    assert_int_equal(stat("/tmp/taxflow-was-here.xml", &info), -1);
}

static void test_what_folders_hide(void **state)
{
    (void)state;
    assert_int_equal(READ(MEMBER("__MACOSX/._a.xml", "x"), MEMBER("d/.hidden", "x"), MEMBER("a.xml", XML)), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_int_equal(r.unreadable_count, 0);
}

static void test_what_is_not_read_is_told_by_name_and_the_rest_is_read(void **state)
{
    size_t len;
    char *inner = archive_of((const struct member[]){MEMBER("a.xml", XML)}, 1, false, &len);
    (void)state;
    assert_int_equal(READ({"inner.zip", inner, len}, MEMBER("e.edi", "UNA:+.? 'UNB+UNOC:3'"), MEMBER("empty.xml", ""), MEMBER("s.pdf", "%PDF-1.7\n"),
                          MEMBER("a.xml", XML)), TF_OK);
    free(inner);
    assert_int_equal(r.records_count, 1);
    assert_string_equal(r.parts[0], "a.xml");
    assert_int_equal(r.unreadable_count, 4);
    reading_assert_told(&r, 0, "inner.zip", TF_E_FORMAT, "an archive in an archive");
    reading_assert_told(&r, 1, "e.edi", TF_E_FORMAT, "this is UN/EDIFACT");
    reading_assert_told(&r, 2, "empty.xml", TF_E_TYPE, "empty");
    reading_assert_told(&r, 3, "s.pdf", TF_E_DAMAGED, "the PDF is damaged");
}

static void test_a_locked_archive(void **state)
{
    size_t len;
    char *bytes = archive_of((const struct member[]){MEMBER("a.xml", XML), MEMBER("b.xml", XML)}, 2, true, &len);
    (void)state;
    assert_int_equal(reading_read(&r, bytes, len, NULL), TF_OK);
    free(bytes);
    assert_int_equal(r.records_count, 0);
    reading_assert_told(&r, 0, "a.xml", TF_E_ENCRYPTED, "encrypted");
    reading_assert_told(&r, 1, "b.xml", TF_E_ENCRYPTED, "encrypted");
}

static void test_a_damaged_archive(void **state)
{
    size_t len;
    char *bytes = archive_of((const struct member[]){MEMBER("a.xml", XML), MEMBER("b.xml", XML)}, 2, false, &len);
    (void)state;
    assert_int_equal(reading_read(&r, bytes, len - 30, NULL), TF_OK); /* the table is cut off */
    assert_int_equal(r.records_count, 0);
    reading_assert_told(&r, 0, "", TF_E_DAMAGED, "damaged or cut off");
    char *data = memmem(bytes, len, XML, sizeof XML - 1);
    assert_non_null(data);
    data[1] ^= 1;
    assert_int_equal(reading_read(&r, bytes, len, NULL), TF_OK); /* its checksum tells */
    assert_int_equal(r.records_count, 1);
    assert_string_equal(r.parts[0], "b.xml");
    reading_assert_told(&r, 0, "a.xml", TF_E_DAMAGED, "damaged or cut off in the archive");
    free(bytes);
}

static void test_an_archive_of_nothing(void **state)
{
    static const char none[22] = "PK\x05\x06";
    (void)state;
    assert_int_equal(reading_read(&r, none, sizeof none, NULL), TF_OK);
    reading_assert_told(&r, 0, "", TF_E_NO_INVOICE, "holds no files");
    assert_int_equal(READ({"folder", NULL, 0}), TF_OK);
    reading_assert_told(&r, 0, "", TF_E_NO_INVOICE, "holds no files");
}

static void test_a_bomb(void **state)
{
    enum { ZEROS = 80 << 20 };
    char *zeros = calloc(1, ZEROS);
    (void)state;
    assert_non_null(zeros);
    assert_int_equal(READ(MEMBER("a.xml", XML), {"zeros.csv", zeros, ZEROS}, MEMBER("behind.xml", XML)), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_int_equal(r.unreadable_count, 1);
    reading_assert_told(&r, 0, "zeros.csv", TF_E_BOMB, "more than 200 times its size; this one and those behind it are not read");
    free(zeros);
}

static void test_the_bound_that_is_set(void **state)
{
    size_t len;
    static char text[3 << 20];
    const struct tf_import_options options = {.record_bytes_max = 4096, .unpacked_bytes_max = 4 << 20};
    const struct tf_import_sink sink = {.self = &r, .record = reading_record, .unreadable = reading_unreadable, .part = reading_part};
    const struct tf_import_format *format;
    (void)state;
    memset(text, ' ', sizeof text);
    char *bytes = archive_of((const struct member[]){{"a", text, sizeof text}, {"b", text, sizeof text}}, 2, false, &len);
    int fd = reading_file(bytes, len);
    memset(&r, 0, sizeof r);
    assert_int_equal(tf_import_sniff(fd, "f.zip", &options, &format, &r.fault), TF_OK);
    assert_int_equal(tf_import_read(format, fd, "f.zip", &options, &sink, &r.fault), TF_OK);
    assert_int_equal(r.unreadable_count, 1);
    reading_assert_told(&r, 0, "b", TF_E_BOMB, "import.unpacked_bytes_max");
    close(fd);
    free(bytes);
}

static void test_more_files_than_anyone_sends(void **state)
{
    enum { MANY = 100001 };
    struct member *members = calloc(MANY, sizeof *members);
    char (*names)[8] = calloc(MANY, sizeof *names);
    (void)state;
    assert_true(members && names);
    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "%d", i);
        members[i] = (struct member){names[i], "x", 1};
    }
    assert_int_equal(reading_members(&r, members, MANY), TF_OK);
    assert_int_equal(r.records_count, 0);
    reading_assert_told(&r, 0, "", TF_E_TOO_MANY, "more than 100,000 files");
    free(members);
    free(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_file_by_its_own_kind),
        cmocka_unit_test(test_documents_in_utf16),
        cmocka_unit_test(test_names_lead_nowhere),
        cmocka_unit_test(test_what_folders_hide),
        cmocka_unit_test(test_what_is_not_read_is_told_by_name_and_the_rest_is_read),
        cmocka_unit_test(test_a_locked_archive),
        cmocka_unit_test(test_a_damaged_archive),
        cmocka_unit_test(test_an_archive_of_nothing),
        cmocka_unit_test(test_a_bomb),
        cmocka_unit_test(test_the_bound_that_is_set),
        cmocka_unit_test(test_more_files_than_anyone_sends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
