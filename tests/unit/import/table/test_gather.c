#include "../reading.h"

static struct reading r;

static enum tf_err read_text(const char *text) { return reading_read(&r, text, strlen(text), NULL); }

#define HEADER "Belegnummer;Buchungsdatum;Konto;Soll;Haben;Buchungstext\n"
#define ENTRY(id, date, lines) \
    "{\"company\":\"ACME\",\"journal\":{\"id\":\"" id "\",\"lines\":[" lines "],\"posting_date\":\"" date "\"},\"kind\":\"journal\"}"

static void test_rows_of_one_entry_are_its_lines(void **state)
{
    (void)state;
    assert_int_equal(read_text(HEADER "7;31.01.2026;4930;1.000,00;;Miete\n7;31.01.2026;1200;;1.000,00;\n8;31.01.2026;1200;5,50;;\n8;31.01.2026;8400;;5,50;\n"), TF_OK);
    assert_int_equal(r.records_count, 2);
    assert_string_equal(r.records[0], ENTRY("7", "2026-01-31", "{\"account\":\"1200\",\"credit\":\"1000.00\"},{\"account\":\"4930\",\"debit\":\"1000.00\",\"text\":\"Miete\"}"));
    assert_int_equal(r.lines[0], 2);
    assert_int_equal(r.lines[1], 4);
}

/* Rows in another order, between those of other entries, columns in another order, other line ends. */
static void test_the_order_of_rows_changes_nothing(void **state)
{
    char first[2][1024];
    (void)state;
    assert_int_equal(read_text(HEADER "7;31.01.2026;4930;10,00;;a\n7;31.01.2026;1200;;10,00;b\n8;31.01.2026;1200;5,50;;\n8;31.01.2026;8400;;5,50;\n"), TF_OK);
    for (int i = 0; i < 2; i++)
        snprintf(first[i], sizeof first[i], "%s", r.records[i]);
    assert_int_equal(read_text("Haben|Konto|Buchungsdatum|Buchungstext|Soll|Belegnummer\r\n5,50|8400|20260131|||8\r\n10,00|1200|20260131|b||7\r\n"
                               "|1200|20260131||5,50|8\r\n|4930|20260131|a|10,00|7"), TF_OK);
    assert_int_equal(r.records_count, 2);
    for (int i = 0; i < 2; i++)
        assert_string_equal(r.records[i], first[i]);
    assert_int_equal(r.lines[0], 3);
}

static void test_equal_lines_of_an_entry_stay_two(void **state)
{
    (void)state;
    assert_int_equal(read_text(HEADER "7;31.01.2026;4930;5,00;;\n7;31.01.2026;4930;5,00;;\n7;31.01.2026;1200;;10,00;\n"), TF_OK);
    assert_string_equal(r.records[0], ENTRY("7", "2026-01-31", "{\"account\":\"1200\",\"credit\":\"10.00\"},{\"account\":\"4930\",\"debit\":\"5.00\"},{\"account\":\"4930\",\"debit\":\"5.00\"}"));
}

static void test_numbers_of_lines_order_them(void **state)
{
    (void)state;
    assert_int_equal(read_text("Entry No,Posting Date,Line No,Account,Amount,D/C\nE1,2026-01-31,10,1200,5.00,C\nE1,2026-01-31,9,4930,5.00,d\n"), TF_OK);
    assert_string_equal(r.records[0], ENTRY("E1", "2026-01-31", "{\"account\":\"4930\",\"debit\":\"5.00\"},{\"account\":\"1200\",\"credit\":\"5.00\"}"));
}

static void test_signed_amounts_and_unknown_sides(void **state)
{
    (void)state;
    assert_int_equal(read_text("Entry No,Posting Date,Account,Amount\nE1,2026-01-31,1200,-5.00\nE1,2026-01-31,4930,5.00\n"), TF_OK);
    assert_string_equal(r.records[0], ENTRY("E1", "2026-01-31", "{\"account\":\"1200\",\"credit\":\"5.00\"},{\"account\":\"4930\",\"debit\":\"5.00\"}"));
    assert_int_equal(read_text("Entry No,Posting Date,Account,Amount,D/C\nE1,2026-01-31,1200,5.00,X\nE1,2026-01-31,4930,5.00,D\nE2,2026-01-31,4930,5.00,D\n"
                               "E2,2026-01-31,1200,5.00,C\n"), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_int_equal(r.unreadable_count, 2); /* the row, and the entry that lacks it */
    assert_string_equal(r.unreadable[0].path, "D/C");
    assert_int_equal(r.unreadable[0].line, 2);
    assert_non_null(strstr(r.unreadable[1].text, "4930"));
    assert_non_null(strstr(r.unreadable[1].detail, "a row of this document cannot be read"));
}

static void test_entries_that_do_not_balance_are_found(void **state)
{
    (void)state;
    assert_int_equal(read_text(HEADER "7;31.01.2026;4930;10,01;;\n7;31.01.2026;1200;;10,00;\n"), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_int_equal(r.findings_count, 1);
    assert_string_equal(r.findings[0].rule, "LED-01");
    assert_string_equal(r.findings[0].observed, "debit 10.01");
    assert_int_equal(r.findings[0].line, 2);
    assert_string_equal(r.summary, "{\"entries\":1,\"lines\":2}");
    assert_int_equal(r.books, TF_IMPORT_LEDGER);
}

static void test_a_row_without_an_entry_is_refused(void **state)
{
    (void)state;
    assert_int_equal(read_text(HEADER ";31.01.2026;4930;10,00;;\n;31.01.2026;1200;;10,00;\n"), TF_OK);
    assert_int_equal(r.records_count, 0);
    assert_int_equal(r.unreadable_count, 2);
    assert_int_equal(r.unreadable[1].err, TF_E_MISSING);
    assert_string_equal(r.unreadable[1].path, "Belegnummer");
}

/* Past 4 KiB, which a record of these tests may have: what is shown of it fits, and the next one is whole. */
static void test_an_endless_entry_is_bounded(void **state)
{
    static char text[1 << 19];
    size_t len = (size_t)snprintf(text, sizeof text, "%s", HEADER);
    (void)state;
    for (int i = 0; i < 5000; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "7;31.01.2026;4930;1,%02d;;some words of a text\n", i % 100);
    snprintf(text + len, sizeof text - len, "8;31.01.2026;4930;1,00;;\n8;31.01.2026;1200;;1,00;\n");
    assert_int_equal(read_text(text), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_int_equal(r.unreadable_count, 1);
    assert_int_equal(r.unreadable[0].err, TF_E_TOO_BIG);
    assert_int_equal(r.unreadable[0].line, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_of_one_entry_are_its_lines), cmocka_unit_test(test_the_order_of_rows_changes_nothing),
        cmocka_unit_test(test_equal_lines_of_an_entry_stay_two), cmocka_unit_test(test_numbers_of_lines_order_them),
        cmocka_unit_test(test_signed_amounts_and_unknown_sides), cmocka_unit_test(test_entries_that_do_not_balance_are_found),
        cmocka_unit_test(test_a_row_without_an_entry_is_refused), cmocka_unit_test(test_an_endless_entry_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
