#include "../reading.h"

static struct reading r;

static enum tf_err read_text(const char *text) { return reading_read(&r, text, strlen(text), NULL); }

#define HEAD_OF(category, title, start, digits, currency) \
    "\"EXTF\";700;" category ";\"" title "\";13;20240130140440439;;\"RE\";\"\";\"\";29098;55003;" start ";" digits ";20240101;20240831;\"\";\"WD\";1;0;0;\"" currency "\";;\"\";;;\"\";;;\"\";\"\"\r\n"
#define HEAD HEAD_OF("21", "Buchungsstapel", "20240101", "4", "EUR")
#define COLUMNS "Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Kurs;Basis-Umsatz;WKZ Basis-Umsatz;Konto;Gegenkonto (ohne BU-Schl\xfcssel);BU-Schl\xfcssel;" \
                "Belegdatum;Belegfeld 1;Belegfeld 2;Skonto;Buchungstext;KOST1 - Kostenstelle;Generalumkehr (GU)\r\n"
#define RECORD "{\"company\":\"ACME\",\"journal\":{\"document_date\":\"2024-01-31\",\"id\":\"R-77\",\"lines\":[" \
               "{\"account\":\"4210\",\"cost_centre\":\"K1\",\"currency\":\"EUR\",\"debit\":\"1190.00\"}," \
               "{\"account\":\"70012\",\"credit\":\"1190.00\",\"currency\":\"EUR\",\"partner\":\"70012\",\"partner_kind\":\"supplier\",\"tax_code\":\"9\"}]," \
               "\"posting_date\":\"2024-01-31\",\"text\":\"Miete B\xc3\xbcro; \\\"Mitte\\\"\"},\"kind\":\"journal\"}"

static void test_a_row_is_a_booking_of_two_lines(void **state)
{
    (void)state;
    assert_int_equal(read_text(HEAD COLUMNS "1190,00;\"S\";\"\";;;\"\";4210;70012;\"9\";3101;\"R-77\";\"\";;\"Miete B\xfcro; \"\"Mitte\"\"\";\"K1\";0\r\n"), TF_OK);
    assert_int_equal(r.unreadable_count, 0);
    assert_int_equal(r.records_count, 1);
    assert_string_equal(r.records[0], RECORD);
    assert_int_equal(r.lines[0], 3);
}

static void test_sides_reversals_and_other_currencies(void **state)
{
    (void)state;
    assert_int_equal(read_text(HEAD COLUMNS "5,50;H;USD;1,1;5,00;EUR;1200;10007;;101;A;;;;;\r\n7,00;S;;;;;1200;8400;;101;B;;;;;1\r\n9;S;;;;;1200;8400;;101;;;;;;\r\n"), TF_OK);
    assert_int_equal(r.records_count, 3);
    assert_non_null(strstr(r.records[0], "{\"account\":\"1200\",\"credit\":\"5.50\",\"currency\":\"USD\",\"local_amount\":\"-5.00\",\"rate\":\"1.1\"},"
                                         "{\"account\":\"10007\",\"currency\":\"USD\",\"debit\":\"5.50\",\"local_amount\":\"5.00\",\"partner\":\"10007\",\"partner_kind\":\"customer\"}"));
    assert_non_null(strstr(r.records[1], "{\"account\":\"1200\",\"credit\":\"-7.00\",\"currency\":\"EUR\"},{\"account\":\"8400\",\"currency\":\"EUR\",\"debit\":\"-7.00\"}"));
    assert_non_null(strstr(r.records[2], "\"id\":\"1200/8400/2024-01-01\""));
}

/* A fiscal year from July: January is in its second calendar year, and 29 February only where there is one. */
static void test_days_lie_in_the_fiscal_year(void **state)
{
    (void)state;
    assert_int_equal(read_text(HEAD_OF("21", "Buchungsstapel", "20230701", "4", "") COLUMNS "1,00;S;;;;;1200;8400;;0107;A;;;;;\r\n1,00;S;;;;;1200;8400;;3006;B;;;;;\r\n"
                               "1,00;S;;;;;1200;8400;;2902;C;;;;;\r\n1,00;S;;;;;1200;8400;;3102;D;;;;;\r\n1,00;S;;;;;1200;8400;;20240101;E;;;;;\r\n"), TF_OK);
    assert_int_equal(r.records_count, 3);
    assert_non_null(strstr(r.records[0], "\"posting_date\":\"2023-07-01\""));
    assert_non_null(strstr(r.records[1], "\"posting_date\":\"2024-06-30\""));
    assert_non_null(strstr(r.records[2], "\"posting_date\":\"2024-02-29\""));
    assert_int_equal(r.unreadable_count, 2);
    assert_string_equal(r.unreadable[0].path, "Belegdatum");
    assert_int_equal(r.unreadable[0].line, 6);
}

static void test_equal_bookings_stay_two(void **state)
{
    (void)state;
    assert_int_equal(read_text(HEAD COLUMNS "1,00;S;;;;;1200;8400;;0107;A;;;;;\r\n1,00;S;;;;;1200;8400;;0107;A;;;;;\r\n"), TF_OK);
    assert_int_equal(r.records_count, 2);
    assert_non_null(strstr(r.records[1], ".2\",\"source\":"));
}

static void test_other_files_of_datev_are_refused_by_name(void **state)
{
    (void)state;
    assert_int_equal(read_text(HEAD_OF("16", "Debitoren/Kreditoren", "20240101", "4", "") "Konto;Name\r\n"), TF_E_VALUE);
    assert_fault(&r, "Debitoren/Kreditoren");
    assert_fault(&r, "category 21");
    assert_int_equal(read_text(HEAD_OF("21", "Buchungsstapel", "", "4", "") COLUMNS), TF_E_VALUE);
    assert_fault(&r, "fiscal year");
    assert_int_equal(read_text(HEAD "Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;Konto;Belegdatum\r\n"), TF_E_VALUE);
    assert_fault(&r, "gegenkonto");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_row_is_a_booking_of_two_lines), cmocka_unit_test(test_sides_reversals_and_other_currencies),
        cmocka_unit_test(test_days_lie_in_the_fiscal_year), cmocka_unit_test(test_equal_bookings_stay_two),
        cmocka_unit_test(test_other_files_of_datev_are_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
