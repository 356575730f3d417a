/* Which format a file is of, with and without a map. */
#include "reading.h"

#define TABLE "a;b\n1;2\n"
#define PAIN "<?xml version=\"1.0\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\"><CstmrCdtTrfInitn/></Document>"
#define LINES "{\"kind\":\"payment\",\"company\":\"A\"}\n{\"kind\":\"payment\",\"company\":\"B\"}\n"
#define MARK "\xef\xbb\xbf"

static const char *name_of(const char *bytes, size_t len, const char *map)
{
    const struct tf_import_options options = {.map = map};
    const struct tf_import_format *format = tf_import_sniff_bytes((struct tf_str){bytes, len}, &options);
    return format ? format->name : "-";
}

static void test_what_files_begin_with(void **state)
{
    (void)state;
    static const struct { const char *text, *alone, *with_map; } cases[] = {
        {TABLE, "csv", "csv"},          {"one column\n", "-", "csv"},     {PAIN, "pain.001", "pain.001"},     {"%PDF-1.7\n", "pdf", "pdf"},
        {LINES, "-", "-"},              {MARK LINES, "-", "-"},           {MARK TABLE, "csv", "csv"},         {MARK PAIN, "pain.001", "pain.001"},
        {"<Invoice/>", "-", "-"},       {" [ {} ]", "-", "-"},            {"", "-", "csv"},                   {"PK\x03\x04", "zip", "zip"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        assert_string_equal(name_of(cases[c].text, strlen(cases[c].text), NULL), cases[c].alone);
        assert_string_equal(name_of(cases[c].text, strlen(cases[c].text), "any.map"), cases[c].with_map);
    }
    assert_string_equal(name_of("\xff\xfe<\0a\0>\0", 8, "any.map"), "-"); /* XML in UTF-16 */
}

static void test_xml_in_utf16(void **state)
{
    (void)state;
    static const struct { const char *text, *format; } cases[] = {
        {PAIN, "pain.001"}, {"<?xml version='1.0' encoding='UTF-16'?>\r\n<AuditFile xmlns='x'>", "saf-t"}, {"<DataSet><Media/></DataSet>", "gdpdu"},
        {"<p:FatturaElettronica xmlns:p='x'/>", "fatturapa"}, {"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'/>", "camt.053"},
        {"<Invoice/>", "-"}, {"<sh:StandardBusinessDocument xmlns:sh='x'/>", "sbdh"},
    };
    char wide[512];
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++)
        for (unsigned form = 0; form < 4; form++)
            assert_string_equal(name_of(wide, reading_widen(cases[c].text, form & 1, form & 2, wide), NULL), cases[c].format);
    assert_string_equal(name_of(wide, reading_widen(TABLE, false, true, wide), NULL), "csv");
    static const char far[] = "\xff\xfe\0\0<\0\0\0a\0\0\0"; /* UTF-32 */
    assert_string_equal(name_of(far, sizeof far - 1, NULL), "-");
    assert_string_equal(name_of("\xff\xfe", 2, NULL), "-");
    assert_string_equal(name_of("\xff\xfe<", 3, NULL), "-");
}

/* A file is what its first 64 KiB are. */
static void test_what_stands_far_behind_is_not_looked_at(void **state)
{
    (void)state;
    enum { FAR_BYTES = 1 << 17 };
    char *text = malloc(FAR_BYTES);
    memset(text, ' ', FAR_BYTES);
    memcpy(text, "<?xml version=\"1.0\"?>", 21);
    memcpy(text + FAR_BYTES - 11, "<AuditFile>", 11);
    assert_string_equal(name_of(text, FAR_BYTES, NULL), "-");
    memcpy(text + 21, "<AuditFile>", 11);
    assert_string_equal(name_of(text, FAR_BYTES, NULL), "saf-t");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_files_begin_with),
        cmocka_unit_test(test_xml_in_utf16),
        cmocka_unit_test(test_what_stands_far_behind_is_not_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
