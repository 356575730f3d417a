/* Records of ours that are packed with gzip. */
#include "gzip.h"

#define FIRST "{\"kind\":\"payment\",\"company\":\"A\"}"
#define SECOND "{\"kind\":\"payment\",\"company\":\"M\xc3\xbcller\"}"
#define INVOICE "<?xml version=\"1.0\"?>\n<Invoice>\n</Invoice>\n"

static struct reading r;

static enum tf_err read_packed(const char *bytes, size_t len, size_t cut)
{
    size_t packed_len;
    char *packed = gzip(bytes, len, &packed_len);
    const enum tf_err err = reading_read(&r, packed, packed_len - cut, NULL);
    free(packed);
    return err;
}

#define READ_PACKED(text) read_packed(text, sizeof(text) - 1, 0)

static void test_lines_and_documents(void **state)
{
    (void)state;
    assert_int_equal(READ_PACKED(FIRST "\n\n" SECOND "\r\n"), TF_OK);
    assert_int_equal(r.records_count, 2);
    assert_string_equal(r.records[0], FIRST);
    assert_string_equal(r.records[1], SECOND);
    assert_int_equal(r.lines[1], 3);
    assert_int_equal(READ_PACKED(INVOICE), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_string_equal(r.records[0], INVOICE);
    assert_int_equal(READ_PACKED("{\n\"kind\":\"payment\"\n}\n"), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_int_equal(r.lines[0], 0);
}

/* Who reads records says what is wrong with one; its bytes must be there to be kept. */
static void test_bytes_that_are_no_text(void **state)
{
    (void)state;
    assert_int_equal(READ_PACKED("{\"a\":\"\xff\"}\n" FIRST "\n"), TF_OK);
    assert_int_equal(r.records_count, 2);
    assert_string_equal(r.records[0], "{\"a\":\"\xff\"}");
    assert_int_equal(READ_PACKED(""), TF_OK);
    assert_int_equal(r.records_count, 0);
}

static void test_cut_off(void **state)
{
    (void)state;
    assert_int_equal(read_packed(FIRST "\n" SECOND "\n", sizeof FIRST "\n" SECOND - 1, 10), TF_E_VALUE);
    assert_fault(&r, "cut off; export or copy it again");
    assert_int_equal(read_packed(INVOICE, sizeof INVOICE - 1, 10), TF_E_VALUE);
    assert_fault(&r, "cut off; export or copy it again");
    assert_int_equal(reading_read(&r, "\x1f\x8b\x08", 3, NULL), TF_E_VALUE);
}

/* Other formats are found below the packing. */
static void test_what_is_inside_counts(void **state)
{
    (void)state;
    assert_int_equal(READ_PACKED("Lieferant;Datum;Betrag;W\xc3\xa4hrung;Belegnummer\nL1;2026-01-31;1,00;EUR;7\n"), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_non_null(strstr(r.records[0], "\"supplier\":\"L1\""));
    assert_int_equal(READ_PACKED("Rar!\x1a\x07\x01"), TF_E_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_and_documents),
        cmocka_unit_test(test_bytes_that_are_no_text),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_what_is_inside_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
