/* Tables as they come: marks of Excel, rows that are parted wrongly, quotes nobody closes, columns whose names leave a question. */
#include "../reading.h"

static struct reading r;

static enum tf_err read_text(const char *text) { return reading_read(&r, text, strlen(text), NULL); }

static enum tf_err read_mapped(const char *map, const char *text) { return reading_read_mapped(&r, map, text); }

#define PAID(supplier, amount) "{\"company\":\"ACME\",\"kind\":\"payment\",\"payment\":{\"amount\":\"" amount "\",\"currency\":\"EUR\",\"date\":\"2026-01-31\",\"supplier\":\"" supplier "\"}}"

static void test_the_mark_of_excel_is_no_header(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "sep=;\nvendor;date;amount;currency\nA;31.01.2026;1,50;EUR\n", "\xef\xbb\xbfSEP=|\r\nvendor|date|amount|currency\r\nA|31.01.2026|1,50|EUR\r\n",
        "sep=\t\nvendor\tdate\tamount\tcurrency\nA\t31.01.2026\t1,50\tEUR\n", "\"sep=,\"\nvendor,date,amount,currency\nA,31.01.2026,1.50,EUR\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(read_text(texts[i]), TF_OK);
        assert_int_equal(r.records_count, 1);
        assert_string_equal(r.records[0], PAID("A", "1.50"));
        assert_int_equal(r.lines[0], 3);
    }
}

static void test_the_mark_of_excel_in_utf16(void **state)
{
    static const char text[] = "sep=;\nvendor;date;amount;currency\nA;31.01.2026;1,50;EUR\n";
    char wide[2 + 2 * sizeof text] = "\xff\xfe";
    (void)state;
    for (size_t i = 0; i + 1 < sizeof text; i++)
        wide[2 + 2 * i] = text[i];
    assert_int_equal(reading_read(&r, wide, 2 * sizeof text, NULL), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_string_equal(r.records[0], PAID("A", "1.50"));
}

/* The rest of a file is no less a table because its first row is broken. */
static void test_a_known_header_is_enough(void **state)
{
    (void)state;
    assert_int_equal(read_text("vendor,date,amount,currency\nA, Inc,2026-01-31,1.50,EUR\nB,2026-01-31,2.50,EUR\n"), TF_OK);
    assert_int_equal(r.unreadable_count, 1);
    assert_int_equal(r.unreadable[0].line, 2);
    assert_int_equal(r.records_count, 1);
    assert_string_equal(r.records[0], PAID("B", "2.50"));
    assert_int_equal(read_text("vendor;date;amount;currency"), TF_OK); /* an export without rows */
    assert_int_equal(r.records_count + r.unreadable_count, 0);
    assert_int_equal(read_text("who;when\nA;b;c\n"), TF_E_KIND);
}

static void test_a_stray_quote_costs_its_row_alone(void **state)
{
    (void)state;
    assert_int_equal(read_text("vendor;date;amount;currency\nA;31.01.2026;1,50;EUR\n\"B;31.01.2026;2,50;EUR\nC;31.01.2026;3,50;EUR\n\"D\";31.01.2026;4,50;EUR\n"), TF_OK);
    assert_int_equal(r.records_count, 3);
    assert_string_equal(r.records[1], PAID("C", "3.50"));
    assert_int_equal(r.lines[1], 4);
    assert_string_equal(r.records[2], PAID("D", "4.50"));
    assert_int_equal(r.unreadable_count, 1);
    assert_int_equal(r.unreadable[0].line, 3);
    assert_string_equal(r.unreadable[0].text, "\"B;31.01.2026;2,50;EUR");
}

static void test_a_line_ends_with_cr_alone_too(void **state)
{
    (void)state;
    assert_int_equal(read_text("vendor;date;amount;currency\rA;31.01.2026;1,50;EUR\rB;31.01.2026;2,50;EUR"), TF_OK);
    assert_int_equal(r.records_count, 2);
    assert_string_equal(r.records[1], PAID("B", "2.50"));
    assert_int_equal(read_text("vendor;date;currency;amount\nA;31.01.2026;EUR;1,50\r9\n"), TF_OK); /* no 1.509 */
    assert_int_equal(r.records_count, 2);
    assert_string_equal(r.records[0], PAID("A", "1.50"));
}

static void test_names_that_leave_a_question(void **state)
{
    (void)state;
    assert_int_equal(read_text("vendor,date,Vendor ,amount,currency\nA,2026-01-31,B,1.50,EUR\n"), TF_E_VALUE);
    assert_fault(&r, "columns 1 and 3");
    assert_int_equal(read_text("vendor,date,payment amount,amount,currency\nA,2026-01-31,1.50,7,EUR\n"), TF_E_VALUE);
    assert_fault(&r, "is the amount \"amount\", or \"payment amount\"?");
    assert_int_equal(read_text("vendor,date,amount,currency,d/c\nA,2026-01-31,1.50,EUR,D\n"), TF_E_VALUE);
    assert_fault(&r, "\"d/c\" tells debit from credit");
    assert_int_equal(read_mapped("negative = { column = \"d/c\"; values = [ \"D\" ]; };", "vendor,date,amount,currency,d/c\nA,2026-01-31,1.50,EUR,D\nA,2026-01-31,1.50,EUR,C\n"),
                     TF_OK);
    assert_string_equal(r.records[0], PAID("A", "-1.50"));
    assert_string_equal(r.records[1], PAID("A", "1.50"));
    assert_int_equal(read_text("due,vendor name,vendor,date,amount,currency\n,x,A,2026-01-31,1.50,EUR\n"), TF_OK);
    assert_string_equal(r.records[0], PAID("A", "1.50"));
}

/* A column chosen among several is the same one wherever it stands. */
static void test_the_order_of_columns_changes_nothing(void **state)
{
    char first[sizeof r.records[0]];
    (void)state;
    assert_int_equal(read_text("vendor,payee,date,booking date,amount,currency\nA,P,2026-01-31,2026-02-01,1.50,EUR\n"), TF_OK);
    snprintf(first, sizeof first, "%s", r.records[0]);
    assert_int_equal(read_text("payee,vendor,booking date,date,amount,currency\nP,A,2026-02-01,2026-01-31,1.50,EUR\n"), TF_OK);
    assert_string_equal(r.records[0], first);
}

/* An amount beside its two sides says nothing more, and nothing of the side. */
static void test_sides_go_before_an_amount(void **state)
{
    (void)state;
    assert_int_equal(read_text("voucher;posting date;account;debit;credit;amount;currency\n1;31.01.2026;1000;1,50;;1,50;EUR\n1;31.01.2026;2000;;1,50;1,50;EUR\n"), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_int_equal(r.findings_count, 0);
    assert_non_null(strstr(r.records[0], "{\"account\":\"2000\",\"credit\":\"1.50\",\"currency\":\"EUR\"}"));
}

/* Points say nothing of slashes. */
static void test_dates_of_two_writings(void **state)
{
    (void)state;
    assert_int_equal(read_text("vendor;date;value date;amount;currency\nA;31.01.2026;03/04/2026;1,50;EUR\n"), TF_E_VALUE);
    assert_fault(&r, "03/04/2026");
    assert_int_equal(read_text("vendor;date;value date;amount;currency\nA;02.01.2026;01/31/2026;1,50;EUR\n"), TF_OK);
    assert_non_null(strstr(r.records[0], "\"date\":\"2026-01-02\""));
    assert_non_null(strstr(r.records[0], "\"value_date\":\"2026-01-31\""));
    assert_int_equal(read_mapped("dates = \"YYYY-MM-DD\";", "vendor;date;amount;currency\nA;03/04/2026;1,50;EUR\n"), TF_OK);
    assert_int_equal(r.unreadable_count, 1);
}

static void test_titles_stand_above_a_known_header(void **state)
{
    (void)state;
    assert_int_equal(read_mapped("header_line = 3;", "Payments of 2026\n\nvendor;date;amount;currency\nA;31.01.2026;1,50;EUR\n"), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_string_equal(r.records[0], PAID("A", "1.50"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_mark_of_excel_is_no_header), cmocka_unit_test(test_the_mark_of_excel_in_utf16),      cmocka_unit_test(test_a_known_header_is_enough),
        cmocka_unit_test(test_a_stray_quote_costs_its_row_alone),   cmocka_unit_test(test_a_line_ends_with_cr_alone_too),
        cmocka_unit_test(test_names_that_leave_a_question),         cmocka_unit_test(test_the_order_of_columns_changes_nothing),
        cmocka_unit_test(test_sides_go_before_an_amount), cmocka_unit_test(test_dates_of_two_writings),               cmocka_unit_test(test_titles_stand_above_a_known_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
