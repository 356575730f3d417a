#include "../reading.h"

static struct reading r;

static enum tf_err read_two(const char *first, const char *second, const char *map) { return reading_read_files(&r, (const char *const[]){first, second}, 2, map); }

static enum tf_err read_mapped(const char *map, const char *first, const char *second)
{
    char path[] = READING_MAP_PATH;
    reading_map(map, path);
    enum tf_err err = read_two(first, second, path);
    unlink(path);
    return err;
}

#define BKPF "MANDT;BUKRS;BELNR;GJAHR;BLART;BLDAT;BUDAT;MONAT;CPUDT;CPUTM;USNAM;TCODE;XBLNR;STBLG;STJAH;BKTXT;WAERS;HWAER\n"
#define BSEG "MANDT;BUKRS;BELNR;GJAHR;BUZEI;SHKZG;MWSKZ;DMBTR;WRBTR;HKONT;KUNNR;LIFNR;SGTXT;AUGBL\n"
#define HEAD "100;1000;1900000001;2024;KR;30.01.2024;31.01.2024;01;31.01.2024;083000;MILLER;FB60;R-77;;0000;rent;EUR;EUR\n"
#define LINES "100;1000;1900000001;2024;001;H;V1;1.190,00;1.190,00;160000;;0000100007;;\n" \
              "100;1000;1900000001;2024;002;S;V1;1.000,00;1.000,00;476000;;;office;\n" \
              "100;1000;1900000001;2024;003;S;V1;190,00;190,00;154000;;;;\n"
#define RECORD "{\"company\":\"1000\",\"journal\":{\"document_date\":\"2024-01-30\",\"id\":\"1900000001/2024\",\"lines\":[" \
               "{\"account\":\"160000\",\"credit\":\"1190.00\",\"currency\":\"EUR\",\"local_amount\":\"-1190.00\",\"partner\":\"100007\",\"partner_kind\":\"supplier\"," \
               "\"ref\":\"R-77\",\"tax_code\":\"V1\"}," \
               "{\"account\":\"476000\",\"currency\":\"EUR\",\"debit\":\"1000.00\",\"local_amount\":\"1000.00\",\"ref\":\"R-77\",\"tax_code\":\"V1\",\"text\":\"office\"}," \
               "{\"account\":\"154000\",\"currency\":\"EUR\",\"debit\":\"190.00\",\"local_amount\":\"190.00\",\"ref\":\"R-77\",\"tax_code\":\"V1\"}]," \
               "\"period\":\"2024-01\",\"posting_date\":\"2024-01-31\",\"source\":\"FB60\",\"text\":\"rent\",\"type\":\"KR\"},\"kind\":\"journal\"," \
               "\"recorded_at\":\"2024-01-31T08:30:00Z\",\"user\":\"MILLER\"}"

static void test_heads_and_lines_are_joined(void **state)
{
    (void)state;
    assert_int_equal(read_two(BKPF HEAD, BSEG LINES, NULL), TF_OK);
    assert_int_equal(r.unreadable_count, 0);
    assert_int_equal(r.records_count, 1);
    assert_string_equal(r.records[0], RECORD);
    assert_int_equal(r.files[0], 0);
    assert_int_equal(r.lines[0], 2);
}

/* Lines first; one joined export with names that carry their table; another order of rows and columns. */
static void test_any_order_and_one_export_are_the_same(void **state)
{
    (void)state;
    assert_int_equal(read_two(BSEG "100;1000;1900000001;2024;003;S;V1;190,00;190,00;154000;;;;\n100;1000;1900000001;2024;002;S;V1;1.000,00;1.000,00;476000;;;office;\n"
                              "100;1000;1900000001;2024;001;H;V1;1.190,00;1.190,00;160000;;0000100007;;\n", BKPF HEAD, NULL), TF_OK);
    assert_string_equal(r.records[0], RECORD);
    static const char joined[] = "BKPF-BUKRS|BKPF-BELNR|BKPF-GJAHR|BKPF-BLART|BKPF-BLDAT|BKPF-BUDAT|BKPF-MONAT|BKPF-CPUDT|BKPF-CPUTM|BKPF-USNAM|BKPF-TCODE|BKPF-XBLNR|BKPF-BKTXT|"
                                 "BKPF-WAERS|BKPF-HWAER|BSEG-BUZEI|BSEG-SHKZG|BSEG-MWSKZ|BSEG-DMBTR|BSEG-WRBTR|BSEG-HKONT|BSEG-LIFNR|BSEG-SGTXT\r\n"
#define JOINED "1000|1900000001|2024|KR|20240130|20240131|1|20240131|08:30:00|MILLER|FB60|R-77|rent|EUR|EUR|"
                                 JOINED "3|S|V1|190.00|190.00|154000||\r\n" JOINED "1|H|V1|1190.00|1190.00|160000|100007|\r\n" JOINED "2|S|V1|1000.00|1000.00|476000||office\r\n";
    assert_int_equal(reading_read(&r, joined, sizeof joined - 1, NULL), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_string_equal(r.records[0], RECORD);
}

/* Yen, dinars and forints as SAP stores them, beside euros; the local currency is scaled by itself. */
static void test_amounts_are_scaled_as_sap_stores_them(void **state)
{
    (void)state;
    assert_int_equal(read_two("BUKRS;BELNR;GJAHR;BUDAT;WAERS;HWAER\n1;10;2024;20240131;JPY;EUR\n1;11;2024;20240131;KWD;HUF\n",
                              "BUKRS;BELNR;GJAHR;BUZEI;SHKZG;DMBTR;WRBTR;HKONT\n1;10;2024;1;S;6,20;10,00;400\n1;10;2024;2;H;6,20;10,00;160\n"
                              "1;11;2024;1;S;14,56;123,45;400\n1;11;2024;2;H;14,56;123,45;160\n", NULL), TF_OK);
    assert_int_equal(r.records_count, 2);
    assert_non_null(strstr(r.records[0], "\"currency\":\"JPY\",\"debit\":\"1000\",\"local_amount\":\"6.20\""));
    assert_non_null(strstr(r.records[1], "\"currency\":\"KWD\",\"debit\":\"12.345\",\"local_amount\":\"1456\""));
    assert_int_equal(r.findings_count, 0);
}

/* A system's own TCURX goes before the one that is delivered. */
static void test_a_tcurx_says_otherwise(void **state)
{
    static const char *const texts[] = {"BUKRS;BELNR;GJAHR;BUDAT;WAERS\n1;10;2024;20240131;HUF\n1;11;2024;20240131;XYZ\n", "CURRKEY;CURRDEC\nJPY;0\nXYZ;4\n",
                                        "BUKRS;BELNR;GJAHR;BUZEI;SHKZG;WRBTR;HKONT\n1;10;2024;1;S;10,00;400\n1;10;2024;2;H;10,00;160\n1;11;2024;1;S;10,01;4\n1;11;2024;2;H;10,01;1\n"};
    (void)state;
    assert_int_equal(reading_read_files(&r, texts, 3, NULL), TF_OK);
    assert_non_null(strstr(r.records[0], "\"debit\":\"10.00\""));
    assert_non_null(strstr(r.records[1], "\"debit\":\"0.1001\""));
}

#define YEN "BUKRS;BELNR;GJAHR;BUDAT;WAERS\n1;10;2024;20240131;JPY\n1;11;2024;20240131;EUR\n"
#define YEN_LINES "BUKRS;BELNR;GJAHR;BUZEI;SHKZG;WRBTR;HKONT\n1;10;2024;1;S;1000;400\n1;10;2024;2;H;1000;160\n"

static void test_an_open_scale_is_asked(void **state)
{
    (void)state;
    assert_int_equal(read_two(YEN, YEN_LINES "1;11;2024;1;S;5;4\n1;11;2024;2;H;5;1\n", NULL), TF_E_VALUE);
    assert_fault(&r, "is 1000 JPY a thousand");
    assert_fault(&r, "amounts = \"shown\" or amounts = \"stored\"");
    assert_int_equal(read_two(YEN, YEN_LINES "1;11;2024;1;S;5,5;4\n1;11;2024;2;H;5,5;1\n", NULL), TF_E_VALUE);
    assert_int_equal(read_two(YEN, YEN_LINES "1;11;2024;1;S;5,50;4\n1;11;2024;2;H;5,50;1\n", NULL), TF_OK); /* euros show their decimals, so yen do */
    assert_non_null(strstr(r.records[0], "\"debit\":\"1000\""));
    assert_int_equal(read_mapped("amounts = \"stored\";", YEN, YEN_LINES "1;11;2024;1;S;5;4\n1;11;2024;2;H;5;1\n"), TF_OK);
    assert_non_null(strstr(r.records[0], "\"debit\":\"100000\""));
    assert_int_equal(read_mapped("amounts = \"shown\"; decimal = \",\";", YEN, YEN_LINES "1;11;2024;1;S;5;4\n1;11;2024;2;H;5;1\n"), TF_OK);
    assert_non_null(strstr(r.records[0], "\"debit\":\"1000\""));
}

static void test_what_is_missing_is_said(void **state)
{
    (void)state;
    assert_int_equal(read_two(BKPF HEAD "100;1000;1900000002;2024;KR;30.01.2024;31.01.2024;01;;;;;;;;;EUR;EUR\n",
                              BSEG LINES "100;1000;1900000003;2024;001;H;V1;5,00;5,00;160000;;;;\n", NULL), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_int_equal(r.unreadable_count, 2);
    assert_non_null(strstr(r.unreadable[0].detail, "this head has no lines"));
    assert_int_equal(r.unreadable_files[0], 0);
    assert_int_equal(r.unreadable[0].line, 3);
    assert_non_null(strstr(r.unreadable[1].detail, "these lines have no head"));
    assert_int_equal(r.unreadable_files[1], 1);
    assert_int_equal(r.unreadable[1].line, 5);
    assert_int_equal(reading_read(&r, BSEG LINES, sizeof(BSEG LINES) - 1, NULL), TF_E_VALUE);
    assert_fault(&r, "no table has the column budat; give both tables together");
}

/* The same tables twice are the same documents twice; tables that were cut in two are one. */
static void test_copies_and_parts(void **state)
{
    static const char *const copies[] = {BKPF HEAD, BSEG LINES, BSEG LINES, BKPF HEAD};
    static const char *const parts[] = {BKPF HEAD, BSEG "100;1000;1900000001;2024;001;H;V1;1.190,00;1.190,00;160000;;0000100007;;\n",
                                        BSEG "100;1000;1900000001;2024;002;S;V1;1.000,00;1.000,00;476000;;;office;\n"
                                             "100;1000;1900000001;2024;003;S;V1;190,00;190,00;154000;;;;\n"};
    (void)state;
    assert_int_equal(reading_read_files(&r, copies, 4, NULL), TF_OK);
    assert_int_equal(r.records_count, 2);
    assert_string_equal(r.records[0], RECORD);
    assert_string_equal(r.records[1], RECORD);
    assert_int_equal(r.files[0], 0);
    assert_int_equal(r.files[1], 2); /* two places, or they would be one record that is read twice */
    assert_int_equal(reading_read_files(&r, parts, 3, NULL), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_string_equal(r.records[0], RECORD);
}

static void test_reversals_name_their_document(void **state)
{
    (void)state;
    assert_int_equal(read_two("BUKRS;BELNR;GJAHR;BUDAT;WAERS;STBLG;STJAH\n1;10;2024;20240131;EUR;0000000009;2023\n",
                              "BUKRS;BELNR;GJAHR;BUZEI;SHKZG;WRBTR;HKONT\n1;10;2024;1;S;1,00;4\n1;10;2024;2;H;1,00;1\n", NULL), TF_OK);
    assert_non_null(strstr(r.records[0], "\"reversal_of\":\"0000000009/2023\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heads_and_lines_are_joined), cmocka_unit_test(test_any_order_and_one_export_are_the_same),
        cmocka_unit_test(test_amounts_are_scaled_as_sap_stores_them), cmocka_unit_test(test_a_tcurx_says_otherwise), cmocka_unit_test(test_an_open_scale_is_asked),
        cmocka_unit_test(test_what_is_missing_is_said), cmocka_unit_test(test_copies_and_parts), cmocka_unit_test(test_reversals_name_their_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
