#include "../reading.h"

#include <zlib.h>

static struct reading r;

static enum tf_err read_text(const char *text) { return reading_read(&r, text, strlen(text), NULL); }

static enum tf_err read_mapped(const char *map, const char *text) { return reading_read_mapped(&r, map, text); }

#define PAYMENTS "Lieferant;Datum;Betrag;Währung;IBAN;Rechnung\n"
#define PAID(supplier, date, amount, rest) \
    "{\"company\":\"ACME\",\"kind\":\"payment\",\"payment\":{" rest "\"amount\":\"" amount "\",\"currency\":\"EUR\",\"date\":\"" date "\",\"supplier\":\"" supplier "\"}}"

static void test_a_known_header_needs_no_map(void **state)
{
    (void)state;
    assert_int_equal(read_text(PAYMENTS "S1;31.01.2026;1.234,56;EUR;;\nS2;01.02.2026;-5,00;EUR;DE89370400440532013000;R-1\n"), TF_OK);
    assert_int_equal(r.records_count, 2);
    assert_string_equal(r.records[0], PAID("S1", "2026-01-31", "1234.56", ""));
    assert_string_equal(r.records[1], "{\"company\":\"ACME\",\"kind\":\"payment\",\"payment\":{\"account\":\"DE89370400440532013000\",\"amount\":\"-5.00\","
                                      "\"currency\":\"EUR\",\"date\":\"2026-02-01\",\"invoice_number\":\"R-1\",\"supplier\":\"S2\"}}");
    assert_int_equal(r.lines[0], 2);
    assert_int_equal(r.lines[1], 3);
}

static void test_invoices_are_nested(void **state)
{
    (void)state;
    assert_int_equal(read_text("invoice_number,issue_date,seller,seller_vat_id,net,vat,gross,currency\nR-1,2026-01-31,\"Sell, er\",DE111,100.00,19.00,119.00,EUR\n"), TF_OK);
    assert_string_equal(r.records[0], "{\"company\":\"ACME\",\"invoice\":{\"currency\":\"EUR\",\"issue_date\":\"2026-01-31\",\"number\":\"R-1\",\"seller\":{"
                                      "\"name\":\"Sell, er\",\"vat_id\":\"DE111\"},\"totals\":{\"gross\":\"119.00\",\"net\":\"100.00\",\"vat\":\"19.00\"}},\"kind\":\"invoice\"}");
}

/* Columns in another order, other line ends, another delimiter: the same records. */
static void test_records_do_not_depend_on_the_form_of_the_file(void **state)
{
    char first[1024];
    (void)state;
    assert_int_equal(read_text("supplier,date,amount,currency\nS1,2026-01-31,7.50,EUR\n"), TF_OK);
    snprintf(first, sizeof first, "%s", r.records[0]);
    assert_int_equal(read_text("currency;amount;supplier;date\r\nEUR;7,50;S1;31.01.2026\r\n"), TF_OK);
    assert_string_equal(r.records[0], first);
    assert_int_equal(read_text("\xef\xbb\xbf" "date\tsupplier\tcurrency\tamount\n2026-01-31\tS1\tEUR\t7.50"), TF_OK);
    assert_string_equal(r.records[0], first);
}

static void test_equal_rows_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(read_text("supplier,date,amount,currency\nS1,2026-01-31,7.50,EUR\nS2,2026-01-31,1.00,EUR\nS1,2026-01-31,7.50,EUR\nS1,2026-01-31,7.50,EUR\n"), TF_OK);
    assert_int_equal(r.records_count, 4);
    assert_null(strstr(r.records[0], "specversion"));
    assert_non_null(strstr(r.records[2], ".2\",\"source\":"));
    assert_non_null(strstr(r.records[2], "\"type\":\"taxflow.payment.v1\""));
    assert_non_null(strstr(r.records[3], ".3\",\"source\":"));
}

static void test_encodings(void **state)
{
    static const char latin[] = "supplier;date;amount;currency\nM\xfcller;2026-01-31;7,5;EUR\n";
    char utf16[256] = "\xff\xfe";
    size_t len = 2;
    for (const char *c = "supplier;date;amount;currency\nM\xfc;2026-01-31;7,5;EUR\n"; *c; c++, len += 2)
        utf16[len] = *c;
    (void)state;
    assert_int_equal(reading_read(&r, latin, sizeof latin - 1, NULL), TF_OK);
    assert_non_null(strstr(r.records[0], "\"supplier\":\"M\xc3\xbcller\""));
    assert_int_equal(reading_read(&r, utf16, len, NULL), TF_OK);
    assert_non_null(strstr(r.records[0], "\"supplier\":\"M\xc3\xbc\""));
}

/* The first umlaut stands past what is looked at, one of UTF-8 beside it, one across the edge of a block. */
static void test_encodings_that_show_late(void **state)
{
    enum { ROWS = 3000 };
    static char text[ROWS * 40];
    size_t len = (size_t)snprintf(text, sizeof text, "supplier;date;amount;currency\nS0;2026-01-31;1,5;EUR\n");
    (void)state;
    while (len < 70000)
        len += (size_t)snprintf(text + len, sizeof text - len, "\n");
    len += (size_t)snprintf(text + len, sizeof text - len, "M\xfcller \x80;2026-01-31;7,5;EUR\nM\xc3\xbc;2026-01-31;7,5;EUR\nM\xfc;2026-01-31;8,5;EUR");
    assert_int_equal(reading_read(&r, text, len, NULL), TF_OK);
    assert_int_equal(r.records_count, 4);
    assert_non_null(strstr(r.records[1], "\"supplier\":\"M\xc3\xbcller \xe2\x82\xac\""));
    assert_non_null(strstr(r.records[2], "\"supplier\":\"M\xc3\xbc\""));
    assert_non_null(strstr(r.records[3], "\"supplier\":\"M\xc3\xbc\""));
}

static void pack(const char *text, size_t len, unsigned char *out, size_t *ret_len)
{
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)text, .avail_in = (unsigned)len, .next_out = out, .avail_out = READING_TEXT_BYTES};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    *ret_len = stream.total_out;
    deflateEnd(&stream);
}

static void test_packed_files(void **state)
{
    static const char text[] = "supplier,date,amount,currency\nS1,2026-01-31,7.50,EUR\n";
    unsigned char packed[READING_TEXT_BYTES];
    size_t len;
    (void)state;
    pack(text, sizeof text - 1, packed, &len);
    assert_int_equal(reading_read(&r, (char *)packed, len, NULL), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_int_equal(reading_read(&r, (char *)packed, len - 9, NULL), TF_E_VALUE);
    assert_fault(&r, "cut off");
}

static void test_bad_rows_are_told_with_their_column(void **state)
{
    (void)state;
    assert_int_equal(read_text("supplier,date,amount,currency\nS1,2026-01-31,7.50,EUR\nS2,2026-02-30,1.00,EUR\nS3,2026-01-31,x,EUR\nS4,2026-01-31,1.00,EUR,extra\n"
                               "\"S5\"x,2026-01-31,1.00,EUR\nS6,2026-01-31,2.00,EUR\n"), TF_OK);
    assert_int_equal(r.records_count, 2);
    assert_int_equal(r.lines[1], 7);
    assert_int_equal(r.unreadable_count, 4);
    assert_int_equal(r.unreadable[0].err, TF_E_DATE);
    assert_string_equal(r.unreadable[0].path, "date");
    assert_string_equal(r.unreadable[0].text, "S2,2026-02-30,1.00,EUR");
    assert_int_equal(r.unreadable[0].line, 3);
    assert_int_equal(r.unreadable[1].err, TF_E_NUMBER);
    assert_string_equal(r.unreadable[1].path, "amount");
    assert_non_null(strstr(r.unreadable[2].detail, "more cells than the header"));
    assert_non_null(strstr(r.unreadable[3].detail, "behind a closing quote"));
    assert_int_equal(r.unreadable[3].line, 6);
}

static void test_open_questions_are_asked(void **state)
{
    (void)state;
    assert_int_equal(read_text("supplier,date,amount,currency\nS1,03/04/2026,7.50,EUR\n"), TF_E_VALUE);
    assert_fault(&r, "3rd of April, or the 4th of March");
    assert_int_equal(read_text("supplier,date,amount,currency\nS1,03/04/2026,7.50,EUR\nS1,25/04/2026,7.50,EUR\n"), TF_OK);
    assert_non_null(strstr(r.records[0], "2026-04-03"));
    assert_int_equal(read_text("supplier,date,amount,currency\nS1,04/25/2026,7.50,EUR\nS1,25/04/2026,7.50,EUR\n"), TF_E_VALUE);
    assert_fault(&r, "now with the day, now with the month");
    assert_int_equal(read_text("supplier;date;amount;currency\nS1;2026-01-31;1.234;EUR\n"), TF_E_VALUE);
    assert_fault(&r, "one thousand, or one and a quarter");
    assert_int_equal(read_text("supplier;date;amount;currency\nS1;2026-01-31;1.234;EUR\nS1;2026-01-31;5,10;EUR\n"), TF_OK);
    assert_non_null(strstr(r.records[0], "\"amount\":\"1234\""));
    assert_int_equal(read_text("supplier;date;amount;currency\nS1;2026-01-31;1.5;EUR\nS1;2026-01-31;1,5;EUR\n"), TF_E_VALUE);
    assert_fault(&r, "now a point, now a comma");
}

static void test_unknown_headers_ask_for_a_map(void **state)
{
    (void)state;
    assert_int_equal(read_text("a,b,c\n1,2,3\n"), TF_E_VALUE);
    assert_fault(&r, "--map");
    assert_int_equal(read_text("{\"kind\":\"payment\"}\n{}\n"), TF_E_KIND);
    assert_int_equal(read_text("just a text, with a comma\nand a second line\n"), TF_E_KIND);
}

#define MAP "kind = \"payment\"; company = \"C9\"; dates = \"DD.MM.YYYY\"; decimal = \",\";\n" \
            "columns = ( { member = \"supplier\"; column = \"Kreditor\"; }, { member = \"date\"; column = \"Tag\"; },\n" \
            "{ member = \"payment.amount\"; column = \"Summe\"; }, { member = \"currency\"; value = \"EUR\"; }, { member = \"user\"; column = \"Wer\"; } );\n"

static void test_maps_say_what_columns_mean(void **state)
{
    (void)state;
    assert_int_equal(read_mapped(MAP "negative = { column = \"SH\"; values = [\"H\"]; };",
                                 "Kreditor;Tag;Summe;SH;Wer\nS1;01.02.2026;10,00;S;u1\nS1;01.02.2026;10,00;h;\nS1;01.02.2026;10,00-;H;\n"), TF_OK);
    assert_string_equal(r.records[0], "{\"company\":\"C9\",\"kind\":\"payment\",\"payment\":{\"amount\":\"10.00\",\"currency\":\"EUR\",\"date\":\"2026-02-01\","
                                      "\"supplier\":\"S1\"},\"user\":\"u1\"}");
    assert_non_null(strstr(r.records[1], "\"amount\":\"-10.00\""));
    assert_non_null(strstr(r.records[2], "\"amount\":\"10.00\""));
    assert_int_equal(read_mapped(MAP "header_line = 3;", "Export\nvom Montag\nKreditor;Tag;Summe;Wer\nS1;01.02.2026;10,00;u1\n"), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_int_equal(r.lines[0], 4);
}

static void test_lists_are_made_of_numbered_members(void **state)
{
    (void)state;
    assert_int_equal(read_mapped("kind = \"invoice\"; decimal = \".\"; columns = ( { member = \"number\"; column = \"n\"; }, { member = \"lines.0.net\"; column = \"a\"; },"
                                 "{ member = \"lines.1.net\"; column = \"b\"; }, { member = \"lines.0.item.name\"; value = \"work\"; } );", "n,a,b\n1,2.00,\n2,3.00,4.00\n"), TF_OK);
    assert_string_equal(r.records[0], "{\"company\":\"ACME\",\"invoice\":{\"lines\":[{\"item\":{\"name\":\"work\"},\"net\":\"2.00\"}],\"number\":\"1\"},\"kind\":\"invoice\"}");
    assert_string_equal(r.records[1], "{\"company\":\"ACME\",\"invoice\":{\"lines\":[{\"item\":{\"name\":\"work\"},\"net\":\"3.00\"},{\"net\":\"4.00\"}],\"number\":\"2\"},\"kind\":\"invoice\"}");
}

static void test_wrong_maps_say_where(void **state)
{
    static const struct { const char *map, *says; } rows[] = {
        {"columns = ( { member = \"amount\"; column = \"a\"; } );", "kind is missing"},
        {"kind = \"paiment\"; columns = ( { member = \"amount\"; column = \"a\"; } );", "kind must be"},
        {"kind = \"payment\";", "columns must be a list"},
        {"kind = \"payment\"; columns = ( { member = \"amout\"; column = \"a\"; } );", "did you mean \"payment.amount\"?"},
        {"kind = \"payment\"; columns = ( { member = \"amount\"; } );", "a column is {"},
        {"kind = \"payment\"; columns = ( { member = \"amount\"; column = \"a\"; }, { member = \"payment.amount\"; column = \"a\"; } );", "stands twice"},
        {"kind = \"payment\"; colums = 1; columns = ( { member = \"amount\"; column = \"a\"; } );", "did you mean \"columns\"?"},
        {"kind = \"payment\"; dates = \"MMDD\"; columns = ( { member = \"amount\"; column = \"a\"; } );", "dates must be"},
        {"kind = \"payment\"; encoding = \"EBCDIC-X\"; columns = ( { member = \"amount\"; column = \"a\"; } );", "is unknown"},
        {"kind = ", "syntax error"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(read_mapped(rows[i].map, "a,b\n1,2\n"), TF_E_CONFIG);
        assert_fault(&r, rows[i].says);
    }
    assert_int_equal(read_mapped("kind = \"payment\"; columns = ( { member = \"amount\"; column = \"Betrg\"; } );", "Betrag,b\n1,2\n"), TF_E_VALUE);
    assert_fault(&r, "did you mean \"Betrag\"?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_known_header_needs_no_map), cmocka_unit_test(test_invoices_are_nested),
        cmocka_unit_test(test_records_do_not_depend_on_the_form_of_the_file), cmocka_unit_test(test_equal_rows_are_told_apart),
        cmocka_unit_test(test_encodings), cmocka_unit_test(test_encodings_that_show_late), cmocka_unit_test(test_packed_files), cmocka_unit_test(test_bad_rows_are_told_with_their_column),
        cmocka_unit_test(test_open_questions_are_asked), cmocka_unit_test(test_unknown_headers_ask_for_a_map),
        cmocka_unit_test(test_maps_say_what_columns_mean), cmocka_unit_test(test_lists_are_made_of_numbered_members),
        cmocka_unit_test(test_wrong_maps_say_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
