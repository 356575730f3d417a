#include "../reading.h"

static struct reading r;

static enum tf_err read_text(const char *text) { return reading_read(&r, text, strlen(text), NULL); }

static enum tf_err read_mapped(const char *map, const char *text) { return reading_read_mapped(&r, map, text); }

/* What stands behind the totals' name in a record. */
static void assert_sums(size_t i, const char *totals_and_breakdown)
{
    assert_true(i < r.records_count);
    const char *at = strstr(r.records[i], "\"totals\":");
    assert_non_null(at);
    if (strncmp(at, totals_and_breakdown, strlen(totals_and_breakdown)) != 0)
        fail_msg("%s\nis not\n%s", at, totals_and_breakdown);
}

#define GROUP(rate, tax, taxable) "{\"category\":\"S\",\"rate\":\"" rate "\",\"tax\":\"" tax "\",\"taxable\":\"" taxable "\"}"

static void test_a_rate_has_the_net_and_the_tax_of_its_row(void **state)
{
    (void)state;
    assert_int_equal(read_text("Rechnungsnummer;Rechnungsdatum;Währung;Netto;USt-Satz;USt;Brutto\nR-1;31.01.2026;EUR;100,00;19 %;19,00;119,00\n"
                               "R-2;31.01.2026;EUR;100,00;0;;100,00\nR-3;31.01.2026;EUR;100,00;;19,00;119,00\nR-4;31.01.2026;EUR;-100,00;7%;-7,00;-107,00\n"), TF_OK);
    assert_int_equal(r.records_count, 4);
    assert_sums(0, "\"totals\":{\"gross\":\"119.00\",\"net\":\"100.00\",\"vat\":\"19.00\"},\"vat_breakdown\":[" GROUP("19", "19.00", "100.00") "]}");
    assert_sums(1, "\"totals\":{\"gross\":\"100.00\",\"net\":\"100.00\"},\"vat_breakdown\":[{\"rate\":\"0\",\"tax\":\"0.00\",\"taxable\":\"100.00\"}]}"); /* why, nothing says */
    assert_sums(2, "\"totals\":{\"gross\":\"119.00\",\"net\":\"100.00\",\"vat\":\"19.00\"}},"); /* no rate, no breakdown */
    assert_sums(3, "\"totals\":{\"gross\":\"-107.00\",\"net\":\"-100.00\",\"vat\":\"-7.00\"},\"vat_breakdown\":[" GROUP("7", "-7.00", "-100.00") "]}");
}

static void test_a_category_that_is_written_stays(void **state)
{
    (void)state;
    assert_int_equal(read_text("invoice_number,invoice_date,currency,net,vat_rate,vat category,vat,gross\nR-1,2026-01-31,EUR,100.00,0,AE,0.00,100.00\nR-2,2026-01-31,EUR,50.00,,K,,50.00\n"), TF_OK);
    assert_sums(0, "\"totals\":{\"gross\":\"100.00\",\"net\":\"100.00\",\"vat\":\"0.00\"},\"vat_breakdown\":[{\"category\":\"AE\",\"rate\":\"0\",\"tax\":\"0.00\",\"taxable\":\"100.00\"}]}");
    assert_sums(1, "\"totals\":{\"gross\":\"50.00\",\"net\":\"50.00\"},\"vat_breakdown\":[{\"category\":\"K\",\"taxable\":\"50.00\"}]}");
}

static void test_columns_of_each_rate(void **state)
{
    (void)state;
    assert_int_equal(read_text("Rechnungsnummer;Rechnungsdatum;Währung;Netto 19%;USt 19 %;Netto (7,5 %);7,5% USt;Netto 0%;Brutto\n"
                               "R-1;31.01.2026;EUR;100,00;19,00;0,00;0,00;;119,00\nR-2;31.01.2026;EUR;100,00;19,00;10,00;0,75;5,00;134,75\n"
                               "R-3;31.01.2026;EUR;;;;;;50,00\n"), TF_OK);
    assert_int_equal(r.records_count, 3);
    assert_sums(0, "\"totals\":{\"gross\":\"119.00\",\"net\":\"100.00\",\"vat\":\"19.00\"},\"vat_breakdown\":[" GROUP("19", "19.00", "100.00") "]}");
    assert_sums(1, "\"totals\":{\"gross\":\"134.75\",\"net\":\"115.00\",\"vat\":\"19.75\"},\"vat_breakdown\":[" GROUP("19", "19.00", "100.00") ","
                   GROUP("7.5", "0.75", "10.00") ",{\"rate\":\"0\",\"tax\":\"0.00\",\"taxable\":\"5.00\"}]}");
    assert_sums(2, "\"totals\":{\"gross\":\"50.00\"}},");
}

/* Totals that are written are not touched: what they are off is for rules to tell. */
static void test_totals_beside_columns_of_each_rate(void **state)
{
    (void)state;
    assert_int_equal(read_text("invoice no,invoice date,currency,net 20%,vat 20%,net 10%,vat 10%,net,vat,gross\nR-1,2026-01-31,EUR,100.00,20.00,50.00,5.00,149.00,25.00,174.00\n"), TF_OK);
    assert_sums(0, "\"totals\":{\"gross\":\"174.00\",\"net\":\"149.00\",\"vat\":\"25.00\"},\"vat_breakdown\":[" GROUP("20", "20.00", "100.00") "," GROUP("10", "5.00", "50.00") "]}");
}

static void test_names_that_are_no_rate(void **state)
{
    (void)state;
    assert_int_equal(read_text("invoice no,invoice date,currency,gross,discount 20%,net 20% eur,%,20%\nR-1,2026-01-31,EUR,174.00,1,2,3,4\n"), TF_OK);
    assert_sums(0, "\"totals\":{\"gross\":\"174.00\"}}");
}

static void test_a_map_says_columns_of_each_rate(void **state)
{
    (void)state;
    const char *map = "kind = \"invoice\"; negative = { column = \"art\"; values = [ \"G\" ]; };\n"
                      "columns = ( { member = \"number\"; column = \"nr\"; }, { member = \"issue_date\"; column = \"am\"; }, { member = \"currency\"; value = \"EUR\"; },\n"
                      "  { member = \"totals.gross\"; column = \"summe\"; },\n"
                      "  { member = \"vat_breakdown.0.rate\"; value = \"19\"; }, { member = \"vat_breakdown.0.taxable\"; column = \"n19\"; }, { member = \"vat_breakdown.0.tax\"; column = \"s19\"; },\n"
                      "  { member = \"vat_breakdown.1.rate\"; column = \"satz2\"; }, { member = \"vat_breakdown.1.category\"; value = \"AE\"; }, { member = \"vat_breakdown.1.taxable\"; column = \"n2\"; } );\n";
    assert_int_equal(read_mapped(map, "nr;am;summe;n19;s19;satz2;n2;art\nR-1;2026-01-31;119.00;100.00;19.00;0;;R\nR-2;2026-01-31;169.00;100.00;19.00;0;50.00;G\n"), TF_OK);
    assert_int_equal(r.records_count, 2);
    assert_sums(0, "\"totals\":{\"gross\":\"119.00\",\"net\":\"100.00\",\"vat\":\"19.00\"},\"vat_breakdown\":[" GROUP("19", "19.00", "100.00") "]}");
    assert_sums(1, "\"totals\":{\"gross\":\"-169.00\",\"net\":\"-150.00\",\"vat\":\"-19.00\"},\"vat_breakdown\":[" GROUP("19", "-19.00", "-100.00")
                   ",{\"category\":\"AE\",\"rate\":\"0\",\"tax\":\"0.00\",\"taxable\":\"-50.00\"}]}");
}

static void test_a_rate_that_is_no_number_is_a_dead_letter(void **state)
{
    (void)state;
    assert_int_equal(read_text("invoice no,invoice date,currency,net,vat rate,vat,gross\nR-1,2026-01-31,EUR,100.00,full,19.00,119.00\n"), TF_OK);
    assert_int_equal(r.unreadable_count, 1);
    assert_string_equal(r.unreadable[0].path, "vat rate");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_rate_has_the_net_and_the_tax_of_its_row), cmocka_unit_test(test_a_category_that_is_written_stays),
        cmocka_unit_test(test_columns_of_each_rate), cmocka_unit_test(test_totals_beside_columns_of_each_rate), cmocka_unit_test(test_names_that_are_no_rate),
        cmocka_unit_test(test_a_map_says_columns_of_each_rate), cmocka_unit_test(test_a_rate_that_is_no_number_is_a_dead_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
